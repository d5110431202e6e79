# SPDX-License-Identifier: Apache-2.0
# signatures/: the digest is the name, opening the file signs it.

load helpers

setup() {
	nk_setup
	echo "a message" >"$TMP/message"
	HEX=$(sha256sum <"$TMP/message")
	HEX=${HEX%% *}
}

mounted() {
	new_chip 608b provisioned
	mount_chip
}

signs() {
	sed -n 's/^nerveskey_operations_total{operation="sign"} //p' \
		"$MNT/metrics"
}

check_der() {
	cat "$MNT/signatures/$HEX.der" >"$TMP/der"
	assert_signed "$TMP/message" "$TMP/der"
}

@test "every part: a .der file is what openssl verifies" {
	each_part provisioned check_der
}

@test "openssl reads a .der file by itself" {
	mounted
	assert_signed "$TMP/message" "$MNT/signatures/$HEX.der"
}

@test "a .raw file is r and s" {
	mounted
	cat "$MNT/signatures/$HEX.raw" >"$TMP/raw"
	raw_to_der "$TMP/raw" >"$TMP/der"
	assert_signed "$TMP/message" "$TMP/der"
}

@test "a .b64url file is r and s as tokens have them" {
	mounted
	local text
	text=$(cat "$MNT/signatures/$HEX.b64url")
	assert_equal "${#text}" 86
	tr -- '-_' '+/' <<<"$text==" | base64 -d >"$TMP/raw"
	raw_to_der "$TMP/raw" >"$TMP/der"
	assert_signed "$TMP/message" "$TMP/der"
}

@test "the digits of a name may be upper-case" {
	mounted
	cat "$MNT/signatures/${HEX^^}.der" >"$TMP/der"
	assert_signed "$TMP/message" "$TMP/der"
}

@test "each open makes a new signature, kept until close" {
	mounted
	exec 8<"$MNT/signatures/$HEX.raw" 9<"$MNT/signatures/$HEX.raw"
	cat <&8 >"$TMP/one"
	cat <&9 >"$TMP/two"
	exec 8<&- 9<&-
	run cmp "$TMP/one" "$TMP/two"
	assert_failure 1
	assert_equal "$(stat -c %s "$TMP/one" "$TMP/two" | uniq)" 64
}

@test "looking at a name does not sign" {
	mounted
	assert_equal "$(stat -c %s "$MNT/signatures/$HEX.raw")" 64
	assert_equal "$(stat -c %s "$MNT/signatures/$HEX.b64url")" 86
	test -e "$MNT/signatures/$HEX.der"
	assert_equal "$(signs)" 0
	cat "$MNT/signatures/$HEX.raw" >/dev/null
	assert_equal "$(signs)" 1
}

@test "the listing is empty" {
	mounted
	cat "$MNT/signatures/$HEX.raw" >/dev/null
	run ls -A "$MNT/signatures"
	assert_success
	assert_output ""
}

@test "other names do not exist" {
	mounted
	local name
	for name in "$HEX" "$HEX.pem" "$HEX.DER" "${HEX%?}.der" "${HEX}0.der" \
		"${HEX%?}g.raw" x .der; do
		assert_errno ENOENT cat "$MNT/signatures/$name"
	done
}

@test "signatures cannot be written, made or removed" {
	mounted
	assert_errno EACCES dd if=/dev/null of="$MNT/signatures/$HEX.raw" \
		conv=notrunc
	assert_errno EPERM touch "$MNT/signatures/new"
	assert_errno EPERM rm -f "$MNT/signatures/$HEX.raw"
}

@test "signatures of a blank chip say ENODATA" {
	new_chip 608b
	mount_chip
	assert_errno ENODATA cat "$MNT/signatures/$HEX.der"
}

# look_at NUMBER [DIRECTORY]: at so many names, and where one is then.
look_at() {
	python3 - "${2:-$MNT/signatures}" "$1" <<-'END'
		import os, sys
		for number in range(int(sys.argv[2])):
		    os.stat(f"{sys.argv[1]}/{number:064x}.raw")
		os.getcwd()
	END
}

rss_kb() { awk '/^VmRSS:/ { print $2 }' "/proc/$DAEMON/status"; }

@test "twenty thousand names leave nothing behind" {
	local -i before
	! is_sanitized || skip "a sanitizer keeps its own books"
	mounted
	look_at 2000
	before=$(rss_kb)
	look_at 10000
	cd "$MNT/signatures"
	look_at 10000 .
	cd "$TMP"
	# They would be five megabytes.
	(($(rss_kb) - before < 1500))
}

# The chip is busy for as long as the names are looked at.
@test "who looks at names while the chip works keeps nobody from signing" {
	local pid
	export SIM_OPTIONS=timing=max,clock=real
	mounted
	while cat "$MNT/signatures/$HEX.raw" >/dev/null; do :; done 3>&- &
	pid=$!
	look_at 6000
	cat "$MNT/signatures/$HEX.der" >"$TMP/signature"
	kill "$pid"
	wait "$pid" || true
	assert_signed "$TMP/message" "$TMP/signature"
}

@test "whoever stands in signatures/ may stay" {
	mounted
	cd "$MNT/signatures"
	look_at 3000 .
	cat "$HEX.der" >"$TMP/signature"
	assert_signed "$TMP/message" "$TMP/signature"
	run ls "$MNT/signatures"
	assert_output ""
	cd "$TMP"
}
