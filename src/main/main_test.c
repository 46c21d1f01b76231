/*
 * The commands of the program, run as a person runs them, and what backup, restore, check and
 * ledger say about an instance that somebody damaged.
 *
 * main_test PROGRAM SOURCE_ROOT
 */
#include "base/buf.h"
#include "base/crypto.h"
#include "db/db_testing.h"
#include "flow/flow.h"
#include "main/command.h"
#include "main/tar.h"
#include "main_test_sql.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { SAID_MAX = 256 * 1024, MEMBERS_MAX = 32, ARENA_MAX = 64 * 1024 * 1024 };

static const char *program, *root;
static char folder[] = "/tmp/shangliang-main-XXXXXX";
static struct arena *arena;
static char said[SAID_MAX];
static size_t said_len;

/* ---- running ---- */

/* Run the program in the folder; `said` is all that it wrote. */
static PRINTF(1, 2) int run(const char *fmt, ...)
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

static void says(const char *words)
{
    if (strstr(said, words) == NULL)
        print_message("said:\n%s\nnot: %s\n", said, words);
    assert_non_null(strstr(said, words));
}

static PRINTF(1, 2) void shell(const char *fmt, ...)
{
    struct buf b = {.arena = arena};
    va_list args;

    buf_fmt(&b, "cd %s && ", folder);
    va_start(args, fmt);
    buf_vfmt(&b, fmt, args);
    va_end(args);
    assert_int_equal(system(buf_str(&b).at), 0);
}

static str path_of(const char *name)
{
    return str_fmt(arena, "%s/%s", folder, name);
}

static bool is_there(const char *name)
{
    return access(path_of(name).at, F_OK) == 0;
}

/* A server on a free port, until server_stop; true once it serves. */
static pid_t server_start(const char *dir)
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

static void server_stop(pid_t pid)
{
    int status;

    kill(pid, SIGTERM);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static void wait_a_little(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 100 * 1000 * 1000}, NULL);
}

/* A copy of an instance that nobody serves, gone with the folder. */
static void copy(const char *from, const char *to)
{
    shell("rm -rf %s && cp -a %s %s", to, from, to);
}

struct change {
    const struct sql *const *sql;
    size_t count;
    struct val args[2];
    size_t arg_count;
};

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

/* What somebody with the database's file in hands does to it. */
static void change(const char *dir, struct change k)
{
    run_change(dir, change_act, k);
}

#define CHANGE(dir, ...)                                                                           \
    change((dir), (struct change){.sql = (const struct sql *const[]){__VA_ARGS__},                 \
                                  .count = sizeof((const struct sql *const[]){__VA_ARGS__}) /      \
                                           sizeof(struct sql *)})

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

/* ---- the command table ---- */

static const char *const names[] = {"init",    "serve",   "demo",    "check",     "import",
                                    "person",  "backup",  "restore", "procedure", "ledger",
                                    "opinion", "request", "help"};

static void every_command_says_how_it_is_used(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_int_equal(run("%s --help", names[i]), EXIT_DONE);
        says(str_fmt(arena, "shangliang %s ", names[i]).at);
        assert_int_equal(run("help %s", names[i]), EXIT_DONE);
        if (strcmp(names[i], "help") != 0) {
            assert_int_equal(run("%s", names[i]), EXIT_USAGE);
            says(str_fmt(arena, "usage: shangliang %s ", names[i]).at);
        }
    }
    assert_int_equal(run("nonsense"), EXIT_USAGE);
    assert_int_equal(run("help nonsense"), EXIT_USAGE);
    assert_int_equal(run("%s", ""), EXIT_USAGE);
    assert_int_equal(run("--version"), EXIT_DONE);
}

/* The manual page, without its escapes. */
static str manual(void)
{
    struct buf b = {.arena = arena};
    FILE *f = fopen(str_fmt(arena, "%s/packaging/shangliang.1", root).at, "r");
    int c;

    assert_non_null(f);
    while ((c = fgetc(f)) != EOF) {
        if (c != '\\')
            buf_byte(&b, (char)c);
    }
    fclose(f);
    return buf_str(&b);
}

