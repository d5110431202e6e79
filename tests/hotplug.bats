# SPDX-License-Identifier: Apache-2.0
# Chips that are removed, come back, or are replaced by another one.
# shellcheck disable=SC2030,SC2031 # each test is a subshell, as it should be

load helpers

setup() {
	nk_setup
	printf message >"$TMP/message"
	DIGEST=$(sha256sum <"$TMP/message" | cut -d ' ' -f 1)
}

# Over the bus: remove and insert through the control socket.
hand() { nerveskey-sim control "$TMP/bus.0.sock" "$@"; }

served_only() {
	[[ $NK_BUS == i2c ]] || skip "a chip on the bus is what is plugged"
}

sign_message() {
	cat "$MNT/signatures/$DIGEST.der" >"$TMP/signature"
}

assert_signs() {
	sign_message
	assert_signed "$TMP/message" "$TMP/signature"
}

# $CHIP is in the socket, $OTHER is ready, and both have settings.
two_chips() {
	OTHER=$TMP/other.sim
	install -m 0644 "$GOLDEN/chip-images/608b-serial-utf8.json" "$OTHER"
	new_chip 608b settings-aux
}

# The mount shows the chip of the image NAME now: certificate and serials.
assert_shows() {
	local file=$GOLDEN/chip-images/$1.json
	assert_equal "$(der_of "$MNT/device.pem")" \
		"$(jq -r .expect.device_cert_der "$file")"
	assert_equal "$(cat "$MNT/serial")" \
		"$(jq -r .expect.manufacturer_sn "$file")"
	assert_equal "$(cat "$MNT/chip/serial")" \
		"$(jq -r '.config[0:8] + .config[16:26]' "$file")"
}

# assert_is NAME: and it signs with that chip's key.
assert_is() {
	assert_shows "$1"
	assert_signs
}

lines_of_log() { grep -c "$1" "$DAEMON_LOG"; }

check_gone_and_back() {
	cat "$MNT/chain.pem" >"$TMP/chain.pem"
	hand remove
	assert_errno ENODEV sign_message
	assert_errno ENODEV head -c 1 "$MNT/random"
	assert_errno ENODEV write_text "$MNT/settings/key" value
	cmp "$TMP/chain.pem" "$MNT/chain.pem"
	assert_equal "$(state_of present)" no
	hand insert
	assert_signs
	echo value >"$MNT/settings/key"
	assert_equal "$(cat "$MNT/settings/key")" value
	assert_equal "$(state_of present)" yes
	assert_equal "$(lines_of_log 'the chip is gone')" 1
	assert_equal "$(lines_of_log 'the chip is back')" 1
}

@test "every part: gone is ENODEV, the certificate is served, back it works again" {
	served_only
	each_part provisioned check_gone_and_back
}

# put_in IMAGE: a copy of it is the chip now, and the mount has noticed.
put_in() {
	use_image "$GOLDEN/chip-images/$1.json"
	hand swap "$CHIP"
	wait_until is_in
}

is_in() {
	[[ $(state_of chip_serial) == "$(jq -r \
		'.config[0:8] + .config[16:26]' "$CHIP")" ]]
}

@test "parts of every kind follow each other in one socket" {
	served_only
	# At whatever address.
	chip_device() { echo i2c-1; }
	new_chip 508a provisioned
	mount_chip
	assert_is 508a-provisioned
	put_in tng
	# The captured part's private key was never there: another stands for it.
	assert_shows tng
	assert_errno EIO sign_message
	assert_equal "$(wc -c <"$MNT/eui48")" 13
	assert_errno ENOENT cat "$MNT/aux/device.pem"
	put_in 608a-settings-aux
	assert_is 608a-settings-aux
	assert_equal "$(cat "$MNT/settings/port")" 443
	assert_errno ENOENT cat "$MNT/eui48"
	put_in 608b-volatile
	assert_errno EACCES sign_message
	echo 000102030405060708090a0b0c0d0e0f >"$MNT/activate"
	assert_is 608b-volatile
	put_in 608b-factory
	assert_equal "$(state_of state)" blank
	assert_errno ENODATA cat "$MNT/device.pem"
}

@test "a chip that is gone is ENODEV at once" {
	served_only
	new_chip 608b settings-aux
	mount_chip
	assert_signs
	hand remove
	local -i started=${EPOCHREALTIME/./}
	assert_errno ENODEV sign_message
	assert_errno ENODEV write_text "$MNT/sign" "$DIGEST"
	assert_errno ENODEV head -c 1 "$MNT/random"
	assert_errno ENODEV cat "$MNT/slots/1"
	assert_errno ENODEV write_text "$MNT/settings/new" value
	# Five of them, on a busy machine.
	((${EPOCHREALTIME/./} - started < 5000000))
}

