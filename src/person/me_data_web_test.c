/* The download of all that is held about a person: whole, readable by programs, and nobody else's.
 */
#include "flow/flow_test.h"

#include "person/person.h"

static const struct sql JSON_OK = {"JSON_OK", "SELECT json_valid($1)", NULL, 1};

struct json {
    str text;
    int64_t is_valid;
};

static enum err check_json(struct ctx *c, void *arg)
{
    struct json *k = arg;

    return db_number(c->db, &k->is_valid, 0, &JSON_OK, T(k->text));
}

static struct page_answer download(struct town *t, const char *who)
{
    struct page_answer a = get(&t->w, who, "/me/data");
    struct json k = {.text = a.body};

    assert_int_equal(a.status, 200);
    assert_true(has_header(&a, "Content-Disposition: attachment; filename=\"shangliang-me.json\""));
    assert_true(has_header(&a, "Cache-Control: no-store"));
    if (town_engine == DB_SQLITE) {
        assert_int_equal(town_read(t, NULL, check_json, &k), OK);
        assert_int_equal(k.is_valid, 1);
    }
    return a;
}

static void what_somebody_raised_stands_in_it_with_every_answer_he_gave(void **state)
{
    struct town *t = *state;

    walk_to_replied(t);
    struct page_answer a = download(t, "raiser");
    assert_true(says(&a, "\"title\": \"The crossing at the school\""));
    assert_true(says(&a, "\"body\": \"Cars do not stop, and children run.\""));
    assert_true(says(&a, str_fmt(t->w.arena, "\"receipt\": \"%s\"", t->receipt.at).at));
    assert_true(says(&a, "\"value\": \"A traffic light would help.\""));
    assert_true(says(&a, "\"text\": \"A light\""));
    assert_true(says(&a, "\"state\": \"confirmed\""));         /* the minutes */
    assert_true(says(&a, "\"mail\": \"raiser@example.org\"")); /* opened from its seal */
    assert_false(says(&a, "I said no light."));                /* the shopkeeper's */
    assert_false(says(&a, "neighbour"));
}

static void what_somebody_supports_and_follows_stands_in_it_and_nobody_elses_matter(void **state)
{
    struct town *t = *state;

    walk_to_preparing(t);
    post(&t->w, "neighbour", str_fmt(t->w.arena, "/matters/%lld/support", (long long)t->matter).at,
         "");
    struct page_answer a = download(t, "neighbour");
    str row = str_fmt(t->w.arena, "\n  {\"matter\": %lld, \"at\": ", (long long)t->matter);
    size_t supports = str_find(a.body, S("\"supports\": [")),
           follows = str_find(a.body, S("\"follows\": ["));
    assert_true(str_starts(str_slice(a.body, supports + 13, a.body.len), row));
    assert_true(str_starts(str_slice(a.body, follows + 12, a.body.len), row));
    assert_false(says(&a, t->receipt.at));
    assert_false(says(&a, "A light"));
    assert_false(says(&a, "The crossing at the school"));
    a = download(t, "stranger");
    assert_true(says(&a, "\"supports\": []"));
    assert_true(says(&a, "\"matters\": []"));
}

static void a_clerk_who_acts_for_somebody_does_not_get_it(void **state)
{
    struct town *t = *state;

    assert_int_equal(get(&t->w, NULL, "/me/data").status, 303);
    str body = str_fmt(t->w.arena, "person=%lld&reason=is+here", (long long)t->neighbour);
    assert_int_equal(post(&t->w, "clerk", "/desk/behalf", body.at).status, 303);
    assert_int_equal(get(&t->w, "clerk", "/me/data").status, 403);
    assert_int_equal(post(&t->w, "clerk", "/desk/behalf/end", "").status, 303);
    struct page_answer a = download(t, "neighbour");
    assert_true(says(&a, "\"reason\": \"is here\"")); /* and the person sees that it was done */
}

int main(void)
{
    const struct CMUnitTest data[] = {
        IN_TOWN(what_somebody_raised_stands_in_it_with_every_answer_he_gave),
        IN_TOWN(what_somebody_supports_and_follows_stands_in_it_and_nobody_elses_matter),
        IN_TOWN(a_clerk_who_acts_for_somebody_does_not_get_it),
    };
    int failed = 0;

    RUN_ON_BOTH(data, failed);
    return failed;
}
