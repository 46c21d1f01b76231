/*
 * The command `request`: one request through the main path, answered before the command ends.
 *
 * request_test PROGRAM
 */
#include "db/db.h"
#include "main/app.h"
#include "main/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { SAID_MAX = 256 * 1024, TIMES = 8 };

static const char *program;
static char folder[] = "/tmp/shangliang-request-XXXXXX";
static char said[SAID_MAX];

/* Run the program in the folder; `said` is all that it wrote. */
static int run(const char *words)
{
    char line[512];

    snprintf(line, sizeof line, "cd %s && %s %s 2>&1", folder, program, words);
    FILE *f = popen(line, "r");
    assert_non_null(f);
    size_t n = fread(said, 1, sizeof said - 1, f);
    said[n] = '\0';
    int status = pclose(f);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void says(const char *words)
{
    if (strstr(said, words) == NULL)
        fail_msg("said:\n%s\nnot: %s", said, words);
}

static void write_body(const char *body)
{
    char path[128];

    snprintf(path, sizeof path, "%s/body", folder);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(body, f);
    assert_int_equal(fclose(f), 0);
}

static int begin(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL || run("init d") != EXIT_DONE ||
        run("person add d somebody Somebody") != EXIT_DONE)
        return -1;
    return 0;
}

static int end(void **state)
{
    char line[64];

    (void)state;
    snprintf(line, sizeof line, "rm -rf %s", folder);
    return system(line);
}

static const struct sql SIGN_INS = {"SIGN_INS", "SELECT COUNT(*) FROM sign_in", NULL, 0};

static enum err count_sign_ins(struct ctx *c, void *arg)
{
    return db_number(c->db, arg, 0, &SIGN_INS);
}

static int64_t sign_ins(void)
{
    struct arena *a = arena_new("count", 1024 * 1024);
    struct instance in;
    char dir[128];
    int64_t n = 0;

    snprintf(dir, sizeof dir, "%s/d", folder);
    assert_int_equal(app_open(&in, dir), OK);
    struct ctx c = app_ctx(&in, a);
    assert_int_equal(app_read(&in, &c, count_sign_ins, &n), OK);
    app_close(&in);
    arena_free(a);
    return n;
}

static void an_act_is_answered_before_the_command_ends(void **state)
{
    (void)state;
    write_body("name=somebody&password=not+this+one");
    for (int i = 0; i < TIMES / 2; i++) { /* kept: a failure is counted */
        assert_int_equal(run("request d POST /sign-in --body body --lang en"), EXIT_DONE);
        says("HTTP/1.1 403 ");
        says("</html>");
    }
    write_body("title=A+lamp&situation=It+is+dark&contact=a@example.org&step=send");
    for (int i = 0; i < TIMES / 2; i++) {
        assert_int_equal(run("request d POST /raise --body body"), EXIT_DONE);
        says("HTTP/1.1 303 ");
        says("Location: /raise/confirm/");
    }
}

static void a_request_as_somebody_leaves_his_other_sign_ins_open(void **state)
{
    char body[160];

    (void)state;
    assert_int_equal(run("person add d other Other"), EXIT_DONE);
    snprintf(body, sizeof body, "name=other&password=%.*s", (int)strcspn(said, "\n"), said);
    write_body(body);
    assert_int_equal(run("request d POST /sign-in --body body"), EXIT_DONE);
    says("HTTP/1.1 303 ");
    assert_int_equal(sign_ins(), 1);
    assert_int_equal(run("request d GET /matters --as other"), EXIT_DONE);
    assert_int_equal(sign_ins(), 1);
    write_body("x=1");
    assert_int_equal(run("request d POST /sign-out --as other --body body"), EXIT_DONE);
    says("HTTP/1.1 303 ");
    assert_int_equal(sign_ins(), 1);
}

static void wrong_arguments_are_not_guessed_at(void **state)
{
    (void)state;
    assert_int_equal(run("request d GET ''"), EXIT_USAGE);
    assert_int_equal(run("request d GET / --lang fr"), EXIT_USAGE);
    assert_int_equal(run("request d POST /raise --body nowhere"), EXIT_NOT_FOUND);
    assert_int_equal(run("request d POST /raise --body ."), EXIT_NOT_FOUND);
    assert_int_equal(run("request d HEAD /"), EXIT_DONE);
    says("HTTP/1.1 200 OK");
    assert_null(strstr(said, "<html"));
    assert_int_equal(run("request d DELETE /matters"), EXIT_DONE);
    says("HTTP/1.1 405 Method Not Allowed");
    says("Allow: GET, HEAD");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_arguments_are_not_guessed_at),
        cmocka_unit_test(an_act_is_answered_before_the_command_ends),
        cmocka_unit_test(a_request_as_somebody_leaves_his_other_sign_ins_open),
    };

    if (argc != 2)
        return EXIT_USAGE;
    program = argv[1];
    return cmocka_run_group_tests(tests, begin, end);
}
