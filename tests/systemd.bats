# SPDX-License-Identifier: Apache-2.0
# Files for systemd, udev and mount(8). Everything is installed below /usr/local,
# which only a mount namespace of the test sees.
# shellcheck disable=SC2016 # scripts for installed()

load helpers

setup() {
	nk_setup
	sim_only "systemd has nothing to do with the bus"
	[[ $EUID -eq 0 ]] || skip "only root can make a mount namespace"
	mkdir -p "$TMP/root/usr/local" "$MNT"
	DESTDIR=$TMP/root cmake --install "$NK_BUILD" >/dev/null
}

# installed SCRIPT [ARGUMENT...]: run it where nerveskeyfs is installed.
installed() {
	"$ROOT/tests/own-mounts" bash -eu -o pipefail -c '
		PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
		unset MANPATH
		mount --bind "$1" /usr/local
		eval "$2"' - "$TMP/root/usr/local" "$@" 3>&-
}

@test "systemd finds no fault with the units, their programs and manuals" {
	run installed 'systemd-analyze verify --recursive-errors=no \
		nerveskeyfs@i2c-1.service \
		/usr/local/share/doc/nerveskeyfs/examples/mnt-nerveskey.mount'
	assert_success
	# It may have something to say of other units that are there.
	refute_output --partial nerveskey
}

@test "the service is exposed to no more than 3.0" {
	run -0 installed 'systemd-analyze security --offline=yes \
		/usr/local/lib/systemd/system/nerveskeyfs@.service'
	assert_line --regexp "exposure level for .*: ([0-2]\.[0-9]|3\.0) "
}

@test "sysusers makes the group nerveskey" {
	mkdir -p "$TMP/machine/etc"
	systemd-sysusers --root="$TMP/machine" \
		"$TMP/root/usr/local/lib/sysusers.d/nerveskeyfs.conf"
	grep -q '^nerveskey:' "$TMP/machine/etc/group"
}

@test "packages are installed and removed where systemd does not answer" {
	local program
	mkdir "$TMP/bin"
	for program in systemctl udevadm deb-systemd-invoke systemd-sysusers; do
		ln -s /bin/false "$TMP/bin/$program"
	done
	ln -sf /bin/true "$TMP/bin/systemd-sysusers"
	run -0 installed '
		mount -t tmpfs none /run
		mkdir -p /run/systemd/system
		PATH=$3:$PATH
		sh "$4/postinst" configure ""
		sh "$4/postinst" configure 0.1.0
		sh "$4/prerm" remove
		sh "$4/postrm" remove' "$TMP/bin" "$ROOT/contrib/debian"
}

# udev_wants CONFIGURED: what udev would start for the bus "null", which is one in
# all but its name, when there is a configuration file for CONFIGURED.
udev_wants() {
	mkdir -p "$TMP/etc"
	touch "$TMP/etc/$1.conf"
	installed '
		mount -t tmpfs none /run
		mount -t tmpfs none /etc/udev/rules.d
		sed -e "s|/etc/nerveskeyfs|$3|" -e "s|\"i2c-dev\"|\"mem\"|" \
			-e "s|\"i2c-\[0-9\]\*\"|\"null\"|" \
			/usr/local/lib/udev/rules.d/60-nerveskeyfs.rules \
			>/etc/udev/rules.d/60-nerveskeyfs.rules
		udevadm test --action=add /sys/class/mem/null' "$TMP/etc" 2>&1 |
		sed -n 's/^ *SYSTEMD_WANTS=//p'
}

@test "a bus with a configuration file is mounted when it appears" {
	run -0 udev_wants other
	assert_output ""
	run -0 udev_wants null
	assert_output "nerveskeyfs@null.service"
}

# told_of COMMAND...: run it as systemd does, end it when it has spoken three
# times, and print what it said and its exit status.
told_of() {
	python3 - "$TMP/notify" "$@" <<-'END'
		import os, socket, subprocess, sys
		listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		listener.bind(sys.argv[1])
		listener.settimeout(60)
		daemon = subprocess.Popen(sys.argv[2:], env=dict(
		    os.environ, NOTIFY_SOCKET=sys.argv[1], WATCHDOG_USEC="200000"),
		    stderr=subprocess.DEVNULL)
		for word in range(3):
		    print(listener.recv(100).decode(),
		          os.path.ismount(sys.argv[4]), flush=True)
		daemon.terminate()
		print(listener.recv(100).decode(), daemon.wait())
	END
}

@test "systemd is told that the mount answers, that it still does, and its end" {
	new_chip 608b
	run -0 told_of nerveskeyfs "$(chip_device)" "$MNT" -f
	assert_output "READY=1 True
WATCHDOG=1 True
WATCHDOG=1 True
STOPPING=1 0"
}

@test "a mount that systemd cannot be told of is not made" {
	new_chip 608b
	NOTIFY_SOCKET=$TMP/nobody run -1 nerveskeyfs "$(chip_device)" "$MNT" -f
	assert_output --partial "NOTIFY_SOCKET $TMP/nobody: No such file"
	run -32 mountpoint -q "$MNT"
}

# after_end CODE: what the service does after its process has ended, CODE being
# systemd's word for how.
after_end() {
	local command
	command=$(sed -n 's/^ExecStopPost=-+//p' \
		"$TMP/root/usr/local/lib/systemd/system/nerveskeyfs@.service")
	EXIT_CODE=$1 MOUNTPOINT=$MNT bash -c "${command//\$\$/$}" || true
}

@test "a service that was refused leaves another's mount alone" {
	new_chip 608b provisioned
	mount_chip
	run -1 nerveskeyfs "$(chip_device)" "$MNT" -f
	after_end exited
	assert_equal "$(cat "$MNT/serial")" N1234567
}

@test "a service whose process was killed leaves no dead mount" {
	new_chip 608b provisioned
	local code
	for code in killed dumped; do
		mount_chip
		kill -KILL "$DAEMON"
		wait_until nk_is_dead "$DAEMON"
		after_end "$code"
		run -32 mountpoint -q "$MNT"
		nk_forget_mount 0
		nk_end_bus 0
	done
}

# What is done with a mount that mount(8) has made, and its end.
look_and_unmount='
	findmnt -n -o SOURCE,FSTYPE --mountpoint "$3"
	stat -c %G:%A "$3/sign" "$3/status"
	cat "$3/serial"
	umount "$3"'

@test "the line of fstab that is the example mounts a chip" {
	new_chip 608b provisioned
	sed "s|^i2c-1 /mnt/nerveskey |$(chip_device) $MNT |; s|=nerveskey|=daemon|" \
		"$TMP/root/usr/local/share/doc/nerveskeyfs/examples/fstab" \
		>"$TMP/fstab"
	run -0 installed 'mount -T "$4" "$3" 2>/dev/null; '"$look_and_unmount" \
		"$MNT" "$TMP/fstab"
	assert_output "$(chip_device) fuse.nerveskeyfs
daemon:-rw-rw----
daemon:-r--r--r--
N1234567"
}

@test "mount -t fuse.nerveskeyfs mounts a chip" {
	new_chip 608b provisioned
	run -0 installed 'mount -t fuse.nerveskeyfs "$4" "$3" \
		-o allow_other,gid=daemon,umask=0060 2>/dev/null; '"$look_and_unmount" \
		"$MNT" "$(chip_device)"
	assert_output "$(chip_device) fuse.nerveskeyfs
daemon:-rw-------
daemon:-r-----r--
N1234567"
}
