/* SPDX-License-Identifier: Apache-2.0 */
#include "sim.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "log.h"
#include "sim_private.h"

#define DEFAULT_MODEL "608b"

/* Streams of one seed. */
enum { PURPOSE_SERIAL, PURPOSE_CHIP, PURPOSE_SWAPPED };

/* A part fresh from the factory, with a serial number of its own. */
static int make_blank(struct sim *sim, const char *model, uint64_t purpose)
{
	struct sim_random random = { 0 };
	uint8_t unique[6];

	if (sim->options.seeded)
		sim_random_seed(&random, sim->options.seed, purpose);
	sim_random_draw(&random, unique, sizeof(unique));
	return eeprom_factory(&sim->chip.eeprom, model, unique);
}

static int create(struct sim *sim)
{
	const char *model =
		sim->options.model ? sim->options.model : DEFAULT_MODEL;
	int err;

	err = eeprom_model_part(model, &sim->chip.part);
	if (err == 0)
		err = make_blank(sim, model, PURPOSE_SERIAL);
	if (err == 0)
		err = store_init(&sim->store, model);
	if (err == 0)
		err = store_save(&sim->store, &sim->chip.eeprom);
	return err;
}

static int load(struct sim *sim)
{
	const char *model, *wanted = sim->options.model;
	int err;

	err = store_load(&sim->store, &sim->chip.eeprom, &model);
	if (err < 0)
		return err;
	if (wanted && strcmp(wanted, model) != 0)
		return fail_because(EINVAL, "%s holds a %s, not a %s",
				    sim->store.path, model, wanted);
	return eeprom_model_part(model, &sim->chip.part);
}

/* Everything in the options that can be wrong, before FILE is touched. */
static int check_options(struct sim *sim)
{
	enum sim_part part;
	int err = 0;

	if (sim->options.model)
		err = eeprom_model_part(sim->options.model, &part);
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
	sim_insert(sim);
	return 0;
}

/* The other chip's FILE takes the place of this one's. */
static int swap_in(struct sim *sim, const char *file)
{
	struct eeprom eeprom;
	enum sim_part part;
	struct store other;
	const char *model;
	bool is_new;
	int err;

	err = store_open(&other, file, &is_new);
	if (err < 0)
		return err;
	err = is_new ? fail_because(EINVAL, "%s holds no chip", file)
		     : store_load(&other, &eeprom, &model);
	if (err == 0)
		err = eeprom_model_part(model, &part);
	if (err < 0) {
		store_close(&other);
		goto wipe;
	}
	store_close(&sim->store);
	sim->store = other;
	sim->kept = true;
	sim->chip.eeprom = eeprom;
	sim->chip.part = part;

wipe:
	explicit_bzero(&eeprom, sizeof(eeprom));
	return err;
}

int sim_swap(struct sim *sim, const char *file)
{
	static const char *const blanks[] = { "508a", "608a", "608b" };
	int err;

	if (file) {
		err = swap_in(sim, file);
	} else {
		err = make_blank(sim, blanks[sim->chip.part], PURPOSE_SWAPPED);
		sim->kept = false;
	}
	if (err == 0)
		sim_insert(sim);
	return err;
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

/* Nobody is left to be told of an error but the log. */
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
