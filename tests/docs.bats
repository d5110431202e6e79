# SPDX-License-Identifier: Apache-2.0
# README.md and mnt-layout.md: their sh blocks run, and their console blocks show
# what really comes out ("…" stands for anything).

load helpers

setup() {
	nk_setup
	new_chip 608b
	mount_chip
	nerveskey-ca signer create "$TMP/signer"
	SIGNER=$TMP/signer SERIAL=NK-0001 provision_chip
	mkdir "$TMP/work"
	cd "$TMP/work" || return
	cp "$ROOT/README.md" .
	export XDG_STATE_HOME=$TMP
}

teardown() {
	cd /
	nk_teardown
}

# blocks FILE KIND: write the blocks of a kind to $TMP/block.1, and so on.
blocks() {
	sed "s|/mnt/nerveskey|$MNT|g
		s|contrib/quickstart|$ROOT/contrib/quickstart $MNT|" "$ROOT/$1" |
		awk -v fence="\`\`\`" -v kind="$2" -v out="$TMP/block." '
		inside && $0 == fence { inside = 0; next }
		inside { print > (out n) }
		$0 == fence kind { inside = 1; n++ }
		END { if (n == 0) exit 1 }'
}

run_sh_blocks() {
	local block
	blocks "$1" sh
	for block in "$TMP"/block.*; do
		cat "$block"
		run bash -e "$block"
		assert_success
	done
}

# Both are glob patterns with "…" for anything; a line of the page that is "…"
# alone is any number of lines.
assert_like() {
	local pattern
	pattern=$(printf %s "$2" | sed 's/[][*?\\]/\\&/g; s/…/*/g')
	# shellcheck disable=SC2053
	[[ $1 == $pattern ]] || fail "$(printf 'the page says:\n%s\n' "$2"
		printf 'what comes out:\n%s\n' "$1")"
}

# console_output BLOCK N: what is below the Nth "$ " line of a block.
console_commands() { sed -n 's/^\$ //p' "$1"; }

console_output() {
	awk -v want="$2" '/^\$ / { n++; next } n == want' "$1"
}

check_console_block() {
	local -a commands
	local -i n
	mapfile -t commands < <(console_commands "$1")
	((${#commands[@]} > 0))
	for ((n = 1; n <= ${#commands[@]}; n++)); do
		# Not in a subshell: a variable is there for the next command.
		eval "${commands[n - 1]}" >"$TMP/output" 2>&1 || true
		# Errors of the shell itself name the place in this file.
		sed -i 's/^.*: line [0-9]*: /bash: /' "$TMP/output"
		assert_like "$(cat "$TMP/output")" "$(console_output "$1" "$n")"
	done
}

@test "README.md: every sh block runs" {
	run_sh_blocks README.md
}

@test "README.md: every console block shows what comes out" {
	local block
	blocks README.md console
	for block in "$TMP"/block.*; do
		check_console_block "$block"
	done
}

@test "mnt-layout.md: every sh block runs" {
	run_sh_blocks mnt-layout.md
}

@test "mnt-layout.md has every name of the mount, with its mode" {
	local name mode
	find "$MNT" -mindepth 1 -maxdepth 1 -printf '%m %f\n' >"$TMP/names"
	assert_file_not_empty "$TMP/names"
	while read -r mode name; do
		grep -E "\`$name/?\`" "$ROOT/mnt-layout.md" |
			grep -q "0$mode" || fail "no $name of mode 0$mode"
	done <"$TMP/names"
}

@test "links between the pages lead somewhere" {
	local link
	grep -ohE '\]\([^)]*\)' "$ROOT"/README.md "$ROOT"/mnt-layout.md |
		sed 's/^](//; s/)$//' | grep -v '^https\?:' |
		while read -r link; do
			assert_exists "$ROOT/$link"
		done
}
