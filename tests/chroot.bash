# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# A minimal Debian 12 in $root, for scripts that want a machine of their own. It
# is removed in the end. As root, with debootstrap and the network.

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
suite=bookworm

say() { printf '\n#### %s\n' "$*"; }

# The archives that this machine installs from, as lines of sources.list.
archives() {
	# shellcheck disable=SC2016 # the fields are apt-get's
	apt-get indextargets \
		--format 'deb $(REPO_URI) $(RELEASE) main $(ORIGIN)' \
		"Created-By: Packages" |
		sed -n "/ $suite/s/ Debian\$//p" | sort -u
}

make_root() {
	local mirror
	if [[ $(id -u) -ne 0 ]]; then
		echo "${0##*/}: must be root, for chroot" >&2
		return 1
	fi
	"$repo/contrib/install-packages" chroot
	root=$(mktemp -d)
	chmod 755 "$root" # it is the / of users there
	trap 'rm -rf --one-file-system "$root"' EXIT
	say "a minimal Debian 12 in $root"
	mirror=$(archives | awk -v suite="$suite" '$3 == suite { print $2 }')
	debootstrap --variant=minbase "$suite" "$root" "$mirror" |
		grep -vE '^I: (Retrieving|Validating|Extracting|Unpacking|Configuring)'
	archives >"$root/etc/apt/sources.list"
	cp /etc/resolv.conf /etc/hosts "$root/etc/"
}

# A namespace of mounts and processes, so that nothing can stay behind.
in_root() {
	# shellcheck disable=SC2016 # expanded by the inner bash
	"$repo/tests/own-mounts" --pid --fork --kill-child bash -eu -c '
		# A root that is a mount, so that tests can have namespaces, too.
		mount --rbind "$0" "$0"
		mount -t proc proc "$0/proc"
		mount -t sysfs -o ro sysfs "$0/sys"
		mount -t devpts -o newinstance,ptmxmode=0666 devpts "$0/dev/pts"
		mount -t tmpfs tmpfs "$0/dev/shm"
		: >"$0/dev/fuse"
		mount --bind /dev/fuse "$0/dev/fuse"
		root=$0
		exec chroot "$root" env -i HOME=/root CI=true \
			DEBIAN_FRONTEND=noninteractive \
			PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"' \
		"$root" "$@" </dev/null
}
