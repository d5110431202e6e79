# SPDX-License-Identifier: Apache-2.0
# The files of each kind of chip, with their modes and sizes.

load helpers

# Everything in the mount: kind, mode and path.
tree() {
	(cd "$MNT" && find . -mindepth 1 -printf '%y %04m %P\n' | sort -k 3)
}

common="\
d 0755 aux
f 0444 aux/chain.pem
f 0444 aux/device.pem
f 0600 aux/provision
f 0444 aux/signer.pem
f 0444 board
f 0444 chain.pem
d 0755 chip
f 0444 chip/address
f 0444 chip/config
f 0444 chip/locks
f 0444 chip/model
f 0444 chip/otp
f 0444 chip/revision
f 0444 chip/serial
f 0444 device.csr
f 0444 device.pem
f 0660 ecdh
f 0444 metrics
f 0600 provision
f 0444 pubkey.pem
f 0440 random
f 0444 serial
d 0770 settings
f 0660 settings.etf
f 0660 sign
d 0770 signatures
f 0444 signer.pem
d 0770 slots
f 0660 slots/1
f 0660 slots/2
f 0660 slots/3
f 0660 slots/4
f 0444 status
f 0444 user"

check_tree() {
	local wanted=$common key
	if [[ $PART == tng ]]; then
		wanted=$(grep -vE ' (aux|slots|board$|user$)' <<<"$common"
			echo "f 0444 eui48"
			echo "d 0755 keys"
			for key in 0 2 3 4; do
				echo "d 0755 keys/$key
f 0444 keys/$key/device.csr
f 0660 keys/$key/ecdh
f 0444 keys/$key/pubkey.pem
f 0660 keys/$key/sign
d 0770 keys/$key/signatures"
			done)
	fi
	assert_equal "$(tree)" "$(sort -k 3 <<<"$wanted")"
}

@test "every part: its tree" {
	each_part provisioned check_tree
}

@test "a part with volatile keys has activate and derive, and two free slots" {
	use_image "$GOLDEN/chip-images/608b-volatile.json"
	mount_chip
	assert_equal "$(tree)" "$(
		{
			grep -v 'slots/[12]' <<<"$common"
			echo "f 0200 activate"
			echo "f 0660 derive"
		} | sort -k 3
	)"
}

@test "a blank chip has the files already" {
	new_chip 608b
	mount_chip
	run tree
	assert_success
	assert_line "f 0444 device.pem"
	assert_line "f 0660 sign"
	assert_line "d 0770 settings"
	assert_line "f 0600 provision"
	refute_line --partial eui48
}

@test "what a chip does not hold yet is ENODATA when it is opened" {
	new_chip 608b
	mount_chip
	local file
	for file in device.pem signer.pem chain.pem pubkey.pem device.csr \
		serial board user aux/device.pem settings.etf settings/key; do
		assert_errno ENODATA cat "$MNT/$file"
	done
	for file in status metrics provision chip/serial chip/config \
		chip/model chip/locks; do
		run cat "$MNT/$file"
		assert_success
	done
}

@test "what can be read has its true size before it is opened" {
	new_chip 608b settings-aux
	mount_chip
	local file
	local -i size
	for file in device.pem signer.pem chain.pem pubkey.pem device.csr serial \
		board user status aux/device.pem aux/chain.pem chip/serial \
		chip/config chip/otp settings/port settings.etf slots/1 \
		provision; do
		size=$(stat -c %s "$MNT/$file")
		assert_equal "$file $size" "$file $(wc -c <"$MNT/$file")"
	done
}

@test "a file that has been read can be read again, and from anywhere" {
	new_chip 608b provisioned
	mount_chip
	cat "$MNT/device.pem" >"$TMP/once"
	cmp "$TMP/once" "$MNT/device.pem"
	tail -c 30 "$TMP/once" | cmp - <(tail -c 30 "$MNT/device.pem")
	dd if="$MNT/device.pem" bs=1 skip=11 count=11 status=none |
		cmp - <(head -c 22 "$TMP/once" | tail -c 11)
}

@test "the kernel's copy of a certificate ends with provisioning" {
	new_chip 608b
	mount_chip
	assert_errno ENODATA cat "$MNT/serial"
	provision_chip
	assert_equal "$(cat "$MNT/serial")" N1234567
	run openssl x509 -in "$MNT/device.pem" -noout -nameopt RFC2253 -subject
	assert_output "subject=CN=N1234567"
}

@test "nothing can be made, removed or renamed outside settings" {
	new_chip 608b provisioned
	mount_chip
	local directory
	for directory in "" aux/ chip/ slots/ signatures/; do
		assert_errno EPERM touch "$MNT/${directory}new"
		assert_errno EPERM mkdir "$MNT/${directory}new"
		assert_errno EPERM ln -s x "$MNT/${directory}new"
	done
	assert_errno EPERM rm -f "$MNT/serial" "$MNT/chip/model"
	assert_errno EPERM mv "$MNT/serial" "$MNT/other"
	assert_errno EPERM mv "$MNT/settings" "$MNT/other"
	assert_errno EPERM rmdir "$MNT/settings"
}

@test "modes and owners are those of the mount" {
	new_chip 608b provisioned
	mount_chip
	chmod 444 "$MNT/serial"
	assert_errno EPERM chmod 666 "$MNT/serial"
	assert_errno EPERM chmod 666 "$MNT/provision"
	chown "$(id -u)" "$MNT/serial"
	assert_errno EPERM chown 4711 "$MNT/serial"
}

@test "root too reads only what is for reading, writes what is for writing" {
	use_image "$GOLDEN/chip-images/608b-volatile.json"
	mount_chip
	assert_errno EACCES cat "$MNT/activate"
	local file
	for file in serial status chip/config random; do
		assert_errno EACCES dd if=/dev/zero of="$MNT/$file" count=1 \
			conv=notrunc
		assert_errno EACCES truncate -c -s 0 "$MNT/$file"
	done
}

@test "df and statfs answer" {
	new_chip 608b provisioned
	mount_chip
	run df "$MNT"
	assert_success
	assert_output --partial "$MNT"
	assert_equal "$(stat -f -c %l "$MNT")" 255
}


# A listing asks the chip for nothing.
all_is_known() {
	local before
	before=$(commands)
	ls -lR "$MNT" >/dev/null
	[[ $(commands) == "$before" ]]
}

@test "a slow signature delays neither ls nor what is cached" {
	new_chip 608b provisioned
	export SIM_OPTIONS=timing=max,clock=real,hz=5000
	mount_chip
	wait_until all_is_known
	printf '%064d' 1 >"$TMP/digest"
	local -a signers=()
	for _ in {1..8}; do
		cat "$TMP/digest" >"$MNT/sign" 3>&- &
		signers+=($!)
	done
	cat "$MNT/device.pem" >/dev/null
	ls -lR "$MNT" >/dev/null
	# The one that came last still waits for its turn.
	kill -0 "${signers[-1]}"
	wait_all "${signers[@]}"
}
