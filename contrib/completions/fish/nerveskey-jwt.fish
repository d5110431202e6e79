# SPDX-License-Identifier: Apache-2.0
complete -c nerveskey-jwt -f
complete -c nerveskey-jwt -s c -d 'Put the certificates into the header'
complete -c nerveskey-jwt -s k -x -d 'Put a key id into the header'
complete -c nerveskey-jwt -s m -x -a '(__fish_complete_directories)' -d 'The mounted NervesKey'
complete -c nerveskey-jwt -s t -x -d 'Add iat and exp, for a token valid this long'
complete -c nerveskey-jwt -s h -d 'Print a summary'