@test "while it is gone, what is cached is served, and status says so" {
	served_only
	new_chip 608b provisioned
	mount_chip
	cat "$MNT/chain.pem" >"$TMP/chain.pem"
	cat "$MNT/device.pem" >"$TMP/device.pem"
	hand remove
	assert_errno ENODEV sign_message
	cmp "$TMP/chain.pem" "$MNT/chain.pem"
	cmp "$TMP/device.pem" "$MNT/device.pem"
	assert_equal "$(cat "$MNT/serial")" N1234567
	assert_equal "$(state_of present)" no
	assert_equal "$(state_of state)" absent
	assert_regex "$(state_of last_error)" '^ENODEV: .'
	assert_equal "$(lines_of_log 'the chip is gone')" 1
}

write_to_nine() { printf %s "$1" >&9; }

@test "a key that is emptied when the chip goes keeps its value" {
	served_only
	new_chip 608b settings-aux
	mount_chip
	exec 9>"$MNT/settings/port"
	hand remove
	assert_errno ENODEV write_to_nine 80
	hand insert
	wait_until assert_signs
	exec 9>&-
	assert_equal "$(cat "$MNT/settings/port")" 443
}

@test "the same chip back works again without a remount" {
	served_only
	new_chip 608b settings-aux
	mount_chip
	hand remove
	assert_errno ENODEV sign_message
	hand insert
	assert_signs
	assert_equal "$(state_of present)" yes
	assert_equal "$(state_of state)" complete
	assert_equal "$(cat "$MNT/settings/port")" 443
	echo value >"$MNT/settings/new"
	assert_equal "$(cat "$MNT/settings/new")" value
	assert_equal "$(lines_of_log 'the chip is back')" 1
}

@test "another chip in its place: everything is the other's" {
	served_only
	two_chips
	mount_chip
	assert_is 608b-settings-aux
	cat "$MNT/aux/device.pem" "$MNT/settings/port" >"$TMP/content"
	write_text "$MNT/sign" "$DIGEST"
	assert_equal "$(wc -c <"$MNT/sign")" 64
	hand remove
	assert_errno ENODEV sign_message
	hand swap "$OTHER"
	assert_equal "$(state_of present)" yes
	assert_errno ENODATA cat "$MNT/sign"
	assert_is 608b-serial-utf8
	assert_errno ENODATA cat "$MNT/aux/device.pem"
	assert_not_exists "$MNT/settings/port"
	assert_equal "$(lines_of_log 'another chip answers now')" 1
}

# Nobody has seen the socket empty, and what was read is in the kernel's cache.
@test "another chip, swapped unseen: its certificate is shown, not the old one" {
	served_only
	two_chips
	mount_chip
	cat "$MNT/device.pem" "$MNT/device.pem" >"$TMP/content"
	hand swap "$OTHER"
	wait_until is_the_others
	assert_is 608b-serial-utf8
	assert_equal "$(lines_of_log 'another chip answers now')" 1
}

# Keys are of one size: nothing tells the kernel that what it reads has changed.
@test "who has the first chip's key open leaves none of it for the other's" {
	served_only
	two_chips
	mount_chip
	cat "$MNT/pubkey.pem" >"$TMP/first.pem"
	exec 8<"$MNT/pubkey.pem"
	hand swap "$OTHER"
	wait_until is_the_others
	cat "$MNT/pubkey.pem" >"$TMP/second.pem"
	cat <&8 >"$TMP/content"
	exec 8<&-
	cmp "$TMP/second.pem" "$MNT/pubkey.pem"
	assert_signs
}

@test "another chip, swapped unseen: its settings are shown, not the old ones" {
	served_only
	two_chips
	mount_chip
	assert_equal "$(cat "$MNT/settings/port")" 443
	hand swap "$OTHER"
	wait_until no_settings
}

no_settings() {
	ls "$MNT/settings" >"$TMP/names" && [[ ! -s $TMP/names ]]
}

@test "another chip, swapped unseen: provision says how far that one is" {
	served_only
	new_chip 608b provisioned
	mount_chip
	grep -qx chip=complete "$MNT/provision"
	hand swap
	wait_until grep -qx chip=blank "$MNT/provision"
}

