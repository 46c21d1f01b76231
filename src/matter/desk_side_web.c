/* The side of the desk: queues first, then what else there is to do here. */
#include "base/msg.h"
#include "matter/desk_web.h"
#include "web/layout.h"

static void add_link(struct ctx *c, struct desk_group *g, size_t *cap, struct desk_link link)
{
    *PUSH(c->arena, g->links, g->link_count, *cap) = link;
}

static struct desk_link queue_link(struct ctx *c, const struct queue *k, str current)
{
    struct buf b = {.arena = c->arena};

    buf_put(&b, S("/desk?queue="));
    http_encode(&b, k->key);
    return (struct desk_link){.label = k->label,
                              .url = buf_str(&b),
                              .count = k->count,
                              .late = k->late,
                              .has_count = true,
                              .is_late = k->late > 0 && k->p == NULL,
                              .is_current = str_eq(k->key, current)};
}

/* Queues of one procedure, or of none in particular (NULL). */
static void add_queues(struct ctx *c, const struct queues *all, const struct procedure *p,
                       bool is_work, str label, str current, struct desk_side *side, size_t *cap)
{
    struct desk_group g = {.label = label};
    size_t link_cap = 0;

    for (size_t i = 0; i < all->count; i++) {
        const struct queue *k = &all->at[i];
        bool is_shown = k->is_work || k->count > 0 || str_eq(k->key, current);
        if (k->is_work == is_work && is_shown && (k->p == p || (p == NULL && !is_work)))
            add_link(c, &g, &link_cap, queue_link(c, k, current));
    }
    if (g.link_count > 0)
        *PUSH(c->arena, side->groups, side->group_count, *cap) = g;
}

static void add_pages(struct ctx *c, str label, const struct desk_link *links,
                      const uint32_t *roles, size_t count, str current, struct desk_side *side,
                      size_t *cap)
{
    struct desk_group g = {.label = label};
    size_t link_cap = 0;

    for (size_t i = 0; i < count; i++) {
        struct desk_link link = links[i];
        if (roles[i] != 0 && !who_has(c->who, roles[i]))
            continue;
        link.is_current = str_eq(link.url, current);
        add_link(c, &g, &link_cap, link);
    }
    if (g.link_count > 0)
        *PUSH(c->arena, side->groups, side->group_count, *cap) = g;
}

#define WORD(msg) msg_text(c->lang, (msg))

static void add_desk_pages(struct ctx *c, str current, struct desk_side *side, size_t *cap)
{
    const struct desk_link taking_in[] = {
        {.label = WORD(MSG_DESK_KEY_IN), .url = S("/desk/key-in")},
        {.label = WORD(MSG_DESK_BEHALF), .url = S("/desk/behalf")},
        {.label = WORD(MSG_LAYOUT_PAPER), .url = S("/paper")},
        {.label = WORD(MSG_LAYOUT_INBOX), .url = S("/inbox")},
    };
    const uint32_t taking_in_roles[] = {ROLE_CLERK, ROLE_CLERK, ROLE_CLERK, ROLE_HANDLER};
    const struct desk_link system[] = {
        {.label = WORD(MSG_LAYOUT_PROCEDURES), .url = S("/procedures")},
        {.label = WORD(MSG_DESK_PEOPLE), .url = S("/people")},
        {.label = WORD(MSG_DESK_CALENDAR), .url = S("/calendar")},
        {.label = WORD(MSG_DESK_AUDIT), .url = S("/audit")},
    };
    const uint32_t system_roles[] = {0, ROLE_SECURITY_ADMIN, ROLE_SYSTEM_ADMIN,
                                     ROLE_AUDITOR | ROLE_AUDIT_ADMIN};

    add_pages(c, WORD(MSG_DESK_TAKING_IN), taking_in, taking_in_roles,
              sizeof taking_in / sizeof *taking_in, current, side, cap);
    add_pages(c, WORD(MSG_DESK_SYSTEM), system, system_roles, sizeof system / sizeof *system,
              current, side, cap);
}

struct desk_side desk_side_make(struct ctx *c, const struct req *q, const struct queues *all,
                                str current)
{
    struct desk_side side = {
        .brand = WORD(MSG_LAYOUT_DESK),
        .home = S("/desk"),
        .logo_url = asset_url(c->arena, "logo.svg"),
        .is_en = c->lang == LANG_EN,
        .notice = layout_notice(q),
    };
    size_t cap = 0;

    add_queues(c, all, NULL, true, WORD(MSG_DESK_WAITING), current, &side, &cap);
    for (size_t i = 0; i < c->procedures->count; i++) {
        const struct procedure *p = c->procedures->at[i];
        if (procedures_latest(c->procedures, p->name) == p)
            add_queues(c, all, p, true, label_text(c, &p->label), current, &side, &cap);
    }
    add_queues(c, all, NULL, false, WORD(MSG_DESK_UNDER_WAY), current, &side, &cap);
    add_desk_pages(c, current, &side, &cap);
    return side;
}
