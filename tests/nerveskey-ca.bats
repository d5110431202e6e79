# SPDX-License-Identifier: Apache-2.0
# nerveskey-ca: signers, test devices, certificates for a chip's request.

load helpers

setup() {
	nk_setup
	SIGN=(--signer-cert "$SIGNER.cert" --signer-key "$SIGNER.key")
	cd "$TMP" || return
}

# dates_of CERT: its two dates as openssl prints them.
dates_of() {
	openssl x509 -in "$1" -noout -startdate -enddate |
		sed 's/.*=//; s/  */ /g'
}

# key_of FILE: the public key of a certificate or a private key.
key_of() {
	case $1 in
	*.cert) openssl x509 -in "$1" -noout -pubkey ;;
	*) openssl pkey -in "$1" -pubout ;;
	esac
}

# request NAME SERIAL [CHIP_SERIAL]: NAME.key and NAME.csr, as a chip would ask.
request() {
	cat >"$1.conf" <<-END
		[req]
		prompt = no
		string_mask = utf8only
		utf8 = yes
		distinguished_name = name
		attributes = attributes
		[name]
		CN = "$2"
		[attributes]
		${3:+serialNumber = $3}
	END
	openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"
	openssl req -new -config "$1.conf" -key "$1.key" -out "$1.csr"
}

CHIP_SERIAL=012350aba6e49c50ee

# serial_for DATES: the serial number that a certificate with these encoded dates
# has for that chip.
serial_for() {
	local hash
	hash=$(xxd -r -p <<<"$CHIP_SERIAL$1" | sha256sum)
	printf '%X%s\n' $((0x${hash:0:2} & 0x3f | 0x40)) \
		"$(tr a-f A-F <<<"${hash:2:30}")"
}

@test "signer create makes a certificate and a key that belong together" {
	run -0 nerveskey-ca signer create one
	assert_output --partial "one.key, which must stay secret"
	assert_equal "$(key_of one.cert)" "$(key_of one.key)"
	openssl verify -check_ss_sig -x509_strict -CAfile one.cert one.cert
	run -0 openssl x509 -in one.cert -noout -ext \
		basicConstraints,keyUsage,extendedKeyUsage
	assert_output --partial "CA:TRUE, pathlen:0"
	assert_output --partial "Digital Signature, Certificate Sign, CRL Sign"
	run -0 openssl x509 -in one.cert -noout -nameopt RFC2253 -subject -issuer
	assert_output "subject=CN=Signer
issuer=CN=Signer"
	assert_equal "$(ls)" "one.cert
one.key"
}

@test "signer create writes the key for its owner only, whatever the umask" {
	umask 0
	nerveskey-ca signer create one
	assert_equal "$(stat -c %a one.key)" 600
	assert_equal "$(stat -c %a one.cert)" 644
	umask 077
	nerveskey-ca signer create two
	assert_equal "$(stat -c %a two.key)" 600
	assert_equal "$(stat -c %a two.cert)" 600
}

@test "signer create makes a key that openssl and GnuTLS read" {
	nerveskey-ca signer create one
	run -0 head -1 one.key
	assert_output "-----BEGIN EC PRIVATE KEY-----"
	openssl ec -in one.key -check -noout
	certtool --key-info --infile one.key --outfile info
	assert_file_contains info SECP256R1
}

@test "signer create is for one year, or as many as are wanted" {
	faked "2026-11-21 22:34:56" nerveskey-ca signer create one
	assert_equal "$(dates_of one.cert)" "Nov 21 22:00:00 2026 GMT
Nov 21 22:00:00 2027 GMT"
	faked "2026-11-21 22:34:56" \
		nerveskey-ca signer create --years-valid 31 most
	assert_equal "$(dates_of most.cert)" "Nov 21 22:00:00 2026 GMT
Nov 21 22:00:00 2057 GMT"
	faked "2026-11-21 22:34:56" \
		nerveskey-ca signer create ever --years-valid=0
	assert_equal "$(dates_of ever.cert)" "Nov 21 22:00:00 2026 GMT
Dec 31 23:59:59 9999 GMT"
}

