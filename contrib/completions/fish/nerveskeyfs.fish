# SPDX-License-Identifier: Apache-2.0
function __nerveskeyfs_devices
    for device in /dev/i2c-*
        echo $device
        string replace /dev/ '' $device
    end
    for file in (__fish_complete_path (commandline -ct | string replace -r '^sim:' ''))
        echo sim:$file
    end
end

function __nerveskeyfs_operands
    count (commandline -opc | string match -v -- '-*')
end

complete -c nerveskeyfs -f
complete -c nerveskeyfs -n 'test (__nerveskeyfs_operands) -eq 1' -a '(__nerveskeyfs_devices)'
complete -c nerveskeyfs -n 'test (__nerveskeyfs_operands) -eq 2' -a '(__fish_complete_directories)'
complete -c nerveskeyfs -s o -x -d 'Mount options' \
    -a '(__fish_append , uid= gid= umask= wait state= key= log=error log=warning log=info log=debug allow_other ro)'
complete -c nerveskeyfs -s f -d 'Stay in the foreground'
complete -c nerveskeyfs -s d -d 'Stay in the foreground, and log each FUSE request'
complete -c nerveskeyfs -l list -d 'Print a line for each chip'
complete -c nerveskeyfs -n '__fish_contains_opt list' -l json -d 'Print them as JSON'
complete -c nerveskeyfs -s h -l help -d 'Print a summary'
complete -c nerveskeyfs -s V -l version -d 'Print the version'
