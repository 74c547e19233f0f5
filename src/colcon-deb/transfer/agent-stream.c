/* SPDX-License-Identifier: Apache-2.0 */
#include "agent-stream.h"

#include <gio/gio.h>

enum {
    LEVEL = 1, /* the fastest */
    BLOCK = 64 * 1024,
};

struct AgentStream {
    GConverter *compressor; /* NULL if bytes go as they are */
    GConverter *decompressor;
};

AgentStream *
agent_stream_new(const char *address)
{
    AgentStream *stream = g_new0(AgentStream, 1);

    if (g_str_has_prefix(address, "unix:"))
        return stream;
    stream->compressor = G_CONVERTER(g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_ZLIB, LEVEL));
    stream->decompressor = G_CONVERTER(g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_ZLIB));
    return stream;
}

void
agent_stream_free(AgentStream *stream)
{
    g_clear_object(&stream->compressor);
    g_clear_object(&stream->decompressor);
    g_free(stream);
}

const char *
agent_stream_get_name(const AgentStream *stream)
{
    return stream->compressor != NULL ? "deflate" : "plain";
}

/* Returns FALSE when no more output can come from @data. Sets @error if it is no valid code. */
static gboolean
convert_block(GConverter *converter,
              GConverterFlags flags,
              const guint8 **data,
              gsize *length,
              GByteArray *out,
              GError **error)
{
    guint before = out->len;
    gsize read = 0;
    gsize written = 0;
    GConverterResult result = G_CONVERTER_ERROR;

    g_byte_array_set_size(out, before + BLOCK);
    result = g_converter_convert(converter, *data, *length, out->data + before, BLOCK, flags, &read,
                                 &written, error);
    g_byte_array_set_size(out, before + (guint)written);
    *data += read;
    *length -= read;
    return result == G_CONVERTER_CONVERTED && (written > 0 || read > 0);
}

static gboolean
convert(
    GConverter *converter, GConverterFlags flags, const void *data, gsize length, GByteArray *out)
{
    const guint8 *rest = data;
    g_autoptr(GError) error = NULL;

    while (convert_block(converter, flags, &rest, &length, out, &error))
        continue;
    /* The rest comes later. */
    return error == NULL || g_error_matches(error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT);
}

void
agent_stream_encode(AgentStream *stream, const void *data, gsize length, GByteArray *out)
{
    if (stream->compressor != NULL)
        convert(stream->compressor, G_CONVERTER_FLUSH, data, length, out);
    else
        g_byte_array_append(out, data, (guint)length);
}

gboolean
agent_stream_decode(AgentStream *stream, const void *data, gsize length, GByteArray *out)
{
    if (stream->decompressor != NULL)
        return convert(stream->decompressor, G_CONVERTER_NO_FLAGS, data, length, out);
    g_byte_array_append(out, data, (guint)length);
    return TRUE;
}
