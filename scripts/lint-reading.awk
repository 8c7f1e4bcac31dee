# SPDX-License-Identifier: MIT
#
# Checks docs/READING.md against the files that exist: awk -f lint-reading.awk FILES READING.md, where
# FILES lists one path a line. An entry of the reading list begins
#
#     - `path/file.h`, `path/file.c`: One sentence.
#
# Files that are one idea share an entry. The floors
# come as headings "## N. `folder/` ...", and an entry stands under the heading of its folder.

function complain(text)
{
	print "docs/READING.md: " text
	bad = 1
}

FNR == NR {
	exists[$0] = 1
	next
}

/^## / {
	folder = ""
	if (match($0, /`[a-z]+\/`/))
		folder = substr($0, RSTART + 1, RLENGTH - 2)
}

/^- `/ {
	text = $0
	if (text !~ /^- (`[^`]+`(, )?)+: [^ ].*\.$/)
		complain("line " FNR ": an entry is \"- `file`: One sentence.\"")
	sub(/: .*/, "", text)
	count = split(text, part, "`")
	for (i = 2; i <= count; i += 2) {
		file = part[i]
		if (file in listed)
			complain(file " is listed twice")
		listed[file] = 1
		if (!(file in exists))
			complain("names " file ", which does not exist")
		if (folder != "" && index(file, folder) != 1)
			complain(file " stands under " folder)
	}
}

END {
	for (file in exists)
		if (!(file in listed)) {
			missing[++n] = file
			bad = 1
		}
	for (i = 1; i <= n; i++)
		print "docs/READING.md: " missing[i] " is missing: give it a sentence in its place"
	exit bad
}
