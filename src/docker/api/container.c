/* SPDX-License-Identifier: Apache-2.0 */
/* Operations on a whole container that exists; each is one request. */
#include "container.h"
#include "../value/error.h"
#include "../wire/json-build.h"
#include "container-json.h"
#include "container-spec.h"
#include "faults.h"
#include "image-name.h"
#include "operation.h"

#include <colcon-deb-docker/cdd-container.h>
#include <colcon-deb-docker/cdd-error.h>

enum {
    /* Time for the engine to answer after the stop timeout, in milliseconds. */
    STOP_MARGIN = 30000,
    REMOVAL_RETRY_INTERVAL = 100,
    MAX_REMOVAL_RETRIES = 50,
};

void
cdd_service_start_container_async(CddService *self,
                                  const char *container,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
    g_autofree char *path = cdd_path("/containers/%s/start", container);
    CddCall call = {.method = "POST", .path = path};

    g_return_if_fail(CDD_IS_SERVICE(self));
    cdd_operation_call(
        cdd_operation_require(cdd_operation_new(self, cancellable, callback, user_data,
                                                "starting the container %s", container),
                              "container", container, NULL),
        &call);
}

gboolean
cdd_service_start_container_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish(self, result, error);
}

guint
cdd_stop_seconds(guint milliseconds)
{
    return milliseconds / 1000 + (milliseconds % 1000 != 0 ? 1 : 0);
}

void
cdd_container_stop(GTask *task, const char *container, int timeout)
{
    g_autofree char *plain = cdd_path("/containers/%s/stop", container);
    g_autofree char *path =
        plain == NULL || timeout < 0
            ? g_strdup(plain)
            : g_strdup_printf("%s?t=%u", plain, cdd_stop_seconds((guint)timeout));
    CddCall call = {.method = "POST", .path = path, .header_timeout = CDD_NO_TIMEOUT};

    /* The answer comes when the container has ended, so add the stop timeout. */
    if (timeout >= 0)
        call.header_timeout = (guint)timeout + STOP_MARGIN;
    cdd_operation_call(task, &call);
}

void
cdd_service_stop_container_async(CddService *self,
                                 const char *container,
                                 int timeout,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
    g_return_if_fail(CDD_IS_SERVICE(self));
    cdd_container_stop(
        cdd_operation_require(cdd_operation_new(self, cancellable, callback, user_data,
                                                "stopping the container %s", container),
                              "container", container, NULL),
        container, timeout);
}

gboolean
cdd_service_stop_container_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish(self, result, error);
}

void
cdd_service_restart_container_async(CddService *self,
                                    const char *container,
                                    int timeout,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
    g_autofree char *number =
        timeout >= 0 ? g_strdup_printf("%u", cdd_stop_seconds((guint)timeout)) : NULL;
    g_autofree char *plain = cdd_path("/containers/%s/restart", container);
    g_autoptr(GString) path = g_string_new(plain);
    /* The engine answers when the container has stopped and was started. */
    CddCall call = {.method = "POST", .header_timeout = CDD_NO_TIMEOUT};

    g_return_if_fail(CDD_IS_SERVICE(self));
    cdd_path_add(path, "t", number);
    call.path = plain != NULL ? path->str : NULL;
    cdd_operation_call(
        cdd_operation_require(cdd_operation_new(self, cancellable, callback, user_data,
                                                "restarting the container %s", container),
                              "container", container, NULL),
        &call);
}

gboolean
cdd_service_restart_container_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish(self, result, error);
}

void
cdd_service_update_container_async(CddService *self,
                                   const char *container,
                                   const CddContainerUpdate *update,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
    g_autofree char *path = cdd_path("/containers/%s/update", container);
    g_autoptr(JsonNode) body = NULL;
    CddCall call = {.method = "POST", .path = path};
    GError *error = NULL;
    GTask *task;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = cdd_operation_new(self, cancellable, callback, user_data, "updating the container %s",
                             container);
    cdd_operation_require(task, "container", container, NULL);
    if (update == NULL) {
        cdd_operation_return_missing(task, "update");
        return;
    }
    if (!cdd_container_update_check(update, &error)) {
        cdd_operation_return_error(task, error);
        return;
    }
    body = cdd_container_update_to_json(update);
    call.body = body;
    cdd_operation_call(task, &call);
}

gboolean
cdd_service_update_container_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish(self, result, error);
}

void
cdd_service_kill_container_async(CddService *self,
                                 const char *container,
                                 const char *signal,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
    g_autofree char *path =
        cdd_path("/containers/%s/kill?signal=%s", container, signal != NULL ? signal : "SIGKILL");
    CddCall call = {.method = "POST", .path = path};

    g_return_if_fail(CDD_IS_SERVICE(self));
    cdd_operation_call(
        cdd_operation_require(cdd_operation_new(self, cancellable, callback, user_data,
                                                "sending a signal to the container %s", container),
                              "container", container, NULL),
        &call);
}

