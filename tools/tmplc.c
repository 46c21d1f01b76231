/*
 * tmplc -- makes a C function of an HTML template.
 *
 *     tmplc matter_show.html view_matter_show.c view_matter_show.h
 *
 * The language. A template is HTML with these in it; nothing else is needed, and there is no way
 * to say "raw":
 *
 *     {% view matter_show matter_page %}     first line: this is view_matter_show(struct out *,
 *                                            const struct matter_page *), in matter_show.html
 *     {% use "matter/matter_web.h" %}        a header that declares the struct
 *     {{ title }}  {{ owner.name }}          a member of the struct, escaped for where it stands
 *     {{ date(opened) }} time() iso()        milliseconds as a day, as day and minute, for
 * datetime=""
 *     {{ msg(label) }}                       the message with that number (an enum msg)
 *     {{_ matter.title.label }}              a sentence of the catalogue
 *     {{_ matter.count total title }}        and with arguments, numbers and strings
 *     {% if x %} {% if not x %} {% else if y %} {% else %} {% end %}
 *                                            true: not false, 0, empty or NULL
 *     {% each c in comments %} {{ c.author }} {% else %} – {% end %}
 *                                            over comments[0 .. comment_count); replies has
 *                                            reply_count, boxes box_count; else: the list is empty
 *     {% show matter_card c %}               another view, given a struct or a pointer to one;
 *                                            "this" is the page's own struct
 *
 * Types. A str or char * is escaped, an integer printed; a struct html is put as it is, and only in
 * text. Everything else, a misspelt member, and a misspelt or wrongly used message are complaints
 * of the C compiler at the line of the template.
 *
 * Places. In text and in quoted attributes values are escaped. In href, src, action, formaction,
 * poster, cite and data a value at the beginning must be a whole link (out_url in web/out.h); a
 * later one is one segment of a path or one value of a query and is percent-encoded.
 * A {% if %} may stand between attributes, {% if is_on %}checked{% end %}, and inside a value; all
 * ways through a block must end at the same place, with the same elements open.
 *
 * Refused, with file:line:column: values in names, unquoted attributes, comments and scripts; on…=
 * and style= attributes, inline scripts and styles, javascript: and other foreign URLs (the content
 * security policy would block them); elements not closed or wrongly nested; attributes twice; <img>
 * without alt; fields without id, aria-label or a <label> around; forms other than get and post;
 * text of two letters or more, and signs other than a few, outside {{_ }}: text belongs in the
 * catalogue. Words may stand in <code>, <kbd> and <samp>.
 *
 * By itself: every <form method="post"> gets its hidden tokens. Comments, blank lines, indentation,
 * and lines that hold nothing but {% %} are not sent.
 */
#include "file.h"
#include "tmpl.h"

#include <stdio.h>
#include <string.h>

enum { ARENA_MAX = 64 * 1024 * 1024 };

static str file_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return str_of(slash == NULL ? path : slash + 1);
}

int main(int argc, char **argv)
{
    struct arena *a = arena_new("tmplc", ARENA_MAX);
    struct tmpl *t = NEW(a, struct tmpl);
    bool is_done = false;

    if (argc != 4) {
        fprintf(stderr, "usage: tmplc NAME.html view_NAME.c view_NAME.h\n");
    } else if (file_read(a, argv[1], &t->source)) {
        str name = file_name(argv[1]);
        t->arena = a;
        t->file = str_of(argv[1]);
        t->name = str_cut(&name, '.');
        if (!tmpl_compile(t))
            fprintf(stderr, "%.*s\n", STR_ARG(t->fault));
        else
            is_done = file_write(argv[2], tmpl_c(t, file_name(argv[3]))) &&
                      file_write(argv[3], tmpl_h(t));
    }
    arena_free(a);
    return is_done ? 0 : 1;
}
