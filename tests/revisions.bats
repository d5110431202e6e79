# SPDX-License-Identifier: Apache-2.0
# Parts by the revision that they tell: known, later and unknown ones. test_family.c
# has those of another family, which the simulator cannot play.

load helpers

# part REVISION [FILTER]: $CHIP is a blank 608C that tells another revision, in hex,
# and is changed by a jq FILTER.
part() {
	jq --arg revision "$1" '.config |= .[0:8] + $revision + .[16:] | '"${2:-.}" \
		"$GOLDEN/family/608c-blank.json" >"$TMP/image"
	use_image "$TMP/image"
}

# byte AT VALUE: a filter that puts VALUE, in hex, into the configuration.
byte() {
	printf '.config |= .[0:%d] + "%s" + .[%d:]' $((2 * $1)) "$2" $((2 * $1 + 2))
}

# never_locked: neither commit nor begin changes anything on the chip.
never_locked() {
	cp "$CHIP" "$TMP/before"
	mount_chip
	assert_equal "$(state_of state)" blank
	provision_request >"$TMP/request"
	assert_errno EPERM write_file "$MNT/provision" "$TMP/request"
	assert_regex "$(state_of last_error)" "$1"
	assert_errno EPERM write_text "$MNT/provision" begin
	unmount_chip
	cmp "$CHIP" "$TMP/before"
}

@test "a later revision is called by its number, and is provisioned like a 608B" {
	part 00006004
	mount_chip
	assert_equal "$(cat "$MNT/chip/model")" "ATECC608 (revision 04)"
	provision_chip
	assert_equal "$(state_of state)" complete
	printf message >"$TMP/message"
	cat "$MNT/signatures/$(sha256sum <"$TMP/message" | cut -c -64).der" \
		>"$TMP/signature"
	assert_signed "$TMP/message" "$TMP/signature"
}

@test "a later revision with another factory value is never locked" {
	local at
	for at in 14 17 60 83; do
		part 00006004 "$(byte $at 5a)"
		never_locked "ATECC608 .revision 04."
	done
	# What it does not share with another chip of its kind, it may have.
	part 00006007 "$(byte 0 77) | $(byte 12 77)"
	mount_chip
	provision_chip
	assert_equal "$(state_of state)" complete
}

@test "every revision of the 508A, and the two known ones of the 608, are named" {
	local revision model
	while read -r revision model; do
		part "$revision"
		mount_chip
		assert_equal "$(state_of model)" "$model"
		unmount_chip
	done <<-END
		00005000 ATECC508A
		00005002 ATECC508A
		000050ff ATECC508A
		00006002 ATECC608A
		00006003 ATECC608B
	END
}

@test "an unknown revision is never locked, and that is said" {
	local revision
	for revision in 00006100 00007003 0000ff02; do
		part "$revision"
		never_locked "unknown .revision $revision."
	done
}
