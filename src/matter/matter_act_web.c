/* Acting on a matter: the forms of its acts, support, following, its files. */
#include "base/calendar.h"
#include "base/msg.h"
#include "flow/flow.h"
#include "matter/act_form_web.h"
#include "matter/matter_web.h"
#include "notify/notify.h"
#include "person/person.h"
#include "search/token.h"
#include "view_follow.h"
#include "web/pages.h"
#include "web/store.h"

static enum act_how how_of(str how)
{
    if (str_eq(how, S("ask")))
        return ACT_ASK;
    if (str_eq(how, S("grant")))
        return ACT_GRANT;
    return str_eq(how, S("refuse")) ? ACT_REFUSE : ACT_DO;
}

enum err matter_web_act_prepare(struct ctx *c, const struct req *q, struct page *p)
{
    return store_uploads(c, q, S("evidence_files"), &p->made.files, &p->made.file_count);
}

enum err act_form_resolve(struct ctx *c, struct input *inputs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool is_matter = str_eq(inputs[i].name, S("into")) || str_eq(inputs[i].name, S("other"));
        int64_t id;
        if (!is_matter || str_trim(inputs[i].value).len == 0)
            continue;
        if (matter_by_number(c, inputs[i].value, &id) != OK)
            return fail_on(c, INVALID, inputs[i].name,
                           str_eq(inputs[i].name, S("into")) ? MSG_MATTER_NO_SUCH_TARGET
                                                             : MSG_LINK_NO_SUCH_MATTER);
        inputs[i].value = str_fmt(c->arena, "%lld", (long long)id);
    }
    return OK;
}

enum err matter_web_act(struct ctx *c, const struct req *q, struct page *p)
{
    struct flow_try t = {.act = req_form(q, S("act")),
                         .child_type = req_form(q, S("type")),
                         .how = how_of(req_form(q, S("how"))),
                         .to = req_form(q, S("to")),
                         .files = p->made.files,
                         .file_count = p->made.file_count};
    struct input *inputs;

    TRY(req_id(c, q, S("id"), &t.matter));
    str edition = req_form(q, S("edition"));
    if (edition.len > 0 && !str_to_i64(edition, &t.edition))
        return fail(c, INVALID, MSG_ERROR_BAD_REQUEST);
    str child = req_form(q, S("child"));
    if (child.len > 0 && !str_to_i64(child, &t.child))
        return fail(c, NOT_FOUND, MSG_ERROR_NO_SUCH_PAGE);
    act_form_inputs(c, q, &inputs, &t.input_count);
    TRY(act_form_resolve(c, inputs, t.input_count));
    t.inputs = inputs;
    TRY(flow_act(c, &t));
    page_notice(p, MSG_MATTER_DONE);
    p->event = str_fmt(c->arena, "matter/%lld", (long long)t.matter);
    /* Whoever has handed a matter on may not see it any more. */
    struct flow w;
    if (flow_load(c, t.matter, &w) != OK) {
        c->failure = (struct failure){0};
        return page_redirect(p, who_has(c->who, ROLES_DESK) ? "/desk" : "/me");
    }
    return page_redirect(p, "/matters/%lld", (long long)t.matter);
}

enum err matter_web_version(struct ctx *c, const struct req *q, struct page *p)
{
    int64_t id, edition;

    TRY(req_id(c, q, S("id"), &id));
    if (!str_to_i64(req_form(q, S("edition")), &edition))
        return fail(c, INVALID, MSG_ERROR_BAD_REQUEST);
    TRY(flow_renew(c, id, edition, str_trim(req_form(q, S("version_reason")))));
    page_notice(p, MSG_MATTER_DONE);
    p->event = str_fmt(c->arena, "matter/%lld", (long long)id);
    return page_redirect(p, "/matters/%lld", (long long)id);
}

/* The page of a matter is told when somebody acted on it: the event says that, and nothing else. */
enum err matter_web_events(struct ctx *c, const struct req *q, struct page *p)
{
    struct flow w;
    int64_t id;

    TRY(req_id(c, q, S("id"), &id));
    TRY(flow_load(c, id, &w));
    page_type(p, S("text/event-stream"), S(""));
    p->res->topic = str_fmt(c->arena, "matter/%lld", (long long)id);
    return OK;
}

/* ---- support and following ---- */

enum err matter_web_support(struct ctx *c, const struct req *q, struct page *p)
{
    struct flow w;
    int64_t id;

    TRY(req_id(c, q, S("id"), &id));
    TRY(flow_load(c, id, &w));
    if (w.m.raiser == c->who->id || w.m.closed != 0)
        return fail(c, CONFLICT, MSG_SUPPORT_NOT_HERE);
    TRY(support_add(c, id));
    TRY(follow_add(c, id));
    page_notice(p, MSG_SUPPORT_THANKS);
    return page_redirect(p, "/matters/%lld", (long long)id);
}

