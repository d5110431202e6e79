# SPDX-License-Identifier: Apache-2.0
# Requests that wait: a signal, a deadline or a bound ends them, users take turns,
# and status shows the progress of long work.
# shellcheck disable=SC2030,SC2031 # each test is a subshell, as it should be

load helpers

DIGEST=$(printf message | sha256sum | cut -d ' ' -f 1)

setup() {
	nk_setup
	DEAD=$TMP/dead
	export I2C_PRELOAD_ADAPTER=dead=$DEAD
}


# A listing asks the chip for nothing.
all_is_known() {
	local before
	before=$(commands)
	ls -lR "$MNT" >/dev/null
	[[ $(commands) == "$before" ]]
}

# A mount whose bus answers nothing for so many milliseconds from now on.
mount_hung() {
	[[ $NK_BUS == i2c ]] || skip "a simulator inside the driver has no bus"
	[[ -r /proc/self/stack ]] || skip "nobody tells what a process waits for"
	new_chip 608b settings-aux
	mount_chip
	wait_until all_is_known
	echo "$1" >"$DEAD"
}

# It waits for the driver's answer.
is_asking() { grep -qs fuse "/proc/$1/stack"; }

# asks COMMAND...: run it in the background ($asking) until its request waits.
asks() {
	"$@" 3>&- 2>"$TMP/error.$BASHPID" &
	asking=$!
	wait_until is_asking "$asking"
}

# ends_in MS SIGNAL PID
ends_in() {
	local -i began=${EPOCHREALTIME/./}
	kill "-$2" "$3"
	wait_until nk_is_dead "$3"
	((${EPOCHREALTIME/./} - began < $1 * 1000))
}

sign_in_python() {
	exec python3 -c 'import signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
open(sys.argv[1]).read()' "$MNT/signatures/$DIGEST.raw"
}
put_slot() { exec dd of="$MNT/slots/2" conv=notrunc status=none <<<text; }

@test "a signal ends a request that runs, and those that wait for it" {
	mount_hung 5000
	local -a all=()
	local i
	for i in 1 2 3; do
		asks sign_in_python
		all+=("$asking")
	done
	ends_in 1500 INT "${all[1]}"
	ends_in 1500 KILL "${all[2]}"
	is_asking "${all[0]}"
	ends_in 1500 INT "${all[0]}"
	rm "$DEAD"
	wait_until cat "$MNT/signatures/$DIGEST.raw" >"$TMP/signature"
}

# Longer than a map of the settings is believed.
map_is_old() { ((${EPOCHREALTIME/./} - began > 1100000)); }

@test "a signal ends a look at what is not known" {
	mount_hung 3000
	local -i began=${EPOCHREALTIME/./}
	wait_until map_is_old
	asks ls "$MNT/settings"
	ends_in 1500 KILL "$asking"
	rm "$DEAD"
	wait_until ls "$MNT/settings"
}

@test "a request is answered at its deadline, while the bus hangs" {
	mount_hung 15000
	local -i began=$SECONDS
	assert_errno ETIMEDOUT cat "$MNT/signatures/$DIGEST.raw"
	((SECONDS - began >= 7 && SECONDS - began <= 11))
	# What is known is served meanwhile.
	assert_equal "$(cat "$MNT/serial")" N1234567
	rm "$DEAD"
	wait_until cat "$MNT/signatures/$DIGEST.raw" >"$TMP/signature"
}

# open_many FILE MOST: stops at the bound, and says how many there are; they are
# held until the end of the standard input.
open_many() {
	python3 /dev/fd/3 "$1" "$2" 3<<-'END'
		import errno, os, resource, sys
		path, most = sys.argv[1], int(sys.argv[2])
		each = resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 50

		def hold(count):
		    for n in range(count):
		        try:
		            os.open(path, os.O_RDONLY)
		        except OSError as error:
		            assert error.errno == errno.ENFILE, error
		            return n
		    return count

		total, got, wanted, children = 0, 0, 0, []
		while got == wanted and total < most:
		    wanted = min(each, most - total)
		    reader, writer = os.pipe()
		    child = os.fork()
		    if child == 0:
		        os.write(writer, b"%d" % hold(wanted))
		        os.close(writer)
		        sys.stdin.read()
		        os._exit(0)
		    os.close(writer)
		    children.append(child)
		    got = int(os.read(reader, 20))
		    os.close(reader)
		    total += got
		print(total, flush=True)
		for child in children:
		    os.waitpid(child, 0)
	END
}

as_stranger() { setpriv --reuid "$1" --regid 4712 --clear-groups "${@:2}"; }

# Open to others, with a chip whose auxiliary certificates are asked for in vain.
mount_for_strangers() {
	new_chip 608b provisioned
	mount_chip -o allow_other,gid=4711
	chmod 755 "$TMP" "$BATS_RUN_TMPDIR"
	run as_stranger 4712 cat "$MNT/serial"
	((status == 0)) || skip "this directory is not open to others"
}

rss_kb() { awk '/^RssAnon:/ { print $2 }' "/proc/$DAEMON/status"; }

@test "one user's open files are bounded, and take little memory" {
	[[ $EUID -eq 0 ]] || skip "only root can be others"
	mount_for_strangers
	export -f open_many
	mkfifo "$TMP/hold"
	# shellcheck disable=SC2016 # the inner shell expands
	as_stranger 4712 bash -c 'open_many "$1" 20000' - "$MNT/serial" \
		<"$TMP/hold" >"$TMP/count" 3>&- &
	local holder=$!
	exec 9>"$TMP/hold"
	wait_until test -s "$TMP/count"
	(($(cat "$TMP/count") >= 1024 && $(cat "$TMP/count") < 20000))
	is_sanitized || (($(rss_kb) < 32 * 1024))
	# Others may, and so may the owner.
	as_stranger 4713 cat "$MNT/serial"
	cat "$MNT/serial"
	exec 9>&-
	wait "$holder"
	is_sanitized || (($(rss_kb) < 8 * 1024))
	as_stranger 4712 cat "$MNT/serial"
}

