# SPDX-License-Identifier: Apache-2.0
# README.md and other pages: their sh blocks run, "sh blank-chip" ones on a chip
# that is not provisioned ("sh volatile" on another), and console blocks show what
# really comes out ("…" stands for anything). "sh hsm" is for hsm.bats.

load helpers
load docs

setup() {
	nk_setup
	mkdir "$TMP/work"
	cd "$TMP/work" || return
	cp "$ROOT/README.md" .
	export XDG_STATE_HOME=$TMP
}

teardown() {
	cd /
	nk_teardown
}

blank() {
	new_chip 608b
	mount_chip
}

# The chip of the quickstart.
provisioned() {
	blank
	nerveskey-ca signer create "$TMP/signer"
	SIGNER=$TMP/signer SERIAL=NK-0001 provision_chip
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
		sed -i 's,^/.*: line [0-9]*: ,bash: ,' "$TMP/output"
		assert_like "$(cat "$TMP/output")" "$(console_output "$1" "$n")"
	done
}

@test "README.md: every sh block runs, with the programs where it says they are" {
	provisioned
	PATH=${PATH//"$NK_BUILD/bin:"/} run_page_blocks README.md sh
}

@test "README.md: every console block shows what comes out" {
	provisioned
	page_blocks README.md console >"$TMP/blocks"
	check_console_block "$TMP/blocks"
}

@test "README.md: its request provisions a blank chip" {
	blank
	run_page_blocks README.md "sh blank-chip"
	assert_equal "$(state_of state)" complete
	assert_equal "$(cat "$MNT/serial")" NK-0002
}

@test "mnt-layout.md: every sh block runs" {
	provisioned
	run_page_blocks mnt-layout.md sh
}

@test "mnt-layout.md: a blank chip gets a certificate that was signed elsewhere" {
	blank
	nerveskey-ca signer create ca
	run_page_blocks mnt-layout.md "sh blank-chip"
	assert_equal "$(state_of state)" complete
	run openssl verify -CAfile ca.cert "$MNT/device.pem"
	assert_success
}

@test "mnt-layout.md: a blank chip gets volatile keys, and derives one" {
	blank
	run_page_blocks mnt-layout.md "sh volatile"
	assert_equal "$(state_of latch)" open
	assert_equal "$(stat -c %s disk.key)" 32
}

@test "contrib/factory/README.md: its sh block provisions two chips" {
	run_page_blocks contrib/factory/README.md sh
	assert_line --regexp '^S0001 [0-9a-f]{18}$'
	assert_line --regexp '^S0002 [0-9a-f]{18}$'
}

@test "contrib/pkcs11/README.md: its sh block shows the key" {
	provisioned
	run_page_blocks contrib/pkcs11/README.md sh
	assert_line --partial "token=NK-0001"
	assert_line --regexp '^ecdsa-sha2-nistp256 .* device$'
}

# elixir_commands HEADING: the right column of the table below it.
# shellcheck disable=SC2016 # these backticks are Markdown's
elixir_commands() {
	sed "s|/mnt/nerveskey|$MNT|g" "$ROOT/contrib/doc/elixir.md" |
		awk -v heading="## $1" '/^## / { on = $0 == heading }
			on && /^\| `/' |
		sed 's/^.*| `\(.*\)` |$/\1/'
}

# run_elixir_commands HEADING: each must succeed, and print something or write.
run_elixir_commands() {
	local command
	while read -r command; do
		eval "$command" >"$TMP/output" 2>&1 </dev/null ||
			fail "$command: $(<"$TMP/output")"
		[[ $command == *" > "* || $command == grep\ -qx* ]] ||
			assert_file_not_empty "$TMP/output"
	done < <(elixir_commands "$1")
}

# Lines of tables with a call of Elixir, and those that the tests below run.
@test "contrib/doc/elixir.md: no call of its tables is left out" {
	local -i all
	all=$(awk '/^\| Elixir/ { on = 1; next } !/^\|/ { on = 0 }
		on && !/^\|-/' "$ROOT/contrib/doc/elixir.md" | wc -l)
	run -0 eval 'elixir_commands "On a chip that is provisioned"
		elixir_commands "On a blank chip"'
	((all > 15))
	assert_equal "${#lines[@]}" "$all"
}

@test "contrib/doc/elixir.md: the right column works on a provisioned chip" {
	provisioned
	nerveskey-ca signer create signer
	cat "$MNT/settings.etf" >map.etf
	# shellcheck disable=SC2034 # the page's commands use it
	digest=$(sha256sum </dev/null | cut -d ' ' -f 1)
	run_elixir_commands "On a chip that is provisioned"
	assert_equal "$(state_of aux)" no
	assert_equal "$(xxd -p "$MNT/settings.etf")" 837400000000
}

@test "contrib/doc/elixir.md: the right column provisions a blank chip" {
	blank
	run_elixir_commands "On a blank chip"
	assert_equal "$(state_of state) $(<"$MNT/serial")" "complete N1"
	openssl verify -CAfile signer.cert "$MNT/device.pem" N1.cert
}

@test "contrib/doc/clouds.md: its sh block proves that a signer has its key" {
	run_page_blocks contrib/doc/clouds.md sh
	assert_line "proof.pem: OK"
}

@test "mnt-layout.md: the keys of its table have the names of its table" {
	provisioned
	erl -noshell -eval '
		Keys = [<<"server">>, server, <<"a/b">>, list_to_atom("50%25"), <<":a">>,
			<<"%a">>, <<"..">>, 7, {}],
		T = term_to_binary(maps:from_list([{K, 1} || K <- Keys])),
		[File] = init:get_plain_arguments(),
		ok = file:write_file(File, T), halt().' -extra "$TMP/map"
	write_file "$MNT/settings.etf" "$TMP/map"
	run -0 ls -A "$MNT/settings"
	# shellcheck disable=SC2016 # these backticks are Markdown's
	assert_output "$(sed -n '/^| key, as/,/^$/s/^.*| \(.*\) |$/\1/p' \
		"$ROOT/mnt-layout.md" | grep -o '`[^`]*`' | tr -d '`' |
		grep -v long- | sort)"
}

@test "mnt-layout.md has every name of the mount, with its mode" {
	local image name mode
	for image in 608b-provisioned 608b-volatile tng; do
		use_image "$GOLDEN/chip-images/$image.json"
		mount_chip
		find "$MNT" -mindepth 1 -maxdepth 1 -printf '%m %f\n'
		unmount_chip
	done >"$TMP/names"
	assert_file_not_empty "$TMP/names"
	while read -r mode name; do
		grep -E "\`$name/?\`" "$ROOT/mnt-layout.md" |
			grep -q "0$mode" || fail "no $name of mode 0$mode"
	done <"$TMP/names"
}

# anchors FILE: its headings, as links name them.
anchors() {
	sed -n 's/^##* //p' "$1" | tr '[:upper:] ' '[:lower:]-' |
		tr -dc '[:lower:][:digit:]\n_-'
}

# links_of FILE: where its links lead, but for other sites.
links_of() {
	grep -oE '\]\([^)]*\)' "$1" | sed 's/^](//; s/)$//' |
		grep -v '^https\?:' || true
}

PAGES=("$ROOT"/*.md "$ROOT"/.github/*.md "$ROOT"/contrib/doc/*.md
	"$ROOT"/core/*.md "$ROOT"/{contrib,core}/*/README.md
	"$ROOT/tests/README.md")

# assert_links PAGE...: each link leads to a file, and to a heading of it.
assert_links() {
	local page link target
	for page; do
		for link in $(links_of "$page"); do
			target=$(dirname "$page")/${link%%#*}
			[[ $link != "#"* ]] || target=$page
			assert_exists "$target"
			[[ $link != *"#"* ]] || anchors "$target" |
				grep -qx "${link#*#}" || fail "$page: $link"
		done
	done
}

@test "links between the pages lead somewhere" {
	assert_links "${PAGES[@]}"
}

@test "links between the installed pages lead somewhere" {
	local pages
	DESTDIR=$TMP/root cmake --install "$NK_BUILD" >/dev/null
	mapfile -t pages < <(find "$TMP/root" -name '*.md')
	((${#pages[@]} >= 9))
	assert_links "${pages[@]}"
}

# linked FILE...: the libraries that they need, but for the C library's.
linked() {
	objdump -p "$@" | sed -n 's/^ *NEEDED *\(.*\)\.so\..*/\1/p' |
		grep -vxE 'libc|libm|ld-linux.*' | LC_ALL=C sort -u
}

@test "the bill of materials is made of the libraries that are linked" {
	! is_sanitized ||
		skip "a sanitizer is a library more"
	run -0 linked "$NK_BUILD"/bin/nerveskey{fs,-ca,-sim} \
		"$NK_BUILD/lib/nerveskey-pkcs11.so"
	assert_equal "$(jq -r '.components[].name' \
		"$NK_BUILD/nerveskeyfs.cdx.json")" "$output"
	assert_equal "$(jq -r '.components | map(select(.name != "libi2c" and
		.version == null)) | length' "$NK_BUILD/nerveskeyfs.cdx.json")" 0
}

# blocks_of PAGE...: "PAGE KIND" of each block that a reader would run.
blocks_of() {
	local page
	for page; do
		sed -nE "s,^\`\`\`(sh|console),${page#"$ROOT"/} \1,p" "$page"
	done | sort -u
}

@test "a test runs every sh and console block of the pages" {
	local page kind
	local -i n=0
	while read -r page kind; do
		grep -qE "page_blocks $page ($kind|\"$kind\")( |\$)" \
			"$ROOT"/tests/*.bats || fail "$page: $kind"
		n+=1
	done < <(blocks_of "${PAGES[@]}")
	((n >= 11))
}

@test "the packages that the pages install are listed" {
	local purpose
	grep -h '^sudo contrib/install-packages ' "${PAGES[@]}" |
		cut -d ' ' -f 3- | tr ' ' '\n' >"$TMP/purposes"
	assert_file_not_empty "$TMP/purposes"
	while read -r purpose; do
		grep -qx "$purpose:" "$ROOT/contrib/packages" || fail "$purpose"
	done <"$TMP/purposes"
}

@test "the places in the tree that the pages name are there" {
	local place
	# shellcheck disable=SC2016 # these backticks are Markdown's
	for place in $(grep -ohE '`(contrib|core|fs|tests)/[a-z0-9_./-]+`' \
		"${PAGES[@]}" | tr -d '`'); do
		assert_exists "$ROOT/$place"
	done
}

@test "core/ARCHITECTURE.md: its functions are there" {
	local name
	local -i n=0
	# shellcheck disable=SC2016 # these backticks are Markdown's
	for name in $(grep -ohE '`[a-z_]+\(\)`' "$ROOT/core/ARCHITECTURE.md" |
		tr -d '`()' | sort -u); do
		grep -rqE --include='*.c' "^[a-z].*\b$name\(" "$ROOT"/{core,fs} ||
			fail "$name() is defined nowhere"
		n+=1
	done
	((n > 20))
}

# sentences_of PAGE: the right column of its tables of EINVAL.
sentences_of() {
	awk '/^\| EINVAL because/ { on = 1; next } !/^\|/ { on = 0 }
		on && !/^\|-/' "$1" | sed 's/ |$//; s/^.* | //'
}

@test "mnt-layout.md: the sentences of its tables of EINVAL are those of the code" {
	cat "$ROOT"/{core,fs}/*.c "$ROOT"/core/*/*.c 2>/dev/null | tr -d '\n\t' |
		sed 's/" *"//g; s/\\"/"/g' >"$TMP/code"
	sentences_of "$ROOT/mnt-layout.md" | sed 's/…/\n/g' |
		sed 's/^[ ,:."]*//; s/[ ,:"]*$//; /^$/d' >"$TMP/pieces"
	assert_equal "$(($(wc -l <"$TMP/pieces") > 30))" 1
	while read -r piece; do
		grep -qF -- "$piece" "$TMP/code" || fail "no sentence says: $piece"
	done <"$TMP/pieces"
}
