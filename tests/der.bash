# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What openssl reads, for bats files and for programs of their own.

# A 32-byte number in hex as a DER INTEGER in hex, $integer: no leading zeros, and
# positive.
der_integer() {
	local hex=$1
	while [[ $hex == 00* && ${#hex} -gt 2 ]]; do
		hex=${hex:2}
	done
	[[ ${hex:0:1} == [0-7] ]] || hex=00$hex
	printf -v integer '02%02x%s' $((${#hex} / 2)) "$hex"
}

# raw_to_der RAW: the signature r, s in the file RAW, as openssl reads it.
raw_to_der() {
	local hex der integer
	hex=$(xxd -p -c 64 "$1")
	[[ ${#hex} -eq 128 ]]
	der_integer "${hex:0:64}"
	der=$integer
	der_integer "${hex:64}"
	der+=$integer
	printf '30%02x%s' $((${#der} / 2)) "$der" | xxd -r -p
}
