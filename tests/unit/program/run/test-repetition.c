/* SPDX-License-Identifier: Apache-2.0 */
/* What two containers of one run report is reported once. */
#include "run-events.h"
#include "run/repetition.h"

#define WARNING(text) "::progress::type=warning,code=override_unused,msg=" text

/* The numbers of the lines that are passed on, as "1 2 3". */
static char *
passed_on(Repetition *repetition, const char *const *lines)
{
    GString *numbers = g_string_new(NULL);

    for (guint i = 0; lines[i] != NULL; i++) {
        g_autoptr(CddBuildEvent) event = event_of(lines[i]);

        if (!repetition_is(repetition, event))
            g_string_append_printf(numbers, "%s%u", numbers->len > 0 ? " " : "", i);
    }
    return g_string_free(numbers, FALSE);
}

static void
test_only_what_is_new_is_passed_on(void)
{
    static const char *const first[] = {
        "::progress::type=hello,proto=1,mode=build",
        "::progress::type=stage,value=dependencies",
        WARNING("one"),
        WARNING("one"),
        "::log::level=error,msg=Nothing provides x",
        "::progress::type=dependencies,key=00,count=3,foreign=true",
        "::progress::type=stage_complete,value=dependencies,success=true,ms=7",
        NULL,
    };
    static const char *const second[] = {
        "::progress::type=hello,proto=1,mode=build",
        "::progress::type=stage,value=dependencies",
        WARNING("one"),
        WARNING("two"),
        "::log::level=error,msg=Nothing provides x",
        "::log::level=error,name=a,msg=Nothing provides x",
        "ordinary output",
        "ordinary output",
        "::progress::type=dependencies,key=00,count=3,foreign=false",
        "::progress::type=stage_complete,value=dependencies,success=true,ms=8",
        /* From here on nothing is a repetition. */
        "::progress::type=stage,value=prepare",
        WARNING("one"),
        NULL,
    };
    g_autoptr(Repetition) repetition = repetition_new();
    g_autofree char *all = passed_on(repetition, first);
    g_autofree char *new = NULL;
    g_autofree char *third = NULL;

    g_assert_cmpstr(all, ==, "0 1 2 3 4 5 6");
    repetition_begin(repetition);
    new = passed_on(repetition, second);
    g_assert_cmpstr(new, ==, "3 5 6 7 8 10 11");
    /* Of a third container only the output and the end are new. */
    repetition_begin(repetition);
    third = passed_on(repetition, second);
    g_assert_cmpstr(third, ==, "6 7 10 11");
}

static void
test_a_failure_of_the_second_is_passed_on(void)
{
    static const char *const first[] = {
        "::progress::type=stage,value=dependencies",
        "::progress::type=stage_complete,value=dependencies,success=true,ms=7",
        NULL,
    };
    static const char *const second[] = {
        "::progress::type=stage,value=dependencies",
        "::progress::type=stage_complete,value=dependencies,success=false,ms=7",
        "::progress::type=build_complete,success=false,built=0,ms=9",
        NULL,
    };
    g_autoptr(Repetition) repetition = repetition_new();
    g_autofree char *all = passed_on(repetition, first);
    g_autofree char *new = NULL;

    g_assert_cmpstr(all, ==, "0 1");
    repetition_begin(repetition);
    new = passed_on(repetition, second);
    g_assert_cmpstr(new, ==, "1 2");
}

/* A separator in a value must not make two events equal. */
static void
test_fields_are_compared_one_by_one(void)
{
    static const char *const first[] = {"::progress::type=general,a=x%1F1%1Fy,b=z", NULL};
    static const char *const second[] = {"::progress::type=general,a=x,b=z", NULL};
    g_autoptr(Repetition) repetition = repetition_new();
    g_autofree char *all = passed_on(repetition, first);
    g_autofree char *new = NULL;

    g_assert_cmpstr(all, ==, "0");
    repetition_begin(repetition);
    new = passed_on(repetition, second);
    g_assert_cmpstr(new, ==, "0");
}

static void
test_what_is_remembered_is_bounded(void)
{
    g_autoptr(Repetition) repetition = repetition_new();

    for (guint i = 0; i <= REPETITION_MAX_EVENTS; i++) {
        g_autofree char *line = g_strdup_printf("::progress::type=general,message=%u", i);
        g_autoptr(CddBuildEvent) event = event_of(line);

        g_assert_false(repetition_is(repetition, event));
    }
    repetition_begin(repetition);
    for (guint i = 0; i <= REPETITION_MAX_EVENTS; i++) {
        g_autofree char *line = g_strdup_printf("::progress::type=general,message=%u", i);
        g_autoptr(CddBuildEvent) event = event_of(line);

        g_assert_cmpint(repetition_is(repetition, event), ==, i < REPETITION_MAX_EVENTS);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/repetition/only-what-is-new-is-passed-on",
                    test_only_what_is_new_is_passed_on);
    g_test_add_func("/repetition/a-failure-of-the-second-is-passed-on",
                    test_a_failure_of_the_second_is_passed_on);
    g_test_add_func("/repetition/fields-are-compared-one-by-one",
                    test_fields_are_compared_one_by_one);
    g_test_add_func("/repetition/what-is-remembered-is-bounded",
                    test_what_is_remembered_is_bounded);
    return g_test_run();
}
