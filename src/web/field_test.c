/* Every field of every form that posts, broken in turn: past its limit, of a wrong kind, with bytes
 * that are no text. The forms are taken from the pages themselves, so that a new one is walked too.
 * Whatever comes: it is answered in the reader's language with the status that fits, nothing is
 * done, and what stood in the other fields still stands there. */
#include "flow/flow_test.h"

#include "web/html_test.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FIELDS_MAX = 160, FORMS_MAX = 40, LONG = 70000 };

enum field_kind { TEXT, AREA, DATE, SELECT, CHECK, HIDDEN, SECRET };

struct field_of_form {
    str name, value;
    enum field_kind kind;
    bool is_on; /* chosen, ticked; others always */
};

struct form_of_page {
    str action;
    struct field_of_form at[FIELDS_MAX];
    size_t count;
};

/* ---- reading a page ---- */

static str unescape(struct arena *a, str raw)
{
    static const struct {
        const char *entity, *sign;
    } entities[] = {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&#34;", "\""}, {"&#39;", "'"}};
    struct buf b = {.arena = a};

    for (size_t i = 0; i < raw.len; i++) {
        str here = str_slice(raw, i, raw.len);
        bool is_entity = false;
        for (size_t k = 0; !is_entity && k < sizeof entities / sizeof *entities; k++) {
            is_entity = str_starts(here, str_of(entities[k].entity));
            if (is_entity) {
                buf_put(&b, str_of(entities[k].sign));
                i += strlen(entities[k].entity) - 1;
            }
        }
        if (!is_entity)
            buf_byte(&b, raw.at[i]);
    }
    return b.len == 0 ? S("") : buf_str(&b);
}

/* Empty if there is none. */
static str attr(struct arena *a, str tag, const char *name)
{
    str begin = str_fmt(a, " %s=\"", name);
    size_t at = str_find(tag, begin);

    if (at == SIZE_MAX)
        return S("");
    str rest = str_slice(tag, at + begin.len, tag.len);
    return unescape(a, str_cut(&rest, '"'));
}

static struct field_of_form *add_field(struct form_of_page *f, str name, str value,
                                       enum field_kind kind)
{
    assert_true(f->count < FIELDS_MAX);
    f->at[f->count] = (struct field_of_form){name, value, kind, true};
    return &f->at[f->count++];
}

static void take_input(struct arena *a, struct form_of_page *f, str tag, str name)
{
    str type, value;

    type = attr(a, tag, "type");
    value = attr(a, tag, "value");
    if (str_eq(type, S("file")) || str_eq(name, S("token")) || str_eq(name, S("once")))
        return;
    bool is_box = str_eq(type, S("checkbox")) || str_eq(type, S("radio"));
    enum field_kind kind = is_box                        ? CHECK
                           : str_eq(type, S("hidden"))   ? HIDDEN
                           : str_eq(type, S("date"))     ? DATE
                           : str_eq(type, S("password")) ? SECRET
                                                         : TEXT;
    add_field(f, name, value, kind)->is_on = !is_box || str_find(tag, S(" checked")) != SIZE_MAX;
}

/* One element inside a form; `rest` stands behind its tag. */
static void take_tag(struct arena *a, struct form_of_page *f, str tag, str rest, bool *has_button)
{
    static str select;
    str name, value;
    struct field_of_form *last = f->count == 0 ? NULL : &f->at[f->count - 1];

    name = attr(a, tag, "name");
    if (str_starts(tag, S("select "))) {
        select = name;
        add_field(f, name, S(""), SELECT);
    } else if (str_starts(tag, S("option "))) {
        value = attr(a, tag, "value");
        bool is_chosen = str_ends(tag, S(" selected"));
        if (last == NULL || last->kind != SELECT || !str_eq(last->name, select))
            fail_msg("an option outside its select");
        else if (is_chosen || last->value.len == 0)
            last->value = value;
    } else if (name.len > 0 && str_starts(tag, S("input "))) {
        take_input(a, f, tag, name);
    } else if (str_starts(tag, S("textarea "))) {
        add_field(f, name, unescape(a, str_cut(&rest, '<')), AREA);
    } else if (name.len > 0 && str_starts(tag, S("button ")) && !*has_button) {
        value = attr(a, tag, "value");
        add_field(f, name, value, HIDDEN);
        *has_button = true;
    }
}

/* The forms of a page that post. */
static size_t read_forms(struct arena *a, str page, struct form_of_page *forms)
{
    struct form_of_page *f = NULL;
    size_t count = 0;
    bool has_button = false;

    while (page.len > 0) {
        str tag = page;
        (void)str_cut(&tag, '<');
        str rest = tag;
        tag = str_cut(&rest, '>');
        page = rest;
        if (str_starts(tag, S("form ")) && str_find(tag, S("method=\"post\"")) != SIZE_MAX) {
            assert_true(count < FORMS_MAX);
            f = &forms[count++];
            f->count = 0;
            has_button = false;
            f->action = attr(a, tag, "action");
        } else if (str_starts(tag, S("/form"))) {
            f = NULL;
        } else if (f != NULL) {
            take_tag(a, f, tag, rest, &has_button);
        }
    }
    return count;
}

/* ---- filling a form ---- */

/* Something in each field that was empty, so that it can be seen whether it stands there after. */
static void fill_in(struct arena *a, struct form_of_page *f)
{
    for (size_t i = 0; i < f->count; i++) {
        struct field_of_form *k = &f->at[i];
        if (k->kind == CHECK && (i == 0 || !str_eq(f->at[i - 1].name, k->name)))
            k->is_on = true;
        if ((k->kind == TEXT || k->kind == AREA) && k->value.len == 0)
            k->value = str_fmt(a, "<b>& \"typed\" %zu", i);
        if (k->kind == DATE && k->value.len == 0)
            k->value = S("2026-12-01");
        if (k->kind == SECRET)
            k->value = S("correct horse battery");
    }
    /* Of boxes with one name, one at most is ticked: they may be a choice. */
    for (size_t i = 1; i < f->count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (f->at[i].kind == CHECK && f->at[j].is_on && str_eq(f->at[i].name, f->at[j].name))
                f->at[i].is_on = false;
        }
    }
}

