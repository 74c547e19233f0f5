/* SPDX-License-Identifier: Apache-2.0 */
/* An additional process in a running container: create, start and inspect it. */
#include "../wire/json-build.h"
#include "attachment.h"
#include "faults.h"
#include "operation.h"

#include <colcon-deb-docker/cdd-error.h>
#include <colcon-deb-docker/cdd-exec.h>

typedef struct {
    char *id;
    gboolean with_stdin;
    gboolean detached;
    gboolean tty;
} Start;

static void
start_free(gpointer data)
{
    Start *start = data;

    g_free(start->id);
    g_free(start);
}

CddExecInfo *
cdd_exec_info_copy(const CddExecInfo *info)
{
    CddExecInfo *copy = g_new0(CddExecInfo, 1);

    *copy = *info;
    copy->container_id = g_strdup(info->container_id);
    return copy;
}

void
cdd_exec_info_free(CddExecInfo *info)
{
    if (info == NULL)
        return;
    g_free(info->container_id);
    g_free(info);
}

static JsonNode *
spec_to_json(const CddExecSpec *spec, gboolean detached)
{
    g_autoptr(JsonBuilder) builder = json_builder_new_immutable();

    json_builder_begin_object(builder);
    cdd_json_add_list(builder, "Cmd", spec->command);
    cdd_json_add_list(builder, "Env", spec->environment);
    cdd_json_add_string(builder, "WorkingDir", spec->working_dir);
    cdd_json_add_string(builder, "User", spec->user);
    cdd_json_add_true(builder, "Tty", spec->tty);
    cdd_json_add_true(builder, "AttachStdin", spec->attach_stdin);
    cdd_json_add_true(builder, "AttachStdout", !detached);
    cdd_json_add_true(builder, "AttachStderr", !detached);
    cdd_json_add_true(builder, "Privileged", spec->privileged);
    json_builder_end_object(builder);
    return json_builder_get_root(builder);
}

static gboolean
validate(const CddExecSpec *spec, GError **error)
{
    const char *fault = NULL;

    if (spec->command == NULL || spec->command[0] == NULL || *spec->command[0] == '\0')
        fault = "the command is missing";
    else if (spec->working_dir != NULL && !g_path_is_absolute(spec->working_dir))
        fault = "the working directory is not absolute";
    if (fault == NULL)
        return TRUE;
    g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC, "%s", fault);
    return FALSE;
}

static void
on_started(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    Start *start = g_task_get_task_data(task);
    GError *error = NULL;
    g_autoptr(CddResponse) response = cdd_client_send_finish(CDD_CLIENT(source), result, &error);

    if (response == NULL)
        cdd_operation_return_error(task, error);
    else
        cdd_operation_return_pointer(
            task, cdd_attachment_new(start->id, response, start->with_stdin, start->tty),
            g_object_unref);
}

static void
on_started_detached(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    Start *start = g_task_get_task_data(task);
    GError *error = NULL;

    if (cdd_client_call_finish_ok(CDD_CLIENT(source), result, &error))
        cdd_operation_return_pointer(task, g_steal_pointer(&start->id), g_free);
    else
        cdd_operation_return_error(task, error);
}

/* The stream's format depends on the terminal given here, so it is given again. */
static JsonNode *
start_to_json(const Start *start)
{
    g_autoptr(JsonBuilder) builder = json_builder_new_immutable();

    json_builder_begin_object(builder);
    cdd_json_add_true(builder, "Tty", start->tty);
    cdd_json_add_true(builder, "Detach", start->detached);
    json_builder_end_object(builder);
    return json_builder_get_root(builder);
}

static void
on_created(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    Start *start = g_task_get_task_data(task);
    GError *error = NULL;
    g_autoptr(JsonNode) node = cdd_client_call_finish(CDD_CLIENT(source), result, &error);
    g_autoptr(JsonNode) body = NULL;
    g_autofree char *path = NULL;
    CddCall call = {.method = "POST", .upgrade = start->detached ? NULL : "tcp"};

    if (error == NULL) {
        start->id = cdd_json_dup_string(cdd_json_as_object(node), "Id");
        if (*start->id == '\0')
            g_set_error_literal(&error, CDD_ERROR, CDD_ERROR_PROTOCOL,
                                "the engine's answer has no id of the process");
    }
    if (error != NULL) {
        cdd_operation_return_error(task, error);
        return;
    }
    body = start_to_json(start);
    call.path = path = cdd_path("/exec/%s/start", start->id);
    call.body = body;
    if (start->detached)
        cdd_client_call_async(CDD_CLIENT(source), &call, cdd_operation_get_cancellable(task),
                              on_started_detached, task);
    else
        cdd_client_send_async(CDD_CLIENT(source), &call, cdd_operation_get_cancellable(task),
                              on_started, task);
}