static void the_manual_has_every_command_as_the_table_has_it(void **state)
{
    str text = manual();
    int count = 0;

    (void)state;
    assert_int_equal(run("help"), EXIT_DONE);
    str all = str_copy(arena, (str){said, said_len});
    while (all.len > 0) {
        str line = str_cut(&all, '\n');
        if (!str_starts(line, S("  shangliang ")))
            continue;
        str usage_of = str_trim(str_slice(line, sizeof "  shangliang", line.len));
        str name = str_cut(&usage_of, ' ');
        str head =
            str_fmt(arena, ".SS \"%.*s %.*s\"\n", STR_ARG(name), STR_ARG(str_trim(usage_of)));
        if (str_find(text, head) == SIZE_MAX)
            print_message("the manual has no %s", head.at);
        assert_true(str_find(text, head) != SIZE_MAX);
        count++;
    }
    assert_int_equal(count, sizeof names / sizeof *names);
    for (int i = EXIT_DONE; i <= EXIT_TAMPERED; i++)
        assert_true(str_find(text, str_fmt(arena, ".TP\n.B %d\n", i)) != SIZE_MAX);
}

static void exit_statuses_tell_what_was_wrong(void **state)
{
    (void)state;
    assert_int_equal(run("check nowhere"), EXIT_NOT_FOUND);
    assert_int_equal(run("init d"), EXIT_CONFLICT);
    assert_int_equal(run("init elsewhere --db mysql://x"), EXIT_INVALID);
    assert_int_equal(access("elsewhere", F_OK), -1); /* nothing was begun */
    assert_int_equal(run("backup d good.tar"), EXIT_CONFLICT);
    assert_int_equal(run("backup nowhere b.tar"), EXIT_NOT_FOUND);
    assert_int_equal(run("restore nothing.tar r"), EXIT_NOT_FOUND);
    assert_int_equal(run("restore good.tar d"), EXIT_CONFLICT);
    assert_int_equal(run("restore good.tar r --db postgresql://127.0.0.1:9/x"), EXIT_INVALID);
    assert_int_equal(run("procedure show nothing"), EXIT_NOT_FOUND);
    assert_int_equal(run("procedure check nothing.yaml"), EXIT_NOT_FOUND);
    assert_int_equal(run("init fresh"), EXIT_DONE);
    assert_int_equal(run("ledger head fresh"), EXIT_NOT_FOUND);
    assert_int_equal(run("ledger verify fresh"), EXIT_DONE);
    assert_false(is_there("r"));
}

/* ---- serving ---- */

static void a_folder_has_one_server_at_a_time(void **state)
{
    int status;

    (void)state;
    copy("d", "t");
    pid_t first = server_start("t");
    int second = run("serve t/. --listen nowhere:0");
    kill(first, SIGKILL);
    assert_int_equal(waitpid(first, &status, 0), first);
    assert_int_equal(second, EXIT_BUSY);
    says("another server serves this folder already");
    server_stop(server_start("t")); /* nothing is left of the one that was killed */
}

/* ---- procedures ---- */

static void procedure_check_names_file_line_and_reason(void **state)
{
    (void)state;
    assert_int_equal(run("procedure check %s/procedures/proposal.yaml", root), EXIT_DONE);
    says("proposal.yaml: proposal 3");
    assert_int_equal(run("procedure check %s/procedures/proposal.yaml "
                         "%s/fuzz/corpus/procedure/bad_dead_end.yaml",
                         root, root),
                     EXIT_INVALID);
    says("bad_dead_end.yaml:26: ");
}

static void procedures_are_listed_shown_and_drawn(void **state)
{
    (void)state;
    assert_int_equal(run("procedure list"), EXIT_DONE);
    says("talk_it_over");
    assert_null(strstr(said, "small"));
    assert_int_equal(run("procedure list --dir d"), EXIT_DONE);
    says("small");
    assert_int_equal(run("procedure show proposal | cmp - %s/procedures/proposal.yaml", root), 0);
    assert_int_equal(run("procedure graph proposal --lang en"), EXIT_DONE);
    assert_true(str_starts((str){said, said_len}, S("<svg ")));
    says("Proposal");
}

/* ---- backup and restore ---- */

static void what_was_restored_is_what_was_backed_up(void **state)
{
    (void)state;
    assert_int_equal(run("ledger head d"), EXIT_DONE);
    str head = str_copy(arena, (str){said, said_len});
    assert_int_equal(run("restore good.tar whole"), EXIT_DONE);
    assert_int_equal(run("ledger head whole"), EXIT_DONE);
    assert_string_equal(said, head.at);
    shell("cmp d/procedures/small.yaml whole/procedures/small.yaml && diff -r d/files whole/files");
    shell("cp d/secret.key whole/");
    assert_int_equal(run("check whole"), EXIT_DONE);
    says("1 attachments, each as it was given");
    says("3, all right");
    assert_int_equal(run("person add whole someone Someone"), EXIT_DONE);
}

