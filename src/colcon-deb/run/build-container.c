/* SPDX-License-Identifier: Apache-2.0 */
#include "build-container.h"

#include "../base/await.h"
#include "container-input.h"
#include "gpu-request.h"
#include "repetition.h"

struct BuildContainer {
    BuildContainerSetup setup;
    Layer *layer;          /* NULL for a run that uses none */
    ContainerInput *input; /* of the container that runs */
    CddBuildOutputHandler *lines;
    Repetition *repetition;
    char *id; /* NULL before the container is created */
};

BuildContainer *
build_container_new(const BuildContainerSetup *setup)
{
    BuildContainer *self = g_new0(BuildContainer, 1);

    self->setup = *setup;
    self->repetition = repetition_new();
    if (setup->with_layers)
        self->layer = layer_new(&(LayerSetup){.engine = setup->engine,
                                              .config = setup->config,
                                              .spec = setup->spec,
                                              .cancellable = setup->cancellable,
                                              .say = setup->say,
                                              .user_data = setup->user_data});
    return self;
}

/* Forgets one container before the next. */
static void
forget_container(BuildContainer *self)
{
    g_clear_pointer(&self->input, container_input_free);
    g_clear_pointer(&self->lines, cdd_build_output_handler_unref);
    g_clear_pointer(&self->id, g_free);
}

void
build_container_free(BuildContainer *self)
{
    if (self == NULL)
        return;
    forget_container(self);
    g_clear_pointer(&self->layer, layer_free);
    g_clear_pointer(&self->repetition, repetition_free);
    g_free(self);
}

const char *
build_container_get_id(const BuildContainer *self)
{
    return self->id;
}

static void
on_event(const CddBuildEvent *event, gpointer user_data)
{
    BuildContainer *self = user_data;

    /* Each container asks its own questions. */
    if (self->layer != NULL)
        layer_note(self->layer, event);
    if (self->layer == NULL || !repetition_is(self->repetition, event))
        self->setup.on_event(event, self->setup.user_data);
}

static void
on_stdout(const void *data, gsize length, gpointer user_data)
{
    cdd_build_output_handler_feed(((BuildContainer *)user_data)->lines, CDD_OUTPUT_STDOUT, data,
                                  length);
}

static void
on_stderr(const void *data, gsize length, gpointer user_data)
{
    cdd_build_output_handler_feed(((BuildContainer *)user_data)->lines, CDD_OUTPUT_STDERR, data,
                                  length);
}

static void
on_state(const char *container_id, CddContainerState container_state, gpointer user_data)
{
    BuildContainer *self = user_data;

    if (self->id == NULL)
        self->id = g_strdup(container_id);
}

static void
on_stdin(GOutputStream *stream, gpointer user_data)
{
    BuildContainer *self = user_data;
    g_autofree char *greeting = layer_greeting(self->layer);

    self->input = container_input_new(stream);
    container_input_send(self->input, greeting);
}

/* Runs outside of all callbacks, because it waits for the engine. */
static void
answer(BuildContainer *self)
{
    const char *line =
        self->layer != NULL && self->input != NULL ? layer_answer(self->layer, self->id) : NULL;

    if (line != NULL)
        container_input_send(self->input, line);
}

/* Runs one container to its end. */
static CddContainerResult *
work_once(BuildContainer *self, GError **error)
{
    const CddOutputHandler handler = {
        .on_stdout = on_stdout,
        .on_stderr = on_stderr,
        .on_state = on_state,
        .on_stdin = self->layer != NULL ? on_stdin : NULL,
        .user_data = self,
    };
    CddContainerSpec chosen = *self->setup.spec;
    g_autoptr(GAsyncResult) done = NULL;
    CddContainerResult *result = NULL;

    if (self->layer != NULL)
        chosen.image = layer_get_image(self->layer);
    self->lines = cdd_build_output_handler_new(on_event, self, NULL);
    cdd_service_run_container_async(self->setup.engine->service, &chosen, &handler,
                                    self->setup.cancellable, await_ready, &done);
    while (done == NULL) {
        g_main_context_iteration(NULL, TRUE);
        answer(self);
        if (self->setup.on_idle != NULL)
            self->setup.on_idle(self->setup.user_data);
    }
    result = cdd_service_run_container_finish(self->setup.engine->service, done, error);
    cdd_build_output_handler_flush(self->lines);
    if (result == NULL && self->setup.spec->n_device_requests > 0)
        gpu_request_explain(error);
    return result;
}

/* Whether another container must follow: this one has made way, or its layer was gone. */
static gboolean
is_followed(BuildContainer *self, const CddContainerResult *result, GError **error)
{
    if (self->layer == NULL)
        return FALSE;
    if (result != NULL)
        return layer_is_left(self->layer, result->exit_code);
    if (!layer_is_gone(self->layer, *error))
        return FALSE;
    g_clear_error(error);
    return TRUE;
}

CddContainerResult *
build_container_run(BuildContainer *self, GError **error)
{
    for (;;) {
        g_autoptr(CddContainerResult) result = work_once(self, error);

        if (!is_followed(self, result, error))
            return g_steal_pointer(&result);
        forget_container(self);
        repetition_begin(self->repetition);
    }
}
