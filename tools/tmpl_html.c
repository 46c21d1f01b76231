#include "html_names.h"
#include "tmpl.h"

#include <string.h>

static str rest_of(const struct tmpl *t)
{
    return str_slice(t->source, t->at, t->source.len);
}

static char peek(const struct tmpl *t)
{
    return t->at < t->source.len ? t->source.at[t->at] : '\0';
}

static bool is_inside(const struct markup *m, str name)
{
    for (size_t i = 0; i < m->depth; i++) {
        if (str_eq(m->open[i].name, name))
            return true;
    }
    return false;
}

static str innermost(const struct markup *m)
{
    return m->depth == 0 ? S("") : m->open[m->depth - 1].name;
}

bool html_keeps_space(const struct markup *m)
{
    return m->where == IN_TEXT && (is_inside(m, S("pre")) || is_inside(m, S("textarea")));
}

bool html_is_text_only(const struct markup *m)
{
    return html_holds_text_alone(innermost(m)) && !is_inside(m, S("svg"));
}

/* Copy `n` bytes of the source to the literal. */
static void copy(struct tmpl *t, size_t n)
{
    buf_put(&t->literal, str_slice(t->source, t->at, t->at + n));
    t->at += n;
}

static str take_name(struct tmpl *t)
{
    size_t from = t->at;

    while (html_is_name_char(peek(t)))
        t->at++;
    return str_slice(t->source, from, t->at);
}

/* ---- characters of text and of values ---- */

static bool take_entity(struct tmpl *t)
{
    size_t n = 1;
    str rest = rest_of(t);

    while (n < rest.len &&
           (html_is_letter(rest.at[n]) || (rest.at[n] >= '0' && rest.at[n] <= '9') ||
            (n == 1 && rest.at[n] == '#')))
        n++;
    if (n < 2 || n == rest.len || rest.at[n] != ';')
        return refuse(t, t->at, "a bare '&': write &amp;");
    copy(t, n + 1);
    return true;
}

static bool take_sign(struct tmpl *t)
{
    size_t next = t->at;
    uint32_t c = str_next(t->source, &next);

    if (html_is_sign(c)) {
        copy(t, next - t->at);
        return true;
    }
    return refuse(t, t->at, "text belongs in the catalogue: {{_ some.key }} (here U+%04X)",
                  (unsigned)c);
}

/* A run of letters, where people would read it. */
static bool count_letters(struct tmpl *t)
{
    struct markup *m = &t->m;
    bool is_value = m->where == IN_VALUE && str_eq(m->attr, S("value"));

    m->letters = html_is_letter(peek(t)) ? m->letters + 1 : 0;
    if (m->letters < 2)
        return true;
    if (is_value) { /* it depends on the type, perhaps not yet read */
        m->word_at = m->word_at > 0 ? m->word_at : t->at - 1;
        return true;
    }
    if (m->where == IN_VALUE && !html_is_spoken(m->attr))
        return true;
    for (size_t i = 0; m->where == IN_TEXT && i < m->depth; i++) {
        if (html_quotes(m->open[i].name))
            return true;
    }
    return refuse(t, t->at - 1, "a bare word: text belongs in the catalogue, {{_ some.key }}");
}

static bool take_char(struct tmpl *t)
{
    char c = peek(t);

    if (!count_letters(t))
        return false;
    if (c == '&')
        return take_entity(t);
    if ((unsigned char)c >= 0x80)
        return take_sign(t);
    bool is_begin =
        t->literal.len == 0 ? t->body.len == 0 : t->literal.at[t->literal.len - 1] == '\n';
    if (c == '\n' && is_begin && t->m.where == IN_TEXT && !html_keeps_space(&t->m))
        t->at++; /* no blank lines */
    else
        copy(t, 1);
    return true;
}

/* ---- values of attributes ---- */

/* The literal beginning of a URL, unless it was looked at before. Where something is filled in
 * after it, it must go past the place where a scheme could still grow. */
static bool check_url(struct tmpl *t, size_t end, bool is_whole)
{
    struct markup *m = &t->m;
    size_t n = 0;

    if (!html_is_url(m->attr) || !m->is_begun || m->is_checked)
        return true;
    m->is_checked = true;
    str url = str_slice(t->source, m->begun_at, end);
    while (n < url.len && memchr(":/?#&\\ \t\n", url.at[n], 9) == NULL)
        n++;
    if (str_starts(url, S("//")) || str_starts(url, S("/\\")))
        return refuse(t, m->begun_at, "a URL beginning with // leads away: say https:");
    if (n == url.len && !is_whole)
        return refuse(t, m->begun_at, "a URL with values in it begins with '/' or a value");
    if (n == url.len || url.at[n] == '/' || url.at[n] == '?' || url.at[n] == '#')
        return true;
    if (url.at[n] != ':' || !html_is_scheme(str_slice(url, 0, n)))
        return refuse(t, m->begun_at,
                      "a URL here is local or begins with http:, https:, mailto: or tel:");
    return true;
}

