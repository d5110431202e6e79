# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Run the blocks of README.md and other pages as their readers do.

# page_blocks FILE KIND: its blocks of a kind ("sh", "console", ...), one after
# the other, for the chip at $MNT and the build that is tested.
page_blocks() {
	sed "s|/mnt/nerveskey|$MNT|g
		s|contrib/quickstart|$ROOT/contrib/quickstart $MNT|
		s|\$PWD/build|$NK_BUILD|" "$ROOT/$1" |
		awk -v fence="\`\`\`" -v kind="$2" '
		inside && $0 == fence { inside = 0; next }
		inside { print; n++ }
		$0 == fence kind { inside = 1 }
		END { exit n == 0 }'
}

# run_page_blocks FILE KIND: run all of them in one shell. None may fail.
run_page_blocks() {
	page_blocks "$1" "$2" >"$TMP/blocks"
	run -0 bash -e -x "$TMP/blocks"
}

# assert_like OUTPUT TEXT: they are equal, where "…" in TEXT stands for anything.
assert_like() {
	local pattern
	pattern=$(printf %s "$2" | sed 's/[][*?\\]/\\&/g; s/…/*/g')
	# shellcheck disable=SC2053
	[[ $1 == $pattern ]] || fail "$(printf 'the page says:\n%s\n' "$2"
		printf 'what comes out:\n%s\n' "$1")"
}
