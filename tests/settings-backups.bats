# SPDX-License-Identifier: Apache-2.0
# settings/: a backup copy whose name could be a key's is a key, so that a value
# that was moved there is never lost.

load helpers

setup() {
	nk_setup
	S=$MNT/settings
	new_chip 608b settings-aux
	mount_chip
}

teardown() { nk_teardown; }

remount() {
	unmount_chip
	mount_chip
}

@test "sed -i.bak leaves the old value in a key of its own" {
	sed -i.bak s/device/test/ "$S/server"
	remount
	assert_equal "$(cat "$S/server")" test.nerves-hub.org
	assert_equal "$(cat "$S/server.bak")" device.nerves-hub.org
}

@test "a key that is moved to a backup name is there after the mount" {
	mv "$S/server" "$S/server.bak"
	mv "$S/port" "$S/port.save"
	remount
	assert_equal "$(ls "$S")" "$(printf '%s\n' nested port.save server.bak)"
	assert_equal "$(cat "$S/server.bak")" device.nerves-hub.org
	assert_equal "$(cat "$S/port.save")" 443
}
