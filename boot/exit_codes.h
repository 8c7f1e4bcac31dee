/* SPDX-License-Identifier: MIT */
/*
 * What loft writes to QEMU's isa-debug-exit device, and what QEMU then exits with.
 *
 * QEMU's status is (value << 1) | 1. 0 and 1 are what QEMU itself ends with, so no value of ours
 * may give them; run-qemu.sh turns these into its own exit codes.
 *
 *   value  QEMU  meaning
 *   0x10   33    the work asked for is done
 *   0x11   35    a test or a command failed
 *   0x12   37    panic
 *   0x13   39    cannot run here (machine, loader or command line)
 *   0x14   41    reboot asked for
 */
#ifndef BOOT_EXIT_CODES_H
#define BOOT_EXIT_CODES_H

#define DEBUG_EXIT_PORT      0xf4
#define EXIT_CODE_CLEAN      0x10
#define EXIT_CODE_FAILED     0x11
#define EXIT_CODE_PANIC      0x12
#define EXIT_CODE_CANNOT_RUN 0x13
#define EXIT_CODE_REBOOT     0x14

#endif
