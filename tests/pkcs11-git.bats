# SPDX-License-Identifier: Apache-2.0
# git commits signed by ssh, with the chip's key in an agent.

load helpers
load pkcs11

setup() {
	pkcs11_setup
	mount_identity
	local agent
	agent=$(client ssh-agent -P "$(realpath "$MODULE")")
	eval "${agent%%echo*}"
	client env SSH_ASKPASS_REQUIRE=never ssh-add -q -s "$MODULE" </dev/null
	client ssh-keygen -D "$MODULE" | grep ' device$' >"$TMP/key.pub"
	export GIT_CONFIG_GLOBAL=$TMP/gitconfig GIT_CONFIG_NOSYSTEM=1
	git config --global user.name "A Device"
	git config --global user.email device@example.org
	git config --global gpg.format ssh
	git config --global user.signingKey "$TMP/key.pub"
	git config --global gpg.ssh.allowedSignersFile "$TMP/allowed"
	echo "device@example.org $(<"$TMP/key.pub")" >"$TMP/allowed"
	git init -q "$TMP/repository"
	cd "$TMP/repository" || return
}

teardown() {
	[[ -z ${SSH_AGENT_PID:-} ]] || kill "$SSH_AGENT_PID"
	pkcs11_teardown
}

@test "a commit and a tag are signed by the chip, and verify" {
	git commit -q -S --allow-empty -m "signed by the chip"
	run -0 git verify-commit HEAD
	assert_output --partial 'Good "git" signature for device@example.org'
	git tag -s -m "signed, too" v1
	run -0 git verify-tag v1
	assert_output --partial 'Good "git" signature for device@example.org'
}

@test "a commit is not signed while the chip is away" {
	take_away
	run git commit -q -S --allow-empty -m "not signed"
	assert_failure
	run git rev-parse --verify -q HEAD
	assert_failure
}
