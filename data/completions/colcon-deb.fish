# SPDX-License-Identifier: Apache-2.0
# Completion for fish.
set -l commands build list validate help
set -l works '__fish_seen_subcommand_from build list validate'

complete -c colcon-deb -f
complete -c colcon-deb -n "not __fish_seen_subcommand_from $commands" -a build -d 'Build a workspace'
complete -c colcon-deb -n "not __fish_seen_subcommand_from $commands" -a list -d 'List its packages in order'
complete -c colcon-deb -n "not __fish_seen_subcommand_from $commands" -a validate -d 'Check what a build needs'
complete -c colcon-deb -n "not __fish_seen_subcommand_from $commands" -a help -d 'Explain a command'
complete -c colcon-deb -n "not __fish_seen_subcommand_from $commands" -l version -d 'Print the version'
complete -c colcon-deb -n '__fish_seen_subcommand_from help' -a 'build list validate configuration'
complete -c colcon-deb -n "$works" -a '(__fish_complete_directories)'
complete -c colcon-deb -n "$works" -s c -l config -rF -d 'Configuration file'
complete -c colcon-deb -n "$works" -l debian-dirs -xa '(__fish_complete_directories)'
complete -c colcon-deb -n "$works" -s o -l output-dir -xa '(__fish_complete_directories)'
complete -c colcon-deb -n "$works" -l ros-distro -x -d 'ROS distribution'
complete -c colcon-deb -n "$works" -s j -l jobs -x -d 'Compile jobs at a time'
complete -c colcon-deb -n "$works" -l build-type -xa 'Release RelWithDebInfo MinSizeRel Debug None'
complete -c colcon-deb -n "$works" -l install-prefix -x
complete -c colcon-deb -n "$works" -l package-prefix -x
complete -c colcon-deb -n "$works" -l run-tests -d "Run the packages' tests"
complete -c colcon-deb -n "$works" -l debug-symbols -d 'Make a -dbgsym package beside each that has binaries'
complete -c colcon-deb -n "$works" -l no-fast -d 'Run every step of debhelper'
complete -c colcon-deb -n "$works" -l no-continue-on-error -d 'End with the first package that fails'
complete -c colcon-deb -n "$works" -l retry -x -d 'How often to try again what failed for want of the network'
complete -c colcon-deb -n "$works" -l package-timeout -x -d 'Seconds that a package may take'
complete -c colcon-deb -n "$works" -l build-stamp -d 'End versions with the time of the sources'
complete -c colcon-deb -n "$works" -l prune -d 'Keep no older versions in the repository'
complete -c colcon-deb -n "$works" -l signing-key -x -d 'Key of gpg to sign the repository with'
complete -c colcon-deb -n "$works" -l signing-key-file -rF -d 'Exported secret key to sign with'
complete -c colcon-deb -n "$works" -l passphrase-file -rF -d 'Passphrase of the signing key'
complete -c colcon-deb -n "$works" -s e -l env -x -d 'NAME=VALUE for the build'
complete -c colcon-deb -n "$works" -l image -x -d 'Image to build in'
complete -c colcon-deb -n "$works" -l pull -xa 'always missing never'
complete -c colcon-deb -n "$works" -l network -xa 'host bridge none'
complete -c colcon-deb -n "$works" -l host -x -d 'Container engine'
complete -c colcon-deb -n "$works" -l context -x -d 'Docker context of the engine'
complete -c colcon-deb -n "$works" -l cert-path -xa "(__fish_complete_directories)" -d 'Certificates for a tcp address'
complete -c colcon-deb -n "$works" -l no-new-privileges
complete -c colcon-deb -n "$works" -l privileged
complete -c colcon-deb -n "$works" -l json -d 'Print JSON lines'
complete -c colcon-deb -n "$works" -s q -l quiet -d 'Print errors only'
complete -c colcon-deb -n "$works" -s v -l verbose -d 'Print all output'
complete -c colcon-deb -n '__fish_seen_subcommand_from list' -s n -l names-only -d 'Print names only'
complete -c colcon-deb -n '__fish_seen_subcommand_from build' -l force -d 'Build what is up to date, too'
complete -c colcon-deb -n '__fish_seen_subcommand_from build list' -l packages-select -x -d 'Only these packages'
complete -c colcon-deb -n '__fish_seen_subcommand_from build list' -l packages-up-to -x -d 'These and all that they need'
complete -c colcon-deb -n '__fish_seen_subcommand_from build list' -l packages-above -x -d 'These and all that need them'
