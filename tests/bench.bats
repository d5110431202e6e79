# SPDX-License-Identifier: Apache-2.0
# Figures that the pages give are those that the programs give.

load helpers

@test "README.md's table of chip time is what tests/bench/chip-time measures" {
	run "$ROOT/tests/bench/chip-time"
	assert_success
	assert_equal "$output" "$(sed -n \
		'/^<!-- chip-time -->$/,/^<!-- -->$/{//!p}' "$ROOT/README.md")"
}

@test "README.md's table of settings is what tests/bench/settings-writes measures" {
	run "$ROOT/tests/bench/settings-writes"
	assert_success
	assert_equal "$output" "$(sed -n \
		'/^<!-- settings-writes -->$/,/^<!-- -->$/{//!p}' "$ROOT/README.md")"
}