static enum err follow_by_mail(struct ctx *c, const struct req *q, const struct flow *w)
{
    str address, token;
    bool is_mail;

    if (person_address(c, req_form(q, S("mail")), &address, &is_mail) != OK || !is_mail)
        return fail_on(c, INVALID, S("mail"), MSG_FOLLOW_MAIL_WRONG);
    TRY(follow_add_mail(c, w->m.id, address, &token));
    str url = str_fmt(c->arena, "%.*s/follow/%.*s", STR_ARG(web_base_url(c, q)), STR_ARG(token));
    struct digest d = crypto_sha256(token);
    /* Anybody can type anybody's address: one such mail a day, and the key does not tell the token.
     */
    struct notice n = {
        .key = str_fmt(c->arena, "follow:%.*s:%lld",
                       STR_ARG(crypto_hex(c->arena, str_slice(digest_str(&d), 0, 16))),
                       (long long)calendar_day(c->now)),
        .channel = CHANNEL_MAIL,
        .address = address,
        .subject = msg_fmt(c->arena, c->lang, MSG_MAIL_FOLLOW_SUBJECT, T(w->m.title)),
        .body = msg_fmt(c->arena, c->lang, MSG_MAIL_FOLLOW_BODY, T(w->m.title), T(url)),
    };
    return notify_put(c, c->keys->seal, &n);
}

enum err matter_web_follow(struct ctx *c, const struct req *q, struct page *p)
{
    struct flow w;
    int64_t id;

    TRY(req_id(c, q, S("id"), &id));
    TRY(flow_load(c, id, &w));
    if (c->who != NULL) {
        TRY(follow_add(c, id));
        page_notice(p, MSG_FOLLOW_THANKS);
    } else {
        TRY(follow_by_mail(c, q, &w));
        page_notice(p, MSG_FOLLOW_LOOK_IN_MAIL);
    }
    return page_redirect(p, "/matters/%lld", (long long)id);
}

enum err matter_web_unfollow(struct ctx *c, const struct req *q, struct page *p)
{
    int64_t id;

    TRY(req_id(c, q, S("id"), &id));
    TRY(follow_end(c, id));
    page_notice(p, MSG_FOLLOW_ENDED);
    return page_redirect(p, "/matters/%lld", (long long)id);
}

/* The link in a mail opens a page with two buttons: mail readers that open links change nothing. */
enum err follow_web_show(struct ctx *c, const struct req *q, struct page *p)
{
    struct follow_view m = {.token = req_param(q, S("token"))};
    struct matter matter;
    int64_t id;

    TRY(follow_by_token(c, m.token, &id, &m.is_following));
    TRY(matter_load(c, id, &matter));
    if (matter.is_public) {
        m.title = matter_card_public(c, &matter).title;
        m.lang = token_lang(m.title);
    }
    p->title = msg_text(c->lang, MSG_FOLLOW_TITLE);
    p->layout_class = S("narrow");
    view_follow(&p->out, &m);
    return OK;
}

enum err follow_web_act(struct ctx *c, const struct req *q, struct page *p)
{
    str token = req_param(q, S("token"));

    if (req_has(q, S("stop"))) {
        TRY(follow_end_token(c, token));
        page_notice(p, MSG_FOLLOW_ENDED);
    } else {
        TRY(follow_confirm(c, token));
        page_notice(p, MSG_FOLLOW_THANKS);
    }
    return page_redirect(p, "/matters");
}

/* ---- files ---- */

enum err matter_web_file(struct ctx *c, const struct req *q, struct page *p)
{
    struct attachment a;
    struct flow w;
    int64_t id, file;

    TRY(req_id(c, q, S("id"), &id));
    TRY(req_id(c, q, S("file"), &file));
    TRY(flow_load(c, id, &w));
    TRY(attachment_load(c, file, &a));
    int field = procedure_field(w.p, S("attachments"));
    bool is_party = procedure_is_party(w.p, w.parties) || who_has(c->who, ROLE_AUDITOR);
    bool sees = field >= 0 && procedure_visible(w.p, w.f.state, field, w.parties, w.m.openness);
    if (a.matter != id || !(is_party || (sees && a.is_public)))
        return fail(c, NOT_FOUND, MSG_ERROR_NO_SUCH_PAGE);

    struct buf name = {.arena = c->arena};
    http_encode(&name, a.name);
    page_type(p, a.type, S(""));
    res_header(p->res, S("Content-Disposition"),
               str_fmt(c->arena, "attachment; filename*=UTF-8''%.*s", STR_ARG(buf_str(&name))));
    p->res->file = store_path(c, a.digest);
    return OK;
}
