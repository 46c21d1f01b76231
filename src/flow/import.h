/*
 * import -- records from a folder of YAML files: a committee's term, regions, members, matters,
 * plan, figures, mechanisms, links.
 *
 *     folder --import_read--> struct import --import_put, in an act--> rows
 *
 * Reading touches no row; putting is one act, so an import is there as a whole or not at all. Every
 * record names its source and the line in it. What the source does not state is left out of the
 * file and stays empty in the database.
 *
 *     committee.yaml   body, term, session        plan.yaml         plan items, in order
 *     regions.yaml     places, parents first      figures.yaml      value as printed, number, unit
 *     members.yaml     people without an account  mechanisms.yaml   names and purposes
 *     matters.yaml     by members of that file    links.yaml        between plan items and matters
 *
 * Any file may be missing, but what one names in another must be there. Files are UTF-8, at most
 * IMPORT_FILE_MAX bytes, without aliases, with one document.
 *
 * Importing again changes nothing where nothing is new. Plan items, figures and mechanisms take the
 * new words of the file; what may have moved on here (a matter under its procedure, a body, a
 * person) stays as it is.
 *
 * An imported matter is known again by its receipt, "record:" and its code. No form takes that for
 * a receipt: it has letters and a sign that receipts do not have, and gives nobody any right.
 *
 * Errors: INVALID with a sentence whose places are {0} file, {1} line, {2} what was found there.
 */
#pragma once
#include "base/ctx.h"

enum { IMPORT_FILE_MAX = 256 * 1024 };

struct import;

enum import_kind {
    IMPORT_BODIES,
    IMPORT_TERMS,
    IMPORT_SESSIONS,
    IMPORT_PEOPLE,
    IMPORT_MATTERS,
    IMPORT_PLAN,
    IMPORT_FIGURES,
    IMPORT_MECHANISMS,
    IMPORT_LINKS,
    IMPORT_KINDS
};

/* How many records there were, and how many of them were new or said something new. */
struct import_report {
    int64_t seen[IMPORT_KINDS], changed[IMPORT_KINDS];
};

/* Read and check every .yaml file of a folder. NOT_FOUND if the folder cannot be read. */
enum err import_read(struct ctx *c, str folder, struct import **in) MUST_USE;

/* The same in steps, for files that are already in memory: the name says what is in a file. */
struct import *import_new(struct arena *a);
enum err import_add(struct ctx *c, struct import *in, str name, str bytes) MUST_USE;
enum err import_check(struct ctx *c, const struct import *in) MUST_USE;

/* Put all records, inside an act. */
enum err import_put(struct ctx *c, const struct import *in, struct import_report *report) MUST_USE;

/* What an import did, in one sentence; nothing changed is said in so many words. */
str import_sentence(struct ctx *c, const struct import_report *report);
