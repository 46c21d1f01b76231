#include "opinion/answer.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static void flush(struct answer *j)
{
    if (j->len > 0 && !j->is_broken)
        j->is_broken = !j->sink->put(j->sink->self, j->buffer, j->len);
    j->len = 0;
}

static void put(struct answer *j, const char *text)
{
    for (size_t left = strlen(text); left > 0;) {
        if (j->len == sizeof j->buffer)
            flush(j);
        size_t room = sizeof j->buffer - j->len, piece = left < room ? left : room;
        memcpy(j->buffer + j->len, text, piece);
        j->len += piece;
        text += piece;
        left -= piece;
    }
}

static void put_value(struct answer *j, const char *text)
{
    if (j->needs_comma)
        put(j, ",");
    put(j, text);
    j->needs_comma = true;
}

void answer_open(struct answer *j, char bracket)
{
    put_value(j, (char[]){bracket, '\0'});
    j->needs_comma = false;
}

void answer_close(struct answer *j, char bracket)
{
    put(j, (char[]){bracket, '\0'});
    j->needs_comma = true;
}

void answer_name(struct answer *j, const char *name)
{
    answer_text(j, name);
    put(j, ":");
    j->needs_comma = false;
}

void answer_id_name(struct answer *j, uint64_t id)
{
    char digits[24];

    snprintf(digits, sizeof digits, "%" PRIu64, id);
    answer_name(j, digits);
}

void answer_text(struct answer *j, const char *text)
{
    put_value(j, "\"");
    put(j, text);
    put(j, "\"");
}

void answer_uint(struct answer *j, uint64_t number)
{
    char digits[24];

    snprintf(digits, sizeof digits, "%" PRIu64, number);
    put_value(j, digits);
}

void answer_real(struct answer *j, double number)
{
    char digits[32];

    snprintf(digits, sizeof digits, "%.17g", number);
    put_value(j, isfinite(number) ? digits : "null");
}

void answer_bool(struct answer *j, bool is_so)
{
    put_value(j, is_so ? "true" : "false");
}

void answer_put_text(struct answer *j, const char *name, const char *text)
{
    answer_name(j, name);
    answer_text(j, text);
}

void answer_put_uint(struct answer *j, const char *name, uint64_t number)
{
    answer_name(j, name);
    answer_uint(j, number);
}

void answer_put_real(struct answer *j, const char *name, double number)
{
    answer_name(j, name);
    answer_real(j, number);
}

void answer_put_bool(struct answer *j, const char *name, bool is_so)
{
    answer_name(j, name);
    answer_bool(j, is_so);
}

void answer_put_reals(struct answer *j, const char *name, const double *at, size_t count)
{
    answer_name(j, name);
    answer_open(j, '[');
    for (size_t i = 0; i < count; i++)
        answer_real(j, at[i]);
    answer_close(j, ']');
}

void answer_put_share(struct answer *j, const char *name, const struct opinion_share *share)
{
    answer_name(j, name);
    answer_open(j, '{');
    answer_put_real(j, "at", share->at);
    answer_put_real(j, "low", share->low);
    answer_put_real(j, "high", share->high);
    answer_close(j, '}');
}

void answer_count(struct answer *j, const struct opinion_count *count)
{
    answer_open(j, '{');
    answer_put_uint(j, "agree", count->agree);
    answer_put_uint(j, "pass", count->pass);
    answer_put_uint(j, "disagree", count->disagree);
    answer_close(j, '}');
}

void answer_put_verdict(struct answer *j, enum opinion_verdict verdict)
{
    static const char *const names[] = {"none", "tendencies", "distinct"};

    answer_put_text(j, "verdict", names[verdict]);
}

enum opinion_err answer_end(struct answer *j)
{
    put(j, "\n");
    flush(j);
    return j->is_broken ? OPINION_NOT_WRITTEN : OPINION_OK;
}
