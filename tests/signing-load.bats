# SPDX-License-Identifier: Apache-2.0
# Many signatures, each of its own digest, verified by openssl.

load helpers

# tests/run --quick takes fewer.
SIGNATURES=${NK_SIGNATURES:-200}

# numbers sign|verify FIRST LAST
numbers() {
	TMP=$TMP MNT=$MNT bash "$ROOT/tests/signing-load.bash" "$@"
}

sign_and_verify() {
	# The chip's time is not what is looked at here.
	export SIM_OPTIONS=clock=virtual
	new_chip "$1" provisioned
	mount_chip
	cat "$MNT/pubkey.pem" >"$TMP/pubkey.pem"
	numbers sign 1 "$SIGNATURES"
	numbers verify 1 "$SIGNATURES"
	assert_equal "$(sort "$TMP"/*.txt | uniq | wc -l)" "$SIGNATURES"
}

@test "signatures of a 508A verify, each with its own digest" {
	sign_and_verify 508a
}

@test "signatures of a 608A verify, each with its own digest" {
	sign_and_verify 608a
}

@test "signatures of a 608B verify, each with its own digest" {
	sign_and_verify 608b
}

@test "processes that sign at once get their own signatures" {
	new_chip 608b provisioned
	mount_chip
	cat "$MNT/pubkey.pem" >"$TMP/pubkey.pem"
	local -a signers=()
	local -i i
	for i in 0 1 2 3; do
		numbers sign $((i * 25 + 1)) $((i * 25 + 25)) 3>&- &
		signers+=($!)
	done
	for i in "${signers[@]}"; do
		wait "$i"
	done
	numbers verify 1 100
}
