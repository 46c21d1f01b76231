/* What was asked for, in words, above the forms that agree to it or do not. */
#include "base/calendar.h"
#include "base/msg.h"
#include "flow/flow.h"
#include "matter/act_form_web.h"

static str words_of(struct ctx *c, const struct procedure *p, const struct field *f, str value)
{
    struct buf b = {.arena = c->arena};
    int64_t day;

    if (f->type == FIELD_DATE && calendar_read_date(value, &day)) {
        msg_put_date(&b, c->lang, calendar_start_ms(day));
        return buf_str(&b);
    }
    return f->list >= 0 ? flow_code_label(c, p, p->lists[f->list].name, value) : value;
}

enum err act_asked_make(struct ctx *c, const struct flow *w, const struct act *act,
                        struct act_asked **asked, size_t *count)
{
    const struct ask_row *ask = NULL;
    struct input *inputs;
    size_t input_count, cap = 0;

    *asked = NULL;
    *count = 0;
    for (size_t i = 0; i < w->ask_count; i++) {
        if (str_eq(w->asks[i].act, act->name))
            ask = &w->asks[i];
    }
    if (ask == NULL)
        return OK;
    TRY(flow_unpack_inputs(c, ask->inputs, &inputs, &input_count));
    for (size_t i = 0; i < act->input_count; i++) {
        for (size_t k = 0; k < input_count; k++) {
            const struct field *f = &act->inputs[i];
            if (!str_eq(inputs[k].name, f->name) || inputs[k].value.len == 0)
                continue;
            *PUSH(c->arena, *asked, *count, cap) =
                (struct act_asked){label_text(c, &f->label), words_of(c, w->p, f, inputs[k].value)};
        }
    }
    return OK;
}
