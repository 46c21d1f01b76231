#include "base/buf.h"
#include "base/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static struct arena *arena;
static struct calendar *cn; /* examples/calendar/cn.csv */
static const char *cn_path;

static str file_text(const char *path)
{
    struct buf b = {.arena = arena};
    FILE *f = fopen(path, "rb");
    size_t n;

    assert_non_null(f);
    while ((n = fread(buf_reserve(&b, 4096), 1, 4096, f)) > 0)
        b.len += n;
    fclose(f);
    return buf_str(&b);
}

static int64_t day(const char *date)
{
    int64_t d;

    if (!calendar_read_date(str_of(date), &d))
        fail_msg("not a date: %s", date);
    return d;
}

static const char *shown(int64_t d)
{
    return calendar_date_str(arena, d).at;
}

/* Ten in the morning in China. */
static int64_t morning(const char *date)
{
    return calendar_start_ms(day(date)) + INT64_C(10) * 3600 * 1000;
}

static const char *due(const char *start, int64_t n, enum calendar_unit unit)
{
    int64_t ms;

    assert_int_equal(calendar_due(cn, morning(start), n, unit, &ms, NULL), OK);
    assert_int_equal(ms, calendar_end_ms(calendar_day(ms)));
    return shown(calendar_day(ms));
}

static void a_day_begins_at_midnight_in_china(void **state)
{
    (void)state;
    assert_int_equal(calendar_day(INT64_C(-28800001)), -1);
    assert_int_equal(calendar_day(INT64_C(-28800000)), 0);
    assert_int_equal(calendar_start_ms(0), INT64_C(-28800000));
    assert_int_equal(calendar_end_ms(0), INT64_C(57599999));
    /* 2026-01-01T00:00 +08:00 is 2025-12-31T16:00Z */
    assert_int_equal(calendar_start_ms(day("2026-01-01")), INT64_C(1767196800000));
    assert_string_equal(shown(calendar_day(INT64_C(1767196799999))), "2025-12-31");
}

static void every_day_has_its_date_and_back(void **state)
{
    int64_t d = calendar_day_of(1899, 12, 31);

    (void)state;
    assert_int_equal(calendar_day_of(1970, 1, 1), 0);
    for (int y = 1900; y <= 2200; y++) {
        for (int m = 1; m <= 12; m++) {
            for (int n = 1; n <= calendar_month_days(y, m); n++) {
                int yy, mm, nn;
                d++;
                assert_int_equal(calendar_day_of(y, m, n), d);
                calendar_date_of(d, &yy, &mm, &nn);
                assert_true(yy == y && mm == m && nn == n);
            }
        }
    }
    assert_int_equal(calendar_month_days(2000, 2), 29);
    assert_int_equal(calendar_month_days(1900, 2), 28);
    assert_int_equal(calendar_month_days(2024, 2), 29);
    assert_int_equal(calendar_month_days(2026, 2), 28);
}

static void weekdays_are_known(void **state)
{
    (void)state;
    assert_int_equal(calendar_weekday(0), 4);
    assert_int_equal(calendar_weekday(-1), 3);
    assert_int_equal(calendar_weekday(day("1900-01-01")), 1);
    assert_int_equal(calendar_weekday(day("2022-01-29")), 6);
    assert_int_equal(calendar_weekday(day("2026-11-22")), 7);
}

static void only_a_real_date_is_read(void **state)
{
    static const char *const bad[] = {"",           "2026-1-01",   "2026-02-29", "2026-13-01",
                                      "2026-00-10", "2026-04-31",  "2026-04-00", "2026/04/01",
                                      "20260401",   "2026-04-01 ", "1899-12-31", "2200-01-01",
                                      "2026-0a-01", "-026-01-01"};
    int64_t d;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(calendar_read_date(str_of(bad[i]), &d));
    assert_string_equal(shown(day("2024-02-29")), "2024-02-29");
}