static void a_backup_is_a_tar_without_the_key(void **state)
{
    (void)state;
    assert_false(is_there("good.tar.part"));
    assert_false(is_there("good.tar.part-database"));
    shell("tar tf good.tar >list && ! grep -q key list && grep -q '^manifest$' list && "
          "grep -q '^config.yaml$' list && grep -q '^shangliang.db$' list");
}

static void a_backup_holds_no_password_of_a_database(void **state)
{
    (void)state;
    copy("d", "t");
    shell("echo '# database: \"postgresql://li:secret@[::1]:5432/x\"' >>t/config.yaml && "
          "echo '# database: postgres://li:secret@host,other:5433/x?password=secret&a=b' "
          ">>t/config.yaml");
    assert_int_equal(run("backup t hidden.tar"), EXIT_DONE);
    shell("tar xOf hidden.tar config.yaml >hidden.yaml && ! grep -q :secret hidden.yaml && "
          "grep -q 'postgres://li@host,other:5433/x?a=b$' hidden.yaml");
    assert_int_equal(run("restore hidden.tar unhidden"), EXIT_DONE);
}

static void without_the_key_everything_is_read_only_and_says_why(void **state)
{
    (void)state;
    assert_int_equal(run("restore good.tar keyless"), EXIT_DONE);
    says("secret.key");
    assert_int_equal(run("request keyless GET /procedures --lang en"), EXIT_DONE);
    says("HTTP/1.1 200 ");
    says("secret.key is missing");
    assert_int_equal(run("request keyless POST /sign-in --lang en"), EXIT_DONE);
    says("HTTP/1.1 403 ");
    says("This site can only be read at the moment");
    assert_int_equal(run("person add keyless someone Someone"), EXIT_DENIED);
    assert_int_equal(run("import keyless %s/examples/zhengzhou", root), EXIT_DENIED);
    assert_int_equal(run("backup keyless again.tar"), EXIT_DENIED);
    assert_int_equal(run("ledger verify keyless"), EXIT_DONE);
    assert_int_equal(run("check keyless"), EXIT_FAULT);
    says("problem  key");
    pid_t server = server_start("keyless");
    server_stop(server);
}

/* ---- archives that somebody changed ---- */

struct part {
    str name, bytes;
};

static struct part parts[MEMBERS_MAX];
static size_t part_count;

static str read_whole(const char *name)
{
    struct buf b = {.arena = arena};
    FILE *f = fopen(path_of(name).at, "r");
    size_t n;

    assert_non_null(f);
    while ((n = fread(buf_reserve(&b, 65536), 1, 65536, f)) > 0)
        b.len += n;
    fclose(f);
    return buf_str(&b);
}

static void write_whole(const char *name, str bytes)
{
    FILE *f = fopen(path_of(name).at, "w");

    assert_non_null(f);
    assert_int_equal(fwrite(bytes.at, 1, bytes.len, f), bytes.len);
    fclose(f);
}

static void read_parts(void)
{
    str all = read_whole("good.tar");
    int64_t size;

    part_count = 0;
    for (size_t at = 0; all.at[at] != '\0'; part_count++) {
        str name;
        assert_int_equal(tar_read_header((const unsigned char *)all.at + at, &name, &size), OK);
        parts[part_count] =
            (struct part){str_copy(arena, name), str_slice(all, at + 512, at + 512 + (size_t)size)};
        at += 512 + ((size_t)size + 511) / 512 * 512;
    }
}

static void put_part(struct tar_writer *w, const struct part *p)
{
    assert_int_equal(tar_put_text(w, p->name, p->bytes), OK);
}

/* The archive again, without one part (-1: with all), and with `extra` before `before`. */
static void rewrite(int without, const struct part *extra, size_t before)
{
    struct tar_writer w = {.to = fopen(path_of("bad.tar").at, "w")};

    assert_non_null(w.to);
    for (size_t i = 0; i <= part_count; i++) {
        if (i == before && extra != NULL)
            put_part(&w, extra);
        if (i < part_count && (int)i != without)
            put_part(&w, &parts[i]);
    }
    assert_int_equal(tar_put_end(&w), OK);
    fclose(w.to);
}

