/* SPDX-License-Identifier: MIT */
/*
 * Error numbers by name. Pure, any context.
 */
#ifndef LIB_ERRNAME_H
#define LIB_ERRNAME_H

/* "-ENOMEM" for ENOMEM or -ENOMEM; NULL for what is no error of lib/errno.h. */
const char *errname(int error);

#endif /* LIB_ERRNAME_H */
