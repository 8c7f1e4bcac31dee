#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Builds what is missing and boots loft in QEMU: `./run-qemu.sh --help` tells the options, the
# streams and the exit codes, which are a promise to scripts (docs/TESTING.md).
#
# This file is the conductor. Each step lives in scripts/qemu/:
#   options.sh  what was asked for          image.sh    which image, and building it
#   cmdline.sh  the kernel's command line   machine.sh  QEMU's arguments
#   verdict.sh  the exit status from QEMU's status and the serial log (log.awk)
#   stop.sh     what a signal ends
#
# Two runs never meet: each has a private folder for its sockets, pipes and images, and no port.
# QEMU is started in the image's folder with a bare file name, because it puts the name of the image
# in front of the kernel's command line, unquoted: a folder called "a b=mem=3M" would be a parameter.

start_folder=$PWD
# The folder of the file itself, if it is started through a link.
script=$(readlink -f -- "${BASH_SOURCE[0]}" 2>/dev/null) || script=${BASH_SOURCE[0]}
root=$(CDPATH='' cd -- "$(dirname -- "$script")" && pwd) || exit 3
if [[ ! -f $root/scripts/qemu/options.sh ]]; then
	echo "run-qemu.sh: $root is not loft's folder: scripts/qemu is missing there" >&2
	exit 3
fi
# shellcheck source=scripts/qemu/options.sh
. "$root/scripts/qemu/options.sh"
# shellcheck source=scripts/qemu/cmdline.sh
. "$root/scripts/qemu/cmdline.sh"
# shellcheck source=scripts/qemu/image.sh
. "$root/scripts/qemu/image.sh"
# shellcheck source=scripts/qemu/machine.sh
. "$root/scripts/qemu/machine.sh"
# shellcheck source=scripts/qemu/verdict.sh
. "$root/scripts/qemu/verdict.sh"
# shellcheck source=scripts/qemu/stop.sh
. "$root/scripts/qemu/stop.sh"

# make_private_folder: sets dir. The name has no blanks: QEMU's module list could not hold them.
make_private_folder()
{
	watch_signals
	if ((opt_dry)); then
		dir=$root/build/dry-run
		mkdir -p "$dir" || die "cannot write $dir"
		rm -f "$dir/vars.fd"
		return
	fi
	trap clean_up EXIT
	dir=$(mktemp -d "${TMPDIR:-/tmp}/loft.XXXXXX") || die "cannot make a temporary folder"
	if [[ $dir == *[[:space:]]* ]]; then
		rmdir "$dir"
		dir=$(mktemp -d /tmp/loft.XXXXXX) || die "cannot make a temporary folder"
	fi
}

# shellcheck disable=SC2317  # called by a trap
clean_up()
{
	trap '' INT TERM HUP
	stop_qemu
	if [[ -n $feeder_pid ]]; then
		kill -TERM "$feeder_pid" 2>/dev/null
		wait "$feeder_pid" 2>/dev/null
	fi
	[[ -z $saved_tty ]] || stty "$saved_tty" 2>/dev/null
	[[ -z $dir ]] || rm -rf "$dir"
}

# find_qemu: sets qemu. Not qemu-system-x86_64: i386 debuggers cannot read its registers.
find_qemu()
{
	qemu=${QEMU:-qemu-system-i386}
	((opt_dry)) && return
	command -v "$qemu" >/dev/null 2>&1 && return
	[[ -z ${QEMU:-} ]] || die "QEMU=$QEMU: no such program"
	"$root/scripts/deps" build qemu || exit 3
}

list_cpus()
{
	find_qemu
	"$qemu" -cpu help || die "no list of CPU models from $qemu"
	exit 0
}

find_limit()
{
	limit=$opt_timeout
	if [[ -z $limit ]]; then
		limit=120
		[[ -z $opt_test$opt_bench ]] || limit=600
		((on_tty || opt_gdb)) && limit=0
	fi
	# QEMU on a terminal stays in the foreground, where it may read it.
	limiter=()
	((limit)) || return
	if command -v timeout >/dev/null 2>&1; then
		limiter=(timeout --foreground -k 5)
	elif command -v gtimeout >/dev/null 2>&1; then
		limiter=(gtimeout --foreground -k 5)
	else
		say "no timeout(1) here (package coreutils): running without a time limit"
	fi
}

# feed: our standard input, then the end mark, once the kernel is there to hear it. Bytes that come
# before it has set up its serial port would be lost, or typed into a firmware menu. An end mark
# inside the input ends it, too: judge_input looks for one in the copy, which is written first.
feed()
{
	local copier
	trap 'kill "$copier" 2>/dev/null; exit 0' TERM
	until grep -q '^loft [0-9]' "$log" 2>/dev/null; do sleep 0.05; done
	tee "$dir/in" <&0 >"$dir/input" &
	copier=$!
	wait "$copier"
	printf '\004'
}

# kernel_output: from the kernel's banner on. UEFI firmware and GRUB draw menus on the serial line.
kernel_output()
{
	awk '{ line = $0; gsub(/\033\[[0-9;=?]*[A-Za-z]/, "", line); gsub(/[\r\000]/, "", line) }
		!on && line ~ /^loft [0-9]/ { on = 1; print line; fflush(); next }
		on { print; fflush() }'
}

