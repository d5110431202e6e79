# SPDX-License-Identifier: Apache-2.0
# Sixteen processes at once, for NK_SECONDS (6): certificates, listings,
# signatures in both ways, settings, random bytes.
# shellcheck disable=SC2030,SC2031 # each test is a subshell, as it should be

load helpers

# Threads that were not needed before, and 1,024 names of signatures/, 260 bytes
# each, before they are forgotten. To the page: memory.bats.
RSS_SLACK_KB=1024

setup() {
	nk_setup
	WORK=$TMP/work
	mkdir "$WORK"
}

# loop NAME COMMAND...: until the time is over; every failure is kept.
loop() {
	local name=$1
	local -i n=0
	shift
	while ((SECONDS < until)); do
		"$@" "$name" "$n" || echo "$name $n: $*" >>"$WORK/failures"
		n+=1
	done 2>>"$WORK/errors"
	echo "$n" >"$WORK/count.$name"
}

digest_of() { printf '%s' "$1" | sha256sum | cut -d ' ' -f 1; }

compare_certificates() {
	cmp "$MNT/chain.pem" "$TMP/chain.pem" &&
		cmp "$MNT/serial" "$TMP/serial"
}

list_all() { ls -lR "$MNT" >"$WORK/list.$1"; }

sign_by_file() {
	local digest
	digest=$(digest_of "$1 $2")
	{
		exec 4<>"$MNT/sign"
		printf %s "$digest" >&4 &&
			echo "$digest $(xxd -p -c 64 <&4)" >>"$WORK/signed.$1"
		exec 4>&-
	}
}

sign_by_name() {
	local digest
	digest=$(digest_of "$1 $2")
	echo "$digest $(xxd -p -c 64 "$MNT/signatures/$digest.raw")" \
		>>"$WORK/signed.$1"
}

set_own_key() {
	echo "$2" >"$MNT/settings/$1" && echo "$2" >"$WORK/last.$1"
}

draw() {
	local bytes
	bytes=$(head -c 32 "$MNT/random" | xxd -p -c 32)
	((${#bytes} == 64)) && echo "$bytes" >>"$WORK/drawn"
}

show_status() { grep -q '^present=yes' "$MNT/status"; }

# All sixteen, for so many seconds.
load_for() {
	local -i until=$((SECONDS + $1)) i
	local -a workers=()
	rm -f "$WORK"/*
	for i in 1 2 3; do
		loop "file$i" sign_by_file 3>&- &
		workers+=($!)
		loop "name$i" sign_by_name 3>&- &
		workers+=($!)
		loop "key$i" set_own_key 3>&- &
		workers+=($!)
	done
	for i in 1 2; do
		loop "cat$i" compare_certificates 3>&- &
		workers+=($!)
		loop "list$i" list_all 3>&- &
		workers+=($!)
		loop "random$i" draw 3>&- &
		workers+=($!)
	done
	loop status show_status 3>&- &
	workers+=($!)
	wait_all "${workers[@]}"
}

# Lines "digest signature": each fits, and no digest has another's.
verify_all() {
	cat "$WORK"/signed.* >"$WORK/all"
	python3 - "$MNT/pubkey.pem" "$WORK/all" <<-'END'
		import sys
		from cryptography.hazmat.primitives import hashes, serialization
		from cryptography.hazmat.primitives.asymmetric import ec, utils

		key = serialization.load_pem_public_key(open(sys.argv[1], "rb").read())
		how = ec.ECDSA(utils.Prehashed(hashes.SHA256()))
		lines = open(sys.argv[2]).read().splitlines()
		for line in lines:
		    digest, signature = map(bytes.fromhex, line.split())
		    r, s = signature[:32], signature[32:]
		    key.verify(utils.encode_dss_signature(
		        int.from_bytes(r, "big"), int.from_bytes(s, "big")),
		        digest, how)
		assert lines
		print(len(lines))
	END
}

# Without the pages of programs and libraries, which come and go.
rss_kb() { awk '/^RssAnon:/ { print $2 }' "/proc/$DAEMON/status"; }

assert_all_was_well() {
	local file
	local -i signatures
	assert_not_exists "$WORK/failures"
	if [[ -s $WORK/errors ]]; then
		cat "$WORK/errors" >&2
		return 1
	fi
	signatures=$(verify_all)
	for file in "$WORK"/last.*; do
		cmp "$file" "$MNT/settings/${file##*/last.}"
	done
	run sh -c "sort '$WORK/drawn' | uniq -d"
	assert_output ""
	echo "# $signatures signatures," \
		"$(awk '{ n += $1 } END { print n }' "$WORK"/count.*) operations" >&3
}

mount_known() {
	new_chip 608b settings-aux
	export SIM_OPTIONS=$1
	mount_chip
	cat "$MNT/chain.pem" >"$TMP/chain.pem"
	cat "$MNT/serial" >"$TMP/serial"
}

@test "sixteen processes: no error, no mix-up, no growth" {
	local -i before after
	mount_known clock=virtual
	load_for 3
	before=$(rss_kb)
	((before > 0))
	load_for "${NK_SECONDS:-6}"
	after=$(rss_kb)
	assert_all_was_well
	echo "# RSS $before kB after the warm-up, $after kB after the load" >&3
	# A sanitizer uses memory of its own.
	is_sanitized || ((after - before <= RSS_SLACK_KB))
}

@test "sixteen processes on a chip with its real times" {
	mount_known timing=typical
	load_for 3
	assert_all_was_well
}

@test "sixteen processes, under valgrind" {
	sim_only
	! is_sanitized || skip "a sanitizer is there already"
	[[ -x $(command -v valgrind) ]] || skip "no valgrind"
	# shellcheck disable=SC2317,SC2034 # mount_chip uses both
	nk_daemon_command() {
		nk_command=(valgrind --quiet --error-exitcode=99
			--leak-check=full --errors-for-leak-kinds=definite
			nerveskeyfs)
	}
	mount_known ""
	load_for "${NK_SECONDS:-5}"
	assert_all_was_well
	unmount_chip
}
