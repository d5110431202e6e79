# SPDX-License-Identifier: Apache-2.0
# How far the ways through the code are, from the rows' own functions down.

load helpers

setup() {
	nk_setup
	cd "$ROOT" || return
}

@test "a signature reaches at most 105 functions in 20 files" {
	run tests/call-graph "$NK_BUILD" reach run_sign 105 20
	assert_success
	assert_output --partial "run_sign reaches"
}

# Most of them are those of core/settings and of settings/ as a directory.
@test "a write to a setting reaches at most 326 functions in 39 files" {
	run tests/call-graph "$NK_BUILD" reach put_setting 326 39
	assert_success
	assert_output --partial "put_setting reaches"
}

@test "no two files need each other" {
	run tests/call-graph "$NK_BUILD" circles
	assert_output "0 circles of files"
}
