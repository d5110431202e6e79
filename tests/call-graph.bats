# SPDX-License-Identifier: Apache-2.0
# How far the ways through the code are, from the rows' own functions down.

load helpers

setup() {
	nk_setup
	cd "$ROOT" || return
}

# With any key of any configuration.
@test "a signature reaches at most 105 functions in 20 files" {
	run tests/call-graph "$NK_BUILD" reach run_sign 105 20
	assert_success
	assert_output --partial "run_sign reaches"
}

# The change is made in memory: then the chip is updated.
@test "a write to a setting reaches at most 150 functions in 22 files" {
	run tests/call-graph "$NK_BUILD" reach put_setting 150 22
	assert_success
	assert_output --partial "put_setting reaches"
}

@test "an update of the chip for it reaches at most 163 functions in 22 files" {
	run tests/call-graph "$NK_BUILD" reach settings_dir_commit 163 22
	assert_success
	assert_output --partial "settings_dir_commit reaches"
}

@test "no two files need each other" {
	run tests/call-graph "$NK_BUILD" circles
	assert_output "0 circles of files"
}

@test "no function has more than five parameters, or more than 43 lines" {
	run tests/call-graph "$NK_BUILD" large
	assert_output "0 large functions"
}
