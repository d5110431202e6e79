# SPDX-License-Identifier: Apache-2.0
# Each script of contrib/examples does what it says. The bridge is in
# pkcs11-mqtt.bats.

load helpers
load pkcs11

EXAMPLES=$ROOT/contrib/examples
PATH=$EXAMPLES:$PATH

setup() { pkcs11_setup; }

teardown() {
	! mountpoint -q "$TMP/over" || fusermount3 -u "$TMP/over" || umount "$TMP/over"
	pkcs11_teardown
}

make_signer() {
	(cd "$TMP" && nerveskey-ca signer create signer --years-valid 5)
}

@test "provision: a blank chip becomes complete, and stays" {
	mount_new 608b
	make_signer
	run provision S-1 "$TMP/signer" "$MNT"
	assert_success
	assert_output "$MNT is complete: S-1"
	verify_device "$MNT/device.pem" "$TMP/signer.cert"
	run provision S-2 "$TMP/signer" "$MNT"
	assert_success
	assert_output "$MNT is complete already: S-1"
}

@test "provision: what check refuses is not committed" {
	mount_new 608b
	make_signer
	run provision "a serial that is much too long to fit into the OTP zone" \
		"$TMP/signer" "$MNT"
	assert_failure
	assert_equal "$(state_of state)" blank
}

@test "provision: what check refused is not in the way of the next try" {
	mount_new 608b
	make_signer
	cp "$TMP/signer.cert" "$TMP/wrong.cert"
	cp "$GOLDEN/signers/y10.key" "$TMP/wrong.key"
	run provision S-1 "$TMP/wrong" "$MNT"
	assert_failure
	run provision S-2 "$TMP/signer" "$MNT"
	assert_success
	assert_output "$MNT is complete: S-2"
}

@test "aws-iot-publish: the message arrives, with the device's name" {
	mount_identity
	make_server_identity
	serve_https
	run client env PKCS11_MODULE_PATH="$MODULE" aws-iot-publish \
		"localhost:$HTTPS_PORT" room/temperature \
		--cacert "$TMP/server.crt" <<<21.5
	assert_success
	assert_output --partial "CN=N1234567"
	assert_output --partial "POST /topics/room/temperature?qos=1"
}

# A service that accepts tokens signed by the key of $MNT/pubkey.pem.
serve_login() {
	cat >"$TMP/login.py" <<-'EOF'
		import sys
		from http.server import BaseHTTPRequestHandler, HTTPServer
		import jwt

		KEY = open(sys.argv[2]).read()

		class Login(BaseHTTPRequestHandler):
		    def do_GET(self):
		        scheme, _, token = self.headers.get(
		            "Authorization", "").partition(" ")
		        try:
		            claims = jwt.decode(token, KEY, algorithms=["ES256"],
		                audience="the-cloud",
		                options={"require": ["exp", "sub"]})
		        except jwt.InvalidTokenError as error:
		            self.send_error(401, str(error))
		            return
		        self.send_response(200)
		        self.end_headers()
		        self.wfile.write(b"hello " + claims["sub"].encode() + b"\n")

		HTTPServer(("127.0.0.1", int(sys.argv[1])), Login).serve_forever()
	EOF
	PORT=$(free_port)
	serve "$PORT" "$PYTHON" "$TMP/login.py" "$PORT" "$MNT/pubkey.pem"
}

@test "jwt-login: the service knows the device by its token" {
	mount_identity
	serve_login
	run jwt-login "http://127.0.0.1:$PORT/" the-cloud
	assert_success
	assert_output "hello N1234567"
	run jwt-login "http://127.0.0.1:$PORT/" another-cloud
	assert_failure
	assert_output --partial 401
}

# An sshd with a key for it: "host", by $TMP/ssh_config.
serve_host() {
	ssh-keygen -q -t ed25519 -N '' -f "$TMP/login"
	serve_ssh "$TMP/login.pub"
	echo "IdentityFile $TMP/login" >>"$TMP/ssh_config"
	export SSH="ssh -F $TMP/ssh_config"
}