enum { LEFT_OUT, TWICE, PAST_LIMIT };

/* What is put into a field, already encoded. */
static const struct {
    const char *what, *value;
    bool is_text; /* the bytes are text: only a field of another kind must refuse it */
} breaks[] = {
    [LEFT_OUT] = {"left out", "", true},
    [TWICE] = {"sent twice", "", true},
    [PAST_LIMIT] = {"past its limit", "", true}, /* LONG times "a" */
    {"with bad UTF-8", "a%FF%FEb", false},
    {"with an overlong sign", "%C0%AF", false},
    {"with half a sign", "%E4%BD", false},
    {"with a surrogate", "%ED%A0%80", false},
    {"with NUL", "a%00b", false},
    {"with control characters", "a%01%1B%5B31m%7F", false},
    {"of a wrong kind", "nothing+such", true},
    {"negative", "-1", true},
    {"past all numbers", "99999999999999999999999", true},
    {"a day that is none", "2026-02-30", true},
};

static const char *body_of(struct arena *a, const struct form_of_page *f, size_t broken, size_t how)
{
    struct buf b = {.arena = a};

    for (size_t i = 0; i < f->count; i++) {
        if ((i == broken && how == LEFT_OUT) || (i != broken && !f->at[i].is_on))
            continue;
        if (b.len > 0)
            buf_byte(&b, '&');
        http_encode(&b, f->at[i].name);
        buf_byte(&b, '=');
        if (i != broken)
            http_encode(&b, f->at[i].value);
        else if (how == PAST_LIMIT)
            memset(buf_reserve(&b, LONG), 'a', LONG), b.len += LONG;
        else if (how == TWICE)
            buf_fmt(&b, "a&%.*s=b", STR_ARG(f->at[i].name));
        else
            buf_put(&b, str_of(breaks[how].value));
    }
    return str_z(a, buf_str(&b));
}

/* ---- judging the answer ---- */

static int complaints;

/* The walk goes on, and says all that it found. */
static void PRINTF(1, 2) complain(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    vprint_error(fmt, args);
    va_end(args);
    print_error("\n");
    complaints++;
}

struct walk {
    struct town *t;
    const char *who, *page, *lang;
    struct arena *arena; /* of one request */
    int *sent;
};

