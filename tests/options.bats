# SPDX-License-Identifier: Apache-2.0
# The command line, also as mount(8) calls it.

load helpers

setup() {
	nk_setup
	mkdir -p "$MNT"
}

teardown() {
	local -i code=0
	nk_teardown || code=$?
	! mountpoint -q "$MNT" || fusermount3 -u -z "$MNT"
	return "$code"
}

provisioned() {
	new_chip 608b provisioned
}

# refused WORDS ARGUMENT...: one line with WORDS on stderr, and no mount.
refused() {
	local words=$1
	shift
	run --separate-stderr nerveskeyfs "$@"
	assert_failure
	assert_equal "$output" ""
	# shellcheck disable=SC2154 # --separate-stderr sets it
	assert_equal "${#stderr_lines[@]}" 1
	[[ ${stderr_lines[0]} == "nerveskeyfs: "*"$words"* ]] ||
		fail "no \"$words\" in: ${stderr_lines[0]}"
	run mountpoint -q "$MNT"
	assert_failure
}

@test "uid, gid and umask are the files'" {
	provisioned
	mount_chip -o uid=4711,gid=4712,umask=027
	local file
	for file in serial:440 sign:640 provision:600 settings:750 .:750; do
		assert_equal "$file $(stat -c '%u:%g %a' "$MNT/${file%:*}")" \
			"$file 4711:4712 ${file#*:}"
	done
}

@test "uid and gid may be names" {
	provisioned
	mount_chip -o uid=daemon,gid=mail
	assert_equal "$(stat -c '%U:%G' "$MNT/sign")" daemon:mail
}

@test "without options the files are the mounter's" {
	provisioned
	mount_chip
	assert_equal "$(stat -c '%u:%g' "$MNT/sign")" "$(id -u):$(id -g)"
}

@test "allow_other lets others read, and modes say what" {
	provisioned
	mount_chip -o allow_other
	local -a other=(setpriv --reuid 4711 --regid 4711 --clear-groups)
	run "${other[@]}" cat "$MNT/serial"
	[[ $output != *"$TMP"*"Permission denied"* ]] ||
		skip "this directory is not open to others"
	assert_output N1234567
	assert_errno EACCES "${other[@]}" cat "$MNT/random"
	assert_errno EACCES "${other[@]}" ls "$MNT/settings"
	assert_errno EACCES "${other[@]}" cat "$MNT/provision"
}

@test "without allow_other nobody else looks in" {
	provisioned
	mount_chip
	local -a other=(setpriv --reuid 4711 --regid 4711 --clear-groups)
	assert_errno EACCES "${other[@]}" cat "$MNT/serial"
}

@test "ro makes everything read-only" {
	provisioned
	mount_chip -o ro
	assert_equal "$(cat "$MNT/serial")" N1234567
	run bash -c 'echo x >"$1"' _ "$MNT/settings/key"
	assert_failure
	assert_output --partial "Read-only file system"
}

@test "an unknown option is called unknown, before anything is missing" {
	run nerveskeyfs -o frobnicate
	assert_failure
	assert_output --partial "frobnicate"
	assert_output --partial "--help"
	run nerveskeyfs --frobnicate
	assert_failure
	assert_output --partial "frobnicate"
}

@test "MOUNTPOINT before DEVICE is noticed" {
	mkdir -p "$MNT"
	run nerveskeyfs "$MNT" i2c-1
	assert_failure
	assert_output --partial "DEVICE comes first, then MOUNTPOINT"
}

# What mount(8), fstab(5) and systemd know; libfuse knows some, and in each version
# others.
fstab_options=rw,nodev,nosuid,noexec,defaults,auto,noauto,nofail,_netdev
fstab_options+=,user,nouser,users,owner,group,nonempty,comment=x,x-systemd.requires=x
fstab_options+=,atime,noatime,diratime,nodiratime,lazytime,nolazytime
fstab_options+=,relatime,norelatime,strictatime,nostrictatime,async,dirsync

