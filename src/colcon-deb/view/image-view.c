/* SPDX-License-Identifier: Apache-2.0 */
#include "image-view.h"

#include <string.h>

enum {
    MAX_LINE = 8192 /* bytes of a line that has no end yet */
};

void
image_view_free(ImageView *view)
{
    if (view == NULL)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(view->rest); i++)
        if (view->rest[i] != NULL)
            g_string_free(view->rest[i], TRUE);
    view->free(view);
}

/* Progress bars redraw after '\r': keep the last state. */
static const char *
behind_return(char *line)
{
    gsize length = strlen(line);
    const char *last = NULL;

    while (length > 0 && line[length - 1] == '\r')
        line[--length] = '\0';
    last = strrchr(line, '\r');
    return last != NULL ? last + 1 : line;
}

static void
take_line(ImageView *view, CddOutputStream stream)
{
    GString *rest = view->rest[stream];

    view->on_line(view, stream, behind_return(rest->str));
    g_string_truncate(rest, 0);
}

void
image_view_output(ImageView *view, CddOutputStream stream, const void *data, gsize length)
{
    const char *text = data;

    if (view->rest[stream] == NULL)
        view->rest[stream] = g_string_new(NULL);
    for (gsize i = 0; i < length; i++) {
        if (text[i] == '\n' || view->rest[stream]->len == MAX_LINE)
            take_line(view, stream);
        /* A NUL would end the printed line. */
        if (text[i] != '\n')
            g_string_append_c(view->rest[stream], text[i] != '\0' ? text[i] : ' ');
    }
}

/* Output of a step comes before its end. */
static void
flush_output(ImageView *view)
{
    for (gsize i = 0; i < G_N_ELEMENTS(view->rest); i++)
        if (view->rest[i] != NULL && view->rest[i]->len > 0)
            take_line(view, (CddOutputStream)i);
}

static void
on_stdout(const void *data, gsize length, gpointer user_data)
{
    image_view_output(user_data, CDD_OUTPUT_STDOUT, data, length);
}

static void
on_stderr(const void *data, gsize length, gpointer user_data)
{
    image_view_output(user_data, CDD_OUTPUT_STDERR, data, length);
}

static void
on_progress(const CddBuildProgress *progress, gpointer user_data)
{
    ImageView *view = user_data;

    if (progress->state != CDD_BUILD_STEP_WORKING)
        flush_output(view);
    view->on_progress(view, progress);
}

CddOutputHandler
image_view_get_handler(ImageView *view)
{
    return (CddOutputHandler){
        .on_stdout = on_stdout,
        .on_stderr = on_stderr,
        .on_progress = on_progress,
        .user_data = view,
    };
}

void
image_view_step(ImageView *view, const char *message, CddBuildStepState state, gint64 milliseconds)
{
    on_progress(
        &(CddBuildProgress){
            .message = message, .id = message, .state = state, .duration = milliseconds},
        view);
}

void
image_view_warn(ImageView *view, const char *message)
{
    on_progress(&(CddBuildProgress){.message = message, .state = CDD_BUILD_STEP_WARNING}, view);
}

void
image_view_end(ImageView *view, const ImageResult *result)
{
    flush_output(view);
    view->on_end(view, result);
}

char *
image_view_label(const CddBuildProgress *progress)
{
    const char *message = progress->message != NULL ? progress->message : "";

    if (progress->total_steps == 0)
        return g_strdup(message);
    return g_strdup_printf("[%s%s%u/%u] %s", progress->stage != NULL ? progress->stage : "",
                           progress->stage != NULL ? " " : "", progress->current_step,
                           progress->total_steps, message);
}
