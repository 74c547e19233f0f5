/* SPDX-License-Identifier: Apache-2.0 */
/* An engine in the process of a test: what a test prepares becomes answers to requests. */
#include "../api/image-name.h"
#include "../api/service.h"
#include "../value/plain.h"
#include "container.h"
#include "file.h"
#include "server.h"

#include <colcon-deb-docker/cdd-error.h>
#include <colcon-deb-docker/cdd-mock-engine.h>
#include <string.h>

struct _CddMockEngine {
    GObject parent_instance;
    CddMockState *state;
    CddService *service;
};

G_DEFINE_FINAL_TYPE(CddMockEngine, cdd_mock_engine, G_TYPE_OBJECT)

static const CddMember run_members[] = {
    CDD_STRING(CddMockRun, stdout_text),
    CDD_STRING(CddMockRun, stderr_text),
    CDD_STRING(CddMockRun, error_message),
    {0},
};

CDD_DEFINE_PLAIN_COPY(, CddMockRun, cdd_mock_run, run_members)

G_DEFINE_BOXED_TYPE(CddMockRun, cdd_mock_run, cdd_mock_run_copy, cdd_mock_run_free)

CddMockRun *
cdd_mock_run_new(const char *stdout_text, const char *stderr_text, const char *error_message)
{
    return cdd_mock_run_copy(&(CddMockRun){
        .stdout_text = stdout_text, .stderr_text = stderr_text, .error_message = error_message});
}

CddMockRequest *
cdd_mock_request_copy(const CddMockRequest *request)
{
    CddMockRequest *copy = g_memdup2(request, sizeof *request);

    copy->method = g_strdup(request->method);
    copy->path = g_strdup(request->path);
    copy->parameters = g_strdupv(request->parameters);
    copy->body = g_bytes_ref(request->body);
    return copy;
}

void
cdd_mock_request_free(CddMockRequest *request)
{
    if (request == NULL)
        return;
    g_free(request->method);
    g_free(request->path);
    g_strfreev(request->parameters);
    g_bytes_unref(request->body);
    g_free(request);
}

G_DEFINE_BOXED_TYPE(CddMockRequest, cdd_mock_request, cdd_mock_request_copy, cdd_mock_request_free)

static void
free_state(gpointer state)
{
    cdd_mock_state_unref(state);
}

static void
cdd_mock_engine_init(CddMockEngine *self)
{
    g_autoptr(CddAddress) address = NULL;

    self->state = cdd_mock_state_new();
    address =
        cdd_address_new_for_mock(cdd_mock_server_open, cdd_mock_state_ref(self->state), free_state);
    self->service = cdd_service_new_for_address(address, &(CddConfig){0});
}

static void
cdd_mock_engine_finalize(GObject *object)
{
    CddMockEngine *self = CDD_MOCK_ENGINE(object);

    g_clear_object(&self->service);
    cdd_mock_server_close(self->state);
    cdd_mock_state_unref(self->state);
    G_OBJECT_CLASS(cdd_mock_engine_parent_class)->finalize(object);
}

static void
cdd_mock_engine_class_init(CddMockEngineClass *class)
{
    G_OBJECT_CLASS(class)->finalize = cdd_mock_engine_finalize;
}

CddMockEngine *
cdd_mock_engine_new(void)
{
    return g_object_new(CDD_TYPE_MOCK_ENGINE, NULL);
}

CddService *
cdd_mock_engine_get_service(CddMockEngine *self)
{
    g_return_val_if_fail(CDD_IS_MOCK_ENGINE(self), NULL);
    return self->service;
}

/* Adds an answer, with the engine's delay besides its own. */
static CddMockAnswer *
add(CddMockEngine *self, const char *method, const char *path, CddMockAnswer answer)
{
    CddMockState *state = self->state;
    CddMockAnswer *added = cdd_mock_answer_new(method, path, answer);

    if (added->body == NULL)
        added->body = g_bytes_new(NULL, 0);
    g_mutex_lock(&state->lock);
    added->delay += state->delay;
    g_ptr_array_add(state->answers, added);
    g_cond_broadcast(&state->changed);
    g_mutex_unlock(&state->lock);
    return added;
}

