/* SPDX-License-Identifier: Apache-2.0 */
#include "sim.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bus.h"
#include "control.h"
#include "error.h"
#include "factory.h"
#include "log.h"
#include "power.h"
#include "stats.h"
#include "store_format.h"
#include "swap.h"

#define DEFAULT_MODEL "608b"

static int create(struct sim *sim)
{
	const char *model =
		sim->options.model ? sim->options.model : DEFAULT_MODEL;
	int err;

	err = factory_part(model, &sim->chip.part);
	if (err == 0)
		err = swap_make_blank(sim, model, PURPOSE_SERIAL);
	if (err == 0)
		err = store_format_init(&sim->store, model);
	if (err == 0)
		err = store_format_save(&sim->store, &sim->chip.eeprom);
	return err;
}

static int load(struct sim *sim)
{
	const char *model, *wanted = sim->options.model;
	int err;

	err = store_format_load(&sim->store, &sim->chip.eeprom, &model);
	if (err < 0)
		return err;
	if (wanted && strcmp(wanted, model) != 0)
		return fail_because(
			EINVAL,
			"%s holds a %s, but model= asks for a %s: leave "
			"model= out, or name another file",
			sim->store.path, model, wanted);
	return factory_part(model, &sim->chip.part);
}

/* Checks all options before FILE is touched. */
static int check_options(struct sim *sim)
{
	enum sim_part part;
	int err = 0;

	if (sim->options.model)
		err = factory_part(sim->options.model, &part);
	if (err == 0 && sim->options.faults)
		err = faults_add(&sim->faults, sim->options.faults, 0, 0);
	return err;
}

static int start(struct sim *sim)
{
	bool is_new;
	int err;

	err = check_options(sim);
	if (err < 0)
		return err;
	err = store_open(&sim->store, sim->options.file, &is_new);
	if (err < 0)
		return err;
	err = is_new ? create(sim) : load(sim);
	if (err < 0)
		return err;
	sim->kept = true;
	if (sim->options.seeded)
		sim_random_seed(&sim->chip.random, sim->options.seed,
				PURPOSE_CHIP);
	sim_clock_start(&sim->clock, sim->options.virtual_clock);
	power_insert(sim);
	return 0;
}

int sim_open(const char *spec, struct sim **out)
{
	struct sim *sim = calloc(1, sizeof(*sim));
	int err;

	if (!sim)
		return -ENOMEM;
	sim->store.fd = -1;
	err = sim_options_parse(spec, &sim->options);
	if (err == 0)
		err = start(sim);
	if (err < 0) {
		sim_close(sim);
		return err;
	}
	*out = sim;
	return 0;
}

static int write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");
	int err = 0;

	if (!file)
		return -errno;
	if (fputs(text, file) < 0)
		err = -errno;
	if (fclose(file) < 0 && err == 0)
		err = -errno;
	return err;
}

/* The caller cannot be told of an error any more, so it is logged. */
static void leave_stats(const struct sim *sim)
{
	struct bytes json = BYTES_INIT;
	int err;

	if (!sim->options.stats)
		return;
	err = sim_stats(sim, &json);
	if (err == 0)
		err = write_text(sim->options.stats, bytes_text(&json));
	if (err < 0)
		log_write(LOG_LEVEL_ERROR, "cannot write %s: %s",
			  sim->options.stats, strerror(-err));
	bytes_free(&json);
}

void sim_close(struct sim *sim)
{
	if (!sim)
		return;
	leave_stats(sim);
	faults_clear(&sim->faults);
	store_close(&sim->store);
	sim_options_free(&sim->options);
	explicit_bzero(sim, sizeof(*sim));
	free(sim);
}

int sim_write(struct sim *sim, uint8_t addr, const uint8_t *data, size_t len)
{
	return bus_write(sim, addr, data, len);
}

int sim_read(struct sim *sim, uint8_t addr, uint8_t *data, size_t len)
{
	return bus_read(sim, addr, data, len);
}

int sim_control(struct sim *sim, const char *command, struct bytes *answer)
{
	return control_run(sim, command, answer);
}

int sim_stats(const struct sim *sim, struct bytes *json)
{
	return stats_json(sim, json);
}

void sim_wait_us(struct sim *sim, uint64_t us)
{
	sim_clock_wait(&sim->clock, us);
}

uint64_t sim_now_us(const struct sim *sim)
{
	return sim_clock_now(&sim->clock);
}
