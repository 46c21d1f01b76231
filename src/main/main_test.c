/* The commands of the program and what `check` says of an instance that somebody damaged. */
#include "main/main_world.h"

#include "base/buf.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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

static void a_moment_for_the_clock_is_read_with_its_zone_or_refused(void **state)
{
    static const char *const wrong[] = {"2026-12-31",          "2026-12-31T24:00",
                                        "2026-12-31T08:00+8",  "2026-12-31T08:00:00+0800",
                                        "2026-12-31 08:00:00", "2026-12-31T08:00:00Zulu"};

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(run("serve d --listen nowhere:0 --clock '%s'", wrong[i]), EXIT_USAGE);
    /* What follows a good one is refused for the address. */
    assert_int_not_equal(run("serve d --listen nowhere:0 --clock 2026-12-31T08:00:00.123Z"),
                         EXIT_USAGE);
    assert_int_not_equal(run("serve d --listen nowhere:0 --clock 2026-12-31T08:00+08:00"),
                         EXIT_USAGE);
}

/* ---- procedures ---- */

static void procedure_check_names_file_line_and_reason(void **state)
{
    (void)state;
    assert_int_equal(run("procedure check %s/procedures/proposal.yaml", root), EXIT_DONE);
    says("proposal.yaml: proposal 4");
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

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_command_says_how_it_is_used),
        cmocka_unit_test(the_manual_has_every_command_as_the_table_has_it),
        cmocka_unit_test(exit_statuses_tell_what_was_wrong),
        cmocka_unit_test(a_folder_has_one_server_at_a_time),
        cmocka_unit_test(a_moment_for_the_clock_is_read_with_its_zone_or_refused),
        cmocka_unit_test(procedure_check_names_file_line_and_reason),
        cmocka_unit_test(procedures_are_listed_shown_and_drawn),
        cmocka_unit_test(check_names_a_file_that_is_missing_or_changed),
        cmocka_unit_test(check_says_what_is_wrong_with_key_and_configuration),
        cmocka_unit_test(a_broken_configuration_is_refused_with_file_line_and_sentence),
        cmocka_unit_test(check_knows_the_key_of_another_instance),
        cmocka_unit_test(what_cannot_be_made_leaves_nothing_behind),
        cmocka_unit_test(what_is_no_text_is_no_argument),
        cmocka_unit_test(check_finds_a_damaged_database),
    };

    return world_main(argc, argv, tests, sizeof tests / sizeof *tests);
}
