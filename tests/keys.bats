# SPDX-License-Identifier: Apache-2.0
# The keys of chips that others have configured: at the top and in keys/.

load helpers

setup() {
	nk_setup
	NAMED=yes
	printf message >"$TMP/message"
	DIGEST=$(sha256sum <"$TMP/message" | cut -c -64)
	openssl ecparam -name prime256v1 -genkey -noout -out "$TMP/peer.key"
	openssl ec -in "$TMP/peer.key" -pubout -out "$TMP/peer.pem" 2>/dev/null
}

# Where the chip is, by its address or not. On the simulator's bus nobody can name
# one, but the chip can be told to have another.
chip_device() {
	local address=0x60
	case $IMAGE in
	tng-moved*) address=0x58 ;;
	tng-*) address=0x35 ;;
	trustflex*) address=0x36 ;;
	esac
	if [[ $NK_BUS == sim ]]; then
		echo "sim:$CHIP${NAMED:+,addr=0x60}"
	else
		echo "i2c-1${NAMED:+:$address}"
	fi
}

# family IMAGE [FILTER]: $CHIP is that image, changed by a jq FILTER.
family() {
	IMAGE=$1
	jq "${2:-.}" "$GOLDEN/family/$1.json" >"$TMP/image"
	use_image "$TMP/image"
	cp "$CHIP" "$TMP/before"
}

# with_keys SLOT...: a filter that puts a key into each.
with_keys() {
	local slot
	printf .
	for slot; do
		printf ' | .keys["%d"] = "%062d%02d"' "$slot" 7 "$slot"
	done
}

# slot_is SLOT SLOT_CONFIG KEY_CONFIG: a filter, in the hex of config.
slot_is() {
	printf ' | .config |= .[0:%d] + "%s" + .[%d:%d] + "%s" + .[%d:]' \
		$((40 + 4 * $1)) "$2" $((44 + 4 * $1)) $((192 + 4 * $1)) "$3" \
		$((196 + 4 * $1))
}

# names DIR: in DIR of the mount, on one line.
names() {
	run ls -v "$MNT/$1"
	echo "${lines[*]}"
}

# state_is KEY VALUE: in status.
state_is() { [[ $(state_of "$1") == "$2" ]]; }

# unchanged: after unmounting, the chip is what it was, to the last byte.
unchanged() {
	unmount_chip
	cmp "$CHIP" "$TMP/before"
}

# signs DIR: openssl verifies signatures by the key in DIR of the mount. The other
# two forms in signatures/ are of the same bytes: signatures.bats has them.
signs() {
	local form
	cat "$MNT/$1/pubkey.pem" >"$TMP/key.pem"
	exec 4<>"$MNT/$1/sign"
	printf %s "$DIGEST" >&4
	cat <&4 >"$TMP/raw"
	exec 4>&-
	cat "$MNT/$1/signatures/$DIGEST.der" >"$TMP/signature.der"
	assert_equal "$(stat -c %s "$TMP/signature.der")" 71
	raw_to_der "$TMP/raw" >"$TMP/signature.raw"
	for form in raw der; do
		run -0 openssl dgst -sha256 -verify "$TMP/key.pem" \
			-signature "$TMP/signature.$form" "$TMP/message"
	done
	assert_equal "$(stat -c %s "$MNT/$1/signatures/$DIGEST".{raw,b64url})" \
		$'64\n86'
}

# requests DIR: its request is for that key, and for the chip's serial.
requests() {
	cat "$MNT/$1/device.csr" >"$TMP/csr.pem"
	run -0 openssl req -in "$TMP/csr.pem" -noout -verify
	openssl req -in "$TMP/csr.pem" -noout -pubkey | cmp - "$MNT/$1/pubkey.pem"
	run -0 openssl req -in "$TMP/csr.pem" -noout -subject -nameopt RFC2253
	assert_output --partial "CN=$(state_of chip_serial | tr a-f A-F)"
}

# agrees DIR: ECDH with the key in DIR gives what openssl computes.
agrees() {
	exec 4<>"$MNT/$1/ecdh"
	cat "$TMP/peer.pem" >&4
	cat <&4 >"$TMP/secret"
	exec 4>&-
	cat "$MNT/$1/pubkey.pem" >"$TMP/key.pem"
	openssl pkeyutl -derive -inkey "$TMP/peer.key" \
		-peerkey "$TMP/key.pem" | cmp - "$TMP/secret"
}

