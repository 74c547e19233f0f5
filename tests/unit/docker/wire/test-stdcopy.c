/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/stdcopy.h"

#include <colcon-deb-docker/cdd-error.h>
#include <string.h>

typedef struct {
    GString *out;
    GString *err;
} Sink;

static void
on_stdout(const void *data, gsize length, gpointer user_data)
{
    g_string_append_len(((Sink *)user_data)->out, data, (gssize)length);
}

static void
on_stderr(const void *data, gsize length, gpointer user_data)
{
    g_string_append_len(((Sink *)user_data)->err, data, (gssize)length);
}

static void
add_frame(GByteArray *bytes, guint8 stream, const char *payload)
{
    gsize length = strlen(payload);
    guint8 header[8] = {stream, 0, 0, 0, 0, 0, (guint8)(length >> 8), (guint8)length};

    g_byte_array_append(bytes, header, sizeof header);
    g_byte_array_append(bytes, (const guint8 *)payload, (guint)length);
}

/* Feeds the bytes up to @cut, then the rest. */
static gboolean
feed(GByteArray *bytes, gsize cut, Sink *sink, GError **error)
{
    CddOutputHandler handler = {.on_stdout = on_stdout, .on_stderr = on_stderr, .user_data = sink};
    CddStdcopy copy;
    gboolean good;

    g_string_truncate(sink->out, 0);
    g_string_truncate(sink->err, 0);
    cdd_stdcopy_init(&copy);
    good = cdd_stdcopy_feed(&copy, bytes->data, cut, &handler, error) &&
           cdd_stdcopy_feed(&copy, bytes->data + cut, bytes->len - cut, &handler, error);
    cdd_stdcopy_clear(&copy);
    return good;
}

static void
test_streams_come_apart_however_they_are_cut(void)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GString) err = g_string_new(NULL);
    Sink sink = {out, err};

    add_frame(bytes, 1, "one");
    add_frame(bytes, 2, "two");
    add_frame(bytes, 1, "");
    add_frame(bytes, 0, "zero");
    add_frame(bytes, 1, "three");
    for (gsize cut = 0; cut <= bytes->len; cut++) {
        g_autoptr(GError) error = NULL;

        g_assert_true(feed(bytes, cut, &sink, &error));
        g_assert_no_error(error);
        g_assert_cmpstr(out->str, ==, "onezerothree");
        g_assert_cmpstr(err->str, ==, "two");
    }
}

static void
test_an_error_of_the_engine_fails_with_its_message(void)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GString) err = g_string_new(NULL);
    Sink sink = {out, err};

    add_frame(bytes, 1, "one");
    add_frame(bytes, 3, "Error grabbing logs:\x1b[31m broken\n");
    for (gsize cut = 0; cut <= bytes->len; cut++) {
        g_autoptr(GError) error = NULL;

        g_assert_false(feed(bytes, cut, &sink, &error));
        g_assert_error(error, CDD_ERROR, CDD_ERROR_FAILED);
        g_assert_nonnull(strstr(error->message, "Error grabbing logs: [31m broken"));
        g_assert_cmpstr(out->str, ==, "one");
    }
}

static void
test_a_stream_that_does_not_exist_is_refused(void)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GString) err = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    Sink sink = {out, err};

    add_frame(bytes, 'H', "TTP");
    g_assert_false(feed(bytes, 0, &sink, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_PROTOCOL);
}

static void
test_a_frame_of_four_gigabytes_costs_no_memory(void)
{
    static const guint8 header[] = {1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF};
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GString) err = g_string_new(NULL);
    Sink sink = {out, err};

    g_byte_array_append(bytes, header, sizeof header);
    g_byte_array_append(bytes, (const guint8 *)"begun", 5);
    g_assert_true(feed(bytes, 8, &sink, NULL));
    g_assert_cmpstr(out->str, ==, "begun");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/stdcopy/streams-come-apart-however-they-are-cut",
                    test_streams_come_apart_however_they_are_cut);
    g_test_add_func("/stdcopy/an-error-of-the-engine-fails-with-its-message",
                    test_an_error_of_the_engine_fails_with_its_message);
    g_test_add_func("/stdcopy/a-stream-that-does-not-exist-is-refused",
                    test_a_stream_that_does_not_exist_is_refused);
    g_test_add_func("/stdcopy/a-frame-of-four-gigabytes-costs-no-memory",
                    test_a_frame_of_four_gigabytes_costs_no_memory);
    return g_test_run();
}
