# SPDX-License-Identifier: Apache-2.0
# Buses that are dead or slow: each file operation ends within its deadline, cached
# files can be read meanwhile, and the mount can be unmounted.
# shellcheck disable=SC2030,SC2031 # each test is a subshell, as it should be
# shellcheck disable=SC2154 # helpers.bash sets nk_command

load helpers

DIGEST=$(printf message | sha256sum | cut -d ' ' -f 1)

setup() {
	nk_setup
	[[ $NK_BUS == i2c ]] || skip "a simulator inside the driver has no bus"
	DEAD=$TMP/dead
	export I2C_PRELOAD_ADAPTER=dead=$DEAD
}

hand() { nerveskey-sim control "$TMP/bus.0.sock" "$@"; }

sign_message() { cat "$MNT/signatures/$DIGEST.raw" >"$TMP/signature"; }
draw() { head -c 32 "$MNT/random" >"$TMP/random"; }
agree() { cat "$MNT/pubkey.pem" >"$MNT/ecdh"; }
read_slot() { cat "$MNT/slots/1"; }
write_slot() { write_text "$MNT/slots/2" text; }
write_setting() { write_text "$MNT/settings/server" other; }
make_setting() { write_text "$MNT/settings/fresh" value; }
remove_setting() { rm "$MNT/settings/port"; }
provision_aux() { cat "$SIGNER.cert" "$SIGNER.key" <(echo commit) >"$MNT/aux/provision"; }

# All that needs the chip.
operations=(sign_message draw agree read_slot write_slot write_setting
	make_setting remove_setting provision_aux list_settings)

# took MS COMMAND...: it takes at most MS, whether it succeeds or not. Sets $ms.
took() {
	local -i most=$1 began=${EPOCHREALTIME/./}
	shift
	run "$@"
	ms=$(((${EPOCHREALTIME/./} - began) / 1000))
	((ms <= most)) || fail "$*: $ms ms, at most $most"
}

# fails_in MS COMMAND...: and with an error that says that there is no chip.
fails_in() {
	took "$@"
	assert_failure
	assert_output --regexp \
		'No such device|Connection timed out|Input/output error'
}

# Known content, the listing and the attributes, without the chip's help. What a
# program's start takes on a busy machine is most of it; the bus would take longer.
is_served_at_once() {
	local file
	for file in chain.pem device.pem serial board pubkey.pem chip/config \
		settings/port; do
		took 2000 cmp "$MNT/$file" "$TMP/known/$file"
		assert_success
	done
	took 3000 ls -l "$MNT" "$MNT/aux" "$MNT/chip" "$MNT/slots"
	assert_success
}

# A listing of settings/ shows content: an empty or an old one would be wrong.
list_settings() { ls "$MNT/settings"; }

# Reads without a process for each: 200 of them, and what one has taken.
reads_quickly() {
	local -i began=${EPOCHREALTIME/./} i us
	local -a line
	for i in {1..200}; do
		mapfile -t line <"$MNT/serial"
		[[ ${line[0]} == N1234567 ]] || return 1
	done
	us=$(((${EPOCHREALTIME/./} - began) / 200))
	echo "# a cached file on a dead bus: $us us" >&3
	((us < 20000))
}

unmounts_in() {
	local -i began=${EPOCHREALTIME/./}
	unmount_chip
	((${EPOCHREALTIME/./} - began < $1 * 1000))
}


# A listing asks the chip for nothing.
all_is_known() {
	local before
	before=$(commands)
	ls -lR "$MNT" >/dev/null
	[[ $(commands) == "$before" ]]
}

mount_known() {
	new_chip 608b settings-aux
	mount_chip
	wait_until all_is_known
	mkdir -p "$TMP/known/chip" "$TMP/known/settings"
	local file
	for file in chain.pem device.pem serial board pubkey.pem chip/config \
		settings/port; do
		cat "$MNT/$file" >"$TMP/known/$file"
	done
}

works_again() {
	wait_until sign_message
	openssl dgst -sha256 -verify "$MNT/pubkey.pem" -signature \
		<(cat "$MNT/signatures/$DIGEST.der") <(printf message)
	assert_equal "$(cat "$MNT/settings/port")" 443
	assert_equal "$(state_of present)" yes
}

