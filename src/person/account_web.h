/*
 * account_web -- what the pages of accounts share: the box that says what is wrong with a form, and
 * where somebody who signed in goes.
 */
#pragma once
#include "person/person.h"
#include "web/web.h"

/* What was refused, for the box above a form and beside the field. All empty: nothing was. */
struct form_failure {
    str text, field, href; /* href: "#field", or "#main" when it is about no field */
};
struct form_failure form_failure_of(struct ctx *c);

/* The failure is about this field. */
bool is_about(const struct form_failure *f, str field);

/* A text that may be empty, trimmed; INVALID with the field named when it is too long. */
enum err req_text_or_empty(struct ctx *c, const struct req *q, str name, size_t max,
                           str *text) MUST_USE;

/* Where the person's work is: the desk, the inbox, or the own page. */
str account_home(const struct who *who);

/* `next`, if it is an address of this site; else account_home. */
str account_next(struct ctx *c, str next, const struct who *who);

/* "138****0000", "l***@example.org": enough to know one's own by. */
str account_masked(struct arena *a, str address);

/* The kind of browser and system, from what the browser says of itself. */
str account_device(struct arena *a, str user_agent);

/* A role in words, with its place: "clerk · room". */
str account_role(struct ctx *c, uint32_t role, str scope_name);

/* A line of the account record: this person takes the list "people" or "audit" away as a file. */
enum err account_note_export(struct ctx *c, const struct req *q, str list) MUST_USE;

/* How well we know the person: nothing, contact confirmed, checked at the desk. */
int account_verified_msg(int64_t verified);
