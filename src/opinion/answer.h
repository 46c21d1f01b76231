/*
 * answer -- JSON into a sink, with commas and quotes where they belong.
 *
 *     answer_open(&j, '{');
 *     answer_put_uint(&j, "k", 3);
 *     answer_name(&j, "in");  answer_open(&j, '[');  ...  answer_close(&j, ']');
 *     answer_close(&j, '}');
 *     return answer_end(&j);
 *
 * Numbers are written so that reading them gives the same bits; one that is not finite is null.
 */
#pragma once
#include "opinion/opinion.h"

struct answer {
    const struct opinion_sink *sink;
    size_t len;
    bool is_broken, needs_comma;
    char buffer[4096];
};

void answer_open(struct answer *j, char bracket);
void answer_close(struct answer *j, char bracket);
void answer_name(struct answer *j, const char *name); /* ASCII, nothing to escape */
void answer_id_name(struct answer *j, uint64_t id);
void answer_text(struct answer *j, const char *text); /* likewise */
void answer_uint(struct answer *j, uint64_t number);
void answer_real(struct answer *j, double number);
void answer_bool(struct answer *j, bool is_so);

/* A name with its value. */
void answer_put_text(struct answer *j, const char *name, const char *text);
void answer_put_uint(struct answer *j, const char *name, uint64_t number);
void answer_put_real(struct answer *j, const char *name, double number);
void answer_put_bool(struct answer *j, const char *name, bool is_so);
void answer_put_reals(struct answer *j, const char *name, const double *at, size_t count);

/* What several answers tell alike: {at, low, high}; {agree, pass, disagree}; "verdict" by its name.
 */
void answer_put_share(struct answer *j, const char *name, const struct opinion_share *share);
void answer_count(struct answer *j, const struct opinion_count *count);
void answer_put_verdict(struct answer *j, enum opinion_verdict verdict);

/* The last piece goes out. */
enum opinion_err answer_end(struct answer *j);
