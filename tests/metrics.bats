# SPDX-License-Identifier: Apache-2.0
# metrics: numbers in Prometheus' text format.
# shellcheck disable=SC2030,SC2031 # each test is a subshell, as it should be

load helpers

# Check that standard input strictly is the text format: HELP and TYPE before the
# samples of a family, families in one piece, no sample twice, well-formed names,
# labels and values, counters that end in _total and are not negative, and a newline
# at the end. Prints what is wrong.
check_format() {
	python3 - /dev/fd/3 3<&0 <<-'PYTHON'
		import re, sys
		text = open(sys.argv[1]).read()
		name = r'[a-zA-Z_:][a-zA-Z0-9_:]*'
		label = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"'
		sample = re.compile(rf'({name})(\{{{label}(?:,{label})*\}})? (\S+)')
		helps, types, closed, seen, current = set(), {}, set(), set(), None
		def wrong(line, why):
		    sys.exit(f'{why}: {line}')
		if not text.endswith('\n'):
		    wrong(text[-40:], 'the last line has no end')
		for line in text[:-1].split('\n'):
		    words = line.split(' ', 3)
		    if line.startswith('# HELP '):
		        if len(words) < 4 or not re.fullmatch(name, words[2]):
		            wrong(line, 'HELP without name or text')
		        if words[2] in helps or words[2] in closed:
		            wrong(line, 'a second HELP')
		        helps.add(words[2])
		    elif line.startswith('# TYPE '):
		        if words[2] in types or words[2] not in helps:
		            wrong(line, 'a second TYPE, or none of HELP')
		        if words[3] not in ('counter', 'gauge'):
		            wrong(line, 'an unknown type')
		        if (words[3] == 'counter') != words[2].endswith('_total'):
		            wrong(line, 'counters, and only they, end in _total')
		        types[words[2]] = words[3]
		    else:
		        match = sample.fullmatch(line)
		        if not match:
		            wrong(line, 'no sample')
		        family, labels, value = match.groups()
		        if family not in types or family in closed:
		            wrong(line, 'a sample outside its family')
		        if current not in (None, family):
		            closed.add(current)
		        current = family
		        if (family, labels) in seen:
		            wrong(line, 'a sample twice')
		        seen.add((family, labels))
		        if not re.fullmatch(r'[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?', value):
		            wrong(line, 'no number, or a negative one')
		if set(types) != {family for family, labels in seen}:
		    wrong(sorted(types), 'a family without samples')
	PYTHON
}

# metric SAMPLE: its value.
metric() {
	sed -n "s/^nerveskey_$1 //p" "$MNT/metrics"
}

done_of() { metric "operations_total{operation=\"$1\"}"; }
errors_of() { metric "operation_errors_total{operation=\"$1\"}"; }

sign_message() {
	cat "$MNT/signatures/$(printf x | sha256sum | cut -c -64).der"
}

@test "the format is Prometheus' own" {
	new_chip 608b settings-aux
	mount_chip
	sign_message >"$TMP/signature"
	cat "$MNT/chain.pem" >"$TMP/chain"
	cat "$MNT/metrics" >"$TMP/metrics"
	run check_format <"$TMP/metrics"
	assert_success
	assert_output ""
}