@test "SDA is stuck: all ends in time, with an error" {
	mount_known
	hand faults stuck@1
	local operation
	for operation in "${operations[@]}"; do
		fails_in 8000 "$operation"
		is_served_at_once
	done
	reads_quickly
	assert_equal "$(state_of present)" no
	hand power cycle
	works_again
}

@test "SDA is stuck: unmounting works" {
	mount_known
	hand faults stuck@1
	fails_in 8000 sign_message
	unmounts_in 8000
}

@test "a chip that acknowledges nothing, in every adapter's words" {
	local word
	for word in ENXIO EREMOTEIO EIO ETIMEDOUT; do
		export I2C_PRELOAD_ADAPTER=nak=$word
		mount_known
		hand power off
		for operation in "${operations[@]}"; do
			fails_in 8000 "$operation"
		done
		is_served_at_once
		hand power on
		works_again
		unmount_chip
	done
}

@test "a chip that is busy, in every adapter's words" {
	local word
	export SIM_OPTIONS=timing=typical
	for word in ENXIO EREMOTEIO EIO ETIMEDOUT; do
		export I2C_PRELOAD_ADAPTER=nak=$word
		mount_known
		works_again
		write_setting
		draw
		agree
		took 8000 provision_aux
		assert_success
		assert_equal "$(state_of last_error)" ""
		unmount_chip
	done
}

@test "an adapter that takes 5 s to fail: each operation, one after the other" {
	mount_known
	echo 5000 >"$DEAD"
	# Its deadline, and the transfer that was under way.
	fails_in 11000 sign_message
	is_served_at_once
	fails_in 11000 write_slot
	is_served_at_once
	took 7000 cat "$MNT/status"
	assert_success
	rm "$DEAD"
	works_again
}

@test "an adapter that takes 5 s to fail: what is cached does not wait" {
	mount_known
	echo 5000 >"$DEAD"
	sign_message 2>"$TMP/error" 3>&- &
	local -i busy=$!
	reads_quickly
	is_served_at_once
	reads_quickly
	kill -0 "$busy"
	wait "$busy" && fail "a signature over a dead bus"
	rm "$DEAD"
	works_again
}

@test "an adapter that takes 5 s to fail: a queue moves on" {
	mount_known
	echo 5000 >"$DEAD"
	local -a queue=()
	local operation
	for operation in sign_message draw read_slot; do
		"$operation" >"$TMP/$operation" 2>&1 3>&- &
		queue+=($!)
	done
	local -i began=$SECONDS i
	for i in "${queue[@]}"; do
		wait "$i" && fail "it worked, over a dead bus"
	done
	# 30 s of waiting for the turn would be the most.
	((SECONDS - began <= 30))
	is_served_at_once
	rm "$DEAD"
	unmounts_in 15000
}

@test "a dead bus at mount: one line, in time, and no mount" {
	new_chip 608b provisioned
	echo 5000 >"$DEAD"
	mkdir "$MNT"
	nk_serve_bus 0
	nk_daemon_command 0
	took 11000 "${nk_command[@]}" "$(chip_device)" "$MNT" -f
	assert_failure
	assert_output --regexp 'no chip answers on i2c-1 at 0x60'
	rm "$DEAD"
}

@test "a dead bus at mount, with -o wait: it works as soon as the bus does" {
	new_chip 608b settings-aux
	echo 20 >"$DEAD"
	mount_chip -o wait
	fails_in 8000 sign_message
	fails_in 8000 ls "$MNT/settings"
	fails_in 8000 cat "$MNT/settings/port"
	assert_equal "$(state_of state)" absent
	rm "$DEAD"
	works_again
}

@test "another chip's data: never a signature that does not fit" {
	mount_known
	install -m 0644 "$GOLDEN/chip-images/608b-serial-utf8.json" "$TMP/other"
	install -m 0644 "$CHIP" "$TMP/first"
	local -i at
	for at in 1 3 5 7 9; do
		hand faults "swap@$at=$TMP/other"
		took 8000 sign_message
		# Each signature is either by the first chip's key, or was refused.
		took 8000 sign_message
		openssl dgst -sha256 -verify "$MNT/pubkey.pem" -signature \
			<(cat "$MNT/signatures/$DIGEST.der") <(printf message)
		cmp "$MNT/serial" <(jq -r .expect.manufacturer_sn "$TMP/other")
		hand no-faults
		hand swap "$CHIP"
		works_again
	done
}
