/* Texts that say the same are found, told apart where one word decides, and never put together. */
#include "opinion/similar_text.h"
#include "opinion/world.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PAIRS_MAX = 3000, SAID_MAX = 4096 };

struct desk {
    struct world_memory w;
    struct opinion_texts *t;
};

static void begin(struct desk *d)
{
    world_memory_begin(&d->w);
    assert_int_equal(opinion_texts_new(&d->w.m, 7, &d->t), OPINION_OK);
}

static void end(struct desk *d)
{
    opinion_texts_free(d->t);
    world_memory_end(&d->w);
}

static void add(struct desk *d, uint64_t id, const char *text)
{
    assert_int_equal(opinion_texts_add(d->t, id, text, strlen(text)), OPINION_OK);
}

static size_t ask(struct desk *d, const char *text, struct opinion_similar *top)
{
    size_t count;

    assert_int_equal(opinion_texts_similar(d->t, text, strlen(text), top, &count), OPINION_OK);
    return count;
}

/* Of texts with these ids, how alike is the one to this? 0: not among the top. */
static double likeness(struct desk *d, const char *text, uint64_t id)
{
    struct opinion_similar top[OPINION_SIMILAR_MAX];

    for (size_t i = ask(d, text, top); i-- > 0;) {
        if (top[i].id == id)
            return top[i].score;
    }
    return 0;
}

/* ---- pairs, written down ---- */

struct said {
    char text[SAID_MAX];
    size_t len, count;
    struct {
        uint64_t a, b;
        double jaccard;
        enum opinion_pair_kind kind;
    } pairs[PAIRS_MAX];
};

/* As much as there is room for. */
static void write_text(struct said *s, const char *at, size_t len)
{
    if (s->len + len >= SAID_MAX)
        return;
    memcpy(s->text + s->len, at, len);
    s->len += len;
    s->text[s->len] = '\0';
}

static void write_side(struct said *s, const struct opinion_pair_side *side)
{
    for (size_t i = 0; i < side->range_count; i++) {
        struct opinion_range r = side->ranges[i];
        assert_true(r.from < r.to && r.to <= side->len);
        assert_true(i == 0 || side->ranges[i - 1].to <= r.from);
        write_text(s, "[", 1);
        write_text(s, side->utf8 + r.from, r.to - r.from);
        write_text(s, "]", 1);
    }
}

static bool write_pair(void *arg, const struct opinion_pair *pair)
{
    struct said *s = arg;

    assert_true(s->count < PAIRS_MAX);
    assert_true(pair->a.id < pair->b.id);
    s->pairs[s->count].a = pair->a.id;
    s->pairs[s->count].b = pair->b.id;
    s->pairs[s->count].jaccard = pair->jaccard;
    s->pairs[s->count++].kind = pair->kind;
    write_side(s, &pair->a);
    write_text(s, "/", 1);
    write_side(s, &pair->b);
    return true;
}

static struct said *walk(struct desk *d)
{
    static struct said s;

    memset(&s, 0, sizeof s);
    assert_int_equal(opinion_texts_pairs(d->t, write_pair, &s), OPINION_OK);
    return &s;
}

/* The one pair of two texts. */
static struct said *compare(const char *a, const char *b)
{
    struct desk d;

    begin(&d);
    add(&d, 1, a);
    add(&d, 2, b);
    struct said *s = walk(&d);
    end(&d);
    return s;
}

static void expect(const char *a, const char *b, enum opinion_pair_kind kind, const char *differs)
{
    const struct said *s = compare(a, b);

    if (s->count != 1)
        fail_msg("%s, %s: %zu pairs", a, b, s->count);
    if (s->pairs[0].kind != kind)
        fail_msg("%s, %s: kind %d, not %d", a, b, (int)s->pairs[0].kind, (int)kind);
    if (differs != NULL)
        assert_string_equal(s->text, differs);
}

/* ---- what is the same ---- */

