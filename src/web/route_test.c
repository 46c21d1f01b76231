/* Walks the site map: who may ask for what, that a form without its token does nothing, and that
 * every page is well made, in both languages, in every state a matter can be in. */
#include "flow/flow_test.h"

#include "web/html_test.h"
#include "web/web.h"

static const char *const langs[] = {"zh", "en"};

/* Somebody who holds one of these roles. */
static const char *holder(uint32_t need)
{
    static const struct {
        uint32_t role;
        const char *login;
    } all[] = {
        {ROLE_CLERK, "clerk"},         {ROLE_HANDLER, "handler_a"},
        {ROLE_AUDITOR, "auditor"},     {ROLE_SECURITY_ADMIN, "security"},
        {ROLE_SYSTEM_ADMIN, "system"}, {ROLE_AUDIT_ADMIN, "audit"},
        {ROLE_OVERSEER, "overseer"},   {ROLE_LEADER, "leader"},
        {ROLE_MODERATOR, "moderator"}, {ROLE_EDITOR, "editor"},
        {ROLE_ASSIGNER, "assigner"},   {ROLE_FIRST_CONVENER, "convener"},
    };

    if (need == ANYONE)
        return NULL;
    if ((need & SIGNED_IN) != 0)
        return "stranger";
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if ((need & all[i].role) != 0)
            return all[i].login;
    }
    fail_msg("%s", "nobody in the town holds such a role");
    return NULL;
}

static str followed; /* what the link in a mail to a follower carries */

static enum err follow(struct ctx *c, void *arg)
{
    struct town *t = arg;
    str token;

    TRY(follow_add_mail(c, t->matter, S("somebody@example.org"), &token));
    followed = str_copy(t->w.arena, token);
    return OK;
}

/* What to put in a :place; `*is_there` false: there is nothing such in the town. */
static str fill_place(struct town *t, str pattern, str place, bool *is_there)
{
    *is_there = true;
    if (str_eq(place, S("id")))
        return str_fmt(t->w.arena, "%lld", (long long)t->matter);
    if (str_eq(place, S("receipt")))
        return t->receipt;
    if (str_starts(pattern, S("/assets/")))
        return S("style.css");
    if (str_starts(pattern, S("/procedures/")))
        return S("talk_it_over");
    if (str_eq(place, S("token")))
        return followed;
    *is_there = false;
    return S("12");
}

static const char *path_of(struct town *t, const struct route *r, bool *is_there)
{
    struct buf b = {.arena = t->w.arena};
    str pattern = str_of(r->pattern), rest = pattern;

    *is_there = true;
    if (str_eq(pattern, S("/")))
        return "/";
    (void)str_cut(&rest, '/');
    while (rest.len > 0) {
        str part = str_cut(&rest, '/');
        bool is_this = true;
        buf_byte(&b, '/');
        if (part.len > 0 && part.at[0] == ':')
            part = fill_place(t, pattern, str_slice(part, 1, part.len), &is_this);
        *is_there = *is_there && is_this;
        buf_put(&b, part);
    }
    return str_z(t->w.arena, buf_str(&b));
}

/* A town with one matter closed, whose page everybody may read. */
static int begin(void **state)
{
    struct town *t;

    if (town_begin(state) != 0)
        return -1;
    t = *state;
    world_person(&t->w, "security", ROLE_SECURITY_ADMIN, 0);
    world_person(&t->w, "system", ROLE_SYSTEM_ADMIN, 0);
    world_person(&t->w, "audit", ROLE_AUDIT_ADMIN, 0);
    walk_to_replied(t);
    assert_int_equal(town_act(t, NULL, follow, t), OK);
    return 0;
}

#define WALKED(test) cmocka_unit_test_setup_teardown(test, begin, town_end)

static void assert_sound(struct town *t, const struct page_answer *a, const char *what,
                         const char *lang)
{
    char fault[HTML_FAULT_MAX];

    if (!str_starts(a->type, S("text/html")) && a->type.len > 0)
        return;
    bool is_fragment = str_find(a->body, S("<html")) == SIZE_MAX;
    if (!html_is_sound(t->w.arena, a->body, lang, is_fragment, fault))
        fail_msg("%s in %s: %s", what, lang, fault);
}

