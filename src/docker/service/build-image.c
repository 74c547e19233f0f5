/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An image from a directory. What the description says is checked, the engine is asked which
 * builder it has, and then either BuildKit asks for files on a session, or the classic builder is
 * sent all of them in an archive.
 */
#include "../api/image-build.h"
#include "../api/operation.h"
#include "../api/output-handler.h"
#include "../buildkit/auth.h"
#include "../buildkit/file-send.h"
#include "../buildkit/file-sync.h"
#include "../buildkit/secrets.h"
#include "../buildkit/ssh-agent.h"
#include "../wire/error.h"

#include <string.h>
#include <unistd.h>

typedef struct {
    GTask *task;
    CddBuildContext *context;
    CddOutputHandler handler;
    CddBuildSession *session;
    const char *output_type;
} Job;

static void on_version(GObject *source, GAsyncResult *result, gpointer user_data);
static void choose_builder(Job *job);
static void open_session(Job *job);
static void on_opened(GObject *source, GAsyncResult *result, gpointer user_data);
static void on_built(GObject *source, GAsyncResult *result, gpointer user_data);

static void
job_free(gpointer data)
{
    Job *job = data;

    g_clear_pointer(&job->session, cdd_build_session_free);
    g_boxed_free(CDD_TYPE_BUILD_CONTEXT, job->context);
    g_free(job);
}

/* In what is whole, so that whoever waits for the end finds nothing under way. */
static void
fail(Job *job, GError *error)
{
    g_clear_pointer(&job->session, cdd_build_session_free);
    cdd_operation_return_error(job->task, error);
}

void
cdd_service_build_image_async(CddService *self,
                              const CddBuildContext *context,
                              const CddOutputHandler *handler,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
    const CddCall call = {.method = "GET", .path = "/version"};
    Job *job;

    g_return_if_fail(CDD_IS_SERVICE(self));
    g_return_if_fail(context != NULL && context->context_dir != NULL);
    job = g_new0(Job, 1);
    job->task = cdd_operation_new(self, cancellable, callback, user_data, "%s", "");
    job->context = g_boxed_copy(CDD_TYPE_BUILD_CONTEXT, context);
    cdd_output_handler_take(&job->handler, handler, job->task);
    g_task_set_task_data(job->task, job, job_free);
    /* Which engine it is decides what it is asked. */
    cdd_client_call_async(cdd_service_get_client(self), &call,
                          cdd_operation_get_cancellable(job->task), on_version, job);
}

static void
on_version(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GError *error = NULL;

    if (cdd_client_call_finish_ok(CDD_CLIENT(source), result, &error))
        choose_builder(user_data);
    else
        fail(user_data, error);
}

static void
choose_builder(Job *job)
{
    open_session(job);
}

/* The same for the same directory of the same user, on this machine. */
static char *
make_shared_key(const char *context_dir)
{
    g_autofree char *path = realpath(context_dir, NULL);
    g_autofree char *machine = NULL;
    g_autofree char *text = NULL;

    g_file_get_contents("/etc/machine-id", &machine, NULL, NULL);
    text = g_strdup_printf("%s:%u:%s", machine == NULL ? g_get_host_name() : machine,
                           (guint)getuid(), path == NULL ? context_dir : path);
    return g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
}

static void
on_note(const char *text, gpointer user_data)
{
    Job *job = user_data;
    const CddBuildProgress progress = {.message = text, .state = CDD_BUILD_STEP_WARNING};

    if (job->handler.on_progress != NULL)
        job->handler.on_progress(&progress, job->handler.user_data);
}

static gboolean
serve(Job *job, GError **error)
{
    const CddBuildContext *context = job->context;
    CddService *service = g_task_get_source_object(job->task);

    cdd_build_session_set_note_func(job->session, on_note, job);
    cdd_build_auth_serve(job->session, cdd_service_copy_credentials(service));
    if (!cdd_build_secrets_serve(job->session, context->secrets, error))
        return FALSE;
    if (context->ssh != NULL && !cdd_build_ssh_serve(job->session, context->ssh, error))
        return FALSE;
    if (context->output != NULL) {
        job->output_type = cdd_file_send_serve(job->session, context->output, error);
        if (job->output_type == NULL)
            return FALSE;
    }
    cdd_file_sync_serve(job->session, &(CddFileSyncDirectories){
                                          .context_dir = context->context_dir,
                                          .dockerfile_dir = context->context_dir,
                                          .dockerfile_name = "Dockerfile",
                                          .dockerfile_text = context->dockerfile_text,
                                      });
    return TRUE;
}

static void
open_session(Job *job)
{
    CddService *service = g_task_get_source_object(job->task);
    g_autofree char *shared_key = make_shared_key(job->context->context_dir);
    GError *error = NULL;

    job->session = cdd_build_session_new(shared_key);
    if (!serve(job, &error)) {
        fail(job, error);
        return;
    }
    cdd_build_session_open_async(job->session, cdd_service_get_client(service),
                                 cdd_operation_get_cancellable(job->task), on_opened, job);
}

static void
on_opened(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
    Job *job = user_data;
    CddService *service = g_task_get_source_object(job->task);
    GError *error = NULL;

    if (!cdd_build_session_open_finish(job->session, result, &error)) {
        fail(job, error);
        return;
    }
    cdd_image_build_async(service,
                          &(CddImageBuildRequest){
                              .context = job->context,
                              .dockerfile = "Dockerfile",
                              .session = cdd_build_session_get_id(job->session),
                              .output_type = job->output_type,
                          },
                          &job->handler, cdd_operation_get_cancellable(job->task), on_built, job);
}

static void
on_built(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Job *job = user_data;
    GError *error = NULL;
    GError *fault = cdd_build_session_dup_fault(job->session);
    char *id = cdd_image_build_finish(CDD_SERVICE(source), result, &error);

    if (id == NULL && fault != NULL) {
        g_error_free(error);
        fail(job, fault);
        return;
    }
    g_clear_error(&fault);
    if (id == NULL) {
        fail(job, error);
        return;
    }
    g_clear_pointer(&job->session, cdd_build_session_free);
    cdd_operation_return_pointer(job->task, id, g_free);
}

char *
cdd_service_build_image_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}
