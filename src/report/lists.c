/* What all agree on, what divides, what bridges: chosen by the end of the interval that is sure. */
#include "report/page.h"

#include "base/msg.h"

#include <math.h>

#define DIVIDES_LEAST 0.05 /* of the differences, that groups or axes explain */
#define BRIDGES_LEAST 0.25 /* of pairs: what half agreeing everywhere comes to */
#define Z_90          1.6448536269514722

int64_t report_hundredths(double share)
{
    double n = floor(100 * share + 0.5);

    return n < 0 ? 0 : n > 100 ? 100 : (int64_t)n;
}

int64_t report_hundredths_down(double share)
{
    return report_hundredths(floor(100 * share + 1e-9) / 100);
}

int64_t report_hundredths_up(double share)
{
    return report_hundredths(ceil(100 * share - 1e-9) / 100);
}

struct report_statement report_statement(const struct report *r, size_t statement, bool is_agree)
{
    return (struct report_statement){
        .number = r->analysis->votes->statement_id[statement],
        .text = r->text == NULL ? S("") : r->text[statement],
        .is_agree = is_agree,
        .plain = S(""),
    };
}

/* ---- shares ---- */

static uint32_t people_of(const struct opinion_count *c)
{
    return c->agree + c->pass + c->disagree;
}

/* The share on one side, with the limits of Wilson 1927 at 90 %. */
static struct opinion_share share_of(const struct opinion_count *c, bool is_agree)
{
    double n = people_of(c), x = is_agree ? c->agree : c->disagree;

    if (n <= 0)
        return (struct opinion_share){0, 0, 1};
    double p = x / n, z2 = Z_90 * Z_90;
    double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
    double half = Z_90 / (1 + z2 / n) * sqrt(p * (1 - p) / n + z2 / (4 * n * n));
    return (struct opinion_share){p, middle - half, middle + half};
}

static const struct opinion_count *count_of(const struct opinion_analysis *a, int group, size_t j)
{
    return a->k > 1 ? &a->counts[(size_t)group * a->votes->statements + j] : &a->about[j].all;
}

static struct report_bar bar_of(const struct opinion_count *c, int letter, bool is_agree)
{
    struct opinion_share s = share_of(c, is_agree);
    int64_t low = report_hundredths_down(s.low);

    return (struct report_bar){letter, report_hundredths(s.at), low,
                               report_hundredths_up(s.high) - low};
}

/* One bar for each group whose count may be seen; without groups one for everybody. */
static void add_bars(const struct report *r, struct arena *a, size_t j, struct report_statement *s)
{
    const struct opinion_analysis *n = r->analysis;

    s->bars = NEW_ARRAY(a, (size_t)n->k, struct report_bar);
    for (int g = 0; g < n->k; g++) {
        if (n->k > 1 && !n->is_shown[(size_t)g * n->votes->statements + j])
            continue;
        s->bars[s->bar_count++] =
            bar_of(count_of(n, g, j), n->k > 1 ? report_letter(g) : 0, s->is_agree);
    }
}

/* ---- in plain words ---- */

#define MSG_OF(r, a, message, ...) msg_fmt((a), (r)->lang, (message), __VA_ARGS__)

static str common_in_words(const struct report *r, struct arena *a, size_t j)
{
    const struct opinion_about *about = &r->analysis->about[j];
    int64_t least = report_hundredths_down(about->common.low);

    if (r->analysis->k > 1)
        return MSG_OF(r, a,
                      about->side > 0 ? MSG_REPORT_AGREED_IN_EACH : MSG_REPORT_REFUSED_IN_EACH,
                      I(least));
    return MSG_OF(r, a, about->side > 0 ? MSG_REPORT_AGREED_BY_ALL : MSG_REPORT_REFUSED_BY_ALL,
                  I(least), I(report_hundredths_up(about->common.high)));
}

static str group_share(const struct report *r, struct arena *a, int group, size_t j)
{
    struct opinion_share s = share_of(count_of(r->analysis, group, j), true);

    return MSG_OF(r, a, MSG_REPORT_SHARE, T(msg_text(r->lang, report_letter(group))),
                  I(report_hundredths(s.at)), I(report_hundredths_down(s.low)),
                  I(report_hundredths_up(s.high)));
}

