/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nerveskey-sim serve: options, sockets and signals. server.c has the protocol.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "bytes.h"
#include "error.h"
#include "holder.h"
#include "server.h"
#include "tool.h"

struct serve {
	const char *socket, *control;
	struct bytes spec, beside;
};

/* 'o': an option of the simulator, by the same name. */
static const struct option options[] = {
	{ "socket", required_argument, NULL, 's' },
	{ "control", required_argument, NULL, 'c' },
	{ "addr", required_argument, NULL, 'o' },
	{ "timing", required_argument, NULL, 'o' },
	{ "hz", required_argument, NULL, 'o' },
	{ "clock", required_argument, NULL, 'o' },
	{ "seed", required_argument, NULL, 'o' },
	{ "faults", required_argument, NULL, 'o' },
	{ "wake-crc", required_argument, NULL, 'o' },
	{ 0 },
};

static int parse(int argc, char **argv, struct serve *serve)
{
	BYTES_LOCAL(extra);
	int option, index;

	while ((option = getopt_long(argc, argv, "", options, &index)) != -1) {
		if (option == 's')
			serve->socket = optarg;
		else if (option == 'c')
			serve->control = optarg;
		else if (option == 'o')
			bytes_printf(&extra, ",%s=%s", options[index].name,
				     optarg);
		else
			return tool_usage("serve FILE --socket PATH ...");
	}
	if (argc - optind != 1 || !serve->socket)
		return tool_usage("serve wants one FILE and --socket PATH");
	if (strchr(argv[optind], ','))
		return tool_usage("FILE has a comma, which sim:FILE cannot "
				  "have: choose another name");
	bytes_printf(&serve->spec, "%s%s", argv[optind], bytes_text(&extra));
	bytes_printf(&serve->beside, "%s.ctl", serve->socket);
	if (extra.err < 0 || serve->spec.err < 0 || serve->beside.err < 0)
		return tool_failed(-ENOMEM);
	if (!serve->control)
		serve->control = bytes_text(&serve->beside);
	return 0;
}

/*
 * Refuses to replace a file: --socket may name FILE or another chip by mistake.
 */
static int check_place(const char *path)
{
	struct stat info;
	int fd;

	if (lstat(path, &info) == 0 && !S_ISSOCK(info.st_mode))
		return fail_because(
			EEXIST,
			"%s exists and is not a socket, so it is left "
			"alone: name another path",
			path);
	fd = tool_connect(path);
	if (fd < 0)
		return 0;
	close(fd);
	return fail_because(EADDRINUSE,
			    "%s is served already: end that simulator, or "
			    "name another path",
			    path);
}

/*
 * Listens before the socket gets its name, so that whoever sees it can connect.
 * Replaces the socket of a dead server.
 */
static int listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd, err;

	if ((size_t)snprintf(address.sun_path, sizeof(address.sun_path),
			     "%s.new", path) >= sizeof(address.sun_path))
		return fail_because(
			ENAMETOOLONG,
			"%s is too long for the path of a socket, which "
			"has at most %zu bytes",
			path, sizeof(address.sun_path) - sizeof(".new"));
	err = check_place(path);
	if (err == 0)
		err = check_place(address.sun_path);
	if (err < 0)
		return err;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	unlink(address.sun_path);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    chmod(address.sun_path, 0600) < 0 || listen(fd, 16) < 0 ||
	    rename(address.sun_path, path) < 0) {
		err = fail_because(errno, "%s: %s", path, strerror(errno));
		unlink(address.sun_path);
		close(fd);
		return err;
	}
	return fd;
}

static int watch_signals(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	if (sigprocmask(SIG_BLOCK, &signals, NULL) < 0)
		return -errno;
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &signals, SFD_CLOEXEC);
}

/* The descriptors are closed when the program ends, which is next. */
static int serve_sockets(struct serve *serve, struct sim *sim)
{
	struct server server = { .sim = sim, .stop = watch_signals() };
	int err;

	if (server.stop < 0)
		return server.stop;
	/*
	 * The bus comes last: whoever sees it may use the control socket too.
	 */
	server.control = listen_at(serve->control);
	if (server.control < 0)
		return server.control;
	server.bus = listen_at(serve->socket);
	err = server.bus;
	if (err >= 0) {
		err = server_run(&server);
		unlink(serve->socket);
	}
	unlink(serve->control);
	return err;
}

int tool_serve(int argc, char **argv)
{
	struct serve serve = { .spec = BYTES_INIT, .beside = BYTES_INIT };
	struct sim *sim;
	int code = parse(argc, argv, &serve), err;

	if (code == 0) {
		err = sim_open(bytes_text(&serve.spec), &sim);
		if (err == -EBUSY)
			err = holder_refuse(bytes_text(&serve.spec));
		if (err == 0) {
			err = serve_sockets(&serve, sim);
			sim_close(sim);
		}
		if (err < 0)
			code = tool_failed(err);
	}
	bytes_free(&serve.spec);
	bytes_free(&serve.beside);
	return code;
}
