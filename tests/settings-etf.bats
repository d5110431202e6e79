# SPDX-License-Identifier: Apache-2.0
# settings.etf: the whole map as one value, with Erlang itself as the other one
# that reads and writes the same chip.

load helpers

# erlang BODY: an expression of Erlang's, that prints; Arguments are its files.
erlang() {
	erl -noshell -noinput -eval "$1, halt()." -extra "${@:2}"
}

# What Erlang finds in the chip's own bytes, slots 8, 7, 6 and 5 (on Trust&Go
# slot 8), as the Elixir library reads them.
chip_map() {
	jq -r "$1" "$CHIP" | xxd -r -p >"$TMP/space"
	erlang '{ok, B} = file:read_file(hd(init:get_plain_arguments())),
		io:format("~0p", [lists:sort(maps:to_list(binary_to_term(B)))])' \
		"$TMP/space"
}

NERVESKEY='.data | .[8] + .[7] + .[6] + .[5]'
TRUST_AND_GO='.data[8]'

# make_map TERM: as Erlang writes it.
make_map() {
	erlang "ok = file:write_file(hd(init:get_plain_arguments()),
		term_to_binary($1))" "$TMP/map"
}

check_erlang_reads() {
	local space=$NERVESKEY
	[[ $PART != tng ]] || space=$TRUST_AND_GO
	printf hello >"$MNT/settings/greeting"
	printf 443 >"$MNT/settings/port"
	run chip_map "$space"
	assert_output '[{<<"greeting">>,<<"hello">>},{<<"port">>,<<"443">>}]'
}

@test "every part: Erlang reads from the chip what was written as files" {
	each_part provisioned check_erlang_reads
}

# An empty map, then one that the part has no room for.
check_replacement() {
	head -c 600 /dev/zero | tr '\0' x >"$TMP/value"
	{
		xxd -r -p <<<8374000000016d00000001616d00000258
		cat "$TMP/value"
	} >"$TMP/map"
	echo old >"$MNT/settings/key"
	assert_errno ENOSPC write_file "$MNT/settings.etf" "$TMP/map"
	assert_errno EINVAL write_hex "$MNT/settings.etf" 836101
	assert_equal "$(cat "$MNT/settings/key")" old
	write_hex "$MNT/settings.etf" 837400000000
	unmount_chip
	mount_chip
	assert_equal "$(xxd -p "$MNT/settings.etf")" 837400000000
	run -0 ls -A "$MNT/settings"
	assert_output ""
}

@test "every part: a whole map is replaced, and what is refused leaves it" {
	each_part provisioned check_replacement
}

@test "settings.etf is the bytes on the chip, and has their size" {
	new_chip 608b settings-aux
	mount_chip
	cat "$MNT/settings.etf" >"$TMP/etf"
	jq -r "$NERVESKEY" "$CHIP" | xxd -r -p |
		head -c "$(stat -c %s "$TMP/etf")" | cmp - "$TMP/etf"
	assert_equal "$(state_of settings_bytes)" \
		"$(stat -c %s "$TMP/etf")/524"
	assert_equal "$(stat -c %s "$MNT/settings.etf")" \
		"$(stat -c %s "$TMP/etf")"
	echo more >>"$MNT/settings/server"
	assert_equal "$(stat -c %s "$MNT/settings.etf")" \
		"$(($(stat -c %s "$TMP/etf") + 5))"
	# At its end there is no place for another.
	assert_errno EINVAL tee -a "$MNT/settings.etf" <"$TMP/etf"
}

@test "a map that Erlang has made replaces all there was" {
	new_chip 608b settings-aux
	mount_chip
	make_map '#{<<"a">> => 1, b => [2, 3.5], {c} => #{<<"d">> => true}}'
	write_file "$MNT/settings.etf" "$TMP/map"
	run chip_map "$NERVESKEY"
	assert_output '[{b,[2,3.5]},{{c},#{<<"d">> => true}},{<<"a">>,1}]'
	assert_equal "$(cat "$MNT/settings/a")" 1
	assert_not_exists "$MNT/settings/port"
	cat "$TMP/map" >"$MNT/settings.etf"
	unmount_chip
	mount_chip
	cmp "$TMP/map" "$MNT/settings.etf"
}

@test "an empty map empties the settings" {
	new_chip 608b settings-aux
	mount_chip
	make_map '#{}'
	cat "$TMP/map" >"$MNT/settings.etf"
	run -0 ls -A "$MNT/settings"
	assert_output ""
	assert_equal "$(chip_map "$NERVESKEY")" "[]"
}

@test "what is no map is EINVAL, and the old one stays" {
	new_chip 608b settings-aux
	mount_chip
	cat "$MNT/settings.etf" >"$TMP/before"
	local term
	for term in '[]' '<<"text">>' '{a, #{}}' '42'; do
		make_map "$term"
		assert_errno EINVAL write_file "$MNT/settings.etf" "$TMP/map"
	done
	make_map '#{a => b}'
	# Cut short, and packed in a way that nobody can unpack.
	head -c -1 "$TMP/map" >"$TMP/short"
	printf '\203P\000\000\000\005xxxx' >"$TMP/packed"
	for term in short packed; do
		assert_errno EINVAL write_file "$MNT/settings.etf" "$TMP/$term"
	done
	cmp "$TMP/before" "$MNT/settings.etf"
}

@test "what follows the map is left out, as Erlang leaves it out" {
	new_chip 608b provisioned
	mount_chip
	make_map '#{<<"a">> => 1}'
	{ cat "$TMP/map" && head -c 20 /dev/zero; } >"$TMP/long"
	write_file "$MNT/settings.etf" "$TMP/long"
	cmp "$TMP/map" "$MNT/settings.etf"
}

@test "a map that is too big is ENOSPC, and the old one stays" {
	new_chip 608b settings-aux
	mount_chip
	cat "$MNT/settings.etf" >"$TMP/before"
	make_map '#{a => binary:copy(<<"x">>, 524)}'
	assert_errno ENOSPC write_file "$MNT/settings.etf" "$TMP/map"
	cmp "$TMP/before" "$MNT/settings.etf"
}

@test "Trust&Go: Erlang reads slot 8" {
	new_chip tng
	mount_chip
	make_map '#{<<"a">> => binary:copy(<<"x">>, 300)}'
	cat "$TMP/map" >"$MNT/settings.etf"
	printf 2 >"$MNT/settings/b"
	run chip_map "$TRUST_AND_GO"
	assert_output --regexp '^\[\{<<"a">>,<<"x{300}">>\},\{<<"b">>,<<"2">>\}\]$'
}

@test "a space that holds no map is EUCLEAN, until a map is written" {
	jq '.data[8] |= "ab" * 416' \
		"$GOLDEN/chip-images/608b-provisioned.json" >"$TMP/image"
	use_image "$TMP/image"
	mount_chip
	assert_errno EUCLEAN cat "$MNT/settings.etf"
	assert_errno EUCLEAN write_text "$MNT/settings/key" value
	make_map '#{<<"a">> => <<"b">>}'
	cat "$TMP/map" >"$MNT/settings.etf"
	assert_equal "$(cat "$MNT/settings/a")" b
}

@test "before provisioning there is none" {
	new_chip 608b
	mount_chip
	make_map '#{}'
	assert_errno ENODATA cat "$MNT/settings.etf"
	assert_errno ENODATA write_file "$MNT/settings.etf" "$TMP/map"
}
