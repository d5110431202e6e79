/* SPDX-License-Identifier: Apache-2.0 */
/* Settings on simulated chips: the golden images, power cuts, what it costs. */
#include "settings_fixture.h"

#include "begin.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "atecc.h"
#include "config_kind.h"
#include "error.h"
#include "settings_store.h"

static char dir[64], file[96];

static const char *const images[] = {
	"508a-settings-aux",  "608a-settings-aux",
	"608b-settings-aux",  "508a-settings-full",
	"608b-settings-full", "508a-provisioned",
	"608b-volatile",      "tng",
};
#define IMAGE_COUNT (sizeof(images) / sizeof(*images))

struct session {
	struct atecc *chip;
	struct settings_space space;
	bool recovered;
};

static void take_image(const char *image)
{
	char path[128];
	json_t *json;

	snprintf(path, sizeof(path), "chip-images/%s.json", image);
	json = golden_json(path);
	assert_int_equal(json_dump_file(json, file, 0), 0);
	json_decref(json);
}

/* Power on with simulator options, and read the settings. */
static int begin_session(struct session *session, const char *options)
{
	uint8_t config[CONFIG_SIZE];
	char device[256];
	int err;

	snprintf(device, sizeof(device), "sim:%s,clock=virtual%s", file,
		 options);
	*session = (struct session){ .space.place.state_dir = dir };
	if (atecc_open(device, &session->chip) < 0)
		fail_msg("%s: %s", device, fail_reason());
	err = begin(session->chip, 20000);
	if (err < 0)
		return err;
	err = atecc_read_config(session->chip, config);
	if (err < 0)
		return err;
	config_serial(config, session->space.place.chip_serial);
	session->space.place.len = config_kind(config) == CONFIG_TRUST_AND_GO
					   ? SETTINGS_SPACE_TRUST_AND_GO
					   : SETTINGS_SPACE_MAX;
	return settings_load(session->chip, &session->space,
			     &session->recovered);
}

static void end(struct session *session)
{
	atecc_end(session->chip);
	atecc_close(session->chip);
}

static struct settings *decode(const struct session *session)
{
	struct settings *settings;

	assert_int_equal(settings_decode(session->space.data,
					 session->space.place.len, &settings),
			 0);
	return settings;
}

/* The map with "server" (or what there is) changed, as a term. */
static struct bytes changed(const struct session *session)
{
	struct settings *settings = decode(session);
	const char *name = settings_type(settings, "k") ? "k" : "server";
	struct bytes etf;

	assert_int_equal(put_text(settings, name, "device.example.org"), 0);
	etf = encoded(settings);
	settings_free(settings);
	return etf;
}

static void golden_chips_are_read_and_rewritten(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < IMAGE_COUNT; i++) {
		struct bytes etf;
		struct session session;

		take_image(images[i]);
		assert_int_equal(begin_session(&session, ""), 0);
		assert_false(session.recovered);
		etf = changed(&session);
		if (settings_store(session.chip, &session.space, &etf) < 0)
			fail_msg("%s: %s", images[i], fail_reason());
		assert_int_equal(settings_tidy(session.chip, &session.space),
				 0);
		end(&session);
		assert_int_equal(begin_session(&session, ""), 0);
		assert_false(session.recovered);
		assert_memory_equal(session.space.data, etf.data, etf.len);
		assert_true(settings_is_tidy(&session.space));
		end(&session);
		bytes_free(&etf);
	}
	golden_count("chips with settings", i);
}

static void what_elixir_stored_is_shown(void **state)
{
	struct session session;
	struct settings *settings;

	(void)state;
	take_image("508a-settings-aux");
	assert_int_equal(begin_session(&session, ""), 0);
	settings = decode(&session);
	assert_value(settings, "server", "device.nerves-hub.org");
	assert_value(settings, "port", "443");
	assert_string_equal(settings_type(settings, "port"), "integer");
	assert_value(settings, "nested", "{\"a\":[1,2,300],\"on\":true}");
	settings_free(settings);
	end(&session);
}

static bool same_map(const struct session *session, const struct bytes *etf)
{
	struct settings *settings = decode(session);
	struct bytes got = encoded(settings);
	bool same = bytes_equal(&got, etf);

	bytes_free(&got);
	settings_free(settings);
	return same;
}

struct maps {
	struct bytes old, new;
};

