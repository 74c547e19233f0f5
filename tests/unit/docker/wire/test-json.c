/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/json.h"

#include <colcon-deb-docker/cdd-error.h>
#include <string.h>

static gboolean
on_value(JsonNode *value, gpointer user_data, GError **error G_GNUC_UNUSED)
{
    g_autofree char *text = cdd_json_to_text(value);

    g_string_append_printf(user_data, "%s|", text);
    return TRUE;
}

static void
test_values_of_a_stream_are_found_however_they_are_cut(void)
{
    const char *text = "{\"a\":\"}{\\\"\"}\r\n{\"b\":{\"c\":[1,{}]}}{}\n ";

    for (gsize cut = 0; cut <= strlen(text); cut++) {
        g_autoptr(GString) values = g_string_new(NULL);
        CddJsonStream stream;

        cdd_json_stream_init(&stream);
        g_assert_true(cdd_json_stream_feed(&stream, text, cut, on_value, values, NULL));
        g_assert_true(
            cdd_json_stream_feed(&stream, text + cut, strlen(text) - cut, on_value, values, NULL));
        g_assert_true(cdd_json_stream_is_complete(&stream));
        g_assert_cmpstr(values->str, ==, "{\"a\":\"}{\\\"\"}|{\"b\":{\"c\":[1,{}]}}|{}|");
        cdd_json_stream_clear(&stream);
    }
}

static void
test_a_stream_is_bounded_and_holds_objects(void)
{
    g_autoptr(GString) values = g_string_new(NULL);
    g_autofree char *filler = g_strnfill(CDD_MAX_JSON_VALUE_LENGTH, 'x');
    g_autofree char *long_value = g_strconcat("{\"a\":\"", filler, NULL);
    const char *const bad[] = {"null", "{\"a\":}", "{}x", long_value};

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        CddJsonStream stream;

        cdd_json_stream_init(&stream);
        g_assert_false(
            cdd_json_stream_feed(&stream, bad[i], strlen(bad[i]), on_value, values, &error));
        g_assert_error(error, CDD_ERROR, CDD_ERROR_PROTOCOL);
        cdd_json_stream_clear(&stream);
    }
}

static void
test_deep_nesting_is_refused_before_it_is_parsed(void)
{
    g_autofree char *brackets = g_strnfill(400000, '[');
    g_autofree char *in_object = g_strconcat("{\"a\":", brackets, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) object_error = NULL;
    g_autofree char *hidden = g_strconcat("{\"a\":/*\"*/", brackets, NULL);
    g_autoptr(GError) hidden_error = NULL;

    g_assert_null(cdd_json_parse(brackets, strlen(brackets), &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_PROTOCOL);
    g_assert_null(cdd_json_parse(in_object, strlen(in_object), &object_error));
    g_assert_error(object_error, CDD_ERROR, CDD_ERROR_PROTOCOL);
    /* json-glib reads comments: a quote in one must not hide the brackets after it. */
    g_assert_null(cdd_json_parse(hidden, strlen(hidden), &hidden_error));
    g_assert_error(hidden_error, CDD_ERROR, CDD_ERROR_PROTOCOL);
}

static void
test_members_of_another_type_are_absent(void)
{
    const char *text = "{\"s\":\"x\",\"n\":7,\"o\":{},\"a\":[\"p\",1,\"q\"],\"z\":null}";
    g_autoptr(JsonNode) node = cdd_json_parse(text, strlen(text), NULL);
    JsonObject *object = cdd_json_as_object(node);
    g_auto(GStrv) strings = cdd_json_dup_strv(object, "a");

    g_assert_cmpstr(cdd_json_get_string(object, "s"), ==, "x");
    g_assert_null(cdd_json_get_string(object, "n"));
    g_assert_null(cdd_json_get_string(object, "z"));
    g_assert_null(cdd_json_get_string(NULL, "s"));
    g_assert_cmpint(cdd_json_get_int(object, "n"), ==, 7);
    g_assert_cmpint(cdd_json_get_int(object, "o"), ==, 0);
    g_assert_null(cdd_json_get_object(object, "s"));
    g_assert_cmpuint(g_strv_length(strings), ==, 2);
    g_assert_true(cdd_json_array_has_prefix(object, "a", "q"));
    g_assert_false(cdd_json_array_has_prefix(object, "missing", ""));
}

static void
test_what_is_not_json_is_refused(void)
{
    static const char *const bad[] = {"",     "{",   "nonsense",         "{\"a\"}",
                                      " ",    "]",   "{\"a\":\"\xff\"}", "{\"\xc3\":1}",
                                      "\xff", "[1]]"};

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(cdd_json_parse(bad[i], strlen(bad[i]), &error));
        g_assert_error(error, CDD_ERROR, CDD_ERROR_PROTOCOL);
    }
}

