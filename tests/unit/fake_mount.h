/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The PKCS #11 module, loaded as programs load it, on a directory of plain
 * files that looks like a mount. `sign` and `ecdh` hold the reply at the offset
 * where it is read after the request was written.
 */
#pragma once

#include "golden.h"

#include "cryptoki.h"

#define FAKE_CHIP_SERIAL "0123456789abcdefee"

/* The function lists of v2.40 and of v3.1. */
extern struct ck_function_list *p11;
extern struct function_list_3 *p11_3;

/* A symbol of the module. */
void *fake_symbol(const char *name);

/* cmocka's group setup and teardown: NERVESKEY_MOUNT names two mounts. */
int fake_setup(void **state);
int fake_teardown(void **state);

/* The path of the first mount. The second one never exists. */
const char *fake_mount(void);
/* Remove the first mount and make a new one. */
void fake_mount_make(const char *chip_serial, const char *present);
/* Add another key than the device's to keys/ and to `status`. */
void fake_mount_add_key(unsigned int slot);
void fake_mount_remove(void);

/* The names of the files that the module reads. */
#define FAKE_FILES 8
extern const char *const fake_files[FAKE_FILES];
/* The path of a file of the first mount. */
const char *fake_path(const char *name);

/* Write, read or delete a file of the first mount. */
void fake_write(const char *name, const void *data, size_t len);
void fake_text(const char *name, const char *text);
struct bytes fake_read(const char *name);
void fake_delete(const char *name);

/* C_Initialize and open a session on slot 0; then end both. */
ck_session_handle_t fake_session(void);
void fake_end(void);

/*
 * cmocka's setup and teardown of a test: a mount, and a session on it. A test
 * that hangs is ended by a signal.
 */
extern ck_session_handle_t session;
int fake_open(void **state);
int fake_close(void **state);

/* The only object of a class and label. */
ck_object_handle_t fake_find(ck_session_handle_t in, ck_object_class_t class,
			     const char *label);
/* The value of an attribute. bytes_free() it. */
struct bytes fake_attribute(ck_session_handle_t in, ck_object_handle_t object,
			    ck_attribute_type_t type);
/* The number of objects; 0 when a search cannot begin. */
unsigned long fake_count(ck_session_handle_t in);

/* The private key's handle, and calls of the module that use the mount. */
#define FAKE_KEY 1
ck_rv_t fake_sign(ck_session_handle_t in, ck_object_handle_t key);
ck_rv_t fake_derive(ck_session_handle_t in, ck_object_handle_t key,
		    ck_object_handle_t *secret);
ck_rv_t fake_token_info(void);

/* The number of descriptors that this process has open. */
size_t open_files(void);

#define assert_rv(got, want) assert_int_equal(got, want)
