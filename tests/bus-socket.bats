# SPDX-License-Identifier: Apache-2.0
# The socket of nerveskey-sim serve: its bytes, its clients, its options, and
# what its control channel says.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; $server

load helpers
load sim-server

setup() { setup_server; }
teardown() { teardown_server; }

# Requests in hex: op, address, length (little-endian), data. The commands are W
# of 8 bytes: word address 03, then the packet.
WAKE=57000000
READ_4=52600400
READ_7=52600700
REVISION=57600800030730000000035d
RANDOM_32=5760080003071b00000024cd
LOCK_CONFIG=57600800030717800000398d
UNKNOWN=576008000307990000003ad9
# Acknowledged, and the four bytes of a chip that woke; the revision of a 608B.
AWAKE=0004113343
ANSWER=00070000600383bb

# talk HEX...: to the bus, over one connection; all that comes back, in hex.
# A comma in HEX is where it is sent in two pieces.
talk() {
	python3 - "$SOCKET" "$@" <<-'END'
		import socket, sys
		bus = socket.socket(socket.AF_UNIX)
		bus.settimeout(20)
		bus.connect(sys.argv[1])
		for request in sys.argv[2:]:
		    for piece in request.split(","):
		        bus.sendall(bytes.fromhex(piece))
		bus.shutdown(socket.SHUT_WR)
		print(b"".join(iter(lambda: bus.recv(4096), b"")).hex())
	END
}

# stats FILTER...: of the control channel's statistics, by jq.
stats() { jq -c "$@" <(control stats); }

@test "the general call wakes the chip, and is acknowledged by nobody" {
	new_chip 608b
	serve_chip
	run talk "$READ_4" "$WAKE" "$READ_4"
	assert_output "0606$AWAKE"
	# With a byte of data, as adapters that know no empty message send it.
	talk 5760010001
	run talk 5700010000 "$READ_4"
	assert_output "06$AWAKE"
}

@test "a command is written and its reply read" {
	new_chip 608b
	serve_chip
	run talk "$WAKE" "$READ_4" "$REVISION" "$READ_7"
	assert_output "06${AWAKE}00$ANSWER"
}

@test "an empty write or read asks whether somebody is there" {
	new_chip 608b
	serve_chip
	run talk 57600000 52600000 "$WAKE" 57600000 52600000 57610000 52610000
	assert_output 06060600000606
}

@test "data that is not acknowledged is 121, a stuck bus 110" {
	new_chip 608b
	serve_chip
	run talk "$WAKE" 5760010004
	assert_output 0679
	control faults stuck@1
	run talk "$WAKE" "$READ_4" 57600000
	assert_output 6e6e6e
}

@test "a state file that cannot be written is its errno, and nothing is done" {
	new_chip 608b
	serve_chip
	run talk "$WAKE" "$READ_4"
	assert_output "06$AWAKE"
	mv "$CHIP" "$CHIP.aside"
	mkdir "$CHIP" "$CHIP/in-the-way"
	run talk "$LOCK_CONFIG"
	rm -r "$CHIP"
	mv "$CHIP.aside" "$CHIP"
	assert_output --regexp '^[0-9a-f]{2}$'
	refute_output 00
	run nerveskey-sim show "$CHIP"
	assert_line "configuration: open"
}

@test "lengths are little-endian, and up to 65535" {
	new_chip 608b
	serve_chip
	run talk "$WAKE" 52600501
	assert_equal "${#output}" $((2 * (1 + 1 + 261)))
	run talk "$WAKE" 5260ffff
	assert_equal "${#output}" $((2 * (1 + 1 + 65535)))
}

@test "requests may come in pieces, and several at once" {
	new_chip 608b
	serve_chip
	run talk "5,7"
	assert_failure
	run talk "57,00,00,00$READ_4${REVISION:0:10},${REVISION:10}$READ_7"
	assert_output "06${AWAKE}00$ANSWER"
}

@test "what is no request ends its connection, and no other" {
	new_chip 608b
	serve_chip
	run talk 58600000"$WAKE"
	assert_output ""
	run talk "$WAKE"
	assert_output 06
}

@test "clients share one bus, and wait for nobody's half request" {
	new_chip 608b
	serve_chip
	run python3 - "$SOCKET" "$WAKE" "$READ_4" "$REVISION" "$READ_7" <<-'END'
		import socket, sys
		wake, read4, revision, read7 = map(bytes.fromhex, sys.argv[2:])
		def client():
		    bus = socket.socket(socket.AF_UNIX)
		    bus.settimeout(20)
		    bus.connect(sys.argv[1])
		    return bus
		def ask(bus, request, size):
		    bus.sendall(request)
		    return bus.recv(size, socket.MSG_WAITALL).hex()
		idle, half, a, b = (client() for _ in range(4))
		half.sendall(revision[:6])
		gone = client()
		gone.sendall(revision[:3])
		gone.close()
		print(ask(a, wake, 1), ask(b, read4, 5), ask(a, revision, 1),
		      ask(b, read7, 8))
		print(ask(half, revision[6:], 1), ask(half, read7, 8))
	END
	assert_success
	assert_line --index 0 "06 $AWAKE 00 $ANSWER"
	assert_line --index 1 "00 $ANSWER"
}

