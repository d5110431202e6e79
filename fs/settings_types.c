/* SPDX-License-Identifier: Apache-2.0 */
/* The type of a settings file: the chip's for a key, remembered for others. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "settings_private.h"

static int type_of(struct settings_files *files, struct setting_file *file,
		   const char **type)
{
	char *name = NULL;
	int err = 0;

	pthread_mutex_lock(&files->lock);
	if (file->kind == SETTING_STORED) {
		name = strdup(file->name);
		err = name ? 0 : -ENOMEM;
	} else {
		*type = file->type ? file->type : "binary";
	}
	pthread_mutex_unlock(&files->lock);
	if (name)
		err = nerveskey_setting_type(files->key, name, type);
	free(name);
	return err;
}

int settings_files_type(struct settings_files *files, const char *name,
			struct setting_open *open, const char **type)
{
	struct setting_file *file;
	int err;

	err = setting_of(files, name, open, &file);
	if (err < 0)
		return err;
	err = type_of(files, file, type);
	setting_release(files, file);
	return err;
}

/* In turn. */
static int set_type(struct settings_files *files, struct setting_file *file,
		    const char *type)
{
	const char *now;
	int err;

	err = setting_settle(files, file);
	if (err == 0)
		err = type_of(files, file, &now);
	if (err < 0 || strcmp(now, type) == 0)
		return err;
	if (file->kind != SETTING_STORED)
		return -EOPNOTSUPP;
	return nerveskey_setting_set_type(files->key, file->name, type);
}

int settings_files_set_type(struct settings_files *files, const char *name,
			    struct setting_open *open, const char *type)
{
	struct setting_file *file;
	int err;

	err = setting_enter(files, name, open, &file);
	if (err < 0)
		return err;
	err = set_type(files, file, type);
	setting_leave(files, file);
	return err;
}