@test "the check of the format finds what is wrong" {
	local head="# HELP a_total x
# TYPE a_total counter"
	local good="$head
a_total{b=\"c\"} 1"
	check_format <<<"$good"
	local bad
	for bad in "a_total 1" "$good
a_total{b=\"c\"} 2" "$head" "$head
a_total -1" "$head
a_total{b=c} 1" "$head
a_total NaN" "${head//_total/}
a 1" "$good
# TYPE a_total counter"; do
		run check_format <<<"$bad"
		assert_failure
	done
	run check_format < <(printf %s "$good")
	assert_failure
}

@test "a chip that is not there has metrics as well" {
	sim_only
	new_chip 608b provisioned
	export SIM_OPTIONS=faults=gone@1
	mount_chip -o wait
	cat "$MNT/metrics" >"$TMP/metrics"
	run check_format <"$TMP/metrics"
	assert_success
	assert_equal "$(metric present)" 0
	(("$(errors_of open)" > 0))
}

check_metrics() {
	assert_equal "$(done_of sign)" 0
	sign_message >"$TMP/signature"
	cat "$MNT/chain.pem" >"$TMP/chain"
	assert_errno EINVAL write_text "$MNT/settings/%zz" value
	echo value >"$MNT/settings/key"
	assert_equal "$(done_of sign) $(errors_of sign)" "1 0"
	assert_equal "$(done_of settings_write)" 1
	assert_equal "$(metric present)" 1
	run check_format <"$MNT/metrics"
	assert_success
	assert_output ""
}

@test "every part: the format is Prometheus' own, and operations are counted" {
	each_part provisioned check_metrics
}

@test "operations are counted, and the time they take" {
	new_chip 608b provisioned
	mount_chip
	assert_equal "$(done_of sign)" 0
	sign_message >"$TMP/signature"
	sign_message >"$TMP/signature"
	assert_equal "$(done_of sign)" 2
	assert_equal "$(errors_of sign)" 0
	assert_equal "$(metric present)" 1
	(("$(metric chip_wakes_total)" >= 2))
	(("$(metric chip_commands_total)" > "$(metric chip_wakes_total)"))
	local total longest
	total=$(metric 'operation_seconds_total{operation="sign"}')
	longest=$(metric 'operation_longest_seconds{operation="sign"}')
	python3 -c "import sys; sys.exit(not 0 < $longest <= $total)"
}

@test "errors are counted" {
	new_chip 608b volatile
	mount_chip
	assert_errno EACCES sign_message
	assert_equal "$(done_of sign)" 1
	assert_equal "$(errors_of sign)" 1
}

# A damaged command is sent again, a damaged reply is read again.
@test "retries and what caused them are counted" {
	sim_only
	new_chip 608b provisioned
	export SIM_OPTIONS=clock=virtual,faults=crc@20+crc@25
	mount_chip
	assert_equal "$(metric chip_retries_total)" 1
	assert_equal "$(metric chip_crc_errors_total)" 1
}

# Both counts begin with the mount. Opcode 12 is Write.
writes_agree() {
	[[ $(metric eeprom_writes_total) == "$(nerveskey-sim control \
		"$TMP/bus.0.sock" stats | jq '.by_opcode["12"] // 0')" ]]
}

@test "EEPROM writes are counted, each one that the chip is told to do" {
	[[ $NK_BUS == i2c ]] || skip "the served bus has statistics"
	local -i before
	new_chip 508a settings-aux
	mount_chip
	wait_until all_is_known
	before=$(metric eeprom_writes_total)
	sign_message >"$TMP/signature"
	assert_equal "$(metric eeprom_writes_total)" "$before"
	printf %s device.nerves-hub.com >"$MNT/settings/server"
	# One block changes, under a record of two.
	(($(metric eeprom_writes_total) >= before + 3))
	wait_until writes_agree
}

@test "cache hits and misses are counted" {
	new_chip 608b provisioned
	mount_chip
	local -i hits misses
	misses=$(metric cache_misses_total)
	assert_errno ENODATA cat "$MNT/aux/device.pem"
	(($(metric cache_misses_total) > misses))
	cat "$MNT/device.pem" >"$TMP/device"
	hits=$(metric cache_hits_total)
	misses=$(metric cache_misses_total)
	cat "$MNT/device.pem" >"$TMP/device"
	(($(metric cache_hits_total) > hits))
	assert_equal "$(metric cache_misses_total)" "$misses"
}

@test "reading metrics does not touch the chip" {
	new_chip 608b provisioned
	mount_chip
	wait_until all_is_known
	local before
	before=$(metric chip_wakes_total)
	cat "$MNT/metrics" "$MNT/metrics" >"$TMP/metrics"
	assert_equal "$(metric chip_wakes_total)" "$before"
}