static void spring_festival_2022_is_free_and_its_weekend_is_worked(void **state)
{
    static const char *const worked[] = {"2022-01-29", "2022-01-30", "2022-04-02", "2022-04-24",
                                         "2022-05-07", "2022-10-08", "2022-10-09", "2026-01-04",
                                         "2026-02-14", "2025-09-28", "2024-10-12", "2021-02-07"};
    static const char *const free_days[] = {"2022-01-31", "2022-02-04", "2022-02-05",
                                            "2022-02-06", "2022-05-03", "2022-01-03",
                                            "2023-01-02", "2026-02-16", "2026-10-07"};

    (void)state;
    for (size_t i = 0; i < sizeof worked / sizeof *worked; i++)
        assert_true(calendar_is_workday(cn, day(worked[i])));
    for (size_t i = 0; i < sizeof free_days / sizeof *free_days; i++)
        assert_false(calendar_is_workday(cn, day(free_days[i])));
    assert_true(calendar_is_workday(cn, day("2022-02-07")));
    assert_false(calendar_is_workday(cn, day("2022-02-12")));
    assert_true(calendar_is_workday(NULL, day("2022-01-31")));
}

static void the_shipped_table_covers_2021_to_2026(void **state)
{
    (void)state;
    assert_false(calendar_covers(cn, 2020));
    for (int y = 2021; y <= 2026; y++)
        assert_true(calendar_covers(cn, y));
    assert_false(calendar_covers(cn, 2027));
    assert_int_equal(calendar_last_year(cn), 2026);
    assert_int_equal(calendar_last_year(NULL), 0);
    /* Working days in the six years, counted from the notices. */
    static const int in_year[] = {250, 249, 249, 251, 248, 248};
    for (int y = 2021; y <= 2026; y++)
        assert_int_equal(calendar_workdays_between(cn, calendar_day_of(y - 1, 12, 31),
                                                   calendar_day_of(y, 12, 31)),
                         in_year[y - 2021]);
}

static void a_clock_skips_holidays_and_counts_shifted_days(void **state)
{
    (void)state;
    assert_string_equal(due("2022-01-28", 1, CALENDAR_WORKDAYS), "2022-01-29");
    assert_string_equal(due("2022-01-28", 3, CALENDAR_WORKDAYS), "2022-02-07");
    assert_string_equal(due("2022-01-28", 3, CALENDAR_DAYS), "2022-01-31");
    assert_string_equal(due("2022-04-01", 2, CALENDAR_WORKDAYS), "2022-04-06");
    assert_string_equal(due("2022-02-07", -1, CALENDAR_WORKDAYS), "2022-01-30");
    assert_string_equal(due("2022-02-07", -3, CALENDAR_WORKDAYS), "2022-01-28");
    assert_string_equal(due("2022-02-07", 0, CALENDAR_WORKDAYS), "2022-02-07");
    assert_string_equal(due("2022-02-03", 0, CALENDAR_WORKDAYS), "2022-02-07");
    assert_string_equal(due("2022-02-03", 0, CALENDAR_DAYS), "2022-02-03");
}

static void months_end_on_a_date_that_exists(void **state)
{
    (void)state;
    assert_string_equal(due("2026-01-31", 1, CALENDAR_MONTHS), "2026-02-28");
    assert_string_equal(due("2024-01-31", 1, CALENDAR_MONTHS), "2024-02-29");
    assert_string_equal(due("2024-02-29", 12, CALENDAR_MONTHS), "2025-02-28");
    assert_string_equal(due("2022-04-26", 3, CALENDAR_MONTHS), "2022-07-26");
    assert_string_equal(due("2022-10-31", 4, CALENDAR_MONTHS), "2023-02-28");
    assert_string_equal(due("2022-01-31", -2, CALENDAR_MONTHS), "2021-11-30");
    assert_string_equal(due("2022-01-15", -1, CALENDAR_MONTHS), "2021-12-15");
}

static void hours_are_exact(void **state)
{
    int64_t ms;

    (void)state;
    assert_int_equal(calendar_due(cn, 1000, 2, CALENDAR_HOURS, &ms, NULL), OK);
    assert_int_equal(ms, 1000 + 2 * 3600 * 1000);
    assert_int_equal(calendar_due(cn, 1000, -1, CALENDAR_HOURS, &ms, NULL), OK);
    assert_int_equal(ms, 1000 - 3600 * 1000);
}

