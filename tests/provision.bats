# SPDX-License-Identifier: Apache-2.0
# provision: a chip becomes a NervesKey by what is written to one file, and a
# request that is refused leaves no trace on the chip.

load helpers

setup() {
	nk_setup
	REQUEST=$TMP/request
}

# The chip's memory, without what the simulator keeps of its own.
chip_memory() {
	jq -S '{config, otp, data, keys}' "$CHIP"
}

assert_provisioned() {
	assert_equal "$(state_of state)" complete
	assert_equal "$(cat "$MNT/serial")" "${1:-N1234567}"
	run verify_device "$MNT/device.pem" "$SIGNER.cert"
	assert_success
}

# assert_refused ERRNO: the request on standard input is, and the chip is as it
# was. $TMP/reason has the reason.
assert_refused() {
	local before
	before=$(chip_memory)
	cat >"$REQUEST"
	assert_errno "$1" write_file "$MNT/provision" "$REQUEST"
	state_of last_error >"$TMP/reason"
	assert_equal "$(chip_memory)" "$before"
	echo reset >"$MNT/provision"
}

# assert_reasons TEXT...: the reason has all of them.
assert_reasons() {
	local text
	for text in "$@"; do
		assert_file_contains "$TMP/reason" "$text"
	done
}

# A request for SIGNER with more lines before its commit.
request() {
	provision_request "$@"
}

# make_signer NAME CURVE [ARGUMENT...]: SIGNER becomes one that openssl makes.
make_signer() {
	SIGNER=$TMP/$1
	openssl req -x509 -newkey ec -pkeyopt "ec_paramgen_curve:$2" -nodes \
		-subj /CN=Signer -days 3650 -keyout "$SIGNER.key" \
		-out "$SIGNER.cert" "${@:3}" 2>/dev/null
}

@test "one write provisions a chip" {
	new_chip 608b
	mount_chip
	request >"$REQUEST"
	write_file "$MNT/provision" "$REQUEST"
	assert_provisioned
}

@test "cat of one file provisions a chip" {
	new_chip 508a
	mount_chip
	request >"$REQUEST"
	cat "$REQUEST" >"$MNT/provision"
	assert_provisioned
}

@test "many writes through one open provision a chip" {
	new_chip 608a
	mount_chip
	provision_chip
	assert_provisioned
}

@test "a write for every byte provisions a chip" {
	new_chip 608b
	mount_chip
	request >"$REQUEST"
	dd if="$REQUEST" of="$MNT/provision" bs=1 conv=notrunc status=none
	assert_provisioned
}

@test "an open for every line and block provisions a chip" {
	new_chip 608b
	mount_chip
	echo serial=N1234567 >"$MNT/provision"
	cat "$SIGNER.cert" >"$MNT/provision"
	echo board=Board >>"$MNT/provision"
	cat "$SIGNER.key" >>"$MNT/provision"
	assert_equal "$(state_of state)" blank
	echo commit >"$MNT/provision"
	assert_provisioned
	assert_equal "$(cat "$MNT/board")" Board
}

@test "the order of lines does not matter" {
	new_chip 608b
	mount_chip
	{
		cat "$SIGNER.key"
		echo board=Board
		cat "$SIGNER.cert"
		echo serial=LAST
		echo commit
	} >"$MNT/provision"
	assert_provisioned LAST
	assert_equal "$(cat "$MNT/board")" Board
}

@test "a request without its last newline is done by its write" {
	new_chip 608b
	mount_chip
	{
		cat "$SIGNER.cert" "$SIGNER.key"
		echo serial=N1234567
	} >"$MNT/provision"
	assert_errno EINVAL write_text "$MNT/provision" $'board=\ncommit'
	write_text "$MNT/provision" commit
	assert_provisioned
}

# The kernel tells of the last close on its own time.
is_interrupted() { grep -q '^interrupted=yes$' "$MNT/provision"; }

@test "a line that its writer did not end does nothing, nor does what follows" {
	new_chip 608b
	mount_chip
	cat "$SIGNER.cert" "$SIGNER.key" >"$MNT/provision"
	write_text "$MNT/provision" serial=N12
	wait_until is_interrupted
	refute grep serial "$MNT/provision"
	run state_of last_error
	assert_output --partial "until reset is written"
	assert_errno EINVAL write_text "$MNT/provision" commit
	assert_equal "$(state_of state)" blank
	echo reset >"$MNT/provision"
	provision_chip
	assert_provisioned
}

@test "serial and board have defaults" {
	new_chip 608b factory
	mount_chip
	{
		cat "$SIGNER.cert" "$SIGNER.key"
		echo commit
	} >"$MNT/provision"
	assert_provisioned "$(golden chip-images/608b-factory.json \
		.expect.default_serial)"
	assert_equal "$(cat "$MNT/board")" NervesKey
}

