/* SPDX-License-Identifier: Apache-2.0 */
/* The test vectors are shared with the writer that runs in containers. */
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <json-glib/json-glib.h>
#include <string.h>

#define MAX_FIELDS 64

static JsonArray *
load_vectors(JsonParser *parser)
{
    g_autofree char *path = g_build_filename(g_getenv("CDD_TEST_SOURCE_DIR"),
                                             "tests/fixtures/protocol-vectors.json", NULL);
    GError *error = NULL;

    json_parser_load_from_file(parser, path, &error);
    g_assert_no_error(error);
    return json_node_get_array(json_parser_get_root(parser));
}

static void
assert_fields(const CddBuildEvent *event, JsonObject *expected)
{
    JsonObject *fields = json_object_get_object_member(expected, "fields");
    gboolean progress = g_str_equal(json_object_get_string_member(expected, "marker"), "progress");
    g_autoptr(GList) keys = json_object_get_members(fields);

    g_assert_cmpint(cdd_build_event_get_kind(event), ==,
                    progress ? CDD_BUILD_EVENT_PROGRESS : CDD_BUILD_EVENT_LOG);
    g_assert_cmpuint(cdd_build_event_get_n_fields(event), ==, g_list_length(keys));
    for (GList *key = keys; key != NULL; key = key->next)
        g_assert_cmpstr(cdd_build_event_lookup(event, key->data), ==,
                        json_object_get_string_member(fields, key->data));
}

static void
assert_encoded(const CddBuildEvent *event, const char *expected)
{
    const char *keys[MAX_FIELDS];
    const char *values[MAX_FIELDS];
    guint n_fields = cdd_build_event_get_n_fields(event);
    g_autofree char *encoded = NULL;

    g_assert_cmpuint(n_fields, <=, MAX_FIELDS);
    for (guint i = 0; i < n_fields; i++)
        keys[i] = cdd_build_event_get_field(event, i, &values[i]);
    encoded = cdd_build_event_encode(cdd_build_event_get_kind(event), keys, values, n_fields);
    g_assert_cmpstr(encoded, ==, expected);
}

/* Asserts that a made event equals the one that a container would write. */
static void
assert_made(const CddBuildEvent *event, const char *encoded)
{
    const char *keys[MAX_FIELDS];
    const char *values[MAX_FIELDS];
    guint n_fields = cdd_build_event_get_n_fields(event);
    g_autoptr(CddBuildEvent) made = NULL;

    for (guint i = 0; i < n_fields; i++)
        keys[i] = cdd_build_event_get_field(event, i, &values[i]);
    made = cdd_build_event_new(cdd_build_event_get_kind(event), keys, values, n_fields);
    g_assert_cmpint(cdd_build_event_get_kind(made), ==, cdd_build_event_get_kind(event));
    g_assert_cmpstr(cdd_build_event_get_line(made), ==, encoded);
    g_assert_cmpuint(cdd_build_event_get_n_fields(made), ==, n_fields);
    for (guint i = 0; i < n_fields; i++)
        g_assert_cmpstr(cdd_build_event_lookup(made, keys[i]), ==, values[i]);
}

static void
test_every_vector_means_what_the_table_says(void)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    JsonArray *vectors = load_vectors(parser);

    g_assert_cmpuint(json_array_get_length(vectors), >=, 40);
    for (guint i = 0; i < json_array_get_length(vectors); i++) {
        JsonObject *vector = json_array_get_object_element(vectors, i);
        const char *line = json_object_get_string_member(vector, "line");
        JsonNode *expected = json_object_get_member(vector, "event");
        g_autoptr(CddBuildEvent) event =
            cdd_build_event_parse(line, strlen(line), CDD_OUTPUT_STDOUT);

        g_test_message("%.200s", line);
        if (JSON_NODE_HOLDS_NULL(expected)) {
            g_assert_cmpint(cdd_build_event_get_kind(event), ==, CDD_BUILD_EVENT_OUTPUT);
            g_assert_cmpstr(cdd_build_event_get_line(event), ==, line);
            continue;
        }
        assert_fields(event, json_node_get_object(expected));
        if (json_object_has_member(vector, "encoded")) {
            const char *encoded = json_object_get_string_member(vector, "encoded");

            assert_encoded(event, encoded);
            assert_made(event, encoded);
        }
    }
}

