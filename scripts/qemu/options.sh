#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Options of run-qemu.sh: the help text, the parser, and the checks that turn a slip of the
# finger into one clear line and exit 3 before anything is built or started. What comes out
# is a set of opt_* variables; nothing here looks at the host or at an image.
#
# Written for bash 3.2 as well (macOS): no associative arrays, no `mapfile`, no `set -u`.
#
# shellcheck disable=SC2034,SC2154  # the parts of run-qemu.sh share its variables

usage()
{
	cat <<'HELP'
usage: ./run-qemu.sh [options] [-- kernel command line]

Builds what is missing and boots loft in QEMU, to the monitor prompt on this terminal.

The machine
  -m SIZE              RAM, with suffix M or G (default 2G; a bare number is MiB)
  -c CPUS              number of CPUs (default 2)
  --pae                the image with PAE page tables (for more than 4 GiB, and NX)
  --cpu MODEL          QEMU CPU model (default: the plainest one that can address the RAM);
                       "help" lists them
  --kvm                use KVM, if a probe guest really runs with it
  --icount             count instructions exactly (one CPU unless -c is given)
  --one-thread         one thread of the host runs all CPUs, in turns

The way in
  --debug              the image with debug checks (the same as DEBUG=1)
  --with DIR           link every .c file below DIR into the kernel (make M=DIR)
  --iso                boot through GRUB from an ISO image with BIOS
  --uefi               boot through GRUB from an ISO image with 32-bit UEFI firmware
  --module FILE[=ARGS] hand FILE to the kernel as a boot module (may be repeated)

The work
  --exec "CMD; CMD"    run these monitor commands ("": none), then power off
  --test[=GLOB]        run the self-tests SUITE[.CASE] that match, then power off
  --bench[=GLOB]       run the benchmarks that match, then power off
  --timeout SECONDS    give up after this long, 0 = never (default: none on a terminal,
                       else 120, and 600 for --test and --bench)

Looking inside
  --gdb                stop before the first instruction and wait for gdb; prints how to attach
  --log FILE           also write the serial output to FILE
  --dry-run            print the QEMU line instead of running it (its files: build/dry-run)
  --help               this text

Without --exec, --test and --bench, and with standard input or output not a terminal, commands
are read from standard input. Ctrl-A x quits QEMU on a terminal; Ctrl-C goes to the guest.
Standard output is the guest's serial output and nothing else.
The variables DEBUG, CONTROLS, HIGHMEM, LAST_PKMAP and PKMAP_COLORS choose the image as they
do for make; QEMU names another QEMU binary; YES=1 installs missing tools without asking.

Exit status
  0    the work asked for is done         3    cannot run, see the message
  1    a test or a command failed         124  time limit
  2    kernel panic                       130  quit by hand
HELP
}

say()
{
	printf 'run-qemu.sh: %s\n' "$*" >&2
}

# die TEXT: the one way out for everything that cannot run.
die()
{
	say "$*"
	exit 3
}

# parse_size TEXT: sets size_mib, or fails. A bare number is MiB, as for QEMU.
parse_size()
{
	local number unit
	[[ $1 =~ ^([0-9]{1,7})([KkMmGg]?)$ ]] || return 1
	number=$((10#${BASH_REMATCH[1]}))
	unit=${BASH_REMATCH[2]}
	case $unit in
	[Kk]) ((number % 1024 == 0)) || return 1; size_mib=$((number / 1024)) ;;
	[Gg]) size_mib=$((number * 1024)) ;;
	*) size_mib=$number ;;
	esac
}

# The largest CPU count this tree's kernel has room for (boot/layout.h).
max_cpus()
{
	local n
	n=$(awk '$1 == "#define" && $2 == "NR_CPUS" { print $3; exit }' \
		"$root/boot/layout.h" 2>/dev/null)
	[[ $n =~ ^[0-9]+$ ]] || n=8
	printf '%s' "$n"
}