static void expect_same(const char *a, const char *b)
{
    const struct said *s = compare(a, b);
    struct desk d;

    if (s->count != 1 || s->pairs[0].jaccard < 1)
        fail_msg("%s, %s: not the same", a, b);
    assert_string_equal(s->text, "/");
    begin(&d);
    add(&d, 1, a);
    assert_true(likeness(&d, b, 1) >= 1);
    end(&d);
}

static void width_case_script_and_signs_make_no_difference(void **state)
{
    (void)state;
    expect_same("Use LED lamps, please!", "use   led -- lamps: please");
    expect_same("\uff35\uff53\uff45 \uff2c\uff25\uff24\uff13", "use led3");
    expect_same("we don't agree", "We don\u2019t agree.");
    expect_same("we don't agree", "we dont agree");
    expect_same("the dogs' home", "the dogs home");
    expect_same("\u03a3\u0391\u03a3 \u0416\u0401 \u00c9t\u00c9",
                "\u03c3\u03b1\u03c3 \u0436\u0451 \u00e9t\u00e9");
    expect_same("10 m\u00b2 \u2460", "10 m2 1");
    /* zengjia menkou de tingchewei, in both scripts, with an ideographic space and stop */
    expect_same("\u589e\u52a0\u9580\u53e3\u7684\u505c\u8eca\u4f4d",
                "\u589e\u52a0\u95e8\u53e3\u7684\u505c\u8f66\u4f4d\u3000\u3002");
}

static void polite_words_at_the_beginning_make_no_difference(void **state)
{
    (void)state;
    expect_same("I think that buses should run later", "Buses should run later");
    expect_same("Hello, I believe buses should run later", "Please: buses should run later");
    /* jianyi; kenqing, nengfou */
    expect_same("\u5efa\u8bae\u589e\u52a0\u8def\u706f", "\u589e\u52a0\u8def\u706f");
    expect_same("\u61c7\u8bf7\uff0c\u80fd\u5426\u589e\u52a0\u8def\u706f",
                "\u589e\u52a0\u8def\u706f");
    /* but what is nothing else stays */
    expect_same("Please", "please!");
    assert_int_equal(compare("Please", "Hello")->count, 0);
    /* and elsewhere they are words */
    expect("buses should run later at night", "buses should run later at night please",
           OPINION_PAIR_ALIKE, "/[please]");
}

/* ---- what differs ---- */

static void the_words_that_differ_are_shown_on_both_sides(void **state)
{
    (void)state;
    expect("Dogs must stay on the leash at the beach", "Dogs must stay on the lease at the beach",
           OPINION_PAIR_ALIKE, "[leash]/[lease]");
    expect("We should really fund our many public parks", "We should fund our many public parks!",
           OPINION_PAIR_ALIKE, "[really]/");
    expect("the council shall listen to the people of the town",
           "the whole council shall listen to the people of that old town", OPINION_PAIR_ALIKE,
           "[the]/[whole][that old]");
    /* xiaoqu (shequ) menkou zengjia luming */
    expect("\u5c0f\u533a\u95e8\u53e3\u5e94\u8be5\u589e\u52a0\u8def\u706f\u7167\u660e",
           "\u793e\u533a\u95e8\u53e3\u5e94\u8be5\u589e\u52a0\u8def\u706f\u7167\u660e",
           OPINION_PAIR_ALIKE, "[\u5c0f]/[\u793e]");
    /* the traditional text is shown as it was written: che */
    expect("\u9580\u53e3\u589e\u52a0\u505c\u8eca\u4f4d\u5427",
           "\u95e8\u53e3\u589e\u52a0\u505c\u4f4d\u5427", OPINION_PAIR_ALIKE, "[\u8eca]/");
}

