# SPDX-License-Identifier: Apache-2.0
# random: as much of the chip's generator as a program asks for.

load helpers

mounted() {
	new_chip 608b provisioned
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
	assert_failure 1
	# Nor within one read.
	head -c 1024 "$MNT/random" >"$TMP/many"
	assert_equal "$(xxd -p -c 32 "$TMP/many" | sort -u | wc -l)" 32
}

check_random() {
	head -c 64 "$MNT/random" >"$TMP/$PART"
	assert_equal "$(stat -c %s "$TMP/$PART")" 64
	assert_equal "$(xxd -p -c 32 "$TMP/$PART" | sort -u | wc -l)" 2
}

@test "every part has its generator" {
	each_part provisioned check_random
}

@test "random has no size and cannot be written" {
	mounted
	assert_equal "$(stat -c '%s %a' "$MNT/random")" "0 440"
	assert_errno EACCES dd if=/dev/zero of="$MNT/random" bs=1 count=1 \
		conv=notrunc
}

@test "random of a blank chip says ENODATA" {
	new_chip 608b
	mount_chip
	assert_errno ENODATA head -c 1 "$MNT/random"
}
