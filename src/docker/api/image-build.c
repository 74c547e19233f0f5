/* SPDX-License-Identifier: Apache-2.0 */
/* The build request for both builders of an engine. */
#include "image-build.h"

#include "../value/extra-host.h"
#include "../value/platform.h"
#include "../wire/build-trace.h"
#include "../wire/classic-trace.h"
#include "../wire/json-build.h"
#include "faults.h"
#include "image-name.h"
#include "image-progress.h"
#include "operation.h"
#include "output-handler.h"

#include <colcon-deb-docker/cdd-error.h>
#include <colcon-deb-docker/cdd-image-build.h>
#include <string.h>

typedef struct {
    CddOutputHandler handler;
    CddBuildTrace *trace;           /* for BuildKit */
    CddClassicTrace *classic_trace; /* of the classic builder */
    gboolean has_output;
    char *id;
} Build;

static void
build_free(gpointer data)
{
    Build *build = data;

    cdd_build_trace_free(build->trace);
    cdd_classic_trace_free(build->classic_trace);
    g_free(build->id);
    g_free(build);
}

/*
 * Takes {"stream": "Step 1/3 : FROM x\n"} of the classic builder, {"id": "moby.buildkit.trace",
 * "aux": "…"} of BuildKit, {"aux": {"ID": "sha256:…"}} of both, and progress of pulls.
 */
static gboolean
on_value(GTask *task, JsonObject *value, GError **error)
{
    Build *build = g_task_get_task_data(task);
    const char *stream = cdd_json_get_string(value, "stream");
    const char *report = cdd_json_get_string(value, "aux");
    const char *id = cdd_json_get_string(cdd_json_get_object(value, "aux"), "ID");

    if (g_strcmp0(cdd_json_get_string(value, "id"), "moby.buildkit.trace") == 0 && report != NULL)
        return cdd_build_trace_feed(build->trace, report, &build->handler, error);
    if (stream != NULL)
        cdd_classic_trace_feed(build->classic_trace, stream, &build->handler);
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

    if (pairs == NULL || *pairs == NULL)
        return;
    json_builder_begin_object(builder);
    cdd_json_add_pairs(builder, name, pairs);
    json_builder_end_object(builder);
    node = json_builder_get_root(builder);
    member = json_node_copy(json_object_get_member(json_node_get_object(node), name));
    text = cdd_json_to_text(member);
    cdd_path_add(path, name, text);
}

static char *
list_to_text(const char *const *items)
{
    g_autoptr(JsonArray) array = json_array_new();
    g_autoptr(JsonNode) node = json_node_new(JSON_NODE_ARRAY);

    for (; *items != NULL; items++)
        json_array_add_string_element(array, *items);
    json_node_set_array(node, array);
    return cdd_json_to_text(node);
}

static void
add_list(GString *path, const char *name, const char *const *items)
{
    g_autofree char *text = items == NULL || *items == NULL ? NULL : list_to_text(items);

    cdd_path_add(path, name, text);
}

static GStrv
normalize_hosts(const char *const *hosts, GError **error)
{
    g_autoptr(GStrvBuilder) normal = g_strv_builder_new();

    for (; hosts != NULL && *hosts != NULL; hosts++) {
        g_autofree char *host = cdd_extra_host_normalize(*hosts, error);

        if (host == NULL)
            return NULL;
        g_strv_builder_add(normal, host);
    }
    return g_strv_builder_end(normal);
}

/* Docker takes one parameter for each host, Podman a list. */
static gboolean
add_hosts(GString *path, const char *const *hosts, gboolean for_podman, GError **error)
{
    g_auto(GStrv) normal = normalize_hosts(hosts, error);

    if (normal == NULL)
        return FALSE;
    if (for_podman)
        add_list(path, "extrahosts", (const char *const *)normal);
    for (char **host = normal; !for_podman && *host != NULL; host++)
        cdd_path_add(path, "extrahosts", *host);
    return TRUE;
}

static gboolean
add_context(GString *path, const CddBuildContext *context, gboolean for_podman, GError **error)
{
    g_autofree char *platform = NULL;

    if (!cdd_platform_normalize(context->platform, &platform, error) ||
        !add_hosts(path, context->extra_hosts, for_podman, error))
        return FALSE;
    for (const char *const *tag = context->tags; tag != NULL && *tag != NULL; tag++) {
        if (!cdd_image_add_whole_name(path, "t", *tag, error))
            return FALSE;
    }
    cdd_path_add(path, "target", context->target);
    cdd_path_add(path, "platform", platform);
    cdd_path_add(path, "networkmode", context->network_mode);
    cdd_path_add(path, "nocache", context->no_cache ? "1" : NULL);
    cdd_path_add(path, "pull", context->pull ? "1" : NULL);
    add_pairs(path, "buildargs", context->build_args);
    add_pairs(path, "labels", context->labels);
    add_list(path, "cachefrom", context->cache_from);
    return TRUE;
}

gboolean
cdd_build_context_validate(const CddBuildContext *context, GError **error)
{
    g_autoptr(GString) path = g_string_new(NULL);

    return add_context(path, context, FALSE, error);
}

