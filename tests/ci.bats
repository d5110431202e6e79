# SPDX-License-Identifier: Apache-2.0
# .ci/run adds up the figures of its parts. The parts take minutes, so scripts
# stand in for them: each prints SAYS_<name> and exits with CODE_<name>.

load helpers

setup() {
	nk_setup
	mkdir -p "$TMP/.ci" "$TMP/tests"
	cp "$ROOT/.ci/run" "$TMP/.ci/"
	local part
	for part in run bare-root; do
		cat >"$TMP/tests/$part" <<-END
			#!/bin/bash
			echo "$part \$*"
			echo "\$SAYS_${part%%-*}"
			exit "\${CODE_${part%%-*}:-0}"
		END
		chmod +x "$TMP/tests/$part"
	done
	export SAYS_run="10 passed, 0 failed" SAYS_bare="5 passed, 0 failed"
	export CODE_run=0 CODE_bare=0
}

@test "the last line is the sum of all parts" {
	run -0 "$TMP/.ci/run"
	assert_line "bare-root --suite trixie"
	assert_equal "${lines[-1]}" "15 passed, 0 failed"
}

@test "a part that fails is counted, and the exit status says so" {
	SAYS_run="9 passed, 1 failed" CODE_run=1 run -1 "$TMP/.ci/run"
	assert_equal "${lines[-1]}" "14 passed, 1 failed"
	SAYS_bare="3 passed, 2 failed" CODE_bare=1 run -1 "$TMP/.ci/run"
	assert_equal "${lines[-1]}" "13 passed, 2 failed"
}

@test "a part that ends without its count, or against it, has failed" {
	SAYS_bare="out of space" run -1 "$TMP/.ci/run"
	assert_equal "${lines[-1]}" "10 passed, 1 failed"
	CODE_run=3 run -1 "$TMP/.ci/run"
	assert_equal "${lines[-1]}" "15 passed, 1 failed"
	SAYS_bare="" CODE_bare=1 run -1 "$TMP/.ci/run"
	assert_equal "${lines[-1]}" "10 passed, 1 failed"
}

@test "a bare Debian that cannot be had is skipped, and that is seen" {
	SAYS_bare="the archive of trixie cannot be reached" CODE_bare=75 \
		run -0 "$TMP/.ci/run"
	assert_line --regexp "^!!!!.* NOT TESTED: tests/bare-root --suite trixie: "
	assert_equal "${lines[-1]}" "10 passed, 0 failed"
}
