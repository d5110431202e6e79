/* SPDX-License-Identifier: Apache-2.0 */
/* The simulator against what the Elixir library sent to its chips. */
#include "sim_bench.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "text.h"

/* A blank part whose configuration zone is `config`. */
static void write_blank(const struct bench *bench, const char *config)
{
	json_t *json = golden_json(strstr(config, "00005000")
					   ? "chip-images/508a-factory.json"
					   : "chip-images/608b-factory.json");

	json_object_set_new(json, "config", json_string(config));
	assert_int_equal(json_dump_file(json, bench->file, 0), 0);
	json_decref(json);
}

static void assert_member(const json_t *got, const char *name,
			  const json_t *want)
{
	const char *text = json_string_value(json_object_get(got, name));

	assert_non_null(text);
	assert_string_equal(text, json_string_value(want));
}

/* GenKey makes another key each time; that aside, the answers are the same. */
static void replay(struct bench *bench, const json_t *requests)
{
	const json_t *one;
	size_t i;

	json_array_foreach(requests, i, one)
	{
		const char *payload = golden_text(one, "payload");
		struct bytes want = golden_hex(one, "response");

		if (i % 20 == 19)
			bench_wake(bench);
		bench_command(bench, payload);
		if (strncmp(payload, "40", 2) == 0)
			assert_int_equal(bench->len, want.len);
		else
			assert_bytes(bench->reply, bench->len, &want);
		if (i % 20 == 18)
			sim_write(bench->sim, bench->address,
				  (const uint8_t *)"\x02", 1);
		bytes_free(&want);
	}
}

static void assert_zones(const struct bench *bench, const json_t *want)
{
	json_error_t error;
	json_t *got = json_load_file(bench->file, 0, &error), *slot;
	char number[24];
	size_t i;

	assert_non_null(got);
	assert_member(got, "config", json_object_get(want, "config"));
	assert_member(got, "otp", json_object_get(want, "otp"));
	json_array_foreach(json_object_get(got, "data"), i, slot)
	{
		snprintf(number, sizeof(number), "%zu", i);
		assert_string_equal(
			json_string_value(slot),
			golden_text(json_object_get(want, "slots"), number));
	}
	assert_int_equal(json_object_size(json_object_get(got, "keys")), 1);
	json_decref(got);
}

/* What the part had before: the first four answers. */
static void first_config(const json_t *one, char config[static 257])
{
	const json_t *requests = json_object_get(one, "requests");

	for (size_t i = 0; i < 4; i++)
		memcpy(config + 64 * i,
		       golden_text(json_array_get(requests, i), "response"),
		       65);
}

static void provisioning_leaves_the_same_zones(void **state)
{
	json_t *cases = golden_json("provision-requests.json"), *one;
	struct bench bench;
	char config[257];
	size_t i;

	(void)state;
	json_array_foreach(cases, i, one)
	{
		const json_t *requests = json_object_get(one, "requests");

		first_config(one, config);
		bench_begin(&bench);
		write_blank(&bench, config);
		bench_open(&bench, ",clock=virtual");
		replay(&bench, requests);
		bench_close(&bench);
		if (strcmp(golden_text(one, "result"), ":ok") == 0)
			assert_zones(&bench, one);
		bench_end(&bench);
	}
	golden_count("provisioning", i);
	json_decref(cases);
}

static void configuration_is_written_and_locked(void **state)
{
	json_t *cases = golden_json("config-zone.json"), *one, *write;
	struct bench bench;
	char payload[128];
	size_t i, j;

	(void)state;
	json_array_foreach(cases, i, one)
	{
		const json_t *lock =
			json_array_get(json_object_get(one, "lock_crc"), 0);
		json_error_t error;
		json_t *got;

		bench_begin(&bench);
		write_blank(&bench, golden_text(one, "config_before"));
		bench_open(&bench, ",clock=virtual");
		json_array_foreach(json_object_get(one, "writes"), j, write)
		{
			const char *data = golden_text(write, "data");
			int address = (int)json_integer_value(
				json_object_get(write, "address"));

			snprintf(payload, sizeof(payload), "12%02x%02x00%s",
				 strlen(data) == 64 ? 0x80 : 0, address, data);
			assert_status(&bench, payload, 0x00);
		}
		snprintf(payload, sizeof(payload), "1700%s",
			 golden_text(lock, "param2_bytes"));
		assert_status(&bench, payload, 0x00);
		assert_status(&bench, payload, 0x0f);
		bench_close(&bench);
		got = json_load_file(bench.file, 0, &error);
		assert_member(got, "config",
			      json_object_get(one, "config_after_lock"));
		json_decref(got);
		bench_end(&bench);
	}
	golden_count("configurations", i);
	json_decref(cases);
}

/* Points off the curve, and SHA's message longer than the length beside it. */
static bool is_malformed(const char *payload)
{
	return strncmp(payload, "43", 2) == 0 ||
	       strncmp(payload, "47c2", 4) == 0;
}

static void packets_are_understood(void **state)
{
	json_t *file = golden_json("packets.json"), *one, *request;
	struct bench bench;
	size_t i, j, count = 0;

	(void)state;
	bench_start(&bench, "608b-factory", NULL, ",clock=virtual");
	json_array_foreach(json_object_get(file, "requests"), i, one)
	{
		json_array_foreach(json_object_get(one, "requests"), j, request)
		{
			struct bytes wire = golden_hex(request, "wire");
			const char *payload = golden_text(request, "payload");

			assert_int_equal(sim_write(bench.sim, bench.address,
						   wire.data, wire.len),
					 0);
			bench_receive(&bench);
			if (bench.len == 1)
				assert_int_not_equal(bench.reply[0], 0xff);
			if (bench.len == 1 && !is_malformed(payload))
				assert_int_not_equal(bench.reply[0], 0x03);
			bytes_free(&wire);
			count++;
		}
	}
	golden_count("packets", count);
	bench_end(&bench);
	json_decref(file);
}

static void every_image_is_a_chip_that_answers(void **state)
{
	DIR *dir = opendir(GOLDEN_IMAGES);
	struct dirent *entry;
	struct bench bench;
	char name[64];
	size_t count = 0;

	(void)state;
	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		if (sscanf(entry->d_name, "%63[^.]", name) != 1)
			continue;
		bench_start(&bench, name, NULL, ",clock=virtual");
		assert_answer(&bench, "02800000", 32);
		assert_answer(&bench, "30000000", 4);
		bench_end(&bench);
		count++;
	}
	closedir(dir);
	golden_count("chip images", count);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(provisioning_leaves_the_same_zones),
		cmocka_unit_test(configuration_is_written_and_locked),
		cmocka_unit_test(packets_are_understood),
		cmocka_unit_test(every_image_is_a_chip_that_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
