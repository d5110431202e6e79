# SPDX-License-Identifier: Apache-2.0
set -l group 'not __fish_seen_subcommand_from signer device'
set -l any '__fish_seen_subcommand_from signer device'
set -l device '__fish_seen_subcommand_from device'
set -l sign '__fish_seen_subcommand_from device; and __fish_seen_subcommand_from sign'
set -l prove '__fish_seen_subcommand_from signer; and __fish_seen_subcommand_from prove'
set -l no_verb 'not __fish_seen_subcommand_from create prove sign'

complete -c nerveskey-ca -f
complete -c nerveskey-ca -n $group -a signer -d 'Certificate authorities'
complete -c nerveskey-ca -n $group -a device -d 'Certificates of devices'
complete -c nerveskey-ca -n $group -l help -d 'Print a summary'
complete -c nerveskey-ca -n $group -l version -d 'Print the version'
complete -c nerveskey-ca -n "$any; and $no_verb" -a create
complete -c nerveskey-ca -n "$device; and $no_verb" -a sign
complete -c nerveskey-ca -n "not $device; and $any; and $no_verb" -a prove
complete -c nerveskey-ca -n "not $device; and $any" -l years-valid -x -d '1 to 31 years, 0 for no expiry'
complete -c nerveskey-ca -n $any -l extended-dates -d 'Allow years to 2127'
for when in $device $prove
	complete -c nerveskey-ca -n $when -l signer-cert -r -F -d 'The certificate of the signer'
	complete -c nerveskey-ca -n $when -l signer-key -r -F -d 'Its private key: a file or a URL'
	complete -c nerveskey-ca -n $when -l pin-file -r -F -d 'File with the PIN for the URL'
	complete -c nerveskey-ca -n $when -s o -l output -r -F -d 'Output instead of the default'
end
complete -c nerveskey-ca -n $sign -l csr -r -F -d 'The request of the chip'
complete -c nerveskey-ca -n $sign -l chip-serial -x -d 'Serial of the chip, if the request lacks it'
