# SPDX-License-Identifier: Apache-2.0
# status: how the chip is, in lines for scripts; chip/: the same from the chip.

load helpers

@test "status is key=value lines and has every key" {
	new_chip 608b provisioned
	mount_chip
	run cat "$MNT/status"
	assert_success
	assert_equal "$(grep -vc = <<<"$output")" 0
	local key
	for key in state type model chip_serial serial board present latch aux \
		settings_bytes last_error; do
		assert_line --regexp "^$key="
	done
}

@test "status of a blank chip" {
	new_chip 608b
	mount_chip
	assert_equal "$(state_of state)" blank
	assert_equal "$(state_of present)" yes
	assert_equal "$(state_of serial)" ""
	assert_equal "$(state_of board)" ""
}

check_status() {
	local model type=nerveskey serial=N1234567 board=NervesKey space=6/524
	local chip_serial
	chip_serial=$(jq -r '.config[0:8] + .config[16:26]' "$CHIP")
	model=ATECC${PART^^}
	if [[ $PART == tng ]]; then
		model=ATECC608B type=trust-and-go serial=${chip_serial^^}
		board='' space=6/416
	fi
	assert_equal "$(cat "$MNT/status")" "state=complete
type=$type
model=$model
chip_serial=$chip_serial
serial=$serial
board=$board
present=yes
latch=none
aux=no
settings_bytes=$space
last_error="
}

@test "every part: status of a provisioned chip" {
	each_part provisioned check_status
}

@test "a serial of many lines stays on its line" {
	new_chip 608b provisioned
	mount_chip
	local lines
	lines=$(wc -l <"$MNT/status")
	unmount_chip
	# "N1234567" on the chip becomes "N", newline, "x=", NUL, "567".
	jq '.otp |= sub("4e31323334353637"; "4e0a783d00353637")' "$CHIP" >"$TMP/hostile"
	use_image "$TMP/hostile"
	mount_chip
	assert_equal "$(state_of serial)" "N?x="
	assert_equal "$(state_of board)" NervesKey
	assert_equal "$(wc -l <"$MNT/status")" "$lines"
}

check_chip() {
	local name model=ATECC${PART^^} address=0x60 slots=0
	local -a got=()
	if [[ $PART == tng ]]; then
		model=ATECC608B address=0x35 slots=
	fi
	for name in serial model revision address; do
		got+=("$(cat "$MNT/chip/$name")")
	done
	assert_equal "${got[*]}" "$(jq -r '.config[0:8] + .config[16:26]' \
		"$CHIP") $model $(jq -r '.config[8:16]' "$CHIP") $address"
	assert_equal "$(cat "$MNT/chip/locks")" "config=locked
data=locked
slots=$slots"
	assert_equal "$(xxd -p -c 128 "$MNT/chip/config")" \
		"$(jq -r .config "$CHIP")"
	assert_equal "$(xxd -p -c 64 "$MNT/chip/otp")" "$(jq -r .otp "$CHIP")"
}

@test "every part: chip/ is the chip's own" {
	each_part provisioned check_chip
}

@test "status follows what is done to the chip" {
	new_chip 608b
	mount_chip
	assert_equal "$(state_of state)" blank
	provision_chip
	assert_equal "$(state_of state)" complete
	# An empty map has 6 bytes: version, tag, count.
	assert_equal "$(state_of settings_bytes)" 6/524
	echo hello >"$MNT/settings/greeting"
	# And two binaries: "greeting", and "hello" with its newline.
	assert_equal "$(state_of settings_bytes)" "$((6 + 13 + 11))/524"
}

@test "status tells whether there are auxiliary certificates" {
	new_chip 608b settings-aux
	mount_chip
	assert_equal "$(state_of aux)" yes
	unmount_chip
	new_chip 608b provisioned
	mount_chip
	assert_equal "$(state_of aux)" no
}

@test "last_error is a sentence with its errno" {
	new_chip 608b
	mount_chip
	assert_equal "$(state_of last_error)" ""
	run write_text "$MNT/provision" "nonsense
"
	assert_failure
	assert_regex "$(state_of last_error)" 'EINVAL'
	assert_regex "$(state_of last_error)" 'line 1'
}

@test "a chip whose slot 0 is open is data-locked, not complete" {
	slot0_open_image >"$TMP/image.json"
	use_image "$TMP/image.json"
	mount_chip
	assert_equal "$(state_of state)" data-locked
}

# Bytes 88 and 89 of the configuration have a bit for each slot, 1 for open.
slot0_open_image() {
	jq '.config |= .[0:176] + "ffff" + .[180:]' \
		"$GOLDEN/chip-images/608b-provisioned.json"
}