gboolean
cdd_service_kill_container_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish(self, result, error);
}

typedef struct {
    char *path;
    gboolean force;
    guint n_retries;
    GSource *timer;
} Removal;

static void on_removal_answered(GObject *source, GAsyncResult *result, gpointer user_data);

static void
removal_free(gpointer data)
{
    Removal *removal = data;

    if (removal->timer != NULL) {
        g_source_destroy(removal->timer);
        g_source_unref(removal->timer);
    }
    g_free(removal->path);
    g_free(removal);
}

static gboolean
try_to_remove(gpointer user_data)
{
    GTask *task = user_data;
    Removal *removal = g_task_get_task_data(task);
    CddCall call = {.method = "DELETE", .path = removal->path};

    g_clear_pointer(&removal->timer, g_source_unref);
    cdd_client_call_async(cdd_operation_get_client(task), &call,
                          cdd_operation_get_cancellable(task), on_removal_answered, task);
    return G_SOURCE_REMOVE;
}

/*
 * Podman cannot remove a container whose process has just ended, even by force, until it has
 * cleaned up. Docker's 409 means that the container is already being removed.
 */
static gboolean
may_try_again(Removal *removal, const GError *error)
{
    return removal->force && g_error_matches(error, CDD_ERROR, CDD_ERROR_CONFLICT) &&
           cdd_error_get_http_status(error) == 500 && removal->n_retries++ < MAX_REMOVAL_RETRIES;
}

static void
on_removal_answered(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    Removal *removal = g_task_get_task_data(task);
    GError *error = NULL;

    if (cdd_client_call_finish_ok(CDD_CLIENT(source), result, &error)) {
        cdd_operation_return_true(task);
    } else if (may_try_again(removal, error)) {
        g_error_free(error);
        removal->timer = g_timeout_source_new(REMOVAL_RETRY_INTERVAL);
        g_source_set_callback(removal->timer, try_to_remove, task, NULL);
        g_source_attach(removal->timer, g_main_context_get_thread_default());
    } else {
        cdd_operation_return_error(task, error);
    }
}

void
cdd_container_remove(GTask *task, const char *container, CddRemoveFlags flags)
{
    Removal *removal;

    if (cdd_operation_lacks_argument(task))
        return;
    removal = g_new0(Removal, 1);
    removal->force = (flags & CDD_REMOVE_FORCE) != 0;
    removal->path = cdd_path("/containers/%s?force=%u&v=%u", container, removal->force ? 1U : 0U,
                             (flags & CDD_REMOVE_VOLUMES) != 0 ? 1U : 0U);
    g_task_set_task_data(task, removal, removal_free);
    try_to_remove(task);
}

void
cdd_service_remove_container_async(CddService *self,
                                   const char *container,
                                   CddRemoveFlags flags,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
    g_return_if_fail(CDD_IS_SERVICE(self));
    cdd_container_remove(
        cdd_operation_require(cdd_operation_new(self, cancellable, callback, user_data,
                                                "removing the container %s", container),
                              "container", container, NULL),
        container, flags);
}

gboolean
cdd_service_remove_container_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish(self, result, error);
}

void
cdd_service_rename_container_async(CddService *self,
                                   const char *container,
                                   const char *name,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
    g_autofree char *path = cdd_path("/containers/%s/rename?name=%s", container, name);
    CddCall call = {.method = "POST", .path = path};

    g_return_if_fail(CDD_IS_SERVICE(self));
    cdd_operation_call(
        cdd_operation_require(cdd_operation_new(self, cancellable, callback, user_data,
                                                "renaming the container %s to %s", container, name),
                              "container", container, "name", name, NULL),
        &call);
}

gboolean
cdd_service_rename_container_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish(self, result, error);
}

void
cdd_service_pause_container_async(CddService *self,
                                  const char *container,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
    g_autofree char *path = cdd_path("/containers/%s/pause", container);
    CddCall call = {.method = "POST", .path = path};

    g_return_if_fail(CDD_IS_SERVICE(self));
    cdd_operation_call(
        cdd_operation_require(cdd_operation_new(self, cancellable, callback, user_data,
                                                "pausing the container %s", container),
                              "container", container, NULL),
        &call);
}

gboolean
cdd_service_pause_container_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish(self, result, error);
}

void
cdd_service_unpause_container_async(CddService *self,
                                    const char *container,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
    g_autofree char *path = cdd_path("/containers/%s/unpause", container);
    CddCall call = {.method = "POST", .path = path};

    g_return_if_fail(CDD_IS_SERVICE(self));
    cdd_operation_call(
        cdd_operation_require(cdd_operation_new(self, cancellable, callback, user_data,
                                                "resuming the container %s", container),
                              "container", container, NULL),
        &call);
}

