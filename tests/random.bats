# SPDX-License-Identifier: Apache-2.0
# random: as much of the chip's generator as a program asks for.

load helpers

mounted() {
	new_chip "${1:-608b}" provisioned
	mount_chip
}

@test "random gives exactly what is asked for" {
	mounted
	local -i length
	for length in 1 31 32 33 100 1000; do
		assert_equal "$(head -c "$length" "$MNT/random" | wc -c)" \
			"$length"
	done
}

@test "one read gives a bounded piece, the next goes on" {
	mounted
	dd if="$MNT/random" bs=64k count=1 status=none >"$TMP/piece"
	assert_equal "$(stat -c %s "$TMP/piece")" 1024
	dd if="$MNT/random" bs=3000 count=1 iflag=fullblock status=none \
		>"$TMP/whole"
	assert_equal "$(stat -c %s "$TMP/whole")" 3000
}

@test "random does not repeat itself" {
	mounted
	head -c 32 "$MNT/random" >"$TMP/one"
	head -c 32 "$MNT/random" >"$TMP/two"
	run cmp -s "$TMP/one" "$TMP/two"
	assert_failure
	# Nor within one read.
	head -c 1024 "$MNT/random" | xxd -p -c 32 | sort | uniq -d >"$TMP/twice"
	assert_equal "$(cat "$TMP/twice")" ""
}

@test "random works on a 508A and a 608A" {
	local model
	for model in 508a 608a; do
		mounted "$model"
		assert_equal "$(head -c 64 "$MNT/random" | wc -c)" 64
		unmount_chip
	done
}

@test "random has no size and cannot be written" {
	mounted
	assert_equal "$(stat -c '%s %a' "$MNT/random")" "0 440"
	run dd if=/dev/zero of="$MNT/random" bs=1 count=1 conv=notrunc
	assert_failure
}

@test "random of a blank chip says ENODATA" {
	new_chip 608b
	mount_chip
	assert_errno ENODATA head -c 1 "$MNT/random"
}