/* Nothing stays behind of what was refused. */
static void is_refused(const char *words)
{
    int status = run("restore bad.tar r");

    if (status != EXIT_INVALID)
        print_message("status %d:\n%s\n", status, said);
    assert_int_equal(status, EXIT_INVALID);
    says(words);
    assert_false(is_there("r"));
    shell("! ls -d r.restoring-* 2>/dev/null");
}

static void an_archive_put_together_again_is_taken(void **state)
{
    (void)state;
    read_parts();
    rewrite(-1, NULL, 0);
    assert_int_equal(run("restore bad.tar r"), EXIT_DONE);
    shell("rm -r r");
}

static void a_flipped_byte_is_refused_wherever_it_is(void **state)
{
    str all = read_whole("good.tar");
    char *at = (char *)arena_alloc(arena, all.len);
    size_t step = all.len / 17;

    (void)state;
    for (size_t i = 0; i < all.len; i += step) {
        memcpy(at, all.at, all.len);
        at[i] ^= 0x20;
        write_whole("bad.tar", (str){at, all.len});
        is_refused("bad.tar: ");
    }
    /* The manifest byte by byte in part, and the very end. */
    for (size_t i = all.len - 1024 - 700; i < all.len; i += 83) {
        memcpy(at, all.at, all.len);
        at[i] ^= 0x20;
        write_whole("bad.tar", (str){at, all.len});
        is_refused("bad.tar: ");
    }
}

static void an_archive_that_was_cut_is_refused(void **state)
{
    str all = read_whole("good.tar");
    const size_t cuts[] = {0,          100, 512, 700, all.len / 2, all.len - 1024, all.len - 512,
                           all.len - 1};

    (void)state;
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        write_whole("bad.tar", str_slice(all, 0, cuts[i]));
        is_refused("damaged, cut off, or not a backup");
    }
    write_whole("bad.tar", str_join(arena, all, S("more")));
    is_refused("damaged, cut off, or not a backup");
}

static void a_missing_member_is_refused(void **state)
{
    (void)state;
    read_parts();
    for (size_t i = 0; i < part_count; i++) {
        rewrite((int)i, NULL, 0);
        is_refused(i + 1 == part_count ? "it has no manifest" : "is missing");
    }
}

static void an_added_member_is_refused(void **state)
{
    const struct part own = {S("procedures/other.yaml"), S("procedure: other\n")};

    (void)state;
    read_parts();
    for (size_t i = 0; i <= part_count; i++) {
        rewrite(-1, &own, i);
        is_refused("bad.tar: ");
    }
    for (size_t i = 0; i + 1 < part_count; i++) {
        rewrite(-1, &parts[i], part_count - 1);
        is_refused("twice");
    }
}

static void a_name_that_leads_elsewhere_is_refused(void **state)
{
    static const char *const bad[] = {"../evil",
                                      "/tmp/shangliang-evil",
                                      "files/../../evil",
                                      "files/ab/../../evil",
                                      "procedures/../evil.yaml",
                                      "procedures/a/b.yaml",
                                      "procedures/.yaml",
                                      "secret.key",
                                      "./config.yaml",
                                      "files",
                                      "config.yaml/x"};

    (void)state;
    read_parts();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct part p = {str_of(bad[i]), S("evil")};
        rewrite(-1, &p, 0);
        is_refused("does not belong into a backup");
    }
    assert_false(is_there("../evil"));
    assert_int_not_equal(access("/tmp/shangliang-evil", F_OK), 0);
}

/* A link could lead anywhere; only plain files are taken. */
static void a_link_in_an_archive_is_refused(void **state)
{
    (void)state;
    shell("mkdir -p links && ln -sf /etc/passwd links/config.yaml && "
          "tar cf bad.tar --format=ustar -C links config.yaml");
    is_refused("damaged, cut off, or not a backup");
}

static void sizes_past_eight_gibibytes_are_written_and_read(void **state)
{
    const int64_t sizes[] = {0, 1, 511, (INT64_C(1) << 33) - 1, INT64_C(1) << 33, INT64_C(1) << 45};
    unsigned char block[TAR_BLOCK];
    int64_t size;
    str name;

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        tar_header(block, S("shangliang.db"), sizes[i], 5000);
        assert_int_equal(tar_read_header(block, &name, &size), OK);
        assert_true(size == sizes[i] && str_eq(name, S("shangliang.db")));
    }
}

