# SPDX-License-Identifier: Apache-2.0
# status: the state of the chip, in lines for scripts. chip/: its zones and names.

load helpers

@test "status is key=value lines and has every key" {
	new_chip 608b provisioned
	mount_chip
	run cat "$MNT/status"
	assert_success
	assert_equal "$(grep -vc = <<<"$output")" 0
	local key
	for key in state type model chip_serial serial board present latch aux \
		certificates elixir settings_bytes last_error; do
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
	local model revision type=nerveskey serial=N1234567 board=NervesKey space=6/524 keys=0
	local chip_serial
	chip_serial=$(jq -r '.config[0:8] + .config[16:26]' "$CHIP")
	revision=$(jq -r '.config[8:16]' "$CHIP")
	model=ATECC${PART^^}
	if [[ $PART == tng ]]; then
		model=ATECC608B type=trust-and-go serial=${chip_serial^^}
		board='' space=6/416 keys=0,2,3,4
	fi
	assert_equal "$(cat "$MNT/status")" "state=complete
type=$type
model=$model
revision=$revision
chip_serial=$chip_serial
serial=$serial
board=$board
present=yes
latch=none
aux=no
keys=$keys
certificates=good
elixir=good
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

@test "stat and open know a changed status at once" {
	new_chip 608b provisioned
	mount_chip
	local -i length size=0
	for length in 1 10 100; do
		run stat -c %s "$MNT/status"
		assert_errno EINVAL write_text "$MNT/sign" \
			"$(printf "%${length}s" x)"
		assert_equal "$(stat -c %s "$MNT/status")" \
			"$(wc -c <"$MNT/status")"
		refute [ "$(stat -c %s "$MNT/status")" -eq "$size" ]
		size=$(stat -c %s "$MNT/status")
	done
	assert_regex "$(state_of last_error)" '^EINVAL: '
}

@test "what everybody may read does not push out the operator's last_error" {
	new_chip 608b
	mount_chip
	assert_errno ENODATA cat "$MNT/device.pem"
	assert_errno ENODATA cat "$MNT/serial"
	assert_errno ENODATA cat "$MNT/aux/device.pem"
	assert_errno ENODATA cat "$MNT/chip/otp"
	assert_equal "$(state_of last_error)" ""
	assert_errno EINVAL write_text "$MNT/provision" "nonsense
"
	local error
	error=$(state_of last_error)
	for name in device.pem signer.pem chain.pem pubkey.pem device.csr user; do
		assert_errno ENODATA cat "$MNT/$name"
	done
	assert_equal "$(state_of last_error)" "$error"
	# But this one is told only by it.
	assert_errno EINVAL write_text "$MNT/sign" nonsense
	assert_regex "$(state_of last_error)" '^EINVAL: '
}

@test "last_error tells what the chip has done, whoever asked" {
	jq '.data[12] |= .[0:140] + "ff" + .[142:]' \
		"$GOLDEN/chip-images/608b-provisioned.json" >"$TMP/changed"
	use_image "$TMP/changed"
	mount_chip
	assert_errno EUCLEAN cat "$MNT/signer.pem"
	assert_regex "$(state_of last_error)" '^EUCLEAN: '
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

# status_of_chip KEY: of $CHIP, from a mount of its own, which serves device.pem.
status_of_chip() {
	mount_chip
	state_of "$1"
	cat "$MNT/device.pem" "$MNT/signer.pem" "$MNT/chain.pem" >"$TMP/served"
	unmount_chip
}

# logged TEXT: how often the last daemon said it.
logged() { grep -c -- "$1" "$DAEMON_LOG" || true; }

# flip SLOT BYTE: a bit of it, as a jq filter.
flip() {
	printf '.data[%d] |= .[0:%d] + (if .[%d:%d] == "0" then "1" else "0" end) + .[%d:]' \
		"$1" $((2 * $2)) $((2 * $2)) $((2 * $2 + 1)) $((2 * $2 + 1))
}

@test "a certificate that does not verify is served, and status says why" {
	local other
	other=$(jq -r '.keys["0"]' "$GOLDEN/chip-images/508a-provisioned.json")
	while IFS=@ read -r change certificates; do
		jq "$change" "$GOLDEN/chip-images/608b-provisioned.json" \
			>"$TMP/changed"
		use_image "$TMP/changed"
		run -0 status_of_chip certificates
		assert_output --regexp "^$certificates$"
		mount_chip
		cat "$MNT/device.pem" "$MNT/status" "$MNT/chain.pem" >/dev/null
		assert_equal "$(logged "${certificates%%:*}: it")" 1
		unmount_chip
	done <<-END
		.keys["0"] = "$other"@device.pem: its signature does not fit.*
		$(flip 10 5)@device.pem: its signature does not fit.*
		$(flip 12 5)@signer.pem: it is not signed by its own key.*
	END
}

@test "a certificate that cannot be rebuilt: status says which, and why" {
	jq "$(flip 12 70)" "$GOLDEN/chip-images/608b-provisioned.json" >"$TMP/changed"
	use_image "$TMP/changed"
	mount_chip
	assert_errno EUCLEAN cat "$MNT/signer.pem"
	assert_regex "$(state_of certificates)" '^signer.pem: .*serial source'
	unmount_chip
	# A key that is no point of P-256.
	jq '.data[11] |= "11" * 72' \
		"$GOLDEN/chip-images/608b-provisioned.json" >"$TMP/changed"
	use_image "$TMP/changed"
	mount_chip
	assert_errno EUCLEAN cat "$MNT/device.pem"
	assert_regex "$(state_of certificates)" '^signer.pem: '
	unmount_chip
	jq '.data[10] |= "00" * 72' \
		"$GOLDEN/chip-images/608b-provisioned.json" >"$TMP/changed"
	use_image "$TMP/changed"
	mount_chip
	assert_errno ENODATA cat "$MNT/device.pem"
	assert_regex "$(state_of certificates)" '^device.pem: .*slot 10'
}

@test "status says what the Elixir library cannot rebuild" {
	new_chip 508a short-r
	mount_chip
	assert_equal "$(state_of certificates)" good
	assert_regex "$(state_of elixir)" '^device.pem: .*nine zero bits'
	unmount_chip
	# The library's own names for a slash, then ours beside it.
	use_device slash-attr
	mount_chip
	assert_equal "$(state_of elixir)" good
	cat "$SIGNER.cert" "$SIGNER.key" >"$MNT/aux/provision"
	echo commit >"$MNT/aux/provision"
	assert_equal "$(state_of certificates)" good
	assert_equal "$(state_of elixir)" "aux/device.pem: its serial has a slash"
}

@test "a data zone that was locked over an unwritten OTP zone" {
	local change name digest
	digest=$(sha256sum <"$SIGNER.cert" | cut -c -64)
	openssl x509 -in "$SIGNER.cert" -noout -pubkey >"$TMP/peer.pem"
	for change in '.otp |= "ff" * 64' '.otp |= "00" * 64'; do
		jq "$change" "$GOLDEN/chip-images/608b-provisioned.json" \
			>"$TMP/changed"
		use_image "$TMP/changed"
		mount_chip
		assert_equal "$(state_of state) $(state_of type)" \
			"complete nerveskey"
		assert_equal "$(state_of serial)$(state_of board)" ""
		assert_regex "$(state_of certificates)" \
			'^device.pem: the OTP zone was never written'
		for name in device.pem chain.pem serial board user; do
			assert_errno ENODATA cat "$MNT/$name"
		done
		# What does not need it.
		cat "$MNT/pubkey.pem" "$MNT/signer.pem" >"$TMP/served"
		cat "$MNT/signatures/$digest.der" >"$TMP/signature"
		assert_signed "$SIGNER.cert" "$TMP/signature"
		openssl req -in "$MNT/device.csr" -verify -noout
		write_file "$MNT/ecdh" "$TMP/peer.pem"
		assert_equal "$(head -c 8 "$MNT/random" | wc -c)" 8
		echo value >"$MNT/settings/key"
		assert_equal "$(cat "$MNT/settings/key")" value
		echo free >"$MNT/slots/1"
		provision_request >"$TMP/request"
		assert_errno EPERM write_file "$MNT/provision" "$TMP/request"
		assert_regex "$(state_of last_error)" \
			'can never be provisioned: .*OTP zone was never written'
		cat "$SIGNER.cert" "$SIGNER.key" >"$MNT/aux/provision"
		assert_errno ENODATA write_text "$MNT/aux/provision" commit
		assert_regex "$(state_of last_error)" 'never written'
		unmount_chip
	done
	jq '.otp |= "4142434445464748" * 8' \
		"$GOLDEN/chip-images/608b-provisioned.json" >"$TMP/changed"
	use_image "$TMP/changed"
	mount_chip
	assert_regex "$(state_of certificates)" "is not a NervesKey's.*41424344"
	cat "$MNT/signer.pem" >"$TMP/served"
}
