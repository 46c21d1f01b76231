#include "tmpl.h"

#include <assert.h>
#include <string.h>

/* ---- names and paths ---- */

static bool is_identifier(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!is_letter && (i == 0 || c < '0' || c > '9'))
            return false;
    }
    return s.len > 0;
}

static bool is_variable(const struct tmpl *t, str name)
{
    for (size_t i = 0; i < t->block_count; i++) {
        if (t->blocks[i].kind == BLOCK_EACH && !t->blocks[i].has_else &&
            str_eq(t->blocks[i].variable, name))
            return true;
    }
    return false;
}

/* "c.author" to v_c->author where c is the variable of an each, else to p->c.author. */
static bool take_path(struct tmpl *t, size_t at, str path, str *c)
{
    str rest = path, name;
    bool ends_in_dot = str_ends(path, S("."));

    while (rest.len > 0) {
        name = str_cut(&rest, '.');
        if (!is_identifier(name) || ends_in_dot)
            return refuse(t, at, "'%.*s' is no path: names with dots between", STR_ARG(path));
    }
    rest = path;
    name = str_cut(&rest, '.');
    if (name.len == 0)
        return refuse(t, at, "a path is wanted here");
    if (is_variable(t, name))
        *c = str_fmt(t->arena, rest.len > 0 ? "v_%.*s->%.*s" : "(*v_%.*s)%.*s", STR_ARG(name),
                     STR_ARG(rest));
    else if (str_eq(path, S("this")))
        *c = S("(*p)");
    else
        *c = str_fmt(t->arena, "p->%.*s", STR_ARG(path));
    return true;
}

/* The member with the length of a list: comments and comment_count, replies and reply_count. */
static str count_of(struct arena *a, str list)
{
    static const str long_ends[] = {{"sses", 4}, {"shes", 4}, {"ches", 4}, {"xes", 3}};
    size_t off = str_ends(list, S("s")) ? 1 : 0;

    if (str_ends(list, S("ies")))
        return str_fmt(a, "%.*sy_count", STR_ARG(str_slice(list, 0, list.len - 3)));
    for (size_t i = 0; i < sizeof long_ends / sizeof long_ends[0]; i++) {
        if (str_ends(list, long_ends[i]))
            off = 2;
    }
    return str_fmt(a, "%.*s_count", STR_ARG(str_slice(list, 0, list.len - off)));
}

static size_t split(str s, str words[TMPL_WORDS_MAX])
{
    size_t n = 0;

    while ((s = str_trim(s)).len > 0 && n < TMPL_WORDS_MAX)
        words[n++] = str_cut(&s, ' ');
    return s.len > 0 ? TMPL_WORDS_MAX + 1 : n;
}

/* ---- {{ }} ---- */