# Milliseconds for ten signatures, one after the other.
time_of_ten() {
	local -i began=${EPOCHREALTIME/./} i
	for i in {1..10}; do
		cat "$MNT/signatures/$DIGEST.raw" >"$TMP/signature"
	done
	echo $(((${EPOCHREALTIME/./} - began) / 1000))
}

@test "strangers who keep the chip busy delay a signature by one request" {
	[[ $EUID -eq 0 ]] || skip "only root can be others"
	local -i alone beside i
	SIM_OPTIONS=timing=typical,clock=real
	mount_for_strangers
	wait_until all_is_known
	alone=$(time_of_ten)
	touch "$TMP/go"
	local -a strangers=()
	for i in {1..30}; do
		# shellcheck disable=SC2016 # the inner shell expands
		as_stranger $((5000 + i % 3)) bash -c '
			while [[ -e $1 ]]; do cat "$2" || :; done' - "$TMP/go" \
			"$MNT/aux/device.pem" >/dev/null 2>&1 3>&- &
		strangers+=($!)
	done
	beside=$(time_of_ten)
	rm "$TMP/go"
	wait_all "${strangers[@]}"
	echo "# ten signatures: $alone ms alone, $beside ms beside 30 strangers" >&3
	((beside < 3 * alone))
}

shows_step() { grep -q '^step=[0-9]*/[0-9]*$' "$1"; }

@test "status and provision show the step of a commit" {
	local file
	for file in status provision; do
		new_chip 608b
		SIM_OPTIONS=timing=max,clock=real,hz=30000
		mount_chip
		provision_chip 3>&- &
		wait_until shows_step "$MNT/$file"
		wait "$!"
		refute shows_step "$MNT/$file"
		assert_equal "$(state_of state)" complete
		unmount_chip
	done
}

@test "who has a replaced or removed setting open keeps it, whatever becomes of the name" {
	new_chip 608b provisioned
	mount_chip
	local S=$MNT/settings
	echo old >"$S/key"
	echo new >"$S/other"
	exec 8<"$S/key"
	exec 9<>"$S/key"
	mv "$S/other" "$S/key"
	assert_equal "$(cat <&8)" old
	echo mine >&9
	assert_equal "$(cat "$S/key")" new
	exec 8<&- 9>&- 8<>"$S/key"
	rm "$S/key"
	echo more >&8
	assert_not_exists "$S/key"
	echo again >"$S/key"
	assert_equal "$(cat "$S/key")" again
	exec 8>&-
	assert_equal "$(cat "$S/key")" again
}

# Twelve at a time, each killed at some moment, for so many seconds.
storm() {
	python3 - "$MNT" "$1" <<-'END'
		import os, random, signal, subprocess, sys, time
		mnt, seconds = sys.argv[1], float(sys.argv[2])
		digest = "%064x"
		kinds = [
		    lambda n: f"cat {mnt}/signatures/{digest % n}.der",
		    lambda n: f"exec 3<>{mnt}/sign; echo {digest % n} >&3; cat <&3",
		    lambda n: f"cat {mnt}/pubkey.pem >{mnt}/ecdh",
		    lambda n: f"echo {n} >{mnt}/settings/key{n % 5}",
		    lambda n: f"rm {mnt}/settings/key{n % 5}",
		    lambda n: f"mv {mnt}/settings/key{n % 5} {mnt}/settings/tmp~",
		    lambda n: f"printf {n % 1000:04} >{mnt}/slots/1",
		    lambda n: f"ls -lR {mnt}",
		    lambda n: f"cat {mnt}/status {mnt}/metrics {mnt}/provision",
		    lambda n: f"echo serial={n} >{mnt}/provision",
		    lambda n: f"head -c 500 {mnt}/random",
		    lambda n: f"cat {mnt}/settings.etf {mnt}/slots/2",
		]
		running, n, until = [], 0, time.time() + seconds
		while time.time() < until or running:
		    if len(running) < 12 and time.time() < until:
		        n += 1
		        running.append(subprocess.Popen(
		            ["sh", "-c", random.choice(kinds)(n)],
		            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
		            start_new_session=True, restore_signals=True))
		    time.sleep(random.random() * 0.01)
		    victim = random.choice(running)
		    try:
		        os.killpg(victim.pid, random.choice(
		            [signal.SIGINT, signal.SIGKILL, signal.SIGTERM]))
		    except ProcessLookupError:
		        pass
		    running = [one for one in running if one.poll() is None]
		print("#", n, "processes were killed")
	END
}

@test "a storm of signals leaves a mount that works" {
	new_chip 608b settings-aux
	export SIM_OPTIONS=timing=typical
	mount_chip
	storm "${NK_SECONDS:-6}" >&3
	echo reset >"$MNT/provision"
	printf message >"$TMP/message"
	cat "$MNT/signatures/$DIGEST.der" >"$TMP/signature"
	assert_signed "$TMP/message" "$TMP/signature"
	echo value >"$MNT/settings/last"
	unmount_chip
	mount_chip
	assert_equal "$(cat "$MNT/settings/last")" value
}
