/*
 * attr -- the three compiler attributes the program allows itself.
 */
#pragma once

#define MUST_USE         __attribute__((warn_unused_result))
#define PRINTF(fmt, arg) __attribute__((format(printf, fmt, arg)))
#define NORETURN         __attribute__((noreturn))
