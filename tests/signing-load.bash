# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# signing-load.bash sign|verify FIRST LAST: the numbers from FIRST to LAST as
# messages in $TMP, signed through $MNT/sign with one open file each, or their
# signatures verified with $TMP/pubkey.pem. A program of its own, because a loop
# inside a bats test is slow.
set -eu -o pipefail
# shellcheck source=tests/der.bash
. "$(dirname "$0")/der.bash"

sign() {
	echo "message $1" >"$TMP/$1.txt"
	exec 9<>"$MNT/sign"
	sha256sum "$TMP/$1.txt" >&9
	cat <&9 >"$TMP/$1.raw"
	exec 9>&-
}

verify() {
	raw_to_der "$TMP/$1.raw" >"$TMP/$1.der"
	if ! openssl dgst -sha256 -verify "$TMP/pubkey.pem" \
		-signature "$TMP/$1.der" "$TMP/$1.txt" >/dev/null; then
		echo "signature $1 does not verify" >&2
		return 1
	fi
}

for ((n = $2; n <= $3; n++)); do
	"$1" "$n"
done
