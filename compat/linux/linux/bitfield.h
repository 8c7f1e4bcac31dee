/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/bitfield.h> for foreign sources: fields of a word, named by their mask, which is
 * one run of ones. The macros take constant masks; the functions any.
 */
#ifndef COMPAT_LINUX_BITFIELD_H
#define COMPAT_LINUX_BITFIELD_H

#include "asm/byteorder.h"
#include "lib/compiler.h"
#include "linux/types.h"

#define __field_shift(mask) __builtin_ctzll(mask)

/* The largest value of a field; whether VALUE fits; VALUE put in place; and the value taken out. */
#define FIELD_MAX(mask)         ((__typeof__(mask))((mask) >> __field_shift(mask)))
#define FIELD_FIT(mask, value)  (!(((__typeof__(mask))(value) << __field_shift(mask)) & ~(mask)))
#define FIELD_PREP(mask, value) (((__typeof__(mask))(value) << __field_shift(mask)) & (mask))
#define FIELD_GET(mask, reg)    ((__typeof__(mask))(((reg) & (mask)) >> __field_shift(mask)))

/*
 * For a type of storage STORED with values of type TYPE: the field alone, the word with the field
 * replaced, the same in place, and the field's value. A value that does not fit is cut.
 */
#define __field_functions(name, stored, type, store, load)                                         \
	static inline stored name##_encode_bits(type value, type field)                            \
	{                                                                                          \
		return store((type)(((type)value << __field_shift(field)) & field));               \
	}                                                                                          \
	static inline stored name##_replace_bits(stored old, type value, type field)               \
	{                                                                                          \
		return (stored)((old & ~store(field)) | name##_encode_bits(value, field));         \
	}                                                                                          \
	static inline void name##p_replace_bits(stored *place, type value, type field)             \
	{                                                                                          \
		*place = name##_replace_bits(*place, value, field);                                \
	}                                                                                          \
	static inline type name##_get_bits(stored word, type field)                                \
	{                                                                                          \
		return (type)((load(word) & field) >> __field_shift(field));                       \
	}

__field_functions(u8, u8, u8, (u8), (u8)) __field_functions(u16, u16, u16, (u16), (u16))
	__field_functions(u32, u32, u32, (u32), (u32)) __field_functions(u64, u64, u64, (u64),
									 (u64))
		__field_functions(le16, __le16, u16, cpu_to_le16, le16_to_cpu)
			__field_functions(le32, __le32, u32, cpu_to_le32, le32_to_cpu)
				__field_functions(le64, __le64, u64, cpu_to_le64, le64_to_cpu)
					__field_functions(be16, __be16, u16, cpu_to_be16,
							  be16_to_cpu)
						__field_functions(be32, __be32, u32, cpu_to_be32,
								  be32_to_cpu)
							__field_functions(be64, __be64, u64,
									  cpu_to_be64, be64_to_cpu)

#endif /* COMPAT_LINUX_BITFIELD_H */