static bool is_same_form(const struct form_of_page *a, const struct form_of_page *b)
{
    if (!str_eq(a->action, b->action))
        return false;
    for (size_t i = 0; i < a->count; i++) {
        bool is_there = a->at[i].kind != HIDDEN;
        for (size_t j = 0; !is_there && j < b->count; j++)
            is_there =
                str_eq(a->at[i].name, b->at[j].name) && str_eq(a->at[i].value, b->at[j].value);
        if (!is_there)
            return false;
    }
    return true;
}

/* Does the n-th field of this name hold what it held? */
static bool still_stands(const struct form_of_page *sent, size_t which,
                         const struct form_of_page *shown)
{
    const struct field_of_form *k = &sent->at[which];
    size_t before = 0, seen = 0;

    for (size_t i = 0; i < which; i++)
        before += str_eq(sent->at[i].name, k->name);
    for (size_t i = 0; i < shown->count; i++) {
        if (str_eq(shown->at[i].name, k->name) && seen++ == before)
            return str_eq(shown->at[i].value, k->value) && shown->at[i].is_on == k->is_on;
    }
    return false;
}

static void assert_kept(const struct walk *w, const struct form_of_page *sent, size_t broken,
                        size_t how, const struct page_answer *a)
{
    static struct form_of_page shown[FORMS_MAX];
    size_t count = read_forms(w->arena, a->body, shown), at = 0;

    while (at < count && !is_same_form(sent, &shown[at]))
        at++;
    if (at == count) {
        complain("%s %s: “%s” %s: the form is not drawn again", w->who == NULL ? "nobody" : w->who,
                 w->page, str_z(w->arena, sent->at[broken].name), breaks[how].what);
        return;
    }
    for (size_t i = 0; i < sent->count; i++) {
        enum field_kind k = sent->at[i].kind;
        if (i == broken || k == HIDDEN || k == SECRET ||
            str_eq(sent->at[i].name, sent->at[broken].name))
            continue;
        if (!still_stands(sent, i, &shown[at]))
            complain("%s %s: “%s” %s: “%s” is lost", w->who == NULL ? "nobody" : w->who, w->page,
                     str_z(w->arena, sent->at[broken].name), breaks[how].what,
                     str_z(w->arena, sent->at[i].name));
    }
}

/* 403: a sign-in, a password or a code that is wrong, or a form that no page draws; 200: a form
 * that is looked over first. */
static bool is_fitting(int status, str action, bool is_forged)
{
    switch (status) {
    case 303:
    case 400:
    case 404:
    case 409:
    case 413:
    case 422:
        return true;
    case 403:
        return is_forged || str_eq(action, S("/sign-in")) || str_starts(action, S("/me/")) ||
               str_starts(action, S("/raise/confirm"));
    case 200:
        return str_eq(action, S("/raise"));
    default:
        return false;
    }
}

/* Send the form with one field broken. True if something was done with it. */
static bool send_broken(const struct walk *w, const struct form_of_page *f, size_t i, size_t how)
{
    char fault[HTML_FAULT_MAX];
    enum field_kind k = f->at[i].kind;
    struct page_answer a = world_ask(&w->t->w, &(struct ask){.who = w->who,
                                                             .method = "POST",
                                                             .path = str_z(w->arena, f->action),
                                                             .body = body_of(w->arena, f, i, how),
                                                             .lang = w->lang});
    const char *name = str_z(w->arena, f->at[i].name), *who = w->who == NULL ? "nobody" : w->who;
    bool must_refuse = !breaks[how].is_text || (how == PAST_LIMIT && (k == TEXT || k == AREA)) ||
                       (how >= PAST_LIMIT && k == DATE);

    bool is_forged = k == HIDDEN && how == LEFT_OUT;

    (*w->sent)++;
    if (!is_fitting(a.status, f->action, is_forged) ||
        (must_refuse && (a.status == 303 || a.status == 200)))
        complain("%s %s → %s: “%s” %s: %d", who, w->page, str_z(w->arena, f->action), name,
                 breaks[how].what, a.status);
    if (a.status == 303)
        return true;
    if (!html_is_sound(w->t->w.arena, a.body, w->lang, false, fault) &&
        strstr(fault, "characters that are no text") == NULL)
        complain("%s %s: “%s” %s, in %s: %s", who, w->page, name, breaks[how].what, w->lang, fault);
    if ((a.status == 422 || a.status == 413) && k != HIDDEN)
        assert_kept(w, f, i, how, &a);
    return false;
}