/* The group that agrees most and the one that agrees least. */
static str division_in_words(const struct report *r, struct arena *a, size_t j)
{
    const struct opinion_analysis *n = r->analysis;
    const struct opinion_count *all = &n->about[j].all;
    int most = 0, least = 0;

    if (n->k == 1)
        return MSG_OF(r, a, MSG_REPORT_DIVIDES_ALL, I(report_hundredths(share_of(all, true).at)),
                      I(report_hundredths(share_of(all, false).at)));
    for (int g = 1; g < n->k; g++) {
        double share = share_of(count_of(n, g, j), true).at;
        if (share > share_of(count_of(n, most, j), true).at)
            most = g;
        if (share < share_of(count_of(n, least, j), true).at)
            least = g;
    }
    return MSG_OF(r, a, MSG_REPORT_DIVIDES_EACH, T(group_share(r, a, most, j)),
                  T(group_share(r, a, least, j)));
}

static str bridge_in_words(const struct report *r, struct arena *a, size_t j)
{
    const struct opinion_share *s = &r->analysis->about[j].bridging;

    return MSG_OF(r, a, r->analysis->k > 1 ? MSG_REPORT_BRIDGES : MSG_REPORT_BRIDGES_ALL,
                  I(report_hundredths(s->at)), I(report_hundredths_down(s->low)),
                  I(report_hundredths_up(s->high)));
}

/* ---- choosing ---- */

typedef double rank_fn(const struct opinion_analysis *a, size_t j); /* 0: not in the list */

static double rank_dividing(const struct opinion_analysis *a, size_t j)
{
    double low = a->about[j].divisiveness.low;

    return low > DIVIDES_LEAST ? low : 0;
}

static double rank_bridging(const struct opinion_analysis *a, size_t j)
{
    double low = a->about[j].bridging.low;

    return low > BRIDGES_LEAST && !a->about[j].is_common ? low : 0;
}

/* The `most` statements of highest rank, the first first. */
static size_t choose(const struct opinion_analysis *a, rank_fn *rank, size_t most, size_t *chosen)
{
    size_t n = 0;

    for (size_t j = 0; j < a->votes->statements; j++) {
        double here = a->votes->is_out[j] || !a->about[j].is_whole ? 0 : rank(a, j);
        size_t at = n;
        while (at > 0 && here > rank(a, chosen[at - 1]))
            at--;
        if (here <= 0 || at == most)
            continue;
        n = n < most ? n + 1 : n;
        for (size_t i = n - 1; i > at; i--)
            chosen[i] = chosen[i - 1];
        chosen[at] = j;
    }
    return n;
}

typedef str words_fn(const struct report *r, struct arena *a, size_t j);

static struct report_statement *list(const struct report *r, struct arena *a, const size_t *chosen,
                                     size_t n, words_fn *words)
{
    struct report_statement *s = NEW_ARRAY(a, n, struct report_statement);

    for (size_t i = 0; i < n; i++) {
        bool is_agree = words != common_in_words || r->analysis->about[chosen[i]].side > 0;
        s[i] = report_statement(r, chosen[i], is_agree);
        s[i].plain = words(r, a, chosen[i]);
        add_bars(r, a, chosen[i], &s[i]);
    }
    return s;
}

void report_lists_fill(const struct report *r, struct arena *a, struct report_page *page)
{
    const struct opinion_analysis *n = r->analysis;
    size_t chosen[REPORT_LIST_MAX] = {0};

    for (size_t i = 0; i < n->common_count && page->agreed_count < REPORT_LIST_MAX; i++) {
        if (n->about[n->common[i]].is_whole)
            chosen[page->agreed_count++] = n->common[i];
    }
    page->agreed = list(r, a, chosen, page->agreed_count, common_in_words);
    page->divide_count = choose(n, rank_dividing, REPORT_DIVIDES_MAX, chosen);
    page->divides = list(r, a, chosen, page->divide_count, division_in_words);
    page->bridge_count = choose(n, rank_bridging, REPORT_BRIDGES_MAX, chosen);
    page->bridges = list(r, a, chosen, page->bridge_count, bridge_in_words);
}
