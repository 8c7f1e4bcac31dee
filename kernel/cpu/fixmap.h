/* SPDX-License-Identifier: MIT */
/*
 * The fixmap: pages whose virtual addresses are known when loft is compiled. boot/layout.h has the
 * indices; this is how a frame is put behind one.
 *
 * An index belongs to whoever it was made for; set and clear are for that owner alone, so there is
 * no lock. Any context. The page tables are static: nothing here allocates or fails.
 */
#ifndef KERNEL_CPU_FIXMAP_H
#define KERNEL_CPU_FIXMAP_H

#include "boot/phys_window.h"
#include "boot/x86.h"
#include "kernel/cpu/pgprot.h"
#include "lib/bug.h"

/* Never defined: a call that survives the compiler is an index that does not exist. */
void fixmap_index_out_of_range(void)
	__attribute__((__error__("fixmap index out of range (boot/layout.h)")));

/*
 * fix_to_virt() - the address of an index. A constant index outside of [0, FIX_END) does not
 * compile; any other is a BUG.
 */
static __always_inline unsigned long fix_to_virt(unsigned int index)
{
	if (__builtin_constant_p(index >= FIX_END)) {
		if (index >= FIX_END)
			fixmap_index_out_of_range();
	} else {
		BUG_ON(index >= FIX_END);
	}
	return FIX_TO_VIRT(index);
}

/* virt_to_fix() - the index of the page that holds @va; BUG outside of the fixmap. */
static inline unsigned int virt_to_fix(unsigned long va)
{
	BUG_ON(va < FIXADDR_START || va >= FIXADDR_TOP);
	return (FIXADDR_TOP - (va & PAGE_MASK)) >> PAGE_SHIFT;
}

/*
 * __set_fixmap() - put the frame at @pa (its page) behind @index with @prot, in place of what is
 * there. This CPU's stale translation is flushed; the others must not have touched the page.
 */
void __set_fixmap(unsigned int index, phys_addr_t pa, pgprot_t prot);
void __clear_fixmap(unsigned int index);

/* The index must be a constant for these, so that a wrong one does not compile. */
#define set_fixmap(index, pa)                                                                      \
	do {                                                                                       \
		(void)fix_to_virt(index);                                                          \
		__set_fixmap(index, pa, PAGE_KERNEL);                                              \
	} while (0)
#define set_fixmap_nocache(index, pa)                                                              \
	do {                                                                                       \
		(void)fix_to_virt(index);                                                          \
		__set_fixmap(index, pa, PAGE_KERNEL_NOCACHE);                                      \
	} while (0)
#define clear_fixmap(index)                                                                        \
	do {                                                                                       \
		(void)fix_to_virt(index);                                                          \
		__clear_fixmap(index);                                                             \
	} while (0)

/* The same, with the address of the byte @pa itself as the value. */
#define __set_fixmap_offset(index, pa, prot)                                                       \
	__extension__({                                                                            \
		phys_addr_t __fixmap_pa = (pa);                                                    \
		__set_fixmap(index, __fixmap_pa, prot);                                            \
		fix_to_virt(index) + (unsigned long)(__fixmap_pa & ~PAGE_MASK);                    \
	})
#define set_fixmap_offset(index, pa)         __set_fixmap_offset(index, pa, PAGE_KERNEL)
#define set_fixmap_offset_nocache(index, pa) __set_fixmap_offset(index, pa, PAGE_KERNEL_NOCACHE)

#endif
