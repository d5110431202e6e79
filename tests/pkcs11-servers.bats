# SPDX-License-Identifier: Apache-2.0
# Servers that have the chip's key by OpenSSL's engine: nginx, Apache; stunnel as
# a client's other half.

load helpers
load pkcs11

setup() {
	pkcs11_setup
	mount_identity
	make_server_identity
	PORT=$(free_port)
}
teardown() { pkcs11_teardown; }

# The device's own certificate is one of a client. $TMP/web.crt is one of a
# server, of the same key, by server.crt.
make_web_certificate() {
	printf 'subjectAltName=DNS:localhost\n' >"$TMP/extensions"
	openssl x509 -req -in "$MNT/device.csr" -CA "$TMP/server.crt" \
		-CAkey "$TMP/server.key" -extfile "$TMP/extensions" -days 30 \
		-out "$TMP/web.crt" 2>/dev/null
	mkdir "$TMP/www"
	echo "hello from the chip" >"$TMP/www/text"
}

get_text() {
	curl -sS --cacert "$TMP/server.crt" "https://localhost:$PORT/text"
}

# A master and a worker, which is its child: the module begins anew in it.
@test "nginx serves by HTTPS with the chip's key" {
	use_openssl_engine 1
	make_web_certificate
	mkdir "$TMP/nginx"
	cat >"$TMP/nginx/nginx.conf" <<-CONF
		$([[ $(id -u) != 0 ]] || echo "user root;")
		daemon off;
		worker_processes 1;
		pid $TMP/nginx/pid;
		error_log $TMP/nginx/error.log;
		env NERVESKEY_MOUNT;
		events {}
		http {
			access_log off;
			client_body_temp_path $TMP/nginx/body;
			proxy_temp_path $TMP/nginx/proxy;
			fastcgi_temp_path $TMP/nginx/fastcgi;
			uwsgi_temp_path $TMP/nginx/uwsgi;
			scgi_temp_path $TMP/nginx/scgi;
			server {
				listen 127.0.0.1:$PORT ssl;
				ssl_certificate $TMP/web.crt;
				ssl_certificate_key "engine:pkcs11:$KEY_URL";
				root $TMP/www;
			}
		}
	CONF
	serve_client "$PORT" nginx -p "$TMP/nginx" -e "$TMP/nginx/error.log" \
		-c "$TMP/nginx/nginx.conf"
	run -0 get_text
	assert_output "hello from the chip"
}

@test "Apache serves by HTTPS with the chip's key" {
	local modules=/usr/lib/apache2/modules
	type -P apache2 >/dev/null || skip "needs apache2-bin"
	use_openssl_engine
	make_web_certificate
	cat >"$TMP/apache.conf" <<-CONF
		ServerName localhost
		ServerRoot $TMP
		DefaultRuntimeDir $TMP
		PidFile $TMP/apache.pid
		ErrorLog $TMP/apache.log
		$([[ $(id -u) != 0 ]] || echo "User www-data")
		LoadModule mpm_event_module $modules/mod_mpm_event.so
		LoadModule authz_core_module $modules/mod_authz_core.so
		LoadModule ssl_module $modules/mod_ssl.so
		Listen 127.0.0.1:$PORT
		DocumentRoot $TMP/www
		SSLEngine on
		SSLCertificateFile $TMP/web.crt
		SSLCertificateKeyFile $KEY_URL
	CONF
	serve_client "$PORT" apache2 -X -f "$TMP/apache.conf"
	run -0 get_text
	assert_output "hello from the chip"
}

@test "stunnel shows the device's certificate for a client that knows no TLS" {
	type -P stunnel4 >/dev/null || skip "needs stunnel4"
	use_openssl_engine
	serve_https
	cat >"$TMP/stunnel.conf" <<-CONF
		foreground = yes
		pid =
		engine = pkcs11
		[web]
		client = yes
		accept = 127.0.0.1:$PORT
		connect = 127.0.0.1:$HTTPS_PORT
		engineId = pkcs11
		cert = $MNT/device.pem
		key = $KEY_URL
		CAfile = $TMP/server.crt
		verifyChain = yes
		checkHost = localhost
	CONF
	serve_client "$PORT" stunnel4 "$TMP/stunnel.conf"
	run -0 curl -sS "http://127.0.0.1:$PORT/"
	assert_output --regexp '^CN=N1234567 TLSv1.[23] GET / '
}
