#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Which image a run boots, and how it comes to be: the variant's folder under build/ (or under
# DIR/build/ with --with DIR), built by make when it is missing or out of date, and for --iso and
# --uefi a private GRUB image that holds the run's own command line.
#
# shellcheck disable=SC2034,SC2154  # the parts of run-qemu.sh share its variables

absolute()
{
	case $1 in
	/*) printf '%s' "$1" ;;
	*) printf '%s/%s' "$start_folder" "$1" ;;
	esac
}

# choose_image: sets format and image. The folder's name follows the Makefile's VARIANT.
choose_image()
{
	local variant top=$root
	format=i386
	((opt_pae)) && format=i386-pae
	variant=$format
	((opt_debug)) && variant+=-debug
	[[ ${CONTROLS:-} == 1 ]] && variant+=-controls
	[[ ${HIGHMEM:-} == 0 ]] && variant+=-nohighmem
	[[ -n ${LAST_PKMAP:-} ]] && variant+=-pkmap$LAST_PKMAP
	[[ -n ${PKMAP_COLORS:-} ]] && variant+=-colors$PKMAP_COLORS
	[[ -n $opt_with ]] && top=$(absolute "$opt_with")
	built=$top/build
	image=$built/$variant/loft.elf
}

# lock_build, unlock_build: one build at a time, so that two runs do not write the same files. The lock
# is held by descriptor 9, ours and that of all that the build starts.
lock_build()
{
	command -v flock >/dev/null 2>&1 || return 0
	{ exec 9>"$built/.lock"; } 2>/dev/null && stoppable flock 9
}

unlock_build()
{
	exec 9>&-
}

# build_image: LOFT_PREBUILT=1 is for the test harness, which has built everything before. What builds
# has its temporary files in our private folder: a signal may leave them behind.
build_image()
{
	local vars=()
	[[ ${LOFT_PREBUILT:-} == 1 && -f $image ]] && return
	if ! command -v make >/dev/null 2>&1 && [[ -f $image ]]; then
		say "no make here: taking $image as it is"
		return
	fi
	if ! mkdir -p "$built" 2>/dev/null || [[ ! -w $built ]]; then
		[[ -f $image ]] || die "nothing can be built: you may not write to $built (use a copy of your own)"
		say "you may not write to $built: taking $image as it is"
		return
	fi
	"$root/scripts/deps" build || exit 3
	((opt_debug)) && vars+=(DEBUG=1)
	[[ -n $opt_with ]] && vars+=("M=$(absolute "$opt_with")")
	lock_build || die "cannot lock $built/.lock"
	# MAKEFLAGS of a make that called us would bring its own variables and job pipes.
	TMPDIR=$dir stoppable env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS \
		make -s -C "$root" -j "$(cpu_count)" "$format" "${vars[@]}" </dev/null >&2 ||
		die "the build failed"
	unlock_build
	[[ -f $image ]] || die "the build left no $image"
}

cpu_count()
{
	local n
	n=$(nproc 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null)
	printf '%s' "${n:-1}"
}

# build_iso: sets iso to a private image with this run's command line and modules.
build_iso()
{
	local words=() i
	iso=$dir/loft.iso
	for ((i = 0; i < ${#opt_modules[@]}; i += 2)); do
		words+=(--module "$(absolute "${opt_modules[i]}")" "${opt_modules[i + 1]}")
	done
	TMPDIR=$dir stoppable "$root/scripts/mkiso" --direct "--$opt_way" --cmdline "$(grub_words "$cmdline")" \
		"${words[@]}" --kernel "$image" "$iso" >&2 || exit 3
}
