/* SPDX-License-Identifier: MIT */
/*
 * The names of lib/errno.h's numbers, as a table to search: few, far apart, and only for messages.
 */
#include "lib/errname.h"
#include "lib/compiler.h"
#include "lib/errno.h"

#define NAME(error)                                                                                \
	{                                                                                          \
		error, "-" #error                                                                  \
	}

static const struct {
	int number;
	const char *name;
} errors[] = {
	NAME(EPERM),       NAME(ENOENT),       NAME(ESRCH),     NAME(EINTR),     NAME(EIO),
	NAME(ENXIO),       NAME(E2BIG),        NAME(ENOEXEC),   NAME(EBADF),     NAME(ECHILD),
	NAME(EAGAIN),      NAME(ENOMEM),       NAME(EACCES),    NAME(EFAULT),    NAME(EBUSY),
	NAME(EEXIST),      NAME(ENODEV),       NAME(ENOTDIR),   NAME(EISDIR),    NAME(EINVAL),
	NAME(ENFILE),      NAME(EMFILE),       NAME(ENOTTY),    NAME(EFBIG),     NAME(ENOSPC),
	NAME(ESPIPE),      NAME(EROFS),        NAME(EPIPE),     NAME(EDOM),      NAME(ERANGE),
	NAME(EDEADLK),     NAME(ENAMETOOLONG), NAME(ENOSYS),    NAME(ENOTEMPTY), NAME(ENODATA),
	NAME(ETIME),       NAME(EPROTO),       NAME(EBADMSG),   NAME(EOVERFLOW), NAME(EILSEQ),
	NAME(EMSGSIZE),    NAME(EOPNOTSUPP),   NAME(ETIMEDOUT), NAME(EALREADY),  NAME(ECANCELED),
	NAME(ERESTARTSYS),
};

const char *errname(int error)
{
	unsigned int number = error < 0 ? 0u - (unsigned int)error : (unsigned int)error;

	for (unsigned int i = 0; i < ARRAY_SIZE(errors); i++)
		if ((unsigned int)errors[i].number == number)
			return errors[i].name;
	return NULL;
}