@test "options of mount(8) and fstab are taken" {
	provisioned
	mount_chip -o "$fstab_options"
	assert_equal "$(cat "$MNT/serial")" N1234567
}

# The mount table's options of $MNT.
mount_table() { findmnt -n -o VFS-OPTIONS,FS-OPTIONS "$MNT"; }

@test "the mount table has the type, the device, and what was asked for" {
	provisioned
	mount_chip -o ro,exec,noexec,allow_other
	assert_equal "$(findmnt -n -o SOURCE,FSTYPE "$MNT")" \
		"$(chip_device) fuse.nerveskeyfs"
	run mount_table
	assert_output --regexp '^ro,nosuid,nodev,noexec.*default_permissions'
	assert_output --partial allow_other
	unmount_chip
	mount_chip -o ro,rw,noexec,exec,suid,dev,fsname=name
	assert_equal "$(findmnt -n -o SOURCE "$MNT")" name
	run mount_table
	assert_output --regexp '^rw,nosuid,nodev'
	refute_output --partial noexec
	refute_output --partial allow_other
}

@test "an ordinary user mounts by fusermount3, with the same options" {
	sim_only "a user has no bus"
	[[ $EUID -eq 0 ]] || skip "it wants another user"
	provisioned
	open_way_to "$TMP"
	chown -R daemon "$TMP"
	# fusermount3 wants to know the name.
	local -a user=(setpriv --reuid daemon --regid daemon --clear-groups)
	"${user[@]}" nerveskeyfs "sim:$CHIP" "$MNT" -o "$fstab_options" \
		-o "auto_unmount,state=$TMP/state" 3>&-
	assert_equal "$("${user[@]}" cat "$MNT/serial")" N1234567
	run mount_table
	assert_output --regexp '^rw,nosuid,nodev,noexec.*user_id=1,.*default_perm'
	"${user[@]}" fusermount3 -u "$MNT"
	wait_until is_free
}

# The daemon holds its lock on the chip until it ends.
is_free() { flock -n "$CHIP" true; }

@test "what only fusermount3 can do is refused to root" {
	[[ $EUID -eq 0 ]] || skip "it wants root"
	refused "auto_unmount is for users who mount by fusermount3" \
		"sim:$CHIP" "$MNT" -o auto_unmount
}

# without_helpers COMMAND...: where every program that mounts for others fails, and
# /etc/mtab is there, as on each booted Debian.
# shellcheck disable=SC2016 # the inner shell expands
without_helpers() {
	"$ROOT/tests/own-mounts" bash -eu -c '
		mkdir "$TMP/etc"
		ln -s ../proc/self/mounts "$TMP/etc/mtab"
		mount --bind "$TMP/etc" /etc
		for program in fusermount3 umount mount; do
			mount --bind /bin/false \
				"$(realpath "$(command -v "$program")")"
		done
		exec "$@"' - "$@" 3>&-
}

@test "root mounts and unmounts without a helper program" {
	[[ $EUID -eq 0 ]] || skip "it wants root"
	sim_only
	provisioned
	export TMP
	# shellcheck disable=SC2016 # the inner shell expands
	run -0 without_helpers bash -eu -c '
		nerveskeyfs "$1" "$2" -f &
		until findmnt "$2" >/dev/null; do sleep 0.02; done
		cat "$2/serial"
		kill %1
		wait %1
		! findmnt "$2"' - "sim:$CHIP" "$MNT"
	assert_line N1234567
}

@test "a list of options may be empty, and end in a comma" {
	provisioned
	mount_chip -o "" -o uid=4711, -o ,umask=077
	assert_equal "$(stat -c '%u %a' "$MNT/serial")" "4711 400"
}

# In a namespace of its own the program is where mount(8) finds it.
mount_as_fstab_does() {
	# shellcheck disable=SC2016 # the inner shell expands
	"$ROOT/tests/own-mounts" bash -eu -o pipefail -c '
		mount --bind "$1/bin" /usr/local/bin
		mount -t fuse.nerveskeyfs "$2" "$3" \
			-o relatime,allow_other,gid=4711 3>&-
		cat "$3/serial"
		stat -c %g "$3/sign"
		findmnt -n -o FSTYPE "$3"
		umount "$3"' _ "$NK_BUILD" "$1" "$MNT"
}

