/* SPDX-License-Identifier: Apache-2.0 */
/* Creates a container and connects it to its networks. What is made in vain is removed. */
#include "../value/error.h"
#include "../value/platform.h"
#include "container-json.h"
#include "operation.h"

#include <colcon-deb-docker/cdd-container.h>
#include <colcon-deb-docker/cdd-error.h>
#include <colcon-deb-docker/cdd-network.h>

typedef struct {
    CddContainerSpec *spec;
    char *id;
    gsize n_connected; /* networks */
    GError *error;     /* why the container is not wanted */
} Creation;

static void
creation_free(gpointer data)
{
    Creation *creation = data;

    cdd_container_spec_free(creation->spec);
    g_free(creation->id);
    g_clear_error(&creation->error);
    g_free(creation);
}

/* If the removal failed, the error says so: the caller does not know the id and cannot check. */
static void
return_cancelled(GTask *task, const char *doubt, GError *fault)
{
    GError *error =
        fault != NULL
            ? g_error_new(G_IO_ERROR, G_IO_ERROR_CANCELLED,
                          "the creation was cancelled, and %s may be on the engine: %s", doubt,
                          fault->message)
            : g_error_new_literal(G_IO_ERROR, G_IO_ERROR_CANCELLED, "the creation was cancelled");

    g_clear_error(&fault);
    cdd_operation_return_error(task, error);
}

/* Nobody knows the id of the container, if there is one. */
static void
return_unanswered(GTask *task, gboolean cancelled, GError *error)
{
    g_autofree char *said = NULL;

    if (cancelled) {
        return_cancelled(task, "a container", error);
        return;
    }
    said = g_steal_pointer(&error->message);
    error->message = g_strconcat(said, "; the engine may have created the container", NULL);
    cdd_operation_return_error(task, error);
}

static void
on_unwanted_removed(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    Creation *creation = g_task_get_task_data(task);
    GError *error = NULL;

    cdd_client_call_finish_ok(CDD_CLIENT(source), result, &error);
    if (creation->error == NULL) {
        return_cancelled(task, "the container", error);
        return;
    }
    if (error != NULL) {
        g_prefix_error(&creation->error, "the container %s is left, because %s; ", creation->id,
                       error->message);
        g_clear_error(&error);
    }
    cdd_operation_return_error(task, g_steal_pointer(&creation->error));
}

/* Nobody knows the container's id. @error is NULL if the call was cancelled. */
static void
remove_unwanted(GTask *task, GError *error)
{
    Creation *creation = g_task_get_task_data(task);
    g_autofree char *path = cdd_path("/containers/%s?force=1&v=1", creation->id);
    CddCall call = {.method = "DELETE", .path = path};

    creation->error = error;
    cdd_client_call_async(cdd_operation_get_client(task), &call, NULL, on_unwanted_removed, task);
}

static void connect_next(GTask *task);

static void
on_connected(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    Creation *creation = g_task_get_task_data(task);
    GError *error = NULL;

    if (cdd_service_connect_network_finish(CDD_SERVICE(source), result, &error)) {
        creation->n_connected++;
        connect_next(task);
    } else if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
        g_error_free(error);
        remove_unwanted(task, NULL);
    } else {
        remove_unwanted(task, error);
    }
}

/* The request of the creation connects the first network. */
static void
connect_next(GTask *task)
{
    Creation *creation = g_task_get_task_data(task);

    if (g_cancellable_is_cancelled(cdd_operation_get_cancellable(task)))
        remove_unwanted(task, NULL);
    else if (creation->n_connected < creation->spec->n_networks)
        cdd_service_connect_network_async(g_task_get_source_object(task), creation->id,
                                          &creation->spec->networks[creation->n_connected],
                                          cdd_operation_get_cancellable(task), on_connected, task);
    else
        cdd_operation_return_pointer(task, g_steal_pointer(&creation->id), g_free);
}

static void
on_created(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    Creation *creation = g_task_get_task_data(task);
    GError *error = NULL;
    g_autoptr(JsonNode) node = cdd_client_call_finish(CDD_CLIENT(source), result, &error);
    const char *id = cdd_json_get_string(cdd_json_as_object(node), "Id");

    if (error == NULL && (id == NULL || *id == '\0'))
        error = g_error_new_literal(CDD_ERROR, CDD_ERROR_PROTOCOL,
                                    "the engine's answer has no id of the container");
    if (error != NULL && cdd_error_is_unanswered(error)) {
        return_unanswered(task, g_cancellable_is_cancelled(cdd_operation_get_cancellable(task)),
                          error);
        return;
    }
    if (error != NULL) {
        cdd_operation_return_error(task, error);
        return;
    }
    creation->id = g_strdup(id);
    creation->n_connected = 1;
    connect_next(task);
}

void
cdd_service_create_container_async(CddService *self,
                                   const CddContainerSpec *spec,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
    GTask *task;
    Creation *creation;
    GError *error = NULL;
    g_autoptr(JsonNode) body = NULL;
    g_autofree char *platform = NULL;
    g_autoptr(GString) path = g_string_new("/containers/create");
    CddCall call = {.method = "POST"};

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = cdd_operation_new(self, cancellable, callback, user_data, "creating a container of %s",
                             spec != NULL && spec->image != NULL ? spec->image : "no image");
    if (spec == NULL) {
        cdd_operation_return_missing(task, "spec");
        return;
    }
    /* Like Docker's client: a 404 here means a missing image. */
    cdd_operation_set_not_found(task, CDD_ERROR_IMAGE_NOT_FOUND);
    if (g_cancellable_set_error_if_cancelled(cancellable, &error) ||
        !cdd_container_spec_validate(spec, &error) ||
        !cdd_platform_normalize(spec->platform, &platform, &error)) {
        cdd_operation_return_error(task, error);
        return;
    }
    creation = g_new0(Creation, 1);
    creation->spec = cdd_container_spec_copy(spec);
    g_task_set_task_data(task, creation, creation_free);
    cdd_path_add(path, "name", spec->name);
    cdd_path_add(path, "platform", platform);
    body = cdd_container_spec_to_json(spec);
    call.path = path->str;
    call.body = body;
    /* Not cancellable: a container whose id is unknown could not be removed. */
    cdd_client_call_async(cdd_operation_get_client(task), &call, NULL, on_created, task);
}

char *
cdd_service_create_container_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}