# forbidden RULE COMMAND...: it is EPERM, and `status` names the rule. It does so
# for files that not everybody may open.
forbidden() {
	assert_errno EPERM "${@:2}"
	assert_regex "$(state_of last_error)" "^EPERM: $1 "
}

# check_foreign IMAGE KEYS: the files at the top use the first of KEYS; each key
# works in keys/.
check_foreign() {
	local key first=${2%%,*}
	local -a keys
	IFS=, read -ra keys <<<"$2"
	family "$1" "$(with_keys "${keys[@]}")"
	mount_chip
	assert_equal "$1: $(state_of type) $(state_of state) $(state_of keys)" \
		"$1: foreign foreign $2"
	assert_equal "$(names keys)" "${keys[*]}"
	cmp "$MNT/pubkey.pem" "$MNT/keys/$first/pubkey.pem"
	cmp "$MNT/device.csr" "$MNT/keys/$first/device.csr"
	signs .
	for key in "${keys[@]}"; do
		signs "keys/$key"
		requests "keys/$key"
	done
	assert_equal "$(head -c 32 "$MNT/random" | wc -c)" 32
	unchanged
}

@test "a foreign chip signs with its first key, and with each in keys/" {
	check_foreign arduino-508a 0,2,3
	check_foreign arduino-608a 0,1,4
	check_foreign esp-trustcustom 0
	check_foreign helium 0,15
	# Slot 0 holds none.
	family helium "del(.keys) | $(with_keys 9 12)"
	mount_chip
	assert_equal "$(state_of keys)" 9,12
	signs .
	cmp "$MNT/pubkey.pem" "$MNT/keys/9/pubkey.pem"
	unchanged
}

@test "ECDH where ReadKey allows it, and EPERM where not" {
	family arduino-608a "$(with_keys 0 1)"
	mount_chip
	agrees keys/1
	forbidden ReadKey write_file "$MNT/keys/0/ecdh" "$TMP/peer.pem"
	forbidden ReadKey write_file "$MNT/ecdh" "$TMP/peer.pem"
	unchanged
	family helium
	mount_chip
	agrees .
	unchanged
	# The chip would write the secret into slot 3.
	family arduino-608a "$(with_keys 2)$(slot_is 2 8f20 3300)"
	mount_chip
	signs keys/2
	forbidden ReadKey write_file "$MNT/keys/2/ecdh" "$TMP/peer.pem"
	assert_regex "$(state_of last_error)" 'next slot'
	unchanged
}

# Its image has a key in slot 0 alone; the owner can make three more.
@test "TrustFLEX: each key signs, agrees and has a request" {
	family trustflex-tls
	mount_chip
	assert_equal "$(state_of type) $(state_of keys)" "trustflex 0"
	unmount_chip
	family trustflex-tls "$(with_keys 0 2 3 4)"
	mount_chip
	assert_equal "$(state_of keys)" 0,2,3,4
	assert_equal "$(names keys)" "0 2 3 4"
	local key
	for key in . keys/{0,2,3,4}; do
		signs "$key"
		agrees "$key"
		requests "$key"
	done
	unchanged
}

# Slot 0 of these images has a public key that is not its own.
@test "Trust&Go: keys 2 to 4 sign, and slot 0 is EIO where it does not fit" {
	local image key
	for image in tng-real-config tng-legacy-template2 tng-moved-to-58; do
		family "$image"
		mount_chip
		assert_equal "$(state_of type) $(state_of keys)" \
			"trust-and-go 0,2,3,4"
		assert_equal "$(names keys)" "0 2 3 4"
		for key in keys/{2,3,4}; do
			signs "$key"
			[[ $image == tng-real-config ]] || continue
			agrees "$key"
			requests "$key"
		done
		for key in . keys/0; do
			assert_errno EIO write_text "$MNT/$key/sign" "$DIGEST"
			assert_regex "$(state_of last_error)" '^EIO: .*slot 0 '
			assert_errno EIO cat "$MNT/$key/device.csr"
		done
		unchanged
	done
}