/* One run with a fault; false when it came too late to be one. */
static bool run(const struct maps *maps, const char *fault, size_t at)
{
	struct session session;
	char options[64];
	int err;

	snprintf(options, sizeof(options), ",seed=%zu,faults=%s@%zu", at, fault,
		 at);
	err = begin_session(&session, options);
	if (err == 0)
		err = settings_store(session.chip, &session.space, &maps->new);
	end(&session);
	return err < 0;
}

static void assert_old_or_new(const struct maps *maps, const char *what,
			      size_t at)
{
	struct session session;

	if (begin_session(&session, "") < 0)
		fail_msg("%s@%zu: %s", what, at, fail_reason());
	if (!same_map(&session, &maps->old) && !same_map(&session, &maps->new))
		fail_msg("%s@%zu: neither the old nor the new map", what, at);
	end(&session);
}

/* Cut at each command, and once more at the `again`th of what comes next. */
static size_t cut_everywhere(const char *image, const char *fault,
			     const struct maps *maps, size_t again)
{
	size_t count = 0;

	for (size_t at = 1;; at += stride(), count++) {
		take_image(image);
		if (!run(maps, fault, at))
			return count;
		if (again > 0)
			run(maps, "cut-torn", again);
		assert_old_or_new(maps, fault, at);
	}
}

static struct maps maps_of(const char *image)
{
	struct settings *settings;
	struct session session;
	struct maps maps;

	take_image(image);
	assert_int_equal(begin_session(&session, ""), 0);
	settings = decode(&session);
	maps.old = encoded(settings);
	maps.new = changed(&session);
	settings_free(settings);
	end(&session);
	return maps;
}

static void a_power_cut_at_any_command_leaves_old_or_new(void **state)
{
	static const char *const subjects[] = { "508a-settings-aux",
						"608b-settings-aux",
						"508a-settings-full", "tng" };
	static const char *const faults[] = { "cut-before", "cut-torn",
					      "cut-after" };
	size_t once = 0, twice = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(subjects) / sizeof(*subjects); i++) {
		struct maps maps = maps_of(subjects[i]);

		for (size_t fault = 0; fault < 3; fault++)
			once += cut_everywhere(subjects[i], faults[fault],
					       &maps, 0);
		/* Reading takes 20 commands or so: what comes then is writing. */
		for (size_t again = 22; again < 30; again += 4)
			twice += cut_everywhere(subjects[i], "cut-torn", &maps,
						again + i);
		bytes_free(&maps.old);
		bytes_free(&maps.new);
	}
	golden_count("power cuts of chips", once);
	golden_count("power cuts in a row", twice);
}

static void an_update_costs_little_chip_time(void **state)
{
	static const struct {
		const char *image;
		size_t most_commands;
		unsigned int most_ms;
	} parts[] = {
		{ "508a-settings-aux", 30, 400 },
		{ "608b-settings-aux", 30, 400 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		struct session session;
		struct bytes etf;
		uint64_t commands, us;

		take_image(parts[i].image);
		assert_int_equal(
			begin_session(&session, ",timing=typical,hz=100000"),
			0);
		etf = changed(&session);
		commands = atecc_stats(session.chip)->commands;
		us = atecc_now_us(session.chip);
		assert_int_equal(
			settings_store(session.chip, &session.space, &etf), 0);
		commands = atecc_stats(session.chip)->commands - commands;
		us = atecc_now_us(session.chip) - us;
		printf("%s: %u commands, %u ms\n", parts[i].image,
		       (unsigned int)commands, (unsigned int)(us / 1000));
		assert_true(commands <= parts[i].most_commands);
		assert_true(us / 1000 <= parts[i].most_ms);
		end(&session);
		bytes_free(&etf);
	}
}

static int make_dir(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "%s/nk-settings-XXXXXX",
		 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (!mkdtemp(dir))
		return -1;
	snprintf(file, sizeof(file), "%s/chip.json", dir);
	return 0;
}

static int remove_dir(void **state)
{
	(void)state;
	unlink(file);
	return rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_chips_are_read_and_rewritten),
		cmocka_unit_test(what_elixir_stored_is_shown),
		cmocka_unit_test(a_power_cut_at_any_command_leaves_old_or_new),
		cmocka_unit_test(an_update_costs_little_chip_time),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