static void texts_that_share_less_are_no_pair(void **state)
{
    (void)state;
    assert_int_equal(compare("buses should run later", "trains should come earlier")->count, 0);
    assert_int_equal(compare("", "")->count, 0);
    assert_int_equal(compare("?!", "?!")->count, 0);
    /* 3 of 5 terms, and 3 of 6: abc, cde; Han characters jia, yi, bing, ding */
    expect("\u7532\u4e59 \u4e19\u4e01", "\u7532\u4e59 \u4e19", OPINION_PAIR_ALIKE, NULL);
    assert_int_equal(compare("\u7532\u4e59 \u4e19\u4e01", "\u7532\u4e59")->count, 0);
    assert_int_equal(compare("\u7532 \u4e59 \u4e19 \u4e01", "\u7532 \u4e59 \u4e19 \u620a")->count,
                     1);
    assert_int_equal(compare("\u7532 \u4e59 \u4e01 \u5df1", "\u7532 \u4e59 \u620a \u5e9a")->count,
                     0);
}

static void a_number_that_differs_is_no_duplicate(void **state)
{
    (void)state;
    expect("People under 30 should travel free of charge",
           "People under 40 should travel free of charge", OPINION_PAIR_NUMBER, "[30]/[40]");
    expect("Schools should have at most twenty pupils in a class",
           "Schools should have at most thirty pupils in a class", OPINION_PAIR_NUMBER, NULL);
    expect("Buses run hourly in the whole of the town",
           "5 buses run hourly in the whole of the town", OPINION_PAIR_NUMBER, NULL);
    /* sange yue, wuge yue; full-width 30, 40 */
    expect("\u671f\u9650\u5e94\u8be5\u5ef6\u957f\u5230\u4e09\u4e2a\u6708",
           "\u671f\u9650\u5e94\u8be5\u5ef6\u957f\u5230\u4e94\u4e2a\u6708", OPINION_PAIR_NUMBER,
           "[\u4e09]/[\u4e94]");
    expect("\u9650\u901f\u5e94\u8be5\u662f\uff13\uff10\u516c\u91cc\u6bcf\u5c0f\u65f6",
           "\u9650\u901f\u5e94\u8be5\u662f40\u516c\u91cc\u6bcf\u5c0f\u65f6", OPINION_PAIR_NUMBER,
           "[\uff13\uff10]/[40]");
}

static void a_negation_is_no_duplicate(void **state)
{
    (void)state;
    expect("Cars should be allowed in the town centre",
           "Cars should not be allowed in the town centre", OPINION_PAIR_NEGATION, "/[not]");
    expect("People do like the new market square", "People don't like the new market square",
           OPINION_PAIR_NEGATION, NULL);
    expect("It is fair to tax the owners of empty houses",
           "It is unfair to tax the owners of empty houses", OPINION_PAIR_NEGATION,
           "[fair]/[unfair]");
    expect("It is unfair to tax the owners of empty houses",
           "It is fair to tax the owners of empty houses", OPINION_PAIR_NEGATION,
           "[unfair]/[fair]");
    expect("It is unfair to some and quite fair to the owners of empty houses",
           "It is unfair to some and quite just to the owners of empty houses", OPINION_PAIR_ALIKE,
           "[fair]/[just]");
    expect("Smoking in the town parks is a fine thing",
           "Banning smoking in the town parks is a fine thing", OPINION_PAIR_NEGATION, NULL);
    /* bu; jinzhi, over one character that both have */
    expect("\u5c0f\u533a\u95e8\u53e3\u5e94\u8be5\u589e\u52a0\u505c\u8f66\u4f4d",
           "\u5c0f\u533a\u95e8\u53e3\u4e0d\u5e94\u8be5\u589e\u52a0\u505c\u8f66\u4f4d",
           OPINION_PAIR_NEGATION, "/[\u4e0d]");
    expect("\u7535\u52a8\u8f66\u8fdb\u5165\u4e2d\u5fc3\u516c\u56ed",
           "\u7981\u6b62\u7535\u52a8\u8f66\u8fdb\u5165\u4e2d\u5fc3\u516c\u56ed",
           OPINION_PAIR_NEGATION, NULL);
}

