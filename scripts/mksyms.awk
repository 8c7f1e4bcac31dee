# SPDX-License-Identifier: MIT
# From `nm -n` to assembler: the functions of the image, sorted by address, for
# kernel/console/symbols.c. Arrays of addresses and of offsets into one string of names.
BEGIN { n = 0 }
$2 ~ /^[tTwW]$/ && $3 !~ /^(\.L|__text_start|__text_end|__image_start)/ {
	if ($1 == last)
		next # one name an address: the first that nm gives
	last = $1
	addr[n] = $1
	name[n++] = $3
}
END {
	print "\t.section .ksyms, \"a\"\n\t.balign 4"
	print "\t.globl ksym_count, ksym_addrs, ksym_names, ksym_strings"
	printf "ksym_count:\n\t.long %d\nksym_addrs:\n", n
	for (i = 0; i < n; i++)
		printf "\t.long 0x%s\n", addr[i]
	print "ksym_names:"
	offset = 0
	for (i = 0; i < n; i++) {
		printf "\t.long %d\n", offset
		offset += length(name[i]) + 1
	}
	print "ksym_strings:"
	for (i = 0; i < n; i++)
		printf "\t.asciz \"%s\"\n", name[i]
	print "\t.section .note.GNU-stack, \"\", %progbits"
}