/* Requests at most one export: [{"Type": "local", "Attrs": {}}]. */
static void
add_output(GString *path, const char *type)
{
    g_autofree char *text =
        type != NULL ? g_strdup_printf("[{\"Type\":\"%s\",\"Attrs\":{}}]", type) : NULL;

    cdd_path_add(path, "outputs", text);
}

static char *
build_path(const CddImageBuildRequest *request, gboolean for_podman, GError **error)
{
    g_autoptr(GString) path = g_string_new(
        request->session != NULL ? "/build?version=2" : "/build?version=1&rm=1&forcerm=1");

    if (!add_context(path, request->context, for_podman, error))
        return NULL;
    cdd_path_add(path, "dockerfile", request->dockerfile);
    cdd_path_add(path, "session", request->session);
    cdd_path_add(path, "remote", request->session != NULL ? "client-session" : NULL);
    add_output(path, request->output_type);
    return g_string_free(g_steal_pointer(&path), FALSE);
}

static void
on_end(GTask *task, gboolean ok)
{
    Build *build = g_task_get_task_data(task);

    cdd_classic_trace_end(build->classic_trace, ok, &build->handler);
}

void
cdd_image_build_async(CddService *self,
                      const CddImageBuildRequest *request,
                      const CddOutputHandler *handler,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
    GTask *task = cdd_operation_new(self, cancellable, callback, user_data, "%s", request->doing);
    Build *build = g_new0(Build, 1);
    const CddImageBuildOptions *options = request->options;
    GError *error = NULL;
    g_autofree char *path = cdd_output_handler_take(&build->handler, handler, task, &error) &&
                                    cdd_check_reserved(options, &error)
                                ? build_path(request, FALSE, &error)
                                : NULL;
    g_autofree char *podman_path = path != NULL ? build_path(request, TRUE, NULL) : NULL;
    g_autofree char *field =
        request->registry_config != NULL
            ? g_strconcat("X-Registry-Config: ", request->registry_config, NULL)
            : NULL;
    const CddCall call = {
        .method = "POST",
        .path = path,
        .podman_path = podman_path,
        .upload = request->archive,
        .header_timeout = CDD_NO_TIMEOUT,
        .fields = (const char *const[]){field, NULL},
        .endless = TRUE,
    };

    build->trace = cdd_build_trace_new();
    build->classic_trace = cdd_classic_trace_new();
    build->has_output = request->output_type != NULL;
    g_task_set_task_data(task, build, build_free);
    cdd_operation_set_end_func(task, on_end);
    if (path == NULL)
        cdd_operation_return_error(task, error);
    else
        cdd_operation_stream(task, &call, on_value);
    if (field != NULL)
        explicit_bzero(field, strlen(field));
}

/* An error in the stream is a failed build. The output of the failed step explains it. */
static void
explain_failure(const Build *build, GError **error)
{
    g_autofree char *tail = cdd_build_trace_dup_failure(build->trace);
    g_autofree char *message = (*error)->message;

    if (tail == NULL)
        tail = cdd_classic_trace_dup_tail(build->classic_trace);
    (*error)->code = CDD_ERROR_BUILD_FAILED;
    (*error)->message = tail != NULL ? g_strdup_printf("%s; its last output:\n%s", message, tail)
                                     : g_steal_pointer(&message);
}

char *
cdd_image_build_finish(CddService *self, GAsyncResult *result, GError **error)
{
    const Build *build = g_task_get_task_data(G_TASK(result));
    GError *fault = NULL;

    if (!cdd_operation_finish(self, result, &fault)) {
        if (g_error_matches(fault, CDD_ERROR, CDD_ERROR_FAILED) &&
            cdd_error_get_http_status(fault) == 0)
            explain_failure(build, &fault);
        g_propagate_error(error, fault);
        return NULL;
    }
    if (build->id != NULL || build->has_output)
        return g_strdup(build->id != NULL ? build->id : "");
    g_set_error_literal(error, CDD_ERROR, CDD_ERROR_PROTOCOL,
                        "building an image: the engine's answer has no id of the image");
    return NULL;
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
    const CddImageBuildOptions *from = options != NULL ? options : &none;
    const CddBuildContext as_context = {
        .tags = (const char *const[]){from->reference, NULL},
        .target = from->target,
        .platform = from->platform,
        .build_args = from->build_args,
        .labels = from->labels,
        .no_cache = from->no_cache,
        .pull = from->pull,
    };

    g_return_if_fail(CDD_IS_SERVICE(self));
    if (context == NULL) {
        cdd_operation_return_missing(cdd_operation_new_in("cdd_image_build_async", self,
                                                          cancellable, callback, user_data,
                                                          "building an image"),
                                     "context");
        return;
    }
    cdd_image_build_async(self,
                          &(CddImageBuildRequest){
                              .doing = "building an image",
                              .context = &as_context,
                              .options = options,
                              .dockerfile = from->dockerfile,
                              .archive = context,
                          },
                          handler, cancellable, callback, user_data);
}

char *
cdd_service_build_archive_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_image_build_finish(self, result, error);
}