static void opposites_are_no_duplicate(void **state)
{
    (void)state;
    expect("There should be more male nurses in our hospitals",
           "There should be more female nurses in our hospitals", OPINION_PAIR_OPPOSITE,
           "[male]/[female]");
    expect("There should be more female nurses in our hospitals",
           "There should be more male nurses in our hospitals", OPINION_PAIR_OPPOSITE,
           "[female]/[male]");
    expect("The town should be increasing the rates on parking",
           "The town should be decreasing the rates on parking", OPINION_PAIR_OPPOSITE, NULL);
    /* yanchang, suoduan; tigao, jiangdi; gongli, sili share the second character */
    expect("\u56fe\u4e66\u9986\u5f00\u653e\u65f6\u95f4\u5e94\u8be5\u5ef6\u957f",
           "\u56fe\u4e66\u9986\u5f00\u653e\u65f6\u95f4\u5e94\u8be5\u7f29\u77ed",
           OPINION_PAIR_OPPOSITE, NULL);
    expect("\u63a8\u52a8\u516c\u7acb\u5b66\u6821\u8d28\u91cf\u7684\u6539\u8fdb",
           "\u63a8\u52a8\u79c1\u7acb\u5b66\u6821\u8d28\u91cf\u7684\u6539\u8fdb",
           OPINION_PAIR_OPPOSITE, "[\u516c]/[\u79c1]");
    /* an opposite that stands in both is none: "more" here, "less" there, but both have them */
    expect("Of more and less noise the street needs neither kind at all today",
           "Of more and less noise the street needs neither kind at all tonight",
           OPINION_PAIR_ALIKE, "[today]/[tonight]");
}

/* ---- against counting by hand ---- */

enum { MADE = 60, WORDS_MAX = 9, GRAMS_MAX = 400, GRAM_BYTES = 24 };

/* Words of few letters and Han characters, so that many share terms. */
static void make_text(uint64_t *seed, char *text)
{
    size_t words = 1 + world_random(seed) % WORDS_MAX;

    *text = '\0';
    for (size_t i = 0; i < words; i++) {
        char *at = text + strlen(text);
        size_t letters = 1 + world_random(seed) % 3;
        if (world_random(seed) % 2 == 0) {
            for (size_t k = 0; k < letters; k++)
                at += sprintf(at, "%c", (char)('a' + world_random(seed) % 2));
        } else {
            for (size_t k = 0; k < letters; k++)
                at += sprintf(at, "\xe7\x94%c", (char)(0xb0 + world_random(seed) % 2));
        }
        sprintf(at, " ");
    }
}

struct bag {
    char grams[GRAMS_MAX][GRAM_BYTES];
    double times[GRAMS_MAX];
    size_t count;
    double length;
};

static void put_gram(struct bag *bag, const char *at, size_t len)
{
    size_t i = 0;

    while (i < bag->count && (strlen(bag->grams[i]) != len || memcmp(bag->grams[i], at, len) != 0))
        i++;
    if (i == bag->count)
        memcpy(bag->grams[bag->count++], at, len);
    bag->times[i]++;
    bag->length++;
}

static void fill_bag(struct bag *bag, const char *text)
{
    memset(bag, 0, sizeof *bag);
    for (const char *word = text; *word != '\0'; word += strcspn(word, " ") + 1) {
        size_t len = strcspn(word, " ");
        char padded[GRAM_BYTES];
        if ((unsigned char)*word >= 0x80) {
            for (size_t i = 0; i < len; i += 3) {
                put_gram(bag, word + i, 3);
                if (i + 3 < len)
                    put_gram(bag, word + i, 6);
            }
            continue;
        }
        sprintf(padded, " %.*s ", (int)len, word);
        for (size_t n = 3; n <= 5; n++) {
            for (size_t i = 0; i + n <= len + 2; i++)
                put_gram(bag, padded + i, n);
        }
    }
}

static double times_in(const struct bag *bag, const char *gram)
{
    for (size_t i = 0; i < bag->count; i++) {
        if (strcmp(bag->grams[i], gram) == 0)
            return bag->times[i];
    }
    return 0;
}

