/* Backup and restore, also of an archive that somebody changed. */
#include "main/main_world.h"

#include "base/buf.h"
#include "base/crypto.h"
#include "db/db_testing.h"
#include "main/tar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MEMBERS_MAX = 32 };

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
        cmocka_unit_test(a_postgresql_instance_comes_back_into_another_database),
        cmocka_unit_test(the_password_of_a_database_stays_with_its_owner),
    };

    return world_main(argc, argv, tests, sizeof tests / sizeof *tests);
}
