/* opinion publish: what may be shown to everybody, after what was shown before; or one snapshot
 * with noise. */
#include "main/cmd_opinion.h"

#include "base/msg.h"
#include "opinion/noise.h"
#include "opinion/publish.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_MOST = 4096, TEXT_MEMORY_MAX = 1024 * 1024 };

struct publishing {
    const char *state, *json;
    uint32_t rho; /* in millionths; 0: no noise */
    enum lang lang;
    struct opinion_options options;
    const struct opinion_votes *votes;
    const struct opinion_analysis *analysis;
    const struct opinion_publication *before, *now;
    const struct opinion_noise *noise;
};

static int say(const char *path, const char *what)
{
    fprintf(stderr, "shangliang: %s: %s\n", path, what);
    return EXIT_FAULT;
}

/* ---- what was shown before ---- */

static bool read_all(int fd, unsigned char *at, size_t len)
{
    while (len > 0) {
        ssize_t n = read(fd, at, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        at += n;
        len -= (size_t)n;
    }
    return true;
}

static int load_state(struct publishing *p, int fd, size_t len)
{
    unsigned char *at = malloc(len + 1);
    int status;

    if (at == NULL)
        return exit_of_opinion(OPINION_NO_MEMORY);
    if (!read_all(fd, at, len)) {
        status = say(p->state, "cannot be read to its end");
    } else {
        enum opinion_err e = opinion_publication_load(&opinion_heap, at, len, &p->before);
        if (e == OPINION_BAD_INPUT)
            say(p->state, "this is not what `opinion publish` kept, or it is damaged; without it "
                          "nothing is published, since nobody knows what was shown before");
        status = exit_of_opinion(e);
    }
    free(at);
    return status;
}

/* A state that is not there is that of a first publication. */
static int read_state(struct publishing *p)
{
    int fd = open(p->state, O_RDONLY | O_CLOEXEC);
    struct stat s;
    int status;

    if (fd < 0 && errno == ENOENT)
        return EXIT_DONE;
    if (fd < 0)
        return say(p->state, strerror(errno));
    if (fstat(fd, &s) != 0 || !S_ISREG(s.st_mode))
        status = say(p->state, "is no file");
    else
        status = load_state(p, fd, (size_t)s.st_size);
    close(fd);
    return status;
}

/* ---- for the next time ---- */

static bool put(void *file, const char *at, size_t len)
{
    return fwrite(at, 1, len, file) == len;
}

static bool write_state(const struct opinion_publication *now, FILE *f)
{
    struct opinion_sink sink = {put, f};

    return opinion_publication_save(now, &sink) == OPINION_OK && fflush(f) == 0 &&
           fsync(fileno(f)) == 0;
}

/* The name is in the folder, and stays there when the power fails. */
static bool keep_folder(const char *path)
{
    char folder[PATH_MOST] = ".";
    const char *slash = strrchr(path, '/');

    if (slash != NULL)
        snprintf(folder, sizeof folder, "%.*s", (int)(slash - path) + 1, path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool is_kept = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return is_kept;
}

/* Beside it first, so that a state is always whole: the old one or the new one. */
static int save_state(const struct publishing *p)
{
    char part[PATH_MOST];
    int length = snprintf(part, sizeof part, "%s.XXXXXX", p->state);

    if (length < 0 || length >= PATH_MOST)
        return say(p->state, strerror(ENAMETOOLONG));
    int fd = mkstemp(part); /* 0600 */
    FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
    if (f == NULL) {
        int status = say(part, strerror(errno));
        if (fd >= 0)
            close(fd);
        return status;
    }
    bool is_written = write_state(p->now, f);
    is_written = fclose(f) == 0 && is_written;
    if (is_written && rename(part, p->state) == 0 && keep_folder(p->state))
        return EXIT_DONE;
    int status = say(p->state, "cannot be written; nothing was published");
    unlink(part);
    return status;
}

/* ---- out ---- */

static enum opinion_err write_publication(const void *answer, const struct opinion_sink *sink)
{
    return opinion_publication_json(answer, sink);
}

static enum opinion_err write_noise(const void *answer, const struct opinion_sink *sink)
{
    return opinion_noise_json(answer, sink);
}

static void print_line(str line)
{
    fwrite(line.at, 1, line.len, stdout);
    putchar('\n');
}

static void print_summary(const struct publishing *p)
{
    int64_t shown = 0, renewed = 0, out = 0;
    uint64_t oldest = p->now->number;

    for (size_t i = 1; i < p->now->row_count; i++) {
        const struct opinion_version *v = opinion_row_now(&p->now->rows[i]);
        out += p->now->rows[i].is_out;
        if (v == NULL)
            continue;
        shown++;
        renewed += v->number == p->now->number;
        oldest = v->number < oldest ? v->number : oldest;
    }
    int64_t hidden = (int64_t)p->now->row_count - 1 - shown - out;
    struct arena *a = arena_new("summary", TEXT_MEMORY_MAX);
    print_line(msg_fmt(a, p->lang, MSG_PUBLICATION_NUMBER, I((int64_t)p->now->number), I(shown),
                       I(renewed), I(shown - renewed)));
    if (oldest < p->now->number)
        print_line(msg_fmt(a, p->lang, MSG_PUBLICATION_OLDEST, I((int64_t)oldest)));
    print_line(msg_fmt(a, p->lang, MSG_PUBLICATION_HIDDEN, I(hidden), I(out)));
    arena_free(a);
}

/* ---- the command ---- */

/* What is to be shown is remembered first: shown and forgotten would be worse than the contrary. */
static int publish(struct publishing *p)
{
    int status = read_state(p);

    if (status == EXIT_DONE)
        status = exit_of_opinion(
            opinion_publication_new(&opinion_heap, p->analysis, p->before, &p->now));
    if (status == EXIT_DONE)
        status = save_state(p);
    if (status == EXIT_DONE && p->json != NULL)
        status = opinion_write_file(p->json, write_publication, p->now);
    else if (status == EXIT_DONE)
        print_summary(p);
    return status;
}

static bool fill(void *self, void *at, size_t len)
{
    (void)self;
    return getrandom(at, len, 0) == (ssize_t)len;
}

static int add_noise(struct publishing *p)
{
    struct opinion_noise_options o = {
        .rho = p->rho, .cap = OPINION_CAP_DEFAULT, .randomness = {fill, NULL}};

    enum opinion_err e = OPINION_BAD_INPUT;
    if (fill(NULL, o.key, sizeof o.key))
        e = opinion_noise_new(&opinion_heap, p->analysis, &o, &p->noise);
    if (e == OPINION_BAD_INPUT) {
        fputs("shangliang: the system gives no random numbers\n", stderr);
        return EXIT_FAULT;
    }
    if (e != OPINION_OK)
        return exit_of_opinion(e);
    return opinion_write_file(p->json == NULL ? "-" : p->json, write_noise, p->noise);
}

static int run(struct publishing *p)
{
    enum opinion_err e = opinion_analysis_new(&opinion_heap, p->votes, &p->options, &p->analysis);

    if (e != OPINION_OK)
        return exit_of_opinion(e);
    return p->rho > 0 ? add_noise(p) : publish(p);
}

static void end(struct publishing *p)
{
    opinion_noise_free(p->noise);
    opinion_publication_free(p->now);
    opinion_publication_free(p->before);
    opinion_analysis_free(p->analysis);
    opinion_votes_free(p->votes);
}

/* Digits, perhaps a point and up to six more: exact in millionths. */
static bool take_rho(const char *text, uint32_t *rho)
{
    uint64_t number = 0;
    int digits = 0, behind = -1;

    if (text == NULL)
        return true;
    for (const char *at = text; *at != '\0' && digits < 10 && behind < 7; at++) {
        if (*at == '.' && behind < 0) {
            behind = 0;
        } else if (*at >= '0' && *at <= '9') {
            number = number * 10 + (uint64_t)(*at - '0');
            digits++;
            behind += behind >= 0;
        } else {
            behind = 7;
        }
    }
    bool is_right = digits > 0 && digits < 10 && behind < 7;
    for (int i = behind < 0 ? 0 : behind; i < 6; i++)
        number *= 10;
    if (is_right && number >= 1 && number <= OPINION_RHO_MOST) {
        *rho = (uint32_t)number;
        return true;
    }
    fputs("shangliang: --noise is a number from 0.000001 to 100\n", stderr);
    return false;
}

int opinion_publish_run(int argc, char **argv)
{
    struct publishing p = {.options = {.seed = 1}};
    const char *format = take_option(&argc, argv, "--format");
    const char *groups = take_option(&argc, argv, "--groups");
    const char *seed = take_option(&argc, argv, "--seed");
    const char *noise = take_option(&argc, argv, "--noise");
    const char *lang = take_option(&argc, argv, "--lang");

    p.state = take_option(&argc, argv, "--state");
    p.json = take_option(&argc, argv, "--json");
    if (argc != 3 || !opinion_take_groups(groups, &p.options.groups) ||
        !opinion_take_seed(seed, &p.options.seed) || !take_rho(noise, &p.rho) ||
        !opinion_take_lang(lang, LANG_EN, &p.lang))
        return usage("opinion");
    if ((p.state == NULL) == (noise == NULL)) {
        fputs("shangliang: it takes either --state or --noise: noise is for one snapshot, of which "
              "nothing is remembered\n",
              stderr);
        return EXIT_USAGE;
    }
    int status = opinion_load_votes(argv[2], format, false, &p.votes);
    if (status == EXIT_DONE)
        status = run(&p);
    end(&p);
    return status;
}
