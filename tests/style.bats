# SPDX-License-Identifier: Apache-2.0
# Rules of style that a program can check.

load helpers

setup() {
	nk_setup
	cd "$ROOT" || return
}

# Files of the work tree that git knows or would take.
sources() {
	git -c safe.directory='*' ls-files --cached --others --exclude-standard -- "$@"
}

# Bash scripts with a name that does not say so.
scripts() {
	sources | while read -r file; do
		[[ -f $file ]] || continue
		if [[ $file == *.bats || $file == *.bash ]] ||
			head -c 30 "$file" | grep -aqE '^#!/bin/(ba)?sh'; then
			echo "$file"
		fi
	done
}

@test "C files are as clang-format leaves them" {
	# Each version formats differently.
	[[ $(clang-format --version) == *" version 14."* ]] ||
		skip "the files are as clang-format 14 leaves them"
	sources '*.c' '*.h' | xargs clang-format --dry-run -Werror
}

@test "shellcheck has no complaint" {
	scripts | xargs shellcheck
}

# Files that cannot have a comment, have a form of their own, or are captured data.
WITHOUT_LICENCE='^LICENSE$|[.](cert|key|json|json[.]in)$|^tests/fuzz/corpus/'
WITHOUT_LICENCE+='|^contrib/debian/(changelog|copyright)$'

@test "every file that can have one has an SPDX line" {
	run bash -c "$(declare -f sources)
		sources | grep -vE '$WITHOUT_LICENCE' |
			xargs grep -L '^[^ ]* *SPDX-License-Identifier: Apache-2.0'"
	assert_output ""
}

@test "files of C stay under 400 lines" {
	run bash -c "$(declare -f sources)
		sources '*.c' '*.h' | xargs wc -l | awk '\$1 > 400 && \$2 != \"total\"'"
	assert_output ""
}

# OpenSSL 3.0 prints blanks around "=", 3.5 does not.
@test "names that openssl prints are asked for in one form" {
	run bash -c "$(declare -f sources)
		sources '*.bats' '*.bash' '*.md' contrib tests/packages | xargs \
			grep -nE '^[^#]*openssl .* -(subject|issuer)( |\$)' |
			grep -v -e -nameopt"
	assert_output ""
}
