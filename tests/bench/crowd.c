/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crowd use [-u UID:GID] CLIENTS SECONDS KIND:PATH...: so many processes at once
 * use the PATHs in turn, until the time is over. Prints for each how often it went
 * through all of them, and how many uses failed. With -u the first is the user UID,
 * the second UID + 1, and so on. KIND:
 *
 *	read	open, read to the end, close
 *	sign	open, write a digest, read the signature, close
 *
 * crowd open COUNT PATH: open PATH so often, print how many were granted, and
 * close them all at the end of standard input.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct tally {
	unsigned int rounds, failures;
};

static void fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static bool read_all(int fd)
{
	char buffer[4096];
	ssize_t got;

	do
		got = read(fd, buffer, sizeof(buffer));
	while (got > 0);
	return got == 0;
}

static bool use(const char *how)
{
	const char *path = strchr(how, ':') + 1;
	const bool signs = how[0] == 's';
	static unsigned char digest[32];
	bool done;
	int fd = open(path, signs ? O_RDWR : O_RDONLY);

	if (fd < 0)
		return false;
	digest[getpid() % 32]++;
	done = (!signs || write(fd, digest, sizeof(digest)) > 0) &&
	       read_all(fd);
	close(fd);
	return done;
}

static void become(const char *who, int number)
{
	unsigned int uid, gid;

	if (sscanf(who, "%u:%u", &uid, &gid) != 2)
		fail(who);
	if (setgroups(0, NULL) < 0 || setgid(gid) < 0 ||
	    setuid(uid + (unsigned int)number) < 0)
		fail(who);
}

static void be_client(struct tally *tally, time_t end, char **ways)
{
	while (time(NULL) < end) {
		for (char **way = ways; *way; way++)
			tally->failures += !use(*way);
		tally->rounds++;
	}
}

static int use_by_many(const char *who, int clients, time_t seconds,
		       char **ways)
{
	const time_t end = time(NULL) + seconds;
	const size_t size = (size_t)clients * sizeof(struct tally);
	struct tally *tallies = mmap(NULL, size, PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (tallies == MAP_FAILED)
		fail("mmap");
	for (int i = 0; i < clients; i++) {
		pid_t pid = fork();

		if (pid < 0)
			fail("fork");
		if (pid > 0)
			continue;
		if (who)
			become(who, i);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		be_client(&tallies[i], end, ways);
		_exit(EXIT_SUCCESS);
	}
	while (wait(NULL) > 0)
		;
	for (int i = 0; i < clients; i++)
		printf("%u %u\n", tallies[i].rounds, tallies[i].failures);
	return EXIT_SUCCESS;
}

/* The driver grants one user fewer than a process may have. */
static int open_many(int count, const char *path)
{
	struct rlimit limit;
	int granted = 0;
	char byte;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		fail("getrlimit");
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	for (int i = 0; i < count; i++) {
		if (open(path, O_RDONLY) >= 0)
			granted++;
		else if (errno != ENFILE)
			fail(path);
	}
	printf("%d\n", granted);
	fflush(stdout);
	return read(STDIN_FILENO, &byte, 1) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int usage(void)
{
	fputs("usage: crowd use [-u UID:GID] CLIENTS SECONDS KIND:PATH...\n"
	      "       crowd open COUNT PATH\n",
	      stderr);
	return 2;
}

int main(int argc, char **argv)
{
	const char *who = NULL;

	if (argc == 4 && strcmp(argv[1], "open") == 0)
		return open_many(atoi(argv[2]), argv[3]);
	if (argc < 5 || strcmp(argv[1], "use") != 0)
		return usage();
	argv += 2;
	if (strcmp(argv[0], "-u") == 0 && argc >= 7) {
		who = argv[1];
		argv += 2;
	}
	return use_by_many(who, atoi(argv[0]), atoi(argv[1]), argv + 2);
}
