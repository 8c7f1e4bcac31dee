/* SPDX-License-Identifier: MIT */
/*
 * Taking over from the boot loader. The parsing is boot/multiboot.c's, pure, and its view of
 * memory boot/phys_window.c's; here is what is done with what it found.
 *
 * Messages are held back until the banner is out, so that it is the first line of every log and
 * so that console= and its like can still change how the lines look.
 */
#include "init/loader.h"
#include "boot/bootinfo.h"
#include "boot/cmdline.h"
#include "boot/multiboot.h"
#include "boot/phys_window.h"
#include "init/version.h"
#include "kernel/console/printk.h"
#include "kernel/console/say.h"
#include "kernel/cpu/power.h"
#include "lib/string.h"

void loader_read(u32 magic, u32 info)
{
	if (multiboot_parse(magic, info, &physical_memory, &boot_info) != 0) {
		printk_hold(false);
		console_line("loft cannot run: %s", boot_info.error);
		machine_exit(EXIT_CANNOT_RUN);
	}
	boot_check_modules(&boot_info, __pa(__image_start), __pa(__image_end));
}

void loader_parameters(void)
{
	/* Setters keep pointers into the line, so it has to stay: boot_info keeps the original. */
	static char words[BOOT_CMDLINE_MAX + 1];

	strscpy(words, boot_info.cmdline, sizeof(words));
	pr_info("Command line: %s\n", boot_info.cmdline);
	boot_say_notes(&boot_info, &say_warnings);
	cmdline_apply(words, __boot_params_start, __boot_params_end, &say_warnings);
	console_line(LOFT_BANNER " multiboot %d by %s",
		     boot_info.protocol == BOOT_MULTIBOOT2 ? 2 : 1,
		     boot_info.loader[0] ? boot_info.loader : "an unnamed loader");
	printk_hold(false);
}
