# SPDX-License-Identifier: Apache-2.0
# settings/ as a directory: what shells, copiers and editors do to it, what a
# refused write leaves, and that each change is one update of the chip.

load helpers

setup() {
	nk_setup
	S=$MNT/settings
}

mounted() {
	new_chip "${1:-608b}" "${2-provisioned}"
	mount_chip
}

# Updates of the chip so far.
updates() {
	sed -n 's/^nerveskey_operations_total{operation="settings_write"} //p' \
		"$MNT/metrics"
}

# assert_updates N COMMAND...: it makes N updates.
assert_updates() {
	local -i before want=$1
	before=$(updates)
	shift
	"$@"
	assert_equal "$*: $(($(updates) - before)) updates" \
		"$*: $want updates"
}

assert_names() {
	run -0 ls -A "$S"
	assert_output "$(printf '%s\n' "$@")"
}

has_no_names() { [[ -z $(ls -A "$S") ]]; }

# After a remount only what the chip holds is there.
remount() {
	unmount_chip
	mount_chip
}

redirect() { printf %s "$2" >"$1"; }
append() { printf %s "$2" >>"$1"; }
empty() { : >"$1"; }

check_directory() {
	local room=524
	[[ $PART != tng ]] || room=416
	assert_updates 1 redirect "$S/key" one
	assert_updates 1 append "$S/key" $'two\n'
	assert_updates 1 sed -i s/two/three/ "$S/key"
	assert_updates 1 mv "$S/key" "$S/moved"
	assert_updates 1 truncate -s 7 "$S/moved"
	head -c "$room" /dev/zero >"$TMP/big"
	assert_errno ENOSPC cp "$TMP/big" "$S/moved"
	remount
	assert_names moved
	assert_equal "$(cat "$S/moved")" onethre
	assert_updates 1 rm "$S/moved"
	remount
	assert_names
}

@test "every part: create, append, sed -i, mv, truncate, rm, by one update each" {
	each_part provisioned check_directory
}

@test "a redirection makes a key by one update" {
	mounted
	assert_updates 1 redirect "$S/key" value
	assert_names key
	remount
	assert_equal "$(cat "$S/key")" value
}

@test "a value keeps every byte" {
	mounted
	head -c 256 /dev/urandom >"$TMP/bytes"
	cp "$TMP/bytes" "$S/bytes"
	printf 'line\n' >"$S/line"
	printf 'a\0b' >"$S/nul"
	remount
	cmp "$TMP/bytes" "$S/bytes"
	printf 'line\n' | cmp - "$S/line"
	printf 'a\0b' | cmp - "$S/nul"
	assert_equal "$(stat -c %s "$S/bytes")" 256
}

@test "a redirection over a key replaces it by one update" {
	mounted
	redirect "$S/key" "a long value"
	assert_updates 1 redirect "$S/key" short
	assert_equal "$(cat "$S/key")" short
}

@test "appending adds to what is there" {
	mounted
	redirect "$S/key" one
	assert_updates 1 append "$S/key" two
	tee -a "$S/key" <<<three >/dev/null
	assert_equal "$(cat "$S/key")" onetwothree
}

@test "writes that follow each other on one descriptor make one value" {
	mounted
	{
		printf one
		printf two
		printf three
	} >"$S/key"
	assert_equal "$(cat "$S/key")" onetwothree
}

@test "a part in the middle can be overwritten" {
	mounted
	redirect "$S/key" 0123456789
	printf AB | dd of="$S/key" bs=1 seek=4 conv=notrunc status=none
	assert_equal "$(cat "$S/key")" 0123AB6789
}

@test "an empty redirection empties a key, once and for all" {
	mounted
	redirect "$S/key" value
	empty "$S/key"
	assert_equal "$(stat -c %s "$S/key")" 0
	remount
	assert_names key
	assert_equal "$(stat -c %s "$S/key")" 0
}

@test "touch makes an empty key" {
	mounted
	assert_updates 1 touch "$S/key"
	remount
	assert_names key
	assert_updates 0 touch "$S/key"
}

@test "who makes a file only to lock it has made an empty key" {
	mounted
	flock "$S/key" true
	remount
	assert_names key
}

@test "truncate cuts and extends with zeros" {
	mounted
	redirect "$S/key" 0123456789
	truncate -s 4 "$S/key"
	assert_equal "$(cat "$S/key")" 0123
	truncate -s 6 "$S/key"
	printf '0123\0\0' | cmp - "$S/key"
	truncate -s 0 "$S/key"
	remount
	assert_equal "$(stat -c %s "$S/key")" 0
}

