# SPDX-License-Identifier: Apache-2.0
# strongSwan with the chip's key: pki makes a request, and charon builds a tunnel
# from one network namespace to another.

load helpers
load pkcs11
load networks

LEFT=10.77.0.1
RIGHT=10.77.0.2
# There is no way from one of these to the other but the tunnel.
LEFT_INNER=10.78.0.1
RIGHT_INNER=10.78.0.2

setup() {
	pkcs11_setup
	type -P charon-systemd swanctl pki >/dev/null ||
		skip "needs charon-systemd, strongswan-swanctl, strongswan-pki"
	mount_identity
	KEY_ID=$(client p11tool --provider "$MODULE" --list-privkeys |
		sed -n 's/^\tID: //p' | tr -d :)
}
teardown() { pkcs11_teardown; }

use_module="pkcs11 { modules { nerveskey { path = $MODULE } } }"

# strongSwan asks for a PIN whatever the token says, and any will do.
@test "pki makes a request that the chip has signed" {
	cat >"$TMP/strongswan.conf" <<-CONF
		pki {
			load = random nonce pkcs11 openssl pem x509 pkcs1 pkcs8 pubkey sha1 sha2
			plugins { $use_module }
		}
	CONF
	client env STRONGSWAN_CONF="$TMP/strongswan.conf" setsid -w \
		pki --req --type priv --keyid "$KEY_ID" --dn "CN=N1234567" \
		--outform pem <<<1234 >"$TMP/csr"
	run -0 openssl req -in "$TMP/csr" -verify -noout
	assert_output --partial "verify OK"
	run -0 openssl req -in "$TMP/csr" -pubkey -noout
	assert_output "$(<"$MNT/pubkey.pem")"
}

# make_end SIDE: a network namespace, and a directory for charon's files.
make_end() {
	new_network "$1"
	mkdir -p "$TMP/$1"/{x509,x509ca,private}
	cp "$TMP/signer.cert" "$TMP/$1/x509ca/signer.pem"
	cp "$TMP/server.crt" "$TMP/$1/x509ca/server.pem"
}

connect_ends() {
	make_end left
	make_end right
	ip link add left netns "$(network_holder left)" type veth \
		peer name right netns "$(network_holder right)"
	inside left ip addr add "$LEFT/24" dev left
	inside right ip addr add "$RIGHT/24" dev right
	inside left ip addr add "$LEFT_INNER/32" dev lo
	inside right ip addr add "$RIGHT_INNER/32" dev lo
	inside left ip link set left up
	inside right ip link set right up
}

# start_charon SIDE [PLUGIN SETTINGS]: with the kernel's part played by charon.
start_charon() {
	cat >"$TMP/$1/strongswan.conf" <<-CONF
		charon-systemd {
			load = random nonce aes sha1 sha2 hmac kdf pem pkcs1 x509 pubkey ${2:-} openssl gmp drbg gcm kernel-libipsec kernel-netlink socket-default vici
			journal { default = -1 }
			filelog { stderr { default = 1 } }
			plugins {
				vici { socket = unix://$TMP/$1/vici }
				${3:-}
			}
		}
	CONF
	launch "$1" env STRONGSWAN_CONF="$TMP/$1/strongswan.conf" \
		nsenter --net="$(network_file "$1")" charon-systemd
	wait_until test -S "$TMP/$1/vici"
	swan "$1" --load-all </dev/null >"$TMP/$1/loaded" 2>&1
}

swan() {
	STRONGSWAN_CONF=$TMP/$1/strongswan.conf SWANCTL_DIR=$TMP/$1 \
		timeout "$NK_PATIENCE" swanctl "$2" --uri "unix://$TMP/$1/vici" \
		"${@:3}"
}

configure_left() {
	SWANCTL_DIR=$TMP/left "$ROOT/contrib/examples/strongswan" "$LEFT" "$RIGHT" \
		localhost "$LEFT_INNER" "$RIGHT_INNER" "$MNT"
}

configure_right() {
	cp "$TMP/server.crt" "$TMP/right/x509"
	cp "$TMP/server.key" "$TMP/right/private"
	cat >"$TMP/right/swanctl.conf" <<-CONF
		connections {
			tunnel {
				version = 2
				local { auth = pubkey
					certs = server.crt
					id = localhost
				}
				remote { auth = pubkey
					cacerts = signer.pem
				}
				children {
					all { local_ts = $RIGHT_INNER
						remote_ts = $LEFT_INNER
					}
				}
			}
		}
	CONF
}

serve_text() {
	mkdir "$TMP/www"
	echo "through the tunnel" >"$TMP/www/text"
	serve_inside right python3 -m http.server --bind "$RIGHT_INNER" \
		--directory "$TMP/www" 8000
	wait_until inside right bash -c ": </dev/tcp/$RIGHT_INNER/8000"
}

@test "charon builds an IKEv2 tunnel with the chip's key, as the example configures it" {
	[[ $(id -u) == 0 ]] || skip "needs root, for network namespaces"
	[[ -c /dev/net/tun ]] || skip "needs /dev/net/tun"
	make_server_identity
	connect_ends
	configure_left
	configure_right
	start_charon right
	start_charon left pkcs11 "$use_module"
	run -0 swan left --initiate --child all
	assert_output --partial "authentication of 'CN=N1234567' (myself)"
	run -0 swan right --list-sas
	assert_line --partial "ESTABLISHED, IKEv2"
	assert_line --partial "remote 'CN=N1234567' @ $LEFT"
	assert_line --partial "INSTALLED, TUNNEL"
	serve_text
	run -0 inside left curl -sS --max-time "$NK_PATIENCE" \
		"http://$RIGHT_INNER:8000/text"
	assert_output "through the tunnel"
}
