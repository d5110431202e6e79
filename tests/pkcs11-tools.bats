# SPDX-License-Identifier: Apache-2.0
# The tools that come with PKCS #11 itself: OpenSC's, GnuTLS's, p11-kit's, and
# Python's binding.

load helpers
load pkcs11

setup() {
	pkcs11_setup
	mount_identity
	echo "some text" >"$TMP/text"
}
teardown() { pkcs11_teardown; }

p11() { client pkcs11-tool --module "$MODULE" "$@"; }
gnutls() { client p11tool --provider "$MODULE" "$@"; }

# verify SIGNATURE: it is of $TMP/text, says OpenSSL.
verify() {
	openssl dgst -sha256 -verify "$MNT/pubkey.pem" -signature "$1" \
		"$TMP/text"
}

@test "only what hands out function lists is exported" {
	run -0 nm -D --defined-only "$MODULE"
	assert_line --regexp ' T C_GetFunctionList$'
	assert_line --regexp ' T C_GetInterface$'
	assert_line --regexp ' T C_GetInterfaceList$'
	assert_equal "${#lines[@]}" 3
}

@test "the lists hold the module's functions, also in a program that exports others" {
	run -0 readelf --relocs --wide "$MODULE"
	assert_output --partial RELATIV
	refute_output --partial " C_"
}

@test "pkcs11-tool's own test finds no error" {
	run p11 --test
	assert_success
	assert_line "No errors"
	refute_output --partial "ERR"
	run p11 --test-fork
	assert_success
	assert_line --partial "C_Initialize in forked child process"
	refute_output --partial CKR_
}

@test "the token is named by the serial, its slot by the mount" {
	run p11 --list-slots
	assert_success
	assert_line --partial "$MNT"
	assert_line --regexp 'token label *: N1234567$'
	assert_line --regexp 'token model *: ATECC608B$'
	assert_line --regexp 'token flags *: rng, token initialized, readonly$'
	local chip
	chip=$(<"$MNT/chip/serial")
	assert_line --regexp "serial num *: ${chip:2}\$"
}

@test "pkcs11-tool signs digests and texts, and OpenSSL verifies" {
	p11 -s -m ECDSA-SHA256 --label device -i "$TMP/text" \
		--signature-format openssl -o "$TMP/by-text"
	verify "$TMP/by-text"
	openssl dgst -sha256 -binary -out "$TMP/digest" "$TMP/text"
	p11 -s -m ECDSA --label device -i "$TMP/digest" \
		--signature-format openssl -o "$TMP/by-digest"
	verify "$TMP/by-digest"
}

@test "longer and shorter digests are signed as ECDSA says, by whoever hashes" {
	local hash made
	for hash in sha1 sha224 sha384 sha512; do
		openssl dgst "-$hash" -binary -out "$TMP/digest" "$TMP/text"
		p11 -s -m ECDSA --label device -i "$TMP/digest" \
			--signature-format openssl -o "$TMP/signature"
		p11 -s -m "ECDSA-${hash^^}" --label device -i "$TMP/text" \
			--signature-format openssl -o "$TMP/by-text"
		for made in "$TMP/signature" "$TMP/by-text"; do
			openssl dgst "-$hash" -verify "$MNT/pubkey.pem" \
				-signature "$made" "$TMP/text"
		done
	done
}

@test "the exported certificates are the mount's" {
	local name
	for name in device signer; do
		p11 --read-object --type cert --label "$name" -o "$TMP/der"
		run openssl x509 -inform DER -in "$TMP/der"
		assert_success
		assert_output "$(openssl x509 -in "$MNT/$name.pem")"
	done
	p11 --read-object --type pubkey --label device -o "$TMP/der"
	run openssl pkey -pubin -inform DER -in "$TMP/der"
	assert_output "$(<"$MNT/pubkey.pem")"
}

