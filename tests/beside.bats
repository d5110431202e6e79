# SPDX-License-Identifier: Apache-2.0
# The mount while another program uses the same chip: what that changes shows
# within a second of use.

load helpers

setup() {
	nk_setup
	[[ $NK_BUS == i2c ]] || skip "two programs share a bus, not a file"
	new_signer_key second
}

# new_signer_key NAME: $TMP/NAME.cert and .key of another signer.
new_signer_key() {
	(cd "$TMP" && nerveskey-ca signer create "$1" >/dev/null)
}

# mount_two MODEL [IMAGE]: a chip, mounted at $FIRST and $SECOND.
mount_two() {
	new_chip "$@"
	mount_chip
	FIRST=$MNT
	mount_beside
	SECOND=$MNT
	MNT=$FIRST
}

# lock_slot_9: by i2ctransfer, on the bus of $FIRST: wake, Lock, its answer, sleep.
# Fails when a daemon has put the chip to sleep meanwhile.
lock_slot_9() {
	on_bus 1 w1@0x00 0 >/dev/null 2>&1 || true # nobody acknowledges the pulse
	on_bus 1 r4@0x60
	on_bus 1 w8@0x60 3 0x07 0x17 0x26 0x00 0x00 0xfd 0x8a
	on_bus 1 r4@0x60
	on_bus 1 w1@0x60 1
}
on_bus() {
	I2C_PRELOAD_BUS=1=$TMP/bus.0.sock \
		LD_PRELOAD=$NK_BUILD/lib/preload_i2c.so i2ctransfer -y -a "$@"
}

# cat_is FILE TEXT: that is its content.
cat_is() { [[ $(cat "$1" 2>/dev/null) == "$2" ]]; }
# same_files FILE FILE: both can be read, and are equal.
same_files() { cmp -s "$1" "$2"; }
# status_is KEY=VALUE...: status has all these lines.
status_is() {
	local line
	for line in "$@"; do
		grep -qx "$line" "$MNT/status" || return
	done
}

aux_request() {
	cat "$TMP/$1.cert" "$TMP/$1.key"
	echo commit
}

# issued_by NAME: aux/device.pem is by that signer, and the chain has both.
issued_by() {
	cat "$MNT/aux/device.pem" >"$TMP/device.pem" 2>/dev/null &&
		cat "$MNT/aux/chain.pem" >"$TMP/chain.pem" &&
		verify_device "$TMP/device.pem" "$TMP/$1.cert" >/dev/null 2>&1 &&
		cat "$TMP/device.pem" "$MNT/aux/signer.pem" | cmp -s - "$TMP/chain.pem"
}

has_no_aux() { ! cat "$MNT/aux/$1.pem" >/dev/null 2>&1 && status_is aux=no; }

@test "a blank chip that another program provisions is complete here, too" {
	mount_two 608b
	status_is state=blank
	assert_errno ENODATA cat "$FIRST/device.pem"
	assert_equal "$(stat -c %s "$FIRST/device.pem")" 0
	MNT=$SECOND provision_chip
	wait_until status_is state=complete type=nerveskey serial=N1234567
	wait_until cat_is "$FIRST/serial" N1234567
	wait_until same_files "$FIRST/device.pem" "$SECOND/device.pem"
	cmp "$FIRST/chip/config" "$SECOND/chip/config"
	cmp "$FIRST/chip/otp" "$SECOND/chip/otp"
	cmp "$FIRST/chip/locks" "$SECOND/chip/locks"
	sha256sum "$ROOT/README.md" >"$FIRST/sign"
	assert_errno EPERM write_text "$FIRST/provision" commit
}

@test "a key that another program makes is shown, and so is its request" {
	mount_two 608b
	echo begin >"$FIRST/provision"
	cat "$FIRST/pubkey.pem" >"$TMP/old.pem"
	openssl req -in "$FIRST/device.csr" -noout -verify
	status_is state=configured
	wait_until cat_is "$SECOND/pubkey.pem" "$(<"$TMP/old.pem")"
	echo begin >"$SECOND/provision"
	run -1 cmp "$SECOND/pubkey.pem" "$TMP/old.pem"
	wait_until same_files "$FIRST/pubkey.pem" "$SECOND/pubkey.pem"
	openssl req -in "$FIRST/device.csr" -noout -verify -pubkey |
		cmp - "$SECOND/pubkey.pem"
}

@test "what another program does with the auxiliary certificates is shown" {
	mount_two 608b provisioned
	assert_errno ENODATA cat "$FIRST/aux/device.pem"
	assert_equal "$(stat -c %s "$FIRST/aux/device.pem")" 0
	status_is aux=no
	aux_request second >"$SECOND/aux/provision"
	wait_until issued_by second
	wait_until status_is aux=yes
	new_signer_key third
	aux_request third >"$SECOND/aux/provision"
	wait_until issued_by third
	echo clear >"$SECOND/aux/provision"
	wait_until has_no_aux chain
	has_no_aux device
	has_no_aux signer
	aux_request second >"$SECOND/aux/provision"
	wait_until status_is aux=yes
	issued_by second
}

# size_is_shown FILE: stat tells how much there is to read.
size_is_shown() {
	local size
	size=$(stat -c %s "$1")
	[[ $size -gt 0 && $size == $(wc -c <"$1") ]]
}

@test "stat tells the size of auxiliary certificates that another program wrote" {
	mount_two 608b provisioned
	assert_equal "$(stat -c %s "$FIRST/aux/chain.pem")" 0
	aux_request second >"$SECOND/aux/provision"
	wait_until size_is_shown "$FIRST/aux/chain.pem"
}

@test "a slot that another program locks is shown as locked" {
	mount_two 608b provisioned
	cat "$FIRST/chip/locks"
	assert_equal "$(sed -n s/^slots=//p "$FIRST/chip/locks")" 0
	wait_until lock_slot_9
	wait_until grep -qx slots=0,9 "$FIRST/chip/locks"
	aux_request second >"$TMP/request"
	assert_errno EPERM write_file "$FIRST/aux/provision" "$TMP/request"
}