/* ---- a record that somebody changed ---- */

static void a_flipped_byte_in_the_record_is_named(void **state)
{
    (void)state;
    copy("d", "t");
    CHANGE("t", &TAMPER_BYTE);
    assert_int_equal(run("ledger verify t"), EXIT_TAMPERED);
    says("changed at sequence 3");
    says("the first at sequence 3");
    assert_int_equal(run("check t"), EXIT_TAMPERED);
    says("problem  ledger");
    assert_int_equal(run("backup t tampered.tar"), EXIT_DONE);
    assert_int_equal(run("restore tampered.tar r"), EXIT_TAMPERED);
    says("tampered with before the backup was made");
    assert_false(is_there("r"));
}

static void a_swapped_pair_in_the_record_is_named(void **state)
{
    (void)state;
    copy("d", "t");
    CHANGE("t", &TAMPER_ASIDE, &TAMPER_SWAP, &TAMPER_BACK);
    assert_int_equal(run("ledger verify t"), EXIT_TAMPERED);
    says("swapped at sequence 2");
}

static void a_cut_tail_of_the_record_is_named(void **state)
{
    (void)state;
    copy("d", "t");
    shell("%s ledger head d >kept-whole.txt", program);
    CHANGE("t", &TAMPER_CONTENT_CUT, &TAMPER_CUT);
    assert_int_equal(run("ledger verify t"), EXIT_TAMPERED);
    says("cut at sequence 5");
    assert_int_equal(run("ledger verify t --head kept-whole.txt"), EXIT_TAMPERED);
    const char *cut = strstr(said, "cut at sequence 5");
    assert_non_null(cut);
    assert_null(strstr(cut + 1, "cut at sequence 5")); /* by both heads, and said once */
}

static void an_act_that_the_record_never_saw_is_named(void **state)
{
    (void)state;
    copy("d", "t");
    CHANGE("t", &TAMPER_ENTRY);
    assert_int_equal(run("ledger verify t"), EXIT_TAMPERED);
    says("act, entry 1: close of matter ");
}

static void a_row_that_no_act_changed_is_named(void **state)
{
    (void)state;
    copy("d", "t");
    assert_int_equal(run("ledger verify t"), EXIT_DONE);
    says("6 matters compared with their rows, 0 too old to be compared: verified");
    CHANGE("t", &TAMPER_TITLE);
    assert_int_equal(run("ledger verify t"), EXIT_TAMPERED);
    says("rows: matter record:mb-2: matter\n");
    says("1 problems");
    assert_int_equal(run("check t"), EXIT_TAMPERED);
    says("ledger        rows: matter record:mb-2: matter\n");
    assert_int_equal(run("backup t changed-row.tar"), EXIT_DONE);
    assert_int_equal(run("restore changed-row.tar r"), EXIT_TAMPERED);
}

static enum err load_serial(struct db *db, void *arg)
{
    struct rows row;
    bool found;

    TRY(db_rows(&row, db, &TEST_SERIAL));
    TRY(db_next(&row, &found));
    *(str *)arg = take_str(&row, arena);
    return db_done(&row);
}

static void what_is_erased_leaves_the_record_whole_and_an_entry(void **state)
{
    struct db_options options = {.url = str_fmt(arena, "sqlite:%s/e/shangliang.db", folder)};
    struct db_pool *pool;
    str serial;

    (void)state;
    assert_int_equal(run("demo e"), EXIT_DONE);
    assert_int_equal(run("ledger verify e"), EXIT_DONE);
    says(" 0 contents erased");
    says(" 0 too old to be compared: verified");
    assert_int_equal(db_open(&pool, &options), OK);
    assert_int_equal(db_act_wait(pool, load_serial, &serial), OK);
    db_close(pool);
    assert_int_equal(run("ledger erase e %.*s", STR_ARG(serial)), EXIT_USAGE);
    assert_int_equal(run("ledger erase e %.*s --why ' '", STR_ARG(serial)), EXIT_USAGE);
    assert_int_equal(run("ledger erase e 4711 --why x"), EXIT_NOT_FOUND);
    assert_int_equal(run("ledger erase e %.*s --why 'asked for'", STR_ARG(serial)), EXIT_DONE);
    says("erased, and said so in the record");
    assert_int_equal(run("ledger erase e %.*s --why 'once more'", STR_ARG(serial)), EXIT_DONE);
    says("erased before");
    server_stop(server_start("e"));
    assert_int_equal(run("ledger verify e"), EXIT_DONE);
    assert_null(strstr(said, " 0 contents erased"));
    says("verified");
}

