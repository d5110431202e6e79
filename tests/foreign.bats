# SPDX-License-Identifier: Apache-2.0
# A part that somebody has configured for something else, and locked.

load helpers

# foreign_chip PART [data]: its factory configuration locked (byte 87), with
# `data` the data zone (byte 86) as well. For tng, a part that comes locked from
# its maker and is no TNGTLS: the key in slot 0 may do other things (byte 20).
foreign_chip() {
	local locks=5500
	[[ -z ${2:-} ]] || locks=0000
	if [[ $1 == tng ]]; then
		jq '.config |= .[0:40] + "87" + .[42:]' \
			"$GOLDEN/chip-images/tng.json" >"$TMP/image"
	else
		jq --arg locks "$locks" '.config |= .[0:172] + $locks + .[176:]' \
			"$GOLDEN/chip-images/$1-factory.json" >"$TMP/image"
	fi
	use_image "$TMP/image"
}

@test "every part: status says foreign, and which chip it is" {
	local part model keys
	for part in "${PARTS[@]}"; do
		foreign_chip "$part" data
		mount_chip
		model=${part/tng/608b} keys=
		[[ $part != tng ]] || keys=0,2,3,4
		run cat "$MNT/status"
		assert_output "state=foreign
type=foreign
model=ATECC${model^^}
revision=$(jq -r '.config[8:16]' "$CHIP")
chip_serial=$(jq -r '.config[0:8] + .config[16:26]' "$CHIP")
serial=
board=
present=yes
latch=none
aux=no
keys=$keys
certificates=
elixir=
settings_bytes=/524
last_error="
		unmount_chip
	done
}

@test "chip/ shows what can be read" {
	foreign_chip 608b data
	mount_chip
	assert_equal "$(xxd -p -c 256 "$MNT/chip/config")" \
		"$(jq -r .config "$CHIP")"
	assert_equal "$(xxd -p -c 256 "$MNT/chip/otp")" "$(jq -r .otp "$CHIP")"
	assert_equal "$(cat "$MNT/chip/serial")" "$(state_of chip_serial)"
	assert_equal "$(cat "$MNT/chip/model")" ATECC608B
	assert_equal "$(cat "$MNT/chip/address")" 0x60
	cat "$MNT/chip/locks" "$MNT/chip/revision" >"$TMP/content"
	assert_file_not_empty "$TMP/content"
}

@test "before its data is locked, its OTP zone cannot be read" {
	foreign_chip 608b
	mount_chip
	assert_errno ENODATA cat "$MNT/chip/otp"
	assert_equal "$(xxd -p -c 256 "$MNT/chip/config")" \
		"$(jq -r .config "$CHIP")"
}

# refuse_keys DIGEST: no slot holds a key.
refuse_keys() {
	local name
	for name in pubkey.pem device.csr "signatures/$1.der"; do
		assert_errno ENODATA cat "$MNT/$name"
	done
	assert_errno ENODATA write_text "$MNT/sign" "$1"
	assert_errno ENODATA write_file "$MNT/ecdh" "$TMP/peer.pem"
}

# Its keys are in keys.bats.
@test "every part: nothing else pretends to work, and nothing is changed" {
	local part name digest
	digest=$(sha256sum <"$SIGNER.cert" | cut -c -64)
	openssl x509 -in "$SIGNER.cert" -noout -pubkey >"$TMP/peer.pem"
	provision_request >"$TMP/request"
	for part in 508a- "${PARTS[@]/%/-data}"; do
		foreign_chip "${part%-*}" "${part#*-}"
		mount_chip
		cp "$CHIP" "$TMP/before"
		for name in device.pem signer.pem chain.pem serial board user \
			settings.etf; do
			assert_errno ENODATA cat "$MNT/$name"
		done
		[[ $part == tng* ]] || refuse_keys "$digest"
		run ls "$MNT/settings" "$MNT/signatures"
		assert_output "$MNT/settings:

$MNT/signatures:"
		assert_errno ENODATA write_text "$MNT/settings/key" value
		assert_errno ENODATA write_hex "$MNT/settings.etf" 837400000000
		assert_errno EPERM write_file "$MNT/provision" "$TMP/request"
		assert_regex "$(state_of last_error)" '^EPERM: '
		echo reset >"$MNT/provision"
		assert_errno EPERM write_text "$MNT/provision" "begin
"
		for name in aux activate derive eui48; do
			assert_not_exists "$MNT/$name"
		done
		cmp "$CHIP" "$TMP/before"
		unmount_chip
	done
}
