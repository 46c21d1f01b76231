/* Words and values of the rows that acts are about: who takes part, what was answered. */
#include "base/msg.h"
#include "matter/act_form_web.h"

const char *const act_classes[ACT_CLASSES] = {"resident", "member", "department", "expert",
                                              "lawyer",   "media",  "other"};

str act_class_label(const struct ctx *c, str class)
{
    static const int msgs[ACT_CLASSES] = {
        MSG_CLASS_RESIDENT, MSG_CLASS_MEMBER, MSG_CLASS_DEPARTMENT, MSG_CLASS_EXPERT,
        MSG_CLASS_LAWYER,   MSG_CLASS_MEDIA,  MSG_CLASS_OTHER};

    for (size_t i = 0; i < ACT_CLASSES; i++) {
        if (str_eq(class, str_of(act_classes[i])))
            return msg_text(c->lang, msgs[i]);
    }
    return class;
}

static str answer_value(const struct answer *a, str field)
{
    if (str_eq(field, S("outcome")))
        return a->outcome;
    if (str_eq(field, S("reason")))
        return a->reason;
    if (str_eq(field, S("owner")))
        return a->owner;
    return str_eq(field, S("date")) ? a->due : S("");
}

str act_row_value(const struct flow *w, int row, str field)
{
    for (size_t i = 0; i < w->answer_count; i++) {
        if (w->answers[i].id == w->rows[row].id)
            return answer_value(&w->answers[i], field);
    }
    return S("");
}