static void
test_fields_are_looked_up_and_numbers_bounded(void)
{
    const char *line = "::progress::type=x,n=42,neg=-1,big=99999999999999999999,word=abc";
    g_autoptr(CddBuildEvent) event = cdd_build_event_parse(line, strlen(line), CDD_OUTPUT_STDERR);

    g_assert_cmpstr(cdd_build_event_get_name(event), ==, "x");
    g_assert_cmpint(cdd_build_event_get_stream(event), ==, CDD_OUTPUT_STDERR);
    g_assert_cmpint(cdd_build_event_lookup_number(event, "n", 7), ==, 42);
    g_assert_cmpint(cdd_build_event_lookup_number(event, "neg", 7), ==, 7);
    g_assert_cmpint(cdd_build_event_lookup_number(event, "big", 7), ==, 7);
    g_assert_cmpint(cdd_build_event_lookup_number(event, "word", 7), ==, 7);
    g_assert_cmpint(cdd_build_event_lookup_number(event, "none", 7), ==, 7);
    g_assert_null(cdd_build_event_lookup(event, "none"));
}

static void
test_too_many_fields_are_output(void)
{
    g_autoptr(GString) line = g_string_new("::progress::type=x");
    g_autoptr(CddBuildEvent) event = NULL;

    for (int i = 0; i < 1000; i++)
        g_string_append_printf(line, ",k%d=v", i);
    event = cdd_build_event_parse(line->str, line->len, CDD_OUTPUT_STDOUT);
    g_assert_cmpint(cdd_build_event_get_kind(event), ==, CDD_BUILD_EVENT_OUTPUT);
}

static void
on_event(const CddBuildEvent *event, gpointer user_data)
{
    g_string_append_printf(user_data, "%d:%d:%s\n", (int)cdd_build_event_get_kind(event),
                           (int)cdd_build_event_get_stream(event),
                           cdd_build_event_get_kind(event) == CDD_BUILD_EVENT_OUTPUT
                               ? cdd_build_event_get_line(event)
                               : cdd_build_event_get_name(event));
}

static void
test_streams_do_not_mix_however_they_are_cut(void)
{
    const char *out = "::progress::type=a\nplain\n::log::level=info,msg=x, y\nrest";
    const char *err = "::progress::type=b\nlast";

    for (gsize cut = 0; cut <= strlen(out); cut++) {
        g_autoptr(GString) events = g_string_new(NULL);
        g_autoptr(CddBuildOutputHandler) handler =
            cdd_build_output_handler_new(on_event, events, NULL);

        CddOutputHandler output;

        cdd_build_output_handler_init_handler(handler, &output);
        output.on_stdout(out, cut, output.user_data);
        output.on_stdout(out + cut, strlen(out) - cut, output.user_data);
        output.on_stderr(err, strlen(err), output.user_data);
        cdd_build_output_handler_flush(handler);
        g_assert_cmpstr(events->str, ==, "0:0:a\n2:0:plain\n1:0:info\n0:1:b\n2:0:rest\n2:1:last\n");
    }
}

static void
test_a_part_of_an_overlong_line_is_never_an_event(void)
{
    g_autofree char *filler = g_strnfill(64 * 1024, 'x');
    g_autofree char *text = g_strconcat(filler, "::progress::type=forged\n", NULL);
    g_autoptr(GString) events = g_string_new(NULL);
    g_autoptr(CddBuildOutputHandler) handler = cdd_build_output_handler_new(on_event, events, NULL);

    cdd_build_output_handler_feed(handler, CDD_OUTPUT_STDOUT, text, strlen(text));
    g_assert_true(g_str_has_suffix(events->str, "\n2:0:::progress::type=forged\n"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/build-event/every-vector-means-what-the-table-says",
                    test_every_vector_means_what_the_table_says);
    g_test_add_func("/build-event/fields-are-looked-up-and-numbers-bounded",
                    test_fields_are_looked_up_and_numbers_bounded);
    g_test_add_func("/build-event/too-many-fields-are-output", test_too_many_fields_are_output);
    g_test_add_func("/build-event/streams-do-not-mix-however-they-are-cut",
                    test_streams_do_not_mix_however_they_are_cut);
    g_test_add_func("/build-event/a-part-of-an-overlong-line-is-never-an-event",
                    test_a_part_of_an_overlong_line_is_never_an_event);
    return g_test_run();
}