static void every_page_is_closed_to_whoever_may_not_see_it(void **state)
{
    struct town *t = *state;
    bool is_there;

    for (size_t i = 0; i < route_count; i++) {
        const struct route *r = &routes[i];
        const char *path = path_of(t, r, &is_there);
        bool is_get = r->method == METHOD_GET;
        struct ask k = {.method = is_get ? "GET" : "POST", .path = path};
        if (r->need == ANYONE)
            continue;
        struct page_answer a = world_ask(&t->w, &k);
        if (a.status != (is_get ? 303 : 403))
            fail_msg("%s %s without sign-in: %d", k.method, path, a.status);
        if (is_get && !str_starts(a.location, S("/sign-in?next=")))
            fail_msg("%s leads to %s", path, str_z(t->w.arena, a.location));
        if (!is_get)
            assert_sound(t, &a, path, "zh");
        if ((r->need & SIGNED_IN) != 0)
            continue;
        k.who = "stranger";
        a = world_ask(&t->w, &k);
        if (a.status != 403)
            fail_msg("%s %s without the role: %d", k.method, path, a.status);
        assert_sound(t, &a, path, "zh");
    }
}

static void every_page_opens_for_whoever_may_and_is_well_made(void **state)
{
    struct town *t = *state;
    bool is_there;

    for (size_t i = 0; i < route_count; i++) {
        const struct route *r = &routes[i];
        const char *path = path_of(t, r, &is_there);
        if (r->method != METHOD_GET || str_ends(str_of(r->pattern), S("/events")))
            continue; /* events never end */
        for (size_t l = 0; l < 2; l++) {
            struct ask k = {
                .who = holder(r->need), .method = "GET", .path = path, .lang = langs[l]};
            struct page_answer a = world_ask(&t->w, &k);
            bool leads_on = a.status == 303 && strchr(r->pattern, ':') != NULL;
            if (a.status != (is_there ? 200 : 404) && !leads_on)
                fail_msg("GET %s: %d", path, a.status);
            if (!leads_on)
                assert_sound(t, &a, path, langs[l]);
            k.method = "HEAD";
            if (world_ask(&t->w, &k).status != a.status)
                fail_msg("HEAD %s is answered otherwise than GET", path);
        }
    }
}

static void a_form_without_its_token_changes_nothing(void **state)
{
    static const char *const tokens[] = {"", "0123456789abcdef0123456789abcdef"};
    static struct snapshot before, after;
    struct town *t = *state;
    bool is_there;
    const char *table;

    for (size_t i = 0; i < route_count; i++) { /* signing in is a change too */
        struct ask k = {.who = holder(routes[i].need), .method = "GET", .path = "/security"};
        assert_int_equal(world_ask(&t->w, &k).status, 200);
    }
    town_snapshot(t, &before);
    for (size_t i = 0; i < route_count; i++) {
        const struct route *r = &routes[i];
        if (r->method != METHOD_POST)
            continue;
        for (size_t n = 0; n < 3; n++) {
            struct ask k = {.who = holder(r->need),
                            .method = "POST",
                            .path = path_of(t, r, &is_there),
                            .token = n < 2 ? tokens[n] : NULL,
                            .origin = n < 2 ? NULL : "https://elsewhere.example"};
            struct page_answer a = world_ask(&t->w, &k);
            if (a.status != 403)
                fail_msg("POST %s, attempt %zu: %d", k.path, n, a.status);
            assert_sound(t, &a, k.path, "zh");
        }
    }
    town_snapshot(t, &after);
    if (!snapshot_same(&before, &after, &table))
        fail_msg("something came into %s", table);
}

/* The token of somebody else's sign-in, or of a visitor, is not good for mine. */
static void a_token_is_good_for_one_sign_in_alone(void **state)
{
    struct town *t = *state;
    char cookies[200];
    str other = world_sign_in(&t->w, "neighbour");

    snprintf(cookies, sizeof cookies, "s=%.*s", STR_ARG(other));
    struct ask k = {.who = "raiser", .method = "POST", .path = "/me/out-everywhere"};
    assert_int_equal(world_ask(&t->w, &k).status, 303);
    k = (struct ask){.method = "POST",
                     .path = "/me/out-everywhere",
                     .cookies = cookies,
                     .token = "00000000000000000000000000000000"};
    assert_int_equal(world_ask(&t->w, &k).status, 403);
    k.token = NULL;
    assert_int_equal(world_ask(&t->w, &k).status, 303);
}

