/* SPDX-License-Identifier: MIT */
#include "boot/x86.h"
#include "boot/exit_codes.h"
#include "lib/types.h"
#include "lib/compiler.h"
void kernel_main(u32 magic, u32 info);
void kernel_main(u32 magic, u32 info)
{
	const char *p = "loft 0.1 hello\n";
	(void)magic; (void)info;
	while (*p)
		outb(*p++, 0x3f8);
	outb(EXIT_CODE_CLEAN, DEBUG_EXIT_PORT);
}
