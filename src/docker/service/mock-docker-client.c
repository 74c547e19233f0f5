/* SPDX-License-Identifier: Apache-2.0 */
#include "../api/output-handler.h"
#include "../value/plain.h"
#include "../value/text.h"

#include <colcon-deb-docker/cdd-error.h>
#include <colcon-deb-docker/cdd-mock-docker-client.h>
#include <string.h>

enum {
    TAIL_LENGTH = 4096,
};

/* A reply with copies of its strings. */
typedef struct {
    const char *method;
    char *image; /* NULL for any */
    guint delay;
    GError *error;
    gint64 exit_code;
    char *stdout_text;
    char *stderr_text;
    char **progress;
    CddImageInfo *info;
    gboolean used;
} Reply;

struct _CddMockDockerClient {
    GObject parent_instance;
    GPtrArray *replies; /* of Reply, in the order in which they were added */
    GPtrArray *calls;   /* of CddMockCall */
    guint n_running;
    guint max_running;
};

static void docker_client_init(CddDockerClientInterface *interface);

G_DEFINE_FINAL_TYPE_WITH_CODE(CddMockDockerClient,
                              cdd_mock_docker_client,
                              G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(CDD_TYPE_DOCKER_CLIENT, docker_client_init))

static const char run_container[] = "run_container";
static const char pull_image[] = "pull_image";
static const char inspect_image[] = "inspect_image";

static void
reply_free(gpointer data)
{
    Reply *reply = data;

    g_free(reply->image);
    g_clear_error(&reply->error);
    g_free(reply->stdout_text);
    g_free(reply->stderr_text);
    g_strfreev(reply->progress);
    cdd_image_info_free(reply->info);
    g_free(reply);
}

static void
call_free(CddMockCall *call)
{
    g_free(call->image);
    g_free(call->platform);
    cdd_container_spec_free(call->spec);
    g_free(call);
}

static CddMockCall *
call_copy(const CddMockCall *call)
{
    CddMockCall *copy = g_memdup2(call, sizeof *call);

    copy->image = g_strdup(call->image);
    copy->platform = g_strdup(call->platform);
    copy->spec = call->spec != NULL ? cdd_container_spec_copy(call->spec) : NULL;
    return copy;
}

G_DEFINE_BOXED_TYPE(CddMockCall, cdd_mock_call, call_copy, call_free)

static const CddMember reply_members[] = {
    CDD_STRING(CddMockReply, stdout_text),
    CDD_STRING(CddMockReply, stderr_text),
    CDD_LIST(CddMockReply, progress),
    {0},
};

static CddMockReply *
mock_reply_copy(const CddMockReply *reply)
{
    CddMockReply *copy = cdd_plain_copy(reply, sizeof *reply, reply_members);

    copy->error = reply->error != NULL ? g_error_copy(reply->error) : NULL;
    copy->image = reply->image != NULL ? cdd_image_info_copy(reply->image) : NULL;
    return copy;
}

static void
mock_reply_free(CddMockReply *reply)
{
    if (reply->error != NULL)
        g_error_free((GError *)reply->error);
    cdd_image_info_free((CddImageInfo *)reply->image);
    cdd_plain_free(reply, reply_members);
}

G_DEFINE_BOXED_TYPE(CddMockReply, cdd_mock_reply, mock_reply_copy, mock_reply_free)

CddMockReply *
cdd_mock_reply_new(const char *stdout_text, const char *stderr_text, const char *const *progress)
{
    return mock_reply_copy(&(CddMockReply){
        .stdout_text = stdout_text, .stderr_text = stderr_text, .progress = progress});
}

static void
cdd_mock_docker_client_init(CddMockDockerClient *self)
{
    self->replies = g_ptr_array_new_with_free_func(reply_free);
    self->calls = g_ptr_array_new_with_free_func((GDestroyNotify)call_free);
}