static void a_method_an_address_does_not_take_is_405(void **state)
{
    struct town *t = *state;
    bool is_there;

    for (size_t i = 0; i < route_count; i++) {
        const char *path = path_of(t, &routes[i], &is_there);
        bool has_get = false, has_post = false;
        for (size_t j = 0; j < route_count; j++) {
            bool is_same = strcmp(routes[j].pattern, routes[i].pattern) == 0;
            has_get = has_get || (is_same && routes[j].method == METHOD_GET);
            has_post = has_post || (is_same && routes[j].method == METHOD_POST);
        }
        for (size_t l = 0; l < 2; l++) {
            struct ask k = {.who = "clerk", .method = "PUT", .path = path, .lang = langs[l]};
            struct page_answer a = world_ask(&t->w, &k);
            assert_int_equal(a.status, 405);
            assert_sound(t, &a, path, langs[l]);
            k.method = "POST";
            if (!has_post)
                assert_int_equal(world_ask(&t->w, &k).status, 405);
            k.method = "GET";
            if (!has_get)
                assert_int_equal(world_ask(&t->w, &k).status, 405);
        }
    }
}

static void what_is_not_there_is_404_in_both_languages(void **state)
{
    static const char *const paths[] = {"/nothing",
                                        "/matters/0",
                                        "/matters/x",
                                        "/matters/-1",
                                        "/matters/99999999999999999999",
                                        "/matters/7",
                                        "/matters/7/print",
                                        "/matters/7/atom",
                                        "/matters/7/files/1",
                                        "/assets/passwd",
                                        "/plan/no",
                                        "/procedures/no",
                                        "/procedures/no/graph",
                                        "/raise/confirm/0000000000",
                                        "/raise/done/0000000000",
                                        "//",
                                        "/matters//print",
                                        "/%2e%2e/etc"};
    struct town *t = *state;

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        for (size_t l = 0; l < 2; l++) {
            struct ask k = {.who = "clerk", .method = "GET", .path = paths[i], .lang = langs[l]};
            struct page_answer a = world_ask(&t->w, &k);
            if (a.status != 404)
                fail_msg("GET %s: %d", paths[i], a.status);
            assert_sound(t, &a, paths[i], langs[l]);
        }
    }
}

/* ---- a matter in each of its states, as each party sees it ---- */

static void look_at_it(struct town *t, const char *when)
{
    static const char *const viewers[] = {NULL,       "raiser",    "neighbour", "stranger",
                                          "clerk",    "executive", "convener",  "moderator",
                                          "editor",   "assigner",  "handler_a", "handler_c",
                                          "overseer", "leader",    "auditor"};
    static const char *const pages[] = {"", "/print", "/atom"};
    static const char *const own[] = {"/me", "/desk", "/inbox", "/", "/matters", "/me/data"};
    char path[80], what[200];

    for (size_t v = 0; v < sizeof viewers / sizeof *viewers; v++) {
        for (size_t i = 0; i < sizeof pages / sizeof *pages + sizeof own / sizeof *own; i++) {
            size_t p = sizeof pages / sizeof *pages;
            const char *lang = langs[(v + i) % 2];
            if (i < p)
                snprintf(path, sizeof path, "/matters/%lld%s", (long long)t->matter, pages[i]);
            else
                snprintf(path, sizeof path, "%s", own[i - p]);
            struct ask k = {.who = viewers[v], .method = "GET", .path = path, .lang = lang};
            struct page_answer a = world_ask(&t->w, &k);
            snprintf(what, sizeof what, "%s, %s for %s", path, when,
                     viewers[v] == NULL ? "everybody" : viewers[v]);
            if (a.status >= 500)
                fail_msg("%s: %d", what, a.status);
            if (a.status != 303)
                assert_sound(t, &a, what, lang);
        }
    }
}

static void a_matter_is_shown_well_in_every_state_to_everybody(void **state)
{
    struct town *t = *state;
    char inputs[200];

    assert_int_equal(town_raise_unconfirmed(t, "raiser"), OK);
    look_at_it(t, "unconfirmed");
    assert_int_equal(town_raise(t, "raiser"), OK);
    look_at_it(t, "raised");
    DOES(t, "clerk", "ask_info", "question=Which <b>one</b> & \"where\"?");
    look_at_it(t, "asked for information");
    DOES(t, "raiser", "give_info", "supplement=</textarea><script>x</script>");
    snprintf(inputs, sizeof inputs, "unsuitable=elsewhere|public_reason=x|to_body=%lld",
             (long long)t->unit_a);
    DOES(t, "clerk", "pass_on", inputs);
    look_at_it(t, "passed on");
    DOES(t, "clerk", "call_back", "reason=x");
    DOES(t, "clerk", "propose", CRITERIA);
    look_at_it(t, "proposed");
    DOES(t, "convener", "approve", "");
    look_at_it(t, "preparing");
    DOES(t, "editor", "take_down", "public_reason=x");
    look_at_it(t, "taken down");
    walk_to_deliberating(t);
    look_at_it(t, "deliberating");
    walk_to_minuted(t);
    look_at_it(t, "minuted");
    walk_to_handling(t);
    look_at_it(t, "handling");
    DOES(t, "assigner", "pause", "public_reason=x");
    look_at_it(t, "paused");
    town_day("2026-05-04", 12);
    town_tick(t);
    look_at_it(t, "paused for long");
    town_day("2026-03-02", 12);
    walk_to_review(t);
    look_at_it(t, "in review");
    DOES(t, "overseer", "release", "");
    look_at_it(t, "replied");
    DOES_ON(t, "raiser", "evaluation", evaluation_of(t, t->raiser), "give", "overall=satisfied");
    DOES_ON(t, "neighbour", "evaluation", evaluation_of(t, t->neighbour), "give",
            "overall=not_satisfied");
    DOES_ON(t, "shopkeeper", "evaluation", evaluation_of(t, t->shopkeeper), "give",
            "overall=satisfied");
    look_at_it(t, "handled again");
    answer_round(t);
    town_day("2026-04-27", 12);
    town_tick(t);
    look_at_it(t, "closed");
}

