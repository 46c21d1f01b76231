#include "web/source.h"

#include "base/msg.h"

/* "39, 69" with the comma of the language. */
static str lines_text(struct ctx *c, str lines)
{
    struct buf b = {.arena = c->arena};

    while (lines.len > 0) {
        buf_put(&b, str_trim(str_cut(&lines, ',')));
        if (lines.len > 0)
            buf_put(&b, msg_text(c->lang, MSG_SOURCE_COMMA));
    }
    return buf_str(&b);
}

str source_text(struct ctx *c, str source, str line)
{
    int name = msg_find(str_join(c->arena, S("source."), source));
    bool is_many = str_find(line, S(",")) != SIZE_MAX || str_find(line, S("-")) != SIZE_MAX;

    if (source.len == 0)
        return S("");
    if (name != MSG_NONE)
        source = msg_text(c->lang, name);
    if (line.len == 0)
        return source;
    return msg_fmt(c->arena, c->lang, is_many ? MSG_SOURCE_LINES : MSG_SOURCE_LINE, T(source),
                   T(lines_text(c, line)));
}