static void
test_what_is_empty_or_has_a_nul_is_refused(void)
{
    static const char nul[] = "{\"a\":\"b\0c\"}";
    g_autoptr(GBytes) empty = g_bytes_new(NULL, 0);
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) nul_error = NULL;

    g_assert_null(cdd_json_parse(g_bytes_get_data(empty, NULL), g_bytes_get_size(empty), &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_PROTOCOL);
    g_assert_null(cdd_json_parse(nul, sizeof nul - 1, &nul_error));
    g_assert_error(nul_error, CDD_ERROR, CDD_ERROR_PROTOCOL);
}

static void
test_the_escape_of_a_nul_is_found(void)
{
    static const struct {
        const char *text;
        gboolean found;
    } texts[] = {
        {"\"a\\u0000x\"", TRUE},
        {"\"\\u0000\"", TRUE},
        {"\"\\\\\\u0000\"", TRUE},
        {"\"\\u0001\\u0000\"", TRUE},
        {"{\"\\u0000\":1}", TRUE},
        {"\"a\\\\u0000\"", FALSE},
        {"\"u0000\"", FALSE},
        {"\"\\u0001\"", FALSE},
        {"\"\\u00001", TRUE},
        {"\"\\n\"", FALSE},
        {"", FALSE},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_test_message("%s", texts[i].text);
        g_assert_cmpint(cdd_json_has_nul(texts[i].text, strlen(texts[i].text)), ==, texts[i].found);
    }
    g_assert_false(cdd_json_has_nul("\\u0000", 5));
}

/* The value of an option -e may have these. json-glib 1.6 would not escape U+001F. */
static void
test_control_characters_are_escaped(void)
{
    g_autoptr(JsonNode) node = json_node_init_string(json_node_alloc(), "\x01\x1f");
    g_autofree char *text = cdd_json_to_text(node);

    g_assert_cmpstr(text, ==, "\"\\u0001\\u001f\"");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/json/values-of-a-stream-are-found-however-they-are-cut",
                    test_values_of_a_stream_are_found_however_they_are_cut);
    g_test_add_func("/json/a-stream-is-bounded-and-holds-objects",
                    test_a_stream_is_bounded_and_holds_objects);
    g_test_add_func("/json/deep-nesting-is-refused-before-it-is-parsed",
                    test_deep_nesting_is_refused_before_it_is_parsed);
    g_test_add_func("/json/members-of-another-type-are-absent",
                    test_members_of_another_type_are_absent);
    g_test_add_func("/json/what-is-not-json-is-refused", test_what_is_not_json_is_refused);
    g_test_add_func("/json/what-is-empty-or-has-a-nul-is-refused",
                    test_what_is_empty_or_has_a_nul_is_refused);
    g_test_add_func("/json/the-escape-of-a-nul-is-found", test_the_escape_of_a_nul_is_found);
    g_test_add_func("/json/control-characters-are-escaped", test_control_characters_are_escaped);
    return g_test_run();
}
