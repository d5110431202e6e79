# SPDX-License-Identifier: Apache-2.0
# settings/ after a power cut: the old map or the new one, from the chip alone, or
# with a journal where the map leaves no room on it. The unit tests cut at every
# command; here the whole program is cut at some.

load helpers

setup() {
	nk_setup
	S=$MNT/settings
}

stored() { xxd -p "$MNT/settings.etf" | tr -d '\n'; }

remount() {
	unmount_chip
	mount_chip
}

# cut_loop STEP MODEL IMAGE COMMAND...: COMMAND changes the map once; each run
# has the power cut at another of its commands, every STEPth of them.
cut_loop() {
	sim_only "power is cut at each command in turn by the simulator"
	local model=$2 image=$3 old new form
	local -i step=$1 first last at count=0 olds=0 news=0
	shift 3
	new_chip "$model" "$image"
	cp "$CHIP" "$TMP/before"
	mount_chip
	wait_until all_is_known
	old=$(stored)
	first=$(commands)+1
	"$@"
	last=$(commands)
	new=$(stored)
	unmount_chip
	# On a slow machine the driver has looked at the chip more often before.
	for ((at = first - 3; at <= last; at += step)); do
		for form in cut-before cut-torn cut-after; do
			cp "$TMP/before" "$CHIP"
			SIM_OPTIONS=faults=$form@$at mount_chip
			wait_until all_is_known
			"$@" 2>/dev/null || true
			remount
			case $(stored) in
			"$old") olds+=1 ;;
			"$new") news+=1 ;;
			*) fail "$form@$at: neither the old nor the new map" ;;
			esac
			unmount_chip
			count+=1
		done
	done
	echo "# $model: $count power cuts, $olds old, $news new" >&3
	((olds > 0 && news > 0))
}

change() { echo device.example.org >"$S/server"; }
shrink() { echo small >"$S/k"; }

@test "508A: a power cut leaves the old map or the new one" {
	cut_loop 3 508a settings-aux change
}

@test "608B: a power cut leaves the old map or the new one" {
	cut_loop 3 608b settings-aux change
}

@test "608A: a power cut leaves the old map or the new one" {
	cut_loop 3 608a settings-aux change
}

@test "Trust&Go: a power cut leaves the old map or the new one" {
	cut_loop 3 tng "" change
}

# The chip on the bus loses its power, and has it back under the same mount.
check_cuts() {
	local form old new
	local -i first length
	wait_until all_is_known
	change
	first=$(commands)
	echo "another host" >"$S/server"
	length=$(commands)-first
	new=$(stored)
	change
	old=$(stored)
	for form in cut-before cut-torn cut-after; do
		nerveskey-sim control "$TMP/bus.0.sock" \
			faults "$form@$((length * 4 / 5))"
		assert_errno ENODEV write_text "$S/server" "another host
"
		nerveskey-sim control "$TMP/bus.0.sock" power on
		assert_regex "$(stored)" "^($old|$new)\$"
		change
		assert_equal "$(stored)" "$old"
	done
}

@test "every part: a power cut on the bus leaves the old map or the new one" {
	[[ $NK_BUS == i2c ]] || skip "the bus has the switch"
	each_part provisioned check_cuts
}

@test "a map that fills the chip is changed under a journal" {
	cut_loop 14 608b settings-full shrink
	run -0 find "$TMP/state" -type f
	assert_output ""
}

@test "without a place for the journal a full map is not touched" {
	new_chip 608b settings-full
	mount_chip -o state=/dev/null/none
	cp "$CHIP" "$TMP/before"
	assert_errno ENOSPC write_text "$S/k" small
	unmount_chip
	cmp "$CHIP" "$TMP/before"
}

@test "an interrupted update is finished, and the log says so" {
	sim_only "power is cut by the simulator"
	new_chip 608b settings-aux
	cp "$CHIP" "$TMP/before"
	mount_chip
	wait_until all_is_known
	local server
	local -i first at
	first=$(commands)
	change
	# On a slow machine the driver may look at the chip more often below.
	at=$(commands)+3
	unmount_chip
	# From the last command back to the last write of the map.
	while ((at > first)); do
		cp "$TMP/before" "$CHIP"
		SIM_OPTIONS=faults=cut-torn@$at mount_chip
		wait_until all_is_known
		change 2>/dev/null || true
		remount
		server=$(cat "$S/server")
		assert_regex "$server" '^device\.(example|nerves-hub)\.org$'
		unmount_chip
		run cat "$TMP"/daemon.*.log
		if [[ $output == *"an interrupted settings update was finished"* ]]; then
			assert_equal "$server" device.example.org
			return
		fi
		at+=-1
	done
	fail "no interrupted update was finished"
}