static GBytes *
to_bytes(const char *text)
{
    return text != NULL ? g_bytes_new(text, strlen(text)) : NULL;
}

void
cdd_mock_engine_add_answer(
    CddMockEngine *self, const char *method, const char *path, guint status, const char *body)
{
    g_return_if_fail(CDD_IS_MOCK_ENGINE(self));
    g_return_if_fail(method != NULL && path != NULL);
    add(self, method, path, (CddMockAnswer){.status = status, .body = to_bytes(body)});
}

void
cdd_mock_engine_add_bytes(CddMockEngine *self,
                          const char *method,
                          const char *path,
                          const char *const *fields,
                          GBytes *body)
{
    g_autoptr(GString) lines = g_string_new(NULL);

    g_return_if_fail(CDD_IS_MOCK_ENGINE(self));
    g_return_if_fail(method != NULL && path != NULL && body != NULL);
    for (const char *const *each = fields; each != NULL && *each != NULL; each++)
        g_string_append_printf(lines, "%s\r\n", *each);
    add(self, method, path,
        (CddMockAnswer){.status = 200,
                        .fields = g_string_free(g_steal_pointer(&lines), FALSE),
                        .body = g_bytes_ref(body)});
}

void
cdd_mock_engine_add_error(
    CddMockEngine *self, const char *method, const char *path, guint status, const char *message)
{
    g_autofree char *text = cdd_mock_to_json("message", message, NULL);

    cdd_mock_engine_add_answer(self, method, path, status, text);
}

void
cdd_mock_engine_set_delay(CddMockEngine *self, guint delay)
{
    g_return_if_fail(CDD_IS_MOCK_ENGINE(self));
    g_mutex_lock(&self->state->lock);
    self->state->delay = delay;
    g_mutex_unlock(&self->state->lock);
}

void
cdd_mock_engine_add_run(CddMockEngine *self, const char *image, const CddMockRun *run)
{
    CddMockPlay *play;

    g_return_if_fail(CDD_IS_MOCK_ENGINE(self));
    g_return_if_fail(run != NULL);
    play = g_new0(CddMockPlay, 1);
    play->image = g_strdup(image);
    play->run = cdd_mock_run_copy(run);
    g_mutex_lock(&self->state->lock);
    g_ptr_array_add(self->state->runs, play);
    g_mutex_unlock(&self->state->lock);
}

static char *
make_id(CddMockEngine *self, const char *what)
{
    char *id;

    g_mutex_lock(&self->state->lock);
    id = cdd_mock_state_make_id(self->state, what);
    g_mutex_unlock(&self->state->lock);
    return id;
}

/* The creation names the process, whose start gives the output and whose state the exit code. */
void
cdd_mock_engine_add_exec(CddMockEngine *self, const char *container, const CddMockRun *run)
{
    g_autofree char *id = NULL;
    g_autofree char *created = NULL;
    g_autofree char *ended = NULL;
    g_autofree char *create = NULL;
    g_autofree char *start = NULL;
    g_autofree char *inspect = NULL;
    g_autofree char *resize = NULL;
    CddMockAnswer *process;

    g_return_if_fail(CDD_IS_MOCK_ENGINE(self));
    g_return_if_fail(run != NULL);
    create = g_strdup_printf("/containers/%s/exec", container != NULL ? container : "*");
    if (run->error_status != 0) {
        cdd_mock_engine_add_error(self, "POST", create, run->error_status, run->error_message);
        return;
    }
    id = make_id(self, "exec");
    created = cdd_mock_to_json("Id", id, NULL);
    start = g_strdup_printf("/exec/%s/start", id);
    inspect = g_strdup_printf("/exec/%s/json", id);
    resize = g_strdup_printf("/exec/%s/resize", id);
    ended = g_strdup_printf("{\"ID\":\"%s\",\"Running\":false,\"ExitCode\":%" G_GINT64_FORMAT "}",
                            id, run->exit_code);
    process =
        add(self, "POST", start,
            (CddMockAnswer){.kind = CDD_MOCK_UPGRADED,
                            .optional = TRUE,
                            .delay = run->delay,
                            .reads_input = run->reads_input,
                            .body = cdd_mock_output_to_frames(run->stdout_text, run->stderr_text),
                            .terminal_body =
                                cdd_mock_output_to_terminal(run->stdout_text, run->stderr_text)});
    add(self, "GET", inspect,
        (CddMockAnswer){.status = 200, .optional = TRUE, .body = to_bytes(ended)});
    add(self, "POST", resize, (CddMockAnswer){.status = 200, .optional = TRUE});
    add(self, "POST", create,
        (CddMockAnswer){.status = 201, .body = to_bytes(created), .start = process});
}

