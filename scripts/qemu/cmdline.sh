#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The kernel command line, in the two spellings that reach the kernel unharmed.
#
# QEMU's -kernel passes one string, byte for byte. There a value with blanks is quoted as Linux
# quotes it: exec="a b". A value that holds a quote or a backslash itself is quoted as a whole
# word with escapes, "exec=a \"b\"", which is also how GRUB 2 hands over an argument.
# GRUB splits the line of its script into words, so there each word is put between single
# quotes; GRUB then quotes it again for the kernel.
#
# shellcheck disable=SC2034,SC2154  # the parts of run-qemu.sh share its variables

# quote_param NAME VALUE: prints NAME=VALUE, quoted for the kernel.
quote_param()
{
	local value=$2
	value=${value//$'\n'/;}
	case $value in
	*[\"\\]*)
		value=${value//\\/\\\\}
		value=${value//\"/\\\"}
		printf '"%s=%s"' "$1" "$value"
		;;
	'' | *[[:blank:]\']*) printf '%s="%s"' "$1" "$value" ;;
	*) printf '%s=%s' "$1" "$value" ;;
	esac
}

# The most that the kernel keeps of its command line, in bytes (BOOT_CMDLINE_MAX). It drops what is
# behind, and says so; but work that is dropped would leave a prompt that nobody types at.
cmdline_max=16383

# check_length END: dies if the kernel would not see the whole of the first END bytes of cmdline, where
# the work is. `room` is for what the loader adds: QEMU the name of the image, GRUB its quoting.
check_length()
{
	local LC_ALL=C quotes room=9
	if [[ $opt_way != kernel ]]; then
		quotes=${cmdline//[^\']/}
		room=${#quotes}
	fi
	# A word is only sure to be whole when a blank follows it, or the line's end.
	((${#cmdline} + room <= cmdline_max || $1 + room < cmdline_max)) ||
		die "the kernel command line has $((${#cmdline} + room)) bytes, of which the kernel keeps \
$cmdline_max, too few for the commands: pipe them to standard input instead"
}

# give_quotes_back WORD: sets kernel_word to what the shell left of a word given after --, of which it has
# eaten the quotes. exec= and the parameters of modules (they have a dot) may hold blanks, no other
# does: there, blanks divide words that came as one. Quotes that the shell left mean what they say.
give_quotes_back()
{
	local name=${1%%=*} value=${1#*=}
	kernel_word=$1
	[[ $1 == *=*[[:blank:]]* && $value != \"* ]] || return 0
	case $name in
	*[[:blank:]]* | console.* | monitor.*) return ;;
	exec) ;;
	*.*)
		[[ $value != *[[:blank:]]*=* ]] || die "-- $1: one value or several words? For one, write \
$name='\"$value\"'; else give each word by itself"
		;;
	*) return ;;
	esac
	kernel_word=$(quote_param "$name" "$value")
}

# build_cmdline FIRST: sets cmdline from the options. FIRST is 0 after a reboot: the work was
# done by the boot before, what is left is to switch off (or to read on from the terminal).
# The words given after -- come last, so that they win.
build_cmdline()
{
	local LC_ALL=C words=() word line='' end=0
	((on_tty)) || words+=(console.crlf=0)
	((batch)) && words+=(monitor.batch=1)
	if (($1)); then
		[[ -z $opt_test ]] || words+=("selftest=$opt_test")
		[[ -z $opt_bench ]] || words+=("bench=$opt_bench")
		if ((opt_has_exec)); then
			words+=("$(quote_param exec "$opt_exec")")
		elif [[ -n $opt_test$opt_bench ]]; then
			words+=('exec=""')
		fi
	elif ((opt_has_exec)) || [[ -n $opt_test$opt_bench ]]; then
		words+=('exec=""')
	fi
	for word in "${opt_append[@]}"; do
		give_quotes_back "$word"
		words+=("$kernel_word")
	done
	cmdline=${words[*]}
	# Where the last word that asks for work ends.
	for word in "${words[@]}"; do
		line+="$word "
		case $word in
		*exec=* | *selftest=* | *bench=*) end=$((${#line} - 1)) ;;
		esac
	done
	((!end)) || check_length "$end"
}

# grub_words LINE: prints LINE's words, split by the kernel's rules (blanks divide, except
# between double quotes), as one line of GRUB script.
grub_words()
{
	local line=$1 word='' char next quoted=0 any=0 i out=()
	for ((i = 0; i < ${#line}; i++)); do
		char=${line:i:1}
		next=${line:i+1:1}
		if ((quoted)) && [[ $char == \\ && ( $next == \" || $next == \\ ) ]]; then
			word+=$next
			((i++))
		elif [[ $char == \" ]]; then
			quoted=$((!quoted)) any=1
		elif ((!quoted)) && [[ $char == [[:space:]] ]]; then
			((any)) && out+=("$word")
			word='' any=0
		else
			word+=$char any=1
		fi
	done
	((any)) && out+=("$word")
	for word in "${out[@]}"; do
		printf " '%s'" "${word//\'/\'\\\'\'}"
	done
}
