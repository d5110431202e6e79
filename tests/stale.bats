# SPDX-License-Identifier: Apache-2.0
# The driver returns ESTALE to the kernel, which then looks a name up again. No
# program ever gets it, however often names change.

load helpers

# race PATH...: eight processes open, read, write, rename, link and unlink the
# files at once, so many times each. Prints how many calls were made and how many
# got each error that is not an answer to a race.
race() {
	python3 - "${CALLS:-3000}" "$@" <<-'END'
		import collections
		import errno
		import multiprocessing
		import os
		import random
		import sys

		CALLS, PATHS = int(sys.argv[1]), sys.argv[2:]
		FINE = {errno.ENOENT, errno.EEXIST}

		def read(path, other):
		    with open(path, "rb") as file:
		        file.read()

		def write(path, other):
		    with open(path, "wb") as file:
		        file.write(b"x" * random.randint(0, 9))

		ACTIONS = (
		    read,
		    read,
		    read,
		    write,
		    os.rename,
		    os.rename,
		    lambda path, other: os.unlink(path),
		    lambda path, other: os.stat(path),
		    lambda path, other: os.truncate(path, 3),
		)

		def work(seed):
		    errors = collections.Counter()
		    random.seed(seed)
		    for _ in range(CALLS):
		        action = random.choice(ACTIONS)
		        path, other = random.choice(PATHS), random.choice(PATHS)
		        try:
		            action(path, other)
		        except OSError as error:
		            if error.errno not in FINE:
		                errors[errno.errorcode[error.errno]] += 1
		    return errors

		with multiprocessing.Pool(8) as pool:
		    errors = sum(pool.map(work, range(8), 1), collections.Counter())
		print(f"{8 * CALLS} calls")
		for name, count in errors.items():
		    print(f"{name}: {count}")
	END
}

@test "settings/: files that are renamed and removed under others" {
	# shellcheck disable=SC2034 # mount_chip's
	SIM_OPTIONS=clock=virtual
	new_chip 608b settings-aux
	mount_chip
	wait_until all_is_known
	CALLS=4000 run -0 race "$MNT"/settings/{one~,two~,three~}
	assert_output "32000 calls"
	CALLS=100 run -0 race "$MNT"/settings/{one,two,one~,two~}
	assert_output "800 calls"
}
