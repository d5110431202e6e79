# SPDX-License-Identifier: Apache-2.0
# OpenSSH with the chip's key: to a server of our own on 127.0.0.1.

load helpers
load pkcs11

setup() {
	pkcs11_setup
	mount_identity
	client ssh-keygen -D "$MODULE" | grep ' device$' >"$TMP/authorized"
	serve_ssh "$TMP/authorized"
}

teardown() {
	[[ -z ${SSH_AGENT_PID:-} ]] || kill "$SSH_AGENT_PID"
	pkcs11_teardown
}

login() {
	client timeout "$NK_PATIENCE" ssh -F "$TMP/ssh_config" "$@" \
		host echo "logged in"
}

@test "ssh-keygen -D prints the chip's public key" {
	run ssh-keygen -i -m PKCS8 -f "$MNT/pubkey.pem"
	assert_success
	assert_equal "$output device" "$(<"$TMP/authorized")"
}

@test "the manual's command prints the device's key, and not its signer's" {
	local command
	run -0 --separate-stderr client ssh-keygen -D "$MODULE"
	assert_equal "${#lines[@]}" 2
	assert_line --regexp '[ =][Ss]igner$'
	command=$(sed -n '/^ssh-keygen -D /,/^\.Ed$/{/^\.Ed$/!p}' \
		"$ROOT/contrib/man/nerveskey-pkcs11.7")
	command=${command/ \/usr*nerveskey-pkcs11.so/ "$MODULE"}
	run -0 --separate-stderr client bash -c "$command"
	assert_output "$(<"$TMP/authorized")"
	assert_equal "${#lines[@]}" 1
}

@test "ssh logs in with PKCS11Provider" {
	run --separate-stderr login -o PKCS11Provider="$MODULE" \
		-o IdentityAgent=none
	assert_success
	assert_output "logged in"
}

@test "ssh logs in through ssh-agent" {
	local agent
	agent=$(client ssh-agent -P "$(realpath "$MODULE")")
	eval "${agent%%echo*}"
	client env SSH_ASKPASS_REQUIRE=never ssh-add -q -s "$MODULE" </dev/null
	run ssh-add -l
	assert_output --partial "device (ECDSA)"
	run --separate-stderr login
	assert_success
	assert_output "logged in"
	# The agent's provider outlives a mount that goes and comes back.
	take_away
	run login
	assert_failure
	bring_back
	run --separate-stderr login
	assert_success
}

@test "nobody is let in without the chip" {
	run login -o IdentityAgent=none -o IdentityFile=none
	assert_failure
	assert_output --partial "Permission denied"
}