@test "user bytes are kept" {
	new_chip 608b
	mount_chip
	provision_chip user=00112233445566778899aabbccddeeff
	assert_provisioned
	run xxd -p -c 32 "$MNT/user"
	assert_output 00112233445566778899aabbccddeeff00000000000000000000000000000000
}

check_provisioning() {
	if [[ $PART == tng ]]; then
		request | assert_refused EPERM
		return
	fi
	provision_chip
	assert_provisioned
	run jq -r '.config, .otp, .data[11, 12]' \
		"$GOLDEN/chip-images/$PART-provisioned.json"
	assert_output "$(jq -r '.config, .otp, .data[11, 12]' "$CHIP")"
	request | assert_refused EPERM
}

@test "every part: left as the library leaves it, Trust&Go and a second time EPERM" {
	each_part factory check_provisioning
}

@test "what is staged shows, without keys" {
	new_chip 608b
	mount_chip
	{
		echo serial=SHOWN
		cat "$SIGNER.cert" "$SIGNER.key"
	} >"$MNT/provision"
	run cat "$MNT/provision"
	assert_line serial=SHOWN
	assert_line chip=blank
	refute_output --partial PRIVATE
	refute_output --partial "$(sed -n 2p "$SIGNER.key")"
	echo commit >"$MNT/provision"
	run cat "$MNT/provision"
	assert_line "missing=signer-certificate signer-key"
	assert_line chip=complete
}

@test "check finds a good request good and touches nothing" {
	new_chip 608b
	mount_chip
	local before
	before=$(chip_memory)
	request | sed s/commit/check/ >"$MNT/provision"
	assert_equal "$(chip_memory)" "$before"
	assert_equal "$(state_of state)" blank
	echo commit >"$MNT/provision"
	assert_provisioned
}

@test "reset forgets what was staged" {
	new_chip 608b
	mount_chip
	request | sed s/commit/reset/ >"$MNT/provision"
	echo commit | assert_refused EINVAL
	assert_equal "$(state_of state)" blank
}

@test "a second provisioning is EPERM and changes nothing" {
	new_chip 608b
	mount_chip
	provision_chip
	SERIAL=SECOND request | assert_refused EPERM
	assert_provisioned
}

@test "chips that another program left half-done are completed" {
	local image
	for image in 508a-config-locked 508a-interrupted; do
		use_image "$GOLDEN/chip-images/$image.json"
		mount_chip
		assert_equal "$(state_of state)" configured
		provision_chip
		assert_provisioned
		unmount_chip
	done
}

@test "a data-locked chip whose slot 0 is open is completed" {
	jq '.config |= .[0:176] + "ffff" + .[180:]' \
		"$GOLDEN/chip-images/608b-provisioned.json" >"$TMP/image.json"
	use_image "$TMP/image.json"
	mount_chip
	assert_equal "$(state_of state)" data-locked
	provision_chip
	assert_provisioned
}

@test "refused: no signer, no key" {
	new_chip 608b
	mount_chip
	echo commit | assert_refused EINVAL
	{
		cat "$SIGNER.cert"
		echo commit
	} | assert_refused EINVAL
	{
		cat "$SIGNER.key"
		echo commit
	} | assert_refused EINVAL
}

@test "refused: a key that is not the signer's" {
	new_chip 608b
	mount_chip
	{
		cat "$SIGNER.cert" "$GOLDEN/signers/y10.key"
		echo commit
	} | assert_refused EINVAL
}

@test "refused: a signer that is no authority" {
	new_chip 608b
	mount_chip
	SIGNER=$GOLDEN/devices/len8 request | assert_refused EINVAL
	make_signer no-ca P-256 -addext basicConstraints=critical,CA:FALSE
	request | assert_refused EINVAL
}

@test "refused: a signer that is not P-256" {
	new_chip 608b
	mount_chip
	make_signer p384 P-384
	request | assert_refused EINVAL
	openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=Signer -days 3650 \
		-keyout "$TMP/rsa.key" -out "$TMP/rsa.cert" 2>/dev/null
	SIGNER=$TMP/rsa request | assert_refused EINVAL
}

@test "refused: a signer that 72 bytes cannot hold" {
	new_chip 608b
	mount_chip
	make_signer other-extensions P-256
	request | assert_refused EINVAL
	local name
	for name in y32 y40 issued-2032-y31; do
		SIGNER=$GOLDEN/signers/$name request | assert_refused EINVAL
	done
}