/* ---- the reader itself ---- */

static void the_reader_sees_what_is_wrong(void **state)
{
#define PAGE(body)                                                                                 \
    "<!doctype html>\n<html lang=\"en\"><body><main id=\"m\"><h1>T</h1>" body                      \
    "</main></body></html>"
    static const char *const sound[] = {
        PAGE("<p>a &amp; b<br><input type=\"hidden\" name=\"n\" value=\"1\"></p>"),
        PAGE("<label for=\"a\">A</label><input id=\"a\" required>"),
        PAGE("<label>A <select><option selected>1</option></select></label>"),
    };
    static const char *const wrong[] = {
        "<html lang=\"en\"><main><h1>T</h1></main></html>",
        PAGE("<p>a"),
        PAGE("<p>a</div>"),
        PAGE("<p><b>a</p></b>"),
        PAGE("<p class=x>a</p>"),
        PAGE("<p class=\"x\" class=\"y\">a</p>"),
        PAGE("<p onclick=\"x\">a</p>"),
        PAGE("<p style=\"color:red\">a</p>"),
        PAGE("<script>1</script>"),
        PAGE("<style>p{}</style>"),
        PAGE("<p id=\"m\">a</p>"),
        PAGE("<main>a</main>"),
        PAGE("<h1>a</h1>"),
        PAGE("<p>a & b</p>"),
        PAGE("<p>a < b</p>"),
        PAGE("<p>to {0}</p>"),
        PAGE("<p>to {1:date}</p>"),
        PAGE("<p>{{ x }}</p>"),
        PAGE("<p>\xef\xbf\xbd</p>"),
        PAGE("<p>\xff</p>"),
        PAGE("<input name=\"a\">"),
        PAGE("<input id=\"a\">"),
        PAGE("<textarea id=\"a\"></textarea>"),
        PAGE("<img src=\"/a\">"),
        PAGE("<a href=\"#b\">b</a>"),
        PAGE("<p aria-describedby=\"b\">b</p>"),
        PAGE("<form method=\"post\" action=\"/a\"><button>b</button></form>"),
        PAGE("<a href=\"javascript:x\">b</a>"),
        PAGE("<a href=\"/a\"><a href=\"/b\">b</a></a>"),
    };
    struct arena *a = arena_new("reader", 4 * 1024 * 1024);
    char fault[HTML_FAULT_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof sound / sizeof *sound; i++) {
        if (!html_is_sound(a, str_of(sound[i]), "en", false, fault))
            fail_msg("%s: %s", sound[i], fault);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        if (html_is_sound(a, str_of(wrong[i]), "en", false, fault))
            fail_msg("nothing was found wrong with %s", wrong[i]);
    }
    assert_false(html_is_sound(a, str_of(sound[0]), "zh", false, fault));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest route_tests[] = {
        WALKED(every_page_is_closed_to_whoever_may_not_see_it),
        WALKED(every_page_opens_for_whoever_may_and_is_well_made),
        WALKED(a_form_without_its_token_changes_nothing),
        WALKED(a_token_is_good_for_one_sign_in_alone),
        WALKED(a_method_an_address_does_not_take_is_405),
        WALKED(what_is_not_there_is_404_in_both_languages),
        IN_TOWN(a_matter_is_shown_well_in_every_state_to_everybody),
    };
    const struct CMUnitTest reader[] = {
        cmocka_unit_test(the_reader_sees_what_is_wrong),
    };
    int failed = cmocka_run_group_tests(reader, NULL, NULL);

    RUN_ON_BOTH(route_tests, failed);
    return failed;
}