@test "enrol-fleet: each chip is enrolled once, a bad one does not stop it" {
	local first=$MNT
	make_signer
	mount_new 608b
	second_chip
	mount_new 508a
	serve_host
	run --separate-stderr enrol-fleet "$TMP/signer" <<-HOSTS
		host F-1 $first
		host F-2 $TMP/nothing
		host F-3 $MNT
	HOSTS
	assert_failure 1
	assert_equal "$(jq -r .result <<<"$output" | xargs)" \
		"enrolled failed enrolled"
	verify_device "$first/device.pem" "$TMP/signer.cert"
	verify_device "$MNT/device.pem" "$TMP/signer.cert"
	assert_equal "$(<"$first/serial") $(<"$MNT/serial")" "F-1 F-3"

	local before=$output
	run --separate-stderr enrol-fleet "$TMP/signer" <<-HOSTS
		host F-1 $first
		host F-3 $MNT
	HOSTS
	assert_success
	assert_equal "$output" "$(grep -v failed <<<"$before")"
	run grep -rl "PRIVATE KEY" "$TMP/second.sim" "$TMP/chip.sim"
	assert_failure 1
}

# shellcheck disable=SC2016 # $2 is what ssh is to run
# stay_here [COMMAND]: in the place of ssh, where the other machine is this one,
# and COMMAND comes first.
stay_here() {
	printf '%s\n' '#!/bin/sh' "${1:-}" 'exec sh -c "$2"' >"$TMP/here"
	chmod +x "$TMP/here"
	export SSH=$TMP/here
}

@test "enrol-fleet: a chip whose power failed before its last lock is completed" {
	stay_here
	jq '.config |= .[0:176] + "ffff" + .[180:]' \
		"$GOLDEN/chip-images/608b-provisioned.json" >"$TMP/image.json"
	use_image "$TMP/image.json"
	mount_chip
	cat "$MNT/device.pem" >"$TMP/before"
	run enrol-fleet "$SIGNER" <<<"host N1234567 $MNT"
	assert_success
	assert_equal "$(state_of state)" complete
	cmp "$MNT/device.pem" "$TMP/before"
}

@test "enrol-fleet: every line counts, and a chip with another serial is none of ours" {
	stay_here
	new_chip 608b provisioned
	mount_chip
	run enrol-fleet "$SIGNER" \
		< <(printf 'host N1 %s\nhost N1234567 %s' "$MNT" "$MNT")
	assert_failure 1
	assert_equal "$(jq -r '.serial + " " + .result' <<<"$output")" \
		"N1 failed
N1234567 enrolled"
}

@test "enrol-fleet: what follows a step that failed is not done" {
	make_signer
	mount_new 608b
	# shellcheck disable=SC2016 # as above
	stay_here 'case $2 in *device.csr*) exit 1 ;; esac'
	run enrol-fleet "$TMP/signer" <<<"host N1 $MNT"
	assert_failure 1
	refute_output --partial nerveskey-ca
	assert_equal "$(state_of state)" configured
}

@test "sshfs-mount: another machine's key is read and signs from here" {
	mount_identity
	serve_host
	mkdir "$TMP/over"
	sshfs-mount "host:$MNT" "$TMP/over" -F "$TMP/ssh_config"
	run cat "$TMP/over/device.pem"
	assert_output "$(<"$MNT/device.pem")"
	local digest
	echo text >"$TMP/text"
	digest=$(sha256sum "$TMP/text")
	cat "$TMP/over/signatures/${digest%% *}.der" >"$TMP/signature"
	openssl dgst -sha256 -verify "$MNT/pubkey.pem" \
		-signature "$TMP/signature" "$TMP/text"
	# And so does the module.
	run client env NERVESKEY_MOUNT="$TMP/over" p11tool \
		--provider "$MODULE" --test-sign "$KEY_URL"
	assert_success
	assert_output --partial "Verifying against public key in the token... ok"
}

@test "read-only-bind: signatures/ works, and sign and settings do not" {
	[[ $(id -u) == 0 ]] || skip "needs root, to mount"
	mount_identity
	local digest
	echo text >"$TMP/text"
	digest=$(sha256sum <"$TMP/text" | cut -d ' ' -f 1)
	read-only-bind "$MNT" "$TMP/over"
	cat "$TMP/over/signatures/$digest.der" >"$TMP/signature"
	run write_text "$TMP/over/sign" "$digest"
	assert_failure
	assert_output --partial "Read-only file system"
	run write_text "$TMP/over/settings/key" value
	assert_failure
	assert_output --partial "Read-only file system"
	umount "$TMP/over"
	openssl dgst -sha256 -verify "$MNT/pubkey.pem" \
		-signature "$TMP/signature" "$TMP/text"
	assert_not_exists "$MNT/settings/key"
	write_text "$MNT/sign" "$digest"
}

