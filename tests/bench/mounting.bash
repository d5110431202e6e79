# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the benches of the mount share: a simulated chip in $work, a mount of it at
# $mnt, and their end.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
golden=$root/tests/golden
export PATH=${NK_BUILD:-$root/build}/bin:$PATH
work=$(mktemp -d)
mnt=$work/mnt
trap clean_up EXIT

clean_up() {
	local place
	for place in "$work"/*/; do
		! mountpoint -q "$place" || fusermount3 -u -z "$place"
	done
	rm -rf --one-file-system "$work"
}

# compile PROGRAM: from its source here, into $work.
compile() {
	local -a flags
	read -ra flags < <(pkg-config --cflags --libs fuse3)
	cc -O2 -D_GNU_SOURCE -o "$work/$1" "$here/$1.c" "${flags[@]}"
}

# wait_for_mount PLACE PID
wait_for_mount() {
	until mountpoint -q "$1"; do
		kill -0 "$2"
		sleep 0.02
	done
}

commands() { sed -n 's/^nerveskey_chip_commands_total //p' "$mnt/metrics"; }

# Wait until the driver stops using the chip.
settle() {
	local before=-1 now
	until now=$(commands) && [[ $now == "$before" ]]; do
		before=$now
		sleep 0.3
	done
}

# mount_chip SIM-OPTIONS OPTION...: with all of its files; sets $daemon.
mount_chip() {
	local sim=$1
	shift
	mkdir -p "$mnt"
	[[ -e $work/chip ]] || install -m 0644 \
		"$golden/chip-images/608b-settings-aux.json" "$work/chip"
	nerveskeyfs "sim:$work/chip,$sim" "$mnt" "$@" &
	daemon=$!
	wait_for_mount "$mnt" "$daemon"
	settle
}

unmount_chip() {
	fusermount3 -u "$mnt"
	wait "$daemon"
}
