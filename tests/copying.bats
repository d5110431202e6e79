# SPDX-License-Identifier: Apache-2.0
# Programs that copy by read(2), by sendfile(2) and splice(2), by mmap(2), or by the
# size that stat(2) returns. Each is the first program that uses its mount.
# shellcheck disable=SC2016 # inner shells and languages expand
# shellcheck disable=SC2030,SC2031 # each test is a subshell, as it should be

load helpers

# What can be read by name, of every kind.
files=(device.pem chain.pem device.csr status serial chip/config aux/device.pem
	settings/port settings.etf provision slots/1)

# fresh COMMAND: for each file on a mount of its own, `COMMAND FILE COPY`; then
# the copy is what another reader gets.
fresh() {
	local file
	new_chip 608b settings-aux
	for file in "${files[@]}"; do
		mount_chip
		rm -f "$TMP/copy"
		"$@" "$MNT/$file" "$TMP/copy"
		dd if="$MNT/$file" bs=64k status=none | cmp - "$TMP/copy"
		[[ -s $TMP/copy ]] || fail "$file: nothing was copied"
		unmount_chip
	done
}

busybox_cat() { busybox cat "$1" >"$2"; }
by_head() { head -c 100000 "$1" >"$2"; }
by_tar() { tar -C "$(dirname "$1")" -cf - "$(basename "$1")" | tar -xOf - >"$2"; }
by_rsync() { rsync --inplace "$1" "$2"; }
by_sendfile() {
	python3 -c 'import os, sys
source, copy = os.open(sys.argv[1], os.O_RDONLY), open(sys.argv[2], "wb")
while os.sendfile(copy.fileno(), source, None, 1 << 20):
    pass' "$1" "$2"
}
by_splice() {
	python3 -c 'import os, sys
source, copy = os.open(sys.argv[1], os.O_RDONLY), open(sys.argv[2], "wb")
ends = os.pipe()
while (n := os.splice(source, ends[1], 65536)):
    os.splice(ends[0], copy.fileno(), n)' "$1" "$2"
}
by_shutil() {
	python3 -c 'import shutil, sys; shutil.copyfile(*sys.argv[1:])' "$1" "$2"
}
by_mmap() {
	python3 -c 'import mmap, sys
with open(sys.argv[1], "rb") as source, open(sys.argv[2], "wb") as copy:
    copy.write(mmap.mmap(source.fileno(), 0, prot=mmap.PROT_READ))' "$1" "$2"
}
by_node() {
	node -e 'require("fs").copyFileSync(...process.argv.slice(1))' "$1" "$2"
}
by_java() { java "$TMP/Copy.java" "$1" "$2"; }
by_ruby() { ruby -e 'IO.copy_stream(*ARGV)' "$1" "$2"; }

@test "busybox cat and cp" {
	fresh busybox_cat
	fresh busybox cp
}

@test "GNU cp, head, and tar" {
	fresh cp
	fresh by_head
	fresh by_tar
}

@test "rsync" { fresh by_rsync; }

@test "Python: sendfile, splice, shutil" {
	python3 -c 'import os; os.splice' || skip "this Python has no splice"
	fresh by_sendfile
	fresh by_splice
	fresh by_shutil
}

@test "mmap" {
	files=(device.pem device.csr status serial aux/device.pem)
	fresh by_mmap
}

@test "Node" {
	[[ -x $(command -v node) ]] || skip "no node"
	fresh by_node
}

@test "Java" {
	[[ -x $(command -v javac) ]] || skip "no JDK"
	cat >"$TMP/Copy.java" <<-'END'
		import java.io.*;
		import java.nio.channels.*;
		class Copy {
		    public static void main(String[] names) throws IOException {
		        try (FileChannel from = new FileInputStream(names[0]).getChannel();
		             FileChannel to = new FileOutputStream(names[1]).getChannel()) {
		            from.transferTo(0, Long.MAX_VALUE, to);
		        }
		    }
		}
	END
	files=(device.pem status)
	fresh by_java
}

@test "Ruby" {
	[[ -x $(command -v ruby) ]] || skip "no ruby"
	fresh by_ruby
}

@test "a file that is there is not empty, to who asks nothing else" {
	local file
	new_chip 608b settings-aux
	for file in "${files[@]}"; do
		mount_chip
		test -s "$MNT/$file"
		unmount_chip
	done
}

@test "signatures by sendfile, splice and mmap" {
	new_chip 608b provisioned
	mount_chip
	printf message >"$TMP/message"
	local digest how
	digest=$(sha256sum "$TMP/message" | cut -d ' ' -f 1)
	for how in busybox_cat by_sendfile by_mmap by_tar; do
		"$how" "$MNT/signatures/$digest.der" "$TMP/signature"
		assert_signed "$TMP/message" "$TMP/signature"
	done
}