@test "signer create on 29 February ends on a day that exists" {
	faked "2028-02-29 10:11:12" \
		nerveskey-ca signer create long --years-valid 31
	assert_equal "$(dates_of long.cert)" "Feb 29 10:00:00 2028 GMT
Feb 29 10:00:00 2056 GMT"
	faked "2028-02-29 10:11:12" nerveskey-ca signer create short
	assert_equal "$(dates_of short.cert)" "Feb 28 23:00:00 2028 GMT
Feb 28 23:00:00 2029 GMT"
}

@test "signer create refuses years that do not compress" {
	run -1 nerveskey-ca signer create one --years-valid 32
	assert_output --partial "32 years are asked for, at most 31 fit"
	run -1 nerveskey-ca signer create one --years-valid 128 --extended-dates
	for years in -1 1.5 x "" 0x10 99999999999 "1 "; do
		run -1 nerveskey-ca signer create one --years-valid "$years"
		assert_output --partial "a number of years is expected"
	done
	run -1 faked "2032-01-01 00:00:00" nerveskey-ca signer create one
	assert_output --partial "the clock shows the year 2032"
	assert_equal "$(ls)" ""
}

@test "a clock from before the program was built is refused" {
	request chip N1 "$CHIP_SERIAL"
	local clock
	for clock in "1970-01-02 00:00:00" "1999-12-31 23:59:59" \
		"2026-11-20 23:59:59"; do
		run -1 faked "$clock" nerveskey-ca signer create one
		assert_output --regexp \
			"the clock says ${clock% *}, but .* was built on 20"
		run -1 faked "$clock" nerveskey-ca device create N1 "${SIGN[@]}"
		run -1 faked "$clock" nerveskey-ca device sign \
			--csr chip.csr "${SIGN[@]}"
		assert_output --partial "set the clock"
	done
	assert_equal "$(ls)" "chip.conf
chip.csr
chip.key"
}

@test "signer create makes extended dates when they are asked for" {
	faked "2040-05-05 05:05:05" \
		nerveskey-ca signer create far --years-valid 100 --extended-dates
	assert_equal "$(dates_of far.cert)" "May 5 05:00:00 2040 GMT
May 5 05:00:00 2140 GMT"
	faked "2040-05-05 05:05:05" nerveskey-ca device create N1 \
		--signer-cert far.cert --signer-key far.key --extended-dates
	verify_device N1.cert far.cert
	run -1 faked "2040-05-05 05:05:05" nerveskey-ca device create N2 \
		--signer-cert far.cert --signer-key far.key
	assert_output --partial "from 2000 to 2031"
}

@test "no file is ever overwritten, and none is left alone" {
	echo precious >one.key
	run -1 nerveskey-ca signer create one
	assert_output "nerveskey-ca: one.key: File exists"
	assert_equal "$(cat one.key)" precious
	assert_not_exists one.cert
	mv one.key one.cert
	run -1 nerveskey-ca signer create one
	assert_equal "$(cat one.cert)" precious
	assert_not_exists one.key
	ln -s elsewhere two.key
	run -1 nerveskey-ca signer create two
	assert_not_exists elsewhere
	assert_not_exists two.cert
	run -1 nerveskey-ca signer create none/one
	assert_output "nerveskey-ca: none/one.key: No such file or directory"
}

@test "a disk that is full leaves neither certificate nor key" {
	run -1 bash -c "trap '' XFSZ; ulimit -f 0
		nerveskey-ca signer create one"
	assert_output --partial "one.key: File too large"
	run -1 bash -c "trap '' XFSZ; ulimit -f 0
		nerveskey-ca device create N1 ${SIGN[*]}"
	assert_equal "$(ls)" ""
}