static void
cdd_mock_docker_client_finalize(GObject *object)
{
    CddMockDockerClient *self = CDD_MOCK_DOCKER_CLIENT(object);

    g_ptr_array_unref(self->replies);
    g_ptr_array_unref(self->calls);
    G_OBJECT_CLASS(cdd_mock_docker_client_parent_class)->finalize(object);
}

static void
cdd_mock_docker_client_class_init(CddMockDockerClientClass *class)
{
    G_OBJECT_CLASS(class)->finalize = cdd_mock_docker_client_finalize;
}

CddMockDockerClient *
cdd_mock_docker_client_new(void)
{
    return g_object_new(CDD_TYPE_MOCK_DOCKER_CLIENT, NULL);
}

const GPtrArray *
cdd_mock_docker_client_get_calls(CddMockDockerClient *self)
{
    g_return_val_if_fail(CDD_IS_MOCK_DOCKER_CLIENT(self), NULL);
    return self->calls;
}

guint
cdd_mock_docker_client_get_max_running(CddMockDockerClient *self)
{
    g_return_val_if_fail(CDD_IS_MOCK_DOCKER_CLIENT(self), 0);
    return self->max_running;
}

static void
add(CddMockDockerClient *self, const char *method, const char *image, const CddMockReply *from)
{
    Reply *reply = g_new0(Reply, 1);

    reply->method = method;
    reply->image = g_strdup(image);
    reply->delay = from->delay;
    reply->error = from->error != NULL ? g_error_copy(from->error) : NULL;
    reply->exit_code = from->exit_code;
    reply->stdout_text = g_strdup(from->stdout_text);
    reply->stderr_text = g_strdup(from->stderr_text);
    reply->progress = g_strdupv((char **)from->progress);
    reply->info = from->image != NULL ? cdd_image_info_copy(from->image) : NULL;
    g_ptr_array_add(self->replies, reply);
}

void
cdd_mock_docker_client_add_run(CddMockDockerClient *self,
                               const char *image,
                               const CddMockReply *reply)
{
    g_return_if_fail(CDD_IS_MOCK_DOCKER_CLIENT(self));
    add(self, run_container, image, reply);
}

void
cdd_mock_docker_client_add_pull(CddMockDockerClient *self,
                                const char *image,
                                const CddMockReply *reply)
{
    g_return_if_fail(CDD_IS_MOCK_DOCKER_CLIENT(self));
    add(self, pull_image, image, reply);
}

void
cdd_mock_docker_client_add_inspect(CddMockDockerClient *self,
                                   const char *image,
                                   const CddMockReply *reply)
{
    g_return_if_fail(CDD_IS_MOCK_DOCKER_CLIENT(self));
    add(self, inspect_image, image, reply);
}

/* Returns the first unused matching reply, else the last matching one. */
static const Reply *
choose(CddMockDockerClient *self, const char *method, const char *image)
{
    Reply *last = NULL;

    for (guint i = 0; i < self->replies->len; i++) {
        Reply *reply = g_ptr_array_index(self->replies, i);

        if (reply->method != method ||
            (reply->image != NULL && g_strcmp0(reply->image, image) != 0))
            continue;
        last = reply;
        if (!reply->used)
            break;
    }
    if (last != NULL)
        last->used = TRUE;
    return last;
}

/* A running call. It ends after its delay or when it is cancelled. */
typedef struct {
    CddMockDockerClient *mock;
    const Reply *reply;
    CddOutputHandler handler;
    gboolean is_run;
    char *id;
    GSource *timer;
} Play;

static void
play_free(gpointer data)
{
    Play *play = data;

    g_free(play->id);
    g_source_unref(play->timer);
    g_free(play);
}

static void
set_state(const Play *play, CddContainerState state)
{
    if (play->is_run && play->handler.on_state != NULL)
        play->handler.on_state(play->id, state, play->handler.user_data);
}

static void
write_output(const Play *play)
{
    const Reply *reply = play->reply;
    const CddOutputHandler *handler = &play->handler;

    if (reply->stdout_text != NULL && handler->on_stdout != NULL)
        handler->on_stdout(reply->stdout_text, strlen(reply->stdout_text), handler->user_data);
    if (reply->stderr_text != NULL && handler->on_stderr != NULL)
        handler->on_stderr(reply->stderr_text, strlen(reply->stderr_text), handler->user_data);
}

