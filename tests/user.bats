# SPDX-License-Identifier: Apache-2.0
# user: 32 bytes in the OTP zone for calibration data, written once.

load helpers

hex_of_user() { xxd -p -c 64 "$MNT/user"; }
zeros() { printf "%0$1d" 0; }

check_user() {
	local hex
	hex=$(xxd -p -c 64 -l 32 /dev/urandom)
	provision_request "user=$hex" >"$TMP/request"
	if [[ $PART == tng ]]; then
		assert_errno EPERM write_file "$MNT/provision" "$TMP/request"
		return
	fi
	write_file "$MNT/provision" "$TMP/request"
	assert_equal "$(hex_of_user)" "$hex"
	unmount_chip
	mount_chip
	assert_equal "$(hex_of_user)" "$hex"
	assert_equal "$(stat -c '%s %a' "$MNT/user")" "32 444"
}

@test "every part but Trust&Go: 32 bytes are kept for ever" {
	each_part "" check_user
}

@test "fewer bytes are followed by zeros" {
	new_chip 608b
	mount_chip
	provision_chip user=C0FFEE
	assert_equal "$(hex_of_user)" "c0ffee$(zeros 58)"
}

@test "none given: zeros" {
	new_chip 608b
	mount_chip
	provision_chip
	assert_equal "$(hex_of_user)" "$(zeros 64)"
}

check_captured() {
	if [[ $PART == tng ]]; then
		assert_errno ENOENT cat "$MNT/user"
	else
		assert_equal "$(hex_of_user)" "$(jq -r '.otp[64:128]' "$CHIP")"
	fi
}

@test "captured chips show theirs, and Trust&Go has none" {
	each_part provisioned check_captured
}

@test "a serial that needs the room leaves no user bytes" {
	new_chip 508a serial32
	mount_chip
	assert_errno ENODATA cat "$MNT/user"
}

@test "not before provisioning" {
	new_chip 608b
	mount_chip
	assert_errno ENODATA cat "$MNT/user"
}

@test "refused: not hex, an odd digit, 33 bytes, a serial of 17 bytes" {
	new_chip 608b
	mount_chip
	cp "$CHIP" "$TMP/before"
	local user
	for user in xy 123; do
		assert_errno EINVAL write_text "$MNT/provision" "user=$user
"
	done
	assert_errno EFBIG write_text "$MNT/provision" "user=$(zeros 66)
"
	echo reset >"$MNT/provision"
	SERIAL=seventeen-bytes-- provision_request user=00 >"$TMP/request"
	assert_errno EINVAL write_file "$MNT/provision" "$TMP/request"
	cmp "$CHIP" "$TMP/before"
}
