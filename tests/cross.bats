# SPDX-License-Identifier: Apache-2.0
# tests/cross adds up its figures. The Debian that it works in takes minutes, so
# scripts stand in for it: commands there do nothing, fail, or leave results.

load helpers

setup() {
	nk_setup
	mkdir "$TMP/tests"
	cp "$ROOT/tests/cross" "$TMP/tests/"
	# shellcheck disable=SC2016 # expanded there
	echo '
		repo=$ROOT root=$TMP/root suite=bookworm
		parse_suite() {
			[[ ${1:-} != --suite ]] || { suite=$2 && shift 2; }
			arguments=("$@")
		}
		say() { echo "#### $*"; }
		make_root() {
			rm -rf "$root"
			mkdir -p "$root/etc/apt"
			touch "$root/etc/apt/sources.list"
		}
		in_root() {
			[[ $* != $FAILS ]] || return 1
			[[ $* =~ ctest\ --test-dir\ (/[a-z0-9]*) ]] || return 0
			mkdir "$root${BASH_REMATCH[1]}"{,/results}
			echo "$TAP" >"$root${BASH_REMATCH[1]}/results/some.tap"
			[[ $TAP != *not* && $* != $DIES ]]
		}' >"$TMP/tests/chroot.bash"
	TAP=$'ok 1 - one\nok 2 - two\nok 3 three # skip' FAILS='' DIES=''
	export TMP TAP FAILS DIES
}

@test "cross counts the test cases of each architecture, and all" {
	run -0 "$TMP/tests/cross"
	assert_equal "$(tail -n 4 <<<"$output")" "arm64: 2 passed, 0 failed
armhf: 2 passed, 0 failed
s390x: 2 passed, 0 failed
6 passed, 0 failed"
	run -0 "$TMP/tests/cross" s390x
	assert_equal "$(tail -n 2 <<<"$output")" "s390x: 2 passed, 0 failed
2 passed, 0 failed"
}

@test "cross goes on after an architecture that cannot be built, and says so" {
	for FAILS in '*gcc-arm-linux-gnueabihf*' '*-B /armhf*' '*--build /armhf*'; do
		run -1 "$TMP/tests/cross"
		assert_equal "$(tail -n 4 <<<"$output")" \
			"arm64: 2 passed, 0 failed
armhf: 0 passed, 1 failed
s390x: 2 passed, 0 failed
4 passed, 1 failed"
	done
}

@test "cross fails when a test does, or ends without a word" {
	DIES='*/arm64*' run -1 "$TMP/tests/cross"
	assert_line "arm64: 2 passed, 1 failed"
	assert_equal "${lines[-1]}" "6 passed, 1 failed"
	TAP+=$'\nnot ok 4 - four' run -1 "$TMP/tests/cross"
	assert_line "arm64: 2 passed, 1 failed"
	assert_equal "${lines[-1]}" "6 passed, 3 failed"
}

@test "cross takes the suite, and an armhf of trixie without 64-bit time fails" {
	run -0 "$TMP/tests/cross" --suite trixie arm64
	assert_equal "${lines[-1]}" "2 passed, 0 failed"
	run -0 env FAILS='*clock_gettime64*' "$TMP/tests/cross" armhf
	run -1 env FAILS='*clock_gettime64*' "$TMP/tests/cross" --suite trixie \
		armhf
	assert_equal "${lines[-1]}" "0 passed, 1 failed"
}
