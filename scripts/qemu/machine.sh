#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# From options to QEMU's arguments: CPU model, memory, firmware, serial line, exit device.
# Everything here was measured on QEMU 7.2; the reasons stand beside the choices.
#
# shellcheck disable=SC2034,SC2054,SC2154  # the parts of run-qemu.sh share its variables; QEMU's commas

# pick_cpu: sets cpu_model.
# QEMU's plain 32-bit CPU has 32 address bits; +pse36 is what tells QEMU to give it 36, without
# which a page-table entry above 4 GiB faults (and newer QEMUs refuse the memory size). Data
# pages of a PAE kernel are not executable, so PAE also gets a CPU with NX.
pick_cpu()
{
	if [[ -n $opt_cpu ]]; then
		cpu_model=$opt_cpu
	elif ((opt_pae)); then
		cpu_model=qemu32,+pse36,+nx
	elif ((opt_mib > 3583)); then
		cpu_model=qemu32,+pse36
	else
		cpu_model=qemu32
	fi
}

host_mib()
{
	if [[ -r /proc/meminfo ]]; then
		awk '$1 == "MemTotal:" { print int($2 / 1024) }' /proc/meminfo
	else
		echo $(($(sysctl -n hw.memsize 2>/dev/null || echo 8589934592) / 1048576))
	fi
}

# add_memory: RAM that the host does not have is promised, not reserved: pages come when the
# guest touches them. The PC's PCI window above 4 GiB ends at 64 GiB and starts after the RAM;
# the last GiBs only fit when it is empty.
add_memory()
{
	qemu_args+=(-m "${opt_mib}M")
	if ((opt_mib > $(host_mib) / 2)); then
		qemu_args+=(-object "memory-backend-ram,id=ram,size=${opt_mib}M,reserve=off")
		machine+=,memory-backend=ram
	fi
	((opt_mib > 61 * 1024)) && qemu_args+=(-global i440FX-pcihost.pci-hole64-size=0)
}

# find_uefi: sets uefi_code and uefi_vars: 32-bit firmware and the template of its variables.
find_uefi()
{
	local pair
	for pair in \
		/usr/share/OVMF/OVMF32_CODE_4M.secboot.fd:/usr/share/OVMF/OVMF_VARS_4M.fd \
		/usr/share/OVMF/OVMF32_CODE_4M.fd:/usr/share/OVMF/OVMF32_VARS_4M.fd \
		/usr/share/edk2/ovmf-ia32/OVMF_CODE.secboot.fd:/usr/share/edk2/ovmf-ia32/OVMF_VARS.fd \
		/usr/share/edk2/ia32/OVMF_CODE.4m.fd:/usr/share/edk2/ia32/OVMF_VARS.4m.fd \
		/usr/share/qemu/edk2-i386-code.fd:/usr/share/qemu/edk2-i386-vars.fd \
		/opt/homebrew/share/qemu/edk2-i386-code.fd:/opt/homebrew/share/qemu/edk2-i386-vars.fd \
		/usr/local/share/qemu/edk2-i386-code.fd:/usr/local/share/qemu/edk2-i386-vars.fd; do
		uefi_code=${pair%%:*} uefi_vars=${pair##*:}
		[[ -r $uefi_code && -r $uefi_vars ]] && return
	done
	"$root/scripts/deps" uefi || exit 3
	find_uefi
}

commas() # a comma in a value of a QEMU option is written twice
{
	printf '%s' "${1//,/,,}"
}

# add_modules: for QEMU's own multiboot loader. It cuts "FILE ARGS" at the first blank and the
# list at commas, so a path with a blank goes by a link in the private folder.
add_modules()
{
	local i file list='' link
	for ((i = 0; i < ${#opt_modules[@]}; i += 2)); do
		file=$(absolute "${opt_modules[i]}")
		if [[ $file == *[[:space:]]* ]]; then
			link=$dir/m$i
			mkdir -p "$link"
			link+=/$(printf '%s' "$(basename "$file")" | tr -s '[:space:]' _)
			ln -sf "$file" "$link"
			file=$link
		fi
		list+=${list:+,}$(commas "$file${opt_modules[i + 1]:+ ${opt_modules[i + 1]}}")
	done
	[[ -z $list ]] || qemu_args+=(-initrd "$list")
}

# add_boot: how the image gets into memory.
add_boot()
{
	case $opt_way in
	kernel)
		qemu_args+=(-kernel "$(basename "$image")")
		[[ -z $cmdline ]] || qemu_args+=(-append "$cmdline")
		add_modules
		;;
	iso)
		qemu_args+=(-boot d -cdrom "$(basename "$iso")")
		;;
	uefi)
		# This firmware keeps its variables behind SMM, which only q35 has.
		find_uefi
		[[ -f $dir/vars.fd ]] || cp "$uefi_vars" "$dir/vars.fd"
		chmod u+w "$dir/vars.fd"
		qemu_args+=(-global driver=cfi.pflash01,property=secure,value=on
			-drive "if=pflash,unit=0,format=raw,readonly=on,file=$(commas "$uefi_code")"
			-drive "if=pflash,unit=1,format=raw,file=$(commas "$dir/vars.fd")"
			-cdrom "$(basename "$iso")")
		;;
	esac
}

# add_console: the serial line is QEMU's stdin and stdout. On a terminal it is shared with
# QEMU's own monitor (Ctrl-A x) and Ctrl-C is an ordinary byte.
add_console()
{
	local chardev="stdio,id=console,signal=off"
	((on_tty)) && chardev+=,mux=on
	[[ -z $log ]] || chardev+=",logfile=$(commas "$log"),logappend=on"
	qemu_args+=(-display none -chardev "$chardev" -serial chardev:console)
	if ((on_tty)); then
		qemu_args+=(-mon chardev=console,mode=readline)
	else
		qemu_args+=(-monitor none)
	fi
}

# build_qemu_args: sets qemu_args for one boot. A machine that resets itself ends (-no-reboot),
# and the reset log tells a triple fault from a machine switched off by hand.
build_qemu_args()
{
	machine=pc
	[[ $opt_way == uefi ]] && machine=q35,smm=on
	pick_cpu
	qemu_args=(-no-user-config)
	add_memory
	qemu_args+=(-machine "$machine" -cpu "$cpu_model" -smp "$opt_cpus")
	((opt_kvm)) && qemu_args+=(-accel kvm)
	((opt_one_thread)) && qemu_args+=(-accel tcg,thread=single)
	((opt_icount)) && qemu_args+=(-icount shift=0,sleep=off)
	qemu_args+=(-nic none -no-reboot -device isa-debug-exit,iobase=0xf4,iosize=4)
	add_console
	((opt_dry)) || qemu_args+=(-d cpu_reset -D "$dir/reset.log")
	if ((opt_gdb)); then
		qemu_args+=(-S -chardev "socket,id=gdb,path=$(commas "$gdb_socket"),server=on,wait=off"
			-gdb chardev:gdb)
	fi
	add_boot
}