@test "mount -t fuse.nerveskeyfs and umount" {
	sim_only "mount(8) starts the program, and has no preloaded bus"
	provisioned
	wants_mounts
	run mount_as_fstab_does "sim:$CHIP,timing=none"
	assert_success
	assert_line N1234567
	assert_line 4711
	assert_line fuse.nerveskeyfs
}

# In a namespace, which ends a mount that nobody unmounts.
# shellcheck disable=SC2016 # the inner shell expands
mount_by_mount_fuse3() {
	"$ROOT/tests/own-mounts" --pid --fork --kill-child bash -eu -c '
		mount.fuse3 "nerveskeyfs#$1" "$2" -o "$3" 3>&-
		cat "$2/serial"
		stat -c %a "$2/sign"
		findmnt -n -o FS-OPTIONS "$2"
		setpriv --reuid 4711 --clear-groups cat "$2/provision" || true
		umount "$2"' _ "sim:$CHIP,timing=none" "$MNT" "$1"
}

@test "mount.fuse3 may mount, and hand over the mount" {
	sim_only "it starts the program, which has no preloaded bus"
	[[ $EUID -eq 0 ]] || skip "only root has privileges to drop"
	provisioned
	chmod 666 "$CHIP"
	run -0 mount_by_mount_fuse3 drop_privileges
	assert_line N1234567
	assert_line 660
	run -0 mount_by_mount_fuse3 \
		drop_privileges,allow_other,default_permissions
	assert_line N1234567
	assert_line --partial allow_other
	assert_line --partial "Permission denied"
}

@test "a mount that is handed over without a check of modes is refused" {
	sim_only "it starts the program, which has no preloaded bus"
	[[ $EUID -eq 0 ]] || skip "only root has privileges to drop"
	provisioned
	chmod 666 "$CHIP"
	run mount_by_mount_fuse3 drop_privileges,allow_other
	assert_failure
	assert_output --partial "need default_permissions as well"
}

@test "each spelling of a bus, with and without an address, is that bus" {
	[[ $NK_BUS == i2c ]] || skip "a bus has names"
	provisioned
	local device
	for device in 1 i2c-1 /dev/i2c-1 1:0x60 i2c-1:0x60 /dev/i2c-1:0x60; do
		chip_device() { echo "$device"; }
		mount_chip
		assert_equal "$(findmnt -n -o SOURCE "$MNT")" "$device"
		assert_equal "$(cat "$MNT/serial")" N1234567
		unmount_chip
	done
}

@test "a DEVICE with commas is what the mount table shows" {
	sim_only
	provisioned
	export SIM_OPTIONS=timing=none,clock=virtual
	mount_chip
	assert_equal "$(findmnt -n -o SOURCE "$MNT")" \
		"sim:$CHIP,timing=none,clock=virtual"
}

@test "paths may be relative to where it is started" {
	sim_only
	provisioned
	cd "$TMP"
	nerveskeyfs sim:chip.sim mnt -o state=state 3>&-
	echo value >"$MNT/settings/key"
	assert_equal "$(cat "$MNT/settings/key")" value
	fusermount3 -u mnt
}

@test "an unknown option is refused by its name" {
	refused "colour=red': see --help" "sim:$CHIP" "$MNT" -o colour=red
	refused "--colour': see --help" "sim:$CHIP" "$MNT" --colour
	refused "missing argument after \`-o'" "sim:$CHIP" "$MNT" -o
	assert_not_exists "$CHIP"
}

