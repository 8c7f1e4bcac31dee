/* SPDX-License-Identifier: MIT */
#ifndef LIB_CONTROL_H
#define LIB_CONTROL_H
#define control(name) 0
#endif
