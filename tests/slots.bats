# SPDX-License-Identifier: Apache-2.0
# slots/: 36 bytes of EEPROM each, for any use.

load helpers

# How often the chip was told to write (opcode 12) since power-on or `reset`.
writes() {
	nerveskey-sim control "$TMP/bus.0.sock" stats |
		jq '.by_opcode["12"] // 0'
}

check_slots() {
	local -i slot
	if [[ $PART == tng ]]; then
		assert_errno ENOENT cat "$MNT/slots/1"
		return
	fi
	assert_equal "$(cd "$MNT/slots" && stat -c '%n %s %a' ./*)" "./1 36 660
./2 36 660
./3 36 660
./4 36 660"
	for slot in 1 2 3 4; do
		head -c 36 /dev/urandom >"$TMP/$slot"
		cat "$TMP/$slot" >"$MNT/slots/$slot"
		cmp "$TMP/$slot" "$MNT/slots/$slot"
	done
	unmount_chip
	mount_chip
	for slot in 1 2 3 4; do
		cmp "$TMP/$slot" "$MNT/slots/$slot"
	done
}

@test "every part but Trust&Go: four slots of 36 bytes, kept to the next mount" {
	each_part provisioned check_slots
}

@test "a write at any offset leaves the other bytes alone" {
	local -i offset len
	new_chip 508a provisioned
	mount_chip
	head -c 36 /dev/urandom >"$TMP/wanted"
	cat "$TMP/wanted" >"$MNT/slots/2"
	for offset in 0 1 3 4 17 30 31 32 33 35; do
		for len in 1 2 5 36; do
			((offset + len <= 36)) || continue
			head -c "$len" /dev/urandom >"$TMP/part"
			dd if="$TMP/part" of="$TMP/wanted" bs=1 seek="$offset" \
				conv=notrunc status=none
			dd if="$TMP/part" of="$MNT/slots/2" bs="$len" \
				seek="$offset" oflag=seek_bytes conv=notrunc \
				status=none
			cmp "$TMP/wanted" "$MNT/slots/2"
		done
	done
}

@test "only the words that change are written" {
	[[ $NK_BUS == i2c ]] || skip "the served bus has statistics"
	new_chip 608b provisioned
	mount_chip
	head -c 36 /dev/zero >"$MNT/slots/1"
	nerveskey-sim control "$TMP/bus.0.sock" reset
	printf x | dd of="$MNT/slots/1" conv=notrunc status=none
	assert_equal "$(writes)" 1
	# Two words that lie side by side.
	printf ab | dd of="$MNT/slots/1" seek=7 oflag=seek_bytes \
		conv=notrunc status=none
	assert_equal "$(writes)" 3
	# What is there already.
	cat "$MNT/slots/1" >"$TMP/same"
	cat "$TMP/same" >"$MNT/slots/1"
	assert_equal "$(writes)" 3
}

@test "beyond the end is EFBIG, and nothing is written" {
	new_chip 608b provisioned
	mount_chip
	cat "$MNT/slots/3" >"$TMP/before"
	head -c 37 /dev/zero >"$TMP/long"
	assert_errno EFBIG write_file "$MNT/slots/3" "$TMP/long"
	assert_errno EFBIG dd if=/dev/zero of="$MNT/slots/3" bs=2 count=1 \
		seek=35 oflag=seek_bytes conv=notrunc
	assert_errno EFBIG dd if=/dev/zero of="$MNT/slots/3" bs=1 count=1 \
		seek=36 oflag=seek_bytes conv=notrunc
	assert_errno EFBIG truncate -s 37 "$MNT/slots/3"
	assert_errno EINVAL truncate -s 35 "$MNT/slots/3"
	cmp "$TMP/before" "$MNT/slots/3"
}

@test "no other slots, and none is made or removed" {
	new_chip 608b provisioned
	mount_chip
	local name
	for name in 0 5 8 15 1x; do
		assert_not_exists "$MNT/slots/$name"
	done
	assert_errno EPERM touch "$MNT/slots/new"
	assert_errno EPERM rm -f "$MNT/slots/1"
}

@test "a locked slot is EPERM" {
	# Bytes 88 and 89 of the configuration have a bit a slot, 0 is locked.
	jq '.config |= .[0:176] + "fcff" + .[180:]' \
		"$GOLDEN/chip-images/608b-provisioned.json" >"$TMP/image"
	use_image "$TMP/image"
	mount_chip
	assert_errno EPERM write_text "$MNT/slots/1" hello
	write_text "$MNT/slots/2" hello
}

@test "before provisioning there is no place to write to" {
	new_chip 608b
	mount_chip
	assert_errno ENODATA cat "$MNT/slots/1"
	assert_errno ENODATA write_text "$MNT/slots/1" hello
}

@test "volatile-key parts have their keys in slots 1 and 2" {
	new_chip 608b volatile
	mount_chip
	run ls "$MNT/slots"
	assert_output "3
4"
	write_text "$MNT/slots/3" hello
	assert_equal "$(head -c 5 "$MNT/slots/3")" hello
}