gboolean
cdd_service_unpause_container_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish(self, result, error);
}

void
cdd_service_resize_container_async(CddService *self,
                                   const char *container,
                                   guint columns,
                                   guint rows,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
    g_autofree char *path = cdd_path("/containers/%s/resize?h=%u&w=%u", container, rows, columns);
    CddCall call = {.method = "POST", .path = path};

    g_return_if_fail(CDD_IS_SERVICE(self));
    cdd_operation_call(
        cdd_operation_require(cdd_operation_new(self, cancellable, callback, user_data,
                                                "resizing the terminal of the container %s",
                                                container),
                              "container", container, NULL),
        &call);
}

gboolean
cdd_service_resize_container_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish(self, result, error);
}

static gpointer
parse_image_id(JsonNode *node, GError **error)
{
    const char *id = cdd_json_get_string(cdd_json_as_object(node), "Id");

    if (id != NULL && *id != '\0')
        return g_strdup(id);
    g_set_error_literal(error, CDD_ERROR, CDD_ERROR_PROTOCOL,
                        "the engine's answer has no id of the image");
    return NULL;
}

/* Always an object, because Podman requires one. */
static JsonNode *
commit_body(const CddCommitOptions *options)
{
    g_autoptr(JsonBuilder) builder = json_builder_new_immutable();

    json_builder_begin_object(builder);
    cdd_json_add_list(builder, "Env", options->environment);
    cdd_json_add_list(builder, "Entrypoint", options->entrypoint);
    json_builder_end_object(builder);
    return json_builder_get_root(builder);
}

void
cdd_service_commit_container_async(CddService *self,
                                   const char *container,
                                   const CddCommitOptions *options,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
    static const CddCommitOptions none;
    const CddCommitOptions *from = options != NULL ? options : &none;
    g_autoptr(GString) path = g_string_new("/commit");
    g_autoptr(JsonNode) body = NULL;
    /* Packing a file system may take any time. */
    CddCall call = {.method = "POST", .header_timeout = CDD_NO_TIMEOUT};
    GError *error = NULL;
    GTask *task;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = cdd_operation_new(self, cancellable, callback, user_data, "committing the container %s",
                             container);
    cdd_operation_require(task, "container", container, NULL);
    cdd_path_add(path, "container", container);
    if (!cdd_check_reserved(options, &error) ||
        !cdd_image_add_name(path, "repo", from->reference, &error)) {
        cdd_operation_return_error(task, error);
        return;
    }
    cdd_path_add(path, "author", from->author);
    cdd_path_add(path, "comment", from->message);
    cdd_path_add(path, "pause", from->no_pause ? "0" : "1");
    for (const char *const *change = from->changes; change != NULL && *change != NULL; change++)
        cdd_path_add(path, "changes", *change);
    call.path = path->str;
    body = commit_body(from);
    call.body = body;
    cdd_operation_call_for(task, &call, parse_image_id, g_free);
}

char *
cdd_service_commit_container_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}

typedef struct {
    char **ids;
    guint64 space_reclaimed;
} Pruned;

static void
pruned_free(gpointer data)
{
    Pruned *pruned = data;

    g_strfreev(pruned->ids);
    g_free(pruned);
}

static gpointer
parse_pruned(JsonNode *node, GError **error G_GNUC_UNUSED)
{
    JsonObject *object = cdd_json_as_object(node);
    Pruned *pruned = g_new0(Pruned, 1);

    pruned->ids = cdd_json_dup_strv(object, "ContainersDeleted");
    pruned->space_reclaimed = (guint64)MAX(0, cdd_json_get_int(object, "SpaceReclaimed"));
    return pruned;
}

void
cdd_service_prune_containers_async(CddService *self,
                                   const char *const *filters,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
    g_return_if_fail(CDD_IS_SERVICE(self));
    cdd_operation_prune(
        cdd_operation_new(self, cancellable, callback, user_data, "pruning containers"),
        "/containers/prune", filters, parse_pruned, pruned_free);
}

char **
cdd_service_prune_containers_finish(CddService *self,
                                    GAsyncResult *result,
                                    guint64 *space_reclaimed,
                                    GError **error)
{
    Pruned *pruned = cdd_operation_finish_pointer(self, result, error);
    char **ids;

    if (pruned == NULL)
        return NULL;
    if (space_reclaimed != NULL)
        *space_reclaimed = pruned->space_reclaimed;
    ids = g_steal_pointer(&pruned->ids);
    pruned_free(pruned);
    return ids;
}