/* ---- the walk ---- */

typedef void stage_fn(struct town *t);

static void raised(struct town *t)
{
    assert_int_equal(town_raise(t, "raiser"), OK);
}

static void unconfirmed(struct town *t)
{
    assert_int_equal(town_raise_unconfirmed(t, "raiser"), OK);
}

/* Who opens which page, in which state of the matter; %lld is the matter, %s its receipt. */
static const struct page_case {
    const char *who, *page;
    stage_fn *stage;
    const char *body; /* the page is the answer to this form; NULL: to GET */
} cases[] = {
    {NULL, "/raise", raised, NULL},
    {"raiser", "/raise", raised, NULL},
    {NULL, "/raise", raised,
     "step=check&title=A+lamp&situation=It+is+dark&point=A+lamp&contact=a%40example.org"},
    {NULL, "/raise/confirm/%s", unconfirmed, NULL},
    {NULL, "/matters/%lld", walk_to_preparing, NULL},
    {NULL, "/sign-in", raised, NULL},
    {NULL, "/sign-in/code", raised, NULL},
    {"stranger", "/me/password", raised, NULL},
    {"stranger", "/me/contact", raised, NULL},
    {"clerk", "/desk", raised, NULL},
    {"convener", "/desk", walk_to_converting, NULL},
    {"clerk", "/desk/key-in", raised, NULL},
    {"clerk", "/desk/behalf?q=stranger", raised, NULL},
    {"clerk", "/desk/behalf?q=nobody-at-all", raised, NULL},
    {"security", "/people?person=%lld", raised, NULL}, /* %lld is the neighbour */
    {"system", "/calendar", raised, NULL},
    {"raiser", "/matters/%lld", raised, NULL},
    {"clerk", "/matters/%lld", raised, NULL},
    {"executive", "/matters/%lld", walk_to_preparing, NULL},
    {"clerk", "/matters/%lld", walk_to_preparing, NULL},
    {"executive", "/matters/%lld", walk_to_deliberating, NULL},
    {"neighbour", "/matters/%lld", walk_to_minuted, NULL},
    {"convener", "/matters/%lld", walk_to_minuted, NULL},
    {"assigner", "/matters/%lld", walk_to_converting, NULL},
    {"handler_a", "/matters/%lld", walk_to_handling, NULL},
    {"handler_a", "/inbox?box=accept", walk_to_handling, NULL},
    {"overseer", "/matters/%lld", walk_to_handling, NULL},
    {"overseer", "/matters/%lld", walk_to_review, NULL},
    {"raiser", "/matters/%lld", walk_to_replied, NULL},
};

enum { CASES = sizeof cases / sizeof *cases };

static void settle(struct town *t, const struct page_case *k)
{
    assert_true(town_open(t, town_engine));
    world_person(&t->w, "security", ROLE_SECURITY_ADMIN, 0);
    world_person(&t->w, "system", ROLE_SYSTEM_ADMIN, 0);
    k->stage(t);
}

static size_t open_page(struct walk *w, const struct page_case *k, struct form_of_page *forms)
{
    bool is_person = str_starts(str_of(k->page), S("/people"));
    struct town *t = w->t;
    struct buf path = {.arena = t->w.arena};
    str rest = str_of(k->page), head = str_cut(&rest, '%');

    buf_put(&path, head);
    if (rest.len > 0 && rest.at[0] == 's')
        buf_put(&path, t->receipt);
    else if (rest.len > 0)
        buf_fmt(&path, "%lld", (long long)(is_person ? t->neighbour : t->matter));
    w->page = str_z(t->w.arena, buf_str(&path));
    struct page_answer a = world_ask(&t->w, &(struct ask){.who = k->who,
                                                          .method = k->body ? "POST" : "GET",
                                                          .path = w->page,
                                                          .body = k->body,
                                                          .lang = w->lang});
    if (a.status != 200)
        fail_msg("%s %s: %d", k->who, w->page, a.status);
    return read_forms(t->w.arena, a.body, forms);
}

enum { WALKERS = 2 };

/* What the walkers, processes beside each other, found together. */
static struct {
    bool is_walked[200]; /* lines of the site map that a form led to */
    int sent[WALKERS];
} * g_found;

