#include "main/cmd_opinion_answer.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- faults: the first one is said ---- */

static void say(struct kept_answer *a, const char *before, const char *name, const char *after)
{
    if (!a->is_faulty)
        fprintf(stderr, "shangliang: %s: %s%s%s\n", a->path, before, name, after);
    a->is_faulty = true;
}

static void is_no_field(struct kept_answer *a, const char *name)
{
    say(a, "the field ", name, " is not what it is in an answer of opinion analyze");
}

static void *take_many(struct kept_answer *a, size_t count, size_t size)
{
    void *at = calloc(count + 1, size);

    if (at == NULL)
        say(a, "there is not enough memory for it", "", "");
    return at;
}

/* The field of that name, "axes.loading" being inside "axes"; NULL: it was said. */
static json_t *need(struct kept_answer *a, const char *name, json_type type)
{
    const json_t *in = a->root;
    json_t *found = NULL;
    char part[32];

    for (const char *at = name; *at != '\0';) {
        size_t len = strcspn(at, ".");
        snprintf(part, sizeof part, "%.*s", (int)len, at);
        found = json_object_get(in, part);
        in = found;
        at += len + (at[len] == '.');
    }
    if (found == NULL)
        say(a, "there is no field ", name, ": is this an answer of opinion analyze?");
    else if (json_typeof(found) != type)
        is_no_field(a, name);
    return a->is_faulty ? NULL : found;
}

static bool take_id(const char *text, uint64_t *id)
{
    char *end;

    errno = 0;
    *id = strtoull(text, &end, 10);
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0;
}

/* ---- people and axes ---- */

static int by_person(const void *left, const void *right)
{
    const struct kept_person *a = left, *b = right;

    return (a->id > b->id) - (a->id < b->id);
}

static int by_statement(const void *left, const void *right)
{
    const struct kept_statement *a = left, *b = right;

    return (a->id > b->id) - (a->id < b->id);
}

static void read_people(struct kept_answer *a)
{
    static const char name[] = "participant_group";
    json_t *groups = need(a, name, JSON_OBJECT), *group;
    const char *id;

    if (groups == NULL)
        return;
    a->person = take_many(a, json_object_size(groups), sizeof *a->person);
    if (a->person == NULL)
        return;
    json_object_foreach(groups, id, group)
    {
        struct kept_person *p = &a->person[a->person_count++];
        json_int_t number = json_is_integer(group) ? json_integer_value(group) : -1;
        if (!take_id(id, &p->id) || number < 0 || number >= a->k) {
            is_no_field(a, name);
            return;
        }
        p->group = (int32_t)number;
    }
    qsort(a->person, a->person_count, sizeof *a->person, by_person);
}

static bool take_real(const json_t *value, double sign, double *real)
{
    *real = sign * json_number_value(value);
    return json_is_number(value) && isfinite(*real);
}

static void read_loadings(struct kept_answer *a)
{
    static const char name[] = "axes.loading";
    json_t *loadings = need(a, name, JSON_OBJECT), *loading;
    const char *id;

    a->axes = OPINION_AXES;
    if (loadings == NULL)
        return;
    a->statement = take_many(a, json_object_size(loadings), sizeof *a->statement);
    if (a->statement == NULL)
        return;
    json_object_foreach(loadings, id, loading)
    {
        struct kept_statement *s = &a->statement[a->statement_count++];
        bool is_right = take_id(id, &s->id) && json_array_size(loading) == OPINION_AXES;
        for (size_t x = 0; x < OPINION_AXES && is_right; x++)
            is_right = take_real(json_array_get(loading, x), 1, &s->loading[x]);
        if (!is_right) {
            is_no_field(a, name);
            return;
        }
    }
}