@test "TrustFLEX before its data is locked: foreign, and no certificate yet" {
	local name
	family trustflex-tls '.config |= .[0:172] + "55" + .[174:]'
	mount_chip
	assert_equal "$(state_of type)" foreign
	for name in device signer chain; do
		assert_errno ENODATA cat "$MNT/$name.pem"
	done
	assert_equal "$(state_of last_error)" ""
	signs .
	unchanged
}

# Its maker is played here: its certificates and keys are ours.
@test "Trust&Go: a part of our own signs with all of its keys" {
	local key
	IMAGE=tng-ours
	new_chip tng
	cp "$CHIP" "$TMP/before"
	mount_chip
	for key in . keys/{0,2,3,4}; do
		signs "$key"
		agrees "$key"
	done
	cat "$MNT/device.pem" >"$TMP/device.pem"
	cat "$MNT/signer.pem" >"$TMP/signer.pem"
	run -0 verify_device "$TMP/device.pem" "$TMP/signer.pem"
	openssl x509 -in "$TMP/device.pem" -noout -pubkey |
		cmp - "$MNT/keys/0/pubkey.pem"
	unchanged
}

# read_images IMAGE...: each is read whole, and unchanged. All that is wrong with
# some is what their configuration says of them.
read_images() {
	local path image refused
	(($# >= 10))
	for path; do
		image=$(basename "$path" .json)
		family "$image"
		refused=^$
		[[ $image != tng-* ]] ||
			refused='mnt(/keys/0)?/device.csr: Input/output error$'
		mount_chip
		find "$MNT" -type f ! -name random -exec cat {} + \
			>"$TMP/content" 2>"$TMP/errors" || true
		# Slot 0 of a Trust&Go image signs with another key than it says.
		run -1 grep -vE -e ': (No data available|Operation not permitted)$' \
			-e "$refused" \
			"$TMP/errors"
		assert_equal "$(grep -cE '^(state|type|keys)=' "$TMP/content")" 3
		unchanged
	done
}

@test "every image is found at its address, and read whole" {
	[[ $NK_BUS == i2c ]] || skip "sim:FILE names no address"
	read_images "$GOLDEN"/family/*.json
}

@test "every image is found without an address, and read whole" {
	local -a images=("$GOLDEN"/family/*.json)
	NAMED=
	read_images "${images[@]/*tng-moved*/"$GOLDEN"/family/helium.json}"
	family tng-moved-to-58
	if mount_chip 2>"$TMP/errors"; then
		fail "it was found"
	fi
	grep "0xNN names another" "$TMP/errors"
}

@test "a key that another program makes shows up, and the first one counts" {
	[[ $NK_BUS == i2c ]] || skip "two programs share a bus, not a file"
	family trustflex-tls
	mount_chip
	assert_equal "$(state_of keys)" 0
	family trustflex-tls "$(with_keys 0 3)"
	nerveskey-sim control "$TMP/bus.0.sock" swap "$CHIP"
	wait_until state_is keys 0,3
	signs keys/3
	unmount_chip
	family helium "del(.keys) | $(with_keys 9)"
	mount_chip
	cat "$MNT/pubkey.pem" "$MNT/device.csr" >"$TMP/old"
	family helium "del(.keys) | $(with_keys 4 9)"
	nerveskey-sim control "$TMP/bus.0.sock" swap "$CHIP"
	wait_until state_is keys 4,9
	cmp "$MNT/pubkey.pem" "$MNT/keys/4/pubkey.pem"
	signs .
	requests .
}

# commands: how many the chip has received.
commands() { sed -n 's/^nerveskey_chip_commands_total //p' "$MNT/metrics"; }
# looked_since COUNT: opening `status` has sent commands.
looked_since() {
	cat "$MNT/status" >/dev/null
	(($(commands) > $1))
}

@test "a look does not ask each empty slot for a key" {
	local first
	family helium
	mount_chip
	first=$(commands)
	wait_until looked_since "$first"
	wait_until looked_since "$(commands)"
	# Both read the configuration, and at most one has asked 15 slots.
	assert_equal "$(($(commands) - first < 2 * 15))" 1
	unchanged
}

@test "-o key=N chooses the key of the files at the top" {
	family arduino-608a "$(with_keys 0 1 3)"
	mount_chip -o key=3
	cmp "$MNT/pubkey.pem" "$MNT/keys/3/pubkey.pem"
	cmp "$MNT/device.csr" "$MNT/keys/3/device.csr"
	signs .
	agrees .
	unchanged
	family tng-real-config
	mount_chip -o key=2
	signs .
	cmp "$MNT/pubkey.pem" "$MNT/keys/2/pubkey.pem"
	openssl x509 -in "$MNT/device.pem" -noout -pubkey |
		cmp - "$MNT/keys/0/pubkey.pem"
	unchanged
	family arduino-608a
	mount_chip -o key=4
	assert_errno ENODATA write_text "$MNT/sign" "$DIGEST"
	assert_regex "$(state_of last_error)" '^ENODATA: slot 4 holds no'
	assert_errno ENODATA cat "$MNT/pubkey.pem"
	unchanged
}

@test "-o key= takes a slot" {
	sim_only "no chip is asked"
	local value
	family helium
	for value in 16 x -1 ''; do
		run -1 mount_chip -o "key=$value"
		assert_output --partial "key=$value is not a slot from 0 to 15"
	done
}

@test "what the rules of a slot forbid is EPERM with the rule's name" {
	local -a row
	local rule
	for rule in 'ReqAuth 8720 b301' 'PersistentDisable 8720 3310' \
		'ReadKey 8620 3300' 'Private 8720 3c00' 'KeyType 8720 2700'; do
		read -ra row <<<"$rule"
		family helium "$(with_keys 0 5)$(slot_is 5 "${row[1]}" "${row[2]}")"
		mount_chip -o key=5
		assert_equal "$(state_of keys)" 0
		assert_not_exists "$MNT/keys/5"
		forbidden "${row[0]}" write_text "$MNT/sign" "$DIGEST"
		forbidden "${row[0]}" cat "$MNT/signatures/$DIGEST.der"
		assert_errno EPERM cat "$MNT/device.csr"
		signs keys/0
		unchanged
	done
	# Trust&Go: slot 1 signs only what the chip itself says.
	family tng-real-config
	mount_chip -o key=1
	forbidden ReadKey write_text "$MNT/sign" "$DIGEST"
	assert_errno EPERM cat "$MNT/device.csr"
	unchanged
}

@test "use lock on: no key can be used" {
	family arduino-608a '.config |= .[0:136] + "0a" + .[138:]'
	mount_chip
	assert_equal "$(state_of keys)" ""
	assert_errno ENODATA write_text "$MNT/sign" "$DIGEST"
	unmount_chip
	mount_chip -o key=0
	forbidden UseLock write_text "$MNT/sign" "$DIGEST"
	unchanged
}

@test "a key with LimitedUse is listed, and nothing is asked of it" {
	family helium "$(with_keys 0 1)$(slot_is 0 a720 3300)"
	mount_chip
	assert_equal "$(state_of keys)" 0,1
	assert_equal "$(names keys)" "0 1"
	forbidden LimitedUse write_text "$MNT/keys/0/sign" "$DIGEST"
	forbidden LimitedUse cat "$MNT/keys/0/signatures/$DIGEST.raw"
	forbidden LimitedUse write_file "$MNT/keys/0/ecdh" "$TMP/peer.pem"
	assert_errno EPERM cat "$MNT/keys/0/pubkey.pem"
	assert_errno EPERM cat "$MNT/keys/0/device.csr"
	# So it is the next one that the files at the top use.
	signs .
	cmp "$MNT/pubkey.pem" "$MNT/keys/1/pubkey.pem"
	unchanged
}

@test "a key whose public key the chip keeps signs all the same" {
	family helium "$(with_keys 0)"
	mount_chip
	cat "$MNT/pubkey.pem" >"$TMP/key.pem"
	unmount_chip
	family helium "$(with_keys 0)$(slot_is 0 9720 3100)"
	mount_chip
	cat "$MNT/signatures/$DIGEST.der" >"$TMP/signature.der"
	run -0 openssl dgst -sha256 -verify "$TMP/key.pem" \
		-signature "$TMP/signature.der" "$TMP/message"
	assert_errno EPERM cat "$MNT/pubkey.pem"
	assert_errno EPERM cat "$MNT/keys/0/device.csr"
	unchanged
}

@test "without a usable key, a clear word" {
	family adafruit
	mount_chip
	assert_equal "$(state_of type) $(state_of keys)" "foreign "
	run ls -A "$MNT/keys"
	assert_output ""
	local name
	for name in pubkey.pem device.csr "signatures/$DIGEST.raw"; do
		assert_errno ENODATA cat "$MNT/$name"
	done
	assert_errno ENODATA write_file "$MNT/ecdh" "$TMP/peer.pem"
	assert_errno ENODATA write_text "$MNT/sign" "$DIGEST"
	assert_regex "$(state_of last_error)" \
		'^ENODATA: no slot of the chip holds a private key'
	unchanged
}

@test "the latest signature is each key's own" {
	local name
	family arduino-608a "$(with_keys 0 1)"
	mount_chip
	echo "$DIGEST" >"$MNT/keys/1/sign"
	cat "$MNT/keys/1/pubkey.pem" >"$TMP/key.pem"
	for name in sign "signatures/$DIGEST.raw"; do
		cat "$MNT/keys/1/$name" >"$TMP/raw"
		raw_to_der "$TMP/raw" >"$TMP/der"
		run -0 openssl dgst -sha256 -verify "$TMP/key.pem" \
			-signature "$TMP/der" "$TMP/message"
	done
	assert_errno ENODATA cat "$MNT/keys/0/sign"
	assert_errno ENODATA cat "$MNT/sign"
}

@test "slots/ shows, read-only, what may be read in the clear" {
	local slot data
	family arduino-508a '.data[9] |= "0102" + .[4:]'
	mount_chip
	assert_equal "$(names slots)" "8 9 10 11 12 13 14"
	for slot in 8 9 10 11 12 13 14; do
		data=$(jq -r ".data[$slot]" "$CHIP")
		assert_equal "$(stat -c '%a %s' "$MNT/slots/$slot")" \
			"440 $((${#data} / 2))"
		assert_equal "$(xxd -p -c 1000 "$MNT/slots/$slot")" "$data"
		assert_errno EACCES write_text "$MNT/slots/$slot" x
		run ! truncate -s 0 "$MNT/slots/$slot"
	done
	assert_not_exists "$MNT/slots/0"
	assert_not_exists "$MNT/slots/15"
	unchanged
	# Nothing of it can be read before it is locked.
	family arduino-508a '.config |= .[0:172] + "55" + .[174:]'
	mount_chip
	run ls -A "$MNT/slots"
	assert_output ""
	signs .
	unchanged
}

# try_everything: to change the chip, by every file that there is.
try_everything() {
	local name
	provision_request >"$TMP/request"
	while read -r name; do
		for text in "$DIGEST" x; do
			run write_text "$name" "$text"
		done
		run write_file "$name" "$TMP/peer.pem"
		run truncate -s 0 "$name"
		run rm -f "$name"
		run mv "$name" "$name.new"
		cat "$name" >"$TMP/content" 2>&1 || true
	done < <(find "$MNT" -type f ! -name random)
	run write_text "$MNT/settings/server" value
	run write_hex "$MNT/settings.etf" 837400000000
	# What was written above is no line.
	echo reset >"$MNT/provision"
	assert_errno EPERM write_file "$MNT/provision" "$TMP/request"
	echo reset >"$MNT/provision"
	assert_errno EPERM write_text "$MNT/provision" "begin
"
	run write_text "$MNT/activate" 00112233445566778899aabbccddeeff
	head -c 100 "$MNT/random" >"$TMP/random"
}

@test "nothing on a foreign chip is ever changed" {
	local image slot writable=
	for image in adafruit arduino-508a arduino-608a esp-trustcustom helium \
		trustflex-tls; do
		family "$image"
		echo "$image"
		mount_chip
		try_everything
		unchanged
	done
	# One that anybody could write to.
	for slot in {1..15}; do
		writable+=$(slot_is "$slot" 0000 1c00)
	done
	family arduino-608a ".$writable"
	mount_chip
	assert_equal "$(names slots)" "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15"
	try_everything
	unchanged
}

@test "every image of a locked chip is in this file" {
	local image
	for image in "$GOLDEN"/family/*.json; do
		[[ $(jq -r '.config[174:176]' "$image") != 55 ]] || continue
		image=$(basename "$image" .json)
		grep -q "$image" "$BATS_TEST_FILENAME" || fail "no test of $image"
	done
}
