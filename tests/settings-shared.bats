# SPDX-License-Identifier: Apache-2.0
# settings/ when another program changes the same chip: its map is never mixed with
# the driver's, and its keys are not lost.

load helpers

setup() {
	nk_setup
	[[ $NK_BUS == i2c ]] || skip "two programs share a bus, not a file"
	new_chip 608b settings-aux
	mount_chip
	FIRST=$MNT
	wait_until all_is_known
	mount_beside
	SECOND=$MNT
	wait_until all_is_known
}

teardown() { nk_teardown; }

@test "a change is made to what the other program left" {
	cat "$FIRST/settings/server" "$SECOND/settings/server"
	echo one >"$FIRST/settings/one"
	echo two >"$SECOND/settings/two"
	echo three >"$FIRST/settings/three"
	rm "$SECOND/settings/server"
	assert_equal "$(cat "$SECOND/settings/one")" one
	MNT=$FIRST
	unmount_chip
	MNT=$SECOND
	assert_equal "$(ls "$SECOND/settings")" \
		"$(printf '%s\n' nested one port three two)"
}

is_setting() { [[ $(cat "$1" 2>/dev/null) == "$2" ]]; }

@test "what the other program wrote shows" {
	ls "$FIRST/settings" "$SECOND/settings"
	echo theirs >"$SECOND/settings/new"
	wait_until is_setting "$FIRST/settings/new" theirs
	echo changed >"$SECOND/settings/new"
	wait_until is_setting "$FIRST/settings/new" changed
	rm "$SECOND/settings/new"
	wait_until test ! -e "$FIRST/settings/new"
}
