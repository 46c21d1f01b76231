/* The strict reader of pages: see html_test.h. */
#include "web/html_test.h"

#include <stdio.h>
#include <string.h>

enum { DEPTH_MAX = 100, ATTRS_MAX = 40 };

struct attr {
    str name, value;
    bool has_value;
};

struct tag {
    str name;
    bool is_end, is_closed; /* </a>, <path/> */
    struct attr attrs[ATTRS_MAX];
    size_t attr_count;
};

struct names {
    str *at;
    size_t count, cap;
};

struct check {
    struct arena *a;
    str page;
    size_t at;
    const char *lang;
    char *fault;
    str stack[DEPTH_MAX];
    size_t depth;
    struct names ids, labels, wanted; /* wanted: ids that something refers to */
    struct names fields; /* ids of fields outside a <label>, without a label of their own */
    int mains, headings, tokens, numbers;
    bool is_fragment, is_posting;
};

static bool bad(struct check *k, const char *what, str about)
{
    size_t from = k->at < 60 ? 0 : k->at - 60;
    size_t to = k->at + 60 < k->page.len ? k->at + 60 : k->page.len;
    str near = str_slice(k->page, from, to);

    snprintf(k->fault, HTML_FAULT_MAX, "%s: %.*s, near: %.*s", what, STR_ARG(about), STR_ARG(near));
    return false;
}

static bool is_one_of(str name, const char *const *list)
{
    for (; *list != NULL; list++) {
        if (str_eq(name, str_of(*list)))
            return true;
    }
    return false;
}

static const char *const void_names[] = {"area",  "br",   "col",  "embed",  "hr",  "img",
                                         "input", "link", "meta", "source", "wbr", NULL};
static const char *const bare_attrs[] = {"required",  "checked",  "selected",   "open",
                                         "defer",     "disabled", "hidden",     "multiple",
                                         "autofocus", "readonly", "novalidate", "formnovalidate",
                                         "async",     "download", NULL};
static const char *const id_refs[] = {
    "for", "aria-labelledby", "aria-describedby", "aria-controls", "headers", "list", "form", NULL};

static void add(struct check *k, struct names *n, str name)
{
    *PUSH(k->a, n->at, n->count, n->cap) = name;
}

static bool has(const struct names *n, str name)
{
    for (size_t i = 0; i < n->count; i++) {
        if (str_eq(n->at[i], name))
            return true;
    }
    return false;
}

static const struct attr *attr_of(const struct tag *t, const char *name)
{
    for (size_t i = 0; i < t->attr_count; i++) {
        if (str_eq(t->attrs[i].name, str_of(name)))
            return &t->attrs[i];
    }
    return NULL;
}

static char peek(const struct check *k)
{
    return k->at < k->page.len ? k->page.at[k->at] : '\0';
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == ':' || c == '_';
}

static str read_name(struct check *k)
{
    size_t from = k->at;

    while (is_name_char(peek(k)))
        k->at++;
    return str_slice(k->page, from, k->at);
}

static void skip_space(struct check *k)
{
    while (peek(k) == ' ' || peek(k) == '\n' || peek(k) == '\t')
        k->at++;
}

/* Text or the value of an attribute: entities where they are needed, and nothing left open. */
static bool check_text(struct check *k, str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        str rest = str_slice(text, i, text.len);
        if (c == '&' &&
            (rest.len < 3 || !(is_name_char(rest.at[1]) || rest.at[1] == '#') ||
             str_find(str_slice(rest, 0, rest.len < 12 ? rest.len : 12), S(";")) == SIZE_MAX))
            return bad(k, "a bare ampersand", str_head(rest, 20));
        if (c == '{' && rest.len >= 3 && rest.at[1] >= '0' && rest.at[1] <= '9' &&
            (rest.at[2] == '}' || rest.at[2] == ':'))
            return bad(k, "a place left open", str_head(rest, 20));
        if (c == '{' && rest.len >= 2 && (rest.at[1] == '{' || rest.at[1] == '%'))
            return bad(k, "a tag of a template", str_head(rest, 20));
    }
    return true;
}

