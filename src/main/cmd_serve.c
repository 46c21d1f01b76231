/* init, serve, import: an instance is made, filled and served. */
#include "base/calendar.h"
#include "base/clock.h"
#include "base/log.h"
#include "flow/import.h"
#include "main/app.h"
#include "main/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { CHINA_MINUTES = 8 * 60 }; /* east of Greenwich */

int cmd_init(int argc, char **argv)
{
    struct instance in;
    const char *db = take_option(&argc, argv, "--db");

    if (argc != 2)
        return usage("init");
    enum err e = app_create(argv[1], str_of(db), false);
    if (e == OK)
        e = app_open(&in, argv[1]);
    if (e != OK)
        return exit_of(e);
    app_close(&in);
    printf("%s is ready. Next: shangliang person add %s LOGIN NAME; shangliang serve %s\n", argv[1],
           argv[1], argv[1]);
    return EXIT_DONE;
}

/* "+08:00", "Z" or nothing, which is the time in China; in minutes east of Greenwich. */
static bool read_zone(str text, int64_t *minutes)
{
    int64_t hour, minute;

    *minutes = CHINA_MINUTES;
    if (text.len == 0)
        return true;
    if (str_eq(text, S("Z"))) {
        *minutes = 0;
        return true;
    }
    if (text.len != 6 || (text.at[0] != '+' && text.at[0] != '-') || text.at[3] != ':' ||
        !str_to_i64(str_slice(text, 1, 3), &hour) || !str_to_i64(str_slice(text, 4, 6), &minute))
        return false;
    *minutes = (text.at[0] == '-' ? -1 : 1) * (hour * 60 + minute);
    return hour >= 0 && hour < 24 && minute >= 0 && minute < 60;
}

/* "2026-12-31T08:00:00+08:00"; seconds and zone may be left out. */
static bool read_moment(str text, int64_t *ms)
{
    int64_t day, hour, minute, second = 0, zone;
    size_t at = 16;

    if (text.len < at || text.at[10] != 'T' || text.at[13] != ':' ||
        !calendar_read_date(str_slice(text, 0, 10), &day) ||
        !str_to_i64(str_slice(text, 11, 13), &hour) ||
        !str_to_i64(str_slice(text, 14, 16), &minute))
        return false;
    if (text.len >= 19 && text.at[16] == ':') {
        if (!str_to_i64(str_slice(text, 17, 19), &second))
            return false;
        at = 19;
        while (at < text.len && (text.at[at] == '.' || (text.at[at] >= '0' && text.at[at] <= '9')))
            at++; /* parts of a second do not matter */
    }
    if (!read_zone(str_slice(text, at, text.len), &zone))
        return false;
    *ms = calendar_start_ms(day) + hour * CLOCK_HOUR +
          (minute + CHINA_MINUTES - zone) * CLOCK_MINUTE + second * CLOCK_SECOND;
    return hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
}

/* A signal writes one byte here; the main thread waits for it. */
static int stop_pipe[2];

static void on_signal(int number)
{
    char byte = (char)number;
    ssize_t n = write(stop_pipe[1], &byte, 1);

    (void)n;
}

/* Before anybody is told that it serves: whoever was told may ask it to stop at once. */
static bool catch_signals(void)
{
    struct sigaction act = {.sa_handler = on_signal};

    signal(SIGPIPE, SIG_IGN);
    return pipe(stop_pipe) == 0 && sigaction(SIGINT, &act, NULL) == 0 &&
           sigaction(SIGTERM, &act, NULL) == 0;
}

static void wait_for_signal(void)
{
    struct pollfd p = {.fd = stop_pipe[0], .events = POLLIN};

    while (poll(&p, 1, -1) != 1)
        continue;
}

/* Before anything is migrated. The lock is on the folder itself, so that it needs no room on the
 * disk, and it is the kernel's, who takes it back however this process ends: it is never closed. */
static bool is_served(const char *dir)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    return fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

int cmd_serve(int argc, char **argv)
{
    static struct instance in;
    const char *listen = take_option(&argc, argv, "--listen");
    const char *moment = take_option(&argc, argv, "--clock");
    bool is_verbose = take_flag(&argc, argv, "--log-requests") != 0;
    int64_t ms;

    if (argc != 2)
        return usage("serve");
    if (moment != NULL) {
        if (!read_moment(str_of(moment), &ms))
            return usage("serve");
        clock_shift(ms - clock_now());
    }
    if (is_verbose)
        log_set_level(LOG_DEBUG);
    if (!catch_signals())
        return EXIT_FAULT;
    if (is_served(argv[1])) {
        fprintf(stderr,
                "shangliang: %s: another server serves this folder already; stop that one first\n",
                argv[1]);
        return EXIT_BUSY;
    }
    enum err e = app_open(&in, argv[1]);
    if (e != OK)
        return exit_of(e);
    e = app_start(&in, str_of(listen));
    if (e != OK) {
        fprintf(stderr, "shangliang: cannot serve on %s%s\n",
                listen != NULL ? listen : in.app.config.listen.at,
                e == BUSY ? ": another program listens there" : "");
        app_close(&in);
        return exit_of(e);
    }
    printf("serving on port %d\n", http_port(in.app.http));
    fflush(stdout);
    wait_for_signal();
    app_stop(&in);
    app_close(&in);
    return EXIT_DONE;
}

/* ---- import ---- */

static enum err put(struct ctx *c, void *arg)
{
    struct import_report report = {0};
    enum err e = import_put(c, arg, &report);

    if (e == OK)
        printf("%s\n", import_sentence(c, &report).at);
    return e;
}

enum err import_folder(struct instance *in, const char *path)
{
    struct arena *a = arena_new("import", 256 * 1024 * 1024);
    struct ctx c = app_ctx(in, a);
    struct import *what;
    enum err e = import_read(&c, str_of(path), &what);

    c.lang = LANG_EN;
    if (e == OK)
        e = app_act(in, &c, put, what);
    if (e != OK)
        fprintf(stderr, "%s: %s\n", path, failure_text(&c).at);
    arena_free(a);
    return e;
}

int cmd_import(int argc, char **argv)
{
    static struct instance in;
    enum err e;

    if (argc < 3)
        return usage("import");
    e = app_open(&in, argv[1]);
    if (e != OK)
        return exit_of(e);
    for (int i = 2; i < argc && e == OK; i++)
        e = import_folder(&in, argv[i]);
    app_close(&in);
    return exit_of(e);
}
