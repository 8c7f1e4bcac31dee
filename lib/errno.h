/* SPDX-License-Identifier: MIT */
/*
 * Error numbers: Linux's on i386, since user programs see them too. A function that fails
 * returns the negative number, or ERR_PTR() of it (lib/err.h).
 */
#ifndef LIB_ERRNO_H
#define LIB_ERRNO_H

#define EPERM        1  /* operation not permitted */
#define ENOENT       2  /* no such file, name or entry */
#define ESRCH        3  /* no such process */
#define EINTR        4  /* interrupted by a signal */
#define EIO          5  /* input/output error */
#define ENXIO        6  /* no such device or address */
#define E2BIG        7  /* argument list too long */
#define ENOEXEC      8  /* not a program this kernel can run */
#define EBADF        9  /* bad file number */
#define ECHILD       10 /* no child processes */
#define EAGAIN       11 /* try again */
#define ENOMEM       12 /* out of memory */
#define EACCES       13 /* permission denied */
#define EFAULT       14 /* bad address */
#define EBUSY        16 /* device or resource busy */
#define EEXIST       17 /* exists already */
#define ENODEV       19 /* no such device */
#define ENOTDIR      20 /* not a directory */
#define EISDIR       21 /* is a directory */
#define EINVAL       22 /* invalid argument */
#define ENFILE       23 /* table full */
#define EMFILE       24 /* too many open files */
#define ENOTTY       25 /* not a terminal */
#define EFBIG        27 /* file too large */
#define ENOSPC       28 /* no space left */
#define ESPIPE       29 /* illegal seek */
#define EROFS        30 /* read-only */
#define EPIPE        32 /* broken pipe */
#define EDOM         33 /* argument out of the function's domain */
#define ERANGE       34 /* result not representable */
#define EDEADLK      35 /* would deadlock */
#define ENAMETOOLONG 36 /* name too long */
#define ENOSYS       38 /* no such system call */
#define ENOTEMPTY    39 /* not empty */
#define EWOULDBLOCK  EAGAIN
#define ENODATA      61  /* no data */
#define ETIME        62  /* timer expired */
#define EPROTO       71  /* broken message: does not follow its format */
#define EBADMSG      74  /* not a message of the expected kind */
#define EOVERFLOW    75  /* value too large for its type */
#define EILSEQ       84  /* illegal byte sequence */
#define EMSGSIZE     90  /* message too long */
#define EOPNOTSUPP   95  /* operation not supported */
#define ETIMEDOUT    110 /* timed out */
#define EALREADY     114 /* already in progress */
#define ECANCELED    125 /* cancelled */

/* Of the kernel alone: a wait that was interrupted. */
#define ERESTARTSYS 512

#endif /* LIB_ERRNO_H */
