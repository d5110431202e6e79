# SPDX-License-Identifier: Apache-2.0
# One long-lived client. Its mount goes, comes back, and then has another chip.

load helpers
load pkcs11

setup() { pkcs11_setup; }
teardown() { pkcs11_teardown; }

start_client() {
	take_orders "$PYTHON" "${CLIENT:-$ROOT/tests/pkcs11-client.py}"
}

@test "a session goes on after an unmount and a remount" {
	mount_identity
	start_client
	assert_order sign OK
	take_away
	assert_order sign CKR_DEVICE_REMOVED
	assert_order random CKR_DEVICE_REMOVED
	assert_order slots "1 slots, 0 with a token"
	bring_back
	assert_order sign OK
	assert_order find "4 objects"
	assert_order slots "1 slots, 1 with a token"
}

@test "a dead daemon is a token that is not present" {
	mount_identity
	start_client
	assert_order sign OK
	kill -KILL "$DAEMON"
	wait_until nk_is_dead "$DAEMON"
	assert_order sign CKR_DEVICE_REMOVED
	assert_order slots "1 slots, 0 with a token"
	fusermount3 -u -z "$MNT"
	nk_forget_mount 0
	bring_back
	assert_order sign OK
}

@test "another chip at the same place is another token" {
	mount_identity
	start_client
	assert_order sign OK
	take_away
	rm "$CHIP"
	mount_new 608a provisioned
	assert_order sign CKR_DEVICE_REMOVED
	assert_order sign CKR_SESSION_HANDLE_INVALID
	assert_order reopen OK
	assert_order sign OK
}

@test "a chip that is provisioned meanwhile is found with its key" {
	mount_new 608b
	start_client
	assert_order find "0 objects"
	provision_chip
	assert_order find "4 objects"
	assert_order sign OK
}

@test "two mounts are two tokens" {
	local first=$MNT
	mount_identity
	second_chip
	mount_new 508a provisioned
	export NERVESKEY_MOUNT=$first:$MNT
	start_client
	assert_order slots "2 slots, 2 with a token"
	MNT=$first take_away
	assert_order slots "2 slots, 1 with a token"
}

# An Arduino's chip: its keys are in slots 0, 1 and 3.
use_three_keys() {
	jq '.keys |= { "0": .["0"], "1": ("7" * 64), "3": ("5" * 64) }' \
		"$GOLDEN/family/arduino-608a.json" >"$TMP/image"
	use_image "$TMP/image"
}

# ssh_form FILE: a public key as ssh has it.
ssh_form() { ssh-keygen -i -m PKCS8 -f "$1"; }

@test "each key of a chip is an object, the mount's own first" {
	local label
	use_three_keys
	bring_back
	run -0 client p11tool --provider "$MODULE" --only-urls \
		--list-privkeys "pkcs11:model=ATECC608A"
	assert_equal "$(grep -o 'object=[^;]*' <<<"$output" | tr '\n' ' ')" \
		"object=device object=key-1 object=key-3 "
	# Each has its own ID, and its public key beside it.
	assert_equal "$(grep -o 'id=[^;]*' <<<"$output" | sort -u | wc -l)" 3
	use_openssl_engine
	echo "some text" >"$TMP/text"
	for label in device:. key-1:keys/1 key-3:keys/3; do
		client openssl dgst -sha256 -engine pkcs11 -keyform engine \
			-sign "pkcs11:object=${label%:*};type=private" \
			-out "$TMP/signature" "$TMP/text"
		cat "$MNT/${label#*:}/pubkey.pem" >"$TMP/key.pem"
		run -0 openssl dgst -sha256 -verify "$TMP/key.pem" \
			-signature "$TMP/signature" "$TMP/text"
		client p11tool --provider "$MODULE" \
			--export-pubkey "pkcs11:object=${label%:*}" \
			--outfile "$TMP/exported.pem"
		cmp <(openssl pkey -pubin -in "$TMP/exported.pem") "$TMP/key.pem"
	done
	run -0 --separate-stderr client ssh-keygen -D "$MODULE"
	assert_output "$(ssh_form "$MNT/pubkey.pem") device
$(ssh_form "$MNT/keys/1/pubkey.pem") key-1
$(ssh_form "$MNT/keys/3/pubkey.pem") key-3"
}

@test "-o key=N makes that key the token's device" {
	use_three_keys
	bring_back -o key=3
	run -0 --separate-stderr client ssh-keygen -D "$MODULE"
	assert_output "$(ssh_form "$MNT/keys/3/pubkey.pem") device
$(ssh_form "$MNT/keys/0/pubkey.pem") key-0
$(ssh_form "$MNT/keys/1/pubkey.pem") key-1"
}

@test "ssh takes the keys of a token without a device key" {
	use_three_keys
	bring_back -o key=4 # it holds none
	run -0 --separate-stderr client ssh-keygen -D "$MODULE"
	assert_output "$(ssh_form "$MNT/keys/0/pubkey.pem") key-0
$(ssh_form "$MNT/keys/1/pubkey.pem") key-1
$(ssh_form "$MNT/keys/3/pubkey.pem") key-3"
}

@test "a user who may not open sign is told that the key is not his" {
	[[ $(id -u) == 0 ]] || skip "needs root, to become someone else"
	mount_identity 608b -o allow_other
	let_others_in
	CLIENT=$TMP/pkcs11-client.py
	client_env+=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	start_client
	assert_order find "4 objects"
	assert_order sign CKR_KEY_FUNCTION_NOT_PERMITTED
	assert_order random CKR_RANDOM_NO_RNG
}

@test "a setuid program does not take its mounts from the environment" {
	[[ $(id -u) == 0 ]] || skip "needs root, to have such a program"
	[[ ! $(findmnt -n -o OPTIONS -T "$TMP") =~ nosuid ]] ||
		skip "$TMP is mounted nosuid"
	let_others_in
	cp "$(type -P pkcs11-tool)" "$TMP/of-root"
	run client "$TMP/of-root" --module "$MODULE" --list-slots
	assert_output --partial "$MNT"
	chmod u+s "$TMP/of-root"
	run client setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$TMP/of-root" --module "$MODULE" --list-slots
	assert_output --partial "Slot 0 (0x0): /mnt/nerveskey"
	refute_output --partial "$MNT"
}

@test "a point that is not on the curve is a wrong parameter" {
	local point off_curve
	mount_identity
	point=$(openssl pkey -pubin -in "$MNT/pubkey.pem" -outform DER |
		tail -c 65 | xxd -p -c 65)
	off_curve=${point:0:126}$(printf %04x $((0x${point:126} ^ 1)))
	start_client
	assert_order "derive $point" OK
	assert_order "derive $off_curve" CKR_MECHANISM_PARAM_INVALID
}

@test "threads of one process sign side by side" {
	mount_identity
	start_client
	assert_order threads "8 threads, 200 signatures"
}

@test "a forked child starts over, its parent goes on" {
	mount_identity
	start_client
	assert_order fork "child: CKR_CRYPTOKI_NOT_INITIALIZED, then OK"
	assert_order sign OK
}
