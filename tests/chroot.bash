# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# A minimal Debian in $root, for scripts that need a machine of their own. It is
# removed at the end. Needs root, debootstrap and the network.
#
# Environment: NK_BASE is a tar archive of such a Debian, instead of debootstrap.

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=/dev/null
host_suite=$(source /etc/os-release && echo "${VERSION_CODENAME:-}")
suite=$host_suite
# The exit status when the archive of Debian cannot be reached.
UNREACHED=75

say() { printf '\n#### %s\n' "$*"; }

# parse_suite [--suite SUITE] [ARGUMENT...]: sets suite, and the array arguments to
# the rest.
parse_suite() {
	if [[ ${1:-} == --suite ]]; then
		suite=${2:?--suite wants a SUITE, like bookworm or trixie}
		shift 2
	fi
	# shellcheck disable=SC2034 # whoever sources this has a use for it
	arguments=("$@")
}

# The archives that this machine installs from, for our suite, as lines of
# sources.list.
archives() {
	# shellcheck disable=SC2016 # the fields are apt-get's
	apt-get indextargets \
		--format 'deb $(REPO_URI) $(CODENAME) main $(ORIGIN)' \
		"Created-By: Packages" |
		sed -nE "s/ $host_suite(|-[a-z]+) main Debian\$/ $suite\1 main/p" |
		sort -u
}

find_mirror() {
	mirror=$(archives | awk -v suite="$suite" '$3 == suite { print $2 }')
	[[ -z $mirror ]] || return 0
	# apt may have no lists yet.
	apt-get -q update >/dev/null
	mirror=$(archives | awk -v suite="$suite" '$3 == suite { print $2 }')
	[[ -n $mirror ]] || {
		echo "${0##*/}: apt installs from no archive of Debian here" >&2
		return 1
	}
}

# Ask as apt does, because it may be configured to use a proxy.
is_mirror_reached() {
	/usr/lib/apt/apt-helper -o Acquire::Retries=2 \
		-o APT::Sandbox::User=root download-file \
		"${mirror%/}/dists/$suite/InRelease" "$scratch/InRelease" >/dev/null
}

make_root() {
	if [[ $(id -u) -ne 0 ]]; then
		echo "${0##*/}: must be root, for chroot" >&2
		return 1
	fi
	scratch=$(mktemp -d)
	trap 'rm -rf --one-file-system "$scratch"' EXIT
	chmod 755 "$scratch" # it holds the / of users there
	root=$scratch/root
	"$repo/contrib/install-packages" chroot
	find_mirror
	is_mirror_reached || {
		echo "${0##*/}: the archive of $suite cannot be reached" >&2
		exit "$UNREACHED"
	}
	say "a minimal Debian, $suite, in $root"
	fill_root
	archives >"$root/etc/apt/sources.list"
	cp /etc/resolv.conf /etc/hosts "$root/etc/"
}

fill_root() {
	if [[ -n ${NK_BASE:-} ]]; then
		mkdir "$root"
		tar -C "$root" -xf "$NK_BASE"
		return
	fi
	debootstrap --variant=minbase "$suite" "$root" "$mirror" |
		grep -vE '^I: (Retrieving|Validating|Extracting|Unpacking|Configuring)'
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
		for device in fuse net/tun; do
			[[ -c /dev/$device ]] || continue
			mkdir -p "$0/dev/${device%"${device##*/}"}"
			: >"$0/dev/$device"
			mount --bind "/dev/$device" "$0/dev/$device"
		done
		root=$0
		exec chroot "$root" env -i HOME=/root CI=true \
			DEBIAN_FRONTEND=noninteractive \
			PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"' \
		"$root" "$@" </dev/null
}
