/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builds an image from a directory, or from a Dockerfile alone. The context is read and checked,
 * and the engine is asked which builder it has. Then either BuildKit requests files over a session,
 * or the classic builder gets all files in an archive. The functions are in the order in which they
 * run.
 */
#include "../api/faults.h"
#include "../api/image-build.h"
#include "../api/operation.h"
#include "../api/output-handler.h"
#include "../api/service.h"
#include "../buildkit/auth.h"
#include "../buildkit/file-send.h"
#include "../buildkit/file-sync.h"
#include "../buildkit/secrets.h"
#include "../buildkit/ssh-agent.h"
#include "../engine/credentials.h"
#include "../files/context.h"
#include "../files/skipped-files.h"
#include "pipe-work.h"
#include "registry-config.h"

#include <string.h>
#include <unistd.h>

/* The build argument that sets the times of an image. */
#define EPOCH "SOURCE_DATE_EPOCH"
enum {
    /* Earlier versions have BuildKit only as an experimental feature. */
    BUILDKIT_API_MINOR = 39,
    /* Docker 23.0. */
    ZSTD_API_MINOR = 42,
};

typedef struct {
    GTask *task;
    CddBuildContext *options;
    CddOutputHandler handler;
    CddContext *context;
    GStrv build_args; /* the options' build arguments and SOURCE_DATE_EPOCH */

    /* For BuildKit. */
    CddBuildSession *session;
    const char *output_type;

    /* For the classic builder. */
    char *registry_config;
    CddPipeWork *pipe;
    CddSkippedFiles *skipped;
    char *id;
} Job;

static void read_context(GTask *work, gpointer, gpointer data, GCancellable *none);
static void on_context(GObject *source, GAsyncResult *result, gpointer user_data);
static void on_version(GObject *source, GAsyncResult *result, gpointer user_data);
static gboolean choose_builder(Job *job, GError **error);
static void open_session(Job *job);
static void on_opened(GObject *source, GAsyncResult *result, gpointer user_data);
static void on_built(GObject *source, GAsyncResult *result, gpointer user_data);
static void on_registry_config(GObject *source, GAsyncResult *result, gpointer user_data);
static void send_archive(Job *job);
static gboolean
pack(CddByteQueue *queue, GCancellable *cancellable, gpointer user_data, GError **error);
static void on_sent(GObject *source, GAsyncResult *result, gpointer user_data);
static void on_over(GError *error, gpointer user_data);

static void
job_free(gpointer data)
{
    Job *job = data;

    g_clear_pointer(&job->session, cdd_build_session_free);
    g_clear_pointer(&job->pipe, cdd_pipe_work_free);
    g_clear_pointer(&job->context, cdd_context_free);
    g_boxed_free(CDD_TYPE_BUILD_CONTEXT, job->options);
    g_strfreev(job->build_args);
    cdd_secret_free(job->registry_config);
    cdd_skipped_files_free(job->skipped);
    g_free(job->id);
    g_free(job);
}

/* The session is freed before the error is reported, so its thread makes no more calls. */
static void
fail(Job *job, GError *error)
{
    g_clear_pointer(&job->session, cdd_build_session_free);
    cdd_operation_return_error(job->task, error);
}

static void
succeed(Job *job, char *id)
{
    g_clear_pointer(&job->session, cdd_build_session_free);
    cdd_operation_return_pointer(job->task, id, g_free);
}

static GStrv
make_build_args(const CddBuildContext *options)
{
    g_autoptr(GStrvBuilder) all = g_strv_builder_new();
    g_autofree char *epoch =
        g_strdup_printf(EPOCH "=%" G_GUINT64_FORMAT, options->source_date_epoch);
    gboolean has_epoch = options->source_date_epoch == 0;

    for (const char *const *each = options->build_args; each != NULL && *each != NULL; each++) {
        has_epoch = has_epoch || g_str_has_prefix(*each, EPOCH "=");
        g_strv_builder_add(all, *each);
    }
    if (!has_epoch)
        g_strv_builder_add(all, epoch);
    return g_strv_builder_end(all);
}

