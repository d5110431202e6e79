# SPDX-License-Identifier: Apache-2.0
# The daemon runs for years. A leak of only two bytes shows when an operation is
# repeated some thousand times.

load helpers

# grow KIND TIMES: run batches of TIMES operations until the daemon has no more
# memory after a batch than before. With a leak, each batch adds some.
grow() {
	python3 - "$MNT" "$DAEMON" "$@" <<-'END'
		import os
		import sys

		mnt, daemon, kind, times = sys.argv[1:]
		peer = open(mnt + "/pubkey.pem", "rb").read()


		def ask(name, request, size):
		    fd = os.open(f"{mnt}/{name}", os.O_RDWR)
		    os.write(fd, request)
		    assert len(os.read(fd, size + 1)) == size
		    os.close(fd)


		def get(name, size=65536):
		    fd = os.open(f"{mnt}/{name}", os.O_RDONLY)
		    content = os.read(fd, size)
		    os.close(fd)
		    return content


		def put(name, content):
		    fd = os.open(f"{mnt}/{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
		    try:
		        os.write(fd, content)
		    finally:
		        os.close(fd)


		def refuse(name, content):
		    try:
		        put(name, content)
		    except OSError:
		        return
		    raise AssertionError(f"{name} took {content}")


		def keys(n):
		    put("settings/new", b"%d" % n)
		    os.setxattr(mnt + "/settings/new", "user.nerveskey.type", b"binary")
		    os.rename(mnt + "/settings/new", mnt + "/settings/newer")
		    os.unlink(mnt + "/settings/newer")


		def listing(_):
		    for folder, _, names in os.walk(mnt):
		        for name in names:
		            os.lstat(f"{folder}/{name}")


		kinds = {
		    "sign": lambda n: ask("sign", os.urandom(32), 64),
		    "signatures": lambda n: get(f"signatures/{os.urandom(32).hex()}.der"),
		    "ecdh": lambda n: ask("ecdh", peer, 32),
		    "random": lambda n: get("random", 32),
		    "settings": keys,
		    "settings.etf": lambda n: put("settings.etf", get("settings.etf")),
		    "slots": lambda n: put("slots/1", b"%d" % n),
		    "listing": listing,
		    "status": lambda n: (get("status"), get("metrics")),
		    "certificates": lambda n: (get("chain.pem"), get("device.csr")),
		    "refusals": lambda n: (
		        refuse("sign", b"no digest"),
		        refuse("ecdh", b"no key"),
		        refuse("settings/%zz", b""),
		        refuse("settings.etf", b"no map"),
		        refuse("provision", b"serial\n"),
		    ),
		}


		def memory():
		    for line in open(f"/proc/{daemon}/status"):
		        if line.startswith("RssAnon:"):
		            return int(line.split()[1])
		    raise AssertionError("no RssAnon")


		seen = [memory()]
		for batch in range(8):
		    for n in range(int(times)):
		        kinds[kind](n)
		    seen.append(memory())
		    if seen[-1] <= seen[-2]:
		        break
		else:
		    raise AssertionError(f"{kind}: kB after each {times}: {seen}")
		print("#", kind, "kB after each", times, *seen)
	END
}

setup() {
	nk_setup
	is_sanitized && skip "a sanitizer keeps books of its own"
	sim_only
	new_chip 608b settings-aux
	# shellcheck disable=SC2034 # mount_chip's
	SIM_OPTIONS=clock=virtual
	mount_chip
}

@test "signatures and shared secrets leave nothing in memory" {
	grow sign 2000 >&3
	grow signatures 2000 >&3
	grow ecdh 1000 >&3
}

@test "what is read leaves nothing in memory" {
	grow random 2000 >&3
	grow status 1000 >&3
	grow certificates 500 >&3
	grow listing 50 >&3
}

@test "changes of settings and slots leave nothing in memory" {
	grow settings 50 >&3
	grow settings.etf 1000 >&3
	grow slots 50 >&3
}

@test "refusals leave nothing in memory" {
	grow refusals 1000 >&3
}