@test "a file that is emptied and made longer keeps its length" {
	mounted
	redirect "$S/key" old
	python3 -c 'import os, sys
f = os.open(sys.argv[1], os.O_WRONLY | os.O_TRUNC)
os.ftruncate(f, 5)
os.pwrite(f, b"ab", 0)' "$S/key"
	printf 'ab\0\0\0' | cmp - "$S/key"
}

@test "rm removes a key by one update" {
	mounted
	redirect "$S/key" value
	redirect "$S/other" value
	assert_updates 1 rm "$S/key"
	remount
	assert_names other
	assert_errno ENOENT cat "$S/key"
}

@test "rm -r empties the directory, which stays" {
	mounted
	redirect "$S/one" 1
	redirect "$S/two" 2
	assert_errno EPERM rm -r "$S"
	remount
	assert_names
}

@test "mv renames a key by one update, also over another" {
	mounted
	redirect "$S/one" 1
	redirect "$S/two" 2
	assert_updates 1 mv "$S/one" "$S/three"
	assert_names three two
	assert_updates 1 mv "$S/three" "$S/two"
	remount
	assert_names two
	assert_equal "$(cat "$S/two")" 1
}

@test "a file that moves or gets a type before it is written is stored once" {
	mounted
	exec {fd}>"$S/new"
	assert_updates 1 mv "$S/new" "$S/key"
	exec {fd}>&-
	exec {fd}>"$S/port"
	assert_updates 1 setfattr -n user.nerveskey.type -v integer "$S/port"
	exec {fd}>&-
	remount
	assert_names key port
	assert_equal "$(cat "$S/key")" ''
	assert_equal "$(cat "$S/port")" 0
}

@test "mv -n leaves an existing key alone" {
	mounted
	redirect "$S/one" 1
	redirect "$S/two" 2
	assert_updates 0 mv -n "$S/one" "$S/two"
	assert_names one two
	assert_equal "$(cat "$S/two")" 2
}

# rename FROM TO FLAGS: renameat2(2); 1 is RENAME_NOREPLACE, 2 is RENAME_EXCHANGE.
rename() {
	perl -e 'require "syscall.ph";
		my ($from, $to, $flags) = @ARGV;
		syscall(&SYS_renameat2, -100, $from, -100, $to, $flags + 0) == 0
			or do { print STDERR "$!\n"; exit 1 }' "$@"
}

@test "renameat2 keeps its promises" {
	mounted
	redirect "$S/one" 1
	redirect "$S/two" 2
	assert_errno EEXIST rename "$S/one" "$S/two" 1
	assert_errno ENOENT rename "$S/one" "$S/three" 2
	assert_updates 1 rename "$S/one" "$S/two" 2
	assert_updates 1 rename "$S/one" "$S/three" 1
	remount
	assert_names three two
	assert_equal "$(cat "$S/three" "$S/two")" 21
}

@test "a scratch file and a key can be exchanged" {
	mounted
	redirect "$S/key" old
	redirect "$S/key~" new
	assert_updates 1 rename "$S/key~" "$S/key" 2
	assert_equal "$(cat "$S/key" "$S/key~")" newold
	remount
	assert_names key
}

@test "cp, cp -p, cp -a, install and mv bring files in" {
	mounted
	echo content >"$TMP/file"
	chmod 644 "$TMP/file"
	cp "$TMP/file" "$S/cp"
	cp -p "$TMP/file" "$S/cp-p"
	cp -a "$TMP/file" "$S/cp-a"
	install "$TMP/file" "$S/install"
	install -m 600 "$TMP/file" "$S/install-m"
	run mv "$TMP/file" "$S/mv"
	assert_success
	assert_output ""
	remount
	assert_names cp cp-a cp-p install install-m mv
	assert_equal "$(cat "$S"/* | uniq)" content
}

@test "cp within the directory copies a value" {
	mounted
	redirect "$S/one" value
	assert_updates 1 cp "$S/one" "$S/two"
	assert_equal "$(cat "$S/two")" value
}

@test "sed -i edits a key by one update" {
	mounted
	redirect "$S/key" $'x=1\ny=2\n'
	assert_updates 1 sed -i s/1/9/ "$S/key"
	remount
	assert_names key
	assert_equal "$(cat "$S/key")" $'x=9\ny=2'
}

@test "sed -i keeps the type of a value" {
	mounted 608b settings-aux
	sed -i s/443/8443/ "$S/port"
	assert_equal "$(getfattr --only-values -n user.nerveskey.type \
		"$S/port")" integer
	assert_equal "$(cat "$S/port")" 8443
}

