# SPDX-License-Identifier: Apache-2.0
# Many signatures, each of its own digest, verified by openssl.

load helpers

# tests/run --quick takes fewer.
SIGNATURES=${NK_SIGNATURES:-200}

# sign_files FIRST LAST: sign the numbers FIRST to LAST through one handle each;
# signatures go to $TMP/N.raw.
sign_numbers() {
	local -i n
	for ((n = $1; n <= $2; n++)); do
		echo "message $n" >"$TMP/$n.txt"
		exec 9<>"$MNT/sign"
		sha256sum "$TMP/$n.txt" >&9
		cat <&9 >"$TMP/$n.raw"
		exec 9>&-
	done
}

# A 32-byte number in hex as a DER INTEGER in hex: no leading zeros, and
# positive.
der_integer() {
	local hex=$1
	while [[ $hex == 00* && ${#hex} -gt 2 ]]; do
		hex=${hex:2}
	done
	[[ ${hex:0:1} == [0-7] ]] || hex=00$hex
	printf '02%02x%s' $((${#hex} / 2)) "$hex"
}

raw_to_der() {
	local hex der
	hex=$(xxd -p -c 64 "$1")
	assert_equal "${#hex}" 128
	der=$(der_integer "${hex:0:64}")$(der_integer "${hex:64}")
	printf '30%02x%s' $((${#der} / 2)) "$der" | xxd -r -p
}

verify_numbers() {
	local -i n
	for ((n = $1; n <= $2; n++)); do
		raw_to_der "$TMP/$n.raw" >"$TMP/$n.der"
		openssl dgst -sha256 -verify "$TMP/pubkey.pem" \
			-signature "$TMP/$n.der" "$TMP/$n.txt" >/dev/null ||
			fail "signature $n does not verify"
	done
}

sign_and_verify() {
	# The chip's time is not what is looked at here.
	export SIM_OPTIONS=clock=virtual
	new_chip "$1" provisioned
	mount_chip
	cat "$MNT/pubkey.pem" >"$TMP/pubkey.pem"
	sign_numbers 1 "$SIGNATURES"
	verify_numbers 1 "$SIGNATURES"
	assert_equal "$(sort "$TMP"/*.txt | uniq | wc -l)" "$SIGNATURES"
}

@test "$SIGNATURES signatures of a 508A verify" {
	sign_and_verify 508a
}

@test "$SIGNATURES signatures of a 608A verify" {
	sign_and_verify 608a
}

@test "$SIGNATURES signatures of a 608B verify" {
	sign_and_verify 608b
}

@test "processes that sign at once get their own signatures" {
	new_chip 608b provisioned
	mount_chip
	cat "$MNT/pubkey.pem" >"$TMP/pubkey.pem"
	local -a signers=()
	local -i i
	for i in 0 1 2 3; do
		sign_numbers $((i * 25 + 1)) $((i * 25 + 25)) 3>&- &
		signers+=($!)
	done
	for i in "${signers[@]}"; do
		wait "$i"
	done
	verify_numbers 1 100
}
