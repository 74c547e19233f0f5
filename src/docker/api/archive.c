/* SPDX-License-Identifier: Apache-2.0 */
#include "operation.h"

#include <colcon-deb-docker/cdd-archive.h>
#include <string.h>

enum {
    MAX_STAT_LENGTH = 64 * 1024,
};
/* As in Go's FileMode. */
#define MODE_DIRECTORY (1U << 31)

CddPathStat *
cdd_path_stat_copy(const CddPathStat *stat)
{
    CddPathStat *copy = g_new0(CddPathStat, 1);

    *copy = *stat;
    copy->name = g_strdup(stat->name);
    copy->mtime = g_strdup(stat->mtime);
    copy->link_target = g_strdup(stat->link_target);
    return copy;
}

void
cdd_path_stat_free(CddPathStat *stat)
{
    if (stat == NULL)
        return;
    g_free(stat->name);
    g_free(stat->mtime);
    g_free(stat->link_target);
    g_free(stat);
}

gboolean
cdd_path_stat_is_directory(const CddPathStat *stat)
{
    return (stat->mode & MODE_DIRECTORY) != 0;
}

/* Parses the header field: JSON in base64. */
static CddPathStat *
parse(const char *header, GError **error)
{
    g_autofree guchar *text = NULL;
    gsize length = 0;
    g_autoptr(JsonNode) node = NULL;
    JsonObject *object;
    CddPathStat *stat;

    if (header != NULL && strlen(header) <= MAX_STAT_LENGTH)
        text = g_base64_decode(header, &length);
    if (length > 0)
        node = cdd_json_parse((const char *)text, length, NULL);
    object = cdd_json_as_object(node);
    if (object == NULL) {
        g_set_error_literal(error, CDD_ERROR, CDD_ERROR_PROTOCOL,
                            "the engine's answer has no valid description of the path");
        return NULL;
    }
    stat = g_new0(CddPathStat, 1);
    stat->name = cdd_json_dup_string(object, "name");
    stat->size = (guint64)MAX(0, cdd_json_get_int(object, "size"));
    stat->mode = (guint32)cdd_json_get_int(object, "mode");
    stat->mtime = cdd_json_dup_string(object, "mtime");
    stat->link_target = cdd_json_dup_string(object, "linkTarget");
    return stat;
}

static void
on_stat(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    GError *error = NULL;
    g_autoptr(CddResponse) response = cdd_client_send_finish(CDD_CLIENT(source), result, &error);
    CddPathStat *stat = NULL;

    if (response != NULL)
        stat = parse(cdd_response_get_header(response, "x-docker-container-path-stat"), &error);
    if (stat == NULL)
        cdd_operation_return_error(task, error);
    else
        cdd_operation_return_pointer(task, stat, (GDestroyNotify)cdd_path_stat_free);
}

void
cdd_service_stat_path_async(CddService *self,
                            const char *container,
                            const char *path,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
    g_autofree char *target = cdd_path("/containers/%s/archive?path=%s", container, path);
    CddCall call = {.method = "HEAD", .path = target};
    GTask *task;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = cdd_operation_new(self, cancellable, callback, user_data,
                             "inspecting %s in the container %s", path, container);
    cdd_operation_require(task, "container", container, "path", path, NULL);
    if (cdd_operation_lacks_argument(task))
        return;
    cdd_client_send_async(cdd_operation_get_client(task), &call,
                          cdd_operation_get_cancellable(task), on_stat, task);
}

CddPathStat *
cdd_service_stat_path_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}

void
cdd_service_put_archive_async(CddService *self,
                              const char *container,
                              const char *directory,
                              GInputStream *archive,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
    g_autofree char *path =
        cdd_path("/containers/%s/archive?path=%s&noOverwriteDirNonDir=true", container, directory);
    CddCall call = {.method = "PUT", .path = path, .upload = archive};

    g_return_if_fail(CDD_IS_SERVICE(self));
    cdd_operation_call(
        cdd_operation_require(
            cdd_operation_new(self, cancellable, callback, user_data,
                              "unpacking in %s of the container %s", directory, container),
            "container", container, "directory", directory, "archive", archive, NULL),
        &call);
}

gboolean
cdd_service_put_archive_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish(self, result, error);
}

void
cdd_service_get_archive_async(CddService *self,
                              const char *container,
                              const char *path,
                              GOutputStream *archive,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
    g_autofree char *target = cdd_path("/containers/%s/archive?path=%s", container, path);
    CddCall call = {.method = "GET", .path = target};

    g_return_if_fail(CDD_IS_SERVICE(self));
    cdd_operation_download(
        cdd_operation_require(cdd_operation_new(self, cancellable, callback, user_data,
                                                "packing %s of the container %s", path, container),
                              "container", container, "path", path, NULL),
        &call, archive);
}

gboolean
cdd_service_get_archive_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish(self, result, error);
}