static void a_length_out_of_range_is_refused(void **state)
{
    int64_t ms = 7;

    (void)state;
    for (int unit = CALENDAR_HOURS; unit <= CALENDAR_MONTHS; unit++) {
        assert_int_equal(
            calendar_due(cn, 0, CALENDAR_COUNT_MAX + 1, (enum calendar_unit)unit, &ms, NULL),
            INVALID);
        assert_int_equal(
            calendar_due(cn, 0, -CALENDAR_COUNT_MAX - 1, (enum calendar_unit)unit, &ms, NULL),
            INVALID);
        assert_int_equal(ms, 7);
        assert_int_equal(
            calendar_due(cn, 0, CALENDAR_COUNT_MAX, (enum calendar_unit)unit, &ms, NULL), OK);
        assert_int_equal(
            calendar_due(cn, 0, -CALENDAR_COUNT_MAX, (enum calendar_unit)unit, &ms, NULL), OK);
        ms = 7;
    }
}

static bool passes(const char *start, int64_t n, enum calendar_unit unit)
{
    int64_t ms;
    bool past;

    assert_int_equal(calendar_due(cn, morning(start), n, unit, &ms, &past), OK);
    return past;
}

static void a_count_beyond_the_table_says_so(void **state)
{
    (void)state;
    assert_false(passes("2026-12-29", 2, CALENDAR_WORKDAYS)); /* ends on 31 December */
    assert_true(passes("2026-12-29", 3, CALENDAR_WORKDAYS));
    assert_string_equal(due("2026-12-29", 3, CALENDAR_WORKDAYS), "2027-01-01"); /* a Friday */
    assert_true(passes("2021-01-05", -4, CALENDAR_WORKDAYS));
    assert_false(passes("2026-12-29", 90, CALENDAR_DAYS));
    assert_false(passes("2026-12-29", 3, CALENDAR_MONTHS));
    assert_true(passes("2027-03-01", 0, CALENDAR_WORKDAYS));
    assert_false(passes("2026-03-02", 0, CALENDAR_WORKDAYS));
}

static void what_is_due_is_a_workday_and_counts_back(void **state)
{
    int64_t first = day("2021-03-01"), last = day("2026-08-31");

    (void)state;
    for (int64_t d = first; d <= last; d += 3) {
        for (int64_t n = 1; n <= 60; n += 7) {
            int64_t ms, back;
            assert_int_equal(
                calendar_due(cn, calendar_start_ms(d), n, CALENDAR_WORKDAYS, &ms, NULL), OK);
            int64_t end = calendar_day(ms);
            assert_true(calendar_is_workday(cn, end));
            assert_int_equal(calendar_workdays_between(cn, d, end), n);
            assert_int_equal(calendar_workdays_between(cn, end, d), -n);
            assert_int_equal(calendar_due(cn, ms, -n, CALENDAR_WORKDAYS, &back, NULL), OK);
            assert_true(calendar_is_workday(cn, calendar_day(back)));
            if (calendar_is_workday(cn, d))
                assert_int_equal(calendar_day(back), d);
        }
    }
}

static void counting_between_days_agrees_with_walking(void **state)
{
    (void)state;
    for (int64_t from = day("2021-12-20"); from < day("2022-03-01"); from++) {
        int64_t walked = 0;
        for (int64_t to = from; to < from + 400; to++) {
            walked += to > from && calendar_is_workday(cn, to);
            assert_int_equal(calendar_workdays_between(cn, from, to), walked);
        }
    }
    assert_int_equal(calendar_workdays_between(NULL, -10, -3), 5);
    /* Lines that say what the weekday says anyway change nothing. */
    struct calendar *c;
    int bad;
    assert_int_equal(calendar_read(arena, S("2026-03-02,workday\n2026-03-08,holiday\n"), &c, &bad),
                     OK);
    assert_int_equal(calendar_workdays_between(c, day("2026-03-01"), day("2026-03-08")), 5);
}

static void refuse(const char *text, int line)
{
    struct calendar *c = NULL;
    int bad = -1;

    assert_int_equal(calendar_read(arena, str_of(text), &c, &bad), INVALID);
    assert_int_equal(bad, line);
}