/* Whoever holds the key can make a record that is right in itself; a head kept elsewhere tells. */
static void a_record_rewritten_as_a_whole_is_noticed_by_a_head_kept_elsewhere(void **state)
{
    (void)state;
    copy("d", "t");
    shell("%s ledger head d >kept.txt", program);
    assert_int_equal(run("ledger verify t --head kept.txt"), EXIT_DONE);
    CHANGE("t", &TAMPER_BYTE, &TAMPER_UNSEAL, &TAMPER_HEADS);
    pid_t server = server_start("t");
    for (int i = 0; i < 50 && run("ledger head t") != 0; i++)
        wait_a_little();
    server_stop(server);
    assert_int_equal(run("ledger verify t --head kept.txt"), EXIT_TAMPERED);
    says("outside");
    shell("echo nonsense >kept.txt");
    assert_int_equal(run("ledger verify t --head kept.txt"), EXIT_INVALID);
}

/* ---- check ---- */

static void check_names_a_file_that_is_missing_or_changed(void **state)
{
    (void)state;
    copy("d", "t");
    shell("for f in t/files/*/*; do echo more >>$f; done");
    assert_int_equal(run("check t"), EXIT_FAULT);
    says("of 1 attachments 0 missing, 1 changed");
    assert_int_equal(run("backup t changed.tar"), EXIT_DONE);
    says("warning: it was changed");
    shell("rm t/files/*/*");
    assert_int_equal(run("check t"), EXIT_FAULT);
    says("of 1 attachments 1 missing, 0 changed");
}

static void check_says_what_is_wrong_with_key_and_configuration(void **state)
{
    (void)state;
    copy("d", "t");
    shell("chmod 644 t/secret.key");
    assert_int_equal(run("check t"), EXIT_DENIED);
    shell("chmod 600 t/secret.key && echo short >t/secret.key");
    assert_int_equal(run("check t"), EXIT_INVALID);
    shell("cp d/secret.key t/ && echo 'colour: red' >>t/config.yaml");
    assert_int_equal(run("check t"), EXIT_INVALID);
    says("unknown key \xE2\x80\x9C"
         "colour");
    shell("cp d/config.yaml t/ && rm t/shangliang.db");
    assert_int_equal(run("check t"), EXIT_NOT_FOUND);
    assert_false(is_there("t/shangliang.db"));
}

static void a_broken_configuration_is_refused_with_file_line_and_sentence(void **state)
{
    static const struct {
        const char *text, *said;
    } files[] = {
        {"site_en: A\\n\\ncolour: red", "t/config.yaml:3: unknown key"},
        {"# words\\nworkers: many",
         "t/config.yaml:2: \xE2\x80\x9Cworkers\xE2\x80\x9D must be a whole "
         "number from 1 to 256"},
        {"upload_mib: 0", "t/config.yaml:1: "},
        {"demonstration: perhaps", "must be true or false"},
        {"site_en: A\\nsite_en: B",
         "t/config.yaml:2: \xE2\x80\x9Csite_en\xE2\x80\x9D stands here twice"},
        {"listen: {port: 80}", "must be one value"},
        {"- listen", "t/config.yaml:1: every entry is a key, a colon and a value"},
        {"listen: \"127.0.0.1", "t/config.yaml:2: this is not YAML"},
        {"site_en: \\377", "t/config.yaml: this is not UTF-8 text"},
        {"base_url: javascript:x", "must begin with https:// or http://"},
        {"workers: 0\\nidle_minutes: 1", "t/config.yaml:2: "},
    };

    (void)state;
    copy("d", "t");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        shell("printf -- '%s\\n' >t/config.yaml", files[i].text);
        assert_int_equal(run("check t"), EXIT_INVALID);
        says(files[i].said);
        assert_int_equal(run("serve t --listen 127.0.0.1:0"), EXIT_INVALID);
        says(files[i].said);
        assert_null(strstr(said, "Backtrace"));
    }
}