@test "a signer of another tool: all reasons at once, and the right command" {
	new_chip 608b
	mount_chip
	local -a flaws=("its begin is not at a full hour"
		"its end is not at a full hour"
		"does not end a whole number of years after it begins"
		"its issuer is not CN=Signer;" "its subject is not CN=Signer;"
		"nerveskey-ca signer create NAME")
	make_signer other P-256 -subj /O=Acme/CN=CA
	request | assert_refused EINVAL
	assert_reasons "${flaws[@]}" "its extensions are not exactly"
	make_signer p384 P-384 -subj /O=Acme/CN=CA -sha384 \
		-addext basicConstraints=critical,CA:FALSE
	request | assert_refused EINVAL
	assert_reasons "no basicConstraints CA:TRUE" "is not of P-256" \
		"is not signed with ECDSA and SHA-256" "${flaws[@]}"
}

@test "text before a PEM block: what leaves it out, and the signer's flaws" {
	new_chip 608b
	mount_chip
	local arguments
	for arguments in -text "-subject -issuer"; do
		# shellcheck disable=SC2086 # options
		{
			openssl x509 -in "$SIGNER.cert" $arguments
			cat "$SIGNER.key"
			echo commit
		} | assert_refused EINVAL
		assert_reasons "line 1: neither" \
			"openssl x509 -in FILE prints a certificate without it"
		refute grep -F also "$TMP/reason"
	done
	make_signer other P-256 -subj /O=Acme/CN=CA
	{
		openssl x509 -in "$SIGNER.cert" -text
		cat "$SIGNER.key"
		echo commit
	} | assert_refused EINVAL
	assert_reasons "openssl x509 -in FILE" "its begin is not at a full hour" \
		"its subject is not CN=Signer;" "nerveskey-ca signer create NAME"
}

@test "refused: a serial or a board that is too long" {
	new_chip 608b
	mount_chip
	SERIAL=$(printf '%049d' 1) request | assert_refused EFBIG
	request board=elevenbytes | assert_refused EFBIG
	SERIAL='' request | assert_refused EINVAL
}

@test "refused: a serial that the Elixir library would split" {
	new_chip 608b
	mount_chip
	SERIAL=2026/0042 request | assert_refused EINVAL
	SERIAL=2026/0042 request | sed s/commit/check/ | assert_refused EINVAL
	SERIAL=2026/0042 request | sed s/commit/begin/ | assert_refused EINVAL
	assert_regex "$(state_of last_error)" 'EINVAL: .*2026/0042.*slash'
	# In a board name it does no harm.
	provision_chip board=A/B
	assert_equal "$(cat "$MNT/board")" A/B
}

@test "refused: blanks at the ends of a serial or a board" {
	new_chip 608b
	mount_chip
	local wrong
	for wrong in " N1" "N1 " $'N1\u00a0' $'\u3000N1' $'N1\ufeff'; do
		SERIAL=$wrong request | assert_refused EINVAL
		assert_regex "$(state_of last_error)" 'the serial .* blank'
		request "board=$wrong" | assert_refused EINVAL
		assert_regex "$(state_of last_error)" 'the board name .* blank'
	done
	SERIAL="N 1" provision_chip "board=B 1"
	assert_provisioned "N 1"
}

@test "a serial that the OTP zone holds already is completed, whatever it is" {
	local name serial
	for name in slash-attr space-ends; do
		use_device "$name" "$OPEN_SLOTS"
		mount_chip
		assert_equal "$(state_of state)" data-locked
		serial=$(cat "$MNT/serial")
		# Another one is not what is there.
		SERIAL=B/O=Acme request board=Board | assert_refused EPERM
		SERIAL=$serial provision_chip board=Board
		assert_provisioned "$serial"
		# And a second signer's certificate as well.
		cat "$SIGNER.cert" "$SIGNER.key" >"$MNT/aux/provision"
		echo commit >"$MNT/aux/provision"
		run -0 verify_device "$MNT/aux/device.pem" "$SIGNER.cert"
		unmount_chip
	done
}

@test "refused: a device certificate with a short r or s, unless it is locked" {
	local name certificate
	for name in sig-short-r sig-short-s; do
		certificate=$GOLDEN/devices/$name.cert
		# A key is made, and nothing but the configuration is locked.
		use_device "$name" '.config |= .[0:172] + "5500ffff" + .[180:]'
		mount_chip
		cat "$certificate" "$SIGNER.cert" - <<<commit |
			assert_refused EINVAL
		assert_regex "$(state_of last_error)" 'sign it again'
		unmount_chip
		use_device "$name" "$OPEN_SLOTS"
		mount_chip
		{
			echo board=Board
			cat "$certificate" "$SIGNER.cert"
			echo commit
		} >"$MNT/provision"
		assert_provisioned SN-SIG
		unmount_chip
	done
}