static double weight_of(const struct bag *bag, double tf, double mean)
{
    return tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * bag->length / mean));
}

static double score_of(const struct bag *bags, size_t n, double mean, const struct bag *x,
                       const struct bag *y)
{
    double sum = 0;

    for (size_t i = 0; i < x->count; i++) {
        double with = 0, tf = times_in(y, x->grams[i]);
        for (size_t k = 0; k < n; k++)
            with += times_in(&bags[k], x->grams[i]) > 0;
        sum += log(1 + ((double)n - with + 0.5) / (with + 0.5)) *
               sqrt(weight_of(x, x->times[i], mean) * weight_of(y, tf, mean));
    }
    return sum;
}

static double shared_part(const struct bag *x, const struct bag *y)
{
    double common = 0;

    for (size_t i = 0; i < x->count; i++)
        common += times_in(y, x->grams[i]) > 0;
    return common / ((double)x->count + (double)y->count - common);
}

struct made {
    char texts[MADE][WORDS_MAX * 11 + 1];
    struct bag bags[MADE];
    double mean;
};

static void make_all(struct made *m, uint64_t seed)
{
    m->mean = 0;
    for (size_t i = 0; i < MADE; i++) {
        make_text(&seed, m->texts[i]);
        if (i >= MADE - 5)
            sprintf(m->texts[i] + strlen(m->texts[i]), "qq "); /* what no other has */
        fill_bag(&m->bags[i], m->texts[i]);
        m->mean += m->bags[i].length / MADE;
    }
}

static void the_score_is_that_of_the_formula(void **state)
{
    static struct made m;
    struct opinion_similar top[OPINION_SIMILAR_MAX];
    struct desk d;

    (void)state;
    make_all(&m, 5);
    begin(&d);
    for (size_t i = 0; i < MADE - 10; i++)
        add(&d, i, m.texts[i]);
    m.mean = 0;
    for (size_t i = 0; i < MADE - 10; i++)
        m.mean += m.bags[i].length / (MADE - 10);
    for (size_t i = MADE - 20; i < MADE; i++) { /* ten that are there, ten that are not */
        size_t n = ask(&d, m.texts[i], top), better = 0;
        double self = score_of(m.bags, MADE - 10, m.mean, &m.bags[i], &m.bags[i]);
        for (size_t k = 0; k < MADE - 10; k++) {
            double s = score_of(m.bags, MADE - 10, m.mean, &m.bags[i], &m.bags[k]) /
                       sqrt(self * score_of(m.bags, MADE - 10, m.mean, &m.bags[k], &m.bags[k]));
            better += s > 0.3 && (n < 5 || s > top[n - 1].score + 1e-12);
            for (size_t r = 0; r < n; r++)
                assert_true(top[r].id != k || fabs(top[r].score - s) < 1e-12);
        }
        assert_true(n == 5 ? better < 5 : better == n);
        for (size_t r = 1; r < n; r++)
            assert_true(top[r - 1].score > top[r].score ||
                        (top[r - 1].score >= top[r].score && top[r - 1].id < top[r].id));
    }
    end(&d);
}

static void every_near_pair_is_told_once_and_no_other(void **state)
{
    static struct made m;
    size_t all = 0;

    (void)state;
    for (uint64_t seed = 1; seed < 6; seed++) {
        struct desk d;
        size_t at = 0;
        make_all(&m, seed);
        begin(&d);
        for (size_t i = MADE; i-- > 0;)
            add(&d, 100 + i, m.texts[i]);
        const struct said *s = walk(&d);
        for (size_t i = 0; i < MADE; i++) {
            for (size_t k = i + 1; k < MADE; k++) {
                double part = shared_part(&m.bags[i], &m.bags[k]);
                if (part < 0.6)
                    continue;
                assert_true(at < s->count);
                assert_int_equal(s->pairs[at].a, 100 + i);
                assert_int_equal(s->pairs[at].b, 100 + k);
                assert_true(fabs(s->pairs[at++].jaccard - part) < 1e-15);
            }
        }
        assert_int_equal(at, s->count);
        all += at;
        end(&d);
    }
    assert_true(all > 20);
}

