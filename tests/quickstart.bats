# SPDX-License-Identifier: Apache-2.0
# contrib/quickstart, with the packages and the build that are there already.

load helpers
load docs

setup() {
	nk_setup
	export XDG_STATE_HOME=$TMP
}

teardown() {
	! mountpoint -q "$MNT" || unmount_quickstart
	nk_teardown
}

unmount_quickstart() {
	local pid
	pid=$(pgrep -of "^nerveskeyfs sim:$TMP/")
	fusermount3 -u "$MNT"
	wait_until nk_is_dead "$pid"
}

quickstart() {
	run "$ROOT/contrib/quickstart" "$MNT" 3>&-
}

@test "quickstart ends with a provisioned chip and a verified signature" {
	quickstart
	assert_success
	assert_line state=blank
	assert_line state=complete
	assert_line "subject=CN=NK-0001"
	assert_line --partial "device.pem: OK"
	assert_line "Verified OK"
	assert_line --partial "fusermount3 -u $MNT"
	assert_equal "$(state_of state)" complete
}

@test "README.md's session is what the quickstart prints" {
	quickstart
	assert_success
	page_blocks README.md "console quickstart" |
		sed "s|/root/.local/state|$TMP|g" >"$TMP/block"
	# shellcheck disable=SC2154 # set by run
	assert_like "$output" "$(<"$TMP/block")"
}

@test "a second quickstart finds the chip complete, keeps it, and says so" {
	quickstart
	assert_success
	cp "$MNT/device.pem" "$TMP/first.pem"
	quickstart
	assert_success
	assert_line "already mounted"
	assert_line --partial "state=complete: "
	assert_line "Verified OK"
	cmp "$TMP/first.pem" "$MNT/device.pem"
}

@test "quickstart mounts what an earlier one has made" {
	quickstart
	assert_success
	cp "$MNT/device.pem" "$TMP/first.pem"
	unmount_quickstart
	quickstart
	assert_success
	assert_line --partial "made before, kept"
	cmp "$TMP/first.pem" "$MNT/device.pem"
}

# A mount of another user behaves like this.
@test "quickstart tells of a mount that it cannot look into" {
	quickstart
	assert_success
	kill -KILL "$(pgrep -of "^nerveskeyfs sim:$TMP/")"
	quickstart
	fusermount3 -u "$MNT"
	assert_failure
	assert_line --partial "quickstart: $MNT is another user's mount, or its"
}

@test "quickstart leaves another file system alone" {
	run "$ROOT/contrib/quickstart" /proc
	assert_failure
	assert_line "quickstart: /proc is in use by another file system"
}