@test "device create makes a device that openssl verifies" {
	run -0 nerveskey-ca device create N1234567 "${SIGN[@]}"
	assert_output --partial "for tests"
	verify_device N1234567.cert "$SIGNER.cert"
	assert_equal "$(key_of N1234567.cert)" "$(key_of N1234567.key)"
	assert_equal "$(stat -c %a N1234567.key)" 600
	run -0 openssl x509 -in N1234567.cert -noout -nameopt RFC2253 -subject -ext \
		basicConstraints,keyUsage,extendedKeyUsage
	assert_output --partial "subject=CN=N1234567"
	assert_output --partial "CA:FALSE"
	assert_output --partial "Digital Signature, Key Encipherment"
	assert_output --partial "TLS Web Client Authentication"
}

@test "device create is for 31 years, 28 on 29 February" {
	faked "2027-03-01 00:59:59" nerveskey-ca device create a "${SIGN[@]}"
	assert_equal "$(dates_of a.cert)" "Mar 1 00:00:00 2027 GMT
Mar 1 00:00:00 2058 GMT"
	faked "2028-02-29 23:59:59" nerveskey-ca device create b "${SIGN[@]}"
	assert_equal "$(dates_of b.cert)" "Feb 29 23:00:00 2028 GMT
Feb 29 23:00:00 2056 GMT"
}

@test "a serial that the Elixir library would split, or with blank ends" {
	local serial
	for serial in AB/O=Acme 2026/0042 " N1" $'N1\u2003'; do
		run -1 nerveskey-ca device create "$serial" "${SIGN[@]}"
		assert_output --partial "the serial \"$serial\""
		run -1 nerveskey-ca device create "$serial" -o slash "${SIGN[@]}"
		request chip "$serial" "$CHIP_SERIAL"
		run -1 nerveskey-ca device sign --csr chip.csr "${SIGN[@]}"
		assert_output --partial "the serial \"$serial\""
		rm chip.*
	done
	assert_equal "$(ls)" ""
}

@test "a serial that looks like an option comes after --" {
	nerveskey-ca device create "${SIGN[@]}" -- --odd
	verify_device ./--odd.cert "$SIGNER.cert"
}

@test "device create refuses serials that do not fit" {
	local long=ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijkl
	nerveskey-ca device create "$long" "${SIGN[@]}"
	run -1 nerveskey-ca device create "${long}m" "${SIGN[@]}"
	assert_output --partial "the serial is 49 bytes long, at most 48 fit"
	run -1 nerveskey-ca device create $'Z\xfcr' "${SIGN[@]}"
	assert_output --partial "the serial is not UTF-8"
	run -1 nerveskey-ca device create "" -o empty "${SIGN[@]}"
	assert_output --partial "the serial is empty: 1 to 48 bytes"
	assert_equal "$(ls)" "$long.cert
$long.key"
}

@test "signers that cannot be rebuilt are refused with the reason" {
	local name reason
	while IFS=: read -r name reason; do
		run -1 nerveskey-ca device create N1 \
			--signer-cert "$GOLDEN/signers/$name.cert" \
			--signer-key "$GOLDEN/signers/$name.key"
		assert_output --partial "$reason"
	done <<-END
		y32:issued in 2026 for 32 years
		y40:issued in 2026 for 40 years
		y0:it ends when it begins
		issued-2032-y31:issued in 2032
		issued-1970-y31:issued in 1970, before 2000
		leapday-y31:its end 2059-02-29 12 h is no date
	END
	run -1 nerveskey-ca device create N1 --signer-cert "$SIGNER.cert" \
		--signer-key "$GOLDEN/signers/y10.key"
	assert_output --partial "not that of the signer's certificate"
	run -1 nerveskey-ca device create N1 \
		--signer-cert "$GOLDEN/devices/len8.cert" \
		--signer-key "$GOLDEN/devices/len8.key"
	assert_output --partial "not that of a CA"
	assert_equal "$(ls)" ""
}