static void a_bad_line_is_named(void **state)
{
    (void)state;
    refuse("2026-01-01,holiday,x\n2026-02-30,holiday,x\n", 2);
    refuse("# a\n\n2026-01-01;holiday\n", 3);
    refuse("2026-01-01,free,x\n", 1);
    refuse("2026-01-01\n", 1);
    refuse("years: 2026-2021\n", 1);
    refuse("\nyears: twenty\n", 2);
    refuse("years: 2026-20271\n", 1);
    refuse("2026-01-01,holiday\n2026-01-02,holiday\n2026-01-01,workday\n", 3);
}

static void a_table_is_read_with_and_without_years(void **state)
{
    struct calendar *c;
    int bad;
    size_t count;

    (void)state;
    assert_int_equal(
        calendar_read(arena,
                      S("\xEF\xBB\xBF# bom, crlf\r\nyears: 2021, 2023-2024\r\n"
                        "2023-10-01,holiday,National Day\r\n 2023-01-28 , workday \r\n"),
                      &c, &bad),
        OK);
    assert_true(calendar_covers(c, 2021) && calendar_covers(c, 2023) && calendar_covers(c, 2024));
    assert_false(calendar_covers(c, 2022));
    const struct calendar_row *rows = calendar_rows(c, &count);
    assert_int_equal(count, 2);
    assert_int_equal(rows[0].day, day("2023-01-28"));
    assert_int_equal(rows[0].kind, CALENDAR_WORKDAY);
    assert_string_equal(rows[1].name.at, "National Day");
    assert_true(calendar_is_workday(c, day("2023-01-28")));

    assert_int_equal(calendar_read(arena, S("2022-12-31,holiday\n2023-10-01,holiday\n"), &c, &bad),
                     OK);
    assert_false(calendar_covers(c, 2022));
    assert_true(calendar_covers(c, 2023));
    assert_int_equal(calendar_read(arena, S(""), &c, &bad), OK);
    assert_int_equal(calendar_last_year(c), 0);
}

static void rows_give_the_same_table_as_the_text(void **state)
{
    struct calendar *c;
    size_t count;
    const struct calendar_row *rows = calendar_rows(cn, &count);
    struct calendar_row *turned = NEW_ARRAY(arena, count, struct calendar_row);

    (void)state;
    for (size_t i = 0; i < count; i++)
        turned[i] = rows[count - 1 - i];
    assert_int_equal(calendar_from_rows(arena, turned, count, &c), OK);
    for (int64_t d = day("2020-12-01"); d < day("2027-02-01"); d++)
        assert_int_equal(calendar_is_workday(c, d), calendar_is_workday(cn, d));
    for (int y = 2019; y <= 2028; y++)
        assert_int_equal(calendar_covers(c, y), calendar_covers(cn, y));
    turned[1].day = turned[0].day;
    assert_int_equal(calendar_from_rows(arena, turned, count, &c), INVALID);
}

static int start(void **state)
{
    int bad;

    (void)state;
    arena = arena_new("test", 64u * 1024 * 1024);
    return calendar_read(arena, file_text(cn_path), &cn, &bad) != OK;
}

static int end(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_begins_at_midnight_in_china),
        cmocka_unit_test(every_day_has_its_date_and_back),
        cmocka_unit_test(weekdays_are_known),
        cmocka_unit_test(only_a_real_date_is_read),
        cmocka_unit_test(spring_festival_2022_is_free_and_its_weekend_is_worked),
        cmocka_unit_test(the_shipped_table_covers_2021_to_2026),
        cmocka_unit_test(a_clock_skips_holidays_and_counts_shifted_days),
        cmocka_unit_test(months_end_on_a_date_that_exists),
        cmocka_unit_test(hours_are_exact),
        cmocka_unit_test(a_length_out_of_range_is_refused),
        cmocka_unit_test(a_count_beyond_the_table_says_so),
        cmocka_unit_test(what_is_due_is_a_workday_and_counts_back),
        cmocka_unit_test(counting_between_days_agrees_with_walking),
        cmocka_unit_test(a_bad_line_is_named),
        cmocka_unit_test(a_table_is_read_with_and_without_years),
        cmocka_unit_test(rows_give_the_same_table_as_the_text),
    };

    cn_path = argc > 1 ? argv[1] : "examples/calendar/cn.csv";
    return cmocka_run_group_tests_name("calendar", tests, start, end);
}
