/* SPDX-License-Identifier: MIT */
/*
 * A guest that misbehaves to order, for the tests of run-qemu.sh.
 *
 * It speaks the guest's side of the protocol (boot banner, KTAP, exit device) as far as the word
 * stub=ACTION,ACTION... of its command line says, and breaks it where it says so. It runs unpaged
 * in the low megabytes, where QEMU's multiboot loader puts it, and polls COM1.
 */
typedef unsigned char u8;
typedef unsigned int u32;

struct multiboot_info {
	u32 flags, mem_lower, mem_upper, boot_device, cmdline, mods_count, mods_addr;
};

struct multiboot_module {
	u32 start, end, string, reserved;
};

static const u32 header[]
	__attribute__((used, section(".multiboot"))) = {0x1badb002, 3, 0u - 0x1badb002 - 3};

static void outb(u8 value, unsigned short port)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static u8 inb(unsigned short port)
{
	u8 value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static void put(char c)
{
	while (!(inb(0x3fd) & 0x20))
		;
	outb((u8)c, 0x3f8);
}

static void say(const char *s)
{
	while (*s)
		put(*s++);
}

static int starts(const char *s, const char *word)
{
	while (*word)
		if (*s++ != *word++)
			return 0;
	return 1;
}

/* Echoes what comes in, in angle brackets, until the end mark. */
static void echo(void)
{
	u8 c;

	put('<');
	for (;;) {
		while (!(inb(0x3fd) & 1))
			;
		c = inb(0x3f8);
		if (c == 4)
			break;
		put((char)c);
	}
	say(">\n");
}

static void triple_fault(void)
{
	static const struct {
		unsigned short limit;
		u32 base;
	} __attribute__((packed)) nothing;

	__asm__ volatile("lidt %0; int3" : : "m"(nothing));
}

static void act(const char *what, const struct multiboot_info *info)
{
	const struct multiboot_module *module = (const void *)info->mods_addr;
	u32 i;

	if (starts(what, "clean"))
		outb(0x10, 0xf4);
	else if (starts(what, "failed"))
		outb(0x11, 0xf4);
	else if (starts(what, "panic"))
		outb(0x12, 0xf4);
	else if (starts(what, "refuse"))
		outb(0x13, 0xf4);
	else if (starts(what, "reboot"))
		outb(0x14, 0xf4);
	else if (starts(what, "odd"))
		outb(0x40, 0xf4);
	else if (starts(what, "triple"))
		triple_fault();
	else if (starts(what, "reset"))
		outb(0xfe, 0x64);
	else if (starts(what, "banner"))
		say("loft 0.1 (i386) stub\n");
	else if (starts(what, "cmdline"))
		say("["), say((const char *)info->cmdline), say("]\n");
	else if (starts(what, "good"))
		say("KTAP version 1\n1..1\n    KTAP version 1\n    # Subtest: s\n    1..2\n"
		    "    ok 1 a\n    ok 2 b # SKIP why\nok 1 s\n");
	else if (starts(what, "skips"))
		say("KTAP version 1\n1..1\n    KTAP version 1\n    # Subtest: s\n    1..1\n"
		    "    ok 1 b # SKIP why\nok 1 s # SKIP\n");
	else if (starts(what, "unmet"))
		say("KTAP version 1\n1..2\n    KTAP version 1\n    # Subtest: s\n    1..1\n"
		    "    ok 1 a\nok 1 s\n");
	else if (starts(what, "bad"))
		say("KTAP version 1\n1..1\n    KTAP version 1\n    # Subtest: s\n    1..1\n"
		    "    not ok 1 a\nnot ok 1 s\n");
	else if (starts(what, "wrong"))
		say("monitor: 2 commands failed, first: echo 'x\\ $(y)\n");
	else if (starts(what, "selftest"))
		say("# selftest: s.a failed\n# selftest: s.b ERROR \nselftest: 3 passed, 2 failed\n");
	else if (starts(what, "init"))
		say("[    0.012345] hello: setup() failed with error -19\n");
	else if (starts(what, "modules"))
		for (i = 0; i < info->mods_count; i++)
			say("("), say((const char *)module[i].string), say(")\n");
	else if (starts(what, "echo"))
		echo();
	else if (starts(what, "hang"))
		for (;;)
			__asm__ volatile("pause");
}

__attribute__((used)) void stub_main(const struct multiboot_info *info)
{
	const char *s = (const char *)info->cmdline;

	while (*s && !starts(s, "stub="))
		s++;
	s += *s ? 5 : 0;
	if (!starts(s, "mute"))
		say("loft 0.1 (i386) stub\n");
	while (*s && *s != ' ') {
		act(s, info);
		while (*s && *s != ' ' && *s != ',')
			s++;
		s += *s == ',';
	}
	outb(0x10, 0xf4);
}

__asm__(".globl _start\n_start: mov $stack_end, %esp\n push %ebx\n call stub_main\n"
	".bss\n .skip 8192\nstack_end:\n .previous\n"
	".section .note.GNU-stack,\"\",@progbits\n .previous");