static str constant_of(struct arena *a, str key)
{
    char *at = arena_alloc(a, key.len + 1);

    for (size_t i = 0; i < key.len; i++) {
        char c = key.at[i];
        at[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c >= '0' && c <= '9' ? c : '_';
    }
    return (str){at, key.len};
}

/* {{_ key path path }} */
static bool take_message(struct tmpl *t, size_t at, str inner, const char *place)
{
    str words[TMPL_WORDS_MAX], c;
    size_t n = split(inner, words);
    struct buf args = {.arena = t->arena};

    if (n == 0 || n > TMPL_WORDS_MAX)
        return refuse(t, at, "a message is {{_ some.key }}, or {{_ some.key path path }}");
    for (size_t i = 0; i < words[0].len; i++) {
        if (strchr("abcdefghijklmnopqrstuvwxyz0123456789._-", words[0].at[i]) == NULL ||
            words[0].at[i] == '\0')
            return refuse(t, at, "'%.*s' is no key", STR_ARG(words[0]));
    }
    for (size_t i = 1; i < n; i++) {
        if (!take_path(t, at, words[i], &c))
            return false;
        buf_fmt(&args, "%sOUT_VAL(%.*s)", i == 1 ? "VALS(" : ", ", STR_ARG(c));
    }
    buf_put(&args, n == 1 ? S("NULL, 0") : S(")"));
    str name = constant_of(t->arena, words[0]);
    tmpl_emit(t, at,
              "out_msg_%s(o, MSG_%.*s, %.*s); _Static_assert((int)PLACES_%.*s == %zu, "
              "\"not the number of arguments that this message takes\");",
              place, STR_ARG(name), STR_ARG(buf_str(&args)), STR_ARG(name), n - 1);
    return true;
}

static bool take_filter(struct tmpl *t, size_t at, str inner, const char *place)
{
    str name = str_cut(&inner, '('), c;

    if (!str_ends(inner, S(")")))
        return refuse(t, at, "a filter is date(path), time(path), iso(path) or msg(path)");
    if (!take_path(t, at, str_trim(str_slice(inner, 0, inner.len - 1)), &c))
        return false;
    if (str_eq(name, S("msg")))
        tmpl_emit(t, at, "out_msg_%s(o, %.*s, NULL, 0);", place, STR_ARG(c));
    else if (str_eq(name, S("date")) || str_eq(name, S("time")) || str_eq(name, S("iso")))
        tmpl_emit(t, at, "out_%.*s(o, %.*s);", STR_ARG(name), STR_ARG(c));
    else
        return refuse(t, at, "no filter is called '%.*s': date, time, iso, msg", STR_ARG(name));
    return true;
}

bool tmpl_value(struct tmpl *t, size_t at, str inner)
{
    static const char *const macros[] = {"OUT_TEXT", "OUT_ATTR", "OUT_URL", "OUT_URL_PART"};
    bool is_message = str_starts(inner, S("_ "));
    bool is_filter = !is_message && str_find(inner, S("(")) != SIZE_MAX;
    enum sink sink;
    str c;

    if (!html_fill(t, at, &sink))
        return false;
    if ((is_message || is_filter) && sink >= SINK_URL)
        return refuse(t, at, "a URL takes a path alone");
    if (is_message)
        return take_message(t, at, str_slice(inner, 2, inner.len),
                            sink == SINK_TEXT ? "text" : "attr");
    inner = str_trim(inner);
    if (is_filter)
        return take_filter(t, at, inner, sink == SINK_TEXT ? "text" : "attr");
    if (!take_path(t, at, inner, &c))
        return false;
    tmpl_emit(t, at, "%s(o, %.*s);", macros[sink], STR_ARG(c));
    return true;
}

/* ---- {% %} ---- */

static bool open_block(struct tmpl *t, size_t at, struct block **block)
{
    if (t->block_count == TMPL_BLOCKS_MAX)
        return refuse(t, at, "more than %d blocks inside each other", TMPL_BLOCKS_MAX);
    *block = &t->blocks[t->block_count++];
    **block = (struct block){.at = at, .before = t->m};
    return true;
}

/* "if x" and "if not x", as words; the C condition goes to *c. */
static bool take_condition(struct tmpl *t, size_t at, const str *words, size_t n, str *c)
{
    bool is_not = n == 3 && str_eq(words[1], S("not"));
    str path = S("");

    if (n != 2 && !is_not)
        return refuse(t, at, "a condition is {%% if path %%} or {%% if not path %%}");
    if (!take_path(t, at, words[n - 1], &path))
        return false;
    *c = str_fmt(t->arena, "%sOUT_IS(%.*s)", is_not ? "!" : "", STR_ARG(path));
    return true;
}

static bool take_if(struct tmpl *t, size_t at, const str *words, size_t n)
{
    struct block *b = NULL;
    str c = S("");

    if (!take_condition(t, at, words, n, &c) || !open_block(t, at, &b))
        return false;
    tmpl_emit(t, at, "if (%.*s) {", STR_ARG(c));
    return true;
}

static bool take_each(struct tmpl *t, size_t at, const str *words, size_t n)
{
    struct block *b = NULL;
    str list = S(""), owner, last, c;

    if (n != 4 || !str_eq(words[2], S("in")) || !is_identifier(words[1]))
        return refuse(t, at, "a loop is {%% each name in path %%}");
    if (is_variable(t, words[1]) || str_eq(words[1], S("this")))
        return refuse(t, at, "'%.*s' is already something else here", STR_ARG(words[1]));
    if (!take_path(t, at, words[3], &list))
        return false;
    /* The last name of the path, in C: behind the last '.' or "->". */
    size_t cut = list.len;
    while (cut > 0 && list.at[cut - 1] != '.' && list.at[cut - 1] != '>')
        cut--;
    if (cut == 0)
        return refuse(t, at, "a loop goes over a member");
    owner = str_slice(list, 0, cut);
    last = str_slice(list, cut, list.len);
    c = str_join(t->arena, owner, count_of(t->arena, last));
    if (!open_block(t, at, &b))
        return false;
    assert(b != NULL);
    b->kind = BLOCK_EACH;
    b->variable = words[1];
    b->count = c;
    str v = words[1];
    tmpl_emit(t, at,
              "for (size_t i_%.*s = 0; i_%.*s < (size_t)(%.*s); i_%.*s++) { "
              "__typeof__(&(%.*s)[0]) v_%.*s = &(%.*s)[i_%.*s]; (void)v_%.*s;",
              STR_ARG(v), STR_ARG(v), STR_ARG(c), STR_ARG(v), STR_ARG(list), STR_ARG(v),
              STR_ARG(list), STR_ARG(v), STR_ARG(v));
    return true;
}

/* One arm of the block has been read; the next begins where the block began. */
static bool end_arm(struct tmpl *t, size_t at, struct block *b)
{
    if (!b->has_arm)
        b->arm = t->m;
    else if (!html_merge(t, at, &b->arm, &t->m))
        return false;
    b->has_arm = true;
    t->m = b->before;
    return true;
}

static bool take_else(struct tmpl *t, size_t at, const str *words, size_t n)
{
    struct block *b = t->block_count == 0 ? NULL : &t->blocks[t->block_count - 1];
    bool is_else_if = n > 1 && str_eq(words[1], S("if"));
    str c = S("");

    if (b == NULL || b->has_else)
        return refuse(t, at, "an else without an open if or each");
    if ((n > 1 && !is_else_if) || (is_else_if && b->kind == BLOCK_EACH))
        return refuse(t, at, "after {%% else stands 'if' and a path, or nothing");
    if (!end_arm(t, at, b))
        return false;
    if (b->kind == BLOCK_EACH) {
        b->has_else = true; /* the list is empty: its variable is not there */
        tmpl_emit(t, at, "} if ((size_t)(%.*s) == 0) {", STR_ARG(b->count));
    } else if (is_else_if) {
        if (!take_condition(t, at, words + 1, n - 1, &c))
            return false;
        tmpl_emit(t, at, "} else if (%.*s) {", STR_ARG(c));
    } else {
        b->has_else = true;
        tmpl_emit(t, at, "} else {");
    }
    return true;
}

static bool take_end(struct tmpl *t, size_t at)
{
    if (t->block_count == 0)
        return refuse(t, at, "an end without an open if or each");
    struct block *b = &t->blocks[t->block_count - 1];
    if (!end_arm(t, at, b))
        return false;
    /* Without an else, or in a loop, one way through is to leave the block out. */
    if ((!b->has_else || b->kind == BLOCK_EACH) && !html_merge(t, at, &b->arm, &b->before))
        return false;
    t->m = b->arm;
    tmpl_emit(t, at, "}");
    t->block_count--;
    return true;
}

/* Add a line to the includes, once. */
static void include(struct tmpl *t, str line)
{
    if (str_find(buf_str(&t->includes), line) == SIZE_MAX)
        buf_put(&t->includes, line);
}

static bool take_show(struct tmpl *t, size_t at, const str *words, size_t n)
{
    enum sink sink = SINK_TEXT;
    str c = S("");

    if (n != 3 || !is_identifier(words[1]))
        return refuse(t, at, "another view is {%% show view path %%}");
    if (!html_fill(t, at, &sink) || !take_path(t, at, words[2], &c))
        return false;
    if (sink != SINK_TEXT || html_is_text_only(&t->m))
        return refuse(t, at, "another view stands between elements, not here");
    include(t, str_fmt(t->arena, "#include \"view_%.*s.h\"\n", STR_ARG(words[1])));
    tmpl_emit(t, at, "SHOW_%.*s(o, %.*s);", STR_ARG(words[1]), STR_ARG(c));
    return true;
}

static bool take_view(struct tmpl *t, size_t at, const str *words, size_t n)
{
    if (at != 0)
        return refuse(t, at, "{%% view NAME STRUCT %%} is the first line");
    if (n != 3 || !is_identifier(words[1]) || !is_identifier(words[2]))
        return refuse(t, at, "the first line is {%% view NAME STRUCT %%}");
    if (t->name.len > 0 && !str_eq(words[1], t->name))
        return refuse(t, at, "the view of this file is called '%.*s'", STR_ARG(t->name));
    t->view = words[1];
    t->page = words[2];
    return true;
}

static bool take_use(struct tmpl *t, size_t at, const str *words, size_t n)
{
    bool is_path =
        n == 2 && words[1].len > 2 && str_starts(words[1], S("\"")) && str_ends(words[1], S("\""));

    for (size_t i = 1; is_path && i + 1 < words[1].len; i++)
        is_path = memchr("\"\\\n", words[1].at[i], 3) == NULL;
    if (!is_path || t->block_count > 0 || t->m.where != IN_TEXT || t->m.depth > 0)
        return refuse(t, at, "at the top, a header is {%% use \"folder/file.h\" %%}");
    include(t, str_fmt(t->arena, "#include %.*s\n", STR_ARG(words[1])));
    return true;
}

bool tmpl_tag(struct tmpl *t, size_t at, str inner)
{
    str words[TMPL_WORDS_MAX];
    size_t n = split(inner, words);

    if (n == 0 || n > TMPL_WORDS_MAX)
        return refuse(t, at, "{%% %%} holds view, use, if, else, each, end or show");
    if (!html_block(t, at))
        return false;
    if (str_eq(words[0], S("view")))
        return take_view(t, at, words, n);
    if (str_eq(words[0], S("use")))
        return take_use(t, at, words, n);
    if (str_eq(words[0], S("if")))
        return take_if(t, at, words, n);
    if (str_eq(words[0], S("each")))
        return take_each(t, at, words, n);
    if (str_eq(words[0], S("else")))
        return take_else(t, at, words, n);
    if (str_eq(words[0], S("end")) && n == 1)
        return take_end(t, at);
    if (str_eq(words[0], S("show")))
        return take_show(t, at, words, n);
    return refuse(t, at, "'%.*s' is no word of this language: view, use, if, else, each, end, show",
                  STR_ARG(words[0]));
}