@test "key and certificate share their ID, the key identifier" {
	local id
	id=$(openssl asn1parse -in "$MNT/pubkey.pem" -strparse 23 -noout \
		-out >(sha1sum | cut -d ' ' -f 1))
	run p11 --list-objects
	assert_equal "$(grep -c "ID: *$id" <<<"$output")" 3
}

@test "auxiliary certificates come and go with aux/" {
	run -0 p11 --list-objects --type cert
	refute_output --partial aux-
	{
		cat "$TMP/signer.cert" "$TMP/signer.key"
		echo commit
	} >"$MNT/aux/provision"
	run p11 --list-objects --type cert
	assert_line --regexp 'label: *aux-device'
	assert_line --regexp 'label: *aux-signer'
	p11 --read-object --type cert --label aux-device -o "$TMP/der"
	run openssl x509 -inform DER -in "$TMP/der"
	assert_output "$(openssl x509 -in "$MNT/aux/device.pem")"
}

@test "a derived secret is the one that the other side has" {
	openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 \
		-out "$TMP/peer.key"
	openssl pkey -in "$TMP/peer.key" -pubout -outform DER \
		-out "$TMP/peer.der"
	p11 --derive -m ECDH1-DERIVE --label device -i "$TMP/peer.der" \
		-o "$TMP/secret"
	openssl pkeyutl -derive -inkey "$TMP/peer.key" \
		-peerkey "$MNT/pubkey.pem" -out "$TMP/expected"
	cmp "$TMP/secret" "$TMP/expected"
}

@test "OpenSSL decrypts a message to the device by its engine" {
	use_openssl_engine
	openssl cms -encrypt -aes-256-cbc -in "$TMP/text" -binary \
		-recip "$MNT/device.pem" -outform DER -out "$TMP/message"
	client openssl cms -decrypt -in "$TMP/message" -inform DER \
		-recip "$MNT/device.pem" -engine pkcs11 -keyform engine \
		-inkey "$KEY_URL" -out "$TMP/decrypted"
	cmp "$TMP/decrypted" "$TMP/text"
}

@test "random bytes are the chip's, and differ" {
	p11 --generate-random 100 -o "$TMP/a"
	p11 --generate-random 100 -o "$TMP/b"
	assert_equal "$(stat -c %s "$TMP/a")" 100
	run cmp "$TMP/a" "$TMP/b"
	assert_failure 1
}

@test "any PIN is taken, and there is none to change" {
	p11 -s -m ECDSA-SHA256 --label device -i "$TMP/text" \
		--login --pin 1234 --signature-format openssl -o "$TMP/by-user"
	verify "$TMP/by-user"
	run p11 --login --pin 1234 --change-pin --new-pin 4321
	assert_failure
	assert_output --partial CKR_TOKEN_WRITE_PROTECTED
	run p11 --list-objects --login --login-type so --so-pin 1234
	assert_failure
	assert_output --partial CKR_PIN_INCORRECT
	run p11 --init-token --label x --so-pin 1234
	assert_failure
	assert_output --partial CKR_TOKEN_WRITE_PROTECTED
}

@test "pkcs11-dump logs in and shows every object" {
	type -P pkcs11-dump >/dev/null || skip "needs pkcs11-dump"
	run -0 client pkcs11-dump dump "$MODULE" 0 1234
	assert_line --regexp 'label: N1234567 *$'
	assert_equal "$(grep -c '^Object ' <<<"$output")" 4
	assert_line --regexp 'CKA_CLASS: CKO_PRIVATE_KEY'
}

@test "p11tool lists everything by URL" {
	run gnutls --list-all
	assert_success
	local class
	for class in private public cert; do
		assert_line --regexp \
			"URL: pkcs11:.*token=N1234567;.*object=device;type=$class"
	done
	assert_line --regexp "URL: pkcs11:.*object=signer;type=cert"
	assert_line --partial "CKA_NEVER_EXTRACTABLE; CKA_SENSITIVE"
	assert_line --regexp 'Expires: '
}

