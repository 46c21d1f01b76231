#include "main/main_world.h"

#include "base/buf.h"
#include "base/crypto.h"
#include "flow/flow.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SAID_MAX = 256 * 1024, ARENA_MAX = 64 * 1024 * 1024 };

const char *root;
struct arena *arena;
char said[SAID_MAX];
size_t said_len;
const char *program;
char folder[] = "/tmp/shangliang-main-XXXXXX";

/* ---- running ---- */

int run(const char *fmt, ...)
{
    struct buf b = {.arena = arena};
    va_list args;

    buf_fmt(&b, "cd %s && %s ", folder, program);
    va_start(args, fmt);
    buf_vfmt(&b, fmt, args);
    va_end(args);
    buf_put(&b, S(" 2>&1"));
    FILE *f = popen(buf_str(&b).at, "r");
    assert_non_null(f);
    said_len = fread(said, 1, sizeof said - 1, f);
    said[said_len] = '\0';
    while (fgetc(f) != EOF)
        continue;
    int status = pclose(f);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

void says(const char *words)
{
    if (strstr(said, words) == NULL)
        print_message("said:\n%s\nnot: %s\n", said, words);
    assert_non_null(strstr(said, words));
}

void shell(const char *fmt, ...)
{
    struct buf b = {.arena = arena};
    va_list args;

    buf_fmt(&b, "cd %s && ", folder);
    va_start(args, fmt);
    buf_vfmt(&b, fmt, args);
    va_end(args);
    assert_int_equal(system(buf_str(&b).at), 0);
}

str path_of(const char *name)
{
    return str_fmt(arena, "%s/%s", folder, name);
}

bool is_there(const char *name)
{
    return access(path_of(name).at, F_OK) == 0;
}

pid_t server_start(const char *dir)
{
    int out[2];
    char line[256];

    assert_int_equal(pipe(out), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        dup2(out[1], STDOUT_FILENO);
        close(out[0]);
        execl(program, program, "serve", path_of(dir).at, "--listen", "127.0.0.1:0", (char *)NULL);
        _exit(127);
    }
    close(out[1]);
    FILE *f = fdopen(out[0], "r");
    assert_non_null(fgets(line, sizeof line, f));
    assert_non_null(strstr(line, "serving on port"));
    fclose(f);
    return pid;
}

void server_stop(pid_t pid)
{
    int status;

    kill(pid, SIGTERM);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

void wait_a_little(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 100 * 1000 * 1000}, NULL);
}

void copy(const char *from, const char *to)
{
    shell("rm -rf %s && cp -a %s %s", to, from, to);
}

static enum err change_act(struct db *db, void *arg)
{
    const struct change *k = arg;

    for (size_t i = 0; i < k->count; i++)
        TRY(db_run_with(db, NULL, k->sql[i], k->args, k->arg_count));
    return OK;
}

static void run_change(const char *dir, db_act_fn *act, struct change k)
{
    struct db_pool *pool;
    struct db_options options = {.url = str_fmt(arena, "sqlite:%s/%s/shangliang.db", folder, dir)};

    assert_int_equal(db_open(&pool, &options), OK);
    assert_int_equal(db_act_wait(pool, act, &k), OK);
    db_close(pool);
}

void change(const char *dir, struct change k)
{
    run_change(dir, change_act, k);
}

/* ---- the instance that most tests begin with ---- */

/* On the record, as an act would put it there. */
static enum err attach_act(struct db *db, void *arg)
{
    struct ctx c = {.arena = arena, .db = db, .now = 5};
    struct flow_change file;
    int64_t first;

    TRY(db_number(db, &first, 0, &TEST_FIRST));
    TRY(flow_change_begin(&c, first, &file));
    TRY(change_act(db, arg));
    return flow_change_end(&c, &file, S("attached"));
}

static void give_file(const char *dir, const char *bytes)
{
    struct digest d = crypto_sha256(str_of(bytes));
    str hex = crypto_hex(arena, digest_str(&d));
    static const struct sql *const attach[] = {&TEST_ATTACH};

    shell("mkdir -p %s/files/%.2s && printf %%s '%s' >%s/files/%.2s/%s", dir, hex.at, bytes, dir,
          hex.at, hex.at);
    run_change(dir, attach_act,
               (struct change){.sql = attach,
                               .count = 1,
                               .args = {I((int64_t)strlen(bytes)), X(digest_str(&d))},
                               .arg_count = 2});
}

/* Imported records, sealed by a server, an attachment, a procedure of the operator's own, and a
 * backup made while the server ran. */
static int begin(void **state)
{
    (void)state;
    arena = arena_new("test", ARENA_MAX);
    crypto_start();
    if (mkdtemp(folder) == NULL || run("init d") != 0 ||
        run("import d %s/examples/zhengzhou", root) != 0) {
        print_message("%s\n", said);
        return -1;
    }
    give_file("d", "what somebody attached");
    shell("mkdir d/procedures && cp %s/fuzz/corpus/procedure/small.yaml d/procedures/", root);
    pid_t server = server_start("d");
    for (int i = 0; i < 50 && run("ledger head d") != 0; i++)
        wait_a_little();
    if (run("backup d good.tar") != 0) {
        print_message("%s\n", said);
        return -1;
    }
    server_stop(server);
    return 0;
}

static int end(void **state)
{
    (void)state;
    shell("rm -rf %s", folder);
    arena_free(arena);
    return 0;
}

int world_main(int argc, char **argv, const struct CMUnitTest *tests, size_t count)
{
    if (argc != 3)
        return EXIT_USAGE;
    program = argv[1];
    root = argv[2];
    return _cmocka_run_group_tests("main", tests, count, begin, end);
}