# start_qemu: one boot. Sets qemu_pid. QEMU runs in the background only so that this script can
# answer signals; it keeps our standard input, which the shell would otherwise take from it.
start_qemu()
{
	local run=("$qemu" "${qemu_args[@]}") left
	qemu_runs=1
	cd "$run_folder" || die "cannot enter $run_folder"
	if ((${#limiter[@]})); then
		# The limit is for the whole run, however often the guest reboots.
		left=$((limit - (SECONDS - started)))
		run=("${limiter[@]}" $((left > 0 ? left : 1)) "${run[@]}")
	fi
	exec 8>&1
	if [[ $opt_way == uefi ]] && ! ((on_tty)); then
		rm -f "$dir/out"
		mkfifo "$dir/out" || die "cannot make a pipe"
		kernel_output <"$dir/out" &
		filter_pid=$!
		exec 8<>"$dir/out"
	fi
	if ((on_tty)); then
		"${run[@]}" <&0 8>&- &
	elif ((batch)); then
		"${run[@]}" <&7 >&8 7>&- 8>&- &
	else
		"${run[@]}" </dev/null >&8 8>&- &
	fi
	qemu_pid=$!
	exec 8>&-
	[[ -z $stopped_by ]] || stop_qemu
}

# wait_qemu: sets qemu_status. A signal to this script ends wait early; QEMU is then on its way out.
wait_qemu()
{
	while :; do
		wait "$qemu_pid"
		qemu_status=$?
		kill -0 "$qemu_pid" 2>/dev/null || break
	done
	qemu_pid=
	[[ -z $filter_pid ]] || wait "$filter_pid"
	filter_pid='' qemu_runs=0
}

# prepare FIRST: everything that depends on the command line, for the first boot or a later one.
prepare()
{
	build_cmdline "$1"
	run_folder=$(dirname "$image")
	if [[ $opt_way != kernel ]]; then
		build_iso
		run_folder=$dir
	fi
	build_qemu_args
}

# probe_guest: becomes a guest that ends with 33 if it runs to its end.
probe_guest()
{
	cd "$(dirname "$image")" && exec timeout -k 1 20 "$qemu" -no-user-config -machine pc -accel kvm \
		-cpu "$cpu_model" -m 64M -nic none -display none -serial null -monitor none -no-reboot \
		-device isa-debug-exit,iobase=0xf4,iosize=4 -kernel loft.elf -append 'selftest=off exec=""'
}

# probe_kvm: some hosts offer KVM in which a 32-bit guest dies, so only a guest that ran to its end
# counts.
probe_kvm()
{
	local status
	stoppable probe_guest </dev/null >/dev/null 2>&1
	status=$?
	((status == 33)) && return
	say "KVM does not run a 32-bit guest here (the probe ended with $status): using TCG"
	opt_kvm=0
}

# shell_word TEXT: TEXT as one word of a shell line, quoted only where it must be.
shell_word()
{
	case $1 in
	'' | *[!A-Za-z0-9_./,=:+@%-]*) printf " '%s'" "${1//\'/\'\\\'\'}" ;;
	*) printf ' %s' "$1" ;;
	esac
}

print_line()
{
	local word
	printf 'cd%s &&' "$(shell_word "$run_folder")"
	for word in "$qemu" "${qemu_args[@]}"; do shell_word "$word"; done
	printf '\n'
	exit 0
}

announce_gdb()
{
	say "waiting for gdb; in another terminal, in $root:"
	say "  gdb -x scripts/gdb/loft.gdb $image -ex 'target remote $gdb_socket'"
}

main()
{
	{ : 8>&1; } 2>/dev/null || die "standard output is closed (for no output: >/dev/null)"
	{ : 8<&0; } 2>/dev/null || exec </dev/null
	parse_options "$@"
	[[ $opt_cpu != help ]] || list_cpus
	on_tty=0 batch=0 log=
	[[ -t 0 && -t 1 ]] && on_tty=1
	((on_tty || opt_has_exec)) || [[ -n $opt_test$opt_bench ]] || batch=1
	choose_image
	make_private_folder
	find_qemu
	if ! ((opt_dry)) || [[ $opt_way != kernel ]]; then build_image; fi
	find_limit
	gdb_socket=${LOFT_GDB_SOCKET:-$dir/gdb.sock}
	[[ -z $opt_log ]] || log=$(absolute "$opt_log")
	if ((opt_dry)); then
		prepare 1
		print_line
	fi
	[[ -n $log && ! $log -ef /dev/null ]] || log=$dir/serial.log
	{ : >"$log"; } 2>/dev/null || die "cannot write $log"
	if ((opt_kvm)); then
		pick_cpu
		probe_kvm
	fi
	prepare 1
	((opt_gdb)) && announce_gdb
	((on_tty)) && saved_tty=$(stty -g)
	if ((batch)); then
		mkfifo "$dir/in" || die "cannot make a pipe"
		exec 7<>"$dir/in"
		feed <&0 >&7 &
		feeder_pid=$!
	fi
	boots=1
	started=$SECONDS
	while :; do
		start_qemu
		wait_qemu
		[[ -z $stopped_by ]] || exit "$stopped_by"
		((qemu_status == 41)) || break
		if ((limit && SECONDS - started >= limit)); then
			qemu_status=124
			break
		fi
		((boots++))
		prepare 0
	done
	judge "$qemu_status"
	exit $?
}

dir='' feeder_pid='' filter_pid='' saved_tty=''
main "$@"
