/*
 * procedure_web -- what the help pages of the procedures show: all of it is read off the procedure,
 * nothing is written twice.
 */
#pragma once
#include "procedure/procedure.h"

struct procedure_web_item {
    str name, label, summary, function;
    int64_t version;
};

struct procedure_list_page {
    struct procedure_web_item *procedures;
    size_t procedure_count;
};

/* A step of the way, with the states that belong to it. */
struct procedure_web_step {
    str label, states;
};

struct procedure_web_line {
    str text;
};

struct procedure_web_act {
    str label, who, when, then; /* then is empty where the state stays */
    struct procedure_web_line *needs;
    size_t need_count;
};

/* Acts that belong together: of one step of the matter, or of one kind of row. */
struct procedure_web_part {
    str label, states; /* states: of a row; empty for a step */
    struct procedure_web_act *acts;
    size_t act_count;
};

struct procedure_web_clock {
    str label, about, length, starts, stops; /* about: the row it is of; empty: the matter */
    struct procedure_web_line *notes; /* cap, extension, reminders, who is told, what follows */
    size_t note_count;
};

struct procedure_web_code {
    str label;
};

struct procedure_web_list {
    str label;
    struct procedure_web_code *codes;
    size_t code_count;
};

/* What everybody may see of a matter in a state. */
struct procedure_web_seen {
    str state, fields; /* fields empty: nothing */
};

struct procedure_show_page {
    struct procedure_web_item procedure;
    str lang; /* zh, en: of the picture */
    struct procedure_web_step *steps;
    size_t step_count;
    struct procedure_web_part *parts;
    size_t part_count;
    struct procedure_web_clock *clocks;
    size_t clock_count;
    struct procedure_web_seen *seen;
    size_t seen_count;
    struct procedure_web_list *lists;
    size_t list_count;
};
