# SPDX-License-Identifier: Apache-2.0
# Other C libraries and other sizes: each source of what is installed compiles for
# them, as far as that can be seen without their libraries.

load helpers

# commands COMPILER FLAG...: for each source, its command of the build, but with
# that compiler and those flags, and only to look at it.
commands() {
	jq -r --arg root "$ROOT" '.[] | select(.file | startswith($root + "/core/",
		$root + "/fs/", $root + "/contrib/")) | .command' \
		"$NK_BUILD/compile_commands.json" | sort -u |
		sed -E "s|^([^ ]*ccache )?[^ ]+ |$* |; s| -o [^ ]+ -c | -fsyntax-only |"
}

# compile COMPILER FLAG...: all of it.
compile() {
	commands "$@" -Werror >"$TMP/commands"
	(($(wc -l <"$TMP/commands") > 100))
	xargs -d '\n' -P "$(nproc)" -n 1 bash -c <"$TMP/commands"
}

@test "it compiles with musl" {
	local includes=/usr/include
	compile musl-gcc -idirafter "$includes" \
		-idirafter "$includes/$(gcc -print-multiarch)"
}

@test "it compiles for 32 bits with a time of 64 bits" {
	echo '#include <time.h>' | gcc -m32 -fsyntax-only -x c - ||
		skip "there is no 32-bit C library here"
	compile gcc -m32 -Wno-psabi -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 \
		-idirafter "/usr/include/$(gcc -print-multiarch)"
}
