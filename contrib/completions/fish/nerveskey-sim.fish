# SPDX-License-Identifier: Apache-2.0
set -l commands create show serve control
set -l control faults no-faults power remove insert swap stats reset
set -l create '__fish_seen_subcommand_from create'
set -l serve '__fish_seen_subcommand_from serve'
set -l none "not __fish_seen_subcommand_from $commands"

complete -c nerveskey-sim -n $none -f -a "$commands"
complete -c nerveskey-sim -n $none -s h -l help -d 'Print a summary'
complete -c nerveskey-sim -n $none -l version -d 'Print the version'
complete -c nerveskey-sim -n $create -l model -x -a '508a 608a 608b tng' -d 'The model'
complete -c nerveskey-sim -n $create -l from -r -F -d 'Copy the chip of another file'
complete -c nerveskey-sim -n "$create; or $serve" -l seed -x -d 'Make random numbers and keys reproducible'
complete -c nerveskey-sim -n $serve -l socket -r -F -d 'The socket of the bus'
complete -c nerveskey-sim -n $serve -l control -r -F -d 'The socket for control'
complete -c nerveskey-sim -n $serve -l addr -x -d 'Address of the chip'
complete -c nerveskey-sim -n $serve -l timing -x -a 'none typical max' -d 'How long commands take'
complete -c nerveskey-sim -n $serve -l hz -x -d 'Speed of the bus'
complete -c nerveskey-sim -n $serve -l clock -x -a 'real virtual' -d 'Wait, or only count the time'
complete -c nerveskey-sim -n $serve -l faults -x -d 'What goes wrong, and when'
complete -c nerveskey-sim -n $serve -l wake-crc -x -a '40c2 c440' -d 'CRC of a wake after a failed self-test'
complete -c nerveskey-sim -n "__fish_seen_subcommand_from control; and not __fish_seen_subcommand_from $control" -a "$control"
