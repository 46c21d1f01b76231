/* opinion duplicates: statements that say nearly the same, with what differs. Nothing is changed.
 */
#include "main/cmd_opinion.h"

#include "base/crypto.h"
#include "base/str.h"
#include "opinion/csv.h"
#include "opinion/similar.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PIECE = 64 * 1024, PATH_MAX_HERE = 4096 };

enum column { COLUMN_ID, COLUMN_TEXT, COLUMN_OUT, COLUMN_COUNT };

/* A file of statements as it is read. The splitter keeps the beginning of a field alone; a text is
 * collected beside it. */
struct reading {
    const char *path;
    struct opinion_texts *texts;
    struct csv csv;
    size_t place[COLUMN_COUNT]; /* of the column, from 1; 0: not there */
    char text[OPINION_TEXT_MAX + 1];
    size_t len;   /* of the field being read; may be more than was kept */
    size_t taken; /* of the row's text */
    char kept[OPINION_TEXT_MAX];
    int64_t id, out;
    bool has_head, has_id, has_text;
    bool takes_out; /* those moderated out, too */
    size_t rows, outside;
    uint64_t garbled_line; /* of the first text that is not all UTF-8; 0: none */
};

/* ---- in ---- */

static bool refuse(const struct reading *r, size_t column, const char *what)
{
    fprintf(stderr, "%s:%" PRIu64, r->path, r->csv.row_line == 0 ? 1 : r->csv.row_line);
    if (column > 0)
        fprintf(stderr, ":%zu", column);
    fprintf(stderr, ": %s\n", what);
    return false;
}

static bool take_name(struct reading *r, size_t column)
{
    static const struct {
        const char *name;
        enum column column;
    } names[] = {
        {"comment-id", COLUMN_ID}, {"statement", COLUMN_ID},  {"comment-body", COLUMN_TEXT},
        {"text", COLUMN_TEXT},     {"moderated", COLUMN_OUT},
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (csv_is_whole(&r->csv) && strcmp(r->csv.field, names[i].name) == 0)
            r->place[names[i].column] = column;
    }
    return true;
}

static bool take_id(struct reading *r, size_t column)
{
    r->has_id = csv_is_whole(&r->csv) && str_to_i64(str_of(r->csv.field), &r->id) && r->id >= 0;
    return r->has_id || refuse(r, column, "this is no number from 0 to 9223372036854775807");
}

static bool take_text(struct reading *r, size_t column)
{
    if (r->len > OPINION_TEXT_MAX)
        return refuse(r, column, "the text is longer than 16384 bytes");
    memcpy(r->kept, r->text, r->len);
    r->taken = r->len;
    r->has_text = true;
    return true;
}

static bool take_out(struct reading *r, size_t column)
{
    r->out = 0;
    if (r->csv.len == 0 || (csv_is_whole(&r->csv) && str_to_i64(str_of(r->csv.field), &r->out)))
        return true;
    return refuse(r, column, "this is no number in the column moderated");
}

static bool take_field(struct reading *r)
{
    size_t column = r->csv.column + 1;

    if (!r->has_head)
        return take_name(r, column);
    if (column == r->place[COLUMN_ID])
        return take_id(r, column);
    if (column == r->place[COLUMN_TEXT])
        return take_text(r, column);
    return column != r->place[COLUMN_OUT] || take_out(r, column);
}

static bool take_head(struct reading *r)
{
    r->has_head = true;
    if (r->place[COLUMN_ID] == 0)
        return refuse(r, 0, "there is no column comment-id or statement");
    return r->place[COLUMN_TEXT] != 0 || refuse(r, 0, "there is no column comment-body or text");
}

static bool add_row(struct reading *r)
{
    if (!r->has_id || !r->has_text)
        return refuse(r, 0, "the row ends before its id and text");
    r->rows++;
    if (r->out == -1 && !r->takes_out) {
        r->outside++;
        return true;
    }
    if (r->garbled_line == 0 && text_check((str){r->kept, r->taken}) == TEXT_NOT_UTF8)
        r->garbled_line = r->csv.row_line;
    switch (opinion_texts_add(r->texts, (uint64_t)r->id, r->kept, r->taken)) {
    case OPINION_OK:
        return true;
    case OPINION_BAD_INPUT:
        return refuse(r, r->place[COLUMN_ID], "this statement is there already");
    case OPINION_TOO_MANY_STATEMENTS:
        return refuse(r, 0, "there are more than 1000000 statements");
    default:
        fputs("shangliang: there is not enough memory for so many statements\n", stderr);
        return false;
    }
}

static bool take_event(struct reading *r, enum csv_event event)
{
    if (event == CSV_MORE)
        return true;
    bool is_taken = take_field(r);
    r->len = 0;
    if (event != CSV_ROW || !is_taken)
        return is_taken;
    is_taken = r->has_head ? add_row(r) : take_head(r);
    r->has_id = r->has_text = false;
    r->out = 0;
    return is_taken;
}

/* Whatever the splitter took into the field belongs to the text. */
static bool take_byte(struct reading *r, char byte)
{
    size_t before = r->csv.last == CSV_MORE ? r->csv.len : 0;
    enum csv_event event = opinion_csv_byte(&r->csv, byte);

    if (event == CSV_MORE && r->csv.len > before) {
        if (r->len < OPINION_TEXT_MAX)
            r->text[r->len] = byte;
        r->len++;
    }
    return take_event(r, event);
}

