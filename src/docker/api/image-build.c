/* SPDX-License-Identifier: Apache-2.0 */
/* The engine's classic builder: an archive goes in, and what the steps write comes back. */
#include "../wire/error.h"
#include "../wire/json-build.h"
#include "../wire/text.h"
#include "image-name.h"
#include "image-progress.h"
#include "operation.h"
#include "output-handler.h"

#include <colcon-deb-docker/cdd-image-build.h>
#include <string.h>

/* What both builders begin a step with, in either case. */
#define STEP "step "
#define MAX_STEPS 100000
#define TAIL_LENGTH 4096
#define MAX_MESSAGE_LENGTH 1024

typedef struct {
    CddOutputHandler handler;
    GString *tail; /* of the step at work */
    char *id;
} Build;

static void
build_free(gpointer data)
{
    Build *build = data;

    g_string_free(build->tail, TRUE);
    g_free(build->id);
    g_free(build);
}

/* Returns what is behind the number; NULL if there is none, or one that no build has. */
static const char *
take_number(const char *text, guint *number)
{
    char *end;
    guint64 value = g_ascii_strtoull(text, &end, 10);

    *number = (guint)MIN(value, MAX_STEPS);
    return end == text || value > MAX_STEPS ? NULL : end;
}

/* "Step 3/8 : RUN make" of Docker, "STEP 3/8: RUN make" of Podman. */
static gboolean
is_step(const char *stream, CddBuildProgress *progress)
{
    const char *at = NULL;

    if (g_ascii_strncasecmp(stream, STEP, strlen(STEP)) == 0)
        at = take_number(stream + strlen(STEP), &progress->current_step);
    if (at == NULL || *at != '/')
        return FALSE;
    at = take_number(at + 1, &progress->total_steps);
    if (at == NULL)
        return FALSE;
    progress->message = at + strspn(at, " :");
    return TRUE;
}

static void
take_stream(Build *build, const char *stream)
{
    CddBuildProgress progress = {0};
    gsize length = strlen(stream);

    if (is_step(stream, &progress)) {
        g_autofree char *message = cdd_text_clean(progress.message, strlen(progress.message),
                                                  MAX_MESSAGE_LENGTH, CDD_TEXT_ONE_LINE);

        g_string_truncate(build->tail, 0);
        progress.message = g_strchomp(message);
        if (build->handler.on_progress != NULL)
            build->handler.on_progress(&progress, build->handler.user_data);
    } else {
        cdd_text_tail_append(build->tail, stream, length, TAIL_LENGTH);
    }
    if (build->handler.on_stdout != NULL)
        build->handler.on_stdout(stream, length, build->handler.user_data);
}

/* {"stream": "Step 1/3 : FROM x\n"}, {"aux": {"ID": "sha256:…"}}, and the reports of pulls. */
static gboolean
on_value(GTask *task, JsonObject *value, GError **error G_GNUC_UNUSED)
{
    Build *build = g_task_get_task_data(task);
    const char *stream = cdd_json_get_string(value, "stream");
    const char *id = cdd_json_get_string(cdd_json_get_object(value, "aux"), "ID");

    if (stream != NULL)
        take_stream(build, stream);
    if (id != NULL) {
        g_free(build->id);
        build->id = g_strdup(id);
    }
    cdd_image_progress(value, &build->handler);
    return TRUE;
}

static void
add_pairs(GString *path, const char *name, const char *const *pairs)
{
    g_autoptr(JsonBuilder) builder = json_builder_new_immutable();
    g_autoptr(JsonNode) node = NULL;
    g_autoptr(JsonNode) member = NULL;
    g_autofree char *text = NULL;

    if (pairs == NULL)
        return;
    json_builder_begin_object(builder);
    cdd_json_add_pairs(builder, name, pairs);
    json_builder_end_object(builder);
    node = json_builder_get_root(builder);
    member = json_node_copy(json_object_get_member(json_node_get_object(node), name));
    text = cdd_json_to_text(member);
    cdd_path_add(path, name, text);
}

static gboolean
add_options(GString *path, const CddImageBuildOptions *options, GError **error)
{
    if (!cdd_image_add_whole_name(path, "t", options->reference, error))
        return FALSE;
    cdd_path_add(path, "dockerfile", options->dockerfile);
    cdd_path_add(path, "target", options->target);
    cdd_path_add(path, "platform", options->platform);
    cdd_path_add(path, "nocache", options->no_cache ? "1" : NULL);
    cdd_path_add(path, "pull", options->pull ? "1" : NULL);
    add_pairs(path, "buildargs", options->build_args);
    add_pairs(path, "labels", options->labels);
    return TRUE;
}

void
cdd_service_build_archive_async(CddService *self,
                                GInputStream *context,
                                const CddImageBuildOptions *options,
                                const CddOutputHandler *handler,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
    static const CddImageBuildOptions none;
    g_autoptr(GString) path = g_string_new("/build?version=1&rm=1&forcerm=1");
    CddCall call = {.method = "POST", .upload = context, .header_timeout = CDD_NO_TIMEOUT};
    Build *build = g_new0(Build, 1);
    GError *error = NULL;
    GTask *task;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = cdd_operation_new(self, cancellable, callback, user_data, "building an image");
    cdd_output_handler_take(&build->handler, handler, task);
    build->tail = g_string_new(NULL);
    g_task_set_task_data(task, build, build_free);
    if (!add_options(path, options == NULL ? &none : options, &error)) {
        cdd_operation_return_error(task, error);
        return;
    }
    call.path = path->str;
    cdd_operation_stream(task, &call, on_value);
}

/* What the stream reports as an error is one of the build; what it wrote before says why. */
static void
explain_failure(const Build *build, GError **error)
{
    g_autofree char *tail = NULL;

    if (!g_error_matches(*error, CDD_ERROR, CDD_ERROR_FAILED) ||
        cdd_error_get_http_status(*error) != 0)
        return;
    tail = cdd_text_clean(build->tail->str, build->tail->len, TAIL_LENGTH, CDD_TEXT_LINES);
    g_strchomp(tail);
    (*error)->code = CDD_ERROR_BUILD_FAILED;
    if (*tail != '\0') {
        char *message = g_strdup_printf("%s; its last output:\n%s", (*error)->message, tail);

        g_free((*error)->message);
        (*error)->message = message;
    }
}

char *
cdd_service_build_archive_finish(CddService *self, GAsyncResult *result, GError **error)
{
    const Build *build = g_task_get_task_data(G_TASK(result));
    GError *fault = NULL;

    if (!cdd_operation_finish(self, result, &fault)) {
        explain_failure(build, &fault);
        g_propagate_error(error, fault);
        return NULL;
    }
    if (build->id != NULL)
        return g_strdup(build->id);
    g_set_error_literal(error, CDD_ERROR, CDD_ERROR_PROTOCOL,
                        "building an image: the engine named no id for it");
    return NULL;
}