/* ---- what it does not depend on ---- */

static void it_does_not_matter_when_a_text_came(void **state)
{
    static struct made m;
    struct opinion_similar x[OPINION_SIMILAR_MAX], y[OPINION_SIMILAR_MAX];
    struct desk d, e;

    (void)state;
    make_all(&m, 9);
    begin(&d);
    world_memory_begin(&e.w);
    assert_int_equal(opinion_texts_new(&e.w.m, 12345, &e.t), OPINION_OK); /* another seed */
    for (size_t i = 0; i < MADE; i++)
        add(&d, i, m.texts[i]);
    for (size_t i = MADE; i-- > 0;) {
        add(&e, i, m.texts[i]);
        ask(&e, m.texts[0], y);
    }
    for (size_t i = 0; i < MADE; i++) {
        size_t n = ask(&d, m.texts[i], x);
        assert_int_equal(ask(&e, m.texts[i], y), n);
        for (size_t k = 0; k < n; k++) {
            assert_int_equal(x[k].id, y[k].id);
            assert_memory_equal(&x[k].score, &y[k].score, sizeof(double));
        }
    }
    end(&d);
    end(&e);
}

static void the_likest_come_first_and_at_most_five(void **state)
{
    struct opinion_similar top[OPINION_SIMILAR_MAX];
    struct desk d;

    (void)state;
    begin(&d);
    assert_int_equal(ask(&d, "buses should run later", top), 0);
    for (uint64_t id = 20; id > 10; id--)
        add(&d, id, "buses should run later at night");
    add(&d, 5, "buses should run later");
    add(&d, 6, "dogs bark");
    assert_int_equal(ask(&d, "buses should run later", top), 5);
    assert_int_equal(top[0].id, 5);
    assert_true(top[0].score >= 1 && top[0].score <= 1);
    for (uint64_t i = 1; i < 5; i++)
        assert_int_equal(top[i].id, 10 + i);
    assert_int_equal(ask(&d, "cats purr", top), 0);
    assert_int_equal(opinion_texts_count(d.t), 12);
    end(&d);
}

static void a_text_is_never_liker_to_another_than_to_itself(void **state)
{
    struct desk d;

    (void)state;
    begin(&d);
    add(&d, 1, "parks");
    add(&d, 2, "parks parks parks parks parks parks parks parks");
    add(&d, 3, "an entirely different and longer sentence about the harbour");
    assert_true(likeness(&d, "parks", 1) >= 1);
    assert_true(likeness(&d, "parks", 2) < 1);
    end(&d);
}

/* ---- what cannot be taken ---- */

static void bytes_that_are_no_text_only_separate(void **state)
{
    static const char *const bad[] = {
        "\xff",     "\x80",         "\xc1\xa1",     "\xe0\x81\xa1",     "\xf0\x80\x81\xa1",
        "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80",
        "\xc3",     "\xe7\x94",     "\xf0\x9f\x98"};
    char text[64];

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        sprintf(text, "late %s buses %s", bad[i], bad[i]);
        expect_same(text, "late buses");
        sprintf(text, "late%sbuses", bad[i]);
        expect_same(text, "late buses");
    }
}

