# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Servers on 127.0.0.1 that are always ended, for .bats files. What the first
# connections need is made here as well: $TMP/server.crt, an sshd's key.

servers_setup() {
	servers=()
}

servers_teardown() {
	local pid
	for pid in "${servers[@]}"; do
		kill "$pid" 2>/dev/null || true
		wait_until nk_is_dead "$pid" || kill -KILL "$pid"
	done
}

# A certificate for localhost: $TMP/server.crt and .key.
make_server_identity() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
		-keyout "$TMP/server.key" -out "$TMP/server.crt" -days 30 \
		-subj /CN=localhost \
		-addext subjectAltName=DNS:localhost,IP:127.0.0.1 2>/dev/null
}

answers() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Below the ports that the kernel gives to clients.
free_port() {
	local -i port
	for _ in {1..50}; do
		port=$((10000 + RANDOM % 22000))
		answers "$port" || break
	done
	echo "$port"
}

# serve PORT COMMAND...: start it, and wait until it answers. What it says is in
# $TMP/server.PORT.log.
serve() {
	local port=$1 pid
	shift
	"$@" >"$TMP/server.$port.log" 2>&1 3>&- &
	pid=$!
	servers+=("$pid")
	wait_until answers_or_dead "$port" "$pid"
	if nk_is_dead "$pid"; then
		nk_complain "no server: $*" "$TMP/server.$port.log"
		return 1
	fi
}

answers_or_dead() { answers "$1" || nk_is_dead "$2"; }

# serve_ssh AUTHORIZED: an sshd that lets in whoever runs the tests, with a key
# of the file AUTHORIZED only. Sets SSH_PORT and makes $TMP/ssh_config, which
# makes "host" its name.
serve_ssh() {
	SSH_PORT=$(free_port)
	ssh-keygen -q -t ed25519 -N '' -f "$TMP/host"
	cat >"$TMP/sshd_config" <<-CONF
		ListenAddress 127.0.0.1:$SSH_PORT
		HostKey $TMP/host
		PidFile none
		AuthorizedKeysFile $1
		StrictModes no
		PasswordAuthentication no
		KbdInteractiveAuthentication no
		UsePAM no
		PermitRootLogin yes
		Subsystem sftp internal-sftp
	CONF
	# sshd's own place for its children, which a booted system has.
	[[ $(id -u) != 0 ]] || mkdir -p /run/sshd
	serve "$SSH_PORT" /usr/sbin/sshd -D -e -f "$TMP/sshd_config"
	printf '[127.0.0.1]:%s %s\n' "$SSH_PORT" "$(<"$TMP/host.pub")" \
		>"$TMP/known_hosts"
	cat >"$TMP/ssh_config" <<-CONF
		Host host
		HostName 127.0.0.1
		Port $SSH_PORT
		User $(id -un)
		BatchMode yes
		UserKnownHostsFile $TMP/known_hosts
	CONF
}