@test "a signer of another tool: all reasons at once, and the right command" {
	openssl req -x509 -newkey rsa:2048 -nodes -subj /O=Acme/CN=CA -days 9 \
		-addext basicConstraints=critical,CA:FALSE \
		-keyout other.key -text -out other.cert 2>/dev/null
	run -1 nerveskey-ca device create N1 --signer-cert other.cert \
		--signer-key other.key
	local text
	for text in "no basicConstraints CA:TRUE" "is not of P-256" \
		"its begin is not at a full hour" "its end is not at a full hour" \
		"is not signed with ECDSA and SHA-256" \
		"its issuer is not CN=Signer;" "its subject is not CN=Signer;" \
		"a good one is made by: nerveskey-ca signer create NAME"; do
		assert_output --partial "$text"
	done
}

@test "a signer's certificate and key come in the forms that openssl writes" {
	sed 's/$/\r/' "$SIGNER.cert" >dos.cert
	sed 's/$/\r/' "$SIGNER.key" >dos.key
	openssl pkcs8 -topk8 -nocrypt -in "$SIGNER.key" -out pkcs8.key
	{
		echo "It is not ENCRYPTED"
		openssl ecparam -name prime256v1
		cat "$SIGNER.key"
	} >parameters.key
	{
		openssl x509 -in "$SIGNER.cert" -text
		cat "$SIGNER.key"
	} >both.key
	for key in dos pkcs8 parameters both; do
		nerveskey-ca device create "$key" --signer-cert dos.cert \
			--signer-key "$key.key" -o "by-$key"
		verify_device "by-$key.cert" "$SIGNER.cert"
	done
	nerveskey-ca device create N1 --signer-cert both.key \
		--signer-key both.key
	openssl ec -in "$SIGNER.key" -aes128 -passout pass:x -out secret.key
	run -1 nerveskey-ca device create N2 --signer-cert "$SIGNER.cert" \
		--signer-key secret.key
	assert_output --partial "the signer's key is encrypted"
}

@test "a signer that is not valid at this time issues with a warning" {
	faked "2027-01-01 00:00:00" nerveskey-ca signer create one
	run -0 faked "2029-01-01 00:00:00" nerveskey-ca device create N1 \
		--signer-cert one.cert --signer-key one.key
	assert_output --partial "warning: the signer's certificate is not valid"
	run -0 faked "2027-06-01 00:00:00" nerveskey-ca device create N2 \
		--signer-cert one.cert --signer-key one.key
	refute_output --partial warning
}

@test "device sign makes the certificate that a request asks for" {
	request chip N1234567 "$CHIP_SERIAL"
	faked "2026-11-21 22:34:56" nerveskey-ca device sign --csr chip.csr \
		"${SIGN[@]}" >chip.cert
	verify_device chip.cert "$SIGNER.cert"
	assert_equal "$(key_of chip.cert)" "$(key_of chip.key)"
	run -0 openssl x509 -in chip.cert -noout -nameopt RFC2253 -subject -serial
	assert_output "subject=CN=N1234567
serial=$(serial_for d5d6df)"
	assert_equal "$(dates_of chip.cert)" "Nov 21 22:00:00 2026 GMT
Nov 21 22:00:00 2057 GMT"
}

@test "device sign reads standard input, and writes a new file" {
	request chip N1 "$CHIP_SERIAL"
	nerveskey-ca device sign --csr - -o out.pem "${SIGN[@]}" <chip.csr
	verify_device out.pem "$SIGNER.cert"
	run -1 nerveskey-ca device sign --csr - -o out.pem "${SIGN[@]}" <chip.csr
	assert_output "nerveskey-ca: out.pem: File exists"
	run -1 bash -c "nerveskey-ca device sign --csr chip.csr ${SIGN[*]} \
		>/dev/full"
	assert_output --partial "No space left on device"
}

