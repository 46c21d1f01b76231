#include "db/db_postgres.h"

#include "base/buf.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * pg_dump and pg_restore, started without a shell. Their arguments can be read by everybody on the
 * machine, so the address is given without the password, which goes through the environment.
 */

extern char **environ;

enum { ENVIRONMENT_MAX = 1024 };

struct target {
    const char *address; /* keyword = 'value' pairs */
    const char *password;
};

static void put_pair(struct buf *b, const char *keyword, const char *value)
{
    buf_fmt(b, "%s='", keyword);
    for (; *value != '\0'; value++) {
        if (*value == '\'' || *value == '\\')
            buf_byte(b, '\\');
        buf_byte(b, *value);
    }
    buf_put(b, S("' "));
}

static enum err read_target(struct arena *a, const char *url, struct target *t)
{
    PQconninfoOption *options = PQconninfoParse(url, NULL);
    struct buf b = {.arena = a};

    if (options == NULL)
        return FAULT;
    for (PQconninfoOption *o = options; o->keyword != NULL; o++) {
        if (o->val == NULL)
            continue;
        if (strcmp(o->keyword, "password") == 0)
            t->password = str_z(a, str_of(o->val));
        else
            put_pair(&b, o->keyword, o->val);
    }
    PQconninfoFree(options);
    t->address = buf_str(&b).at;
    return OK;
}

bool db_has_password(str url)
{
    struct buf b = {.arena = arena_new("url", 64 * 1024)};
    bool has = false;

    buf_put(&b, url);
    PQconninfoOption *options =
        str_starts(url, S("sqlite:")) ? NULL : PQconninfoParse(buf_str(&b).at, NULL);
    for (PQconninfoOption *o = options; o != NULL && o->keyword != NULL; o++)
        has = has || (strstr(o->keyword, "password") != NULL && o->val != NULL && *o->val != '\0');
    PQconninfoFree(options);
    arena_free(b.arena);
    return has;
}

/* Ours, with PGPASSWORD in the place of any there was. */
static enum err make_environment(struct arena *a, const struct target *t, char **made)
{
    size_t n = 0;

    for (char **e = environ; *e != NULL; e++) {
        if (t->password != NULL && str_starts(str_of(*e), S("PGPASSWORD=")))
            continue;
        if (n + 2 >= ENVIRONMENT_MAX)
            return FAULT;
        made[n++] = *e;
    }
    if (t->password != NULL)
        made[n++] = (char *)str_fmt(a, "PGPASSWORD=%s", t->password).at;
    made[n] = NULL;
    return OK;
}

/* Run a tool with its standard output to `fd` (-1: ours) until it ends. */
static enum err run_tool(const char *const *argv, char *const *environment, int fd)
{
    posix_spawn_file_actions_t files;
    pid_t pid;
    int status = -1;

    posix_spawn_file_actions_init(&files);
    if (fd >= 0)
        posix_spawn_file_actions_adddup2(&files, fd, STDOUT_FILENO);
    int failure = posix_spawnp(&pid, argv[0], &files, NULL, (char *const *)argv, environment);
    posix_spawn_file_actions_destroy(&files);
    if (failure != 0) {
        log_line(LOG_ERROR, "tool_missing", LOG_STR("tool", str_of(argv[0])),
                 LOG_STR("why", str_of(strerror(failure))));
        return NOT_FOUND;
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        log_line(LOG_ERROR, "tool_failed", LOG_STR("tool", str_of(argv[0])),
                 LOG_INT("status", status));
        return WIFEXITED(status) && WEXITSTATUS(status) == 127 ? NOT_FOUND : FAULT;
    }
    return OK;
}

static enum err run_dump(struct arena *a, const char *url, int fd)
{
    char *environment[ENVIRONMENT_MAX];
    struct target t = {0};

    TRY(read_target(a, url, &t));
    TRY(make_environment(a, &t, environment));
    const char *const argv[] = {"pg_dump",  "--format=custom", "--no-password",
                                "--dbname", t.address,         NULL};
    return run_tool(argv, environment, fd);
}

enum err db_restore(str url, str path)
{
    char *environment[ENVIRONMENT_MAX];
    struct target t = {0};
    struct arena *a = arena_new("restore", 1024 * 1024);
    enum err e = INVALID;

    if (str_starts(url, S("postgresql://")) || str_starts(url, S("postgres://")))
        e = read_target(a, str_z(a, url), &t);
    if (e == OK)
        e = make_environment(a, &t, environment);
    if (e == OK) {
        const char *const argv[] = {"pg_restore", "--exit-on-error", "--single-transaction",
                                    "--no-owner", "--no-privileges", "--no-password",
                                    "--dbname",   t.address,         str_z(a, path),
                                    NULL};
        e = run_tool(argv, environment, -1);
    }
    arena_free(a);
    return e;
}

enum err postgres_backup(struct db_pool *pool, const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0) {
        log_line(LOG_ERROR, "db_file", LOG_STR("path", str_of(path)),
                 LOG_STR("why", str_of(strerror(errno))));
        return FAULT;
    }
    struct arena *a = arena_new("backup", 1024 * 1024);
    enum err e = run_dump(a, pool->url, fd);
    arena_free(a);
    if (e == OK && fsync(fd) != 0)
        e = FAULT;
    close(fd);
    if (e != OK)
        unlink(path);
    return e;
}
