/* SPDX-License-Identifier: Apache-2.0 */
#include "stdcopy.h"

#include "../value/text.h"
#include <colcon-deb-docker/cdd-error.h>
#include <string.h>

enum {
    STREAM_STDIN,
    STREAM_STDOUT,
    STREAM_STDERR,
    STREAM_SYSTEM_ERROR,
};

enum {
    MAX_MESSAGE_LENGTH = 4096,
};

void
cdd_stdcopy_init(CddStdcopy *self)
{
    *self = (CddStdcopy){.message = g_string_new(NULL)};
}

void
cdd_stdcopy_clear(CddStdcopy *self)
{
    if (self->message != NULL)
        g_string_free(self->message, TRUE);
    *self = (CddStdcopy){0};
}

static void
hand_on(const CddStdcopy *self, const guint8 *data, gsize length, const CddOutputHandler *handler)
{
    if (self->stream == STREAM_STDERR) {
        if (handler->on_stderr != NULL)
            handler->on_stderr(data, length, handler->user_data);
    } else if (handler->on_stdout != NULL) {
        /* Docker's client writes stream 0 there too; it is empty in practice. */
        handler->on_stdout(data, length, handler->user_data);
    }
}

static gboolean
take_payload(CddStdcopy *self,
             const guint8 *data,
             gsize length,
             const CddOutputHandler *handler,
             GError **error)
{
    g_autofree char *message = NULL;

    self->left -= (guint32)length;
    if (self->stream != STREAM_SYSTEM_ERROR) {
        hand_on(self, data, length, handler);
        return TRUE;
    }
    g_string_append_len(self->message, (const char *)data,
                        (gssize)MIN(length, MAX_MESSAGE_LENGTH - self->message->len));
    if (self->left > 0)
        return TRUE;
    message = cdd_text_clean(self->message->str, self->message->len, MAX_MESSAGE_LENGTH,
                             CDD_TEXT_ONE_LINE);
    g_set_error(error, CDD_ERROR, CDD_ERROR_FAILED,
                "the engine reported an error in the container's output: %s", message);
    return FALSE;
}

static gboolean
take_header(CddStdcopy *self, GError **error)
{
    guint32 length;

    self->header_length = 0;
    self->stream = self->header[0];
    memcpy(&length, self->header + 4, sizeof length);
    self->left = GUINT32_FROM_BE(length);
    if (self->stream <= STREAM_SYSTEM_ERROR)
        return TRUE;
    g_set_error(error, CDD_ERROR, CDD_ERROR_PROTOCOL,
                "the container's output is not a valid multiplexed stream: there is no stream %u",
                self->stream);
    return FALSE;
}

gboolean
cdd_stdcopy_feed(CddStdcopy *self,
                 const guint8 *data,
                 gsize length,
                 const CddOutputHandler *handler,
                 GError **error)
{
    while (length > 0) {
        gsize taken;

        if (self->left == 0) {
            taken = MIN(length, sizeof self->header - self->header_length);
            memcpy(self->header + self->header_length, data, taken);
            self->header_length += (guint)taken;
            if (self->header_length == sizeof self->header && !take_header(self, error))
                return FALSE;
        } else {
            taken = MIN(length, self->left);
            if (!take_payload(self, data, taken, handler, error))
                return FALSE;
        }
        data += taken;
        length -= taken;
    }
    return TRUE;
}
