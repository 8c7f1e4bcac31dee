#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What a signal to run-qemu.sh does: it ends what runs, be it QEMU or a step before, and then the run.
#
# shellcheck disable=SC2034,SC2154  # the parts of run-qemu.sh share its variables

qemu_pid='' qemu_runs=0 stopped_by='' step_runs=0

# watch_signals: from here on. A shell that waits for a command in the foreground answers no signal
# until that has ended, so whatever may take long is run by stoppable, and QEMU in the background.
watch_signals()
{
	trap 'stop 130' INT
	trap 'stop 143' TERM HUP
}

# stoppable COMMAND...: runs a step. Its standard input is empty, and Ctrl-C is no business of its own.
stoppable()
{
	local status
	step_runs=1
	"$@" &
	wait $!
	status=$?
	step_runs=0
	return "$status"
}

# stop STATUS: called by traps. Once QEMU is being started, main sees stopped_by when it has ended.
# shellcheck disable=SC2317
stop()
{
	local step=$!
	stopped_by=$1
	if ((qemu_runs)); then
		stop_qemu
		return
	fi
	if ((step_runs)); then
		end_tree "$step"
		wait "$step" 2>/dev/null
	fi
	exit "$1"
}

stop_qemu()
{
	[[ -z $qemu_pid ]] || kill -TERM "$qemu_pid" 2>/dev/null
}

# processes: the process numbers of all, and of their parents. Not each Linux has ps(1).
# shellcheck disable=SC2317
processes()
{
	if [[ -r /proc/self/stat ]]; then
		sed -n 's/^\([0-9]*\) (.*) [A-Za-z] \([0-9]*\) .*/\1 \2/p' /proc/[0-9]*/stat 2>/dev/null
	else
		ps -A -o pid= -o ppid= 2>/dev/null
	fi
}

# end_tree PID: ends a process and all below it: a shell that is ended leaves what it has called.
# shellcheck disable=SC2317
end_tree()
{
	local pids
	pids=$(processes | awk -v top="$1" '
		{ parent[$1] = $2 }
		END {
			for (pid in parent) {
				for (p = pid; p != top && p > 1 && p in parent;)
					p = parent[p]
				if (p == top)
					print pid
			}
		}')
	# shellcheck disable=SC2086  # a list
	kill -TERM "$1" $pids 2>/dev/null
}
