/*
 * act_form_web -- the forms of the acts that are open to somebody, made from the procedure.
 *
 * Each act is one form with a field per input, named "f." and the input's name. Units, people and
 * points come as rows of several fields, put together again by act_form_inputs:
 *
 *     f.units.POINT.unit / .kind / .due      who handles which point      -> "unit kind point due"
 *     f.people.CLASS / f.people              class and name, in pairs     -> "class<TAB>name"
 *     f.people-keep.NAME                     who is listed already        -> "keep<TAB>row"
 */
#pragma once
#include "flow/flow.h"
#include "web/web.h"

enum { ACT_ROWS_EXTRA = 3, ACT_PEOPLE_ROWS = 8, ACT_POINT_ROWS = 6 };

struct act_option {
    str value, label;
    bool is_chosen;
    str id;
};

struct act_row {
    str id, number, text, value, name;
    str unit_name, kind_name, due_name, class_name; /* names of its fields */
    str due, first, last; /* first and last day that it may be; empty: any */
    struct act_option *units, *kinds, *classes;
    size_t unit_count, kind_count, class_count;
};

struct act_input {
    str id, name, label, hint, error, value;
    str first, last; /* days that a date may be; empty: any */
    int64_t max;
    bool is_required;
    bool is_line, is_text, is_select, is_checks, is_tick, is_ticked, is_date, is_number, is_files,
        is_points, is_people, is_units, is_matter;
    struct act_option *options;
    size_t option_count;
    struct act_row *rows;
    size_t row_count;
    struct act_option *kept; /* files that were sent already: value of the hidden field, name;
                                people who are listed already: their row, name */
    size_t kept_count;
    str keep_name;
};

/* What somebody asked for with an act that others agree to: its name and its words. */
struct act_asked {
    str name, text;
};

struct act_form {
    str anchor, verb, about, why, failure;
    int64_t matter, edition, child;
    str act, child_type, how;
    bool is_open, is_ready, has_files, is_plain; /* plain: nothing to fill in, one button */
    struct act_input *inputs;
    size_t input_count;
    struct act_option *tos;
    size_t to_count;
    struct act_asked *asked; /* of a form that agrees or does not */
    size_t asked_count;
};

enum err act_asked_make(struct ctx *c, const struct flow *w, const struct act *act,
                        struct act_asked **asked, size_t *count) MUST_USE;

struct act_forms {
    struct act_form *at;
    size_t count;
};

/* As what somebody may take part, and the same in words. */
enum { ACT_CLASSES = 7 };
extern const char *const act_classes[ACT_CLASSES];
str act_class_label(const struct ctx *c, str class);

/* What a row of the matter (an index in w->rows) holds already: an answer may be given again. */
str act_row_value(const struct flow *w, int row, str field);

/* The forms of everything that is open to c->who in this matter; what was typed in a refused one is
 * filled in again. */
enum err act_forms_make(struct ctx *c, const struct req *q, const struct flow *w,
                        struct act_forms *forms) MUST_USE;

/* What a form sent, as the inputs of the act. */
void act_form_inputs(struct ctx *c, const struct req *q, struct input **inputs, size_t *count);

/* People name a matter by what is printed on it; the procedure wants its id. INVALID with the field
 * named. */
enum err act_form_resolve(struct ctx *c, struct input *inputs, size_t count) MUST_USE;

/* ---- many matters at once ---- */

/* Is this an act of the matter that may be done to many, with a form small enough for a queue? */
bool act_form_can_bulk(const struct act *act);

/* Its form, without a matter; the names of its fields begin with the act's name and a dot, since
 * the acts of a queue share one form. */
struct act_form act_form_bulk(struct ctx *c, const struct req *q, const struct procedure *p,
                              const struct act *act);
void act_form_bulk_inputs(struct ctx *c, const struct req *q, str act, struct input **inputs,
                          size_t *count);
