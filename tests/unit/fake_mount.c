/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_mount.h"

#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Longer than any test takes, in seconds. */
#define PATIENCE 300

struct ck_function_list *p11;
struct function_list_3 *p11_3;
ck_session_handle_t session;

static void *module;
static char top[] = "/tmp/nk-pkcs11-XXXXXX";
static char mount_path[64];

const char *const fake_files[FAKE_FILES] = {
	"device.pem", "signer.pem", "pubkey.pem", "status",
	"sign",	      "ecdh",	    "random",	  "chip/serial",
};

const char *fake_path(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", mount_path, name);
	return path;
}

void *fake_symbol(const char *name)
{
	return dlsym(module, name);
}

/* Get the lists from the two functions that return them. */
static int get_lists(void)
{
	__typeof__(C_GetFunctionList) *get_list;
	__typeof__(C_GetInterface) *get_interface;
	struct ck_version version = { 3, 1 };
	struct ck_interface *interface;

	*(void **)&get_list = fake_symbol("C_GetFunctionList");
	*(void **)&get_interface = fake_symbol("C_GetInterface");
	if (!get_list || get_list(&p11) != CKR_OK)
		return -1;
	if (!get_interface ||
	    get_interface(NULL, &version, &interface, 0) != CKR_OK)
		return -1;
	p11_3 = interface->function_list_ptr;
	return 0;
}

int fake_setup(void **state)
{
	char list[160];

	(void)state;
	if (!mkdtemp(top))
		return -1;
	snprintf(mount_path, sizeof(mount_path), "%s/mount", top);
	snprintf(list, sizeof(list), "%s::%s/none:", mount_path, top);
	setenv("NERVESKEY_MOUNT", list, 1);
	module = dlopen(PKCS11_MODULE, RTLD_NOW | RTLD_LOCAL);
	return module ? get_lists() : -1;
}

int fake_teardown(void **state)
{
	(void)state;
	fake_mount_remove();
	rmdir(top);
	return dlclose(module);
}

const char *fake_mount(void)
{
	return mount_path;
}

