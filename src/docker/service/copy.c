/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files into a container and out of it: a thread packs or unpacks at one end of a socket pair, a
 * request has the other. Both come to their end before the copy does.
 */
#include "../api/operation.h"
#include "../engine/deadline.h"
#include "../files/tar-pack.h"
#include "../files/tar-unpack.h"
#include "../wire/error.h"

#include <colcon-deb-docker/cdd-archive.h>
#include <errno.h>
#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <glib-unix.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
    GTask *task;
    char *host_path;
    gboolean contents_only;
    CddCopyFlags flags;
    guint64 max_size;
    CddDeadline *both; /* cancelled with the operation, and by the fault of either end */
    GObject *stream;   /* the request's end */
    int fd;            /* the thread's end */
    gboolean requested;
    gboolean worked;
    GError *request_error;
    GError *work_error;
} Copy;

static void
copy_free(gpointer data)
{
    Copy *copy = data;

    g_free(copy->host_path);
    cdd_deadline_free(copy->both);
    g_clear_object(&copy->stream);
    if (copy->fd >= 0)
        close(copy->fd);
    g_clear_error(&copy->request_error);
    g_clear_error(&copy->work_error);
    g_free(copy);
}

/*
 * Whichever end failed first has cancelled the other. What the engine said counts most, unless it
 * says no more than that the archive broke off, which is then for the thread to explain.
 */
static GError *
choose_error(Copy *copy)
{
    if (copy->request_error == NULL && copy->work_error == NULL)
        return NULL;
    /* What broke off since nobody wanted it any more is no fault of an archive. */
    if (g_cancellable_is_cancelled(cdd_operation_get_cancellable(copy->task)))
        return g_error_new_literal(G_IO_ERROR, G_IO_ERROR_CANCELLED, "the copy was cancelled");
    /* An engine need not read the padding behind the end of an archive. */
    if (copy->request_error == NULL &&
        g_error_matches(copy->work_error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE))
        return NULL;
    if (copy->work_error != NULL && !cdd_error_is_cancelled(copy->work_error) &&
        (copy->request_error == NULL || cdd_error_is_cancelled(copy->request_error)))
        return g_steal_pointer(&copy->work_error);
    if (copy->request_error != NULL)
        return g_steal_pointer(&copy->request_error);
    return g_steal_pointer(&copy->work_error);
}

static void
end_if_over(Copy *copy)
{
    GError *error;

    if (!copy->requested || !copy->worked)
        return;
    error = choose_error(copy);
    if (error == NULL)
        cdd_operation_return_true(copy->task);
    else
        cdd_operation_return_error(copy->task, error);
}

static void
end_request(Copy *copy, GError *error)
{
    copy->requested = TRUE;
    copy->request_error = error;
    /* The thread reads an end of file, or finds that nobody reads what it writes. */
    g_clear_object(&copy->stream);
    if (error != NULL)
        g_cancellable_cancel(cdd_deadline_get_cancellable(copy->both));
    end_if_over(copy);
}

static void
on_worked(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
    Copy *copy = user_data;

    copy->worked = TRUE;
    g_task_propagate_boolean(G_TASK(result), &copy->work_error);
    /* After a fault the stream stays open until the request has ended: an end of file would say
     * that the archive is whole. */
    if (copy->work_error != NULL)
        g_cancellable_cancel(cdd_deadline_get_cancellable(copy->both));
    end_if_over(copy);
}

static void
run_thread(Copy *copy, GTaskThreadFunc func)
{
    GTask *work = g_task_new(NULL, NULL, on_worked, copy);

    g_task_set_task_data(work, copy, NULL);
    g_task_run_in_thread(work, func);
    g_object_unref(work);
}

/*
 * The two ends; the one that is returned is the request's. It never blocks: a write would, for all
 * of the main context, when more is given to it than fits, and for ever when the thread has gone.
 */
