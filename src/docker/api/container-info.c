/* SPDX-License-Identifier: Apache-2.0 */
/* Details, lists and processes of containers. */
#include "../value/plain.h"
#include "container-network.h"
#include "operation.h"

#include <colcon-deb-docker/cdd-container-info.h>

static const char *
without_slash(const char *name)
{
    return name != NULL && *name == '/' ? name + 1 : name;
}

static const CddMember container_info_members[] = {
    CDD_STRING(CddContainerInfo, id),
    CDD_STRING(CddContainerInfo, name),
    CDD_STRING(CddContainerInfo, image),
    CDD_STRING(CddContainerInfo, image_id),
    CDD_STRING(CddContainerInfo, status),
    CDD_STRING(CddContainerInfo, error),
    CDD_STRING(CddContainerInfo, created_at),
    CDD_STRING(CddContainerInfo, started_at),
    CDD_STRING(CddContainerInfo, finished_at),
    CDD_LIST(CddContainerInfo, labels),
    CDD_STRING(CddContainerInfo, health),
    CDD_STRING(CddContainerInfo, json),
    {0},
};

static gpointer
copy_port(gconstpointer port, gpointer data G_GNUC_UNUSED)
{
    return cdd_port_binding_copy(port);
}

CddContainerInfo *
cdd_container_info_copy(const CddContainerInfo *info)
{
    CddContainerInfo *copy = cdd_plain_copy(info, sizeof *info, container_info_members);

    if (info->ports != NULL) {
        copy->ports = g_ptr_array_copy(info->ports, copy_port, NULL);
        g_ptr_array_set_free_func(copy->ports, (GDestroyNotify)cdd_port_binding_free);
    }
    return copy;
}

void
cdd_container_info_free(CddContainerInfo *info)
{
    if (info != NULL)
        g_clear_pointer(&info->ports, g_ptr_array_unref);
    cdd_plain_free(info, container_info_members);
}

/* Docker says "none" and Podman an empty text if there is no health check. */
static char *
dup_health(JsonObject *state)
{
    JsonObject *health = cdd_json_get_object(state, "Health");
    const char *status = cdd_json_get_string(health, "Status");

    return status == NULL || *status == '\0' || g_str_equal(status, "none") ? NULL
                                                                            : g_strdup(status);
}

/* Podman distinguishes states that Docker does not; map them to Docker's. */
static char *
dup_status(JsonObject *object, const char *name)
{
    static const struct {
        const char *theirs;
        const char *ours;
    } words[] = {
        {"configured", "created"},
        {"initialized", "created"},
        {"stopping", "running"},
        {"stopped", "exited"},
    };
    const char *status = cdd_json_get_string(object, name);

    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if (g_strcmp0(status, words[i].theirs) == 0)
            return g_strdup(words[i].ours);
    }
    return cdd_json_dup_string(object, name);
}

static gpointer
parse_info(JsonNode *node, GError **error)
{
    JsonObject *object = cdd_json_as_object(node);
    JsonObject *state = cdd_json_get_object(object, "State");
    JsonObject *config = cdd_json_get_object(object, "Config");
    CddContainerInfo *info;

    if (state == NULL) {
        g_set_error_literal(error, CDD_ERROR, CDD_ERROR_PROTOCOL,
                            "the engine's answer has no description of the container");
        return NULL;
    }
    info = g_new0(CddContainerInfo, 1);
    info->id = cdd_json_dup_string(object, "Id");
    info->name = g_strdup(without_slash(cdd_json_get_string(object, "Name")));
    info->image = cdd_json_dup_string(config, "Image");
    info->image_id = cdd_json_dup_string(object, "Image");
    info->status = dup_status(state, "Status");
    info->paused = cdd_json_get_boolean(state, "Paused");
    /* For Podman a paused container does not run. */
    info->running = info->paused || cdd_json_get_boolean(state, "Running");
    info->oom_killed = cdd_json_get_boolean(state, "OOMKilled");
    info->exit_code = cdd_json_get_int(state, "ExitCode");
    info->pid = cdd_json_get_int(state, "Pid");
    info->tty = cdd_json_get_boolean(config, "Tty");
    info->error = cdd_json_dup_string(state, "Error");
    info->created_at = cdd_json_dup_string(object, "Created");
    info->started_at = cdd_json_dup_string(state, "StartedAt");
    info->finished_at = cdd_json_dup_string(state, "FinishedAt");
    info->labels = cdd_json_dup_pairs(config, "Labels");
    info->ports = cdd_port_bindings_from_json(
        cdd_json_get_object(cdd_json_get_object(object, "NetworkSettings"), "Ports"));
    info->health = dup_health(state);
    info->json = cdd_json_to_text(node);
    return info;
}

void
cdd_service_inspect_container_async(CddService *self,
                                    const char *container,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
    g_autofree char *path = cdd_path("/containers/%s/json", container);
    CddCall call = {.method = "GET", .path = path};

    g_return_if_fail(CDD_IS_SERVICE(self));
    cdd_operation_call_for(
        cdd_operation_require(cdd_operation_new(self, cancellable, callback, user_data,
                                                "inspecting the container %s", container),
                              "container", container, NULL),
        &call, parse_info, (GDestroyNotify)cdd_container_info_free);
}

