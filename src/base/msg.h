/*
 * msg -- the catalogue: every sentence a person may read, in each language.
 *
 * The sentences stand in locale/zh_CN.po and locale/en.po under keys such as "matter.title.label",
 * which become MSG_MATTER_TITLE_LABEL in the generated msg_keys.h (tools/msgc.c). Both catalogues
 * must have every key, with the same places; the build refuses anything else. Places are {0}, {1},
 * …; "{0:date}" and "{0:time}" show milliseconds as a date or a moment, as the language writes
 * them. A message with msgid_plural chooses its form by argument 0.
 */
#pragma once
#include "base/buf.h"
#include "base/ctx.h"

#include "msg_keys.h"

/* The text as it stands, places included. Lives as long as the program. */
str msg_text(enum lang lang, int msg);

/* Put the sentence with its places filled. A place without an argument stays visible. */
void msg_put(struct buf *b, enum lang lang, int msg, const struct val *args, size_t arg_count);

/* The same as a str in the arena. */
str msg_str(struct arena *a, enum lang lang, int msg, const struct val *args, size_t arg_count);
#define msg_fmt(a, lang, msg, ...) msg_str((a), (lang), (msg), VALS(__VA_ARGS__))

/* The message with this key, or 0: for keys that come from data, such as a code's label. */
int msg_find(str key);

/* The day with year, month and day, and the moment with month, day, hour and minute, as the
 * language writes them; in China's time. */
void msg_put_date(struct buf *b, enum lang lang, int64_t ms);
void msg_put_time(struct buf *b, enum lang lang, int64_t ms);
