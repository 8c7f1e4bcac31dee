# SPDX-License-Identifier: MIT
#
# Reads the serial log of a run and prints shell assignments: boot banners, KTAP plans, plans not
# met, the number of cases that passed, failed and were skipped, what else says why a run failed (a
# self-test of the boot, a module whose init function did, and the monitor's last line), and where the
# tests were, if they had not ended.
#
# KTAP nests by indents of 4 spaces. For each depth one plan may be open: "1..N" opens it, result
# lines count up 1, 2, 3... and it must have reached N when the next plan of that depth starts, when
# the result line of the enclosing depth comes, or at the end. A case is a result line that no
# deeper plan stood before.

function close_plan(depth) {
	if (depth in want && seen[depth] != want[depth])
		unmet++
	delete want[depth]
}

function close_deeper(depth,   d) {
	for (d = deepest; d > depth; d--)
		close_plan(d)
	deepest = depth
}

# plain TEXT: TEXT without what could mean something to the shell.
function plain(text) {
	gsub(/[^A-Za-z0-9_ .:#()-]/, "", text)
	return text
}

# place: where the tests were when the log ended; nothing if none were running.
function place(   text) {
	if (!(0 in want) || seen[0] == want[0])
		return ""
	text = level ? "in suite " plain(title[1]) : "in the tests"
	if (level > 1)
		text = text ", case " plain(title[2])
	if (last[level] != "")
		text = text " behind " (level > 1 ? "" : level ? "case " : "suite ") plain(last[level])
	return text
}

{
	gsub(/\033\[[0-9;=?]*[A-Za-z]/, "")
	gsub(/[\r\000]/, "")
}

/^loft [0-9][^ ]* \(i386/ { banners++ }

init == "" && /^\[ *[0-9]+\.[0-9]+\] .*\(\) failed with error -[0-9]+$/ {
	init = $0
	sub(/^[^]]*\] /, "", init)
}

/^monitor: [0-9]+ commands? failed, first: / {
	commands = $0
	sub(/^monitor: /, "", commands)
	sub(/ failed, first: /, ", first: ", commands)
}

# Of the quick set at a boot, which has no result lines.
selftest == "" && /^#? ?selftest: [^ ]+ (failed|ERROR )/ {
	selftest = $0
	sub(/^#? ?/, "", selftest)
}

/^ *KTAP version 1$/ {
	match($0, /^ */)
	depth = RLENGTH / 4
	close_deeper(depth - 1)
	headed[depth] = 1
	level = depth
	title[depth] = last[depth] = ""
}

/^ *# Subtest: / {
	match($0, /^ */)
	title[RLENGTH / 4] = substr($0, RLENGTH + length("# Subtest: ") + 1)
}

/^ *1\.\.[0-9]+/ {
	match($0, /^ */)
	depth = RLENGTH / 4
	if (depth in headed) {
		delete headed[depth]
		text = $1
		sub(/^1\.\./, "", text)
		close_plan(depth)
		want[depth] = text + 0
		seen[depth] = 0
		if (depth > deepest)
			deepest = depth
		if (depth == 0)
			plans++
	}
}

/^ *(not )?ok [0-9]+/ {
	match($0, /^ */)
	depth = RLENGTH / 4
	if (!(depth in want))
		next
	leaf = deepest <= depth
	close_deeper(depth)
	bad = $1 == "not"
	number = bad ? $3 : $2
	if (number + 0 != ++seen[depth])
		unmet++
	if (bad && first == "") {
		first = plain($0)
		sub(/^ */, "", first)
	}
	level = depth
	name = $0
	sub(/^ *(not )?ok [0-9]+ /, "", name)
	sub(/ # .*/, "", name)
	last[depth] = number " (" name ")"
	# A suite that failed without a failed case (its set-up, its frame) is a failure too.
	if (bad && !leaf && depth == 0)
		bad_suites++
	if (!leaf)
		next
	if (bad)
		failed++
	else if ($0 ~ /# SKIP/)
		skipped++
	else
		passed++
}

END {
	where = place()
	close_deeper(-1)
	why = selftest
	why = why (why != "" && init != "" ? "; " : "") init
	why = why (why != "" && commands != "" ? "; " : "") commands
	gsub(/\047/, "\"", why) # it stands between single quotes
	if (failed == 0)
		failed = bad_suites
	printf "banners=%d plans=%d unmet=%d failed=%d passed=%d skipped=%d first_failure='%s' why='%s' where='%s'\n",
		banners, plans, unmet, failed, passed, skipped, first, why, where
}
