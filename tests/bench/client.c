/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client ROUNDS TIMES [-n NUDGE] KIND:PATH...: print how many microseconds one
 * use of each PATH takes. The paths take turns in each round; the result is the
 * lower quartile of ROUNDS rounds. KIND:
 *
 *	read	open, read, close
 *	stat	stat
 *	changed	as read, after a request to NUDGE that is refused, so that the
 *		content of PATH, `status`, changes
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MOST_PATHS  8
#define MOST_ROUNDS 1000

static const char *nudge_path;

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void fail(const char *path)
{
	perror(path);
	exit(EXIT_FAILURE);
}

static void read_once(const char *path)
{
	static char buffer[65536];
	int fd = open(path, O_RDONLY);

	if (fd < 0 || read(fd, buffer, sizeof(buffer)) <= 0)
		fail(path);
	close(fd);
}

static void stat_once(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		fail(path);
}

static void nudge(void)
{
	static char bytes[40];
	static size_t len;
	int fd = open(nudge_path, O_WRONLY);

	len = len % 20 + 1; /* never a digest, and of varying length */
	if (fd < 0 || write(fd, bytes, len) >= 0)
		fail(nudge_path);
	close(fd);
	usleep(200); /* let the driver see the close */
}

static double measure(const char *use, int times)
{
	const char *path = strchr(use, ':') + 1;
	double took = 0, began;

	for (int i = 0; i < times; i++) {
		if (use[0] == 'c')
			nudge();
		began = now_us();
		if (use[0] == 's')
			stat_once(path);
		else
			read_once(path);
		took += now_us() - began;
	}
	return took / times;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	static double took[MOST_PATHS][MOST_ROUNDS];
	int rounds = atoi(argv[1]), times = atoi(argv[2]), first = 3;

	if (strcmp(argv[first], "-n") == 0) {
		nudge_path = argv[first + 1];
		first += 2;
	}
	for (int r = 0; r < rounds; r++)
		for (int i = first; i < argc; i++)
			took[i - first][r] = measure(argv[i], times);
	for (int i = first; i < argc; i++) {
		qsort(took[i - first], (size_t)rounds, sizeof(double), compare);
		printf("%s %.2f\n", argv[i], took[i - first][rounds / 4]);
	}
	return EXIT_SUCCESS;
}
