# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# For .bats files whose subject is the PKCS #11 module: a provisioned chip, and
# other people's programs run with the module.

load servers

MODULE=$NK_BUILD/lib/nerveskey-pkcs11.so
KEY_URL='pkcs11:object=device;type=private'
CERT_URL='pkcs11:object=device;type=cert'

pkcs11_setup() {
	nk_setup
	servers_setup
	export NERVESKEY_MOUNT=$MNT MODULE
	# Debian's own, which sees Debian's modules.
	export PYTHON=/usr/bin/python3
	client_env=(env)
}

pkcs11_teardown() {
	exec 5>&- || true
	servers_teardown
	nk_teardown
}

# client COMMAND...: a program that loads the module.
client() {
	"${client_env[@]}" "$@"
}

# serve_client PORT COMMAND...: a server that loads the module. Not by `client`:
# of a function in the background only the shell would be ended.
serve_client() { serve "$1" "${client_env[@]}" "${@:2}"; }

# launch NAME COMMAND...: a program that loads the module, in the
# background; what it says is in $TMP/NAME.log.
launch() {
	"${client_env[@]}" "${@:2}" >"$TMP/$1.log" 2>&1 3>&- &
	servers+=($!)
}

# take_orders COMMAND...: a client that does what it is told, line by line, and
# says how it went.
take_orders() {
	mkfifo "$TMP/orders"
	client "$@" <"$TMP/orders" >"$TMP/replies" 2>"$TMP/errors" 3>&- &
	servers+=($!)
	exec 5>"$TMP/orders"
	: >>"$TMP/replies"
}

# order LINE: prints the reply to it.
order() {
	local before
	before=$(replies)
	echo "$1" >&5
	wait_until replied "$before"
	tail -n 1 "$TMP/replies"
}

replies() { wc -l <"$TMP/replies"; }
replied() { (($(replies) > $1)); }

# assert_order LINE REPLY
assert_order() {
	assert_equal "$1: $(order "$1")" "$1: $2"
}

# Names of their own: a .bats file with the usual ones runs a second time, over
# libi2c, which is not the subject here.
mount_new() {
	new_chip "$@"
	mount_chip
}

take_away() { unmount_chip; }

bring_back() { mount_chip "$@"; }

# mount_identity [MODEL]: mount a chip that has a certificate of today, by a
# signer of today: $TMP/signer.cert. Servers look at the clock.
mount_identity() {
	new_chip "${1:-608b}"
	mount_chip "${@:2}"
	(cd "$TMP" && nerveskey-ca signer create signer --years-valid 5)
	{
		echo serial=N1234567
		cat "$TMP/signer.cert" "$TMP/signer.key"
		echo commit
	} >"$MNT/provision"
}

# let_others_in: another user may go to $TMP, and finds the module there.
let_others_in() {
	local place=$TMP
	while [[ $place == "$BATS_RUN_TMPDIR"* ]]; do
		chmod o+x "$place"
		place=$(dirname "$place")
	done
	cp "$MODULE" "$ROOT/tests/pkcs11-client.py" "$TMP"
	MODULE=$TMP/${MODULE##*/}
}

# use_installed_module: programs find the module as an installed one, by its
# .module file, in a p11-kit configuration of their own. Root's p11-kit looks at
# no file of a user's, so clients of root's are run by somebody else.
use_installed_module() {
	client_env+=("HOME=$TMP")
	if [[ $(id -u) == 0 ]]; then
		take_away
		bring_back -o allow_other,uid=65534
		let_others_in
		client_env=(setpriv --reuid=65534 --regid=65534 --clear-groups
			"${client_env[@]}")
	fi
	DESTDIR=$TMP/root cmake --install "$NK_BUILD" \
		--component nerveskey-pkcs11 >"$TMP/install.log"
	local installed config
	installed=$(find "$TMP/root" -name nerveskey-pkcs11.so)
	config=$(find "$TMP/root" -path '*/p11-kit/modules/nerveskey.module')
	mkdir -p "$TMP/.config/pkcs11/modules"
	sed "s|^module: |&${installed%/*}/|" "$config" \
		>"$TMP/.config/pkcs11/modules/nerveskey.module"
}

# second_chip: what follows is about another chip at another place.
second_chip() {
	MNT=$TMP/second
	# shellcheck disable=SC2034 # new_chip uses it
	CHIP=$TMP/second.sim
}

# use_openssl_engine [INIT]: OpenSSL and what uses it find the module by its
# engine "pkcs11". INIT is 1 for programs that do not initialize an engine.
use_openssl_engine() {
	cat >"$TMP/openssl.cnf" <<-CONF
		openssl_conf = init
		nodejs_conf = init
		[init]
		engines = engines
		[engines]
		pkcs11 = pkcs11
		[pkcs11]
		engine_id = pkcs11
		MODULE_PATH = $MODULE
		init = ${1:-0}
	CONF
	client_env+=("OPENSSL_CONF=$TMP/openssl.cnf")
}

# serve_https: nginx that lets nobody in without a certificate by our signer,
# and tells who came. Sets HTTPS_PORT.
serve_https() {
	HTTPS_PORT=$(free_port)
	mkdir -p "$TMP/nginx"
	cat >"$TMP/nginx/nginx.conf" <<-CONF
		daemon off;
		master_process off;
		pid $TMP/nginx/pid;
		error_log $TMP/nginx/error.log;
		events {}
		http {
			access_log off;
			client_body_temp_path $TMP/nginx/body;
			proxy_temp_path $TMP/nginx/proxy;
			fastcgi_temp_path $TMP/nginx/fastcgi;
			uwsgi_temp_path $TMP/nginx/uwsgi;
			scgi_temp_path $TMP/nginx/scgi;
			server {
				listen 127.0.0.1:$HTTPS_PORT ssl;
				keepalive_timeout 0;
				ssl_protocols TLSv1.2 TLSv1.3;
				ssl_certificate $TMP/server.crt;
				ssl_certificate_key $TMP/server.key;
				ssl_client_certificate $TMP/signer.cert;
				ssl_verify_client on;
				return 200
					"\$ssl_client_s_dn \$ssl_protocol \$request\n";
			}
		}
	CONF
	serve "$HTTPS_PORT" nginx -p "$TMP/nginx" -e "$TMP/nginx/error.log" \
		-c "$TMP/nginx/nginx.conf"
}

# https_get ARGUMENT...: curl with the chip's key and certificate.
https_get() {
	client curl -sS --cacert "$TMP/server.crt" --engine pkcs11 \
		--key-type ENG --key "$KEY_URL" \
		--cert-type ENG --cert "$CERT_URL" "$@"
}
