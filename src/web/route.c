/* The site map. A page exists if and only if it has a line here, and the line says who may ask for
 * it. */
#include "web/layout.h"
#include "web/pages.h"
#include "web/web.h"

const struct route routes[] = {
    /* clang-format off */
    GET ("/",                          ANYONE,     home_web_show),
    GET ("/assets/:name",              ANYONE,     asset_web_show),

    /* raising */
    GET ("/raise",                     ANYONE,     raise_web_show),
    POST_WITH(ROUTE_FILES, "/raise",   ANYONE,     raise_web_prepare, raise_web_act, raise_web_show),
    GET ("/raise/confirm/:receipt",    ANYONE,     raise_web_confirm_show),
    POST("/raise/confirm/:receipt",    ANYONE,     NULL, raise_web_confirm_act, raise_web_confirm_show),
    GET ("/raise/done/:receipt",       ANYONE,     raise_web_done),
    GET ("/similar",                   ANYONE,     raise_web_similar),
    GET ("/receipt",                   ANYONE,     receipt_web_show),
    GET ("/paper",                     ANYONE,     raise_web_paper),

    /* matters */
    GET ("/matters",                   ANYONE,     matter_web_list),
    GET ("/matters.csv",               ANYONE,     matter_web_csv),
    GET ("/matters.xlsx",              ANYONE,     matter_web_xlsx),
    GET ("/matters.atom",              ANYONE,     matter_web_atom),
    GET ("/matters/:id",               ANYONE,     matter_web_show),
    GET ("/matters/:id/print",         ANYONE,     matter_web_print),
    GET ("/matters/:id/atom",          ANYONE,     matter_web_entry_atom),
    GET ("/matters/:id/events",        ANYONE,     matter_web_events),
    GET ("/matters/:id/files/:file",   ANYONE,     matter_web_file),
    POST_WITH(ROUTE_FILES, "/matters/:id/act", SIGNED_IN, matter_web_act_prepare, matter_web_act, matter_web_show),
    POST("/matters/:id/support",       SIGNED_IN,  NULL, matter_web_support, matter_web_show),
    POST("/matters/:id/version",       ROLE_CLERK | ROLE_OVERSEER, NULL, matter_web_version, matter_web_show),
    POST("/matters/:id/reach",         SIGNED_IN,  NULL, matter_web_reach, NULL),
    POST("/matters/:id/follow",        ANYONE,     NULL, matter_web_follow, matter_web_show),
    POST("/matters/:id/unfollow",      SIGNED_IN,  NULL, matter_web_unfollow, matter_web_show),
    GET ("/follow/:token",             ANYONE,     follow_web_show),
    POST("/follow/:token",             ANYONE,     NULL, follow_web_act, follow_web_show),
    GET ("/search",                    ANYONE,     search_web_show),

    /* the record */
    GET ("/plan",                      ANYONE,     plan_web_list),
    GET ("/plan.csv",                  ANYONE,     plan_web_csv),
    GET ("/plan.xlsx",                 ANYONE,     plan_web_xlsx),
    GET ("/plan/:code",                ANYONE,     plan_web_show),
    GET ("/figures",                   ANYONE,     figure_web_list),
    GET ("/figures.csv",               ANYONE,     figure_web_csv),
    GET ("/figures.xlsx",              ANYONE,     figure_web_xlsx),
    GET ("/figures/:code",             ANYONE,     figure_web_show),
    GET ("/mechanisms",                ANYONE,     mechanism_web_list),
    GET ("/mechanisms.csv",            ANYONE,     mechanism_web_csv),
    GET ("/mechanisms.xlsx",           ANYONE,     mechanism_web_xlsx),
    GET ("/mechanisms/:code",          ANYONE,     mechanism_web_show),
    GET ("/procedures",                ANYONE,     procedure_web_list),
    GET ("/procedures/:name",          ANYONE,     procedure_web_show),
    GET ("/procedures/:name/graph",    ANYONE,     procedure_web_graph),
    GET ("/security",                  ANYONE,     about_web_security),
    GET ("/accessibility",             ANYONE,     about_web_accessibility),

    /* the account */
    GET ("/sign-in",                   ANYONE,     sign_in_web_show),
    POST_WITH(ROUTE_SLOW, "/sign-in",  ANYONE,     sign_in_web_prepare, sign_in_web_act, sign_in_web_show),
    GET ("/sign-in/code",              ANYONE,     sign_in_code_web_show),
    POST("/sign-in/code",              ANYONE,     sign_in_code_web_prepare, sign_in_code_web_act, sign_in_code_web_show),
    POST("/sign-out",                  SIGNED_IN,  NULL, sign_in_web_out, NULL),
    GET ("/me",                        SIGNED_IN,  me_web_show),
    GET ("/me/data",                   SIGNED_IN,  me_web_data),
    GET ("/me/password",               SIGNED_IN,  me_web_password_show),
    POST_WITH(ROUTE_SLOW, "/me/password", SIGNED_IN, me_web_password_prepare, me_web_password_act, me_web_password_show),
    POST("/me/out-everywhere",         SIGNED_IN,  NULL, me_web_out_everywhere, me_web_show),
    GET ("/me/contact",                SIGNED_IN,  me_web_contact_show),
    POST("/me/contact",                SIGNED_IN,  NULL, me_web_contact_act, me_web_contact_show),

    /* the desk and the departments */
    GET ("/desk",                      ROLES_DESK, desk_web_show),
    GET ("/desk/queue.csv",            ROLES_DESK, desk_web_csv),
    GET ("/desk/queue.xlsx",           ROLES_DESK, desk_web_xlsx),
    POST("/desk/bulk",                 ROLES_DESK, NULL, desk_web_bulk, desk_web_show),
    GET ("/desk/key-in",               ROLE_CLERK, desk_web_key_in_show),
    POST("/desk/key-in",               ROLE_CLERK, NULL, desk_web_key_in, desk_web_key_in_show),
    GET ("/desk/behalf",               ROLE_CLERK, desk_web_behalf_show),
    POST("/desk/behalf",               ROLE_CLERK, NULL, desk_web_behalf, desk_web_behalf_show),
    POST("/desk/behalf/end",           SIGNED_IN,  NULL, desk_web_behalf_end, NULL),
    POST("/desk/verify",               ROLE_CLERK, NULL, desk_web_verify, desk_web_behalf_show),
    GET ("/inbox",                     ROLE_HANDLER, inbox_web_show),
    POST("/inbox/bulk",                ROLE_HANDLER, NULL, inbox_web_bulk, inbox_web_show),
    GET ("/inbox.csv",                 ROLE_HANDLER, inbox_web_csv),
    GET ("/inbox.xlsx",                ROLE_HANDLER, inbox_web_xlsx),
    GET ("/people",                    ROLE_SECURITY_ADMIN, people_web_show),
    GET_NOTED("/people.csv",           ROLE_SECURITY_ADMIN, people_web_note, people_web_csv),
    GET_NOTED("/people.xlsx",          ROLE_SECURITY_ADMIN, people_web_note, people_web_xlsx),
    POST("/people/role",               ROLE_SECURITY_ADMIN, NULL, people_web_role, people_web_show),
    GET ("/audit",                     ROLE_AUDITOR | ROLE_AUDIT_ADMIN, audit_web_show),
    GET_NOTED("/audit.csv",            ROLE_AUDITOR | ROLE_AUDIT_ADMIN, audit_web_note, audit_web_csv),
    GET_NOTED("/audit.xlsx",           ROLE_AUDITOR | ROLE_AUDIT_ADMIN, audit_web_note, audit_web_xlsx),
    GET ("/calendar",                  ROLE_SYSTEM_ADMIN, calendar_web_show),
    POST("/calendar",                  ROLE_SYSTEM_ADMIN, NULL, calendar_web_act, calendar_web_show),
    /* clang-format on */
};