void fake_write(const char *name, const void *data, size_t len)
{
	FILE *file = fopen(fake_path(name), "w");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

void fake_text(const char *name, const char *text)
{
	fake_write(name, text, strlen(text));
}

void fake_delete(const char *name)
{
	assert_int_equal(unlink(fake_path(name)), 0);
}

struct bytes fake_read(const char *name)
{
	struct bytes content = BYTES_INIT;
	FILE *file = fopen(fake_path(name), "r");
	char data[4096];

	assert_non_null(file);
	assert_int_equal(
		bytes_set(&content, data, fread(data, 1, sizeof(data), file)),
		0);
	fclose(file);
	return content;
}

static void copy_golden(const char *name, const char *path)
{
	struct bytes content = golden_file(path);

	fake_write(name, content.data, content.len);
	bytes_free(&content);
}

/* len16's public key. */
static const char public_key[] =
	"-----BEGIN PUBLIC KEY-----\n"
	"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEW6kiE889JtIQSyzsk+Qxk7Ks9ZJV\n"
	"ZSX4ywUhNSqT8toNnVHZhTNnvl8sXJBH6zhn3gQXTS7NLegG9HVzDvTeQQ==\n"
	"-----END PUBLIC KEY-----\n";

void fake_mount_make(const char *chip_serial, const char *present)
{
	char status[128];
	uint8_t reply[96];

	assert_int_equal(mkdir(mount_path, 0700), 0);
	assert_int_equal(mkdir(fake_path("chip"), 0700), 0);
	copy_golden("device.pem", "devices/len16.cert");
	copy_golden("signer.pem", "signers/y31.cert");
	fake_text("pubkey.pem", public_key);
	fake_text("chip/serial", chip_serial);
	snprintf(status, sizeof(status),
		 "state=complete\npresent=%s\nmodel=ATECC608B\n"
		 "chip_serial=%s\nserial=N1234567\n",
		 present, chip_serial);
	fake_text("status", status);
	for (size_t i = 0; i < sizeof(reply); i++)
		reply[i] = (uint8_t)i;
	fake_write("sign", reply, sizeof(reply));
	fake_write("ecdh", reply, sizeof(reply));
	fake_write("random", reply, sizeof(reply));
}

static void add_slot(unsigned int slot, const char *key)
{
	static const char *const files[] = { "sign", "ecdh" };
	char name[64];
	struct bytes reply;

	snprintf(name, sizeof(name), "keys/%u", slot);
	assert_int_equal(mkdir(fake_path(name), 0700), 0);
	snprintf(name, sizeof(name), "keys/%u/pubkey.pem", slot);
	fake_text(name, key);
	for (size_t i = 0; i < 2; i++) {
		reply = fake_read(files[i]);
		snprintf(name, sizeof(name), "keys/%u/%s", slot, files[i]);
		fake_write(name, reply.data, reply.len);
		bytes_free(&reply);
	}
}

void fake_mount_add_key(unsigned int slot)
{
	struct bytes status = fake_read("status");
	char key[sizeof(public_key)], text[256];

	/* The device's own key is there too. */
	if (mkdir(fake_path("keys"), 0700) == 0)
		add_slot(0, public_key);
	memcpy(key, public_key, sizeof(key));
	key[100] = (char)('a' + slot);
	add_slot(slot, key);
	if (!strstr(bytes_text(&status), "keys="))
		snprintf(text, sizeof(text), "%skeys=0,%u\n",
			 bytes_text(&status), slot);
	else
		snprintf(text, sizeof(text), "%.*s,%u\n", (int)status.len - 1,
			 bytes_text(&status), slot);
	fake_text("status", text);
	bytes_free(&status);
}

static void remove_slots(void)
{
	static const char *const files[] = { "/sign", "/ecdh", "/pubkey.pem",
					     "" };
	char name[64];

	for (unsigned int slot = 0; slot < 16; slot++)
		for (size_t i = 0; i < LENGTH(files); i++) {
			snprintf(name, sizeof(name), "keys/%u%s", slot,
				 files[i]);
			remove(fake_path(name));
		}
	rmdir(fake_path("keys"));
}

void fake_mount_remove(void)
{
	for (size_t i = 0; i < FAKE_FILES; i++)
		unlink(fake_path(fake_files[i]));
	remove_slots();
	rmdir(fake_path("chip"));
	rmdir(mount_path);
}

ck_session_handle_t fake_session(void)
{
	ck_session_handle_t fresh;

	assert_rv(p11->C_Initialize(NULL), CKR_OK);
	assert_rv(p11->C_OpenSession(0, CKF_SERIAL_SESSION, NULL, NULL, &fresh),
		  CKR_OK);
	return fresh;
}

void fake_end(void)
{
	assert_rv(p11->C_Finalize(NULL), CKR_OK);
}

int fake_open(void **state)
{
	(void)state;
	alarm(PATIENCE);
	fake_mount_make(FAKE_CHIP_SERIAL, "yes");
	session = fake_session();
	return 0;
}

int fake_close(void **state)
{
	(void)state;
	fake_end();
	fake_mount_remove();
	alarm(0);
	return 0;
}

ck_object_handle_t fake_find(ck_session_handle_t in, ck_object_class_t class,
			     const char *label)
{
	struct ck_attribute wanted[] = {
		{ CKA_CLASS, &class, sizeof(class) },
		{ CKA_LABEL, (void *)(uintptr_t)label, strlen(label) },
	};
	ck_object_handle_t found[2];
	unsigned long count;

	assert_rv(p11->C_FindObjectsInit(in, wanted, 2), CKR_OK);
	assert_rv(p11->C_FindObjects(in, found, 2, &count), CKR_OK);
	assert_rv(p11->C_FindObjectsFinal(in), CKR_OK);
	assert_int_equal(count, 1);
	return found[0];
}

struct bytes fake_attribute(ck_session_handle_t in, ck_object_handle_t object,
			    ck_attribute_type_t type)
{
	struct ck_attribute wanted = { type, NULL, 0 };
	struct bytes value = BYTES_INIT;

	assert_rv(p11->C_GetAttributeValue(in, object, &wanted, 1), CKR_OK);
	assert_int_equal(bytes_resize(&value, wanted.value_len), 0);
	wanted.value = value.data;
	assert_rv(p11->C_GetAttributeValue(in, object, &wanted, 1), CKR_OK);
	assert_int_equal(wanted.value_len, value.len);
	return value;
}

unsigned long fake_count(ck_session_handle_t in)
{
	ck_object_handle_t found[16];
	unsigned long count;

	if (p11->C_FindObjectsInit(in, NULL, 0) != CKR_OK)
		return 0;
	assert_rv(p11->C_FindObjects(in, found, 16, &count), CKR_OK);
	assert_rv(p11->C_FindObjectsFinal(in), CKR_OK);
	return count;
}

ck_rv_t fake_sign(ck_session_handle_t in, ck_object_handle_t key)
{
	struct ck_mechanism ecdsa = { CKM_ECDSA, NULL, 0 };
	unsigned char digest[32] = { 1 }, signature[64];
	unsigned long len = sizeof(signature);
	ck_rv_t rv = p11->C_SignInit(in, &ecdsa, key);

	return rv != CKR_OK ? rv : p11->C_Sign(in, digest, 32, signature, &len);
}

ck_rv_t fake_derive(ck_session_handle_t in, ck_object_handle_t key,
		    ck_object_handle_t *secret)
{
	unsigned char peer[65] = { 0x04, 7 };
	struct ck_ecdh1_derive_params params = { CKD_NULL, 0, NULL, 65, peer };
	struct ck_mechanism ecdh = { CKM_ECDH1_DERIVE, &params,
				     sizeof(params) };

	return p11->C_DeriveKey(in, &ecdh, key, NULL, 0, secret);
}

ck_rv_t fake_token_info(void)
{
	struct ck_token_info info;

	return p11->C_GetTokenInfo(0, &info);
}

size_t open_files(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t count = 0;

	assert_non_null(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}
