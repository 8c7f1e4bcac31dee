# SPDX-License-Identifier: MIT
#
# Checks that #include lines go down the floors: a file may include its own floor and lower ones, by
# path from the root. compat/linux is what foreign sources see; its headers name each other as Linux does.

BEGIN {
	n = split("lib boot kernel mm proc monitor tests init", floors, " ")
	for (i = 1; i <= n; i++)
		floor[floors[i]] = i
	floor["bench"] = floor["compat"] = floor["tests"]
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, part, "\"")
	target = part[2]
	split(FILENAME, from, "/")
	split(target, to, "/")
	if (from[1] == "compat" && target ~ /^(linux|asm|kunit)\//)
		next
	if (!(to[1] in floor) || target !~ /\//) {
		printf "%s:%d: include \"%s\" by its path from the root\n", FILENAME, FNR, target
		bad = 1
	} else if (!(from[1] in floor)) {
		printf "%s:%d: %s/ is no floor\n", FILENAME, FNR, from[1]
		bad = 1
	} else if (floor[to[1]] > floor[from[1]]) {
		printf "%s:%d: floor %s must not include \"%s\"\n", FILENAME, FNR, from[1], target
		bad = 1
	}
}

/^[ \t]*#[ \t]*include[ \t]*</ && FILENAME !~ /^(compat|bench)\// {
	printf "%s:%d: %s: only foreign sources include by <>\n", FILENAME, FNR, $0
	bad = 1
}

END { exit bad }