# by_python TEXT: as careful programs write, next to the file and renamed over it.
by_python() {
	python3 -c 'import os, sys, tempfile
_, directory, text = sys.argv
with tempfile.NamedTemporaryFile("w", dir=directory, delete=False) as new:
    new.write(text)
os.replace(new.name, directory + "/port")' "$S" "$1"
}

@test "a temporary file of Python's, or mktemp's, becomes the value" {
	mounted 608b settings-aux
	assert_updates 1 by_python 8443
	assert_equal "$(cat "$S/port")" 8443
	local new
	new=$(mktemp -p "$S")
	echo 444 >"$new"
	assert_updates 1 mv "$new" "$S/port"
	remount
	assert_names nested port server
	assert_equal "$(cat "$S/port")" 444
	assert_equal "$(getfattr --only-values -n user.nerveskey.type \
		"$S/port")" integer
}

# vim ARGUMENT... FILE: as at a terminal, without one.
vim_edit() {
	vim -es -u DEFAULTS "$@" </dev/null
}

@test "vim edits a key by one update" {
	mounted
	redirect "$S/key" $'one\ntwo\n'
	assert_updates 1 vim_edit -c '1s/one/first/' -c wq "$S/key"
	remount
	assert_names key
	assert_equal "$(cat "$S/key")" $'first\ntwo'
}

@test "vim edits a number" {
	mounted 608b settings-aux
	vim_edit -c 's/443/8443/' -c wq "$S/port"
	assert_equal "$(cat "$S/port")" 8443
	# As vim does it without a backup: open, truncate, write.
	vim -es -u NONE -c 's/8443/443/' -c wq "$S/port" </dev/null
	remount
	assert_equal "$(cat "$S/port")" 443
	assert_equal "$(getfattr --only-values -n user.nerveskey.type \
		"$S/port")" integer
}

@test "vim that cannot store a value leaves the old one" {
	mounted 608b settings-aux
	local backup
	for backup in nowritebackup backupcopy=yes backupcopy=no; do
		run -1 vim_edit -c "set $backup" -c 's/443/none/' -c wq \
			"$S/port"
		assert_equal "$(cat "$S/port")" 443
	done
	remount
	assert_equal "$(cat "$S/port")" 443
}

@test "a backup of a key that could not be replaced becomes another key" {
	mounted
	redirect "$S/key" old
	mv "$S/key" "$S/key~"
	run ! redirect "$S/key" "$(printf %600d 0)"
	assert_equal "$(cat "$S/key")" old
	mv "$S/key~" "$S/other"
	assert_names key other
	remount
	assert_names key other
}

@test "an editor removes what it could not store, and the backup lasts" {
	mounted
	redirect "$S/key" old
	mv "$S/key" "$S/key~"
	run ! redirect "$S/key" "$(printf %600d 0)"
	assert_updates 0 rm "$S/key"
	assert_names key~
	# As if the power had gone there.
	remount
	assert_equal "$(cat "$S/key")" old
	mv "$S/key" "$S/key~"
	run ! redirect "$S/key" "$(printf %600d 0)"
	mv "$S/key" "$S/other"
	remount
	assert_names key other
}

@test "a new file that is renamed leaves the backup its value" {
	mounted
	redirect "$S/key" old
	mv "$S/key" "$S/key~"
	exec 9>"$S/key"
	mv "$S/key" "$S/other"
	exec 9>&-
	# As if the power had gone there.
	remount
	assert_names key other
	assert_equal "$(cat "$S/key")" old
}

@test "vim's backup stays in memory" {
	mounted
	redirect "$S/key" $'one\n'
	assert_updates 1 vim_edit -c 'set backup backupdir=. backupskip=' \
		-c 's/one/two/' -c wq "$S/key"
	assert_names key key~
	assert_equal "$(cat "$S/key~")" one
	remount
	assert_names key
	assert_equal "$(cat "$S/key")" two
}

@test "rsync brings files in, with and without a temporary file" {
	mounted
	echo one >"$TMP/file"
	rsync "$TMP/file" "$S/key"
	assert_equal "$(cat "$S/key")" one
	echo longer >"$TMP/file"
	assert_updates 1 rsync --inplace "$TMP/file" "$S/key"
	echo longest >"$TMP/file"
	assert_updates 1 rsync -a "$TMP/file" "$S/key"
	remount
	assert_names key
	assert_equal "$(cat "$S/key")" longest
}