/* Columns of their own, in the order of column_order_tids; agreeing is -1 there. */
static void read_components(struct kept_answer *a)
{
    const json_t *ids = need(a, "column_order_tids", JSON_ARRAY);
    const json_t *first = need(a, "pca.pc1", JSON_ARRAY), *second = need(a, "pca.pc2", JSON_ARRAY);

    a->axes = 2;
    if (a->is_faulty)
        return;
    a->statement = take_many(a, json_array_size(ids), sizeof *a->statement);
    for (size_t i = 0; i < json_array_size(ids) && !a->is_faulty; i++) {
        struct kept_statement *s = &a->statement[a->statement_count++];
        const json_t *id = json_array_get(ids, i);
        s->id = (uint64_t)json_integer_value(id);
        if (!json_is_integer(id) || json_integer_value(id) < 0)
            is_no_field(a, "column_order_tids");
        if (!take_real(json_array_get(first, i), -1, &s->loading[0]))
            is_no_field(a, "pca.pc1");
        if (!take_real(json_array_get(second, i), -1, &s->loading[1]))
            is_no_field(a, "pca.pc2");
    }
}

static void read_axes(struct kept_answer *a)
{
    if (a->is_polis)
        read_components(a);
    else
        read_loadings(a);
    if (!a->is_faulty)
        qsort(a->statement, a->statement_count, sizeof *a->statement, by_statement);
}

/* ---- lists ---- */

/* Of the statement itself, or of what is said of it. */
static void add_entry(struct kept_answer *a, const char *name, int group, const json_t *of,
                      bool is_agree)
{
    const json_t *id = of;

    if (json_is_object(of))
        id = json_object_get(of, a->is_polis ? "tid" : "statement");
    if (!json_is_integer(id) || json_integer_value(id) < 0) {
        is_no_field(a, name);
        return;
    }
    struct kept_entry *more = realloc(a->entry, (a->entry_count + 1) * sizeof *a->entry);
    if (more == NULL) {
        say(a, "there is not enough memory for it", "", "");
        return;
    }
    a->entry = more;
    a->entry[a->entry_count++] =
        (struct kept_entry){group, (uint64_t)json_integer_value(id), is_agree};
}

static void read_common(struct kept_answer *a)
{
    static const char *const names[] = {"consensus.agree", "consensus.disagree"};

    for (int side = 0; side < 2; side++) {
        const json_t *list = need(a, names[side], JSON_ARRAY);
        for (size_t i = 0; i < json_array_size(list) && !a->is_faulty; i++)
            add_entry(a, names[side], KEPT_ALL, json_array_get(list, i), side == 0);
    }
}

static bool side_of(const struct kept_answer *a, const json_t *entry, bool *is_agree)
{
    const json_t *side = json_object_get(entry, a->is_polis ? "repful-for" : "is_agree");
    const char *word = json_string_value(side);

    *is_agree = a->is_polis ? word != NULL && strcmp(word, "agree") == 0 : json_is_true(side);
    return a->is_polis ? word != NULL : json_is_boolean(side);
}

static void read_typical(struct kept_answer *a)
{
    static const char name[] = "representative";
    const json_t *lists = need(a, name, JSON_OBJECT);
    char group[16];

    for (int g = 0; g < a->k && !a->is_faulty; g++) {
        snprintf(group, sizeof group, "%d", g);
        const json_t *list = json_object_get(lists, group);
        if (!json_is_array(list))
            is_no_field(a, name);
        for (size_t i = 0; i < json_array_size(list) && !a->is_faulty; i++) {
            const json_t *entry = json_array_get(list, i);
            bool is_agree;
            if (side_of(a, entry, &is_agree))
                add_entry(a, name, g, entry, is_agree);
            else
                is_no_field(a, name);
        }
    }
}

/* ---- counts ---- */

json_t *kept_answer_counts(const struct kept_answer *a, int group)
{
    char number[16];

    snprintf(number, sizeof number, "%d", group);
    json_t *of =
        json_object_get(json_object_get(a->root, a->is_polis ? "group_votes" : "counts"), number);
    return a->is_polis ? json_object_get(of, "votes") : of;
}

static bool take_count(const json_t *count, const char *name, int64_t *number)
{
    const json_t *value = json_object_get(count, name);

    *number = json_integer_value(value);
    return json_is_integer(value);
}

