# SPDX-License-Identifier: Apache-2.0
# A simulator that cannot write its file reports it and changes nothing.
# shellcheck disable=SC2030,SC2031 # each test is a subshell, as it should be

load helpers

setup() {
	nk_setup
	sim_only "the simulator within the driver has the file"
	DISK=$TMP/disk
	mkdir "$DISK"
	mount -t tmpfs -o size=128k tmpfs "$DISK" 2>"$TMP/error" ||
		skip "no right to mount a small disk"
	CHIP=$DISK/chip.sim
}

teardown() {
	nk_teardown || nk_failed=1
	! mountpoint -q "$DISK" || umount "$DISK"
	return "${nk_failed:-0}"
}

fill() { dd if=/dev/zero of="$DISK/full" bs=4k status=none 2>/dev/null || true; }
make_room() { rm "$DISK/full"; }
put() { write_text "$MNT/settings/server" other; }
keep() { cp "$CHIP" "$TMP/before"; }
signs() { cat "$MNT/signatures/$(printf x | sha256sum | cut -d ' ' -f 1).raw"; }

@test "a setting on a full disk: an error, and the old settings" {
	new_chip 608b settings-aux
	mount_chip
	cat "$MNT/settings/server" >"$TMP/server"
	fill
	keep
	assert_errno EIO put
	cmp "$CHIP" "$TMP/before"
	assert_regex "$(state_of last_error)" ENOSPC
	cmp "$MNT/settings/server" "$TMP/server"
	# What changes nothing still works.
	signs >"$TMP/signature"
	make_room
	put
	assert_equal "$(cat "$MNT/settings/server")" other
	unmount_chip
	mount_chip
	assert_equal "$(cat "$MNT/settings/server")" other
}

@test "provisioning on a full disk: an error, and the same again completes it" {
	new_chip 608b
	mount_chip
	fill
	keep
	assert_errno EIO provision_chip
	cmp "$CHIP" "$TMP/before"
	assert_equal "$(state_of state)" blank
	make_room
	provision_chip
	assert_equal "$(state_of state)" complete
	verify_device "$MNT/device.pem" "$MNT/signer.pem"
}

@test "auxiliary certificates on a full disk: an error, and the old ones" {
	new_chip 608b settings-aux
	mount_chip
	cat "$MNT/aux/chain.pem" >"$TMP/chain.pem"
	fill
	keep
	assert_errno EIO dd if=<(cat "$SIGNER.cert" "$SIGNER.key" - <<<commit) \
		of="$MNT/aux/provision" bs=64k iflag=fullblock status=none
	cmp "$CHIP" "$TMP/before"
	cmp "$MNT/aux/chain.pem" "$TMP/chain.pem"
	make_room
}

@test "a chip that cannot be made: a line, and no mount" {
	fill
	run nerveskeyfs "sim:$CHIP" "$TMP" -f
	assert_failure
	assert_output --partial "No space left on device"
}
