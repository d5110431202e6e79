# SPDX-License-Identifier: Apache-2.0
# Volatile-key parts: after a loss of power the key is unusable until the chip is
# activated again.

load helpers

ACTIVATION=000102030405060708090a0b0c0d0e0f
ENCRYPTION=101112131415161718191a1b1c1d1e1f
DIGEST=$(printf message | sha256sum | cut -d ' ' -f 1)

# One write, so that its error is seen.
provision_volatile() {
	provision_request mode=volatile "activation-key=$ACTIVATION" \
		"encryption-key=$ENCRYPTION" >"$TMP/request"
	write_file "$MNT/provision" "$TMP/request"
}

# ask FILE HEX: what the request file FILE answers, in hex.
ask() {
	local code=0
	exec 4<>"$MNT/$1" || return
	{ xxd -r -p <<<"$2" >&4 && cat <&4; } >"$TMP/reply" || code=$?
	exec 4>&-
	xxd -p -c 64 "$TMP/reply"
	return "$code"
}

sign_message() {
	cat "$MNT/signatures/$DIGEST.der" >"$TMP/signature"
}

assert_signs() {
	sign_message
	run openssl dgst -sha256 -verify "$MNT/pubkey.pem" \
		-signature "$TMP/signature" <(printf message)
	assert_output "Verified OK"
}

assert_volatile_complete() {
	assert_equal "$(state_of state)" complete
	assert_equal "$(state_of type)" nerveskey-volatile
	assert_equal "$(cat "$MNT/serial")" N1234567
	run verify_device "$MNT/device.pem" "$SIGNER.cert"
	assert_success
}

# The chip loses its power: the simulator's does with its daemon.
cycle_power() {
	unmount_chip
	mount_chip
}

# assert_refused ERRNO: before anything is done.
assert_refused() {
	cp "$CHIP" "$TMP/before"
	assert_errno "$1" provision_volatile
	cmp "$CHIP" "$TMP/before"
	assert_errno ENOENT cat "$MNT/activate"
	assert_errno ENOENT cat "$MNT/derive"
}

check_volatile() {
	case $PART in
	508a) assert_refused EINVAL ;;
	tng) assert_refused EPERM ;;
	*) assert_serves ;;
	esac
}

assert_serves() {
	provision_volatile
	assert_volatile_complete
	assert_equal "$(state_of latch)" closed
	# Slots 0, 1 and 2 are locked, and no other.
	assert_equal "$(jq -r '.config[176:180]' "$CHIP")" f8ff
	assert_errno EACCES sign_message
	assert_errno EACCES write_hex "$MNT/derive" "$(zeros 32)"
	assert_errno EACCES write_text "$MNT/activate" "$ENCRYPTION"
	echo "$ACTIVATION" >"$MNT/activate"
	assert_signs
	assert_derives
}

@test "every part with a latch: mode=volatile, activate, sign, derive" {
	each_part "" check_volatile
}

@test "the configuration is the library's, byte for byte" {
	new_chip 608b
	mount_chip
	provision_volatile
	assert_equal "$(jq -r '.config[32:168] + .config[180:256]' "$CHIP")" \
		"$(golden chip-images/608b-volatile.json \
			'.config[32:168] + .config[180:256]')"
	# Byte 69: the persistent latch, and its key.
	assert_equal "$(jq -r '.config[138:140]' "$CHIP")" \
		"$(golden chip-images/608b-volatile.json '.config[138:140]')"
	# The keys lie where the library puts them, followed by zeros.
	assert_equal "$(jq -r '.data[1]' "$CHIP")" "$ACTIVATION$(zeros 20)"
	assert_equal "$(jq -r '.data[2]' "$CHIP")" "$ENCRYPTION$(zeros 20)"
}

zeros() { printf "%0$(($1 * 2))d" 0; }

@test "closed: what needs the latch is EACCES, the rest works" {
	new_chip 608b volatile
	mount_chip
	assert_equal "$(state_of latch)" closed
	assert_errno EACCES sign_message
	assert_errno EACCES write_text "$MNT/sign" "$DIGEST"
	assert_errno EACCES write_hex "$MNT/derive" "$(zeros 32)"
	assert_errno EACCES cat "$MNT/device.csr"
	assert_regex "$(state_of last_error)" '^EACCES: .*latch'
	cat "$MNT/device.pem" "$MNT/pubkey.pem" >/dev/null
	assert_equal "$(cat "$MNT/serial")" VOL-1
	assert_equal "$(head -c 8 "$MNT/random" | wc -c)" 8
	echo hello >"$MNT/settings/greeting"
	assert_equal "$(cat "$MNT/settings/greeting")" hello
}

@test "the activation key as 16 bytes opens the latch" {
	new_chip 608b volatile
	mount_chip
	write_hex "$MNT/activate" "$ACTIVATION"
	assert_equal "$(state_of latch)" open
	assert_signs
	run openssl req -in "$MNT/device.csr" -verify -noout
	assert_success
}

@test "the activation key as hex digits opens the latch" {
	new_chip 608b volatile
	mount_chip
	echo "$ACTIVATION" >"$MNT/activate"
	assert_equal "$(state_of latch)" open
	assert_signs
}