bool kept_count(const json_t *count, int64_t kind[KEPT_KINDS])
{
    int64_t pass;

    if (take_count(count, "S", &kind[KEPT_SEEN]))
        return take_count(count, "A", &kind[KEPT_AGREE]) &&
               take_count(count, "D", &kind[KEPT_DISAGREE]);
    if (!take_count(count, "agree", &kind[KEPT_AGREE]) || !take_count(count, "pass", &pass) ||
        !take_count(count, "disagree", &kind[KEPT_DISAGREE]))
        return false;
    kind[KEPT_SEEN] = kind[KEPT_AGREE] + pass + kind[KEPT_DISAGREE];
    return true;
}

static void check_counts(struct kept_answer *a)
{
    const char *name = a->is_polis ? "group_votes" : "counts", *id;
    int64_t kind[KEPT_KINDS];
    json_t *count;

    if (need(a, name, JSON_OBJECT) == NULL)
        return;
    for (int g = 0; g < a->k; g++) {
        json_t *counts = kept_answer_counts(a, g);
        if (!json_is_object(counts))
            is_no_field(a, name);
        json_object_foreach(counts, id, count)
        {
            if (!kept_count(count, kind))
                is_no_field(a, name);
        }
    }
}

/* ---- all of it ---- */

static int64_t read_number(struct kept_answer *a, const char *name)
{
    return json_integer_value(need(a, name, JSON_INTEGER));
}

static void read_head(struct kept_answer *a)
{
    const char *method = json_string_value(need(a, "method", JSON_STRING));

    if (method == NULL)
        return;
    a->is_polis = strcmp(method, "polis") == 0;
    if (!a->is_polis && strcmp(method, "default") != 0)
        is_no_field(a, "method");
    a->participants = read_number(a, "participants");
    a->statements = read_number(a, "statements");
    a->votes = read_number(a, "votes");
    int64_t k = read_number(a, "k");
    if (k < 0 || k > OPINION_GROUPS_MAX)
        is_no_field(a, "k");
    a->k = a->is_faulty ? 0 : (int)k;
    a->verdict = a->is_polis ? "-" : json_string_value(need(a, "verdict", JSON_STRING));
}

static void read_fields(struct kept_answer *a)
{
    static void (*const parts[])(struct kept_answer *) = {
        read_head, read_people, read_axes, read_common, read_typical, check_counts,
    };

    for (size_t i = 0; i < sizeof parts / sizeof *parts && !a->is_faulty; i++)
        parts[i](a);
}

/* What the library says of it would repeat pieces of the file; the place is enough. */
static int tell_json(const char *path, const json_error_t *error)
{
    enum json_error_code code = json_error_code(error);

    fprintf(stderr, "%s:%d:%d: %s\n", path, error->line, error->column,
            code == json_error_numeric_overflow ? "this number is too large"
            : code == json_error_out_of_memory  ? "there is not enough memory for it"
                                                : "this is no JSON");
    return code == json_error_out_of_memory ? EXIT_FAULT : EXIT_INVALID;
}

int kept_answer_read(const char *path, struct kept_answer *a)
{
    FILE *f = fopen(path, "re");
    json_error_t error;

    *a = (struct kept_answer){.path = path};
    if (f == NULL) {
        fprintf(stderr, "shangliang: %s: cannot be read\n", path);
        return EXIT_NOT_FOUND;
    }
    a->root = json_loadf(f, JSON_REJECT_DUPLICATES, &error);
    bool is_read = ferror(f) == 0;
    fclose(f);
    if (!is_read) {
        fprintf(stderr, "shangliang: %s: cannot be read to its end\n", path);
        return EXIT_INVALID;
    }
    if (a->root == NULL)
        return tell_json(path, &error);
    read_fields(a);
    return a->is_faulty ? EXIT_INVALID : EXIT_DONE;
}

void kept_answer_free(struct kept_answer *a)
{
    free(a->person);
    free(a->statement);
    free(a->entry);
    json_decref(a->root);
}
