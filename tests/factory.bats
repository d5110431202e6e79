# SPDX-License-Identifier: Apache-2.0
# contrib/factory/nerveskey-factory: provision one chip after another, good and bad
# ones, on several buses at once, and write a line of the manifest for each.
# shellcheck disable=SC2030,SC2031 # each test is a subshell, as it should be

load helpers
load factory
load token

# Side by side, in the test of many.
CHIPS=${NK_CHIPS:-50}

setup() {
	factory_setup
	line=
}

teardown() {
	[[ -z $line ]] || kill "$line" 2>/dev/null || true
	nk_teardown
}

foreign_chip() {
	jq '.config |= .[0:172] + "0000" + .[176:]' \
		"$GOLDEN/chip-images/608b-factory.json" >"$1"
}

@test "a chip gets its own serial, and a line in the manifest" {
	put a
	run factory "${DEVICES[@]}"
	assert_success
	assert_output --partial "${DEVICES[0]}: ok"
	assert_equal "$(manifest '.[0].device')" "${DEVICES[0]}"
	take_out
	assert_sound a
	assert_equal "$(manifest '.[0] | .serial, .chip_serial, .fingerprint')" \
		"$(cat serial chip_serial fingerprint)"
	run manifest '.[0] | .result, (.seconds | type), (.time | fromdate > 0)'
	assert_output "ok
number
true"
}

@test "the steps of a commit are shown while it runs" {
	[[ $NK_BUS == sim ]] || skip "the simulator's own slow bus"
	run factory sim:a,timing=max,clock=real,hz=30000
	assert_success
	assert_line --regexp '^sim:a.*: step [0-9]+/[0-9]+$'
	assert_output --partial ": ok"
}

@test "every part at once: the NervesKeys are made, Trust&Go is its maker's" {
	local part
	cp "$GOLDEN/chip-images/tng.json" tng
	cp tng before
	put 508a,model=508a 608a,model=608a 608b,model=608b tng,model=tng
	run factory "${DEVICES[@]}"
	assert_failure 1
	assert_equal "$(results)" "1 failed, 3 ok"
	run manifest 'map(select(.result == "failed"))[0]
		| .device, .serial, .error'
	assert_output "${DEVICES[3]}
$(jq -r '.config[0:8] + .config[16:26] | ascii_upcase' before)
the certificate is not valid, or not by this signer"
	take_out
	cmp before tng
	for part in 508a 608a 608b; do
		assert_sound "$part"
	done
}

@test "a bad chip has its line, and the next ones are done" {
	foreign_chip bad
	cp bad before
	echo "no chip" >broken
	local nobody=sim:broken
	[[ $NK_BUS == sim ]] || nobody=i2c-99
	put bad good
	run factory --jobs 1 "${DEVICES[0]}" "$nobody" "${DEVICES[1]}"
	assert_failure 1
	assert_equal "$(results)" "2 failed, 1 ok"
	run manifest 'map(.error // "")[]'
	assert_line --partial "is not a NervesKey's"
	assert_line --partial "${nobody#sim:}"
	take_out
	cmp before bad
	assert_sound good
}

# Fault number I, by its kind and where it strikes.
fault_of() {
	local -a kinds=(nak crc short busy latch08 gone cut-before cut-torn
		cut-after hang)
	echo "${kinds[$1 % 10]}@$((10 + $1 * 7 % 190))"
}

