# SPDX-License-Identifier: Apache-2.0
# Completions: bash's are tried, those of zsh and fish know the same words.

load helpers

COMPLETIONS=$ROOT/contrib/completions

setup() {
	nk_setup
	mkdir -p "$TMP/share/bash-completion"
	ln -s "$COMPLETIONS/bash" "$TMP/share/bash-completion/completions"
	cd "$TMP" || return
}

# completions_of LINE: what bash-completion offers when Tab is pressed after it,
# one a line.
completions_of() {
	XDG_DATA_DIRS=$TMP/share bash --norc -c '
		source /usr/share/bash-completion/bash_completion
		COMP_LINE=$1 COMP_POINT=${#1}
		program=${1%% *}
		_completion_loader "$program" || [[ $? == 124 ]]
		# Split it as readline does; COMP_WORDBREAKS has : and =.
		eval "COMP_WORDS=($(sed "s/[:=]/ & /g" <<<"$1"))"
		[[ $1 != *" " ]] || COMP_WORDS+=("")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		function=$(complete -p "$program" | sed "s/.*-F \([^ ]*\).*/\1/")
		"$function"
		printf "%s\n" "${COMPREPLY[@]}"' completions "$1"
}

# offers LINE WORD...: exactly these.
offers() {
	local line=$1
	shift
	run -0 completions_of "$line"
	assert_equal "$(sort <<<"$output")" "$(printf '%s\n' "$@" | sort)"
}

# usage_of PROGRAM COMMAND...: the options that --help has for that command.
usage_of() {
	local program=$1
	shift
	"$program" --help | tr -s ' \n' ' ' | sed "s/$program /\n/g; s/ make /\n/g" |
		grep "^$*" | grep -oE -- '--[a-z-]+' | sort -u
}

@test "bash completes the whole command line of nerveskeyfs" {
	mkdir mountpoint
	touch chip.sim
	offers "nerveskeyfs sim:ch" chip.sim
	offers "nerveskeyfs sim:chip.sim mo" mountpoint
	offers "nerveskeyfs sim:chip.sim mountpoint -" \
		-o -f -d -h --help -V --version --list
	offers "nerveskeyfs --list -" --json
	offers "nerveskeyfs --list sim:chip.sim sim:ch" chip.sim
	offers "nerveskeyfs i2c-1 mountpoint -o wait,u" wait,uid= wait,umask=
	offers "nerveskeyfs i2c-1 mountpoint -o wait,log=" \
		error warning info debug
	offers "nerveskeyfs i2c-1 mountpoint -o gid=daemo" daemon
	offers "nerveskeyfs i2c-1 mountpoint -f " ""
}

@test "bash completes the commands and options that nerveskey-ca has" {
	offers "nerveskey-ca " signer device --help --version
	offers "nerveskey-ca signer " create prove
	offers "nerveskey-ca device " create sign
	local command
	for command in "signer create" "signer prove" "device create" "device sign"; do
		# shellcheck disable=SC2046,SC2086 # words
		offers "nerveskey-ca $command x --" \
			$(usage_of nerveskey-ca $command)
	done
	touch signer.cert signer.key
	offers "nerveskey-ca device sign --signer-cert signer.c" signer.cert
}

@test "bash completes the commands and options that nerveskey-sim has" {
	offers "nerveskey-sim " create show serve control -h --help --version
	# shellcheck disable=SC2046 # words
	offers "nerveskey-sim create chip --" \
		$(usage_of nerveskey-sim create)
	# shellcheck disable=SC2046
	offers "nerveskey-sim serve chip --" $(usage_of nerveskey-sim serve)
	offers "nerveskey-sim create chip --model " 508a 608a 608b tng
	offers "nerveskey-sim control socket p" power
	offers "nerveskey-sim control socket power " off on cycle
	touch chip.sim
	offers "nerveskey-sim show ch" chip.sim
}

@test "bash completes the options that the scripts have" {
	PATH=$PATH:$ROOT/contrib/bin:$ROOT/contrib/factory
	offers "nerveskey-jwt " -c -k -m -t -h
	# shellcheck disable=SC2046 # words
	offers "nerveskey-factory --" \
		$(nerveskey-factory --help | grep -oE -- '--[a-z-]+' | sort -u)
	touch ca.cert
	offers "nerveskey-factory --signer-cert c" ca.cert
}

# words_of DIRECTORY: all options with two dashes that its completions know.
words_of() {
	case $1 in
	fish) grep -hE "^\s*complete" "$COMPLETIONS"/fish/* | grep -oE -- " -l [a-z-]+" |
		sed 's/ -l /--/' ;;
	*) grep -ohE -- '--[a-z][a-z-]+' "$COMPLETIONS/$1"/* ;;
	esac | sort -u
}

@test "zsh's and fish's completions have the options that bash's have" {
	run -0 words_of bash
	assert_line -- --signer-cert
	diff <(words_of bash) <(words_of zsh)
	diff <(words_of bash) <(words_of fish)
}

@test "zsh and fish can read their completions" {
	local file
	# One at a time: another would be an argument of the first.
	for file in "$COMPLETIONS"/zsh/*; do
		zsh -n "$file"
	done
	for file in "$COMPLETIONS"/fish/*; do
		fish -n "$file"
	done
}