void
cdd_service_build_image_async(CddService *self,
                              const CddBuildContext *context,
                              const CddOutputHandler *handler,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
    g_autoptr(GTask) work = NULL;
    GError *error = NULL;
    GTask *task;
    Job *job;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = cdd_operation_new(self, cancellable, callback, user_data, "building an image");
    if (context == NULL || (context->context_dir == NULL && context->dockerfile_text == NULL)) {
        cdd_operation_return_missing(task, context == NULL ? "context" : "context->context_dir");
        return;
    }
    job = g_new0(Job, 1);
    job->task = task;
    job->options = g_boxed_copy(CDD_TYPE_BUILD_CONTEXT, context);
    job->build_args = make_build_args(job->options);
    job->skipped = cdd_skipped_files_new();
    g_task_set_task_data(job->task, job, job_free);
    if (!cdd_check_reserved(context, &error) ||
        !cdd_output_handler_take(&job->handler, handler, task, &error) ||
        !cdd_build_context_validate(context, &error)) {
        cdd_operation_return_error(job->task, error);
        return;
    }
    work = g_task_new(NULL, NULL, on_context, job);
    g_task_set_task_data(work, job, NULL);
    g_task_run_in_thread(work, read_context);
}

/* No builder accepts an empty Dockerfile, but not every one reports it. */
static gboolean
check_dockerfile(const CddContext *context, GError **error)
{
    const char *path = context->dockerfile_path;

    if (g_bytes_get_size(context->dockerfile) > 0)
        return TRUE;
    g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                "%s is empty; a Dockerfile begins with FROM",
                path != NULL ? path : "the Dockerfile");
    return FALSE;
}

static void
read_context(GTask *work,
             gpointer source G_GNUC_UNUSED,
             gpointer data,
             GCancellable *none G_GNUC_UNUSED)
{
    const Job *job = data;
    GError *error = NULL;
    g_autoptr(CddContext) context =
        cdd_context_open(job->options->context_dir, job->options->dockerfile_path,
                         job->options->dockerfile_text, &error);

    if (context == NULL || !check_dockerfile(context, &error))
        g_task_return_error(work, error);
    else
        g_task_return_pointer(work, g_steal_pointer(&context), (GDestroyNotify)cdd_context_free);
}

/* The next request depends on the kind of engine. */
static void
on_context(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
    const CddCall call = {.method = "GET", .path = "/version"};
    Job *job = user_data;
    GError *error = NULL;

    job->context = g_task_propagate_pointer(G_TASK(result), &error);
    if (job->context == NULL) {
        fail(job, error);
        return;
    }
    cdd_client_call_async(cdd_operation_get_client(job->task), &call,
                          cdd_operation_get_cancellable(job->task), on_version, job);
}

static void
on_version(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Job *job = user_data;
    CddService *service = g_task_get_source_object(job->task);
    GError *error = NULL;
    gsize length;
    const char *text;

    if (!cdd_client_call_finish_ok(CDD_CLIENT(source), result, &error) ||
        !choose_builder(job, &error)) {
        fail(job, error);
        return;
    }
    if (job->options->builder == CDD_BUILDER_BUILDKIT) {
        open_session(job);
        return;
    }
    text = g_bytes_get_data(job->context->dockerfile, &length);
    cdd_registry_config_async(service, text, (gssize)length, job->options->build_args,
                              cdd_operation_get_cancellable(job->task), on_registry_config, job);
}

/* Returns whether the engine is Docker with this API version or a later one. */
static gboolean
is_docker_since(CddClient *client, guint64 minor)
{
    guint64 own = 0;

    g_ascii_string_to_unsigned(cdd_client_get_api_version(client) + strlen("1."), 10, 0,
                               G_MAXUINT16, &own, NULL);
    return !cdd_client_is_podman(client) && own >= minor;
}

static gboolean
reads_zstd(CddClient *client)
{
    return cdd_client_is_podman(client) || is_docker_since(client, ZSTD_API_MINOR);
}