# fault_run COUNT CHIP...: so many chips at once, each with a fault. CHIPs are
# looked at closely afterwards.
fault_run() {
	local -i i first
	local chip clock=
	local -a faulty=() again=()
	# The driver does not wait by a clock on the bus.
	[[ $NK_BUS == i2c ]] || clock=,clock=virtual
	seq -f 'N%04g' 100 >list
	for ((i = 1; i <= $1; i++)); do
		again+=("$i$clock")
		faulty+=("$i$clock,faults=$(fault_of "$i")")
	done
	put "${faulty[@]}"
	run factory --serials list --jobs "$1" --tries 2 "${DEVICES[@]}"
	assert_failure 1
	assert_equal "$(manifest 'map(select(.device)) | length')" "$1"
	first=$(manifest 'map(select(.result == "ok")) | length')
	# Those that lost their power are put in once more.
	take_out
	put "${again[@]}"
	factory --serials list --jobs "$1" "${DEVICES[@]}"
	take_out
	echo "# $first of $1 at once, the others when they were put in again" >&3
	((first >= $1 / 2 && first < $1))
	manifest 'map(select(.fingerprint)) | group_by(.chip_serial)
		| map({chip: .[0].chip_serial, serials: map(.serial) | unique,
			prints: map(.fingerprint) | unique})' >chips
	assert_equal "$(jq length chips)" "$1"
	assert_equal "$(jq 'map(.serials[]) | unique | length' chips)" "$1"
	assert_equal "$(jq 'map(.prints[]) | unique | length' chips)" "$1"
	for ((i = 1; i <= $1; i++)); do
		# Configuration, data and slot 0 are locked.
		run jq -r '.config[172:180]' "$i"
		assert_output 0000feff
	done
	for chip in "${@:2}"; do
		assert_sound "$chip"
	done
}

@test "many chips in parallel, each with a fault: none is half-done at the end" {
	local -a looked_at
	sim_only "on the buses they are eight"
	mapfile -t looked_at < <(seq 17 11 "$CHIPS")
	fault_run "$CHIPS" 7 8 9 "${looked_at[@]}"
}

@test "8 buses at once, each with a fault: none is half-done at the end" {
	[[ $NK_BUS == i2c ]] || skip "chips in files are more"
	fault_run 8 1 6 7 8
}

count_is() { [[ $(manifest 'length') == "$1" ]]; }

@test "two buses, chip after chip, while somebody changes them" {
	[[ $NK_BUS == i2c ]] || skip "a chip on the bus is what is changed"
	local chip
	put a b
	nerveskey-sim create c
	nerveskey-sim create d
	local -a command
	factory_command --watch "${DEVICES[@]}"
	"${command[@]}" >factory.log 2>&1 3>&- &
	line=$!
	wait_until count_is 2
	nerveskey-sim control "$TMP/bus.1.sock" swap "$TMP/c"
	wait_until count_is 3
	nerveskey-sim control "$TMP/bus.2.sock" remove
	nerveskey-sim control "$TMP/bus.2.sock" swap "$TMP/d"
	wait_until count_is 4
	kill "$line"
	wait_until nk_is_dead "$line"
	line=
	# Those that worked at a bus each have ended with it.
	run pgrep -f "manifest manifest --mount-options state=$TMP/state"
	assert_output ""
	assert_equal "$(results)" "4 ok"
	assert_equal "$(manifest 'map(.chip_serial) | unique | length')" 4
	take_out
	for chip in a b c d; do
		assert_sound "$chip"
	done
}

@test "a signer's key in an HSM, and its PIN in a file with a relative name" {
	rm ca.cert ca.key
	make_token 4321
	echo 4321 >pin
	put a
	run factory --signer-key "$URL" --pin-file pin "${DEVICES[@]}"
	assert_success
	take_out
	assert_sound a
	put b
	run factory --signer-key "$URL" --pin-file nowhere "${DEVICES[@]}"
	assert_failure 2
	assert_output --partial "cannot read nowhere"
}

@test "the same by a user who is not root, whose daemon takes no file's name" {
	sim_only "root serves the other bus"
	[[ $(id -u) == 0 ]] || skip "only root becomes another user"
	rm ca.cert ca.key
	make_token 4321
	echo 4321 >pin
	open_way_to "$TMP"
	chown -R daemon:daemon "$TMP"
	put a
	factory_command --signer-key "$URL" --pin-file pin "${DEVICES[@]}"
	# fusermount3 wants to know the name.
	run setpriv --reuid daemon --regid daemon --clear-groups "${command[@]}"
	assert_success
	take_out
	assert_sound a
}

@test "a key file is a file, whatever its name" {
	mv ca.key pkcs11:ca.key
	put a
	run factory --signer-key pkcs11:ca.key "${DEVICES[@]}"
	assert_success
	take_out
	assert_sound a
}
