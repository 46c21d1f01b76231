/*
 * todo_web -- what a matter waits for from one person: to confirm a contact or the minutes, to add
 * what is missing, to sign with others, to evaluate. Offices have their desk, units their inbox.
 */
#pragma once
#include "matter/matter_web.h"

enum { TODO_MAX = 20 }; /* matters that are looked at */

struct todo {
    str url;         /* of the form on the matter's page */
    str what, title; /* to do what; with which matter */
    str lang;        /* of the title */
    struct clock_words clock;
};

/* For c->who: what he is asked about by name, then his own matters, the newest first, each once. */
enum err todo_list(struct ctx *c, struct todo **todos, size_t *count) MUST_USE;
