/* SPDX-License-Identifier: Apache-2.0 */
#include "config/duration.h"

#include "base/program-error.h"

enum {
    HOUR = 60 * 60,
    WEEK = 7 * 24 * HOUR,
};

static void
test_a_duration_is_a_number_with_a_unit(void)
{
    static const struct {
        const char *text;
        guint seconds;
    } cases[] = {
        {"0", 0},         {"0s", 0},      {"90s", 90}, {"30m", 1800},
        {"2h", 2 * HOUR}, {"168h", WEEK}, {"007s", 7}, {"604800s", WEEK},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        guint seconds = 1;

        g_assert_true(duration_parse(cases[i].text, WEEK, &seconds, &error));
        g_assert_no_error(error);
        g_assert_cmpuint(seconds, ==, cases[i].seconds);
    }
}

static void
test_anything_else_is_refused(void)
{
    static const char *const cases[] = {"",   "30",    "m",   "m30", "1.5h", "-1s",
                                        "1d", "1h30m", "1 m", "30M", " 1s",  "true"};

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        guint seconds = 1;

        g_assert_false(duration_parse(cases[i], WEEK, &seconds, &error));
        g_assert_error(error, PROGRAM_ERROR, PROGRAM_ERROR_USAGE);
        g_assert_nonnull(strstr(error->message, "such as 90s, 30m or 2h"));
        g_assert_cmpuint(seconds, ==, 1);
    }
}

static void
test_one_that_is_too_long_is_refused(void)
{
    static const char *const cases[] = {"169h", "604801s", "99999999999999999999h"};

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        guint seconds = 1;

        g_assert_false(duration_parse(cases[i], WEEK, &seconds, &error));
        g_assert_nonnull(strstr(error->message, "is longer than 168 hours"));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/duration/a-duration-is-a-number-with-a-unit",
                    test_a_duration_is_a_number_with_a_unit);
    g_test_add_func("/duration/anything-else-is-refused", test_anything_else_is_refused);
    g_test_add_func("/duration/one-that-is-too-long-is-refused",
                    test_one_that_is_too_long_is_refused);
    return g_test_run();
}