@test "p11tool signs, exports and draws random bytes" {
	run gnutls --test-sign "$KEY_URL"
	assert_success
	assert_output --partial "Verifying against public key in the token... ok"
	run gnutls --export-chain "$CERT_URL"
	assert_success
	assert_output --partial "BEGIN CERTIFICATE"
	run gnutls --generate-random=64 --outfile="$TMP/random"
	assert_success
	assert_equal "$(stat -c %s "$TMP/random")" 64
	run gnutls --export "$KEY_URL"
	assert_failure
}

@test "certtool makes a request with the key" {
	printf 'cn = "request"\nsigning_key\n' >"$TMP/template"
	client certtool --provider "$MODULE" --generate-request \
		--load-privkey "$KEY_URL" --load-pubkey \
		'pkcs11:object=device;type=public' \
		--template "$TMP/template" --outfile "$TMP/csr"
	run openssl req -in "$TMP/csr" -verify -noout
	assert_output --partial "verify OK"
	run openssl req -in "$TMP/csr" -pubkey -noout
	assert_output "$(<"$MNT/pubkey.pem")"
}

@test "the mounts of /etc/nerveskeyfs/mounts are found through GnuTLS, too" {
	[[ $(id -u) == 0 ]] || skip "needs root, for an /etc of its own"
	take_away
	cp -a /etc "$TMP/etc"
	mkdir -p "$TMP/etc/nerveskeyfs"
	echo "$MNT" >"$TMP/etc/nerveskeyfs/mounts"
	# shellcheck disable=SC2016 # expanded there
	run -0 "$ROOT/tests/own-mounts" bash -eu -c '
		mount --bind "$1" /etc
		nerveskeyfs "$2" "$3"
		env -u NERVESKEY_MOUNT p11tool --provider "$MODULE" \
			--list-tokens || true
		umount "$3"' - "$TMP/etc" "$(chip_device)" "$MNT" 3>&-
	assert_line --regexp 'Label: N1234567$'
}

@test "Python signs through PyKCS11 and cryptography verifies" {
	client "$PYTHON" - "$MNT/pubkey.pem" <<-'EOF'
		import hashlib, os, sys
		import PyKCS11
		from cryptography.hazmat.primitives import hashes, serialization
		from cryptography.hazmat.primitives.asymmetric import ec, utils

		lib = PyKCS11.PyKCS11Lib()
		lib.load(os.environ["MODULE"])
		session = lib.openSession(lib.getSlotList(tokenPresent=True)[0])
		key = session.findObjects([
		    (PyKCS11.CKA_CLASS, PyKCS11.CKO_PRIVATE_KEY)])[0]
		raw = bytes(session.sign(key, b"text",
		    PyKCS11.Mechanism(PyKCS11.CKM_ECDSA_SHA256)))
		der = utils.encode_dss_signature(
		    int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
		public = serialization.load_pem_public_key(
		    open(sys.argv[1], "rb").read())
		public.verify(der, b"text", ec.ECDSA(hashes.SHA256()))
	EOF
}

@test "a Trust&Go part is a token with its maker's certificates" {
	take_away
	new_chip tng
	bring_back
	run -0 p11 --list-objects --type cert
	assert_line --partial "CN=sn$(<"$MNT/serial")"
	assert_line --partial "CN=Crypto Authentication Signer 2C00"
	p11 -s -m ECDSA-SHA256 --label device -i "$TMP/text" \
		--signature-format openssl -o "$TMP/signature"
	verify "$TMP/signature"
}

@test "a blank chip is a token without a key" {
	take_away
	rm "$TMP/chip.sim"
	mount_new 608b
	run p11 --list-token-slots
	assert_success
	refute_output --partial "token initialized"
	run p11 --list-objects
	assert_success
	refute_output --partial "Object"
}