static int
open_pair(Copy *copy, GError **error)
{
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0 ||
        !g_unix_set_fd_nonblocking(ends[0], TRUE, NULL)) {
        g_set_error(error, CDD_ERROR, CDD_ERROR_FAILED, "%s", g_strerror(errno));
        return -1;
    }
    copy->fd = ends[1];
    return ends[0];
}

static Copy *
copy_new(GTask *task, const char *host_path)
{
    Copy *copy = g_new0(Copy, 1);

    copy->task = task;
    copy->host_path = g_strdup(host_path);
    copy->fd = -1;
    copy->both = cdd_deadline_new(cdd_operation_get_cancellable(task), 0, NULL);
    g_task_set_task_data(task, copy, copy_free);
    return copy;
}

static void
pack(GTask *work, gpointer source G_GNUC_UNUSED, gpointer data, GCancellable *none G_GNUC_UNUSED)
{
    Copy *copy = data;
    g_autofree char *name = g_path_get_basename(copy->host_path);
    const CddTarOptions options = {.keep_owner = (copy->flags & CDD_COPY_KEEP_OWNER) != 0};
    GError *error = NULL;

    if (!cdd_tar_pack(copy->host_path, copy->contents_only ? NULL : name, &options, copy->fd,
                      cdd_deadline_get_cancellable(copy->both), &error)) {
        g_task_return_error(work, error);
        return;
    }
    shutdown(copy->fd, SHUT_WR);
    g_task_return_boolean(work, TRUE);
}

static void
on_put(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GError *error = NULL;

    cdd_service_put_archive_finish(CDD_SERVICE(source), result, &error);
    end_request(user_data, error);
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
    GError *error = NULL;
    Copy *copy;
    int fd;

    g_return_if_fail(CDD_IS_SERVICE(self));
    copy = copy_new(cdd_operation_new(self, cancellable, callback, user_data,
                                      "copying %s to the container %s", host_path, container),
                    host_path);
    copy->contents_only = g_str_has_suffix(host_path, "/.") || g_str_equal(host_path, ".");
    copy->flags = flags;
    fd = open_pair(copy, &error);
    if (fd < 0) {
        cdd_operation_return_error(copy->task, error);
        return;
    }
    copy->stream = G_OBJECT(g_unix_input_stream_new(fd, TRUE));
    run_thread(copy, pack);
    cdd_service_put_archive_async(self, container, directory, G_INPUT_STREAM(copy->stream),
                                  cdd_deadline_get_cancellable(copy->both), on_put, copy);
}

gboolean
cdd_service_copy_to_container_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish(self, result, error);
}

static void
unpack(GTask *work, gpointer source G_GNUC_UNUSED, gpointer data, GCancellable *none G_GNUC_UNUSED)
{
    Copy *copy = data;
    GError *error = NULL;

    if (cdd_tar_unpack(copy->fd, copy->host_path, copy->max_size,
                       cdd_deadline_get_cancellable(copy->both), &error))
        g_task_return_boolean(work, TRUE);
    else
        g_task_return_error(work, error);
}

static void
on_got(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GError *error = NULL;

    cdd_service_get_archive_finish(CDD_SERVICE(source), result, &error);
    end_request(user_data, error);
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
    GError *error = NULL;
    Copy *copy;
    int fd;

    g_return_if_fail(CDD_IS_SERVICE(self));
    copy = copy_new(cdd_operation_new(self, cancellable, callback, user_data,
                                      "copying %s out of the container %s", path, container),
                    host_directory);
    copy->max_size = max_size;
    fd = open_pair(copy, &error);
    if (fd < 0) {
        cdd_operation_return_error(copy->task, error);
        return;
    }
    copy->stream = G_OBJECT(g_unix_output_stream_new(fd, TRUE));
    run_thread(copy, unpack);
    cdd_service_get_archive_async(self, container, path, G_OUTPUT_STREAM(copy->stream),
                                  cdd_deadline_get_cancellable(copy->both), on_got, copy);
}

gboolean
cdd_service_copy_from_container_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish(self, result, error);
}
