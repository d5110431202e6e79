# SPDX-License-Identifier: Apache-2.0
# tests/tap keeps results for tests/run to count.

load helpers

# tap LINE...: of a program that prints them and ends with $CODE.
tap() {
	NK_RESULTS=$TMP "$ROOT/tests/tap" program \
		sh -c 'printf "%s\n" "$@"; exit '"${CODE:-0}" sh "$@"
}

# assert_kept FAILED SKIPPED: as many lines as tests/run counts.
assert_kept() {
	assert_equal "$(grep -c '^not ok ' "$TMP/program.tap")" "$1"
	assert_equal "$(grep -c '^ok .*# skip' "$TMP/program.tap")" "$2"
}

@test "good tests are kept as they are" {
	run -0 tap 1..2 "ok 1 - a" "ok 2 - b"
	assert_kept 0 0
	run -1 tap 1..2 "ok 1 - a" "not ok 2 - b"
	assert_kept 1 0
}

@test "a program that dies, or reports too few, is a failure" {
	CODE=3 run -1 tap 1..1 "ok 1 - a"
	assert_kept 1 0
	run -1 tap 1..2 "ok 1 - a"
	assert_kept 1 0
	run -1 tap 1..0
	assert_kept 1 0
	run -1 tap "what is this?"
	assert_kept 1 0
}

@test "what is skipped has not failed, be it one test or all of them" {
	run -0 tap 1..2 "ok 1 - a" "not ok 2 # SKIP b"
	assert_kept 0 1
	run -0 tap "1..0 # SKIP no such machine"
	assert_kept 0 1
	assert_line --partial "no such machine"
	CODE=1 run -1 tap "1..0 # SKIP no such machine"
	assert_kept 1 0
}