void
cdd_mock_engine_add_logs(CddMockEngine *self,
                         const char *container,
                         const char *stdout_text,
                         const char *stderr_text)
{
    g_autofree char *logs = NULL;
    g_autofree char *inspect = NULL;
    g_autofree char *text = NULL;

    g_return_if_fail(CDD_IS_MOCK_ENGINE(self));
    g_return_if_fail(container != NULL);
    logs = g_strdup_printf("/containers/%s/logs", container);
    inspect = g_strdup_printf("/containers/%s/json", container);
    text = cdd_mock_to_json("Id", container, NULL);
    add(self, "GET", logs,
        (CddMockAnswer){.status = 200,
                        .body = cdd_mock_output_to_frames(stdout_text, stderr_text)});
    /* Asked for whether it has a terminal: it has none. */
    add(self, "GET", inspect,
        (CddMockAnswer){.status = 200, .optional = TRUE, .body = to_bytes(text)});
}

void
cdd_mock_engine_add_image(CddMockEngine *self, const char *image, const char *architecture)
{
    g_autofree char *path = NULL;
    g_autofree char *text = NULL;

    g_return_if_fail(CDD_IS_MOCK_ENGINE(self));
    g_return_if_fail(image != NULL && architecture != NULL);
    path = g_strdup_printf("/images/%s/json", image);
    text = cdd_mock_to_json("Id", "sha256:0", "Os", "linux", "Architecture", architecture, NULL);
    cdd_mock_engine_add_answer(self, "GET", path, 200, text);
}

static char *
pull_path(const char *image)
{
    g_autoptr(CddImageReference) reference = cdd_image_reference_parse(image, NULL);
    g_autofree char *name = reference != NULL ? cdd_image_name_to_pull(reference) : g_strdup(image);

    return g_strconcat("/images/create?fromImage=", name, NULL);
}

void
cdd_mock_engine_add_pull(CddMockEngine *self,
                         const char *image,
                         const char *const *messages,
                         const char *error)
{
    g_autoptr(GString) body = g_string_new(NULL);
    g_autofree char *path = image != NULL ? pull_path(image) : g_strdup("/images/create");

    g_return_if_fail(CDD_IS_MOCK_ENGINE(self));
    for (const char *const *each = messages; each != NULL && *each != NULL; each++) {
        g_autofree char *text =
            **each == '{' ? g_strdup(*each) : cdd_mock_to_json("status", *each, NULL);

        g_string_append_printf(body, "%s\r\n", text);
    }
    if (error != NULL) {
        g_autofree char *text = cdd_mock_to_json("error", error, NULL);

        g_string_append_printf(body, "%s\r\n", text);
    }
    cdd_mock_engine_add_answer(self, "POST", path, 200, body->str);
}

void
cdd_mock_engine_add_build(CddMockEngine *self,
                          const char *output,
                          const char *image_id,
                          const char *error)
{
    g_autofree char *steps = cdd_mock_to_json("stream", output != NULL ? output : "", NULL);
    g_autofree char *id = cdd_mock_to_json("ID", image_id != NULL ? image_id : "", NULL);
    g_autofree char *failure = cdd_mock_to_json("error", error != NULL ? error : "", NULL);
    g_autofree char *end = error != NULL ? g_strdup(failure) : g_strdup_printf("{\"aux\":%s}", id);
    g_autofree char *body = g_strdup_printf("%s\r\n%s\r\n", steps, end);

    g_return_if_fail(CDD_IS_MOCK_ENGINE(self));
    cdd_mock_engine_add_answer(self, "POST", "/build", 200, body);
}

