/* SPDX-License-Identifier: Apache-2.0 */
/* nerveskeyfs DEVICE MOUNTPOINT: from the command line to the mount, and back. */
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon.h"
#include "error.h"
#include "fs.h"
#include "harden.h"
#include "mount.h"
#include "notify.h"
#include "ops.h"
#include "options.h"
#include "report.h"

/*
 * A request that waits for its turn with the chip keeps a thread, and what is
 * cached must be served meanwhile.
 */
#define MOST_THREADS 256
#define IDLE_THREADS 16

static bool serving;

/*
 * libfuse's own lines end with a newline, and some come in pieces. Before the
 * mount is served they are why it is not.
 */
static void log_fuse(enum fuse_log_level level, const char *format,
		     va_list args)
{
	static _Thread_local char line[512];
	size_t len = strlen(line);

	vsnprintf(line + len, sizeof(line) - len, format, args);
	len = strcspn(line, "\n");
	if (line[len] == '\0' && len < sizeof(line) - 1)
		return;
	line[len] = '\0';
	if (level <= FUSE_LOG_ERR && !serving)
		fail_because(EIO, "%s", line);
	else if (line[0])
		log_write((enum log_level)level, "%s", line);
	line[0] = '\0';
}

static void fs_init(struct fs *fs, const struct options *options)
{
	*fs = (struct fs){
		.uid = options->uid,
		.gid = options->gid,
		.umask = options->umask,
	};
	clock_gettime(CLOCK_REALTIME, &fs->started);
	latest_init(&fs->latest);
	writer_init(&fs->provision[NERVESKEY_PROVISION]);
	writer_init(&fs->provision[NERVESKEY_PROVISION_AUX]);
}

static void fs_destroy(struct fs *fs)
{
	if (fs->settings)
		settings_files_free(fs->settings);
	if (fs->key)
		nerveskey_close(fs->key);
	writer_destroy(&fs->provision[NERVESKEY_PROVISION_AUX]);
	writer_destroy(&fs->provision[NERVESKEY_PROVISION]);
	latest_destroy(&fs->latest);
}

static int fs_open(struct fs *fs, const struct options *options)
{
	const struct nerveskey_options how = {
		.state_dir = options->state_dir,
		.wait = options->wait,
	};
	int err;

	err = nerveskey_open(options->device, &how, &fs->key);
	if (err == 0)
		err = settings_files_new(fs->key, &fs->settings);
	if (err < 0 && fail_reason()[0] == '\0')
		fail_because(-err, "%s: %s", options->device, strerror(-err));
	return err;
}

/* Until it is unmounted or told to end; a signal's number is no error. */
static int serve(struct fuse *fuse)
{
	struct fuse_loop_config *config = fuse_loop_cfg_create();
	int ret;

	if (!config)
		return -ENOMEM;
	fuse_loop_cfg_set_max_threads(config, MOST_THREADS);
	fuse_loop_cfg_set_idle_threads(config, IDLE_THREADS);
	serving = true;
	ret = fuse_loop_mt(fuse, config);
	fuse_loop_cfg_destroy(config);
	return ret < 0 ? ret : 0;
}

static int serve_mount(struct fs *fs, struct fuse *fuse,
		       const struct options *options, struct mount *mount)
{
	/* A mount that was made for us is at no path that we know. */
	const bool made = mount_is_made(options->mountpoint);
	struct notify *notify = NULL;
	int err = 0;

	log_write(LOG_LEVEL_INFO, "%s is mounted on %s", options->device,
		  options->mountpoint);
	harden(options->device);
	if (!made)
		err = names_start(fuse, options->mountpoint, &fs->names);
	if (err == 0 && !made)
		err = notify_start(options->mountpoint, &notify);
	if (err == 0)
		err = serve(fuse);
	names_stop(fs->names);
	mount_undo(mount);
	notify_stop(notify);
	return err;
}

static int mount_and_serve(struct fs *fs, struct fuse *fuse,
			   const struct options *options)
{
	struct fuse_session *session = fuse_get_session(fuse);
	struct mount *mount;
	int err;

	err = fs_open(fs, options);
	if (err < 0)
		return err;
	if (fuse_set_signal_handlers(session) < 0)
		return fail_because(EIO, "no signal handlers can be set");
	err = mount_make(session, &options->mount, options->mountpoint, &mount);
	if (err == 0)
		err = serve_mount(fs, fuse, options, mount);
	fuse_remove_signal_handlers(session);
	return err;
}

static int run(struct options *options)
{
	struct fuse *fuse;
	struct fs fs;
	int err;

	fs_init(&fs, options);
	fail_clear();
	/* Unknown options are refused here, before anybody asks the chip. */
	fuse = fuse_new(&options->fuse, &ops, sizeof(ops), &fs);
	if (!fuse) {
		err = fail_because(EINVAL, "%s: see --help for the options",
				   fail_reason());
	} else {
		err = options->foreground ? 0 : daemon_start();
		if (err == 0)
			err = nerveskey_start_signing(harden_signing);
		if (err == 0)
			err = mount_and_serve(&fs, fuse, options);
		nerveskey_stop_signing();
		fuse_destroy(fuse);
	}
	fs_destroy(&fs);
	return err;
}

int main(int argc, char **argv)
{
	struct options options;
	int err;

	daemon_hold_streams();
	/* Each thread's own would cost more memory than waiting for one does time. */
	mallopt(M_ARENA_MAX, 1);
	log_to(report_line, LOG_LEVEL_INFO);
	fuse_set_log_func(log_fuse);
	err = options_parse(argc, argv, &options);
	if (err == 0) {
		log_to(report_line, options.log_level);
		if (options.want == OPTIONS_HELP)
			fputs(options_help, stdout);
		else if (options.want == OPTIONS_VERSION)
			printf("nerveskeyfs %s (libfuse %s)\n", NK_VERSION,
			       fuse_pkgversion());
		else
			err = run(&options);
	}
	if (err < 0)
		log_write(LOG_LEVEL_ERROR, "%s",
			  fail_reason()[0] ? fail_reason() : strerror(-err));
	options_free(&options);
	return err < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