static void check_knows_the_key_of_another_instance(void **state)
{
    (void)state;
    shell("rm -rf t u");
    assert_int_equal(run("init t"), EXIT_DONE);
    assert_int_equal(run("init u"), EXIT_DONE);
    shell("cp u/secret.key t/");
    assert_int_equal(run("check t"), EXIT_DONE); /* nothing was signed or sealed with either */
    assert_int_equal(run("person add t somebody Somebody --phone 13800138000"), EXIT_DONE);
    shell("rm u/secret.key && cp d/secret.key u/ && cp u/secret.key t/");
    assert_int_equal(run("check t"), EXIT_FAULT);
    says("belongs to another instance");
    copy("d", "t");
    shell("rm -rf u");
    assert_int_equal(run("init u"), EXIT_DONE);
    shell("cp u/secret.key t/");
    assert_int_equal(run("check t"), EXIT_FAULT); /* and not 8: nobody tampered with the record */
    says("belongs to another instance");
}

static void what_cannot_be_made_leaves_nothing_behind(void **state)
{
    (void)state;
    shell("rm -rf t u");
    assert_int_equal(run("init t --db postgresql://127.0.0.1:1/none"), EXIT_BUSY);
    assert_false(is_there("t"));
    assert_int_equal(run("demo t --from /nonexistent"), EXIT_NOT_FOUND);
    assert_false(is_there("t"));
    assert_int_equal(run("init t --db sqlite:%s", path_of("shared.db").at), EXIT_DONE);
    assert_int_equal(run("init u --db sqlite:%s", path_of("shared.db").at), EXIT_CONFLICT);
    says("holds an instance already");
    assert_false(is_there("u"));
}

static void what_is_no_text_is_no_argument(void **state)
{
    (void)state;
    assert_int_equal(run("person add d '' Somebody"), EXIT_INVALID);
    assert_int_equal(run("person add d nobody \"$(printf 'a\\377')\""), EXIT_USAGE);
    assert_int_equal(run("person add d nobody \"$(printf 'a\\033b')\""), EXIT_USAGE);
    assert_int_equal(run("person list d"), EXIT_DONE);
    assert_null(strstr(said, "nobody"));
    assert_int_equal(run("procedure check ."), EXIT_NOT_FOUND);
    copy("d", "t");
    shell(": >t/config.yaml");
    assert_int_equal(run("check t"), EXIT_DONE);
    shell("echo 'base_url: \"javascript:alert(1)\"' >t/config.yaml");
    assert_int_equal(run("check t"), EXIT_INVALID);
    says("base_url");
}

static void check_finds_a_damaged_database(void **state)
{
    (void)state;
    copy("d", "t");
    shell("rm -f t/shangliang.db-*; head -c 4096 /dev/zero | "
          "dd of=t/shangliang.db bs=4096 seek=40 conv=notrunc 2>/dev/null");
    assert_int_equal(run("check t"), EXIT_FAULT);
    says("damaged");
}

/* ---- PostgreSQL ---- */

static void a_postgresql_instance_comes_back_into_another_database(void **state)
{
    struct db_testing from, to;

    (void)state;
    if (!db_testing_open_empty(&from, DB_POSTGRES, NULL))
        skip();
    assert_true(db_testing_open_empty(&to, DB_POSTGRES, NULL));
    assert_int_equal(run("init p --db '%s'", from.url), EXIT_DONE);
    assert_int_equal(run("import p %s/examples/zhengzhou", root), EXIT_DONE);
    server_stop(server_start("p"));
    assert_int_equal(run("backup p p.tar"), EXIT_DONE);
    assert_int_equal(run("restore p.tar pr"), EXIT_INVALID);
    says("--db URL");
    assert_int_equal(run("restore p.tar pr --db '%s'", to.url), EXIT_DONE);
    shell("cp p/secret.key pr/");
    assert_int_equal(run("check pr"), EXIT_DONE);
    says("PostgreSQL, whole");
    assert_int_equal(run("ledger verify pr"), EXIT_DONE);
    assert_int_equal(run("restore p.tar again --db '%s'", to.url), EXIT_CONFLICT);
    says("holds an instance already");
    assert_false(is_there("again"));
    db_testing_close(&to);
    db_testing_close(&from);
}