static bool end_value(struct tmpl *t)
{
    struct markup *m = &t->m;
    str value = str_slice(t->source, m->value_at, t->at);
    bool is_form = str_eq(m->tag.name, S("form")), is_input = str_eq(m->tag.name, S("input"));

    if (!check_url(t, t->at, !m->is_filled))
        return false;
    if (is_form && str_eq(m->attr, S("method"))) {
        if (m->is_filled || t->block_count != m->tag_blocks ||
            !(str_eq(value, S("get")) || str_eq(value, S("post"))))
            return refuse(t, m->value_at, "method is \"get\" or \"post\", and not conditional");
        m->is_post = str_eq(value, S("post"));
    }
    if (is_input && str_eq(m->attr, S("type")))
        m->type = m->is_filled || t->block_count != m->tag_blocks ? S("?") : value;
    m->where = IN_TAG;
    m->letters = 0;
    copy(t, 1);
    if (!html_is_space(peek(t)) && memchr(">/{", peek(t), 3) == NULL)
        return refuse(t, t->at, "a space is wanted between attributes");
    return true;
}

bool html_block(struct tmpl *t, size_t at)
{
    t->m.letters = 0;
    if (t->m.where != IN_VALUE)
        return true;
    t->m.is_filled = true;
    return check_url(t, at, false);
}

bool html_fill(struct tmpl *t, size_t at, enum sink *sink)
{
    struct markup *m = &t->m;

    *sink = SINK_TEXT;
    if (m->where == IN_TAG)
        return refuse(t, at, "a value cannot be a name or stand without quotes in a tag");
    if (m->where == IN_TEXT && str_eq(innermost(m), S("script")))
        return refuse(t, at, "a script takes no values: put them in data- attributes");
    if (!html_block(t, at))
        return false;
    if (m->where == IN_TEXT)
        return true;
    if (str_eq(m->attr, S("srcset")))
        return refuse(t, at, "srcset takes no values");
    if (!html_is_url(m->attr))
        *sink = SINK_ATTR;
    else
        *sink = m->is_begun ? SINK_URL_PART : SINK_URL;
    m->is_begun = m->is_checked = true;
    return true;
}

/* ---- tags ---- */

static bool needs_name(const struct markup *m)
{
    if (str_eq(m->tag.name, S("input")))
        return !html_is_button(m->type);
    return str_eq(m->tag.name, S("select")) || str_eq(m->tag.name, S("textarea"));
}

static bool check_tag(struct tmpl *t)
{
    struct markup *m = &t->m;
    str name = m->tag.name;

    if (str_eq(name, S("img")) && (m->has & HAS_ALT) == 0)
        return refuse(t, m->tag.at, "an <img> needs alt, empty if it only decorates");
    if (str_eq(name, S("script")) && (m->has & HAS_SRC) == 0)
        return refuse(t, m->tag.at, "a <script> here has src: inline scripts are blocked");
    if (needs_name(m) && (m->has & HAS_NAME) == 0 && !is_inside(m, S("label")))
        return refuse(t, m->tag.at,
                      "<%.*s> needs an id (for its label), an aria-label, or a <label> around it",
                      STR_ARG(name));
    if (str_eq(name, S("input")) && m->word_at > 0 && !html_is_coded_value(m->type))
        return refuse(t, m->word_at, "a bare word: text belongs in the catalogue, {{_ some.key }}");
    return true;
}

static bool end_tag(struct tmpl *t)
{
    struct markup *m = &t->m;
    struct element tag = m->tag;
    bool is_closed = peek(t) == '/', is_post = m->is_post;
    bool is_void = html_is_void(tag.name);

    if (!check_tag(t))
        return false;
    if (is_closed && !is_void && !is_inside(m, S("svg")))
        return refuse(t, t->at, "<%.*s> cannot close itself", STR_ARG(tag.name));
    if (is_closed && !str_starts(rest_of(t), S("/>")))
        return refuse(t, t->at, "'/' stands before '>' only");
    copy(t, is_closed ? 2 : 1);
    m->where = IN_TEXT;
    if (!is_closed && !is_void) {
        if (m->depth == HTML_DEPTH_MAX)
            return refuse(t, tag.at, "more than %d elements inside each other", HTML_DEPTH_MAX);
        m->open[m->depth++] = tag;
    }
    if (is_post)
        tmpl_emit(t, tag.at, "out_form_tokens(o);");
    return true;
}

