# SPDX-License-Identifier: Apache-2.0
# ecdh: a secret that only the chip and its peer can compute.

load helpers

setup() {
	nk_setup
	PEER=$TMP/peer
	openssl ecparam -name prime256v1 -genkey -noout -out "$PEER.key"
	openssl ec -in "$PEER.key" -pubout -out "$PEER.pem" 2>/dev/null
	openssl ec -in "$PEER.key" -pubout -outform DER 2>/dev/null |
		tail -c 64 >"$PEER.raw"
}

# agree FILE: what the chip answers to the peer key in FILE.
agree() {
	local code=0
	exec 4<>"$MNT/ecdh" || return
	{ cat "$1" >&4 && cat <&4; } || code=$?
	exec 4>&-
	return "$code"
}

# ask_again FILE: on the descriptor that is open.
ask_again() { cat "$1" >&4; }

# openssl's side of it.
peers_secret() {
	cp "$MNT/pubkey.pem" "$TMP/key.pem"
	openssl pkeyutl -derive -inkey "$PEER.key" -peerkey "$TMP/key.pem"
}

check_secret() {
	agree "$PEER.raw" >"$TMP/secret"
	assert_equal "$(stat -c %s "$TMP/secret")" 32
	peers_secret | cmp - "$TMP/secret"
}

@test "every part: openssl computes the same secret" {
	each_part provisioned check_secret
}

@test "a peer key in PEM is the same key" {
	new_chip 608b provisioned
	mount_chip
	agree "$PEER.pem" >"$TMP/secret"
	peers_secret | cmp - "$TMP/secret"
}

@test "another peer, another secret, on one descriptor" {
	new_chip 608b provisioned
	mount_chip
	cp "$PEER.raw" "$TMP/first.raw"
	peers_secret >"$TMP/first"
	openssl ecparam -name prime256v1 -genkey -noout -out "$PEER.key"
	openssl ec -in "$PEER.key" -pubout -out "$PEER.pem" 2>/dev/null
	exec 4<>"$MNT/ecdh"
	cat "$TMP/first.raw" >&4
	cat <&4 | cmp - "$TMP/first"
	cat "$PEER.pem" >&4
	peers_secret >"$TMP/second"
	cat <&4 | cmp - "$TMP/second"
	exec 4>&-
	run cmp -s "$TMP/first" "$TMP/second"
	assert_failure 1
}

@test "refused: what is no P-256 public key, and no secret is left to read" {
	new_chip 608b provisioned
	mount_chip
	head -c 63 "$PEER.raw" >"$TMP/short"
	head -c 64 /dev/zero >"$TMP/zero"
	# It is not a point of the curve any more.
	local -i last
	last=$(tail -c 1 "$PEER.raw" | od -An -tu1)
	{
		head -c 63 "$PEER.raw"
		printf '%b' "\\x$(printf %02x $((last ^ 1)))"
	} >"$TMP/off"
	openssl ecparam -name secp384r1 -genkey -noout |
		openssl ec -pubout -out "$TMP/p384" 2>/dev/null
	openssl genpkey -algorithm ed25519 2>/dev/null |
		openssl pkey -pubout -out "$TMP/ed25519"
	echo "-----BEGIN PUBLIC KEY-----" >"$TMP/cut"
	local name
	for name in short zero off p384 ed25519 cut; do
		assert_errno EINVAL write_file "$MNT/ecdh" "$TMP/$name"
	done
	exec 4<>"$MNT/ecdh"
	cat "$PEER.raw" >&4
	assert_errno EINVAL ask_again "$TMP/off"
	assert_errno ENODATA cat <&4
	exec 4>&-
}

@test "nothing to read before a key was written" {
	new_chip 608b provisioned
	mount_chip
	assert_errno ENODATA cat "$MNT/ecdh"
	exec 4<>"$MNT/ecdh"
	assert_errno ENODATA cat <&4
	exec 4>&-
}

@test "two processes get a secret each" {
	new_chip 608b provisioned
	mount_chip
	local -i i
	local -a pids=()
	peers_secret >"$TMP/want"
	for i in 1 2 3 4; do
		agree "$PEER.pem" >"$TMP/secret.$i" &
		pids+=($!)
	done
	wait_all "${pids[@]}"
	for i in 1 2 3 4; do
		cmp "$TMP/want" "$TMP/secret.$i"
	done
}

@test "a chip without a key has no secret" {
	new_chip 608b
	mount_chip
	assert_errno ENODATA write_file "$MNT/ecdh" "$PEER.raw"
}
