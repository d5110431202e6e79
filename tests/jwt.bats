# SPDX-License-Identifier: Apache-2.0
# contrib/bin/nerveskey-jwt: other programs verify its tokens.

load helpers

setup() {
	nk_setup
	export NERVESKEY_MOUNT=$MNT:/another
	# Debian's own, which sees Debian's modules.
	PYTHON=/usr/bin/python3
}

mounted() {
	new_chip 608b provisioned
	mount_chip
}

# verify TOKEN: the claims, as PyJWT sees them after having verified the
# signature with the chip's key.
verify() {
	cp "$MNT/pubkey.pem" "$TMP/key.pem"
	"$PYTHON" - "$1" "$TMP/key.pem" <<-'EOF'
		import json, sys
		import jwt
		print(json.dumps(jwt.decode(sys.argv[1], open(sys.argv[2]).read(),
		    algorithms=["ES256"], audience="cloud"), sort_keys=True))
	EOF
}

# part TOKEN INDEX: its header (1) or claims (2), decoded.
part() {
	cut -d . -f "$2" <<<"$1" | tr '_-' '/+' | base64 -d 2>/dev/null || true
}

check_token() {
	run nerveskey-jwt <<<'{ "aud": "cloud", "sub": "é", "list": [1, null] }'
	assert_success
	assert_equal "$(part "$output" 1)" '{"alg":"ES256","typ":"JWT"}'
	run verify "$output"
	assert_output '{"aud": "cloud", "list": [1, null], "sub": "\u00e9"}'
}

@test "every part: PyJWT verifies the token, and its claims are ours" {
	each_part provisioned check_token
}

@test "a token that was tampered with does not verify" {
	mounted
	local token other
	token=$(nerveskey-jwt <<<'{ "aud": "cloud" }')
	other=$(nerveskey-jwt <<<'{ "aud": "cloud", "admin": true }')
	run verify "${other%.*}.${token##*.}"
	assert_failure
	assert_output --partial InvalidSignatureError
}

@test "-t refuses a clock from before the program was built" {
	mounted
	run -1 faked "2026-11-20 23:59:59" nerveskey-jwt -t 90 <<<'{}'
	assert_output --regexp "the clock says 2026-11-20, but .* set the clock"
	# Nothing is dated.
	run -0 faked "2026-11-20 23:59:59" nerveskey-jwt <<<'{}'
}

# The build date of a build that was configured with SOURCE_DATE_EPOCH.
built_with() {
	SOURCE_DATE_EPOCH=$1 cmake -S "$ROOT" -B "$TMP/build" >/dev/null
	sed -n 's/^built=\([0-9]*\).*/\1/p' "$TMP/build/bin/nerveskey-jwt"
}

@test "the build date is SOURCE_DATE_EPOCH, or the release date when that is later" {
	local release
	release=$(built_with '')
	assert_equal "$(built_with $((release - 1)))" "$release"
	assert_equal "$(built_with $((release + 86400)))" $((release + 86400))
	assert_equal "$(grep -rhoE 'NK_BUILD_TIME=[0-9]+' "$TMP/build" |
		sort -u)" "NK_BUILD_TIME=$((release + 86400))"
}

@test "-t makes it valid from now for so many seconds" {
	mounted
	local before after claims
	before=$(date +%s)
	claims=$(part "$(nerveskey-jwt -t 90 <<<'{ "aud": "cloud" }')" 2)
	after=$(date +%s)
	run jq "$before <= .iat and .iat <= $after and .exp == .iat + 90" \
		<<<"$claims"
	assert_output true
}

@test "-k and -c tell the verifier which key it is" {
	mounted
	local header
	header=$(part "$(nerveskey-jwt -k key-1 -c <<<'{}')" 1)
	assert_equal "$(jq -r .kid <<<"$header")" key-1
	jq -r '.x5c[0]' <<<"$header" | base64 -d >"$TMP/device.der"
	run openssl x509 -inform DER -in "$TMP/device.der"
	assert_output "$(openssl x509 -in "$MNT/device.pem")"
	run jq '.x5c | length' <<<"$header"
	assert_output 2
}

@test "token after token verifies" {
	mounted
	local -i i
	for ((i = 0; i < 25; i++)); do
		nerveskey-jwt <<<"{ \"aud\": \"cloud\", \"n\": $i }"
	done >"$TMP/tokens"
	run "$PYTHON" - "$MNT/pubkey.pem" "$TMP/tokens" <<-'EOF'
		import sys, jwt
		key = open(sys.argv[1]).read()
		for n, token in enumerate(open(sys.argv[2])):
		    claims = jwt.decode(token.strip(), key, algorithms=["ES256"],
		        audience="cloud")
		    assert claims["n"] == n
		print(n + 1, "tokens")
	EOF
	assert_output "25 tokens"
}

@test "what is not one JSON object is refused" {
	mounted
	local claims
	for claims in '' '[]' '{' '{} {}' '"text"'; do
		run nerveskey-jwt <<<"$claims"
		assert_failure 1
		assert_output --partial "are not a JSON object"
		refute_output --regexp '^[^ ]*\.[^ ]*\.[^ ]*$'
	done
}

@test "jq that is not there is named" {
	run -1 /usr/bin/env PATH=/nowhere "$ROOT/contrib/bin/nerveskey-jwt"
	assert_output "nerveskey-jwt: jq is needed and not there"
}

@test "a mount that is not there, and wrong usage, are told" {
	mounted
	run nerveskey-jwt -m "$TMP/none" <<<'{}'
	assert_failure 1
	assert_output --partial "$TMP/none did not sign"
	run nerveskey-jwt -t soon <<<'{}'
	assert_failure 2
	run nerveskey-jwt -x
	assert_failure 2
	run nerveskey-jwt argument
	assert_failure 2
	run nerveskey-jwt -h
	assert_success
	assert_output --partial "usage: nerveskey-jwt"
}