static int read_bytes(struct reading *r, FILE *f)
{
    static char piece[PIECE];
    size_t n;

    while ((n = fread(piece, 1, sizeof piece, f)) > 0) {
        for (size_t i = 0; i < n; i++) {
            if (!take_byte(r, piece[i]))
                return EXIT_INVALID;
        }
    }
    if (ferror(f) != 0) {
        fprintf(stderr, "shangliang: %s: cannot be read to its end\n", r->path);
        return EXIT_FAULT;
    }
    if (r->csv.state == CSV_QUOTED) {
        refuse(r, 0, "the file ends inside quotes");
        return EXIT_INVALID;
    }
    if (!take_event(r, opinion_csv_end(&r->csv)))
        return EXIT_INVALID;
    if (r->rows > 0)
        return EXIT_DONE;
    r->csv.row_line = 1;
    refuse(r, 0, "there is no row in it");
    return EXIT_INVALID;
}

static int read_file(struct reading *r)
{
    FILE *f = fopen(r->path, "re");

    if (f == NULL) {
        fprintf(stderr, "shangliang: %s: cannot be read\n", r->path);
        return EXIT_NOT_FOUND;
    }
    int status = read_bytes(r, f);
    fclose(f);
    if (status == EXIT_DONE && r->garbled_line > 0)
        fprintf(stderr,
                "%s:%" PRIu64 ": the text is not all UTF-8; such bytes were taken as space\n",
                r->path, r->garbled_line);
    return status;
}

/* ---- out ---- */

struct telling {
    size_t kinds[OPINION_PAIR_OPPOSITE + 1];
};

/* The text on one line: what would move the cursor of a terminal becomes a space. */
static void print_text(const char *utf8, size_t len)
{
    str text = {utf8, len};

    for (size_t at = 0; at < len;) {
        size_t from = at;
        uint32_t c = str_next(text, &at);
        bool is_sign = c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x2028 && c <= 0x202E) ||
                       (c >= 0x2066 && c <= 0x2069) || c == 0xFFFD;
        if (is_sign)
            putchar(' ');
        else
            fwrite(utf8 + from, 1, at - from, stdout);
    }
}

static void print_side(const struct opinion_pair_side *side)
{
    printf("  %" PRIu64 ": ", side->id);
    print_text(side->utf8, side->len);
    putchar('\n');
}

static void print_ranges(const struct opinion_pair_side *side)
{
    if (side->range_count == 0)
        putchar('-');
    for (size_t i = 0; i < side->range_count; i++) {
        fputs(i > 0 ? " [" : "[", stdout);
        print_text(side->utf8 + side->ranges[i].from, side->ranges[i].to - side->ranges[i].from);
        putchar(']');
    }
}

static bool print_pair(void *arg, const struct opinion_pair *pair)
{
    struct telling *t = arg;

    t->kinds[pair->kind]++;
    if (pair->kind != OPINION_PAIR_ALIKE)
        return true;
    printf("%" PRIu64 " and %" PRIu64 ": %.2f\n", pair->a.id, pair->b.id, pair->jaccard);
    print_side(&pair->a);
    print_side(&pair->b);
    if (pair->a.range_count + pair->b.range_count > 0) {
        fputs("  differs: ", stdout);
        print_ranges(&pair->a);
        fputs(" / ", stdout);
        print_ranges(&pair->b);
        putchar('\n');
    }
    return ferror(stdout) == 0;
}

static int print_pairs(const struct reading *r)
{
    struct telling t = {0};
    enum opinion_err e = opinion_texts_pairs(r->texts, print_pair, &t);

    if (e == OPINION_OK) {
        printf("%zu statements compared, %zu moderated out; %zu pairs are nearly the same\n",
               r->rows - r->outside, r->outside, t.kinds[OPINION_PAIR_ALIKE]);
        printf("not among them, since what differs may decide: %zu by a number, %zu by a negation, "
               "%zu by opposites\n",
               t.kinds[OPINION_PAIR_NUMBER], t.kinds[OPINION_PAIR_NEGATION],
               t.kinds[OPINION_PAIR_OPPOSITE]);
        if (fflush(stdout) != 0)
            e = OPINION_NOT_WRITTEN;
    }
    return exit_of_opinion(e);
}

/* ---- the command ---- */

static int run(struct reading *r)
{
    uint64_t seed;

    crypto_random(&seed, sizeof seed);
    int status = exit_of_opinion(opinion_texts_new(&opinion_heap, seed, &r->texts));
    if (status == EXIT_DONE)
        status = read_file(r);
    if (status == EXIT_DONE)
        status = print_pairs(r);
    opinion_texts_free(r->texts);
    return status;
}

int opinion_duplicates_run(int argc, char **argv)
{
    static struct reading r;
    static char path[PATH_MAX_HERE];
    struct stat s;

    r.takes_out = take_flag(&argc, argv, "--all") != 0;
    if (argc != 3)
        return usage("opinion");
    r.path = argv[2];
    if (stat(r.path, &s) == 0 && S_ISDIR(s.st_mode)) {
        int length = snprintf(path, sizeof path, "%s/comments.csv", r.path);
        if (length < 0 || length >= PATH_MAX_HERE)
            return EXIT_NOT_FOUND;
        r.path = path;
    }
    return run(&r);
}