static void any_bytes_have_an_answer(void **state)
{
    static const unsigned char some[] = {0xe7, 0x94, 0xb0, 0xb1, ' ', 'a',
                                         'b',  '\'', 0xff, 0xc3, 0};
    struct opinion_similar top[OPINION_SIMILAR_MAX];
    uint64_t seed = 3;
    struct desk d;
    size_t count;

    (void)state;
    begin(&d);
    for (uint64_t id = 0; id < 300; id++) {
        size_t len = world_random(&seed) % 40;
        char *text = malloc(len > 0 ? len : 1); /* so that a sanitizer sees its end */
        for (size_t i = 0; i < len; i++)
            text[i] = (char)some[world_random(&seed) % sizeof some];
        assert_int_equal(opinion_texts_add(d.t, id, text, len), OPINION_OK);
        assert_int_equal(opinion_texts_similar(d.t, text, len, top, &count), OPINION_OK);
        for (size_t i = 0; i < count; i++)
            assert_true(top[i].score > 0.3 && top[i].score <= 1);
        free(text);
    }
    walk(&d);
    end(&d);
}

static void a_text_that_is_too_long_or_there_already_is_refused(void **state)
{
    static char text[OPINION_TEXT_MAX + 1];
    struct opinion_similar top[OPINION_SIMILAR_MAX];
    struct desk d;
    size_t count;

    (void)state;
    memset(text, 'a', sizeof text);
    for (size_t i = 1; i < sizeof text; i += 2)
        text[i] = ' ';
    begin(&d);
    assert_int_equal(opinion_texts_add(d.t, 1, text, OPINION_TEXT_MAX), OPINION_OK);
    text[0] = 'b'; /* both ends differ: the longest table there is */
    text[OPINION_TEXT_MAX - 2] = 'c';
    assert_int_equal(opinion_texts_add(d.t, 2, text, OPINION_TEXT_MAX), OPINION_OK);
    assert_int_equal(opinion_texts_add(d.t, 3, text, OPINION_TEXT_MAX + 1), OPINION_BAD_INPUT);
    assert_int_equal(opinion_texts_add(d.t, 1, "b", 1), OPINION_BAD_INPUT);
    assert_int_equal(opinion_texts_count(d.t), 2);
    assert_int_equal(opinion_texts_similar(d.t, text, OPINION_TEXT_MAX + 1, top, &count),
                     OPINION_BAD_INPUT);
    assert_int_equal(count, 0);
    assert_string_equal(walk(&d)->text, "");
    add(&d, 4, "c a");
    end(&d);
}

static bool stop(void *arg, const struct opinion_pair *pair)
{
    (void)pair;
    return --*(int *)arg > 0;
}

static void a_walk_can_be_stopped(void **state)
{
    struct desk d;
    int left = 2;

    (void)state;
    begin(&d);
    for (uint64_t id = 0; id < 5; id++)
        add(&d, id, "the same words");
    assert_int_equal(opinion_texts_pairs(d.t, stop, &left), OPINION_NOT_WRITTEN);
    assert_int_equal(left, 0);
    assert_int_equal(walk(&d)->count, 10);
    end(&d);
}

/* The n-th allocation fails; what failed is done again, and the answer is the usual one. */
static void it_survives_having_no_memory(void **state)
{
    static const char *const texts[] = {"buses should run later", "trains should run later",
                                        "buses should run later, I think"};
    struct opinion_similar top[OPINION_SIMILAR_MAX];
    int failed = 0;
    size_t count;

    (void)state;
    for (int n = 1; failed == n - 1; n++) {
        static struct said s;
        struct desk d;
        enum opinion_err e;
        world_memory_begin(&d.w);
        d.w.fail_at = n;
        memset(&s, 0, sizeof s);
        if ((e = opinion_texts_new(&d.w.m, 7, &d.t)) != OPINION_OK) {
            assert_int_equal(e, OPINION_NO_MEMORY);
            failed++;
            end(&d);
            continue;
        }
        uint64_t id = 0;
        while (id < 3 &&
               (e = opinion_texts_add(d.t, id, texts[id], strlen(texts[id]))) == OPINION_OK)
            id++;
        if (e == OPINION_OK)
            e = opinion_texts_similar(d.t, texts[0], strlen(texts[0]), top, &count);
        if (e == OPINION_OK)
            e = opinion_texts_pairs(d.t, write_pair, &s);
        if (e != OPINION_OK) {
            assert_int_equal(e, OPINION_NO_MEMORY);
            failed++;
            d.w.fail_at = 0;
            for (; id < 3; id++)
                add(&d, id, texts[id]);
        }
        d.w.fail_at = 0;
        assert_int_equal(ask(&d, texts[0], top), 3);
        assert_int_equal(walk(&d)->count, 1);
        end(&d);
    }
    assert_true(failed > 100);
}

