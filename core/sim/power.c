/* SPDX-License-Identifier: Apache-2.0 */
#include "power.h"

void power_empty_buffers(struct sim *sim)
{
	sim->in_len = 0;
	sim->out_len = 0;
	sim->out_at = 0;
}

void power_sleep(struct sim *sim)
{
	chip_forget(&sim->chip);
	sim->state = BUS_ASLEEP;
	power_empty_buffers(sim);
}

void power_idle(struct sim *sim)
{
	sim->state = BUS_IDLE;
	power_empty_buffers(sim);
}

void power_off(struct sim *sim)
{
	power_sleep(sim);
	chip_power_off(&sim->chip);
	sim->powered = false;
}

void power_on(struct sim *sim)
{
	power_off(sim);
	sim->powered = true;
	sim->stuck = false;
	sim->stuck_until_us = 0;
	sim->deaf_until_us = 0;
}

void power_insert(struct sim *sim)
{
	power_on(sim);
	sim->present = true;
}
