# SPDX-License-Identifier: Apache-2.0
# sign: a digest goes in, its signature comes out of the same descriptor.

load helpers

setup() {
	nk_setup
	echo "a message" >"$TMP/message"
	HEX=$(sha256sum <"$TMP/message")
	HEX=${HEX%% *}
}

mounted() {
	new_chip 608b provisioned
	mount_chip
}

# The reply to what is on standard input, in $TMP/raw. 3 is bats' own.
ask() {
	exec 9<>"$MNT/sign"
	dd bs=64k status=none >&9
	cat <&9 >"$TMP/raw"
	exec 9>&-
}

assert_raw_signs_message() {
	raw_to_der "$TMP/raw" >"$TMP/der"
	assert_signed "$TMP/message" "$TMP/der"
}

# Write in one write, and say how that went.
put() {
	dd bs=64k status=none of="$MNT/sign" conv=notrunc
}

@test "sign takes 64 hex digits" {
	mounted
	printf %s "$HEX" | ask
	assert_raw_signs_message
}

@test "sign takes upper-case digits" {
	mounted
	printf %s "${HEX^^}" | ask
	assert_raw_signs_message
}

@test "sign takes 32 raw bytes" {
	mounted
	printf %s "$HEX" | xxd -r -p | ask
	assert_raw_signs_message
}

@test "sign takes a line of sha256sum" {
	mounted
	sha256sum "$TMP/message" | ask
	assert_raw_signs_message
}

@test "sign takes the digest of openssl" {
	mounted
	openssl dgst -sha256 -binary "$TMP/message" | ask
	assert_raw_signs_message
}

check_sign() {
	printf %s "$HEX" | ask
	assert_raw_signs_message
	assert_errno EINVAL put <<<"no digest"
}

@test "every part signs" {
	each_part provisioned check_sign
}

@test "sign takes 32 raw bytes that look like digits for a digest" {
	mounted
	printf %.32s "$HEX" | ask
	openssl pkeyutl -verify -pubin -inkey "$MNT/pubkey.pem" \
		-sigfile <(raw_to_der "$TMP/raw") -in <(printf %.32s "$HEX")
}

@test "sign gives 64 bytes and then the end" {
	mounted
	printf %s "$HEX" | ask
	assert_equal "$(stat -c %s "$TMP/raw")" 64
}

@test "sign refuses every other length" {
	mounted
	local -i length
	for length in 1 16 31 33 63 64 65 128 4096; do
		head -c "$length" /dev/zero >"$TMP/request"
		assert_errno EINVAL put <"$TMP/request"
	done
	for length in 1 31 33 63; do
		printf "%.${length}s" "$HEX" >"$TMP/request"
		assert_errno EINVAL put <"$TMP/request"
	done
}

@test "sign refuses digits that go on without white space" {
	mounted
	local text
	for text in "${HEX}0" "${HEX}x" "$HEX-" "0x$HEX" " $HEX" "${HEX%?}g"; do
		assert_errno EINVAL put <<<"$text"
	done
}

@test "a refused request signs nothing" {
	mounted
	assert_errno EINVAL put <<<"no digest"
	assert_errno ENODATA cat "$MNT/sign"
}

@test "a digest in two writes is refused" {
	mounted
	assert_errno EINVAL dd if=<(xxd -r -p <<<"$HEX") of="$MNT/sign" bs=16 \
		conv=notrunc status=none
	assert_errno ENODATA cat "$MNT/sign"
}

@test "sign has no reply before a request" {
	mounted
	exec 9<>"$MNT/sign"
	assert_errno ENODATA cat <&9
	exec 9>&-
}

@test "a second request on the same descriptor gets its own reply" {
	mounted
	echo another >"$TMP/other"
	exec 9<>"$MNT/sign"
	sha256sum "$TMP/other" >&9
	sha256sum "$TMP/message" >&9
	cat <&9 >"$TMP/raw"
	assert_raw_signs_message
	sha256sum "$TMP/other" >&9
	cat <&9 >"$TMP/raw"
	exec 9>&-
	raw_to_der "$TMP/raw" >"$TMP/der"
	assert_signed "$TMP/other" "$TMP/der"
}