static void
begin(GTask *task, const char *container, const CddExecSpec *spec, gboolean detached)
{
    g_autofree char *path = cdd_path("/containers/%s/exec", container);
    g_autoptr(JsonNode) body = NULL;
    CddCall call = {.method = "POST", .path = path};
    GError *error = NULL;
    Start *start;

    cdd_operation_require(task, "container", container, "spec", spec, NULL);
    /* The analyzer does not know that the first contains the second. */
    if (cdd_operation_lacks_argument(task) || spec == NULL)
        return;
    if (!validate(spec, &error) || !cdd_check_reserved(spec, &error)) {
        cdd_operation_return_error(task, error);
        return;
    }
    start = g_new0(Start, 1);
    start->with_stdin = spec->attach_stdin;
    start->detached = detached;
    start->tty = spec->tty;
    g_task_set_task_data(task, start, start_free);
    body = spec_to_json(spec, detached);
    call.body = body;
    cdd_client_call_async(cdd_operation_get_client(task), &call,
                          cdd_operation_get_cancellable(task), on_created, task);
}

void
cdd_service_start_exec_async(CddService *self,
                             const char *container,
                             const CddExecSpec *spec,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
    g_return_if_fail(CDD_IS_SERVICE(self));
    begin(cdd_operation_new(self, cancellable, callback, user_data,
                            "starting a process in the container %s", container),
          container, spec, FALSE);
}

CddAttachment *
cdd_service_start_exec_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}

void
cdd_service_start_exec_detached_async(CddService *self,
                                      const char *container,
                                      const CddExecSpec *spec,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
    GTask *task;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = cdd_operation_new(self, cancellable, callback, user_data,
                             "starting a process in the container %s", container);
    if (spec != NULL && spec->attach_stdin)
        cdd_operation_return_error(
            task, g_error_new_literal(CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                                      "a process that is not attached to has no input"));
    else
        begin(task, container, spec, TRUE);
}

char *
cdd_service_start_exec_detached_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}

/* A process that was never started has no exit code; this differs from 0. */
static gpointer
parse(JsonNode *node, GError **error)
{
    JsonObject *object = cdd_operation_expect_object(node, "process", error);
    JsonNode *code = object != NULL ? json_object_get_member(object, "ExitCode") : NULL;
    CddExecInfo *info;

    if (object == NULL)
        return NULL;
    info = g_new0(CddExecInfo, 1);
    info->container_id = cdd_json_dup_string(object, "ContainerID");
    info->running = cdd_json_get_boolean(object, "Running");
    info->has_exited = !info->running && code != NULL && JSON_NODE_HOLDS_VALUE(code);
    info->exit_code = info->has_exited ? cdd_json_get_int(object, "ExitCode") : 0;
    info->pid = cdd_json_get_int(object, "Pid");
    return info;
}

void
cdd_service_inspect_exec_async(CddService *self,
                               const char *exec,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
    g_autofree char *path = cdd_path("/exec/%s/json", exec);
    CddCall call = {.method = "GET", .path = path};

    g_return_if_fail(CDD_IS_SERVICE(self));
    cdd_operation_call_for(
        cdd_operation_require(cdd_operation_new(self, cancellable, callback, user_data,
                                                "inspecting the process %s", exec),
                              "exec", exec, NULL),
        &call, parse, (GDestroyNotify)cdd_exec_info_free);
}

CddExecInfo *
cdd_service_inspect_exec_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}

void
cdd_service_resize_exec_async(CddService *self,
                              const char *exec,
                              guint columns,
                              guint rows,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
    g_autofree char *path = cdd_path("/exec/%s/resize?h=%u&w=%u", exec, rows, columns);
    CddCall call = {.method = "POST", .path = path};

    g_return_if_fail(CDD_IS_SERVICE(self));
    cdd_operation_call(
        cdd_operation_require(cdd_operation_new(self, cancellable, callback, user_data,
                                                "resizing the terminal of the process %s", exec),
                              "exec", exec, NULL),
        &call);
}

gboolean
cdd_service_resize_exec_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish(self, result, error);
}
