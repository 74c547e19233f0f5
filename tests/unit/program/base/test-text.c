/* SPDX-License-Identifier: Apache-2.0 */
#include "base/nearest.h"
#include "base/text.h"

static void
test_nothing_that_a_terminal_obeys_is_left(void)
{
    static const struct {
        const char *text;
        const char *printable;
    } cases[] = {
        {"plain", "plain"},
        {"\x1b[31mred\x1b[0m", "red"},
        {"a\x1b[2J\x1b[1;1Hb", "ab"},
        {"\x1b]0;title\x07x", "x"},
        {"\x1b]8;;http://a\x1b\\link\x1b]8;;\x1b\\", "link"},
        {"\x1bPq#0\x1b\\x", "x"},
        {"\x1b(Bx", "x"},
        {"\x1b"
         "cx",
         "x"},
        {"x\x1b", "x"},
        {"x\x1b[", "x"},
        {"x\x1b[12", "x"},
        {"x\x1b]never ends", "x"},
        {"\xc2\x9b"
         "31mred",
         "red"},
        {"\xc2\x9d"
         "title\xc2\x9cx",
         "x"},
        {"\xc2\x85"
         "x",
         "x"},
        {"a\tb\nc\rd", "a b c d"},
        {"a\x01\x08\x7f"
         "b",
         "ab"},
        {"a\xe2\x80\xae"
         "b\xe2\x81\xa6",
         "ab"},
        {"a\xff"
         "b",
         "a\xef\xbf\xbd"
         "b"},
        {"gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *printable = text_printable(cases[i].text);

        g_assert_cmpstr(printable, ==, cases[i].printable);
    }
}

static void
test_width_counts_columns(void)
{
    g_assert_cmpuint(text_width("abc"), ==, 3);
    g_assert_cmpuint(text_width("\xe6\xbc\xa2\xe5\xad\x97"), ==, 4);
    g_assert_cmpuint(text_width("e\xcc\x81"), ==, 1);
}

static void
test_long_text_is_cut_to_the_columns(void)
{
    static const struct {
        const char *text;
        guint columns;
        const char *cut;
    } cases[] = {
        {"abcdef", 6, "abcdef"},
        {"abcdef", 5, "ab..."},
        {"abcdef", 3, "..."},
        {"abcdef", 1, "."},
        {"abcdef", 0, ""},
        {"\xe6\xbc\xa2\xe5\xad\x97", 4, "\xe6\xbc\xa2\xe5\xad\x97"},
        {"\xe6\xbc\xa2\xe5\xad\x97x", 4, "..."},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *cut = text_ellipsize(cases[i].text, cases[i].columns);

        g_assert_cmpstr(cut, ==, cases[i].cut);
    }
}

static void
test_durations_read_as_people_say_them(void)
{
    static const struct {
        gint64 milliseconds;
        const char *duration;
        const char *clock;
    } cases[] = {
        {-5, "0.0s", "0:00"},          {0, "0.0s", "0:00"},          {12345, "12.3s", "0:12"},
        {59949, "59.9s", "0:59"},      {59950, "1m 00s", "0:59"},    {65000, "1m 05s", "1:05"},
        {3599499, "59m 59s", "59:59"}, {3599500, "1h 00m", "59:59"}, {7380000, "2h 03m", "2:03:00"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *duration = text_duration(cases[i].milliseconds);
        g_autofree char *clock = text_clock(cases[i].milliseconds);

        g_assert_cmpstr(duration, ==, cases[i].duration);
        g_assert_cmpstr(clock, ==, cases[i].clock);
    }
}

static void
test_sizes_read_as_people_say_them(void)
{
    static const struct {
        guint64 bytes;
        const char *size;
    } cases[] = {
        {0, "0 B"},
        {1023, "1023 B"},
        {1536, "1.5 KiB"},
        {G_GUINT64_CONSTANT(20) << 30, "20.0 GiB"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *size = text_size(cases[i].bytes);

        g_assert_cmpstr(size, ==, cases[i].size);
    }
}

static void
test_a_slip_of_the_keyboard_is_recognised(void)
{
    static const char *const known[] = {"build", "list", "validate", NULL};

    g_assert_cmpstr(nearest_word("biuld", known), ==, "build");
    g_assert_cmpstr(nearest_word("lst", known), ==, "list");
    g_assert_cmpstr(nearest_word("validdate", known), ==, "validate");
    g_assert_null(nearest_word("deploy", known));
    g_assert_null(nearest_word("", known));
    g_assert_cmpuint(nearest_distance("ab", "ba"), ==, 1);
}

static void
assert_middle(const char *text, guint columns, const char *expected)
{
    g_autofree char *shown = text_ellipsize_middle(text, columns);

    g_assert_cmpstr(shown, ==, expected);
    g_assert_cmpuint(text_width(shown), <=, columns);
}

/* Names of one family differ at their end. */
static void
test_a_name_is_shortened_in_its_middle(void)
{
    assert_middle("a_package_1", 11, "a_package_1");
    assert_middle("a_package_with_a_long_name_1", 16, "a_pac...g_name_1");
    assert_middle("\xe7\x81\xaf\xe5\x8f\xb0\xe7\x81\xaf\xe5\x8f\xb0\xe5\x85\x89\xe5\x85\x89", 9,
                  "...\xe5\x85\x89\xe5\x85\x89");
    assert_middle("abcdefghi", 5, "ab...");
}

static void
test_an_age_is_in_one_unit(void)
{
    static const struct {
        gint64 seconds;
        const char *text;
    } cases[] = {{-5, "1 second"}, {0, "1 second"},   {59, "59 seconds"}, {60, "1 minute"},
                 {7199, "1 hour"}, {7200, "2 hours"}, {86400, "1 day"},   {40 * 86400, "40 days"}};

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = text_age(cases[i].seconds);

        g_assert_cmpstr(text, ==, cases[i].text);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/text/nothing-that-a-terminal-obeys-is-left",
                    test_nothing_that_a_terminal_obeys_is_left);
    g_test_add_func("/text/width-counts-columns", test_width_counts_columns);
    g_test_add_func("/text/long-text-is-cut-to-the-columns", test_long_text_is_cut_to_the_columns);
    g_test_add_func("/text/durations-read-as-people-say-them",
                    test_durations_read_as_people_say_them);
    g_test_add_func("/text/sizes-read-as-people-say-them", test_sizes_read_as_people_say_them);
    g_test_add_func("/text/a-slip-of-the-keyboard-is-recognised",
                    test_a_slip_of_the_keyboard_is_recognised);
    g_test_add_func("/text/middle", test_a_name_is_shortened_in_its_middle);
    g_test_add_func("/text/an-age-is-in-one-unit", test_an_age_is_in_one_unit);
    return g_test_run();
}