void
cdd_mock_engine_add_events(CddMockEngine *self, const char *const *events)
{
    g_autofree char *lines = NULL;

    g_return_if_fail(CDD_IS_MOCK_ENGINE(self));
    g_return_if_fail(events != NULL);
    lines = g_strjoinv("\n", (char **)events);
    add(self, "GET", "/events", (CddMockAnswer){.kind = CDD_MOCK_EVENTS, .body = to_bytes(lines)});
}

void
cdd_mock_engine_add_file(CddMockEngine *self,
                         const char *container,
                         const char *path,
                         GBytes *contents)
{
    g_autofree char *target = NULL;
    g_autofree char *name = NULL;
    g_autofree char *stat = NULL;
    g_autofree char *field = NULL;

    g_return_if_fail(CDD_IS_MOCK_ENGINE(self));
    g_return_if_fail(container != NULL && path != NULL && contents != NULL);
    target = g_strdup_printf("/containers/%s/archive?path=%s", container, path);
    name = g_path_get_basename(path);
    stat = cdd_mock_file_to_stat(name, contents);
    field = g_strdup_printf("X-Docker-Container-Path-Stat: %s\r\n", stat);
    add(self, "HEAD", target,
        (CddMockAnswer){.status = 200, .optional = TRUE, .fields = g_strdup(field)});
    add(self, "GET", target,
        (CddMockAnswer){.status = 200,
                        .optional = TRUE,
                        .fields = g_strdup(field),
                        .body = cdd_mock_file_to_archive(name, contents)});
}

GPtrArray *
cdd_mock_engine_dup_requests(CddMockEngine *self, const char *method, const char *path)
{
    GPtrArray *found;

    g_return_val_if_fail(CDD_IS_MOCK_ENGINE(self), NULL);
    found = g_ptr_array_new_with_free_func((GDestroyNotify)cdd_mock_request_free);
    g_mutex_lock(&self->state->lock);
    for (guint i = 0; i < self->state->requests->len; i++) {
        const CddMockRequest *request = self->state->requests->pdata[i];

        if (cdd_mock_request_matches(request, method, path))
            g_ptr_array_add(found, cdd_mock_request_copy(request));
    }
    g_mutex_unlock(&self->state->lock);
    return found;
}

guint
cdd_mock_engine_get_max_running(CddMockEngine *self)
{
    guint max_running;

    g_return_val_if_fail(CDD_IS_MOCK_ENGINE(self), 0);
    g_mutex_lock(&self->state->lock);
    max_running = self->state->max_running;
    g_mutex_unlock(&self->state->lock);
    return max_running;
}

/* Returns what is wrong first, or NULL. Needs the lock. */
static char *
find_fault(const CddMockState *state)
{
    for (guint i = 0; i < state->requests->len; i++) {
        const CddMockRequest *request = state->requests->pdata[i];

        if (!request->was_expected)
            return cdd_mock_request_explain(request);
    }
    for (guint i = 0; i < state->answers->len; i++) {
        const CddMockAnswer *answer = state->answers->pdata[i];

        if (!answer->used && !answer->optional)
            return g_strdup_printf("the answer to %s %s was not used: there was no such request",
                                   answer->method, answer->path);
    }
    for (guint i = 0; i < state->runs->len; i++) {
        const CddMockPlay *play = state->runs->pdata[i];

        if (!play->used)
            return g_strdup_printf("the run of %s was not used: no such container was created",
                                   play->image != NULL ? play->image : "any image");
    }
    return NULL;
}

gboolean
cdd_mock_engine_check(CddMockEngine *self, GError **error)
{
    g_autofree char *fault = NULL;

    g_return_val_if_fail(CDD_IS_MOCK_ENGINE(self), FALSE);
    g_mutex_lock(&self->state->lock);
    fault = find_fault(self->state);
    g_mutex_unlock(&self->state->lock);
    if (fault != NULL)
        g_set_error_literal(error, CDD_ERROR, CDD_ERROR_FAILED, fault);
    return fault == NULL;
}