static bool check_attr(struct tmpl *t, size_t at, str name)
{
    struct markup *m = &t->m;
    str small = str_lower(t->arena, name);

    if (str_starts(small, S("on")))
        return refuse(t, at, "inline handlers are blocked: listen for '%.*s' in a script file",
                      STR_ARG(str_slice(small, 2, small.len)));
    if (str_eq(small, S("style")))
        return refuse(t, at, "inline style is blocked: use a class");
    if (html_is_banned_attr(small))
        return refuse(t, at, "the attribute '%.*s' is not for templates", STR_ARG(name));
    if (!str_eq(small, name) && !is_inside(m, S("svg")) && !str_eq(m->tag.name, S("svg")))
        return refuse(t, at, "write '%.*s' small", STR_ARG(name));
    for (size_t i = 0; i < m->attr_count; i++) {
        if (str_eq(m->attrs[i], name))
            return refuse(t, at, "the attribute '%.*s' stands here twice", STR_ARG(name));
    }
    if (m->attr_count == HTML_ATTRS_MAX)
        return refuse(t, at, "more than %d attributes", HTML_ATTRS_MAX);
    m->attrs[m->attr_count++] = name;
    m->has |= str_eq(name, S("alt"))                                       ? HAS_ALT
              : str_eq(name, S("id")) || str_starts(name, S("aria-label")) ? HAS_NAME
              : str_eq(name, S("src"))                                     ? HAS_SRC
                                                                           : 0;
    return true;
}

/* An attribute's name, and its value's opening quote. */
static bool take_attr(struct tmpl *t)
{
    struct markup *m = &t->m;
    size_t at = t->at;
    str name = take_name(t);

    if (name.len == 0)
        return refuse(t, at, "an attribute's name is wanted here");
    if (str_starts(rest_of(t), S("{{")))
        return refuse(t, t->at, "a value cannot be part of an attribute's name");
    if (!check_attr(t, at, name))
        return false;
    buf_put(&t->literal, name);
    if (peek(t) != '=') {
        if (!html_is_space(peek(t)) && memchr(">/{", peek(t), 3) == NULL)
            return refuse(t, t->at, "an attribute's name ends here without a space");
        return true;
    }
    copy(t, 1);
    if (peek(t) != '"' && peek(t) != '\'')
        return refuse(t, t->at, "the value of '%.*s' must stand in quotes", STR_ARG(name));
    m->quote = peek(t);
    copy(t, 1);
    m->where = IN_VALUE;
    m->attr = name;
    m->value_at = t->at;
    m->is_filled = m->is_begun = m->is_checked = false;
    m->letters = 0;
    return true;
}

static bool check_nesting(struct tmpl *t, struct element tag)
{
    const struct markup *m = &t->m;

    if (html_is_not_in_itself(tag.name) && is_inside(m, tag.name))
        return refuse(t, tag.at, "<%.*s> inside another <%.*s>", STR_ARG(tag.name),
                      STR_ARG(tag.name));
    if (is_inside(m, S("p")) && html_ends_paragraph(tag.name))
        return refuse(t, tag.at, "<%.*s> inside <p>: browsers would end the paragraph before it",
                      STR_ARG(tag.name));
    return true;
}

static bool take_start_tag(struct tmpl *t)
{
    struct markup *m = &t->m;
    struct element tag = {.at = t->at};

    copy(t, 1);
    tag.name = take_name(t);
    if (str_starts(rest_of(t), S("{{")))
        return refuse(t, t->at, "a value cannot be part of a tag's name");
    if (html_is_banned_tag(tag.name))
        return refuse(t, tag.at, "<%.*s> is not for templates", STR_ARG(tag.name));
    if (!str_eq(tag.name, str_lower(t->arena, tag.name)) && !is_inside(m, S("svg")))
        return refuse(t, tag.at, "write <%.*s> small", STR_ARG(tag.name));
    if (!check_nesting(t, tag))
        return false;
    buf_put(&t->literal, tag.name);
    m->where = IN_TAG;
    m->tag = tag;
    m->tag_blocks = t->block_count;
    m->attr_count = 0;
    m->has = 0;
    m->type = S("");
    m->is_post = false;
    m->word_at = 0;
    return true;
}

static bool take_end_tag(struct tmpl *t)
{
    struct markup *m = &t->m;
    size_t at = t->at;

    copy(t, 2);
    str name = take_name(t);
    if (peek(t) != '>')
        return refuse(t, at, "an end tag is </name>");
    if (m->depth == 0)
        return refuse(t, at, "</%.*s>, but nothing is open", STR_ARG(name));
    struct element open = m->open[m->depth - 1];
    size_t column;
    if (!str_eq(open.name, name))
        return refuse(t, at, "</%.*s>, but <%.*s> of line %zu is open", STR_ARG(name),
                      STR_ARG(open.name), tmpl_line(t, open.at, &column));
    m->depth--;
    buf_put(&t->literal, name);
    copy(t, 1);
    return true;
}

