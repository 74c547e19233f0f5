/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include <string.h>

static void
test_only_an_object_of_bounded_depth_is_read(void)
{
    g_autofree char *brackets = g_strnfill(400000, '[');
    g_autofree char *members = g_strconcat("{\"a\":", brackets, NULL);
    /* json-glib reads comments and 'strings': a quote in one must not hide the brackets after it.
     */
    g_autofree char *hidden = g_strconcat("/*\"*/", brackets, NULL);
    g_autofree char *quoted = g_strconcat("{\"a\":'\"',\"b\":", brackets, NULL);
    const char *const refused[] = {"",      "[]",   "7",    "{\"a\":}",      brackets,
                                   members, hidden, quoted, "{\"a\":1/* */}"};
    g_autoptr(JsonObject) object = json_text_parse_object("{\"a\":[{}]}", 10);

    g_assert_nonnull(object);
    for (gsize i = 0; i < G_N_ELEMENTS(refused); i++)
        g_assert_null(json_text_parse_object(refused[i], strlen(refused[i])));
}

static void
test_a_bracket_in_a_string_is_no_nesting(void)
{
    g_autofree char *brackets = g_strnfill(100, '{');
    g_autofree char *text = g_strconcat("{\"\\\"", brackets, "\":1}", NULL);
    g_autoptr(JsonObject) object = json_text_parse_object(text, strlen(text));

    g_assert_nonnull(object);
}

static void
test_members_of_another_type_are_absent(void)
{
    const char *text = "{\"s\":\"x\",\"n\":7,\"o\":{},\"a\":[{},1],\"z\":null,\"b\":true,\"m\":-3}";
    g_autoptr(JsonObject) object = json_text_parse_object(text, strlen(text));

    g_assert_cmpstr(json_text_get_string(object, "s"), ==, "x");
    g_assert_null(json_text_get_string(object, "n"));
    g_assert_null(json_text_get_string(object, "z"));
    g_assert_cmpint(json_text_get_count(object, "n"), ==, 7);
    g_assert_cmpint(json_text_get_count(object, "m"), ==, -1);
    g_assert_cmpint(json_text_get_count(object, "b"), ==, -1);
    g_assert_true(json_text_get_boolean(object, "b"));
    g_assert_false(json_text_get_boolean(object, "n"));
    g_assert_null(json_text_get_object(object, "a"));
    g_assert_null(json_text_get_array(object, "o"));
    g_assert_nonnull(json_text_get_element(json_text_get_array(object, "a"), 0));
    g_assert_null(json_text_get_element(json_text_get_array(object, "a"), 1));
}

static void
test_what_is_written_is_valid_json(void)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    g_autofree char *text = NULL;

    json_builder_begin_object(builder);
    json_add_string(builder, "control", "\x01\x1f\x7f");
    json_add_string(builder, "invalid", "\xff");
    json_add_string(builder, "absent", NULL);
    json_add_string_or_null(builder, "null", NULL);
    json_add_strings(builder, "list", (const char *const[]){"a", "\x1f", NULL});
    json_builder_end_object(builder);
    text = json_print(builder, FALSE);
    g_assert_cmpstr(text, ==,
                    "{\"control\":\"\\u0001\\u001f\\u007f\",\"invalid\":\"\xef\xbf\xbd\","
                    "\"null\":null,\"list\":[\"a\",\"\\u001f\"]}");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/json/only-an-object-of-bounded-depth-is-read",
                    test_only_an_object_of_bounded_depth_is_read);
    g_test_add_func("/json/a-bracket-in-a-string-is-no-nesting",
                    test_a_bracket_in_a_string_is_no_nesting);
    g_test_add_func("/json/members-of-another-type-are-absent",
                    test_members_of_another_type_are_absent);
    g_test_add_func("/json/what-is-written-is-valid-json", test_what_is_written_is_valid_json);
    return g_test_run();
}