static void the_password_of_a_database_stays_with_its_owner(void **state)
{
    struct db_testing from, to;

    (void)state;
    if (!db_testing_open_empty(&from, DB_POSTGRES, NULL))
        skip();
    assert_true(db_testing_open_empty(&to, DB_POSTGRES, NULL));
    str url = str_fmt(arena, "%s&password=open%%23sesame", from.url);
    assert_int_equal(run("init pw --db '%.*s'", STR_ARG(url)), EXIT_DONE);
    shell("test $(stat -c %%a pw/config.yaml) = 600 && grep -q sesame pw/config.yaml");
    assert_int_equal(run("check pw"), EXIT_DONE);
    says("config.yaml is right");
    shell("chmod 640 pw/config.yaml");
    assert_int_equal(run("check pw"), EXIT_DONE);
    says("warning  configuration config.yaml holds the password");
    assert_int_equal(run("backup pw pw.tar"), EXIT_DONE);
    says("Nor is the password of the database.");
    shell("! grep -q sesame pw.tar && tar xOf pw.tar config.yaml | grep -qF '%s'", from.url);
    assert_int_equal(run("restore pw.tar back"), EXIT_INVALID);
    says("give its password there");
    assert_int_equal(run("restore pw.tar back --db '%s&password=again'", to.url), EXIT_DONE);
    shell("test $(stat -c %%a back/config.yaml) = 600 && grep -q 'password=again' "
          "back/config.yaml && ! grep -q sesame back/config.yaml");
    shell("sed -i 's/password=/%%70assword=/' pw/config.yaml"); /* as nobody would write it */
    assert_int_equal(run("backup pw odd.tar"), EXIT_INVALID);
    says("cannot be left out");
    assert_false(is_there("odd.tar"));
    db_testing_close(&to);
    db_testing_close(&from);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_command_says_how_it_is_used),
        cmocka_unit_test(the_manual_has_every_command_as_the_table_has_it),
        cmocka_unit_test(exit_statuses_tell_what_was_wrong),
        cmocka_unit_test(a_folder_has_one_server_at_a_time),
        cmocka_unit_test(procedure_check_names_file_line_and_reason),
        cmocka_unit_test(procedures_are_listed_shown_and_drawn),
        cmocka_unit_test(what_was_restored_is_what_was_backed_up),
        cmocka_unit_test(a_backup_is_a_tar_without_the_key),
        cmocka_unit_test(a_backup_holds_no_password_of_a_database),
        cmocka_unit_test(without_the_key_everything_is_read_only_and_says_why),
        cmocka_unit_test(an_archive_put_together_again_is_taken),
        cmocka_unit_test(a_flipped_byte_is_refused_wherever_it_is),
        cmocka_unit_test(an_archive_that_was_cut_is_refused),
        cmocka_unit_test(a_missing_member_is_refused),
        cmocka_unit_test(an_added_member_is_refused),
        cmocka_unit_test(a_name_that_leads_elsewhere_is_refused),
        cmocka_unit_test(a_link_in_an_archive_is_refused),
        cmocka_unit_test(sizes_past_eight_gibibytes_are_written_and_read),
        cmocka_unit_test(a_flipped_byte_in_the_record_is_named),
        cmocka_unit_test(a_swapped_pair_in_the_record_is_named),
        cmocka_unit_test(a_cut_tail_of_the_record_is_named),
        cmocka_unit_test(an_act_that_the_record_never_saw_is_named),
        cmocka_unit_test(a_row_that_no_act_changed_is_named),
        cmocka_unit_test(what_is_erased_leaves_the_record_whole_and_an_entry),
        cmocka_unit_test(a_record_rewritten_as_a_whole_is_noticed_by_a_head_kept_elsewhere),
        cmocka_unit_test(check_names_a_file_that_is_missing_or_changed),
        cmocka_unit_test(check_says_what_is_wrong_with_key_and_configuration),
        cmocka_unit_test(a_broken_configuration_is_refused_with_file_line_and_sentence),
        cmocka_unit_test(check_knows_the_key_of_another_instance),
        cmocka_unit_test(what_cannot_be_made_leaves_nothing_behind),
        cmocka_unit_test(what_is_no_text_is_no_argument),
        cmocka_unit_test(check_finds_a_damaged_database),
        cmocka_unit_test(a_postgresql_instance_comes_back_into_another_database),
        cmocka_unit_test(the_password_of_a_database_stays_with_its_owner),
    };

    if (argc != 3)
        return EXIT_USAGE;
    program = argv[1];
    root = argv[2];
    return cmocka_run_group_tests(tests, begin, end);
}
