#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# From QEMU's exit status and the serial log to run-qemu.sh's exit status.
#
# The guest speaks through two channels that must agree. isa-debug-exit turns the value V that the
# kernel writes to port 0xf4 into QEMU's exit status 2V+1 (boot/exit_codes.h), which nothing in
# QEMU itself produces. The serial log must hold exactly one boot banner a boot (a second one is a
# reset that nobody asked for), and every KTAP plan in it must be met (log.awk).
#
# shellcheck disable=SC2034,SC2154  # the parts of run-qemu.sh share its variables

# read_log: sets banners, plans, unmet, failed, passed, skipped, first_failure, why and where.
read_log()
{
	banners=0 plans=0 unmet=0 failed=0 passed=0 skipped=0 first_failure='' why='' where=''
	eval "$(awk -f "$root/scripts/qemu/log.awk" "$log")"
}

# behind_the_end: prints the first of the commands read that ends a boot, if others follow it.
behind_the_end()
{
	awk '{ gsub(/"[^"]*"|\047[^\047]*\047/, "x")
	       n = split($0, commands, ";")
	       for (i = 1; i <= n; i++) {
	              gsub(/[ \t\r]/, "", commands[i])
	              if (last != "" && commands[i] != "") { print last; exit }
	              if (commands[i] == "reboot" || commands[i] == "poweroff") last = commands[i]
	       } }'
}

# judge_input: fails if the guest cannot have run all that was piped: a boot ended before, and had
# read more by then; or an end mark is in it. Of --exec nothing is run behind such an end.
judge_input()
{
	local last
	last=$(printf '%s\n' "${opt_exec//$'\n'/;}" | behind_the_end)
	if [[ -n $last ]]; then
		say "--exec goes on behind '$last', which ends a boot: what follows was not run"
		return 1
	fi
	[[ -f $dir/input ]] || return 0
	if [[ -n $(LC_ALL=C tr -cd '\004' <"$dir/input" | tr '\004' x) ]]; then
		say "the input holds a byte 0x04, which ends it: what follows was not run"
		return 1
	fi
	last=$(behind_the_end <"$dir/input")
	[[ -n $last ]] || return 0
	say "the input goes on behind '$last', which ends a boot: not all that follows was run"
	return 1
}

# judge_clean: the kernel says that all is well. Prints nothing when the log agrees.
judge_clean()
{
	if ((banners == 0)); then
		say "the kernel ended well, but the serial line has heard nothing of it (console= without ttyS0?)"
		return 3
	fi
	if ((banners != boots)); then
		say "unexplained reset: $banners boot banners in the log, expected $boots"
		return 3
	fi
	# The kernel that started anew knows nothing of what failed before.
	if ((boots > 1)) && [[ -n $why ]]; then
		say "failed before the reboot: $why"
		return 1
	fi
	if [[ -n $opt_test ]] && ((plans == 0)); then
		say "tests were asked for, but the log holds no KTAP plan"
		return 1
	fi
	if ((unmet)); then
		say "$unmet KTAP plans of the log are not met"
		return 1
	fi
	if ((failed)); then
		say "the log holds failed tests although the kernel said it was clean: $first_failure"
		return 1
	fi
	if [[ -n $opt_test ]] && ((passed == 0)); then
		say "no test passed: all that matched '$opt_test' were skipped"
		return 1
	fi
	judge_input
}

# judge STATUS: returns the exit status of the run.
judge()
{
	read_log
	case $1 in
	33) judge_clean ;;
	35)
		if ((failed)); then
			say "failed: $failed of $((failed + passed)) tests, first: $first_failure"
		else
			say "failed: ${why:-see the last lines of the output}"
		fi
		return 1
		;;
	37) say "kernel panic"; return 2 ;;
	39) say "the kernel cannot run on this machine"; return 3 ;;
	124 | 137)
		# timeout(1) says 137, too, where QEMU took no notice of the limit and had to be killed.
		if (($1 == 137 && (!limit || SECONDS - started < limit))); then
			say "QEMU was killed (kill -9; the host does that when its memory runs out)"
			return 3
		fi
		((banners)) || no_banner
		say "time limit of $limit s reached${where:+, $where}"
		return 124
		;;
	0)
		if grep -q 'Triple fault' "$dir/reset.log" 2>/dev/null; then
			say "triple fault: see docs/DEBUGGING.md"
			return 3
		fi
		((on_tty)) && return 130
		say "the machine stopped without a verdict (reset, or QEMU ended by a signal)"
		return 3
		;;
	*) say "QEMU ended with status $1 (see its message above)"; return 3 ;;
	esac
}

# no_banner: when the kernel was never heard of, what the firmware said is worth reading.
no_banner()
{
	if [[ ! -s $log ]]; then
		say "loft did not start, and the serial line said nothing (a wrong --cpu, or too small an -m?)"
		return
	fi
	say "loft did not start; the serial line said:"
	tr -d '\000\033' <"$log" | tail -n 5 >&2
}