static gboolean
needs_buildkit(const CddBuildContext *options)
{
    return options->secrets != NULL || options->ssh != NULL || options->output != NULL;
}

/* A mock engine asks for no files over BuildKit's session, so only the classic builder gives a test
 * the context. */
static CddBuilder
choose_automatically(const Job *job, gboolean available)
{
    const CddService *service = g_task_get_source_object(job->task);
    gboolean wanted = !service->is_mock || needs_buildkit(job->options);

    return available && wanted ? CDD_BUILDER_BUILDKIT : CDD_BUILDER_CLASSIC;
}

/* Chooses the builder and checks that it supports the options. */
static gboolean
choose_builder(Job *job, GError **error)
{
    CddBuildContext *options = job->options;
    CddClient *client = cdd_operation_get_client(job->task);
    gboolean available = is_docker_since(client, BUILDKIT_API_MINOR);

    if (options->builder == CDD_BUILDER_BUILDKIT && !available) {
        g_set_error_literal(error, CDD_ERROR, CDD_ERROR_INCOMPATIBLE,
                            "this engine has no BuildKit; choose the builder automatically or use "
                            "the classic builder");
        return FALSE;
    }
    if (options->builder == CDD_BUILDER_AUTO)
        options->builder = choose_automatically(job, available);
    if (options->builder == CDD_BUILDER_CLASSIC && needs_buildkit(options)) {
        g_set_error(error, CDD_ERROR, CDD_ERROR_INCOMPATIBLE,
                    "secrets, ssh agents and outputs need BuildKit%s",
                    available ? "; do not choose the classic builder"
                              : ", which this engine does not have");
        return FALSE;
    }
    if (options->builder == CDD_BUILDER_CLASSIC &&
        options->compression == CDD_CONTEXT_COMPRESSION_ZSTD && !reads_zstd(client)) {
        g_set_error_literal(error, CDD_ERROR, CDD_ERROR_INCOMPATIBLE,
                            "this engine does not support Zstandard (Docker 23.0 or later does); "
                            "compress the context with gzip");
        return FALSE;
    }
    return TRUE;
}

static CddImageBuildRequest
make_request(const Job *job, CddBuildContext *options)
{
    *options = *job->options;
    if (options->builder == CDD_BUILDER_BUILDKIT)
        options->build_args = (const char *const *)job->build_args;
    return (CddImageBuildRequest){.doing = "", .context = options};
}

/* Returns the same key for the same directory (nullable) and user on this machine. */
static char *
make_shared_key(const char *directory)
{
    g_autofree char *machine = NULL;
    g_autofree char *text = NULL;

    g_file_get_contents("/etc/machine-id", &machine, NULL, NULL);
    text = g_strdup_printf("%s:%u:%s", machine != NULL ? machine : g_get_host_name(),
                           (guint)getuid(), directory != NULL ? directory : "");
    return g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
}

static void
warn(const Job *job, const char *text)
{
    const CddBuildProgress progress = {.message = text, .state = CDD_BUILD_STEP_WARNING};

    if (job->handler.on_progress != NULL)
        job->handler.on_progress(&progress, job->handler.user_data);
}

static void
on_note(const char *text, gpointer user_data)
{
    warn(user_data, text);
}

static gboolean
serve(Job *job, GError **error)
{
    const CddBuildContext *options = job->options;
    CddService *service = g_task_get_source_object(job->task);

    cdd_build_session_set_note_func(job->session, on_note, job);
    cdd_file_sync_serve(job->session, job->context->directory, options->source_date_epoch,
                        job->context->definition, job->context->n_definition);
    cdd_build_auth_serve(job->session, cdd_service_copy_credentials(service));
    if (!cdd_build_secrets_serve(job->session, options->secrets, error))
        return FALSE;
    if (options->ssh != NULL && !cdd_build_ssh_serve(job->session, options->ssh, error))
        return FALSE;
    if (options->output == NULL)
        return TRUE;
    job->output_type = cdd_file_send_serve(job->session, options->output, error);
    return job->output_type != NULL;
}