@test "malformed values are refused, and say what would be right" {
	refused "uid=x is not a user or a number" "sim:$CHIP" "$MNT" -o uid=x
	refused "gid=-1 is not a group or a number" "sim:$CHIP" "$MNT" -o gid=-1
	refused "umask=9 is not an octal" "sim:$CHIP" "$MNT" -o umask=9
	refused "umask=1000 is not an octal" "sim:$CHIP" "$MNT" -o umask=1000
	refused "is not a user" "sim:$CHIP" "$MNT" -o uid=4294967295
	refused "is not a user" "sim:$CHIP" "$MNT" -o uid=99999999999999999999
	refused "is not a group" "sim:$CHIP" "$MNT" -o gid=1x
	refused "is not a group" "sim:$CHIP" "$MNT" -o gid=
	refused "warning, info or debug" "sim:$CHIP" "$MNT" -o log=loud
	refused "state= is empty: a directory is expected" "sim:$CHIP" "$MNT" -o state=
}

@test "a single thread is refused, with the reason" {
	refused "wait" "sim:$CHIP" "$MNT" -s
}

@test "missing and surplus arguments are refused" {
	refused DEVICE
	refused MOUNTPOINT "sim:$CHIP"
	refused surplus "sim:$CHIP" "$MNT" surplus
}

@test "a mount point that is not there is named" {
	provisioned
	refused "$TMP/nowhere: No such file" "sim:$CHIP" "$TMP/nowhere"
}

@test "a mount point that is a file is refused" {
	touch "$TMP/file"
	refused "$TMP/file: Not a directory" "sim:$CHIP" "$TMP/file"
	assert_not_exists "$CHIP"
}

@test "a mount point that is in use is refused" {
	provisioned
	mount_chip
	run nerveskeyfs "sim:$TMP/other" "$MNT"
	assert_failure
	assert_output "nerveskeyfs: $MNT is mounted already: unmount it first (fusermount3 -u $MNT)"
	assert_not_exists "$TMP/other"
}

@test "a DEVICE that is none is one line and no mount" {
	refused nonsense nonsense "$MNT"
	refused /dev/i2c-99 /dev/i2c-99 "$MNT"
	refused i2c-99 i2c-99 "$MNT" -f
}

@test "a second mount of one simulated chip is refused" {
	sim_only
	provisioned
	mount_chip
	mkdir "$TMP/second"
	run nerveskeyfs "sim:$CHIP" "$TMP/second"
	assert_failure
}

sleeps() { grep -q nanosleep "/proc/$1/wchan"; }

@test "a simulated chip whose daemon is still ending is waited for" {
	local daemon
	sim_only
	provisioned
	exec 4<"$CHIP"
	flock 4
	nerveskeyfs "sim:$CHIP" "$MNT" -f -o "state=$TMP/state" 3>&- 4<&- &
	daemon=$!
	wait_until sleeps "$daemon"
	exec 4<&-
	wait_until nk_is_mounted "$MNT"
	fusermount3 -u "$MNT"
	wait "$daemon"
}

@test "log=error is silent about what users do wrong, info is not" {
	provisioned
	mount_chip -o log=error
	run write_text "$MNT/sign" bad
	assert_failure
	unmount_chip
	assert_equal "$(cat "$DAEMON_LOG")" ""
	mount_chip -o log=info
	run write_text "$MNT/sign" bad
	assert_failure
	run cat "$DAEMON_LOG"
	assert_output --partial "write sign: a digest is 32 raw bytes"
}

@test "a failure that repeats is logged once" {
	provisioned
	mount_chip
	for _ in {1..20}; do
		run write_text "$MNT/sign" bad
		assert_failure
	done
	assert_equal "$(grep -c "write sign" "$DAEMON_LOG")" 1
}

@test "a failure is logged with the path of its file" {
	provisioned
	mount_chip
	run dd if=/dev/zero of="$MNT/settings/key" bs=600 count=1
	assert_failure
	run dd if=/dev/zero of="$MNT/slots/1" bs=37 count=1
	assert_failure
	run cat "$DAEMON_LOG"
	assert_output --partial "write settings/key: "
	assert_output --partial "(ENOSPC)"
	assert_output --partial "write slots/1: a slot has 36 bytes, and the write would end at byte 37 (EFBIG)"
}