CddContainerInfo *
cdd_service_inspect_container_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}

static const CddMember container_summary_members[] = {
    CDD_STRING(CddContainerSummary, id),     CDD_LIST(CddContainerSummary, names),
    CDD_STRING(CddContainerSummary, image),  CDD_STRING(CddContainerSummary, image_id),
    CDD_STRING(CddContainerSummary, status), CDD_STRING(CddContainerSummary, description),
    CDD_LIST(CddContainerSummary, labels),   {0},
};
CDD_DEFINE_PLAIN_COPY(, CddContainerSummary, cdd_container_summary, container_summary_members)

static gpointer
new_summary(JsonObject *object)
{
    CddContainerSummary *summary = g_new0(CddContainerSummary, 1);

    summary->id = cdd_json_dup_string(object, "Id");
    summary->names = cdd_json_dup_strv(object, "Names");
    for (char **name = summary->names; *name != NULL; name++) {
        char *bare = g_strdup(without_slash(*name));

        g_free(*name);
        *name = bare;
    }
    summary->image = cdd_json_dup_string(object, "Image");
    summary->image_id = cdd_json_dup_string(object, "ImageID");
    summary->status = dup_status(object, "State");
    summary->description = cdd_json_dup_string(object, "Status");
    summary->created_at = cdd_json_get_time(object, "Created");
    summary->labels = cdd_json_dup_pairs(object, "Labels");
    return summary;
}

static gpointer
parse_list(JsonNode *node, GError **error G_GNUC_UNUSED)
{
    return cdd_json_dup_array(cdd_json_as_array(node), new_summary,
                              (GDestroyNotify)cdd_container_summary_free);
}

void
cdd_service_list_containers_async(CddService *self,
                                  gboolean all,
                                  const char *const *filters,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
    g_return_if_fail(CDD_IS_SERVICE(self));
    cdd_operation_list(
        cdd_operation_new(self, cancellable, callback, user_data, "listing containers"),
        "/containers/json", all, filters, parse_list, (GDestroyNotify)g_ptr_array_unref);
}

GPtrArray *
cdd_service_list_containers_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}

void
cdd_process_table_free(CddProcessTable *table)
{
    if (table == NULL)
        return;
    g_strfreev(table->titles);
    g_ptr_array_unref(table->processes);
    g_free(table);
}

static gpointer
copy_row(gconstpointer row, gpointer data G_GNUC_UNUSED)
{
    return g_strdupv((char **)row);
}

CddProcessTable *
cdd_process_table_copy(const CddProcessTable *table)
{
    CddProcessTable *copy = g_new0(CddProcessTable, 1);

    copy->titles = g_strdupv(table->titles);
    copy->processes = g_ptr_array_copy(table->processes, copy_row, NULL);
    g_ptr_array_set_free_func(copy->processes, (GDestroyNotify)g_strfreev);
    return copy;
}

/* Returns as many cells as there are titles, whatever the engine sends. */
static char **
new_row(JsonArray *cells, guint n_cells)
{
    char **row = g_new0(char *, n_cells + 1);

    for (guint i = 0; i < n_cells; i++) {
        JsonNode *cell = cells != NULL && i < json_array_get_length(cells)
                             ? json_array_get_element(cells, i)
                             : NULL;
        const char *text = cdd_json_as_string(cell);

        row[i] = g_strdup(text != NULL ? text : "");
    }
    return row;
}

static gpointer
parse_processes(JsonNode *node, GError **error G_GNUC_UNUSED)
{
    JsonObject *object = cdd_json_as_object(node);
    JsonArray *processes = cdd_json_get_array(object, "Processes");
    CddProcessTable *table = g_new0(CddProcessTable, 1);
    guint n_cells;

    table->titles = cdd_json_dup_strv(object, "Titles");
    table->processes = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    n_cells = g_strv_length(table->titles);
    for (guint i = 0; processes != NULL && i < json_array_get_length(processes); i++)
        g_ptr_array_add(table->processes,
                        new_row(cdd_json_as_array(json_array_get_element(processes, i)), n_cells));
    return table;
}

void
cdd_service_get_container_processes_async(CddService *self,
                                          const char *container,
                                          const char *ps_args,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data)
{
    g_autofree char *plain = cdd_path("/containers/%s/top", container);
    g_autoptr(GString) path = g_string_new(plain);
    g_autoptr(GString) columns = g_string_new(plain);
    CddCall call = {.method = "GET"};

    g_return_if_fail(CDD_IS_SERVICE(self));
    cdd_path_add(path, "ps_args", ps_args);
    call.path = path->str;
    /* Without named columns, Podman runs the container's own ps, which may not exist. */
    cdd_path_add(columns, "ps_args", "user,pid,ppid,pcpu,etime,tty,time,args");
    if (ps_args == NULL)
        call.podman_path = columns->str;
    cdd_operation_call_for(
        cdd_operation_require(cdd_operation_new(self, cancellable, callback, user_data,
                                                "listing the processes of the container %s",
                                                container),
                              "container", container, NULL),
        &call, parse_processes, (GDestroyNotify)cdd_process_table_free);
}

CddProcessTable *
cdd_service_get_container_processes_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}
