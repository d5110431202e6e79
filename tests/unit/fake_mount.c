/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_mount.h"

#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct ck_function_list *p11;

static void *module;
static char top[] = "/tmp/nk-pkcs11-XXXXXX";
static char mount_path[64];

static const char *const names[] = { "device.pem", "signer.pem", "pubkey.pem",
				     "status",	   "sign",	 "ecdh",
				     "random",	   "chip/serial" };

static const char *path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", mount_path, name);
	return path;
}

int fake_setup(void **state)
{
	ck_rv_t (*get_list)(struct ck_function_list **);
	char list[160];

	(void)state;
	if (!mkdtemp(top))
		return -1;
	snprintf(mount_path, sizeof(mount_path), "%s/mount", top);
	snprintf(list, sizeof(list), "%s::%s/none:", mount_path, top);
	setenv("NERVESKEY_MOUNT", list, 1);
	module = dlopen(PKCS11_MODULE, RTLD_NOW | RTLD_LOCAL);
	if (!module)
		return -1;
	get_list = (ck_rv_t(*)(struct ck_function_list **))(uintptr_t)dlsym(
		module, "C_GetFunctionList");
	return get_list && get_list(&p11) == CKR_OK ? 0 : -1;
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
	FILE *file = fopen(path_of(name), "w");

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
	assert_int_equal(unlink(path_of(name)), 0);
}

struct bytes fake_read(const char *name)
{
	struct bytes content = BYTES_INIT;
	FILE *file = fopen(path_of(name), "r");
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
	assert_int_equal(mkdir(path_of("chip"), 0700), 0);
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

void fake_mount_remove(void)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(path_of(names[i]));
	rmdir(path_of("chip"));
	rmdir(mount_path);
}

ck_session_handle_t fake_session(void)
{
	ck_session_handle_t session;

	assert_rv(p11->C_Initialize(NULL), CKR_OK);
	assert_rv(
		p11->C_OpenSession(0, CKF_SERIAL_SESSION, NULL, NULL, &session),
		CKR_OK);
	return session;
}

void fake_end(void)
{
	assert_rv(p11->C_Finalize(NULL), CKR_OK);
}

ck_object_handle_t fake_find(ck_session_handle_t session,
			     ck_object_class_t class, const char *label)
{
	struct ck_attribute wanted[] = {
		{ CKA_CLASS, &class, sizeof(class) },
		{ CKA_LABEL, (void *)(uintptr_t)label, strlen(label) },
	};
	ck_object_handle_t found[2];
	unsigned long count;

	assert_rv(p11->C_FindObjectsInit(session, wanted, 2), CKR_OK);
	assert_rv(p11->C_FindObjects(session, found, 2, &count), CKR_OK);
	assert_rv(p11->C_FindObjectsFinal(session), CKR_OK);
	assert_int_equal(count, 1);
	return found[0];
}

struct bytes fake_attribute(ck_session_handle_t session,
			    ck_object_handle_t object, ck_attribute_type_t type)
{
	struct ck_attribute wanted = { type, NULL, 0 };
	struct bytes value = BYTES_INIT;

	assert_rv(p11->C_GetAttributeValue(session, object, &wanted, 1),
		  CKR_OK);
	assert_int_equal(bytes_resize(&value, wanted.value_len), 0);
	wanted.value = value.data;
	assert_rv(p11->C_GetAttributeValue(session, object, &wanted, 1),
		  CKR_OK);
	assert_int_equal(wanted.value_len, value.len);
	return value;
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
