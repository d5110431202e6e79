# SPDX-License-Identifier: Apache-2.0
# nerveskeyfs --list: the chips on the buses, without a mount or beside one.
# shellcheck disable=SC2154 # run sets stderr

load helpers

# alone COMMAND...: where no mounts are but this test's: others have a bus 1, too.
alone() {
	[[ $EUID -eq 0 ]] || skip "it wants root"
	# shellcheck disable=SC2016 # the inner shell expands
	unshare --mount bash -eu -c '
		findmnt --raw --noheadings --output TARGET \
			--types fuse.nerveskeyfs | grep -vxF "$0" |
			xargs --no-run-if-empty umount --lazy
		exec "$@"' "$MNT" "$@"
}

# list [ARGUMENT...]: with the buses 1 and 2 of this test, where they are served.
list() {
	if [[ $NK_BUS == sim ]]; then
		alone nerveskeyfs --list "$@"
	else
		alone env "I2C_PRELOAD_BUS=1=$TMP/bus.0.sock,2=$TMP/bus.2.sock" \
			"LD_PRELOAD=$(nk_sanitizer_libraries)$NK_BUILD/lib/preload_i2c.so" \
			nerveskeyfs --list "$@"
	fi
}

chip_serial() { jq -r '.config[0:8] + .config[16:26]' "$CHIP"; }

# serve N: $CHIP is on the bus 1 (0) or 2 (2).
serve() { [[ $NK_BUS == sim ]] || nk_serve_bus "$1"; }

bus_of_chip() { [[ $NK_BUS == i2c ]] && echo i2c-1 || echo "sim:$CHIP"; }

@test "each image of the family is a line, and is not changed" {
	local image want serve_again=
	for image in "$GOLDEN"/family/*.json "$GOLDEN"/chip-images/tng.json; do
		use_image "$image"
		want="$(basename "$image" .json)"
		[[ -z $serve_again ]] || nk_end_bus 0
		rm -f "$TMP/bus.0.sock"
		serve 0
		serve_again=yes
		run -0 --separate-stderr list "$(bus_of_chip)"
		echo "$want: $output $stderr"
		if [[ $want == tng-moved-to-58 ]]; then
			assert_output ""
			[[ $NK_BUS == i2c ]] || continue
			run -0 --separate-stderr list i2c-1:0x58
		fi
		assert_equal "${#lines[@]}" 1
		assert_output --partial " $(chip_serial) "
		cmp "$CHIP" "$image"
	done
}

@test "a line says the bus, the address, the part, its serial, whose it is and its state" {
	new_chip 608b provisioned
	serve 0
	run -0 list "$(bus_of_chip)"
	assert_output "$(bus_of_chip) 0x60 ATECC608B $(chip_serial) nerveskey complete"
	run -0 list --json "$(bus_of_chip)"
	run -0 jq -r '.[] | .bus, .address, .model, .chip_serial, .type, .state,
		.mounted_at' <<<"$output"
	assert_output "$(printf '%s\n' "$(bus_of_chip)" 0x60 ATECC608B \
		"$(chip_serial)" nerveskey complete null)"
}

@test "beside a mount: it says where, and the mount goes on" {
	new_chip 608b provisioned
	mount_chip
	run -0 list "$(bus_of_chip)"
	assert_output "$(bus_of_chip) 0x60 ATECC608B $(chip_serial) nerveskey complete mounted at $MNT"
	run -0 list --json "$(bus_of_chip)"
	assert_equal "$(jq -r '.[].mounted_at' <<<"$output")" "$MNT"
	printf message >"$TMP/message"
	cat "$MNT/signatures/$(sha256sum <"$TMP/message" | cut -c -64).der" \
		>"$TMP/signature"
	assert_signed "$TMP/message" "$TMP/signature"
}

@test "a name with quotes and control characters is good JSON" {
	sim_only
	new_chip 608b provisioned
	local name="$TMP/a\"b\\c"$'\t'd
	cp "$CHIP" "$name"
	run -0 list --json "sim:$name"
	assert_equal "$(jq -r '.[].bus' <<<"$output")" "sim:$name"
}

@test "two buses: all of them, but for a display's and an SMBus, which it names" {
	[[ $NK_BUS == i2c ]] || skip "a simulator inside the driver has no bus"
	new_chip 608b provisioned
	local first
	first=$(chip_serial)
	mount_chip
	use_image "$GOLDEN/family/trustflex-tls.json"
	nk_serve_bus 2
	export -f alone list nk_sanitizer_libraries
	export TMP MNT
	# shellcheck disable=SC2016 # the inner shell expands
	run -0 --separate-stderr alone bash -eu -c '
		mount -t tmpfs none /sys/class
		n=0
		for name in "i915 gmbus dpa" "bcm2835 (i2c@7e804000)" CH341 \
			"SMBus I801 adapter at efa0" DPDDC-A \
			"AUX A/DDI A/PHY A"; do
			mkdir -p "/sys/class/i2c-dev/i2c-$n"
			echo "$name" >"/sys/class/i2c-dev/i2c-$n/name"
			n=$((n + 1))
		done
		list
	'
	assert_equal "${#lines[@]}" 2
	assert_line --index 0 "i2c-1 0x60 ATECC608B $first nerveskey complete mounted at $MNT"
	assert_line --index 1 "i2c-2 0x36 ATECC608B $(chip_serial) trustflex complete"
	[[ $stderr == *"i2c-0 is left out: its adapter (i915 gmbus dpa) is a display's"* ]]
	[[ $stderr == *"i2c-3 is left out: its adapter (SMBus I801 adapter at efa0) is SMBus"* ]]
	[[ $stderr == *"i2c-4 is left out: its adapter (DPDDC-A) is a display's"* ]]
	[[ $stderr == *"i2c-5 is left out: its adapter (AUX A/DDI A/PHY A) is a display's"* ]]
}

@test "what cannot be listed is an error: a file that is not there is not made" {
	run list "sim:$TMP/none.sim"
	assert_failure
	assert_output --partial "No such file"
	assert_file_not_exist "$TMP/none.sim"
	run list --frob
	assert_failure
	assert_output --partial "--list takes --json and buses"
}

@test "other devices at the usual addresses get no word" {
	[[ $NK_BUS == i2c ]] || skip "a simulator inside the driver has no bus"
	new_chip 608b provisioned
	serve 0
	export I2C_PRELOAD_ADAPTER=foreign=0x35+0x36+0x38,writes=$TMP/writes
	run -0 list i2c-1
	assert_output "i2c-1 0x60 ATECC608B $(chip_serial) nerveskey complete"
	assert_not_exists "$TMP/writes"
	# The recorder does see what is written to an address that is named.
	run list i2c-1:0x35
	assert_file_not_empty "$TMP/writes"
}
