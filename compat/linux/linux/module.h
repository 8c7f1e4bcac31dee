/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/module.h> for foreign sources: modules, linked into the image. What describes a
 * module is checked for its form and dropped; parameters are words `module.name=value` on the
 * kernel command line.
 */
#ifndef COMPAT_LINUX_MODULE_H
#define COMPAT_LINUX_MODULE_H

#include "boot/cmdline.h"
#include "compat/linux/param.h"
#include "linux/init.h"
#include "linux/kernel.h"

struct module {
	const char *name;
};
#define THIS_MODULE     ((struct module *)NULL)
#define MODULE_NAME_LEN 56

/* A declaration that says nothing, so that the semicolon behind the macro has something to end. */
#define __module_text(text)             static_assert(sizeof(text) > 0)
#define MODULE_LICENSE(text)            __module_text(text)
#define MODULE_AUTHOR(text)             __module_text(text)
#define MODULE_DESCRIPTION(text)        __module_text(text)
#define MODULE_VERSION(text)            __module_text(text)
#define MODULE_ALIAS(text)              __module_text(text)
#define MODULE_INFO(tag, text)          __module_text(text)
#define MODULE_IMPORT_NS(ns)            static_assert(1)
#define MODULE_SOFTDEP(text)            __module_text(text)
#define MODULE_DEVICE_TABLE(type, name) static_assert(1)
#define MODULE_PARM_DESC(name, text)    __module_text(text)

/* Everything is one image: a symbol is exported by being global. */
#define EXPORT_SYMBOL(symbol)            extern __typeof__(symbol) symbol
#define EXPORT_SYMBOL_GPL(symbol)        extern __typeof__(symbol) symbol
#define EXPORT_SYMBOL_NS(symbol, ns)     extern __typeof__(symbol) symbol
#define EXPORT_SYMBOL_NS_GPL(symbol, ns) extern __typeof__(symbol) symbol

static inline bool try_module_get(struct module *module)
{
	return true;
}

static inline void module_put(struct module *module)
{
}

/* What a parameter takes. Where another macro hands `bool` on, it has become _Bool. */
/* clang-format off */
#define __param_help(variable, type) \
	_Generic((variable), bool: "a value of type bool", default: "a value of type " #type)
/* clang-format on */

/*
 * A variable that `module.NAME=value` sets before the module's init function runs. TYPE: byte,
 * short, ushort, int, uint, long, ulong, bool or charp. PERM, the rights of a file in sysfs, means
 * nothing.
 */
#define module_param_named(param, variable, type, perm)                                            \
	static int __param_set_##param(const char *value)                                          \
	{                                                                                          \
		return param_set_##type(value, &(variable));                                       \
	}                                                                                          \
	BOOT_PARAM(KBUILD_MODNAME "." #param, __param_set_##param, __param_help(variable, type))
#define module_param(variable, type, perm) module_param_named(variable, variable, type, perm)

#endif /* COMPAT_LINUX_MODULE_H */
