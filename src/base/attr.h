/*
 * attr -- the three compiler attributes the program allows itself, and whether memory is watched.
 */
#pragma once

#define MUST_USE         __attribute__((warn_unused_result))
#define PRINTF(fmt, arg) __attribute__((format(printf, fmt, arg)))
#define NORETURN         __attribute__((noreturn))

/* Defined where AddressSanitizer watches: gcc and clang say so differently. */
#if defined(__SANITIZE_ADDRESS__)
#define ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ASAN 1
#endif
#endif