const size_t route_count = sizeof routes / sizeof *routes;

/* Does the pattern fit the path? Its :parts go to q->params. */
static bool fits(const char *pattern, struct req *q, struct http_field *params, size_t *count)
{
    str want = str_of(pattern), path = q->path;

    *count = 0;
    while (want.len > 0 && path.len > 0) {
        if (want.at[0] != '/' || path.at[0] != '/')
            return false;
        want = str_slice(want, 1, want.len);
        path = str_slice(path, 1, path.len);
        size_t want_end = str_find(want, S("/")), path_end = str_find(path, S("/"));
        str part = str_slice(want, 0, want_end == SIZE_MAX ? want.len : want_end);
        str given = str_slice(path, 0, path_end == SIZE_MAX ? path.len : path_end);
        if (part.len > 0 && part.at[0] == ':') {
            if (given.len == 0)
                return false;
            params[*count].name = str_slice(part, 1, part.len);
            params[(*count)++].value = given;
        } else if (!str_eq(part, given)) {
            return false;
        }
        want = str_slice(want, part.len, want.len);
        path = str_slice(path, given.len, path.len);
    }
    return want.len == 0 && path.len == 0;
}

const struct route *route_match(struct req *q, str *allowed)
{
    enum { PARAMS_MAX = 4 };
    enum method method = q->method == METHOD_HEAD ? METHOD_GET : q->method;

    q->params = NEW_ARRAY(q->arena, PARAMS_MAX, struct http_field);
    *allowed = S("");
    for (size_t i = 0; i < route_count; i++) {
        if (!fits(routes[i].pattern, q, q->params, &q->param_count))
            continue;
        if (routes[i].method == method)
            return &routes[i];
        str also = routes[i].method == METHOD_GET ? S("GET, HEAD") : S("POST");
        *allowed = allowed->len == 0 ? also : str_fmt(q->arena, "%s, %s", allowed->at, also.at);
    }
    q->param_count = 0;
    return NULL;
}