@test "device sign wants to know the chip, from the request or by option" {
	request plain N1
	run -1 nerveskey-ca device sign --csr plain.csr "${SIGN[@]}"
	assert_output --partial "give it with --chip-serial"
	faked "2026-11-21 22:34:56" nerveskey-ca device sign --csr plain.csr \
		--chip-serial "${CHIP_SERIAL^^}" "${SIGN[@]}" >plain.cert
	run -0 openssl x509 -in plain.cert -noout -serial
	assert_output "serial=$(serial_for d5d6df)"
	request chip N1 "$CHIP_SERIAL"
	run -1 nerveskey-ca device sign --csr chip.csr \
		--chip-serial 0123000000000000ee "${SIGN[@]}"
	assert_output --partial "the request is for another chip"
	for wrong in 01 "${CHIP_SERIAL}00" xy2350aba6e49c50ee ""; do
		run -1 nerveskey-ca device sign --csr chip.csr \
			--chip-serial "$wrong" "${SIGN[@]}"
		assert_output --partial "18 hex digits are expected"
	done
}

@test "device sign refuses a request that its key did not sign" {
	request chip N1 "$CHIP_SERIAL"
	openssl req -in chip.csr -outform DER -out chip.der
	printf X | dd of=chip.der bs=1 conv=notrunc status=none \
		seek="$(grep -abo N1 chip.der | head -1 | cut -d: -f1)"
	openssl req -inform DER -in chip.der -out forged.csr
	run -1 nerveskey-ca device sign --csr forged.csr "${SIGN[@]}"
	assert_output --partial "the signature is not this key's"
}

@test "device sign refuses what is no request" {
	head -c 100000 /dev/zero >big
	for file in "$SIGNER.cert" "$SIGNER.key" /dev/null big none; do
		run -1 nerveskey-ca device sign --csr "$file" "${SIGN[@]}"
		assert_output --regexp '^nerveskey-ca: '
	done
}

@test "a signer's key in a token signs, with the PIN from a file" {
	new_token
	nerveskey-ca device create N1 --signer-cert "$SIGNER.cert" \
		--signer-key "$KEY_URL" --pin-file pin
	verify_device N1.cert "$SIGNER.cert"
	request chip N2 "$CHIP_SERIAL"
	nerveskey-ca device sign --csr chip.csr --signer-cert "$SIGNER.cert" \
		--signer-key "$KEY_URL" --pin-file pin -o N2.cert
	verify_device N2.cert "$SIGNER.cert"
}

@test "a key in a token that cannot be used is refused, and its PIN not shown" {
	new_token
	echo 9876 >wrong
	run -1 nerveskey-ca device create N1 --signer-cert "$SIGNER.cert" \
		--signer-key "$KEY_URL" --pin-file wrong
	assert_output --partial "the URL of the signer's key"
	refute_output --partial 9876
	# It was tried once, not until the token locks itself.
	nerveskey-ca device create N1 --signer-cert "$SIGNER.cert" \
		--signer-key "$KEY_URL" --pin-file pin
	run -1 nerveskey-ca device create N2 --signer-cert "$SIGNER.cert" \
		--signer-key "$KEY_URL"
	run -1 nerveskey-ca device create N2 --signer-cert "$SIGNER.cert" \
		--signer-key "${KEY_URL/signer/other}" --pin-file pin
	run -1 nerveskey-ca device create N2 --signer-key "$KEY_URL" \
		--signer-cert "$GOLDEN/signers/y10.cert" --pin-file pin
	assert_output --partial "not that of the signer's certificate"
	: >empty
	run -1 nerveskey-ca device create N2 --signer-cert "$SIGNER.cert" \
		--signer-key "$KEY_URL" --pin-file empty
	assert_output --partial "PIN file empty: its first line is empty"
	assert_not_exists N2.key
}

