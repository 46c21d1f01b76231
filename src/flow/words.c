/* What is said of an act on the timeline. */
#include "body/body.h"
#include "flow/flow_local.h"

/* Is it said, and not a field of the matter or of a row, nor part of a reply, which is shown
 * itself?
 */
static bool is_said(const struct act *act, const struct field *f)
{
    bool is_short = f->type == FIELD_LINE || f->type == FIELD_CODE || f->type == FIELD_BODY;

    if (f->matter_field >= 0 || f->child_field >= 0)
        return false;
    return f->type == FIELD_TEXT || (is_short && (act->effects & 1u << EFFECT_RECORD_REPLY) == 0);
}

/* Codes and bodies as they are called in Chinese, the language of the record. */
static enum err say(struct doing *d, const struct field *f, str *value)
{
    struct body body;
    int64_t id;

    if (f->type == FIELD_CODE) {
        const struct code *k = code_find(&d->w->p->lists[f->list], *value);
        *value = k == NULL ? *value : k->label.text[LANG_ZH];
    } else if (f->type == FIELD_BODY && str_to_i64(*value, &id)) {
        TRY(body_load(d->c, id, &body));
        *value = body.name_zh;
    }
    return OK;
}

enum err flow_words(struct doing *d, bool is_public, str *words)
{
    struct buf b = {.arena = d->c->arena};

    if (!is_public)
        buf_put(&b, d->about);
    for (size_t i = 0; i < d->act->input_count; i++) {
        const struct field *f = &d->act->inputs[i];
        str value = doing_input(d, f->name);
        if (!is_said(d->act, f) || f->is_public != is_public || value.len == 0)
            continue;
        TRY(say(d, f, &value));
        if (b.len > 0)
            buf_put(&b, S("\n"));
        buf_put(&b, value);
    }
    *words = buf_str(&b);
    return OK;
}