@test "a refused request leaves no reply of an earlier one" {
	mounted
	exec 9<>"$MNT/sign"
	printf %s "$HEX" >&9
	run bash -c 'echo bad >&9'
	assert_failure
	assert_errno ENODATA cat <&9
	exec 9>&-
}

@test "the reply can be read in small pieces" {
	mounted
	exec 9<>"$MNT/sign"
	printf %s "$HEX" >&9
	dd bs=5 status=none <&9 >"$TMP/raw"
	exec 9>&-
	assert_raw_signs_message
}

@test "a shell writes sign, then reads it" {
	mounted
	printf %s "$HEX" >"$MNT/sign"
	cat "$MNT/sign" >"$TMP/raw"
	assert_raw_signs_message
	sha256sum "$TMP/message" >>"$MNT/sign"
	run cmp "$TMP/raw" "$MNT/sign"
	assert_failure 1
}

@test "the latest signature can be read again, and from anywhere" {
	mounted
	printf %s "$HEX" >"$MNT/sign"
	exec 9<"$MNT/sign"
	cat <&9 >"$TMP/raw"
	assert_raw_signs_message
	dd bs=16 skip=2 status=none if="$MNT/sign" |
		cmp - <(tail -c 32 "$TMP/raw")
	python3 -c 'import os; os.lseek(9, 0, 0)'
	cat <&9 | cmp - "$TMP/raw"
	exec 9<&-
}

@test "a failed write leaves the user's latest signature" {
	mounted
	printf %s "$HEX" >"$MNT/sign"
	assert_errno EINVAL put <<<bad
	cat "$MNT/sign" >"$TMP/raw"
	assert_raw_signs_message
}

@test "users do not see each other's latest signature" {
	new_chip 608b provisioned
	mount_chip -o allow_other,gid=4711
	chmod 755 "$TMP" "$BATS_RUN_TMPDIR"
	cat "$MNT/pubkey.pem" >"$TMP/pubkey.pem"
	local -a other=(setpriv --reuid 4712 --regid 4711 --clear-groups)
	run "${other[@]}" test -r "$MNT/sign"
	((status == 0)) || skip "this directory is not open to others"
	printf %s "$HEX" >"$MNT/sign"
	assert_errno ENODATA "${other[@]}" cat "$MNT/sign"
	printf '%064d' 0 | "${other[@]}" tee "$MNT/sign"
	cat "$MNT/sign" >"$TMP/raw"
	assert_raw_signs_message
}

@test "who is not in the group cannot sign" {
	new_chip 608b provisioned
	mount_chip -o allow_other,gid=4711
	local -a other=(setpriv --reuid 4712 --regid 4712 --clear-groups)
	run "${other[@]}" cat "$MNT/serial"
	((status == 0)) || skip "this directory is not open to others"
	assert_errno EACCES "${other[@]}" tee "$MNT/sign" <<<"$HEX"
	assert_errno EACCES "${other[@]}" cat "$MNT/sign"
	assert_errno EACCES "${other[@]}" cat "$MNT/signatures/$HEX.der"
}

@test "sign on a blank chip says ENODATA" {
	new_chip 608b
	mount_chip
	assert_errno ENODATA put <<<"$HEX"
}

@test "an interrupted writer does nothing" {
	mounted
	mkfifo "$TMP/pipe"
	dd if="$TMP/pipe" of="$MNT/sign" bs=64 iflag=fullblock conv=notrunc \
		2>/dev/null 3>&- &
	local writer=$!
	exec 9>"$TMP/pipe"
	printf %.20s "$HEX" >&9
	kill -KILL "$writer"
	wait "$writer" || true
	exec 9>&-
	assert_errno ENODATA cat "$MNT/sign"
}

# Opcodes: 40 is GenKey, which computes a public key, 16 Nonce, 41 Sign.
@test "the first signature after a certificate was read costs a Nonce and a Sign" {
	[[ $NK_BUS == i2c ]] || skip "the served bus has statistics"
	mounted
	cat "$MNT/device.pem" >"$TMP/pem"
	wait_until all_is_known
	nerveskey-sim control "$TMP/bus.0.sock" reset
	printf %s "$HEX" | ask
	assert_raw_signs_message
	run jq -c '.by_opcode | [."16", ."41", ."40"]' \
		<(nerveskey-sim control "$TMP/bus.0.sock" stats)
	assert_output '[1,1,null]'
}