# A SoftHSM token with the key of $SIGNER: $KEY_URL, and its PIN in the file pin.
new_token() {
	export SOFTHSM2_CONF=$TMP/softhsm2.conf
	KEY_URL="pkcs11:token=factory;object=signer;type=private"
	mkdir tokens
	echo "directories.tokendir = $TMP/tokens" >"$SOFTHSM2_CONF"
	echo 1234 >pin
	softhsm2-util --init-token --free --label factory \
		--so-pin 12345678 --pin 1234
	openssl pkcs8 -topk8 -nocrypt -in "$SIGNER.key" -out pkcs8.key
	softhsm2-util --import pkcs8.key --token factory --label signer \
		--id 01 --pin 1234
	rm pkcs8.key
}

@test "usage errors are told apart: status 2, and where help is" {
	while IFS=: read -r words reason; do
		# shellcheck disable=SC2086
		run -2 nerveskey-ca $words
		assert_line "nerveskey-ca: $reason"
		assert_line "nerveskey-ca --help says more."
	done <<-END
		:a command is missing: signer create, signer prove, device create, device sign
		signer:a command is missing: signer create, signer prove, device create, device sign
		signer remove:there is no command signer remove: there are signer create, signer prove, device create, device sign
		sign create:there is no command sign create: there are signer create, signer prove, device create, device sign
		signer create:signer create needs NAME
		signer create a b:signer create: the word "b" is one too many
		signer create a --ears 3:unrecognized option '--ears'
		signer create a --years-valid:option '--years-valid' requires an argument
		signer create a --years-valid 1 --years 2:--years-valid is given twice
		signer create a -x:invalid option -- 'x'
		signer create a -o b:invalid option -- 'o'
		signer create a --csr b:unrecognized option '--csr'
		signer create a --extended-dates=1:option '--extended-dates' doesn't allow an argument
		device create N1:device create needs --signer-cert FILE
		device create N1 --signer-cert a:device create needs --signer-key FILE|URL
		device sign --signer-cert a --signer-key b:device sign needs --csr FILE
		device sign N1 --csr c:device sign: the word "N1" is one too many
	END
	assert_equal "$(ls)" ""
}

@test "help and version go to standard output" {
	for words in --help "signer create --help" "device --help"; do
		run -0 bash -c "nerveskey-ca $words 2>/dev/null"
		assert_output --partial "nerveskey-ca device sign"
		assert_output --partial "--years-valid N"
	done
	run -0 nerveskey-ca --version
	assert_output --regexp '^nerveskey-ca [0-9]+\.[0-9]+\.[0-9]+$'
}

# prove CODE [ARGUMENT...]: by the signer in $TMP.
prove() {
	nerveskey-ca signer prove --signer-cert "$TMP/signer.cert" \
		--signer-key "$TMP/signer.key" "$@"
}

@test "signer prove: a certificate for the code, by the signer, for another key" {
	local code
	code=$(printf %064d 7)
	cd "$TMP"
	nerveskey-ca signer create signer
	prove "$code" >proof.pem
	openssl verify -CAfile signer.cert proof.pem
	run openssl x509 -in proof.pem -noout -subject -nameopt RFC2253
	assert_output "subject=CN=$code"
	run openssl x509 -in proof.pem -noout -checkend $((366 * 86400))
	assert_failure
	run diff <(openssl x509 -in proof.pem -noout -pubkey) \
		<(openssl x509 -in signer.cert -noout -pubkey)
	assert_failure
	prove -o another.pem "$code"
	run cmp proof.pem another.pem
	assert_failure
	run ls
	assert_output "another.pem
proof.pem
signer.cert
signer.key"
}

@test "signer prove: what is no code is refused, and so is another signer's key" {
	cd "$TMP"
	nerveskey-ca signer create signer
	run prove ""
	assert_failure 1
	assert_output --partial "0 bytes long: 1 to 64 are expected"
	run prove "$(printf %065d 7)"
	assert_failure 1
	assert_output --partial "65 bytes long"
	run prove "a code"
	assert_failure 1
	assert_output --partial "copy it as the cloud shows it"
	nerveskey-ca signer create another
	cp another.key signer.key
	run prove code
	assert_failure 1
}