@test "a .der file always has 71 bytes" {
	new_chip 608b provisioned
	mount_chip
	local -i i
	for ((i = 0; i < 60; i++)); do
		printf '%s' "$i" >"$TMP/message"
		digest=$(sha256sum "$TMP/message" | cut -d ' ' -f 1)
		assert_equal "$(stat -c %s "$MNT/signatures/$digest.der")" 71
		cat "$MNT/signatures/$digest.der" >"$TMP/signature"
		assert_equal "$(stat -c %s "$TMP/signature")" 71
		assert_signed "$TMP/message" "$TMP/signature"
	done
}

# ask FILE COPIER [ARGUMENT...]: what is on standard input is written to FILE, and
# the reply read from the same descriptor, in $TMP/reply.
ask() {
	exec 9<>"$1"
	dd bs=64k status=none >&9
	"${@:2}" <&9 >"$TMP/reply"
	exec 9>&-
}

@test "the reply of sign, ecdh and derive goes by sendfile, too" {
	use_image "$GOLDEN/chip-images/608b-volatile.json"
	mount_chip
	echo 000102030405060708090a0b0c0d0e0f >"$MNT/activate"
	printf message >"$TMP/message"
	cat "$MNT/pubkey.pem" >"$TMP/pubkey.pem"
	local copier
	for copier in "busybox cat" cat; do
		# shellcheck disable=SC2086 # they are words
		{
			sha256sum "$TMP/message" | ask "$MNT/sign" $copier
			raw_to_der "$TMP/reply" >"$TMP/der"
			assert_signed "$TMP/message" "$TMP/der"
			printf '%064d' 1 | ask "$MNT/derive" $copier
			assert_equal "$(stat -c %s "$TMP/reply")" 32
			ask "$MNT/ecdh" $copier <"$TMP/pubkey.pem"
			assert_equal "$(stat -c %s "$TMP/reply")" 32
		}
	done
}

@test "two requests on one descriptor, both replies by sendfile" {
	new_chip 608b provisioned
	mount_chip
	exec 9<>"$MNT/sign"
	local text
	for text in one two; do
		printf %s "$text" >"$TMP/message"
		sha256sum "$TMP/message" >&9
		busybox cat <&9 >"$TMP/raw"
		raw_to_der "$TMP/raw" >"$TMP/der"
		assert_signed "$TMP/message" "$TMP/der"
	done
	exec 9>&-
}

@test "README's script signs in busybox' shell" {
	new_chip 608b provisioned
	mount_chip
	mkdir "$TMP/bin"
	local name
	for name in cat cut grep sha256sum; do
		ln -s "$(command -v busybox)" "$TMP/bin/$name"
	done
	cp "$ROOT/README.md" "$TMP/"
	sed -n '/^mnt=.mnt/,/^exec 3>&-/p' "$ROOT/README.md" |
		sed "s|^mnt=.*|mnt=$MNT|" >"$TMP/script"
	grep -q 'exec 3<>' "$TMP/script"
	local shell
	shell=$(command -v busybox)
	(cd "$TMP" && PATH=$TMP/bin "$shell" sh -eu script)
	assert_signed "$TMP/README.md" "$TMP/signature.der"
	raw_to_der "$TMP/signature.raw" >"$TMP/der"
	assert_signed "$TMP/README.md" "$TMP/der"
}

@test "status is whole and new where its name is never looked up again" {
	sim_only
	wants_mounts
	new_chip 608b provisioned
	mkdir "$MNT"
	touch "$TMP/bound"
	export TMP MNT
	run -0 "$ROOT/tests/own-mounts" bash -eu -c '
		nerveskeyfs "$1" "$MNT" 3>&-
		mount --bind "$MNT/status" "$TMP/bound"
		for i in 1 2 3 4 5; do
			! printf "%0${i}d" 0 >"$MNT/sign"
			cat "$TMP/bound" >"$TMP/seen"
			grep "^last_error=EINVAL: .* $i bytes" "$TMP/seen"
			cmp "$TMP/seen" "$MNT/status"
			busybox cat "$TMP/bound" | cmp - "$TMP/seen"
		done
		umount "$TMP/bound" "$MNT"' - "$(chip_device)"
}

@test "many readers of a status that changes get whole texts" {
	new_chip 608b provisioned
	mount_chip
	local -a readers=()
	local -i i
	for i in 1 2 3; do
		python3 - "$MNT/status" 3>&- <<-'END' &
			import sys
			for _ in range(400):
			    with open(sys.argv[1], "rb") as status:
			        text = status.read()
			    assert text.startswith(b"state=complete\n"), text
			    assert text.endswith(b"\n"), text
			    assert text.count(b"last_error=") == 1, text
			    assert b"\0" not in text, text
		END
		readers+=($!)
	done
	while kill -0 "${readers[@]}" 2>/dev/null; do
		for i in 1 10 100 1000; do
			run write_text "$MNT/sign" "$(printf '%0*d' "$i" 0)"
		done
	done
	wait_all "${readers[@]}"
}
