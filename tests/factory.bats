# SPDX-License-Identifier: Apache-2.0
# contrib/factory/nerveskey-factory: chip after chip, and a line for each.
# shellcheck disable=SC2030,SC2031 # each test is a subshell, as it should be

load helpers

# Side by side, in the test of many.
CHIPS=${NK_CHIPS:-50}

setup() {
	nk_setup
	sim_only "once is enough: it has the other bus as well"
	cd "$TMP" || return
	nerveskey-ca signer create ca --years-valid 31 >ca.log
	PATH=$ROOT/contrib/factory:$PATH
	line=
}

teardown() {
	[[ -z $line ]] || kill "$line" 2>/dev/null || true
	nk_teardown
}

factory() {
	nerveskey-factory --signer-cert ca.cert --signer-key ca.key \
		--manifest manifest --mount-options "state=$TMP/state" "$@"
}

# manifest FILTER: of all its lines.
manifest() { jq -rs "$1" manifest; }

results() {
	manifest 'map(select(.result != "assigned").result) | group_by(.)
		| map("\(length) \(.[0])") | join(", ")'
}

# The chip in FILE is complete and has a certificate that the signer verifies.
assert_sound() {
	MNT=$TMP/look
	CHIP=$1
	mount_chip
	assert_equal "$1 $(state_of state)" "$1 complete"
	openssl verify -CAfile ca.cert "$MNT/device.pem" >verified
	openssl x509 -in "$MNT/device.pem" -noout -fingerprint -sha256 |
		sed 's/.*=//; s/://g' | tr A-F a-f >fingerprint
	cat "$MNT/serial" >serial
	cat "$MNT/chip/serial" >chip_serial
	unmount_chip
}

foreign_chip() {
	jq '.config |= .[0:172] + "0000" + .[176:]' \
		"$GOLDEN/chip-images/608b-factory.json" >"$1"
}

@test "a chip gets its own serial, and a line in the manifest" {
	run factory sim:a
	assert_success
	assert_output --partial "sim:a: ok"
	assert_sound a
	assert_equal "$(manifest '.[0] | .serial, .chip_serial, .fingerprint')" \
		"$(cat serial chip_serial fingerprint)"
	run manifest '.[0] | .result, .device, (.seconds | type),
		(.time | fromdate > 0)'
	assert_output "ok
sim:a
number
true"
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
	run factory sim:a sim:a
	assert_failure 2
	assert_output --partial "sim:a is there twice"
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
	assert_not_exists a
}

@test "refused: a chip that has another chip's serial already" {
	local chip
	for chip in a b; do
		nerveskey-sim create "$chip"
		CHIP=$chip
		mount_chip
		SIGNER=$TMP/ca SERIAL=SAME provision_chip
		unmount_chip
	done
	factory sim:a
	run factory sim:b
	assert_failure 1
	assert_output --partial "the serial SAME is that of chip"
	assert_equal "$(results)" "1 complete, 1 failed"
}

@test "refused: a chip that another signer has provisioned" {
	cp "$GOLDEN/chip-images/608b-provisioned.json" a
	run factory sim:a
	assert_failure 1
	assert_output --partial "not by this signer"
}

@test "a bad chip has its line, and the next ones are done" {
	foreign_chip bad
	cp bad before
	echo "no chip" >broken
	run factory --jobs 1 sim:bad sim:broken sim:good
	assert_failure 1
	assert_equal "$(results)" "2 failed, 1 ok"
	run manifest 'map(.error // "")[]'
	assert_line --partial "is not a NervesKey's"
	assert_line --partial broken
	cmp before bad
	assert_sound good
}

@test "more lines for each request" {
	printf '%s\n' board=Gateway user=c0ffee >lines
	factory --lines lines sim:a
	CHIP=a
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

# Fault number I of 50, by its kind and where it strikes.
fault_of() {
	local -a kinds=(nak crc short busy latch08 gone cut-before cut-torn
		cut-after hang)
	echo "${kinds[$1 % 10]}@$((10 + $1 * 7 % 190))"
}

@test "many chips in parallel, each with a fault: none is half-done at the end" {
	local -i i first
	local -a faulty=() again=()
	seq -f 'N%04g' 100 >list
	for i in $(seq "$CHIPS"); do
		faulty+=("sim:$i,clock=virtual,faults=$(fault_of "$i")")
		again+=("sim:$i,clock=virtual")
	done
	run factory --serials list --jobs "$CHIPS" --tries 2 "${faulty[@]}"
	assert_equal "$(manifest 'map(select(.device)) | length')" "$CHIPS"
	first=$(manifest 'map(select(.result == "ok")) | length')
	# Those that lost their power are put in once more.
	factory --serials list --jobs "$CHIPS" "${again[@]}"
	echo "# $first of $CHIPS at once, the others when they were put in again" >&3
	((first >= CHIPS / 2))
	manifest 'map(select(.fingerprint)) | group_by(.chip_serial)
		| map({chip: .[0].chip_serial, serials: map(.serial) | unique,
			prints: map(.fingerprint) | unique})' >chips
	assert_equal "$(jq length chips)" "$CHIPS"
	assert_equal "$(jq 'map(.serials[]) | unique | length' chips)" "$CHIPS"
	assert_equal "$(jq 'map(.prints[]) | unique | length' chips)" "$CHIPS"
	for i in $(seq "$CHIPS"); do
		# Configuration, data and slot 0 are locked.
		run jq -r '.config[172:180]' "$i"
		assert_output 0000feff
	done
	for i in 7 8 9 $(seq 17 11 "$CHIPS"); do
		assert_sound "$i"
	done
}

# with_buses COMMAND...: it finds the served chips at i2c-1 and i2c-2. The leaks of
# bash and its like are theirs.
with_buses() {
	env "I2C_PRELOAD_BUS=1=$TMP/bus.1.sock,2=$TMP/bus.2.sock" \
		"LD_PRELOAD=$(nk_sanitizer_libraries)$NK_BUILD/lib/preload_i2c.so" \
		"ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0" "$@"
}

serve() {
	CHIP=$TMP/$2
	nerveskey-sim create "$CHIP"
	nk_serve_bus "$1"
}

count_is() { [[ $(manifest 'length') == "$1" ]]; }

@test "two buses, chip after chip, while somebody changes them" {
	local bus
	serve 1 a
	serve 2 b
	nerveskey-sim create c
	nerveskey-sim create d
	with_buses nerveskey-factory --signer-cert ca.cert --signer-key ca.key \
		--manifest manifest --mount-options "state=$TMP/state" \
		--watch i2c-1 i2c-2 >factory.log 2>&1 3>&- &
	line=$!
	wait_until count_is 2
	nerveskey-sim control "$TMP/bus.1.sock" swap "$TMP/c"
	wait_until count_is 3
	nerveskey-sim control "$TMP/bus.2.sock" remove
	nerveskey-sim control "$TMP/bus.2.sock" swap "$TMP/d"
	wait_until count_is 4
	kill "$line"
	wait "$line" || true
	line=
	assert_equal "$(results)" "4 ok"
	assert_equal "$(manifest 'map(.chip_serial) | unique | length')" 4
	for bus in 1 2; do
		nk_end_bus "$bus"
	done
	for bus in a b c d; do
		assert_sound "$bus"
	done
}