static void
open_session(Job *job)
{
    g_autofree char *shared_key = make_shared_key(job->context->directory);
    GError *error = NULL;

    job->session = cdd_build_session_new(shared_key);
    if (!serve(job, &error)) {
        fail(job, error);
        return;
    }
    cdd_build_session_open_async(job->session, cdd_operation_get_client(job->task),
                                 cdd_operation_get_cancellable(job->task), on_opened, job);
}

static void
on_opened(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
    Job *job = user_data;
    CddBuildContext options;
    CddImageBuildRequest request = make_request(job, &options);
    GError *error = NULL;

    if (!cdd_build_session_open_finish(job->session, result, &error)) {
        fail(job, error);
        return;
    }
    request.dockerfile = job->context->definition[0].name;
    request.session = cdd_build_session_get_id(job->session);
    request.output_type = job->output_type;
    cdd_image_build_async(g_task_get_source_object(job->task), &request, &job->handler,
                          cdd_operation_get_cancellable(job->task), on_built, job);
}

/* An error that a service of the session reported is the cause of the engine's "failed build". */
static void
on_built(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Job *job = user_data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) fault = cdd_build_session_dup_fault(job->session);
    char *id = cdd_image_build_finish(CDD_SERVICE(source), result, &error);

    if (id != NULL) {
        succeed(job, id);
    } else if (fault != NULL &&
               !g_cancellable_is_cancelled(cdd_operation_get_cancellable(job->task))) {
        fail(job, g_steal_pointer(&fault));
    } else {
        fail(job, g_steal_pointer(&error));
    }
}

static void
on_registry_config(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
    Job *job = user_data;
    GError *error = NULL;

    job->registry_config = cdd_registry_config_finish(result, &error);
    if (error != NULL)
        fail(job, error);
    else
        send_archive(job);
}

static void
send_archive(Job *job)
{
    static const CddPipeWorkFuncs funcs = {.work = pack, .over = on_over};
    CddBuildContext options;
    CddImageBuildRequest request = make_request(job, &options);

    job->pipe = cdd_pipe_work_new(&funcs, cdd_operation_get_cancellable(job->task), job);
    request.archive = cdd_pipe_work_start_upload(job->pipe);
    request.dockerfile = job->context->dockerfile_name;
    request.registry_config = job->registry_config;
    cdd_image_build_async(g_task_get_source_object(job->task), &request, &job->handler,
                          cdd_pipe_work_get_cancellable(job->pipe), on_sent, job);
}

static CddContextCompression
choose_compression(const Job *job)
{
    if (job->options->compression != CDD_CONTEXT_COMPRESSION_AUTO)
        return job->options->compression;
    return cdd_service_is_local(g_task_get_source_object(job->task)) ? CDD_CONTEXT_COMPRESSION_NONE
                                                                     : CDD_CONTEXT_COMPRESSION_GZIP;
}

/* Runs in the thread. */
static gboolean
pack(CddByteQueue *queue, GCancellable *cancellable, gpointer user_data, GError **error)
{
    Job *job = user_data;
    const CddTarOptions options = {
        .latest_time = job->options->source_date_epoch,
        .compression = choose_compression(job),
        .skipped = cdd_skipped_files_add,
        .user_data = job->skipped,
    };

    return cdd_context_pack(job->context, &options, queue, cancellable, error);
}

static void
on_sent(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Job *job = user_data;
    GError *error = NULL;

    job->id = cdd_image_build_finish(CDD_SERVICE(source), result, &error);
    cdd_pipe_work_end_request(job->pipe, error);
}

static void
on_over(GError *error, gpointer user_data)
{
    Job *job = user_data;
    g_auto(GStrv) skipped = cdd_skipped_files_dup_messages(job->skipped);

    for (char **message = skipped; *message != NULL; message++)
        warn(job, *message);
    if (error != NULL)
        fail(job, error);
    else
        succeed(job, g_steal_pointer(&job->id));
}

char *
cdd_service_build_image_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}