@test "more clients than there is room for are turned away, and then let in" {
	new_chip 608b
	serve_chip
	run python3 - "$SOCKET" "$WAKE" <<-'END'
		import socket, sys
		def client():
		    bus = socket.socket(socket.AF_UNIX)
		    bus.settimeout(20)
		    bus.connect(sys.argv[1])
		    return bus
		def ask(bus):
		    try:
		        bus.sendall(bytes.fromhex(sys.argv[2]))
		        return bus.recv(1).hex()
		    except (BrokenPipeError, ConnectionResetError):
		        return ""
		answers = [(bus, ask(bus)) for bus in (client() for _ in range(70))]
		print(sum(answer == "06" for _, answer in answers))
		for bus, _ in answers:
		    bus.close()
		print(ask(client()))
	END
	assert_success
	assert_line --index 0 64
	assert_line --index 1 06
}

@test "--addr is where it answers" {
	new_chip 608b
	serve_chip --addr 0x48
	run talk "$WAKE" 57600000 57480000
	assert_output 060600
}

@test "--faults are counted from power-on" {
	new_chip 608b
	serve_chip --faults nak@2+crc@4
	run talk "$WAKE" "$READ_4" "$READ_4" "$REVISION" "$READ_4"
	assert_output "0606${AWAKE}000004ff0142"
}

# Only bus time passes: 80 reads that no chip answers.
pass_time() { printf '52610000%.0s' {1..80}; }

@test "--timing and --hz are the time that is modelled" {
	local options
	while read -ra options; do
		new_chip 608b
		serve_chip "${options[@]}"
		run talk "$WAKE$(pass_time)$READ_4$REVISION$(pass_time)$READ_7"
		assert_output --partial "06${AWAKE}00"
		assert_output --regexp "06$ANSWER\$|00$ANSWER\$"
		stats '[.execution_us, .bus_us]' >>"$TMP/times"
		kill "$server"
		wait "$server"
		rm "$CHIP"
	done <<-END
		--timing none
		--timing typical
		--timing max --hz 50000
	END
	run cat "$TMP/times"
	assert_line --index 0 '[0,0]'
	assert_line --index 1 '[500,16470]'
	assert_line --index 2 '[5000,32940]'
}

@test "--seed makes the same chip and the same random numbers" {
	local _
	for _ in 1 2; do
		serve_chip --seed 9
		talk "$WAKE$READ_4$RANDOM_32" 52602300 >>"$TMP/replies"
		stats .chip_serial >>"$TMP/serials"
		kill "$server"
		wait "$server"
		rm "$CHIP"
	done
	run uniq -c "$TMP/replies"
	assert_output --regexp '^ *2 06'
	run uniq -c "$TMP/serials"
	assert_output --regexp '^ *2 "0123'
}

@test "statistics: what was on the bus, what was executed, what the chip is" {
	new_chip 608b
	serve_chip
	talk "$WAKE" "$READ_4" "$REVISION" "$READ_7" "$REVISION" "$READ_7" \
		"$UNKNOWN" "$READ_4" 57610000
	run stats '[.transfers, .naks, .wakes, .bytes_written, .bytes_read]'
	assert_output '[9,2,1,24,22]'
	run stats '[.commands, .refused, .by_opcode]'
	assert_output '[3,1,{"30":2,"99":1}]'
	run stats '[.powered, .present, .latch]'
	assert_output '[true,true,false]'
	run stats .chip_serial
	assert_output "\"$(jq -r '.config[0:8] + .config[16:26]' "$CHIP")\""
	run stats '[.bus_us, .execution_us, .now_us]'
	assert_output '[0,0,0]'
	control remove
	run stats '[.powered, .present]'
	assert_output '[false,false]'
}

@test "faults are ordered, called off, and end with a power cycle" {
	new_chip 608b
	serve_chip
	talk "$WAKE$READ_4"
	control faults nak@2+nak@3
	run talk 576000005760000057600000
	assert_output 000606
	control faults nak@1
	control no-faults
	run talk 57600000
	assert_output 00
	control faults stuck@1
	run talk 57600000
	assert_output 6e
	control power cycle
	run talk 57600000 "$WAKE" "$READ_4"
	assert_output "0606$AWAKE"
}

# line TEXT...: to the control socket, as it is; what comes back.
line() {
	python3 - "$SOCKET.ctl" "$@" <<-'END'
		import socket, sys
		control = socket.socket(socket.AF_UNIX)
		control.settimeout(20)
		control.connect(sys.argv[1])
		try:
		    for piece in sys.argv[2:]:
		        control.sendall(piece.encode().decode("unicode_escape").encode())
		    sys.stdout.write(control.recv(65536).decode())
		except (BrokenPipeError, ConnectionResetError):
		    pass
	END
}

@test "the control channel takes one line, in pieces if need be, and answers" {
	new_chip 608b
	serve_chip
	run line 'power ' 'off\n'
	assert_output ""
	run stats .powered
	assert_output false
	run line 'stats\nstats\n'
	assert_equal "$(jq -s length <<<"$output")" 1
	run line 'frobnicate\n'
	assert_output --regexp '^error: there is no control command "frobnicate"'
	# A line that never ends is given up.
	run line "$(printf 'x%.0s' {1..5000})"
	assert_output ""
	run stats .powered
	assert_output false
}
