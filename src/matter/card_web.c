/* A matter in a list that everybody reads. */
#include "base/msg.h"
#include "matter/matter_web.h"
#include "search/token.h"
#include "web/source.h"

static bool shows(const struct procedure *p, int state, const struct matter *m, const char *field)
{
    int f = procedure_field(p, str_of(field));

    return f >= 0 && procedure_visible(p, state, f, 0, m->openness);
}

/* The case number stands first in a card, the serial where there is none. */
static str number_of(struct ctx *c, const struct procedure *p, int state, const struct matter *m)
{
    str shown = S("");

    for (size_t i = 0; i < p->number_count; i++) {
        bool is_serial = str_eq(p->numbers[i].name, S("serial"));
        if (!procedure_number_visible(p, state, (int)i, 0, m->openness))
            continue;
        if (!is_serial && m->case_number.len > 0)
            return matter_number(c, p, m->case_number, m->serial);
        if (is_serial)
            shown = m->serial;
    }
    return shown;
}

struct matter_card matter_card_public(struct ctx *c, const struct matter *m)
{
    const struct procedure *p = procedures_find(c->procedures, m->procedure, (int)m->version);
    int state = p == NULL ? -1 : procedure_state(p, m->state);
    struct matter_card card = matter_card_of(c, m);

    if (state < 0 || !shows(p, state, m, "title"))
        card.title = msg_text(c->lang, MSG_MATTER_NOT_SHOWN);
    card.lang = token_lang(card.title);
    card.text = state >= 0 && shows(p, state, m, "situation") ? m->body : S("");
    if (str_chars(card.text) >= MATTER_EXTRACT)
        card.text = str_join(c->arena, str_head(card.text, MATTER_EXTRACT), S("\xE2\x80\xA6"));
    if (state < 0 || !shows(p, state, m, "category"))
        card.category = S("");
    card.serial = state < 0 ? S("") : number_of(c, p, state, m);
    card.source = source_text(c, m->source, m->source_line);
    card.is_recorded = state >= 0 && p->states[state].is_imported;
    return card;
}

struct matter_card *matter_cards_public(struct ctx *c, const struct matter *rows, size_t count)
{
    struct matter_card *cards = NEW_ARRAY(c->arena, count + 1, struct matter_card);

    for (size_t i = 0; i < count; i++)
        cards[i] = matter_card_public(c, &rows[i]);
    return cards;
}
