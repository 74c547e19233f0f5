/* SPDX-License-Identifier: Apache-2.0 */
#include "container-input.h"

struct ContainerInput {
    GOutputStream *stream;
    GCancellable *cancellable;
    GString *waiting; /* queued behind @going */
    GString *going;   /* being written; empty if nothing is */
};

static void write_waiting(ContainerInput *input);

static void
clear(gpointer data)
{
    ContainerInput *input = data;

    g_object_unref(input->stream);
    g_object_unref(input->cancellable);
    g_string_free(input->waiting, TRUE);
    g_string_free(input->going, TRUE);
}

ContainerInput *
container_input_new(GOutputStream *stream)
{
    ContainerInput *input = g_rc_box_new0(ContainerInput);

    input->stream = g_object_ref(stream);
    input->cancellable = g_cancellable_new();
    input->waiting = g_string_new(NULL);
    input->going = g_string_new(NULL);
    return input;
}

void
container_input_free(ContainerInput *input)
{
    if (input == NULL)
        return;
    g_cancellable_cancel(input->cancellable);
    g_rc_box_release_full(input, clear);
}

static void
on_written(GObject *source, GAsyncResult *result, gpointer user_data)
{
    ContainerInput *input = user_data;
    g_autoptr(GError) error = NULL;

    g_string_truncate(input->going, 0);
    if (g_output_stream_write_all_finish(G_OUTPUT_STREAM(source), result, NULL, &error))
        write_waiting(input);
    else
        g_debug("writing to the container: %s", error->message);
    g_rc_box_release_full(input, clear);
}

static void
write_waiting(ContainerInput *input)
{
    GString *going = input->waiting;

    if (input->going->len > 0 || input->waiting->len == 0)
        return;
    input->waiting = input->going;
    input->going = going;
    g_output_stream_write_all_async(input->stream, going->str, going->len, G_PRIORITY_DEFAULT,
                                    input->cancellable, on_written, g_rc_box_acquire(input));
}

void
container_input_send(ContainerInput *input, const char *line)
{
    g_string_append(input->waiting, line);
    g_string_append_c(input->waiting, '\n');
    write_waiting(input);
}