@test "ECDH needs the open latch as well" {
	new_chip 608b volatile
	mount_chip
	openssl ecparam -name prime256v1 -genkey -noout -out "$TMP/peer.key"
	openssl ec -in "$TMP/peer.key" -pubout -out "$TMP/peer.pem" 2>/dev/null
	assert_errno EACCES write_file "$MNT/ecdh" "$TMP/peer.pem"
	echo "$ACTIVATION" >"$MNT/activate"
	exec 4<>"$MNT/ecdh"
	cat "$TMP/peer.pem" >&4
	cat <&4 >"$TMP/secret"
	exec 4>&-
	openssl pkeyutl -derive -inkey "$TMP/peer.key" \
		-peerkey "$MNT/pubkey.pem" | cmp - "$TMP/secret"
}

@test "a wrong activation key is EACCES and opens nothing" {
	new_chip 608b volatile
	mount_chip
	assert_errno EACCES write_text "$MNT/activate" "$ENCRYPTION"
	assert_errno EACCES write_hex "$MNT/activate" "$(zeros 16)"
	assert_equal "$(state_of latch)" closed
	echo "$ACTIVATION" >"$MNT/activate"
	assert_equal "$(state_of latch)" open
	assert_errno EACCES write_text "$MNT/activate" "$ENCRYPTION"
}

@test "what is no activation key is EINVAL" {
	new_chip 608b volatile
	mount_chip
	assert_errno EINVAL write_text "$MNT/activate" "${ACTIVATION%?}"
	assert_errno EINVAL write_hex "$MNT/activate" "${ACTIVATION%??}"
	assert_equal "$(state_of latch)" closed
}

@test "the activation key cannot be read, and shows nowhere" {
	new_chip 608b volatile
	mount_chip
	assert_equal "$(stat -c %a "$MNT/activate")" 200
	echo "$ACTIVATION" >"$MNT/activate"
	assert_errno EACCES dd if="$MNT/activate" of="$TMP/out" status=none
	run grep -ri "${ACTIVATION:0:16}" "$DAEMON_LOG" "$MNT/status" \
		"$MNT/provision"
	assert_failure 1
}

latch_is_closed() { [[ $(state_of latch) == closed ]]; }

@test "losing power closes the latch" {
	new_chip 608b volatile
	mount_chip
	echo "$ACTIVATION" >"$MNT/activate"
	assert_signs
	if [[ $NK_BUS == i2c ]]; then
		nerveskey-sim control "$TMP/bus.0.sock" power cycle
	else
		cycle_power
	fi
	wait_until latch_is_closed # status may be a second old
	assert_errno EACCES sign_message
	echo "$ACTIVATION" >"$MNT/activate"
	assert_signs
}

@test "derive: the same bytes, the same key; other bytes, another" {
	new_chip 608b volatile
	mount_chip
	echo "$ACTIVATION" >"$MNT/activate"
	local first again other
	first=$(ask derive "$(zeros 32)")
	again=$(ask derive "$(zeros 32)")
	other=$(ask derive "01$(zeros 31)")
	assert_equal "${#first}" 64
	assert_equal "$first" "$again"
	refute [ "$first" = "$other" ]
	cycle_power
	assert_errno EACCES write_hex "$MNT/derive" "$(zeros 32)"
	echo "$ACTIVATION" >"$MNT/activate"
	assert_equal "$(ask derive "$(zeros 32)")" "$first"
}

# The MAC command in mode 5: SHA-256 over the key (32 bytes), the data (32),
# opcode, mode, slot (2), 11 zeros, the last byte of the serial, 4 zeros, its
# first two, 2 zeros.
assert_derives() {
	local key data want
	key=$(jq -r '.data[2][0:64]' "$CHIP")
	data=$(openssl rand -hex 32)
	want=$(xxd -r -p <<<"$key${data}08050200$(zeros 11)ee$(zeros 4)0123$(zeros 2)" |
		openssl dgst -sha256 -r | cut -d ' ' -f 1)
	assert_equal "$(ask derive "$data")" "$want"
}

@test "derive is the MAC that openssl computes" {
	new_chip 608b volatile
	mount_chip
	echo "$ACTIVATION" >"$MNT/activate"
	assert_derives
}

@test "derive wants 32 bytes, or their hex digits" {
	new_chip 608b volatile
	mount_chip
	echo "$ACTIVATION" >"$MNT/activate"
	exec 9<>"$MNT/derive"
	zeros 32 >&9
	assert_equal "$(xxd -p -c 32 <&9)" "$(ask derive "$(zeros 32)")"
	exec 9>&-
	assert_errno EINVAL write_hex "$MNT/derive" "$(zeros 31)"
	assert_errno EINVAL write_hex "$MNT/derive" "$(zeros 33)"
}

@test "parts without volatile keys have neither file" {
	new_chip 608b provisioned
	mount_chip
	assert_not_exists "$MNT/activate"
	assert_not_exists "$MNT/derive"
	assert_equal "$(state_of latch)" none
}

@test "power cut while provisioning: the same request completes it" {
	sim_only
	local cut
	local -i n code tried=0
	for cut in cut-before cut-torn cut-after; do
		for ((n = 1; ; n += 8 + NK_STRIDE)); do
			new_chip 608b factory
			SIM_OPTIONS=clock=virtual,faults=$cut@$n
			# The first cuts come before the mount.
			mount_chip -o wait
			run provision_volatile
			code=$status
			unmount_chip
			((code != 0)) || break
			export SIM_OPTIONS=clock=virtual
			mount_chip
			# A reply may be all that was lost.
			[[ $(state_of state) == complete ]] ||
				provision_volatile
			assert_volatile_complete
			echo "$ACTIVATION" >"$MNT/activate"
			assert_signs
			unmount_chip
			tried+=1
		done
	done
	echo "# $tried cut points" >&3
	((tried > 5))
}
