/* SPDX-License-Identifier: Apache-2.0 */
/* Copies files into and out of a container. A thread packs or unpacks the request's archive. */
#include "../api/operation.h"
#include "../files/skipped-files.h"
#include "../files/tar-pack.h"
#include "../files/tar-unpack.h"
#include "pipe-work.h"

#include <colcon-deb-docker/cdd-archive.h>

typedef struct {
    GTask *task;
    CddPipeWork *pipe;
    char *host_path;
    gboolean contents_only;
    CddCopyFlags flags;
    guint64 max_size;
    CddSkippedFiles *skipped;
} Copy;

static void
copy_free(gpointer data)
{
    Copy *copy = data;

    g_free(copy->host_path);
    cdd_pipe_work_free(copy->pipe);
    cdd_skipped_files_free(copy->skipped);
    g_free(copy);
}

static void
on_over(GError *error, gpointer user_data)
{
    Copy *copy = user_data;

    if (error == NULL)
        cdd_operation_return_true(copy->task);
    else
        cdd_operation_return_error(copy->task, error);
}

static Copy *
copy_new(GTask *task, const CddPipeWorkFuncs *funcs, const char *host_path)
{
    Copy *copy = g_new0(Copy, 1);

    copy->task = task;
    copy->pipe = cdd_pipe_work_new(funcs, cdd_operation_get_cancellable(task), copy);
    copy->host_path = g_strdup(host_path);
    copy->skipped = cdd_skipped_files_new();
    g_task_set_task_data(task, copy, copy_free);
    return copy;
}

static gboolean
pack(CddByteQueue *queue, GCancellable *cancellable, gpointer user_data, GError **error)
{
    const Copy *copy = user_data;
    g_autofree char *name = g_path_get_basename(copy->host_path);
    const CddTarOptions options = {
        .keep_owner = (copy->flags & CDD_COPY_KEEP_OWNER) != 0,
        .skipped = cdd_skipped_files_add,
        .user_data = copy->skipped,
    };

    return cdd_tar_pack(copy->host_path, copy->contents_only ? NULL : name, &options, queue,
                        cancellable, error);
}

static void
on_put(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Copy *copy = user_data;
    GError *error = NULL;

    cdd_service_put_archive_finish(CDD_SERVICE(source), result, &error);
    cdd_pipe_work_end_request(copy->pipe, error);
}

void
cdd_service_copy_to_container_async(CddService *self,
                                    const char *host_path,
                                    const char *container,
                                    const char *directory,
                                    CddCopyFlags flags,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
    static const CddPipeWorkFuncs funcs = {.work = pack, .over = on_over};
    GInputStream *archive;
    GTask *task;
    Copy *copy;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = cdd_operation_new(self, cancellable, callback, user_data,
                             "copying %s to the container %s", host_path, container);
    cdd_operation_require(task, "host_path", host_path, "container", container, "directory",
                          directory, NULL);
    if (cdd_operation_lacks_argument(task))
        return;
    copy = copy_new(task, &funcs, host_path);
    g_task_set_source_tag(task, cdd_service_copy_to_container_async);
    copy->contents_only = g_str_has_suffix(host_path, "/.") || g_str_equal(host_path, ".");
    copy->flags = flags;
    archive = cdd_pipe_work_start_upload(copy->pipe);
    cdd_service_put_archive_async(self, container, directory, archive,
                                  cdd_pipe_work_get_cancellable(copy->pipe), on_put, copy);
}

gboolean
cdd_service_copy_to_container_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish(self, result, error);
}

char **
cdd_service_copy_to_container_dup_warnings(CddService *self, GAsyncResult *result)
{
    const Copy *copy;

    g_return_val_if_fail(g_task_is_valid(result, self), NULL);
    g_return_val_if_fail(g_async_result_is_tagged(result, cdd_service_copy_to_container_async),
                         NULL);
    copy = g_task_get_task_data(G_TASK(result));
    return cdd_skipped_files_dup_messages(copy->skipped);
}

static gboolean
unpack(CddByteQueue *queue, GCancellable *cancellable, gpointer user_data, GError **error)
{
    const Copy *copy = user_data;

    return cdd_tar_unpack(queue, copy->host_path, copy->max_size, cancellable, error);
}

static void
on_got(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Copy *copy = user_data;
    GError *error = NULL;

    cdd_service_get_archive_finish(CDD_SERVICE(source), result, &error);
    cdd_pipe_work_end_request(copy->pipe, error);
}

void
cdd_service_copy_from_container_async(CddService *self,
                                      const char *container,
                                      const char *path,
                                      const char *host_directory,
                                      guint64 max_size,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
    static const CddPipeWorkFuncs funcs = {.work = unpack, .over = on_over};
    GOutputStream *archive;
    GTask *task;
    Copy *copy;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = cdd_operation_new(self, cancellable, callback, user_data,
                             "copying %s out of the container %s", path, container);
    cdd_operation_require(task, "container", container, "path", path, "host_directory",
                          host_directory, NULL);
    if (cdd_operation_lacks_argument(task))
        return;
    copy = copy_new(task, &funcs, host_directory);
    copy->max_size = max_size;
    archive = cdd_pipe_work_start_download(copy->pipe);
    cdd_service_get_archive_async(self, container, path, archive,
                                  cdd_pipe_work_get_cancellable(copy->pipe), on_got, copy);
}

gboolean
cdd_service_copy_from_container_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish(self, result, error);
}