@test "a key that becomes a backup is on the chip until it is replaced" {
	mounted
	redirect "$S/key" old
	assert_updates 0 mv "$S/key" "$S/key~"
	assert_names key~
	assert_errno ENOENT cat "$S/key"
	# As if the power had gone there.
	remount
	assert_names key
	mv "$S/key" "$S/key~"
	assert_updates 0 mv "$S/key~" "$S/key"
	assert_names key
	mv "$S/key" "$S/key~"
	assert_updates 1 rm "$S/key~"
	remount
	assert_names
}

@test "a backup can become another key" {
	mounted 608b settings-aux
	mv "$S/port" "$S/port~"
	assert_updates 1 mv "$S/port~" "$S/http"
	remount
	assert_names http nested server
	assert_equal "$(getfattr --only-values -n user.nerveskey.type \
		"$S/http")" integer
}

@test "editors' temporary names never reach the chip" {
	mounted
	local name
	for name in 'key~' '.key.swp' '.key.swo' '#key#' '.#key'; do
		assert_updates 0 redirect "$S/$name" text
		assert_equal "$(cat "$S/$name")" text
	done
	set -o noclobber
	for name in sedAb3dE9 4913 .key.a1B2c3 tmpa1b2c3d4 tmp.a1B2c3D4e5; do
		assert_updates 0 redirect "$S/$name" text
	done
	set +o noclobber
	remount
	assert_names
}

@test "names that only look temporary are keys when people write them" {
	mounted
	local name
	for name in sedative sedimental 4913 .key.custom .hidden tmp_counter; do
		assert_updates 1 redirect "$S/$name" text
	done
	remount
	assert_equal "$(find "$S" -type f | wc -l)" 6
}

@test "memory for temporary files is bounded" {
	mounted
	local -i i
	for ((i = 0; i < 64; i++)); do
		redirect "$S/$i~" text
	done
	assert_errno ENOSPC redirect "$S/64~" text
	assert_errno EFBIG dd if=/dev/zero of="$S/0~" bs=70000 count=1
	rm "$S/1~"
	redirect "$S/64~" text
}

@test "a value that does not fit leaves the old one" {
	mounted
	redirect "$S/key" old
	head -c 600 /dev/zero >"$TMP/big"
	assert_errno ENOSPC cp "$TMP/big" "$S/key"
	assert_equal "$(cat "$S/key")" old
	run bash -c 'head -c 600 /dev/zero >"$1"' _ "$S/key"
	assert_failure
	assert_equal "$(cat "$S/key")" old
	remount
	assert_equal "$(cat "$S/key")" old
}

@test "a new value that does not fit leaves no key" {
	mounted
	head -c 600 /dev/zero >"$TMP/big"
	assert_errno ENOSPC cp "$TMP/big" "$S/key"
	# The kernel tells of the close when close(2) has returned already.
	wait_until has_no_names
	remount
	assert_names
}

@test "after a refused write, the next on that descriptor starts anew" {
	mounted
	redirect "$S/key" "old and long"
	exec 9>"$S/key"
	assert_errno ENOSPC dd if=/dev/zero bs=600 count=1 status=none \
		conv=notrunc of=/proc/self/fd/9
	printf new >&9
	exec 9>&-
	assert_equal "$(cat "$S/key")" new
}

@test "an interrupted writer leaves the old value or its own part" {
	mounted
	redirect "$S/key" old
	mkfifo "$TMP/pipe"
	cat "$TMP/pipe" >>"$S/key" 3>&- &
	local writer=$!
	exec 9>"$TMP/pipe"
	kill -KILL "$writer"
	wait "$writer" || true
	exec 9>&-
	assert_equal "$(cat "$S/key")" old
}

@test "names that cannot be keys are refused" {
	mounted
	assert_errno ENAMETOOLONG redirect "$S/$(printf 'x%.0s' {1..300})" x
	assert_errno EINVAL redirect "$S/%zz" x
	assert_errno EPERM mkdir "$S/directory"
	assert_errno EPERM ln -s target "$S/link"
	redirect "$S/key" x
	assert_errno EPERM ln "$S/key" "$S/link"
	assert_names key
}

@test "a reader that has a key open reads on when it is removed" {
	mounted
	redirect "$S/key" value
	exec 9<"$S/key"
	rm "$S/key"
	assert_equal "$(dd bs=100 count=1 status=none <&9)" value
	exec 9<&-
	redirect "$S/key" another
	assert_equal "$(cat "$S/key")" another
}

