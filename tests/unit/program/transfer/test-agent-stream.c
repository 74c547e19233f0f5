/* SPDX-License-Identifier: Apache-2.0 */
#include "transfer/agent-stream.h"

#include <string.h>

static const char network[] = "ssh://robot@build.example.com";

static GByteArray *
make_text(gsize length)
{
    GByteArray *text = g_byte_array_new();

    for (gsize i = 0; i < length; i++) {
        guint8 byte = (guint8)(i * i >> 3);

        g_byte_array_append(text, &byte, 1);
    }
    return text;
}

/* Each part can be read when it has come, in pieces of any size. */
static void
test_parts(void)
{
    AgentStream *stream = agent_stream_new(network);
    g_autoptr(GByteArray) text = make_text(300000);
    static const gsize lengths[] = {1, 70000, 229999};
    const guint8 *next = text->data;

    g_assert_cmpstr(agent_stream_get_name(stream), ==, "deflate");
    for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
        g_autoptr(GByteArray) coded = g_byte_array_new();
        g_autoptr(GByteArray) decoded = g_byte_array_new();

        agent_stream_encode(stream, next, lengths[i], coded);
        for (guint k = 0; k < coded->len; k += 1000)
            g_assert_true(
                agent_stream_decode(stream, coded->data + k, MIN(1000, coded->len - k), decoded));
        g_assert_cmpmem(decoded->data, decoded->len, next, lengths[i]);
        next += lengths[i];
    }
    agent_stream_free(stream);
}

static void
test_local(void)
{
    AgentStream *stream = agent_stream_new("unix:///run/docker.sock");
    g_autoptr(GByteArray) out = g_byte_array_new();

    g_assert_cmpstr(agent_stream_get_name(stream), ==, "plain");
    agent_stream_encode(stream, "abc", 3, out);
    agent_stream_decode(stream, "def", 3, out);
    g_assert_cmpmem(out->data, out->len, "abcdef", 6);
    agent_stream_free(stream);
}

static void
test_garbage(void)
{
    AgentStream *stream = agent_stream_new(network);
    g_autoptr(GByteArray) out = g_byte_array_new();

    g_assert_false(agent_stream_decode(stream, "this is no zlib stream", 22, out));
    g_assert_cmpuint(out->len, ==, 0);
    agent_stream_free(stream);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/agent-stream/parts", test_parts);
    g_test_add_func("/agent-stream/local", test_local);
    g_test_add_func("/agent-stream/garbage", test_garbage);
    return g_test_run();
}
