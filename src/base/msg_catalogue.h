/*
 * msg_catalogue -- the tables that tools/msgc.c makes from the .po files and msg.c reads.
 */
#pragma once
#include "base/ctx.h"

#include "msg_keys.h"

/* The singular and the plural; a message without a plural leaves the second empty. */
struct msg_forms {
    str one, many;
};

extern const str msg_catalogue_keys[MSG_COUNT]; /* sorted; [0] is the empty key of MSG_NONE */
extern const struct msg_forms msg_catalogue[LANG_COUNT][MSG_COUNT];