# Nothing but the certificate is looked at.
is_the_others() {
	[[ $(der_of "$MNT/device.pem") == "$(golden \
		chip-images/608b-serial-utf8.json .expect.device_cert_der)" ]]
}

@test "another chip, swapped unseen: it never signs under the old certificate" {
	served_only
	two_chips
	mount_chip
	assert_signs
	hand swap "$OTHER"
	sign_message
	assert_is 608b-serial-utf8
	run openssl dgst -sha256 -verify "$MNT/pubkey.pem" \
		-signature "$TMP/signature" <(printf message)
	assert_output "Verified OK"
}

@test "another chip never gets the first one's settings" {
	served_only
	two_chips
	mount_chip
	assert_equal "$(cat "$MNT/settings/port")" 443
	hand remove
	assert_errno ENODEV write_text "$MNT/settings/new" value
	hand swap "$OTHER"
	# The writer meant the first chip.
	assert_errno ENODEV write_text "$MNT/settings/mine" value
	run -0 ls -A "$MNT/settings"
	assert_output ""
	write_text "$MNT/settings/mine" value
	run ls "$MNT/settings"
	assert_output mine
}

@test "a blank chip in its place can be provisioned" {
	served_only
	new_chip 608b provisioned
	mount_chip
	assert_signs
	hand remove
	assert_errno ENODEV sign_message
	hand swap
	assert_equal "$(state_of state)" blank
	assert_errno ENODATA cat "$MNT/device.pem"
	SERIAL=SECOND provision_chip
	assert_equal "$(state_of state)" complete
	assert_equal "$(cat "$MNT/serial")" SECOND
	assert_signs
}

@test "a chip that comes after the mount, with -o wait" {
	served_only
	new_chip 608b provisioned
	nk_serve_bus 0
	hand remove
	# The bus is there already.
	nk_serve_bus() { :; }
	mount_chip -o wait
	assert_equal "$(state_of present)" no
	assert_errno ENODEV cat "$MNT/device.pem"
	assert_errno ENODEV sign_message
	hand insert
	assert_is 608b-provisioned
	assert_equal "$(state_of present)" yes
}

# The simulator within the driver: transfer 150 finds no chip, or another one.
plug_at_150() {
	export SIM_OPTIONS=clock=virtual,faults=$1@150
	mount_chip
	cat "$MNT/device.pem" >"$TMP/device.pem"
}

signs_no_more() { ! sign_message 2>"$TMP/error"; }
is_another() { sign_message && [[ $(cat "$MNT/serial") != N1234567 ]]; }

@test "sim: gone is ENODEV, and the certificate is still served" {
	sim_only
	new_chip 608b provisioned
	plug_at_150 gone
	wait_until signs_no_more
	assert_errno ENODEV sign_message
	cmp "$TMP/device.pem" "$MNT/device.pem"
	assert_equal "$(state_of present)" no
}

# begins_with OPTIONS: begin on a blank chip. What it says is in $DAEMON_LOG.
begins_with() {
	new_chip 608b
	export SIM_OPTIONS=clock=virtual,timing=typical$1
	mount_chip
	echo serial=N1 >"$MNT/provision"
	write_text "$MNT/provision" $'begin\n'
}

@test "sim: a chip that is lost in GenKey: its supply is named" {
	sim_only
	local -i i
	begins_with ""
	# The last commands of begin read the locks again. Before them is GenKey.
	i=$(commands)
	unmount_chip
	until ! begins_with ",faults=cut-before@$i" 2>"$TMP/error" &&
		grep -F "since GenKey" "$DAEMON_LOG"; do
		# Without the lock it is too early for GenKey.
		grep -F "configuration locked" "$DAEMON_LOG"
		unmount_chip
		i+=-1
	done
	run state_of last_error
	assert_output --regexp "^ENODEV: no chip answers on .* since GenKey, which \
needs the most current: check its supply"
	# Without GenKey it is not.
	unmount_chip
	begins_with ",faults=cut-before@$((i - 1))" && fail "it was not cut"
	run state_of last_error
	assert_output --partial "no chip answers"
	refute_output --partial supply
}

@test "sim: another chip is noticed by its signature" {
	sim_only
	two_chips
	export SIM_OPTIONS=clock=virtual,faults=swap@150=$OTHER
	mount_chip
	cat "$MNT/device.pem" >"$TMP/device.pem"
	wait_until is_another
	assert_is 608b-serial-utf8
}
