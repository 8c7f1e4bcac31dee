/* SPDX-License-Identifier: MIT */
/*
 * Every x86 instruction that C cannot say, one inline function each. This is the only C header of
 * loft that holds inline assembly; nothing here has policy.
 *
 * "memory" clobbers: an instruction that changes what memory means (a control register, a TLB
 * flush, the interrupt flag) must not be crossed by the compiler's loads and stores; port reads
 * and writes must stay ordered with the memory that they are about.
 */
#ifndef BOOT_X86_H
#define BOOT_X86_H

#include "lib/compiler.h"
#include "lib/types.h"
#include "boot/x86_bits.h"

static inline void outb(u8 value, u16 port)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static inline void outw(u16 value, u16 port)
{
	__asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static inline void outl(u32 value, u16 port)
{
	__asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static inline u8 inb(u16 port)
{
	u8 value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port) : "memory");
	return value;
}

static inline u16 inw(u16 port)
{
	u16 value;

	__asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port) : "memory");
	return value;
}

static inline u32 inl(u16 port)
{
	u32 value;

	__asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port) : "memory");
	return value;
}

#define X86_READ_REG(reg)                                                                          \
	static inline u32 read_##reg(void)                                                         \
	{                                                                                          \
		u32 value;                                                                         \
		__asm__ volatile("movl %%" #reg ", %0" : "=r"(value) : : "memory");                \
		return value;                                                                      \
	}
#define X86_WRITE_REG(reg)                                                                         \
	static inline void write_##reg(u32 value)                                                  \
	{                                                                                          \
		__asm__ volatile("movl %0, %%" #reg : : "r"(value) : "memory");                    \
	}
X86_READ_REG(cr0)
X86_READ_REG(cr2)
X86_READ_REG(cr3)
X86_READ_REG(cr4) /* faults on CPUs without CPUID: test boot_cpu first */
X86_WRITE_REG(cr0)
X86_WRITE_REG(cr2)
X86_WRITE_REG(cr3)
X86_WRITE_REG(cr4)
X86_READ_REG(dr6)
X86_READ_REG(dr7)
X86_WRITE_REG(dr6)
X86_WRITE_REG(dr7)

/* The address of this very place in the code, for reports that name it. */
static __always_inline unsigned long current_ip(void)
{
	unsigned long ip;

	__asm__("movl $1f, %0\n1:" : "=r"(ip));
	return ip;
}

static inline u32 read_eflags(void)
{
	u32 flags;

	__asm__ volatile("pushfl; popl %0" : "=r"(flags) : : "memory");
	return flags;
}

static inline void write_eflags(u32 flags)
{
	__asm__ volatile("pushl %0; popfl" : : "r"(flags) : "memory", "cc");
}

static inline void invlpg(const volatile void *va)
{
	__asm__ volatile("invlpg (%0)" : : "r"(va) : "memory");
}

static inline void cpuid(u32 leaf, u32 subleaf, u32 *a, u32 *b, u32 *c, u32 *d)
{
	__asm__ volatile("cpuid"
			 : "=a"(*a), "=b"(*b), "=c"(*c), "=d"(*d)
			 : "a"(leaf), "c"(subleaf));
}

static inline u64 rdtsc(void)
{
	u32 low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return ((u64)high << 32) | low;
}

/* Takes one from V; true if what is left is 0 or less: two instructions, the branch included. */
static inline bool atomic_dec_not_positive(atomic_t *v)
{
	bool gone;

	__asm__ volatile("lock; decl %0" : "+m"(v->counter), "=@ccle"(gone) : : "memory");
	return gone;
}

/*
 * From here on the compiler does not know how the value of @variable came about: it keeps it in a
 * register, where it would otherwise compute it again at each use.
 */
#define keep_value(variable) __asm__("" : "+r"(variable))

/* Sets bit @n % 32 of a variable: was it set? Not for what others change meanwhile. */
static inline bool set_bit_of(u32 *word, u32 n)
{
	bool was;

	__asm__("btsl %2, %0" : "+r"(*word), "=@ccc"(was) : "r"(n));
	return was;
}

static inline u64 rdmsr(u32 msr)
{
	u32 low, high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr) : "memory");
	return ((u64)high << 32) | low;
}

static inline void wrmsr(u32 msr, u64 value)
{
	__asm__ volatile("wrmsr" : : "c"(msr), "a"((u32)value), "d"((u32)(value >> 32)) : "memory");
}

static inline void local_irq_disable(void)
{
	__asm__ volatile("cli" : : : "memory");
}

static inline void local_irq_enable(void)
{
	__asm__ volatile("sti" : : : "memory");
}

static inline bool irqs_disabled(void)
{
	return !(read_eflags() & EFLAGS_IF);
}

/* local_irq_save(flags) / local_irq_restore(flags): @flags is an unsigned long of the caller. */
#define local_irq_save(flags)                                                                      \
	do {                                                                                       \
		(flags) = read_eflags();                                                           \
		local_irq_disable();                                                               \
	} while (0)
#define local_irq_restore(flags) write_eflags(flags)

/* Sleep until the next interrupt; "sti; hlt" in one breath, so that none is missed between. */
static inline void safe_halt(void)
{
	__asm__ volatile("sti; hlt" : : : "memory");
}

static inline void halt(void)
{
	__asm__ volatile("hlt" : : : "memory");
}

static inline void cpu_relax(void)
{
	__asm__ volatile("pause" : : : "memory");
}

/* What LGDT and LIDT read [SDM3 2.4]. */
struct table_register {
	u16 limit;
	u32 base;
} __attribute__((packed));

static inline void lgdt(const struct table_register *table)
{
	__asm__ volatile("lgdt %0" : : "m"(*table) : "memory");
}

static inline void lidt(const struct table_register *table)
{
	__asm__ volatile("lidt %0" : : "m"(*table) : "memory");
}

static inline void ltr(u16 selector)
{
	__asm__ volatile("ltr %0" : : "r"(selector) : "memory");
}

/* Copy @n bytes upwards: the string instruction is the right loop on hardware [SDM1 7.3.9.3]. */
static inline void rep_movsb(void *to, const void *from, size_t n)
{
	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(n) : : "memory");
}

static inline void rep_movsl(void *to, const void *from, size_t words)
{
	__asm__ volatile("rep movsl" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
}

static inline void rep_stosl(void *to, u32 value, size_t words)
{
	__asm__ volatile("rep stosl" : "+D"(to), "+c"(words) : "a"(value) : "memory");
}

#endif
