/* What `ledger` says of a record that somebody changed. */
#include "main/main_world.h"

#include <string.h>

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

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flipped_byte_in_the_record_is_named),
        cmocka_unit_test(a_swapped_pair_in_the_record_is_named),
        cmocka_unit_test(a_cut_tail_of_the_record_is_named),
        cmocka_unit_test(an_act_that_the_record_never_saw_is_named),
        cmocka_unit_test(a_row_that_no_act_changed_is_named),
        cmocka_unit_test(what_is_erased_leaves_the_record_whole_and_an_entry),
        cmocka_unit_test(a_record_rewritten_as_a_whole_is_noticed_by_a_head_kept_elsewhere),
    };

    return world_main(argc, argv, tests, sizeof tests / sizeof *tests);
}