# split_module FILE[=ARGS]: sets module_file and module_args. A '=' may be part of the file's
# name, so the shortest prefix that is a file wins.
split_module()
{
	local rest=$1 head=
	module_file=$1 module_args=
	[[ -f $1 ]] && return
	while [[ $rest == *=* ]]; do
		head+=${rest%%=*}
		rest=${rest#*=}
		if [[ -f $head ]]; then
			module_file=$head module_args=$rest
			return
		fi
		head+='='
	done
	die "--module: no such file: ${1%%=*}"
}

set_defaults()
{
	opt_mem=2G opt_cpus='' opt_pae=0 opt_cpu='' opt_kvm=0 opt_icount=0 opt_one_thread=0 opt_debug=${DEBUG:-0}
	opt_with='' opt_way=kernel opt_exec='' opt_has_exec=0 opt_test='' opt_bench=''
	opt_timeout='' opt_gdb=0 opt_log='' opt_dry=0
	opt_modules=() opt_append=()
}

# needs_value OPTION COUNT VALUE: COUNT is how many words are left, the option itself included.
needs_value()
{
	(($2 >= 2)) || die "$1 needs an argument (see --help)"
	[[ $1 == --exec ]] || not_empty "$1" "$3"
}

# not_empty OPTION VALUE: --test="$SUITE" with a variable that nobody set must not pass for a run that
# tested something. Only --exec "" means something: no commands, just the boot.
not_empty()
{
	[[ -n $2 ]] || die "$1: its value is empty (a variable that is not set?)"
}

parse_options()
{
	local word
	set_defaults
	while (($#)); do
		word=$1
		# --name=value is the same as --name value where a value is needed.
		case $word in
		--cpu=* | --with=* | --module=* | --log=* | --timeout=* | --exec=*)
			set -- "${word%%=*}" "${word#*=}" "${@:2}"
			word=$1
			;;
		-m?* | -c?*)
			set -- "${word:0:2}" "${word:2}" "${@:2}"
			word=$1
			;;
		esac
		case $word in
		-m | -c | --cpu | --with | --module | --log | --timeout | --exec)
			needs_value "$word" $# "${2-}"
			;;
		--test=* | --bench=*)
			not_empty "${word%%=*}" "${word#*=}"
			;;
		esac
		case $word in
		-m) opt_mem=$2; shift ;;
		-c) opt_cpus=$2; shift ;;
		--pae) opt_pae=1 ;;
		--debug) opt_debug=1 ;;
		--cpu) opt_cpu=$2; shift ;;
		--kvm) opt_kvm=1 ;;
		--icount) opt_icount=1 ;;
		--one-thread) opt_one_thread=1 ;;
		--with) opt_with=$2; shift ;;
		--iso | --uefi)
			[[ $opt_way == kernel || $opt_way == "${word#--}" ]] ||
				die "--iso and --uefi exclude each other"
			opt_way=${word#--}
			;;
		--module)
			split_module "$2"
			opt_modules+=("$module_file" "$module_args")
			shift
			;;
		--exec) opt_exec=$2 opt_has_exec=1; shift ;;
		--test) opt_test='*' ;;
		--test=*) opt_test=${word#*=} ;;
		--bench) opt_bench='*' ;;
		--bench=*) opt_bench=${word#*=} ;;
		--timeout) opt_timeout=$2; shift ;;
		--gdb) opt_gdb=1 ;;
		--log) opt_log=$2; shift ;;
		--dry-run) opt_dry=1 ;;
		-h | --help) usage; exit 0 ;;
		--) shift; opt_append=("$@"); break ;;
		-*) die "unknown option $word (see --help)" ;;
		*) die "unexpected word '$word': the kernel command line goes after -- (see --help)" ;;
		esac
		shift
	done
	check_options
}

# check_smallest: below 12M the kernel says by itself what it needs; but something must load it first.
check_smallest()
{
	[[ $opt_way != uefi ]] || ((size_mib >= 64)) || die "-m: the UEFI firmware needs 64M, not $opt_mem"
	[[ $opt_way != iso ]] || ((size_mib >= 16)) || die "-m: GRUB needs 16M, not $opt_mem"
	((size_mib >= 3)) || die "-m: loft needs 12M, and a kernel that could say so 3M, not $opt_mem (try 64M)"
}

# check_log: QEMU opens the log by its name, at each boot anew, and the verdict reads it. That takes a
# file; /dev/null gets a private one.
check_log()
{
	case $opt_log in
	/dev/std* | /dev/fd/* | /proc/*) die "--log: $opt_log is no name of a file" ;;
	esac
	[[ ! -e $opt_log || -f $opt_log || $opt_log -ef /dev/null ]] ||
		die "--log: $opt_log is no file (for a pipe or a device use tee: standard output is the same)"
	[[ ! -f $opt_log || ! $opt_log -ef /dev/stdout ]] ||
		die "--log: $opt_log: standard output goes there already"
	((opt_dry)) || { : >"$opt_log"; } 2>/dev/null || die "--log: cannot write $opt_log"
}

check_options()
{
	local most
	parse_size "$opt_mem" || die "-m: '$opt_mem' is not a size such as 512M or 2G"
	((size_mib >= 1)) || die "-m: $opt_mem is no memory at all (try 64M)"
	check_smallest
	((size_mib <= 62 * 1024)) || die "-m: $opt_mem is more than the 62G that QEMU's pc and 36 address bits allow"
	[[ $opt_way != uefi ]] || ((size_mib <= 30 * 1024)) ||
		die "-m: $opt_mem is more than the 30G that QEMU's q35, which the UEFI firmware needs, and 36 address bits allow"
	opt_mib=$size_mib
	[[ -n $opt_cpus ]] || opt_cpus=$((opt_icount ? 1 : 2))
	most=$(max_cpus)
	if ! [[ $opt_cpus =~ ^[0-9]{1,3}$ ]] || ((10#$opt_cpus < 1 || 10#$opt_cpus > most)); then
		die "-c: '$opt_cpus' is not a number of CPUs from 1 to $most"
	fi
	opt_cpus=$((10#$opt_cpus))
	[[ -z $opt_timeout || $opt_timeout =~ ^[0-9]{1,6}$ ]] ||
		die "--timeout: '$opt_timeout' is not a number of seconds"
	[[ -z $opt_timeout ]] || opt_timeout=$((10#$opt_timeout))
	[[ -z $opt_with || -d $opt_with ]] || die "--with: no such folder: $opt_with"
	((opt_kvm && opt_icount)) && die "--kvm cannot count instructions: leave out --icount"
	((opt_kvm && opt_one_thread)) && die "--kvm has a thread for each CPU: leave out --one-thread"
	case $opt_debug in 0 | 1) ;; *) die "DEBUG is '$opt_debug': use 0 or 1" ;; esac
	case ${CONTROLS:-0} in 0 | 1) ;; *) die "CONTROLS is '$CONTROLS': use 0 or 1" ;; esac
	case ${HIGHMEM:-1} in 0 | 1) ;; *) die "HIGHMEM is '$HIGHMEM': use 0 or 1" ;; esac
	case $opt_test$opt_bench in
	*[!A-Za-z0-9_.*?!\[\]^-]*) die "not a test name pattern: '$opt_test$opt_bench'" ;;
	esac
	[[ -z $opt_log ]] || check_log
}