@test "a writer that has a key open follows it to its new name" {
	mounted
	redirect "$S/key" one
	exec 9>>"$S/key"
	mv "$S/key" "$S/moved"
	printf two >&9
	exec 9>&-
	assert_names moved
	assert_equal "$(cat "$S/moved")" onetwo
}

@test "modes, owners and times of a key may be set and stay as they are" {
	mounted
	redirect "$S/key" value
	chmod 600 "$S/key"
	chown 4711:4711 "$S/key"
	touch -d 2001-01-01 "$S/key"
	assert_equal "$(stat -c '%a %u' "$S/key")" "660 $(id -u)"
}

@test "a key's time is that of its last change" {
	mounted
	redirect "$S/one" 1
	redirect "$S/two" 2
	local one two
	one=$(stat -c %y "$S/one")
	two=$(stat -c %y "$S/two")
	append "$S/two" 2
	assert_equal "$(stat -c %y "$S/one")" "$one"
	refute [ "$(stat -c %y "$S/two")" = "$two" ]
}

@test "the type of a key is an attribute" {
	mounted 608b settings-aux
	assert_equal "$(getfattr --absolute-names -d "$S/port" |
		sed -n 's/^user.nerveskey.type=//p')" '"integer"'
	touch "$S/new"
	setfattr -n user.nerveskey.type -v integer "$S/new"
	redirect "$S/new" 17
	assert_errno EINVAL redirect "$S/new" seventeen
	assert_equal "$(cat "$S/new")" 17
	assert_errno EINVAL setfattr -n user.nerveskey.type -v nonsense "$S/new"
	assert_errno EOPNOTSUPP setfattr -n user.other -v x "$S/new"
	assert_errno EPERM setfattr -x user.nerveskey.type "$S/new"
	run getfattr -n user.nerveskey.type "$MNT/serial"
	assert_failure 1
	assert_output --partial "No such attribute"
}

@test "a blank chip has no settings and a place for none" {
	mounted 608b ""
	assert_names
	assert_errno ENODATA redirect "$S/key" value
	assert_errno ENODATA cat "$S/key"
}

@test "a space that holds no map is EUCLEAN, and settings.etf repairs it" {
	local image=$TMP/image.json
	jq '.data[8] = "8301" + .data[8][4:]' \
		"$GOLDEN/chip-images/608b-provisioned.json" >"$image"
	use_image "$image"
	mount_chip
	assert_errno EUCLEAN ls "$S"
	assert_errno EUCLEAN redirect "$S/key" value
	write_hex "$MNT/settings.etf" 837400000000
	assert_names
	redirect "$S/key" value
	assert_equal "$(cat "$S/key")" value
}

@test "settings.etf is the map, and replaces it at once" {
	mounted
	redirect "$S/a" 1
	assert_equal "$(xxd -p "$MNT/settings.etf")" \
		837400000001"6d00000001""61""6d00000001""31"
	cat "$MNT/settings.etf" >"$TMP/map"
	redirect "$S/b" 2
	assert_updates 1 cp "$TMP/map" "$MNT/settings.etf"
	remount
	assert_names a
}

@test "settings.etf takes nothing but a map, and keeps the old one" {
	mounted
	redirect "$S/a" 1
	local hex
	for hex in 00 83 8361 836101 "836d0000000161" 837400000001; do
		assert_errno EINVAL write_hex "$MNT/settings.etf" "$hex"
	done
	run bash -c 'echo text >"$1"' _ "$MNT/settings.etf"
	assert_failure
	: >"$MNT/settings.etf"
	assert_names a
	remount
	assert_names a
}

# The settings' slots on the chip as hex.
memory() { jq -r '[.data[8, 7, 6, 5]] | join("")' "$CHIP"; }

# is_forgotten SECRET: no eight of its bytes are on the chip.
is_forgotten() {
	local held hex
	local -i i
	held=$(memory)
	hex=$(printf %s "$1" | xxd -p -c 0)
	for ((i = 0; i + 16 <= ${#hex}; i += 2)); do
		[[ $held != *${hex:i:16}* ]] || return 1
	done
}

# The record of an update holds most of a long value which moves another.
@test "what is removed, or replaced, is not on the chip afterwards" {
	local secret=passphrase:0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijkl how
	replace() { redirect "$S/psk" short; }
	remove() { rm "$S/psk"; }
	mounted
	redirect "$S/psk" short
	redirect "$S/server" hub.example
	for how in replace remove; do
		redirect "$S/psk" "$secret"
		assert_regex "$(memory)" "$(printf %s "$secret" | xxd -p -c 0)"
		"$how"
		wait_until is_forgotten "$secret"
	done
	assert_names server
}