static void note_route(struct town *t, str action)
{
    struct req q = {.arena = t->w.arena, .method = METHOD_POST, .path = action};
    str allowed;
    const struct route *r = route_match(&q, &allowed);

    if (r == NULL)
        fail_msg("a form leads to %s", str_z(t->w.arena, action));
    g_found->is_walked[r - routes] = true;
}

static int walk_case(struct town *t, const struct page_case *k, const char *lang)
{
    static struct form_of_page forms[FORMS_MAX];
    int sent = 0;
    struct walk w = {.t = t, .who = k->who, .lang = lang, .sent = &sent};

    settle(t, k);
    size_t count = open_page(&w, k, forms);
    for (size_t f = 0; f < count; f++) {
        note_route(t, forms[f].action);
        for (size_t i = 0; i < forms[f].count; i++) {
            for (size_t how = 0; how < sizeof breaks / sizeof *breaks; how++) {
                bool is_free = forms[f].at[i].kind == TEXT || forms[f].at[i].kind == AREA;
                if (is_free && how > PAST_LIMIT && breaks[how].is_text)
                    continue; /* any text is good in a field for text */
                w.arena = arena_new("walk", 64 * 1024 * 1024);
                fill_in(t->w.arena, &forms[f]);
                bool is_done = send_broken(&w, &forms[f], i, how);
                arena_free(w.arena);
                if (!is_done)
                    continue;
                town_close(t);
                settle(t, k);
                assert_int_equal(open_page(&w, k, forms), count);
            }
        }
    }
    town_close(t);
    return sent;
}

/* Every WALKERS-th case, the languages by turns; 0 if nothing was wrong. */
static int walk_share(size_t walker)
{
    static struct town t;

    for (size_t i = walker; i < CASES; i += WALKERS)
        g_found->sent[walker] += walk_case(&t, &cases[i], i / WALKERS % 2 == 0 ? "en" : "zh");
    return complaints > 0;
}

static void a_broken_field_is_refused_and_the_others_stand(void **state)
{
    pid_t walker[WALKERS];
    int sent = 0, status;

    (void)state;
    for (size_t i = 0; i < WALKERS; i++) {
        fflush(stdout);
        walker[i] = fork();
        assert_true(walker[i] >= 0);
        if (walker[i] == 0) {
            status = walk_share(i);
            fflush(stdout);
            _exit(status);
        }
    }
    for (size_t i = 0; i < WALKERS; i++) {
        assert_int_equal(waitpid(walker[i], &status, 0), walker[i]);
        assert_int_equal(status, 0);
        sent += g_found->sent[i];
    }
    print_message("%d forms sent\n", sent);
    assert_true(sent > 2000);
}

/* Forms without a field of their own, one that a page shows only while somebody acts, and one that
 * needs a newer version of the procedure (flow_version_test). */
static void every_form_of_the_site_map_was_walked(void **state)
{
    static const char *const without[] = {"/matters/:id/support", "/matters/:id/unfollow",
                                          "/matters/:id/reach",   "/matters/:id/version",
                                          "/follow/:token",       "/sign-out",
                                          "/me/out-everywhere",   "/desk/behalf/end"};

    (void)state;
    for (size_t i = 0; i < route_count; i++) {
        bool is_known = routes[i].method != METHOD_POST || g_found->is_walked[i];
        for (size_t k = 0; k < sizeof without / sizeof *without; k++)
            is_known = is_known || strcmp(routes[i].pattern, without[k]) == 0;
        if (!is_known)
            fail_msg("no form of %s was walked", routes[i].pattern);
    }
}

int main(void)
{
    const struct CMUnitTest fields[] = {
        cmocka_unit_test(a_broken_field_is_refused_and_the_others_stand),
        cmocka_unit_test(every_form_of_the_site_map_was_walked),
    };

    town_engine = DB_SQLITE; /* forms are read before any row is */
    FILE *shared = tmpfile();
    assert_non_null(shared);
    assert_int_equal(ftruncate(fileno(shared), sizeof *g_found), 0);
    g_found = mmap(NULL, sizeof *g_found, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(shared), 0);
    assert_true(g_found != MAP_FAILED);
    fclose(shared);
    return cmocka_run_group_tests(fields, NULL, NULL);
}
