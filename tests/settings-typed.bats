# SPDX-License-Identifier: Apache-2.0
# settings/: Erlang's types as text, types that are kept, names of keys, and
# terms that stay what they are.

load helpers

setup() {
	nk_setup
	S=$MNT/settings
}

teardown() { nk_teardown; }

mounted() {
	new_chip 608b provisioned
	mount_chip
}

type_of() { getfattr --only-values -n user.nerveskey.type "$1"; }
set_type() { setfattr -n user.nerveskey.type -v "$2" "$1"; }
stored() { xxd -p "$MNT/settings.etf" | tr -d '\n'; }

# erlang EXPRESSION: the settings are M; what it makes of them, on one line.
erlang() {
	erl -noshell -eval "{ok, B} = file:read_file(\"$MNT/settings.etf\"),
		M = binary_to_term(B), io:setopts([{encoding, unicode}]), io:format(\"~0tp\", [begin $1 end]), halt()."
}

# assert_shown NAME TYPE TEXT
assert_shown() {
	assert_equal "$1: $(type_of "$S/$1") $(cat "$S/$1")" "$1: $2 $3"
}

@test "each type shows as text and says its name" {
	mounted
	write_hex "$MNT/settings.etf" "$(erl -noshell -eval '
		T = term_to_binary(#{<<"bin">> => <<"text\n">>, <<"yes">> => true,
			<<"none">> => nil, <<"mode">> => fast, <<"int">> => -5,
			<<"big">> => 1 bsl 70, <<"float">> => 1.0e300,
			<<"list">> => [1, <<"a">>, b, null, [true, nil]],
			<<"chars">> => "abc", <<"tuple">> => {ok, 2.5},
			<<"map">> => #{<<"a">> => 1, b => {}}, <<"bits">> => <<5:3>>,
			<<"fun">> => fun erlang:halt/0}),
		[io:format("~2.16.0b", [X]) || <<X>> <= T], halt().')"
	printf 'text\n' | cmp - "$S/bin"
	assert_shown bin binary text
	assert_shown yes atom true
	assert_shown none atom nil
	assert_shown mode atom fast
	assert_shown int integer -5
	assert_shown big integer 1180591620717411303424
	assert_shown float float 1.0e300
	assert_shown list list '[1,"a",":b",":null",[true,null]]'
	assert_shown chars list '[97,98,99]'
	assert_shown tuple tuple '[":ok",2.5]'
	assert_shown map map '{":b":{"%tuple":[]},"a":1}'
	assert_shown bits bitstring '{"%term":"4d0000000103a0"}'
	assert_equal "$(type_of "$S/fun")" other
}

check_types() {
	local etf=837400000003
	etf+=6d0000000161
	etf+=6b00020102
	etf+=6d0000000162
	etf+=6200001f90
	etf+=6d0000000163
	etf+="770466617374"
	echo '[1,2]' >"$S/a"
	set_type "$S/a" list
	touch "$S/b" "$S/c"
	set_type "$S/b" integer
	set_type "$S/c" atom
	echo 8080 >"$S/b"
	echo fast >"$S/c"
	assert_errno EINVAL write_text "$S/b" text
	unmount_chip
	mount_chip
	assert_shown a list '[1,2]'
	assert_shown b integer 8080
	assert_shown c atom fast
	assert_equal "$(stored)" "$etf"
}

@test "every part: types are kept on the chip, as OTP 26 writes them" {
	each_part provisioned check_types
}

@test "JSON tools read lists and maps" {
	mounted
	echo '{"wifi": [{"ssid": "net", "prio": 3}]}' >"$S/conf"
	set_type "$S/conf" map
	assert_equal "$(jq -r '.wifi[0].ssid' "$S/conf")" net
	jq -c '.wifi[0].prio = 4' "$S/conf" >"$TMP/conf"
	cat "$TMP/conf" >"$S/conf"
	assert_equal "$(erlang 'maps:get(<<"conf">>, M)')" \
		'#{<<"wifi">> => [#{<<"prio">> => 4,<<"ssid">> => <<"net">>}]}'
}

@test "a value keeps its type when it is written" {
	mounted
	local type text
	while read -r type text; do
		: >"$S/key"
		set_type "$S/key" "$type"
		echo "$text" >"$S/key"
		assert_shown key "$type" "$text"
		rm "$S/key"
	done <<-'END'
		atom fast
		integer -340282366920938463463374607431768211456
		float 0.1
		list [1,[],"%3Aa",":b"]
		tuple [null,{"%tuple":[1.5]}]
		map {"%term":"740000000161016d00000002ff00"}
	END
}