static bool read_attr(struct check *k, struct tag *t)
{
    struct attr x = {.name = read_name(k)};

    if (x.name.len == 0 || t->attr_count == ATTRS_MAX)
        return bad(k, "no attribute, or too many", t->name);
    for (size_t i = 0; i < t->attr_count; i++) {
        if (str_eq(t->attrs[i].name, x.name))
            return bad(k, "an attribute twice", x.name);
    }
    if (str_starts(x.name, S("on")) || str_eq(x.name, S("style")))
        return bad(k, "script or style in an attribute", x.name);
    if (peek(k) == '=') {
        k->at++;
        if (peek(k) != '"')
            return bad(k, "an attribute without quotes", x.name);
        size_t from = ++k->at;
        while (k->at < k->page.len && peek(k) != '"' && peek(k) != '<')
            k->at++;
        if (peek(k) != '"')
            return bad(k, "an attribute that does not end", x.name);
        x.value = str_slice(k->page, from, k->at++);
        x.has_value = true;
        if (!check_text(k, x.value))
            return false;
    } else if (!is_one_of(x.name, bare_attrs) && !str_starts(x.name, S("data-"))) {
        return bad(k, "an attribute without a value", x.name);
    }
    t->attrs[t->attr_count++] = x;
    return true;
}

static bool read_tag(struct check *k, struct tag *t)
{
    k->at++; /* < */
    t->is_end = peek(k) == '/';
    k->at += t->is_end;
    t->name = read_name(k);
    if (t->name.len == 0)
        return bad(k, "a bare less-than", S(""));
    for (;;) {
        size_t before = k->at;
        skip_space(k);
        if (peek(k) == '>' || peek(k) == '/')
            break;
        if (before == k->at || t->is_end)
            return bad(k, "a broken tag", t->name);
        if (!read_attr(k, t))
            return false;
    }
    t->is_closed = peek(k) == '/';
    k->at += t->is_closed;
    if (peek(k) != '>')
        return bad(k, "a broken tag", t->name);
    k->at++;
    return true;
}

static bool is_inside(const struct check *k, const char *name)
{
    for (size_t i = 0; i < k->depth; i++) {
        if (str_eq(k->stack[i], str_of(name)))
            return true;
    }
    return false;
}

static bool check_field(struct check *k, const struct tag *t)
{
    const struct attr *type = attr_of(t, "type"), *id = attr_of(t, "id"),
                      *name = attr_of(t, "name");
    bool is_input = str_eq(t->name, S("input"));

    if (is_input && type != NULL && str_eq(type->value, S("hidden"))) {
        k->tokens += name != NULL && str_eq(name->value, S("token"));
        k->numbers += name != NULL && str_eq(name->value, S("once"));
        return true;
    }
    if (!is_input && !str_eq(t->name, S("select")) && !str_eq(t->name, S("textarea")))
        return true;
    if (is_input && type != NULL &&
        (str_eq(type->value, S("submit")) || str_eq(type->value, S("button"))))
        return true;
    if (is_inside(k, "label") || attr_of(t, "aria-label") != NULL ||
        attr_of(t, "aria-labelledby") != NULL)
        return true;
    if (id == NULL)
        return bad(k, "a field without a label", name == NULL ? t->name : name->value);
    add(k, &k->fields, id->value);
    return true;
}

/* Several ids may stand in one attribute. */
static void want_ids(struct check *k, str value)
{
    while (value.len > 0) {
        str id = str_cut(&value, ' ');
        if (id.len > 0)
            add(k, &k->wanted, id);
    }
}

static bool check_attrs(struct check *k, const struct tag *t)
{
    for (size_t i = 0; i < t->attr_count; i++) {
        const struct attr *x = &t->attrs[i];
        if (str_eq(x->name, S("id"))) {
            if (x->value.len == 0 || has(&k->ids, x->value))
                return bad(k, "an id twice, or empty", x->value);
            add(k, &k->ids, x->value);
        }
        if (is_one_of(x->name, id_refs))
            want_ids(k, x->value);
        if (str_eq(x->name, S("for")))
            add(k, &k->labels, x->value);
        bool is_address =
            str_eq(x->name, S("href")) || str_eq(x->name, S("action")) || str_eq(x->name, S("src"));
        if (is_address && (x->value.len == 0 || str_starts(x->value, S("javascript:"))))
            return bad(k, "no address", x->name);
        if (is_address && str_starts(x->value, S("#")) && x->value.len > 1)
            add(k, &k->wanted, str_slice(x->value, 1, x->value.len));
    }
    return true;
}