static void
report_progress(const Play *play)
{
    guint total = play->reply->progress != NULL ? g_strv_length(play->reply->progress) : 0;

    for (guint i = 0; i < total && play->handler.on_progress != NULL; i++) {
        CddBuildProgress progress = {
            .current_step = i + 1,
            .total_steps = total,
            .message = play->reply->progress[i],
        };

        play->handler.on_progress(&progress, play->handler.user_data);
    }
}

static CddContainerResult *
new_result(const Play *play)
{
    CddContainerResult *result = g_new0(CddContainerResult, 1);
    g_autofree char *all =
        g_strconcat(play->reply->stdout_text != NULL ? play->reply->stdout_text : "",
                    play->reply->stderr_text != NULL ? play->reply->stderr_text : "", NULL);
    g_autoptr(GString) tail = g_string_new(NULL);

    cdd_text_tail_append(tail, all, strlen(all), TAIL_LENGTH);
    result->id = g_strdup(play->id);
    result->exit_code = play->reply->exit_code;
    result->log_tail = cdd_text_tail_clean(tail, TAIL_LENGTH);
    return result;
}

static void
fail(GTask *task, const GError *error)
{
    Play *play = g_task_get_task_data(task);

    set_state(play, CDD_CONTAINER_FAILED);
    g_task_return_error(task, g_error_copy(error));
}

static void
succeed(GTask *task)
{
    static const CddImageInfo any = {
        .id = (char *)"sha256:0", .os = (char *)"linux", .architecture = (char *)"amd64"};
    Play *play = g_task_get_task_data(task);

    if (play->is_run) {
        write_output(play);
        set_state(play, CDD_CONTAINER_STOPPED);
        g_task_return_pointer(task, new_result(play), (GDestroyNotify)cdd_container_result_free);
    } else if (play->reply->method == pull_image) {
        report_progress(play);
        g_task_return_boolean(task, TRUE);
    } else {
        g_task_return_pointer(
            task, cdd_image_info_copy(play->reply->info != NULL ? play->reply->info : &any),
            (GDestroyNotify)cdd_image_info_free);
    }
}

static gboolean
on_end(gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    Play *play = g_task_get_task_data(task);
    g_autoptr(GError) cancelled = NULL;

    if (play->is_run)
        play->mock->n_running--;
    if (g_cancellable_set_error_if_cancelled(g_task_get_cancellable(task), &cancelled)) {
        set_state(play, CDD_CONTAINER_STOPPING);
        fail(task, cancelled);
    } else if (play->reply->error != NULL) {
        fail(task, play->reply->error);
    } else {
        succeed(task);
    }
    return G_SOURCE_REMOVE;
}

static gboolean
on_begin(gpointer user_data)
{
    GTask *task = user_data;
    Play *play = g_task_get_task_data(task);
    GCancellable *cancellable = g_task_get_cancellable(task);

    set_state(play, CDD_CONTAINER_CREATED);
    set_state(play, CDD_CONTAINER_STARTING);
    set_state(play, CDD_CONTAINER_RUNNING);
    g_source_unref(play->timer);
    play->timer = g_timeout_source_new(play->reply->delay);
    if (cancellable != NULL) {
        g_autoptr(GSource) cancelling = g_cancellable_source_new(cancellable);

        g_source_set_dummy_callback(cancelling);
        g_source_add_child_source(play->timer, cancelling);
    }
    g_source_set_callback(play->timer, on_end, task, NULL);
    g_source_attach(play->timer, g_main_context_get_thread_default());
    return G_SOURCE_REMOVE;
}

