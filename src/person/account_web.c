#include "person/account_web.h"

struct form_failure form_failure_of(struct ctx *c)
{
    struct form_failure f = {.text = failure_text(c), .field = c->failure.field};

    /* What a form sends by itself has no field to go to. */
    bool is_hidden = str_eq(f.field, S("do")) || str_eq(f.field, S("person"));
    if (f.text.len > 0)
        f.href = f.field.len > 0 && !is_hidden ? str_fmt(c->arena, "#%.*s", STR_ARG(f.field))
                                               : S("#main");
    return f;
}

bool is_about(const struct form_failure *f, str field)
{
    return f->text.len > 0 && str_eq(f->field, field);
}

enum err req_text_or_empty(struct ctx *c, const struct req *q, str name, size_t max, str *text)
{
    *text = str_trim(req_form(q, name));
    return text->len == 0 ? OK : req_text(c, q, name, max, text);
}

str account_home(const struct who *who)
{
    if (who_has(who, ROLES_DESK))
        return S("/desk");
    return who_has(who, ROLE_HANDLER) ? S("/inbox") : S("/me");
}

/* A path of this site, and of nowhere else: browsers read "//host", "/\host" and controls in their
 * own way. */
static bool is_local(str path)
{
    if (path.len == 0 || path.len > 500 || path.at[0] != '/' ||
        (path.len > 1 && path.at[1] == '/') || str_starts(path, S("/sign-")))
        return false;
    for (size_t i = 0; i < path.len; i++) {
        if ((unsigned char)path.at[i] < ' ' || path.at[i] == '\\' || path.at[i] == 0x7F)
            return false;
    }
    return true;
}

str account_next(struct ctx *c, str next, const struct who *who)
{
    struct buf b = {.arena = c->arena};

    if (!is_local(next))
        return account_home(who);
    for (size_t i = 0; i < next.len; i++) {
        unsigned char ch = (unsigned char)next.at[i];
        if (ch > ' ' && ch < 0x7F && ch != '"' && ch != '<' && ch != '>')
            buf_byte(&b, (char)ch);
        else
            buf_fmt(&b, "%%%02X", ch);
    }
    return buf_str(&b);
}

str account_masked(struct arena *a, str address)
{
    str rest = address;
    str local = str_cut(&rest, '@');

    if (address.len == 0)
        return S("");
    if (local.len < address.len)
        return str_fmt(a, "%.1s***@%.*s", local.at, STR_ARG(rest));
    if (str_starts(local, S("+86")) && local.len == 14)
        local = str_slice(local, 3, local.len);
    if (local.len < 8)
        return S("****");
    return str_fmt(a, "%.3s****%.4s", local.at, local.at + local.len - 4);
}

str account_device(struct arena *a, str user_agent)
{
    /* The first that fits: many claim to be others as well. */
    static const char *const browsers[][2] = {
        {"MicroMessenger", "WeChat"}, {"HuaweiBrowser", "Huawei"}, {"Edg", "Edge"},
        {"Firefox", "Firefox"},       {"Chrome", "Chrome"},        {"Safari", "Safari"},
    };
    static const char *const systems[][2] = {
        {"HarmonyOS", "HarmonyOS"}, {"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"},
        {"Windows", "Windows"},     {"Mac OS", "macOS"},    {"Linux", "Linux"},
    };
    const char *browser = "", *system = "";

    for (size_t i = 0; i < sizeof browsers / sizeof *browsers && *browser == '\0'; i++) {
        if (str_find(user_agent, str_of(browsers[i][0])) != SIZE_MAX)
            browser = browsers[i][1];
    }
    for (size_t i = 0; i < sizeof systems / sizeof *systems && *system == '\0'; i++) {
        if (str_find(user_agent, str_of(systems[i][0])) != SIZE_MAX)
            system = systems[i][1];
    }
    return str_fmt(a, "%s%s%s", browser, *browser != '\0' && *system != '\0' ? ", " : "", system);
}

str account_role(struct ctx *c, uint32_t role, str scope_name)
{
    int msg = role_msg(role);
    str name = msg == MSG_NONE ? S("?") : msg_text(c->lang, msg);

    if (scope_name.len == 0)
        return name;
    return msg_fmt(c->arena, c->lang, MSG_PEOPLE_ROLE_AT, T(name), T(scope_name));
}

int account_verified_msg(int64_t verified)
{
    return verified == VERIFIED_DESK      ? MSG_VERIFIED_DESK
           : verified == VERIFIED_CONTACT ? MSG_VERIFIED_CONTACT
                                          : MSG_VERIFIED_NOT;
}

enum err account_note_export(struct ctx *c, const struct req *q, str list)
{
    const char *kind = str_ends(q->path, S(".xlsx")) ? "XLSX" : "CSV";

    return person_audit(c, c->who->id, S("export"),
                        str_fmt(c->arena, "list %.*s %s", STR_ARG(list), kind), S("ok"));
}