@test "a signer's certificate with a short r or s is taken, and check says so" {
	new_chip 608b
	mount_chip
	run cat "$MNT/provision"
	refute_line --regexp ^warning=
	SIGNER=$GOLDEN/signers/sig-short-r request |
		sed s/commit/check/ >"$MNT/provision"
	run cat "$MNT/provision"
	assert_line --regexp '^warning=.*nine zero bits'
	assert_file_contains "$DAEMON_LOG" "nine zero bits"
	echo commit >"$MNT/provision"
	run -0 verify_device "$MNT/device.pem" "$GOLDEN/signers/sig-short-r.cert"
	run cat "$MNT/provision"
	refute_line --regexp ^warning=
}

@test "refused: user bytes that do not fit or are not hex" {
	new_chip 608b
	mount_chip
	request user=xy | assert_refused EINVAL
	request "user=$(printf '%066d' 0)" | assert_refused EFBIG
	SERIAL=seventeen-bytes-- request user=00 | assert_refused EINVAL
}

@test "refused: a request for another chip" {
	new_chip 608b factory
	mount_chip
	request chip=0123000000000000ee | assert_refused EINVAL
	provision_chip "chip=$(state_of chip_serial)"
	assert_provisioned
}

@test "refused: lines and blocks that mean nothing" {
	new_chip 608b
	mount_chip
	request colour=blue | assert_refused EINVAL
	request nonsense | assert_refused EINVAL
	request mode=sideways | assert_refused EINVAL
	request activation-key=00112233445566778899aabbccddeeff |
		assert_refused EINVAL
	request mode=volatile | assert_refused EINVAL
	sed 's/^[A-Za-z]/!/' "$SIGNER.cert" | assert_refused EINVAL
	head -c 70000 /dev/zero | tr '\0' x | assert_refused EFBIG
	request signer-key=pkcs11:object=nowhere | assert_refused EINVAL
}

@test "refused: a foreign configuration that is locked" {
	local model
	for model in 508a 608b; do
		# Byte 87 is 0 when the configuration is locked.
		jq '.config |= .[0:174] + "00" + .[176:]' \
			"$GOLDEN/chip-images/$model-factory.json" \
			>"$TMP/image.json"
		use_image "$TMP/image.json"
		mount_chip
		assert_equal "$(state_of state)" foreign
		request | assert_refused EPERM
		unmount_chip
	done
}

@test "refused: a clock from before the program was built" {
	new_chip 608b
	FAKE_CLOCK="2020-01-01 00:00:00" mount_chip
	request | assert_refused EINVAL
}

@test "a writer that goes away before its commit has done nothing" {
	new_chip 608b
	mount_chip
	local before
	before=$(chip_memory)
	request | head -c 300 >"$MNT/provision"
	assert_equal "$(chip_memory)" "$before"
	assert_equal "$(state_of state)" blank
}

@test "one writer at a time: the second is EBUSY, the next is not" {
	new_chip 608b
	mount_chip
	exec 9>"$MNT/provision"
	echo serial=N1 >&9
	assert_errno EBUSY write_text "$MNT/provision" board=B
	run cat "$MNT/provision"
	assert_success
	# close(2) is over before the file is: the next waits for that.
	exec 9>&-
	for _ in {1..20}; do
		echo reset >"$MNT/provision"
	done
}

# EEPROM writes of provisioning $CHIP as N1234567.
writes_of_provisioning() {
	mount_chip
	provision_chip
	sed -n 's/^nerveskey_eeprom_writes_total //p' "$MNT/metrics"
	unmount_chip
}

# config_writes OLD NEW, as hex: a word each but for the last block. Words 0 to 3
# are fixed, and Lock commands change words 21 and 22.
config_writes() {
	local -i word writes=0
	for word in {4..20} 23; do
		[[ ${1:word * 8:8} == "${2:word * 8:8}" ]] || writes+=1
	done
	[[ ${1:192} == "${2:192}" ]] || writes+=1
	echo "$writes"
}

@test "configuration words that are right already are not written" {
	local factory ours open
	local -i all without
	# On a slow machine the watchdog would have a write repeated.
	export SIM_OPTIONS=clock=virtual
	for PART in 508a 608b; do
		new_chip "$PART" factory
		factory=$(jq -r .config "$CHIP")
		all=$(writes_of_provisioning)
		ours=$(jq -r .config "$CHIP")
		# As the factory's, but for what is configured.
		open=${factory:0:32}${ours:32:136}${factory:168:16}${ours:184}
		jq --arg config "$open" '.config = $config' \
			"$GOLDEN/chip-images/$PART-factory.json" >"$TMP/open"
		use_image "$TMP/open"
		without=$(writes_of_provisioning)
		assert_equal "$(jq -r .config "$CHIP")" "$ours"
		assert_equal "$((all - without))" \
			"$(config_writes "$factory" "$ours")"
	done
}