static void
note_call(CddMockDockerClient *self,
          const char *method,
          const char *image,
          const char *platform,
          const CddContainerSpec *spec)
{
    CddMockCall *call = g_new0(CddMockCall, 1);

    call->method = method;
    call->image = g_strdup(image);
    call->platform = g_strdup(platform);
    call->spec = spec != NULL ? cdd_container_spec_copy(spec) : NULL;
    g_ptr_array_add(self->calls, call);
}

/* Nothing happens before the call returns, as with an engine. */
static void
play(CddMockDockerClient *self,
     const char *method,
     const char *image,
     const CddOutputHandler *handler,
     GTask *owned_task)
{
    g_autoptr(GTask) task = owned_task;
    const Reply *reply = choose(self, method, image);
    Play *play;

    if (reply == NULL) {
        g_task_return_new_error(task, CDD_ERROR, CDD_ERROR_FAILED,
                                "the mock has no reply to %s of %s", method,
                                image != NULL ? image : "nothing");
        return;
    }
    play = g_new0(Play, 1);
    play->mock = self; /* the task holds it */
    play->reply = reply;
    play->is_run = method == run_container;
    play->id = g_strdup_printf("mock-%u", self->calls->len);
    cdd_output_handler_take(&play->handler, handler, task);
    if (play->is_run && ++self->n_running > self->max_running)
        self->max_running = self->n_running;
    play->timer = g_idle_source_new();
    g_task_set_task_data(task, play, play_free);
    g_task_set_check_cancellable(task, FALSE);
    g_source_set_callback(play->timer, on_begin, g_steal_pointer(&task), NULL);
    g_source_attach(play->timer, g_main_context_get_thread_default());
}

static void
inspect_image_async(CddDockerClient *client,
                    const char *image,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
    CddMockDockerClient *self = CDD_MOCK_DOCKER_CLIENT(client);

    note_call(self, inspect_image, image, NULL, NULL);
    play(self, inspect_image, image, NULL, g_task_new(self, cancellable, callback, user_data));
}

static void
pull_image_async(CddDockerClient *client,
                 const char *image,
                 const char *platform,
                 const CddOutputHandler *handler,
                 GCancellable *cancellable,
                 GAsyncReadyCallback callback,
                 gpointer user_data)
{
    CddMockDockerClient *self = CDD_MOCK_DOCKER_CLIENT(client);

    note_call(self, pull_image, image, platform, NULL);
    play(self, pull_image, image, handler, g_task_new(self, cancellable, callback, user_data));
}

static void
run_container_async(CddDockerClient *client,
                    const CddContainerSpec *spec,
                    const CddOutputHandler *handler,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
    CddMockDockerClient *self = CDD_MOCK_DOCKER_CLIENT(client);
    g_autoptr(GTask) task = g_task_new(self, cancellable, callback, user_data);
    GError *error = NULL;

    note_call(self, run_container, spec->image, NULL, spec);
    if (g_cancellable_set_error_if_cancelled(cancellable, &error) ||
        !cdd_container_spec_validate(spec, &error))
        g_task_return_error(task, error);
    else
        play(self, run_container, spec->image, handler, g_steal_pointer(&task));
}

static gpointer
finish_pointer(GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer(G_TASK(result), error);
}

static CddImageInfo *
inspect_image_finish(CddDockerClient *self G_GNUC_UNUSED, GAsyncResult *result, GError **error)
{
    return finish_pointer(result, error);
}

static CddContainerResult *
run_container_finish(CddDockerClient *self G_GNUC_UNUSED, GAsyncResult *result, GError **error)
{
    return finish_pointer(result, error);
}

static gboolean
pull_image_finish(CddDockerClient *self G_GNUC_UNUSED, GAsyncResult *result, GError **error)
{
    return g_task_propagate_boolean(G_TASK(result), error);
}

static void
docker_client_init(CddDockerClientInterface *interface)
{
    interface->inspect_image_async = inspect_image_async;
    interface->inspect_image_finish = inspect_image_finish;
    interface->pull_image_async = pull_image_async;
    interface->pull_image_finish = pull_image_finish;
    interface->run_container_async = run_container_async;
    interface->run_container_finish = run_container_finish;
}
