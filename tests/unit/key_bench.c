/* SPDX-License-Identifier: Apache-2.0 */
#include "key_bench.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "error.h"
#include "settings.h"
#include "text.h"

char bench_chip[96], bench_other[96];

static char dir[64], stats_file[96], counting[112];
/* Made once, because later tests measure time or have no memory. */
static struct bytes request, aux_request;

static void make_requests(void)
{
	struct bytes cert = golden_file("signers/y31.cert");
	struct bytes own = golden_file("signers/y31.key");

	assert_int_equal(bytes_printf(&aux_request, "%s%scommit\n",
				      bytes_text(&cert), bytes_text(&own)),
			 0);
	assert_int_equal(bytes_printf(&request, "serial=N1\n%s",
				      bytes_text(&aux_request)),
			 0);
	bytes_free(&cert);
	bytes_free(&own);
}

int bench_begin(void **state)
{
	const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";

	(void)state;
	snprintf(dir, sizeof(dir), "%s/nerveskey-test-XXXXXX", base);
	if (!mkdtemp(dir))
		return -1;
	snprintf(bench_chip, sizeof(bench_chip), "%s/chip", dir);
	snprintf(bench_other, sizeof(bench_other), "%s/other", dir);
	snprintf(stats_file, sizeof(stats_file), "%s/stats", dir);
	snprintf(counting, sizeof(counting), ",stats=%s", stats_file);
	make_requests();
	return 0;
}

static int remove_one(const char *path, const struct stat *info, int kind,
		      struct FTW *where)
{
	(void)info;
	(void)kind;
	(void)where;
	return remove(path);
}

