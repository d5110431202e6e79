/* SPDX-License-Identifier: Apache-2.0 */
/* nerveskeyfs DEVICE MOUNTPOINT: from the command line to the mount, and back. */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "daemon.h"
#include "error.h"
#include "front.h"
#include "harden.h"
#include "list.h"
#include "mount.h"
#include "nerveskey.h"
#include "notify.h"
#include "options.h"
#include "report.h"

static bool serving;

/*
 * libfuse's own lines end with a newline, and some come in pieces. Before the
 * mount is served, the last line is the reason of a failure.
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

/* The front reads the signals that end the daemon. None interrupts a thread. */
static int catch_signals(int *fd)
{
	sigset_t ending;

	sigemptyset(&ending);
	sigaddset(&ending, SIGHUP);
	sigaddset(&ending, SIGINT);
	sigaddset(&ending, SIGTERM);
	signal(SIGPIPE, SIG_IGN);
	sigprocmask(SIG_BLOCK, &ending, NULL);
	*fd = signalfd(-1, &ending, SFD_CLOEXEC | SFD_NONBLOCK);
	return *fd < 0 ? fail_because(errno, "signalfd: %s", strerror(errno))
		       : 0;
}

/* The chip's thread starts last, when nothing else can fail. */
static int serve(struct front *front, const struct options *options)
{
	/* A read must not block: a request may be gone after its announcement. */
	int fd = fuse_session_fd(front->session), err;

	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	log_write(LOG_LEVEL_INFO, "%s is mounted on %s", options->device,
		  options->mountpoint);
	harden(options->device);
	serving = true;
	err = chip_start(front->chip);
	return err < 0 ? err : front_serve(front);
}

static int open_chip(struct front *front, const struct options *options)
{
	const struct nerveskey_options how = {
		.state_dir = options->state_dir,
		.wait = options->wait,
		.key = options->key,
	};
	struct nerveskey *key;
	int err;

	err = nerveskey_open(options->device, &how, &key);
	if (err < 0)
		return fail_reason()[0]
			       ? err
			       : fail_because(-err, "%s: %s", options->device,
					      strerror(-err));
	err = chip_new(key, front->queue, front->session, &front->chip);
	if (err < 0)
		nerveskey_close(key);
	return err;
}

static int open_and_serve(struct front *front, const struct options *options)
{
	struct mount mount;
	int err;

	err = open_chip(front, options);
	if (err == 0)
		err = catch_signals(&front->signals);
	if (err == 0)
		err = notify_start();
	if (err == 0)
		err = mount_make(front->session, &options->mount,
				 options->mountpoint, &mount);
	if (err == 0) {
		err = serve(front, options);
		mount_undo(&mount);
	}
	queue_stop(front->queue);
	chip_free(front->chip);
	front_free(front);
	notify_tell("STOPPING=1");
	return err;
}

static int run(struct options *options)
{
	struct front front = {
		.uid = options->uid,
		.gid = options->gid,
		.umask = options->umask,
		.ready = daemon_ready,
	};
	int err;

	clock_gettime(CLOCK_REALTIME, &front.started);
	inodes_init(&front.inodes);
	fail_clear();
	/* This refuses unknown options before the chip is used. */
	front.session = fuse_session_new(&options->fuse, front_ops(),
					 sizeof(*front_ops()), &front);
	if (!front.session)
		return fail_because(EINVAL, "%s: see --help for the options",
				    fail_reason());
	err = options_check(options);
	if (err == 0 && !options->foreground)
		err = daemon_start();
	if (err == 0)
		err = nerveskey_start_signing(harden_signing);
	if (err == 0)
		err = queue_new(&front.queue);
	if (err == 0)
		err = open_and_serve(&front, options);
	nerveskey_stop_signing();
	queue_free(front.queue);
	fuse_session_destroy(front.session);
	return err;
}

static void print_version(void)
{
	struct utsname kernel;

	printf("nerveskeyfs %s (libfuse %s", NK_VERSION, fuse_pkgversion());
	if (uname(&kernel) == 0)
		printf(", %s %s", kernel.sysname, kernel.release);
	puts(")");
}

static int exit_status(int err)
{
	if (err == 0)
		return EXIT_SUCCESS;
	log_write(LOG_LEVEL_ERROR, "%s",
		  fail_reason()[0] ? fail_reason() : strerror(-err));
	return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	struct options options;
	int err;

	daemon_hold_streams();
	/*
	 * One arena for all threads needs much less memory. What a crowd of
	 * clients needed goes back to the system: a threshold that is set does
	 * not grow with the largest block that was ever freed.
	 */
#ifdef M_ARENA_MAX
	mallopt(M_ARENA_MAX, 1);
	mallopt(M_TRIM_THRESHOLD, 64 * 1024);
#endif
	log_to(report_line, LOG_LEVEL_INFO);
	fuse_set_log_func(log_fuse);
	if (argc > 1 && strcmp(argv[1], "--list") == 0)
		return exit_status(list_chips(argv + 2));
	err = options_parse(argc, argv, &options);
	if (err == 0) {
		log_to(report_line, options.log_level);
		if (options.want == OPTIONS_HELP)
			fputs(options_help, stdout);
		else if (options.want == OPTIONS_VERSION)
			print_version();
		else
			err = run(&options);
	}
	options_free(&options);
	return exit_status(err);
}