/* ---- the words ---- */

static void the_lists_are_read_whole(void **state)
{
    struct world_memory w;
    struct similar_lists lists = {0};

    (void)state;
    world_memory_begin(&w);
    struct region *r = region_new(&w.m);
    assert_int_equal(similar_lists_read(r, &lists), OPINION_OK);
    const struct similar_list *all[] = {&lists.polite, &lists.numbers, &lists.negations,
                                        &lists.reversals, &lists.opposites};
    for (size_t i = 0; i < 5; i++) {
        assert_true(all[i]->count > 5);
        for (size_t k = 0; k < all[i]->count; k++)
            assert_true(all[i]->entries[k].cut.word_count > 0);
    }
    assert_int_equal(lists.opposites.count % 2, 0);
    region_free(r);
    world_memory_end(&w);
}

/* ---- time ---- */

static void asking_among_two_thousand_takes_milliseconds(void **state)
{
    struct opinion_similar top[OPINION_SIMILAR_MAX];
    uint64_t seed = 1;
    struct desk d;
    char text[140 * 3 + 1];

    (void)state;
    begin(&d);
    for (uint64_t id = 0; id < 2000; id++) { /* Han characters as common as in a language */
        for (size_t i = 0; i < 140; i++) {
            uint64_t c = world_random(&seed) % 1000 * (world_random(&seed) % 1000) / 1000;
            sprintf(text + 3 * i, "\xe7%c%c", (char)(0x80 + c / 64), (char)(0x80 + c % 64));
        }
        add(&d, id, text);
    }
    clock_t begun = clock();
    assert_true(ask(&d, text, top) > 0);
    clock_t first = clock();
    for (int i = 0; i < 20; i++)
        ask(&d, text, top);
    clock_t asked = clock();
    walk(&d);
    double ms = 1000.0 / CLOCKS_PER_SEC, each = (double)(asked - first) * ms / 20;
    print_message("2,000 texts of 140: %.1f ms a query, the first %.1f; all pairs %.0f\n", each,
                  (double)(first - begun) * ms, (double)(clock() - asked) * ms);
    assert_true(each < 100); /* a few, where nothing watches memory */
    end(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(width_case_script_and_signs_make_no_difference),
        cmocka_unit_test(polite_words_at_the_beginning_make_no_difference),
        cmocka_unit_test(the_words_that_differ_are_shown_on_both_sides),
        cmocka_unit_test(texts_that_share_less_are_no_pair),
        cmocka_unit_test(a_number_that_differs_is_no_duplicate),
        cmocka_unit_test(a_negation_is_no_duplicate),
        cmocka_unit_test(opposites_are_no_duplicate),
        cmocka_unit_test(the_score_is_that_of_the_formula),
        cmocka_unit_test(every_near_pair_is_told_once_and_no_other),
        cmocka_unit_test(it_does_not_matter_when_a_text_came),
        cmocka_unit_test(the_likest_come_first_and_at_most_five),
        cmocka_unit_test(a_text_is_never_liker_to_another_than_to_itself),
        cmocka_unit_test(bytes_that_are_no_text_only_separate),
        cmocka_unit_test(any_bytes_have_an_answer),
        cmocka_unit_test(a_text_that_is_too_long_or_there_already_is_refused),
        cmocka_unit_test(a_walk_can_be_stopped),
        cmocka_unit_test(it_survives_having_no_memory),
        cmocka_unit_test(the_lists_are_read_whole),
        cmocka_unit_test(asking_among_two_thousand_takes_milliseconds),
    };

    return cmocka_run_group_tests_name("similar", tests, NULL, NULL);
}
