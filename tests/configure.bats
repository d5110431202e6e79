# SPDX-License-Identifier: Apache-2.0
# What cmake makes of a machine that lacks something.

load helpers

# hide FILE COMMAND...: run it where there is no such file, for all that cmake can see.
# shellcheck disable=SC2016 # the inner shell expands
hide() {
	"$ROOT/tests/own-mounts" bash -eu -c '
		mount --bind /dev/null "$(realpath "$1")"
		exec "${@:2}"' - "$@" 3>&-
}

configure() { hide "$1" cmake -S "$ROOT" -B "$TMP/build" -G Ninja "${@:2}"; }

setup() {
	nk_setup
	[[ $EUID -eq 0 ]] || skip "only root can hide what is installed"
	PATH=/usr/sbin:/usr/bin:/sbin:/bin # without bats' own
}

@test "without the tests' packages it configures without tests, and says so" {
	local cmocka
	cmocka=$(pkg-config --variable=pcfiledir cmocka)/cmocka.pc
	run -0 configure "$cmocka"
	assert_line -- "-- The tests are left out: they need libcmocka-dev"
	run -1 grep -q test_base "$TMP/build/build.ninja"
	rm -r "$TMP/build"
	run -0 configure "$(command -v bats)"
	assert_line -- "-- The tests are left out: they need bats"
}

@test "tests that are asked for by hand need their packages, which are named" {
	run -1 configure "$(command -v bats)" -DNK_TESTS=ON
	assert_output --partial "NK_TESTS=ON: the tests need bats"
}

@test "with all packages, and with a preset alone, it configures the tests" {
	cd "$ROOT"
	env -u CMAKE_GENERATOR cmake --preset default -B "$TMP/build"
	run -0 grep -c test_base "$TMP/build/build.ninja"
}