static bool check_start(struct check *k, const struct tag *t)
{
    const struct attr *lang = attr_of(t, "lang"), *method = attr_of(t, "method");

    if (str_eq(t->name, S("html")) && (lang == NULL || !str_starts(lang->value, str_of(k->lang))))
        return bad(k, "not the language asked for", S("html"));
    if (str_eq(t->name, S("style")) || (str_eq(t->name, S("script")) && attr_of(t, "src") == NULL))
        return bad(k, "written into the page", t->name);
    if (str_eq(t->name, S("img")) && attr_of(t, "alt") == NULL)
        return bad(k, "a picture without alt", S(""));
    if ((str_eq(t->name, S("form")) || str_eq(t->name, S("a")) || str_eq(t->name, S("button"))) &&
        is_inside(k, t->name.at[0] == 'f'   ? "form"
                     : t->name.at[0] == 'a' ? "a"
                                            : "button"))
        return bad(k, "one inside another", t->name);
    if (str_eq(t->name, S("form"))) {
        k->is_posting = method != NULL && str_eq(method->value, S("post"));
        k->tokens = k->numbers = 0;
    }
    k->mains += str_eq(t->name, S("main"));
    k->headings += str_eq(t->name, S("h1"));
    return check_attrs(k, t) && check_field(k, t);
}

static bool check_end(struct check *k, const struct tag *t)
{
    if (k->depth == 0 || !str_eq(k->stack[k->depth - 1], t->name))
        return bad(k, "closed out of place", t->name);
    k->depth--;
    if (str_eq(t->name, S("form")) && k->is_posting && (k->tokens != 1 || k->numbers != 1))
        return bad(k, "a form without its token and number", S(""));
    return true;
}

static bool check_tag(struct check *k)
{
    struct tag t = {.is_end = false};

    if (!read_tag(k, &t))
        return false;
    if (t.is_end)
        return check_end(k, &t);
    if (!check_start(k, &t))
        return false;
    if (t.is_closed || is_one_of(t.name, void_names))
        return true;
    if (k->depth == DEPTH_MAX)
        return bad(k, "too deep", t.name);
    k->stack[k->depth++] = t.name;
    return true;
}

static bool check_whole(struct check *k)
{
    if (k->depth != 0)
        return bad(k, "never closed", k->stack[k->depth - 1]);
    for (size_t i = 0; i < k->fields.count; i++) {
        if (!has(&k->labels, k->fields.at[i]))
            return bad(k, "a field without a label", k->fields.at[i]);
    }
    for (size_t i = 0; i < k->wanted.count && !k->is_fragment; i++) {
        if (!has(&k->ids, k->wanted.at[i]))
            return bad(k, "refers to what is not there", k->wanted.at[i]);
    }
    if (!k->is_fragment && k->mains != 1)
        return bad(k, "not one main", S(""));
    if (!k->is_fragment && k->headings != 1)
        return bad(k, "not one h1", S(""));
    return true;
}

bool html_is_sound(struct arena *a, str page, const char *lang, bool is_fragment,
                   char fault[HTML_FAULT_MAX])
{
    struct check k = {
        .a = a, .page = page, .lang = lang, .fault = fault, .is_fragment = is_fragment};
    str doctype = S("<!doctype html>");

    fault[0] = '\0';
    if (text_check(page) != TEXT_OK || str_find(page, S("\xef\xbf\xbd")) != SIZE_MAX)
        return bad(&k, "characters that are no text", S(""));
    if (!is_fragment && !str_starts(str_trim(page), doctype))
        return bad(&k, "no doctype", S(""));
    if (!is_fragment)
        k.at = str_find(page, doctype) + doctype.len;
    while (k.at < page.len) {
        if (peek(&k) == '<') {
            if (!check_tag(&k))
                return false;
            continue;
        }
        size_t from = k.at;
        while (k.at < page.len && peek(&k) != '<')
            k.at++;
        if (!check_text(&k, str_slice(page, from, k.at)))
            return false;
    }
    return check_whole(&k);
}
