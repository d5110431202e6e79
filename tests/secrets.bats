# SPDX-License-Identifier: Apache-2.0
# When the daemon has finished with a secret, it is not in its memory any more.

load helpers
load token

setup() {
	nk_setup
	[[ $(id -u) == 0 ]] || skip "only root may look at the memory"
	! is_sanitized || skip "a sanitizer has too much memory to look at"
	# shellcheck disable=SC2034 # mount_chip's
	SIM_OPTIONS=clock=virtual
	SECRETS=()
}

# A simulated chip within the daemon keeps secrets in the same memory.
bus_only() { [[ $NK_BUS == i2c ]] || skip "the simulator has the same secrets"; }

# The private scalar in a SEC1 file, in hex.
scalar_of() {
	openssl ec -in "$1" -noout -text 2>/dev/null |
		sed -n '/^priv:/,/^pub:/{/^ /p}' | tr -d ' :\n'
}

# remember NAME HEX: a secret that is looked for from now on.
remember() { SECRETS+=("$1=$2"); }

as_hex() { printf %s "$1" | xxd -p -c 0; }
draw_hex() { openssl rand -hex "$1"; }

search() { "$ROOT/tests/memory-search" "$DAEMON" "${SECRETS[@]}"; }

assert_forgotten() {
	run search
	assert_success
	refute_output
}

# The search finds what is there.
assert_known() {
	run search
	assert_failure 1
	assert_output
}

# stage LINE...: the request, as one write; LINEs end it.
stage() {
	{ cat "$SIGNER.cert" "$SIGNER.key" && printf '%s\n' "$@"; } \
		>"$TMP/request"
	write_file "$MNT/${WHERE:-provision}" "$TMP/request"
}

setup_signer() {
	remember key "$(scalar_of "$SIGNER.key")"
	new_chip 608b "${1:-}"
	mount_chip
}

@test "the signer's key: after a commit" {
	setup_signer
	stage
	assert_known
	echo commit >"$MNT/provision"
	assert_equal "$(state_of state)" complete
	assert_forgotten
}

@test "the signer's key: after check and reset" {
	setup_signer
	stage check reset
	assert_forgotten
}

@test "the signer's key: after a request that is refused" {
	setup_signer
	assert_errno EINVAL stage serial=
	assert_forgotten
	assert_errno EINVAL stage chip=0123000000000000ee commit
	assert_forgotten
	# It does not fit the certificate.
	{
		cat "$GOLDEN/signers/y10.cert" "$SIGNER.key"
		echo commit
	} >"$TMP/request"
	assert_errno EINVAL write_file "$MNT/provision" "$TMP/request"
	assert_regex "$(state_of last_error)" "not that of the signer's certificate"
	assert_forgotten
}

@test "the signer's key: after a request that stops in the middle" {
	setup_signer
	head -c -20 "$SIGNER.key" >"$MNT/provision"
	assert_forgotten
}

@test "the signer's key: after each commit of auxiliary certificates" {
	setup_signer provisioned
	local WHERE=aux/provision
	stage commit
	assert_forgotten
	stage check reset
	assert_forgotten
	stage commit
	assert_forgotten
	openssl x509 -in "$MNT/aux/device.pem" -noout
}

@test "the signer's key: after five minutes" {
	BOOTTIME_AHEAD=$TMP/ahead
	setup_signer
	stage
	echo 301 >"$BOOTTIME_AHEAD"
	echo board=B >"$MNT/provision"
	run cat "$MNT/provision"
	assert_line expired=signer-key
	assert_forgotten
}

# A PIN that is long enough to look for.
setup_token() {
	PIN=$(draw_hex 8)
	make_token "$PIN"
	remember PIN "$(as_hex "$PIN")"
	remember key "$(scalar_of "$TMP/ca.key")"
	new_chip 608b
	mount_chip
}

by_token() {
	{ cat "$TMP/ca.cert" && printf '%s\n' "$@"; } >"$TMP/request"
	write_file "$MNT/provision" "$TMP/request"
}

@test "a token's PIN: in a file" {
	setup_token
	echo "$PIN" >"$TMP/pin"
	by_token "signer-key=$URL" "pin-file=$TMP/pin" check commit
	assert_equal "$(state_of state)" complete
	assert_forgotten
}

@test "a token's PIN: as a line" {
	setup_token
	by_token "signer-key=$URL" "pin=$PIN"
	assert_known
	echo check >"$MNT/provision"
	echo reset >"$MNT/provision"
	assert_forgotten
	by_token "signer-key=$URL" "pin=$PIN" commit
	assert_equal "$(state_of state)" complete
	assert_forgotten
}

@test "a token's PIN: in the URL" {
	setup_token
	by_token "signer-key=$URL?pin-value=$PIN" check reset
	assert_forgotten
	by_token "signer-key=$URL?pin-value=$PIN"
	assert_known
	assert_errno EINVAL write_text "$MNT/provision" \
		$'chip=0123000000000000ee\ncommit\n'
	assert_forgotten
	by_token "signer-key=$URL?pin-value=$PIN" check commit
	assert_equal "$(state_of state)" complete
	assert_forgotten
}

setup_volatile() {
	ACTIVATION=$(draw_hex 16)
	ENCRYPTION=$(draw_hex 16)
	remember activation "$ACTIVATION"
	remember encryption "$ENCRYPTION"
	remember key "$(scalar_of "$SIGNER.key")"
	new_chip 608b
	mount_chip
	stage serial=N1 mode=volatile "activation-key=$ACTIVATION" \
		"encryption-key=$ENCRYPTION" commit
	assert_equal "$(state_of state)" complete
}

@test "the keys of a volatile part: after a commit and an activation" {
	bus_only
	setup_volatile
	assert_forgotten
	write_hex "$MNT/activate" "$ACTIVATION"
	write_text "$MNT/activate" "$ACTIVATION"
	assert_forgotten
	local other
	other=$(draw_hex 16)
	remember other "$other"
	assert_errno EACCES write_hex "$MNT/activate" "$other"
	assert_forgotten
}

# ask FILE HEX: what the request file FILE answers, in hex.
ask() {
	exec 4<>"$MNT/$1"
	xxd -r -p <<<"$2" >&4
	cat <&4 >"$TMP/reply"
	exec 4>&-
	xxd -p -c 0 "$TMP/reply"
}

@test "what is derived: after close" {
	bus_only
	setup_volatile
	local asked
	asked=$(draw_hex 32)
	write_hex "$MNT/activate" "$ACTIVATION"
	remember derived "$(ask derive "$asked")"
	remember asked "$asked"
	assert_forgotten
}

@test "shared secrets and random bytes: after close" {
	bus_only
	new_chip 608b provisioned
	mount_chip
	local peer
	peer=$(openssl ecparam -name prime256v1 -genkey -noout |
		openssl ec -pubout -outform DER 2>/dev/null | tail -c 64 |
		xxd -p -c 0)
	remember secret "$(ask ecdh "$peer")"
	remember random "$(head -c 32 "$MNT/random" | xxd -p -c 0)"
	assert_forgotten
}