@test "text of another type is refused and changes nothing" {
	mounted
	local type text before
	while read -r type text; do
		: >"$S/key"
		set_type "$S/key" "$type"
		before=$(stored)
		assert_errno EINVAL write_text "$S/key" "$text"
		assert_equal "$(stored)" "$before"
		assert_equal "$(type_of "$S/key")" "$type"
		rm "$S/key"
	done <<-'END'
		integer twelve
		integer 1.5
		float 1e999
		list {}
		list [1,
		tuple {}
		map [1]
		map {"a":1,"a":2}
	END
}

@test "a type can be set before writing, and changed by way of the text" {
	mounted
	touch "$S/port"
	set_type "$S/port" integer
	echo 8443 >"$S/port"
	assert_equal "$(erlang 'M')" '#{<<"port">> => 8443}'
	set_type "$S/port" float
	assert_shown port float 8443.0
	set_type "$S/port" binary
	assert_shown port binary 8443.0
	assert_errno EINVAL set_type "$S/port" integer
	assert_errno EINVAL set_type "$S/port" number
	assert_shown port binary 8443.0
}

@test "a new file is a binary" {
	mounted
	echo 12 >"$S/n"
	assert_equal "$(type_of "$S/n")" binary
	assert_equal "$(erlang 'M')" '#{<<"n">> => <<"12\n">>}'
}

@test "keys of all types have a name, and a name makes that key" {
	mounted
	local name
	local -a names=(plain :atom :été %3Aa %25a 100% 'a%2Fb' 'a b' .hidden %2E
		%term-6105 %term-6d00000000 %term-680177026f6b)
	for name in "${names[@]}"; do
		echo x >"$S/$name"
	done
	for name in "${names[@]}"; do
		[[ -f $S/$name ]]
	done
	assert_equal "$(find "$S" -type f | wc -l)" "${#names[@]}"
	local keys='[5,atom,été,{ok},<<>>,<<"%a">>,<<".">>,<<".hidden">>,'
	keys+='<<"100%">>,<<":a">>,<<"a b">>,<<"a/b">>,<<"plain">>]'
	assert_equal "$(erlang 'maps:keys(M)')" "$keys"
}

@test "a key has one spelling" {
	mounted
	local name
	for name in %61 a%2fb %3aa % %a :%61 %term-61 %term-6e010005 \
		%term-6d0000000161 %term-C8; do
		assert_errno EINVAL write_text "$S/$name" x
	done
	assert_errno ENAMETOOLONG write_text "$S/$(printf 'a%.0s' {1..256})" x
	run -0 ls -A "$S"
	assert_output ""
}

@test "what another program stored stays exact when another key changes" {
	mounted
	# Unsorted, old atoms, an old float, a long 5, a pid, a bitstring.
	local -a terms=(
		6d0000000170 58640001610000000100000000"00000000"
		6400046d6f6465 7305c3a9c3a9c3
		6d000000016f 63312e3530303030303030303030303030303030303030652b30300000000000
		6d000000016e 6e010005
		6d0000000162 4d0000000103ff
		6d0000000161 6c00000002610161026a
	)
	local map before
	map=$(printf %s "${terms[@]}")
	write_hex "$MNT/settings.etf" "837400000006$map"
	assert_equal "$(stored)" "837400000006$map"
	assert_shown n integer 5
	echo value >"$S/zz"
	assert_equal "$(stored)" "837400000007${map}6d000000027a7a6d0000000676616c75650a"
	rm "$S/zz"
	assert_equal "$(stored)" "837400000006$map"
	# Writing what was read changes nothing either.
	before=$(cat "$S/a")
	echo "$before" >"$S/a"
	assert_equal "$(stored)" "837400000006$map"
	# And what is changed is written as Elixir does.
	echo '[1,2,3]' >"$S/a"
	assert_equal "$(stored)" "837400000006${map%6c*}6b0003010203"
}

@test "every golden map is stored, shown, written back, and stays the same" {
	new_chip 608b provisioned
	mount_chip
	local etf file
	local -i count=0
	while read -r etf; do
		write_hex "$MNT/settings.etf" "$etf"
		assert_equal "$(stored)" "$etf"
		for file in "$S"/* "$S"/.[!.]*; do
			[[ -e $file ]] || continue
			cat "$file" >"$TMP/value"
			cat "$TMP/value" >"$file"
			cmp "$TMP/value" "$file"
		done
		assert_equal "$(stored)" "$etf"
		count+=1
	done < <(golden settings.json '.put[] | select(.put) | .etf')
	echo "# $count maps" >&3
	((count > 25))
}

@test "what we write, Erlang's own compiler of terms would write" {
	mounted
	local type text
	while read -r type text; do
		: >"$S/$type"
		set_type "$S/$type" "$type"
		echo "$text" >"$S/$type"
	done <<-'END'
		map {":é":[300],"a":{"%tuple":[":ok",-1]},"b":[1,2,3]}
		float -2.5
		integer 2147483648
		atom été
		tuple [[],{},1]
	END
	# Keys come in the order in which they were written; each term is Erlang's,
	# byte for byte.
	assert_equal "$(erlang 'begin
		Bytes = fun(T) -> <<131, E/binary>> =
			term_to_binary(T, [{minor_version, 2}]), E end,
		Has = fun(T) -> binary:match(B, Bytes(T)) =/= nomatch end,
		byte_size(B) =:= byte_size(Bytes(M)) + 1 andalso
		lists:all(fun({K, V}) -> Has(K) andalso Has(V) end,
			maps:to_list(M))
	end')" true
}

@test "a compressed map of 60,000 bytes is read and changed" {
	mounted
	erl -noshell -eval 'file:write_file(hd(init:get_plain_arguments()),
		term_to_binary(#{<<"large">> => binary:copy(<<"x">>, 60000),
			<<"small">> => <<"1">>}, [compressed])), halt().' \
		-extra "$TMP/compressed"
	cat "$TMP/compressed" >"$MNT/settings.etf"
	assert_equal "$(wc -c <"$S/large")" 60000
	echo 2 >"$S/small"
	unmount_chip
	mount_chip
	assert_equal "$(cat "$S/small")" 2
	assert_equal "$(erlang '{byte_size(B) < 524,
		byte_size(maps:get(<<"large">>, M)), maps:get(<<"small">>, M)}')" \
		'{true,60000,<<"2\n">>}'
}