int bench_end(void **state)
{
	(void)state;
	bytes_free(&request);
	bytes_free(&aux_request);
	return nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

void bench_place(const char *file, const char *image)
{
	struct bytes content;
	char path[96];
	FILE *out = fopen(file, "w");

	snprintf(path, sizeof(path), "chip-images/%s.json", image);
	content = golden_file(path);
	assert_non_null(out);
	assert_int_equal(fwrite(content.data, 1, content.len, out),
			 content.len);
	assert_int_equal(fclose(out), 0);
	bytes_free(&content);
}

json_t *bench_state(const char *file)
{
	json_error_t error;
	json_t *json = json_load_file(file, 0, &error);

	if (!json)
		fail_msg("%s: %s", file, error.text);
	return json;
}

int bench_open_file(const char *file, const char *options,
		    struct nerveskey **key)
{
	const struct nerveskey_options how = { .state_dir = dir, .key = -1 };
	char device[640];

	snprintf(device, sizeof(device), "sim:%s,clock=virtual,seed=7%s", file,
		 options);
	return nerveskey_open(device, &how, key);
}

int bench_open(const char *options, struct nerveskey **key)
{
	return bench_open_file(bench_chip, options, key);
}

struct nerveskey *bench_must_open(const char *options)
{
	struct nerveskey *key = NULL;

	if (bench_open(options, &key) < 0)
		fail_msg("%s: %s", options, fail_reason());
	return key;
}

const char *bench_counting(void)
{
	return counting;
}

unsigned int bench_counted(void)
{
	json_t *stats = bench_state(stats_file);
	json_int_t transfers =
		json_integer_value(json_object_get(stats, "transfers"));

	json_decref(stats);
	assert_true(transfers > 0);
	return (unsigned int)transfers;
}

unsigned int bench_transfers(const char *image,
			     int (*run)(struct nerveskey *key))
{
	struct nerveskey *key;

	bench_place(bench_chip, image);
	key = bench_must_open(bench_counting());
	if (run)
		assert_int_equal(run(key), 0);
	nerveskey_close(key);
	return bench_counted();
}

unsigned int bench_stride(void)
{
	const char *text = getenv("NK_STRIDE");
	int step = text ? atoi(text) : 1;

	return step > 0 ? (unsigned int)step : 1;
}

void bench_damage(unsigned int at, char options[static 512])
{
	int len = snprintf(options, 512, ",faults=crc@%u", at);

	for (unsigned int i = 1; i < 30; i++)
		len += snprintf(options + len, 512 - (size_t)len, "+crc@%u",
				at + i);
}

int do_get(struct nerveskey *key, enum nerveskey_item item)
{
	struct bytes out = BYTES_INIT;
	int err = nerveskey_get(key, item, &out);

	bytes_free(&out);
	return err;
}

void bench_status(struct nerveskey *key, struct bytes *text)
{
	struct nerveskey_snapshot *snapshot;
	const struct bytes *status;

	assert_int_equal(nerveskey_snapshot(key, &snapshot), 0);
	status = &snapshot->status->bytes;
	assert_int_equal(bytes_append(text, status->data, status->len), 0);
	snapshot_unref(snapshot);
}

int do_status(struct nerveskey *key)
{
	struct nerveskey_snapshot *snapshot;
	struct bytes text = BYTES_INIT;
	int err;

	nerveskey_look(key);
	err = nerveskey_snapshot(key, &snapshot);
	if (err < 0)
		return err;
	err = nerveskey_metrics(&snapshot->counts, &text);
	snapshot_unref(snapshot);
	bytes_free(&text);
	return err;
}

int do_sign(struct nerveskey *key)
{
	uint8_t digest[32] = { 1, 2, 3 }, signature[64];

	return served(key, nerveskey_sign(key, NERVESKEY_MAIN_KEY, digest,
					  signature));
}

int do_random(struct nerveskey *key)
{
	uint8_t random[64];

	return served(key, nerveskey_random(key, random, sizeof(random)));
}

int do_ecdh(struct nerveskey *key)
{
	static const char base_point[] = "6b17d1f2e12c4247f8bce6e563a440f2"
					 "77037d812deb33a0f4a13945d898c296"
					 "4fe342e2fe1a7f9b8ee7eb4a7c0f9e16"
					 "2bce33576b315ececbb6406837bf51f5";
	uint8_t peer[64], secret[32];

	assert_int_equal(hex_decode(base_point, peer, sizeof(peer)), 0);
	return served(key,
		      nerveskey_ecdh(key, NERVESKEY_MAIN_KEY, peer, secret));
}

static int write_map(struct nerveskey *key, const struct settings *next)
{
	struct content *etf = NULL;
	BYTES_LOCAL(term);
	int err = settings_encode(next, &term);

	if (err == 0)
		err = content_new(&term, &etf);
	if (err == 0)
		err = nerveskey_settings_write(key, etf);
	content_unref(etf);
	return err;
}

/* One change of the map: one request. */
static int edit_once(struct nerveskey *key,
		     int (*apply)(struct settings *settings,
				  const void *context),
		     const void *context)
{
	struct content *etf;
	struct settings *next;
	int err;

	err = nerveskey_settings_known(key, &etf);
	if (err == 0)
		err = settings_decode(etf->bytes.data, etf->bytes.len, &next);
	if (err < 0)
		return err;
	err = apply(next, context);
	if (err == 0)
		err = write_map(key, next);
	settings_free(next);
	return err;
}

static int edit(struct nerveskey *key,
		int (*apply)(struct settings *settings, const void *context),
		const void *context)
{
	return served(key, edit_once(key, apply, context));
}

struct pair {
	const char *name, *text;
};

static int apply_put(struct settings *settings, const void *context)
{
	const struct pair *pair = context;
	struct bytes value = BYTES_INIT;
	int err = bytes_set(&value, pair->text, strlen(pair->text));

	if (err == 0)
		err = settings_put(settings, pair->name, &value);
	bytes_free(&value);
	return err;
}

int do_put(struct nerveskey *key, const char *name, const char *text)
{
	return edit(key, apply_put, &(struct pair){ name, text });
}

static int apply_remove(struct settings *settings, const void *context)
{
	return settings_remove(settings, context);
}

int do_remove(struct nerveskey *key, const char *name)
{
	return edit(key, apply_remove, name);
}

static int apply_rename(struct settings *settings, const void *context)
{
	const struct pair *pair = context;

	return settings_rename(settings, pair->name, pair->text);
}

int do_rename(struct nerveskey *key, const char *from, const char *to)
{
	return edit(key, apply_rename, &(struct pair){ from, to });
}

static int replace_once(struct nerveskey *key, const struct bytes *etf)
{
	struct content *now;
	struct settings *next;
	int err;

	err = settings_decode(etf->data, etf->len, &next);
	if (err < 0)
		return err;
	err = nerveskey_settings_known(key, &now);
	if (err == 0 || err == -EUCLEAN)
		err = write_map(key, next);
	settings_free(next);
	return err;
}

int do_replace(struct nerveskey *key, const struct bytes *etf)
{
	return served(key, replace_once(key, etf));
}

int do_get_setting(struct nerveskey *key, const char *name, struct bytes *text)
{
	struct settings *map;
	struct content *etf;
	int err = served(key, nerveskey_settings(key, &etf));

	bytes_free(text);
	if (err == 0)
		err = settings_decode(etf->bytes.data, etf->bytes.len, &map);
	if (err < 0)
		return err;
	err = settings_get(map, name, text);
	settings_free(map);
	return err;
}

int do_get_map(struct nerveskey *key, struct bytes *etf)
{
	struct content *map;
	int err = served(key, nerveskey_settings(key, &map));

	bytes_free(etf);
	return err < 0 ? err : bytes_set(etf, map->bytes.data, map->bytes.len);
}

int do_put_server(struct nerveskey *key)
{
	return do_put(key, "server", "another server");
}

static int write_all(struct nerveskey *key, enum nerveskey_provision which,
		     const struct bytes *text)
{
	int err, end;

	err = nerveskey_provision_write(key, which, true, bytes_text(text),
					text->len);
	end = nerveskey_provision_end(key, which);
	return err < 0 ? err : end;
}

int do_provision(struct nerveskey *key)
{
	return write_all(key, NERVESKEY_PROVISION, &request);
}

int do_provision_aux(struct nerveskey *key)
{
	return write_all(key, NERVESKEY_PROVISION_AUX, &aux_request);
}

int do_activate(struct nerveskey *key)
{
	static const uint8_t activation_key[16] = {
		0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	};
	uint8_t data[32] = { 0 }, mac[32];
	int err = served(key, nerveskey_activate(key, activation_key));

	return err < 0 ? err : served(key, nerveskey_derive(key, data, mac));
}