# sign_and_verify COMMAND: `COMMAND sign` makes a signature that openssl and COMMAND
# verify for this file, and for no other.
sign_and_verify() {
	mount_identity
	echo text >"$TMP/text"
	echo another >"$TMP/another"
	"$1" sign "$TMP/text" "$TMP/text.sig" "$MNT"
	openssl dgst -sha256 -verify "$MNT/pubkey.pem" \
		-signature "$TMP/text.sig" "$TMP/text"
	run "$1" verify "$TMP/text" "$TMP/text.sig" "$MNT/pubkey.pem"
	assert_success
	assert_output "Verified OK"
	run "$1" verify "$TMP/another" "$TMP/text.sig" "$MNT/pubkey.pem"
	assert_failure 1
	assert_output --partial "is not a signature of $TMP/another"
	run "$1" sign "$TMP/text" "$TMP/text.sig" "$TMP/nothing"
	assert_failure 1
	assert_output --partial "$TMP/nothing"
}

@test "sign-file.py: signs and verifies a file" {
	sign_and_verify sign-file.py
}

@test "sign-file.js: signs and verifies a file" {
	sign_and_verify sign-file.js
}

# compile EXAMPLE: $TMP/EXAMPLE, from its .c file alone.
compile() {
	cc -Wall -Wextra -Werror -o "$TMP/$1" "$EXAMPLES/$1.c" -lgnutls
}

@test "sign-file.c: signs a file, and verifies that" {
	compile sign-file
	mount_identity
	echo text >"$TMP/text"
	"$TMP/sign-file" "$TMP/text" "$TMP/text.sig" "$MNT"
	openssl dgst -sha256 -verify "$MNT/pubkey.pem" \
		-signature "$TMP/text.sig" "$TMP/text"
	run "$TMP/sign-file" "$TMP/text" "$TMP/text.sig" "$TMP/nothing"
	assert_failure 1
	assert_output --partial "$TMP/nothing/sign"
}

# use_p11_kit: programs find the module as if it were installed.
use_p11_kit() {
	mkdir -p "$TMP/modules"
	echo "module: $MODULE" >"$TMP/modules/nerveskey.module"
	# shellcheck disable=SC2016 # the inner shell expands it
	P11_WRAP=(unshare -m sh -c '
		mount --bind "$0" /usr/share/p11-kit/modules && exec "$@"'
		"$TMP/modules")
}

as_installed() { client "${P11_WRAP[@]}" "$@"; }

# greets_device COMMAND...: the server has seen the device's certificate.
greets_device() {
	run "$@"
	assert_success
	assert_output --partial "CN=N1234567"
}

@test "tls-client.py: the server sees the device's certificate" {
	mount_identity
	make_server_identity
	serve_https
	use_p11_kit
	greets_device as_installed tls-client.py \
		"https://localhost:$HTTPS_PORT/" "$TMP/server.crt"
	run as_installed tls-client.py "https://localhost:$HTTPS_PORT/" \
		"$TMP/signer.cert"
	assert_failure
}

@test "tls-client.c: the server sees the device's certificate" {
	compile tls-client
	mount_identity
	make_server_identity
	serve_https
	use_p11_kit
	greets_device as_installed "$TMP/tls-client" localhost "$HTTPS_PORT" \
		"$TMP/server.crt" 'GET / HTTP/1.0'
	run as_installed "$TMP/tls-client" localhost "$HTTPS_PORT" \
		"$TMP/signer.cert" 'GET / HTTP/1.0'
	assert_failure
	assert_output --partial handshake
}

@test "tls-client.js: the server sees the device's certificate" {
	[[ $(node -p process.config.variables.node_shared_openssl) == true ]] ||
		skip "this Node.js has an OpenSSL of its own, without the system's engines"
	mount_identity
	make_server_identity
	serve_https
	use_openssl_engine
	greets_device client tls-client.js "https://localhost:$HTTPS_PORT/" \
		"$TMP/server.crt" "$MNT"
}