/* Comments are for the authors: they are not sent. One that has its lines to itself takes them
 * along. */
static bool take_comment(struct tmpl *t)
{
    str rest = rest_of(t);
    size_t end = str_find(rest, S("-->")), before = t->at;

    if (end == SIZE_MAX)
        return refuse(t, t->at, "this comment does not end");
    rest = str_slice(rest, 0, end);
    if (str_find(rest, S("{{")) != SIZE_MAX || str_find(rest, S("{%")) != SIZE_MAX)
        return refuse(t, t->at, "a comment takes no values");
    t->at += end + 3;
    while (before > 0 && (t->source.at[before - 1] == ' ' || t->source.at[before - 1] == '\t'))
        before--;
    if ((before == 0 || t->source.at[before - 1] == '\n') && peek(t) == '\n')
        t->at++;
    return true;
}

static bool take_angle(struct tmpl *t)
{
    str rest = rest_of(t);

    t->m.letters = 0;
    if (html_is_text_only(&t->m) && !str_starts(rest, S("</")))
        return refuse(t, t->at, "<%.*s> holds text alone", STR_ARG(innermost(&t->m)));
    if (str_starts(rest, S("<!--")))
        return take_comment(t);
    if (str_starts(rest, S("</")))
        return take_end_tag(t);
    if (str_starts(rest, S("<!doctype html>"))) {
        copy(t, sizeof "<!doctype html>" - 1);
        return true;
    }
    if (rest.len > 1 && html_is_letter(rest.at[1]))
        return take_start_tag(t);
    return refuse(t, t->at, "a bare '<': write &lt;");
}

bool html_take(struct tmpl *t)
{
    struct markup *m = &t->m;
    char c = peek(t);

    switch (m->where) {
    case IN_TEXT:
        if (c == '<')
            return take_angle(t);
        if (str_eq(innermost(m), S("script")) && !html_is_space(c))
            return refuse(t, t->at, "inline scripts are blocked: put it in a file");
        return take_char(t);
    case IN_TAG:
        if (html_is_space(c)) {
            copy(t, 1);
            return true;
        }
        return c == '>' || c == '/' ? end_tag(t) : take_attr(t);
    case IN_VALUE:
        if (c == m->quote)
            return end_value(t);
        if (!m->is_begun)
            m->begun_at = t->at;
        m->is_begun = true;
        return take_char(t);
    }
    return false;
}

/* ---- two ways to one place ---- */

static bool same_names(const struct markup *a, const struct markup *b)
{
    for (size_t i = 0; i < a->depth && i < b->depth; i++) {
        if (!str_eq(a->open[i].name, b->open[i].name))
            return false;
    }
    return a->depth == b->depth;
}

bool html_merge(struct tmpl *t, size_t at, struct markup *a, const struct markup *b)
{
    static const char *const places[] = {"in text", "inside a tag", "inside a value"};

    if (a->where != b->where)
        return refuse(t, at, "the ways through this block end in different places: %s and %s",
                      places[a->where], places[b->where]);
    if (!same_names(a, b))
        return refuse(t, at,
                      "the ways through this block leave different elements open: "
                      "%.*s and %.*s",
                      STR_ARG(a->depth == 0 ? S("none") : innermost(a)),
                      STR_ARG(b->depth == 0 ? S("none") : innermost(b)));
    if (a->where == IN_TEXT)
        return true;
    if (a->tag.at != b->tag.at)
        return refuse(t, at, "the ways through this block end in different tags");
    if (a->where == IN_VALUE && a->value_at != b->value_at)
        return refuse(t, at, "the ways through this block end in different values");
    if (a->where == IN_VALUE && html_is_url(a->attr) && a->is_begun != b->is_begun)
        return refuse(t, at, "one way through this block leaves the URL without a beginning");
    for (size_t i = 0; i < b->attr_count; i++) {
        bool is_known = false;
        for (size_t j = 0; j < a->attr_count; j++)
            is_known = is_known || str_eq(a->attrs[j], b->attrs[i]);
        if (!is_known && a->attr_count < HTML_ATTRS_MAX)
            a->attrs[a->attr_count++] = b->attrs[i];
    }
    a->has &= b->has;
    a->type = str_eq(a->type, b->type) ? a->type : S("?");
    a->word_at = a->word_at > 0 ? a->word_at : b->word_at;
    a->is_filled = a->is_filled || b->is_filled;
    a->is_begun = a->is_begun || b->is_begun;
    return true;
}
