/* SPDX-License-Identifier: Apache-2.0 */
#include "swap.h"

#include <errno.h>
#include <string.h>

#include "error.h"
#include "factory.h"
#include "power.h"
#include "store_format.h"

int swap_make_blank(struct sim *sim, const char *model,
		    enum random_purpose purpose)
{
	struct sim_random random = { 0 };

	if (sim->options.seeded)
		sim_random_seed(&random, sim->options.seed, purpose);
	return factory_make(&sim->chip.eeprom, model, &random);
}

/* Replaces this chip's FILE by the other one's. */
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
	err = is_new ? fail_because(
			       EINVAL,
			       "%s holds no chip: nerveskey-sim create makes "
			       "one",
			       file)
		     : store_format_load(&other, &eeprom, &model);
	if (err == 0)
		err = factory_part(model, &part);
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

int swap_chip(struct sim *sim, const char *file)
{
	static const char *const blanks[] = { "508a", "608a", "608b" };
	int err;

	if (file) {
		err = swap_in(sim, file);
	} else {
		err = swap_make_blank(sim, blanks[sim->chip.part],
				      PURPOSE_SWAPPED);
		sim->kept = false;
	}
	if (err == 0)
		power_insert(sim);
	return err;
}
