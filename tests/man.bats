# SPDX-License-Identifier: Apache-2.0
# The manual pages: without warnings, and true to the programs and the mount.

load helpers

PAGES=$ROOT/contrib/man
PATH=$PATH:$ROOT/contrib/bin:$ROOT/contrib/factory

# options_of PROGRAM: what its help has that begins with a dash.
options_of() {
	{ "$1" --help || "$1" -h; } 2>/dev/null | grep -oE '(^|[^[:alnum:]-])--?[a-zA-Z][a-z-]*' |
		grep -oE -- '-.*' | sort -u
}

# items_of PAGE MACRO: what the page has items for, marked with that macro.
items_of() {
	grep "^\.It $2 " "$PAGES/$1" | grep -oE "\b$2 [^ ]+" |
		sed "s/^$2 //; s/=\$//" | sort -u
}

@test "no page has anything that mandoc warns of" {
	run -0 mandoc -T lint -W warning "$PAGES"/*.[1-8]
	assert_output ""
}

@test "no page has anything that man warns of" {
	run -0 --separate-stderr man --warnings -E UTF-8 -l -Tutf8 -Z \
		"$PAGES"/*.[1-8]
	# shellcheck disable=SC2154 # set by run
	assert_equal "$stderr" ""
}

@test "each page describes the options that its program has, and no other" {
	local page program
	for page in nerveskeyfs.8 nerveskey-{ca,factory,jwt,sim}.1; do
		program=${page%.*}
		run -0 options_of "$program"
		refute_output ""
		assert_equal "$output" "$(items_of "$page" Fl | sed 's/^/-/')"
	done
}

@test "nerveskeyfs(8) describes the mount options of --help, and no other" {
	nerveskeyfs --help | sed -n '/^OPTIONS/,/allow_other/p' |
		sed -n '/allow_other/d; s/^    \([a-z].*\)  .*/\1/p' |
		grep -oE '\b[a-z]+(=|\b)' | tr -d = | sort >"$TMP/help"
	assert_file_not_empty "$TMP/help"
	diff "$TMP/help" <(items_of nerveskeyfs.8 Cm)
}

# What nerveskey-sim does, and what its control does to a bus.
sim_commands() {
	nerveskey-sim --help | sed -n 's/^\([a-z]\+\)  .*/\1/p'
	nerveskey-sim --help | sed -n '/served at PATH/,/reset/p' | tr -d '\n' |
		sed 's/.*://' | tr , '\n' | awk '{ print $1 }'
}

@test "nerveskey-sim(1) describes the commands of --help, and no other" {
	sim_commands | sort >"$TMP/help"
	assert_file_not_empty "$TMP/help"
	diff "$TMP/help" <(sed '/^\.Ss Faults/,$d' \
		"$PAGES/nerveskey-sim.1" | grep '^\.It Cm' |
		grep -oE 'Cm [^ ]+' | sed 's/Cm //' | sort)
}

@test "nerveskey-layout(5) has every file of every part, with its mode" {
	local image
	for image in 608b-provisioned 608b-volatile tng; do
		use_image "$GOLDEN/chip-images/$image.json"
		mount_chip
		(cd "$MNT" && find . -mindepth 1 -not -path './settings/*' \
			-printf '%P %m\n') >>"$TMP/mounted"
		unmount_chip
		rm "$CHIP"
	done
	sed -n 's/^\.It Pa \([^ ]*\) No (0\(...\))$/\1 \2/p' \
		"$PAGES/nerveskey-layout.5" | sort >"$TMP/described"
	diff <(sed 's,^keys/[0-9]*,keys/N,' "$TMP/mounted" | sort -u) \
		"$TMP/described"
}

@test "nerveskey-pkcs11(7) has a line for each client that has a test" {
	sed -n '/^\.TS/,/^\.TE/s/.*\t\(pkcs11-[a-z]*\)$/\1/p' \
		"$PAGES/nerveskey-pkcs11.7" | sort -u >"$TMP/page"
	(cd "$ROOT/tests" && ls pkcs11-*.bats) | sed 's/\.bats//' |
		grep -vE '^pkcs11-(load|mount)$' >"$TMP/tests"
	assert_file_not_empty "$TMP/tests"
	diff "$TMP/tests" "$TMP/page"
}

# A delimiter alone after a macro is printed outside of it: ".Pa : Ns Ar name".
@test "no macro begins with punctuation that would be printed elsewhere" {
	run grep -nE '^\.(It )?(Pa|Cm|Ar|Fl|Ql|Li|Er) [.,:;?!()](  *|$)' \
		"$PAGES"/*.[1-8]
	assert_failure 1
	assert_output ""
}

@test "no line of an example is too long for 80 columns" {
	run grep -nE '^\.Dl .{69,}' "$PAGES"/*.[1-8]
	assert_failure 1
	assert_output ""
}

@test "nerveskey-layout(5) prints the names of settings as the mount has them" {
	mandoc -T utf8 -O width=500 "$PAGES/nerveskey-layout.5" | col -b \
		>"$TMP/printed"
	grep -qF "The name of an atom is :name." "$TMP/printed"
	grep -qF "any other term is %term- and its" "$TMP/printed"
}
