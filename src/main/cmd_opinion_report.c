/* opinion analyze --svg, --html: the map and the report, each into a file of its own. */
#include "main/cmd_opinion.h"

#include "report/report.h"

#include <stdio.h>

enum { REPORT_MEMORY_MAX = 256 * 1024 * 1024 };

typedef void report_fn(const struct report *r, struct buf *out);

static enum opinion_err write_text(const void *text, const struct opinion_sink *sink)
{
    const str *s = text;

    return sink->put(sink->self, s->at, s->len) ? OPINION_OK : OPINION_NOT_WRITTEN;
}

static int write_one(const struct report *r, struct arena *a, report_fn *draw, const char *path)
{
    struct buf out = {.arena = a};

    if (path == NULL)
        return EXIT_DONE;
    draw(r, &out);
    str text = buf_str(&out);
    return opinion_write_file(path, write_text, &text);
}

int opinion_report_run(const struct opinion_analysis *analysis, const struct opinion_wish *wish)
{
    const struct opinion_map *map;

    if (wish->svg == NULL && wish->html == NULL)
        return EXIT_DONE;
    enum opinion_err e = opinion_map_new(&opinion_heap, analysis, &map);
    if (e != OPINION_OK)
        return exit_of_opinion(e);
    struct arena *a = arena_new("report", REPORT_MEMORY_MAX);
    struct report r = {
        .analysis = analysis, .map = map, .lang = wish->lang, .topic = S(""), .text = NULL};
    if (wish->folder != NULL) {
        r.topic = opinion_topic(a, wish->folder);
        r.text = opinion_texts(a, wish->folder, analysis->votes);
    }
    int status = write_one(&r, a, report_svg, wish->svg);
    if (status == EXIT_DONE)
        status = write_one(&r, a, report_html, wish->html);
    arena_free(a);
    opinion_map_free(map);
    return status;
}
