/* SPDX-License-Identifier: MIT */
/*
 * Other names, on the host, for the functions that libc and libgcc have too: what is tested must
 * be ours, and must not be called by the sanitisers' own machinery. Put before every file under
 * test by the Makefile; files that speak to libc (tests/host/host_*.c) see the real names.
 */
#ifndef TESTS_HOST_RENAME_H
#define TESTS_HOST_RENAME_H

/* lib/string.h */
#define memcpy      loft_memcpy
#define memmove     loft_memmove
#define memset      loft_memset
#define memcmp      loft_memcmp
#define memchr      loft_memchr
#define strlen      loft_strlen
#define strnlen     loft_strnlen
#define strcmp      loft_strcmp
#define strncmp     loft_strncmp
#define strcasecmp  loft_strcasecmp
#define strncasecmp loft_strncasecmp
#define strlcpy     loft_strlcpy
#define strlcat     loft_strlcat
#define strcpy      loft_strcpy
#define strncpy     loft_strncpy
#define strcat      loft_strcat
#define strncat     loft_strncat
#define strchr      loft_strchr
#define strrchr     loft_strrchr
#define strchrnul   loft_strchrnul
#define strstr      loft_strstr
#define strspn      loft_strspn
#define strcspn     loft_strcspn
#define strpbrk     loft_strpbrk
#define strsep      loft_strsep

/* lib/printf.h, lib/sort.h */
#define vsnprintf loft_vsnprintf
#define snprintf  loft_snprintf
#define sprintf   loft_sprintf
#define bsearch   loft_bsearch

/* lib/div64.h, lib/intrinsics.h */
#define __udivmoddi4  loft_udivmoddi4
#define __udivdi3     loft_udivdi3
#define __umoddi3     loft_umoddi3
#define __divmoddi4   loft_divmoddi4
#define __divdi3      loft_divdi3
#define __moddi3      loft_moddi3
#define __ashldi3     loft_ashldi3
#define __lshrdi3     loft_lshrdi3
#define __ashrdi3     loft_ashrdi3
#define __muldi3      loft_muldi3
#define __mulodi4     loft_mulodi4
#define __negdi2      loft_negdi2
#define __cmpdi2      loft_cmpdi2
#define __ucmpdi2     loft_ucmpdi2
#define __popcountsi2 loft_popcountsi2
#define __popcountdi2 loft_popcountdi2
#define __paritysi2   loft_paritysi2
#define __paritydi2   loft_paritydi2
#define __clzsi2      loft_clzsi2
#define __clzdi2      loft_clzdi2
#define __ctzsi2      loft_ctzsi2
#define __ctzdi2      loft_ctzdi2
#define __ffsdi2      loft_ffsdi2
#define __bswapsi2    loft_bswapsi2
#define __bswapdi2    loft_bswapdi2

#endif /* TESTS_HOST_RENAME_H */
