# SPDX-License-Identifier: Apache-2.0
# contrib/factory/nerveskey-factory: which chip gets which serial, and what is
# refused.
# shellcheck disable=SC2030,SC2031 # each test is a subshell, as it should be

load helpers
load factory

setup() {
	factory_setup
}

@test "serials come from a list, one for each chip" {
	printf '%s\n' S1 "" S2 S3 >list
	factory --serials list sim:a sim:b
	assert_sound a
	cat serial >serials
	assert_sound b
	cat serial >>serials
	assert_equal "$(sort serials)" "S1
S2"
	# The list ends with S3.
	run factory --serials list sim:c sim:d
	assert_failure 1
	assert_equal "$(results)" "1 failed, 3 ok"
	run manifest 'map(select(.result == "failed"))[0].error'
	assert_output --partial "no unused serial"
}

@test "the fifteen thousandth chip is served as quickly as the first" {
	local -a command
	seq -f 'N%05.0f' 15001 >list
	seq 15000 | jq -c '{serial: "N\("0000\(.)"[-5:])", chip_serial: "\(.)",
		result: "assigned"}' >manifest
	factory_command --serials list sim:a
	timeout 60 "${command[@]}"
	assert_sound a
	assert_equal "$(cat serial)" N15001
}

@test "the same chip again is complete, and gets no other serial" {
	printf '%s\n' S1 S2 >list
	factory --serials list sim:a
	factory --serials list sim:a
	assert_equal "$(results)" "1 complete, 1 ok"
	factory --serials list sim:b
	assert_sound b
	assert_equal "$(cat serial)" S2
}

@test "a chip that failed gets the same serial on another day" {
	printf '%s\n' S1 S2 S3 >list
	run factory --serials list --tries 1 sim:a,faults=cut@60
	assert_failure 1
	factory --serials list sim:b
	factory --serials list sim:a
	assert_sound a
	assert_equal "$(cat serial)" S1
	assert_sound b
	assert_equal "$(cat serial)" S2
}

@test "refused before a chip is touched: duplicates, and what cannot be read" {
	printf '%s\n' S1 S2 S1 >list
	run factory --serials list sim:a
	assert_failure 2
	assert_output --partial "S1 is there twice"
	local pair
	for pair in "sim:a sim:a" "1 i2c-1" "i2c-9 /dev/i2c-9:0x60"; do
		# shellcheck disable=SC2086 # two words
		run factory $pair
		assert_failure 2
		assert_output --partial "is there twice"
	done
	run factory --serials nowhere sim:a
	assert_failure 2
	printf '{"serial":' >manifest
	run factory sim:a
	assert_failure 2
	assert_output --partial "repair it first"
	rm manifest
	run factory --tries none sim:a
	assert_failure 2
	run nerveskey-factory sim:a
	assert_failure 2
	assert_output --partial usage
	run factory sim:a --serials
	assert_failure 2
	assert_output "nerveskey-factory: --serials wants a value"
	assert_not_exists a
}

@test "a program that is needed and not there is named" {
	run -2 /usr/bin/env PATH=/nowhere \
		"$ROOT/contrib/factory/nerveskey-factory" --manifest manifest \
		--signer-cert ca.cert --signer-key ca.key sim:a
	assert_output "nerveskey-factory: nerveskeyfs is needed and not there"
}

@test "refused before a chip is touched: a list with what cannot be a serial" {
	local wrong
	for wrong in $'S1\r' $'S\t1' $'S\xfc1' "$(printf '%049d' 1)" \
		2026/0042 " S1" "S1 " $'S1\u00a0'; do
		printf '%s\n' S0 "$wrong" >list
		run factory --serials list sim:a
		assert_failure 2
		assert_output --partial "list: line 2 is no serial"
	done
	assert_not_exists a
	printf '%s\n' "$(printf '%048d' 1)" "" $'Z\u00fcrich 1' >list
	factory --serials list sim:a sim:b
	assert_equal "$(results)" "2 ok"
}

@test "refused before a chip is touched: a signer that is no longer valid" {
	faked "2024-01-01 00:00:00" openssl req -x509 -newkey ec \
		-pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=Signer \
		-days 365 -keyout old.key -out old.cert
	run factory --signer-cert old.cert --signer-key old.key sim:a
	assert_failure 2
	assert_output --partial "certificate has expired"
	assert_not_exists a
}

# instead_of PROGRAM: it is the script on standard input.
instead_of() {
	mkdir -p instead
	cat >"instead/$1"
	chmod +x "instead/$1"
	PATH=$TMP/instead:$PATH
}

@test "a chip is left alone when a file for its request has gone" {
	instead_of nerveskeyfs <<-END
		#!/bin/sh
		rm -f lines
		exec $(command -v nerveskeyfs) "\$@"
	END
	echo board=Gateway >lines
	run factory --lines lines --tries 1 sim:a
	assert_failure 1
	assert_equal "$(results)" "1 failed"
	assert_equal "$(manifest '.[0].error')" \
		"not all of the request can be read"
	assert_equal "$(jq -r '.config[172:180]' a)" 5555ffff
}

@test "a serial that cannot be written down is given to no chip" {
	instead_of sync <<<'#!/bin/sh
exit 1'
	echo S1 >list
	run factory --serials list --tries 1 sim:a
	assert_failure 1
	assert_output --partial "cannot write manifest"
	assert_equal "$(jq -r '.config[172:180]' a)" 5555ffff
}

@test "refused: a chip that has another chip's serial already" {
	local chip
	for chip in a b; do
		nerveskey-sim create "$chip"
		use_chip "$chip"
		mount_chip
		SIGNER=$TMP/ca SERIAL=SAME provision_chip
		unmount_chip
	done
	run factory --jobs 2 sim:a sim:b
	assert_failure 1
	assert_output --partial "the serial SAME is that of chip"
	assert_equal "$(results)" "1 complete, 1 failed"
}

@test "refused: a foreign chip, which gets no serial of the list either" {
	jq '.config |= .[0:172] + "0000" + .[176:]' \
		"$GOLDEN/chip-images/608b-factory.json" >a
	echo S1 >list
	run factory --serials list --tries 2 sim:a
	assert_failure 1
	assert_output --partial "is not a NervesKey's"
	factory --serials list sim:b
	assert_equal "$(results)" "1 failed, 1 ok"
}

@test "refused: a chip that another signer has provisioned" {
	cp "$GOLDEN/chip-images/608b-provisioned.json" a
	run factory sim:a
	assert_failure 1
	assert_output --partial "not by this signer"
}

@test "more lines for each request" {
	printf '%s\n' board=Gateway user=c0ffee >lines
	factory --lines lines sim:a
	use_chip a
	mount_chip
	assert_equal "$(cat "$MNT/board")" Gateway
	assert_equal "$(head -c 3 "$MNT/user" | xxd -p)" c0ffee
}

@test "a request for volatile keys, whose chips sign only when activated" {
	printf '%s\n' mode=volatile \
		activation-key=000102030405060708090a0b0c0d0e0f \
		encryption-key=101112131415161718191a1b1c1d1e1f >lines
	factory --lines lines sim:a
	assert_sound a
}
