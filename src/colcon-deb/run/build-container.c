/* SPDX-License-Identifier: Apache-2.0 */
#include "build-container.h"

#include "../base/await.h"
#include "container-input.h"
#include "gpu-request.h"
#include "repetition.h"
#include "standby-settings.h"
#include "standby.h"

enum {
    /* Milliseconds for a standby to begin. It only has to read a line, unless it has just started.
     */
    ANSWER_TIME = 20000
};

struct BuildContainer {
    BuildContainerSetup setup;
    CddContainerSpec *spec;
    Layer *layer;          /* NULL for a run that uses none */
    ContainerInput *input; /* of the container that runs */
    CddBuildOutputHandler *lines;
    Repetition *repetition;
    char *id;         /* NULL before the container is created */
    gboolean standby; /* it waits for a beginning */
    gboolean heard;   /* it has printed something */
};

BuildContainer *
build_container_new(const BuildContainerSetup *setup)
{
    BuildContainer *self = g_new0(BuildContainer, 1);

    self->setup = *setup;
    self->spec = cdd_container_spec_copy(setup->spec);
    self->setup.spec = self->spec;
    self->repetition = repetition_new();
    if (setup->with_layers)
        self->layer = layer_new(&(LayerSetup){.engine = setup->engine,
                                              .config = setup->config,
                                              .spec = self->spec,
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
    self->standby = FALSE;
    self->heard = FALSE;
}

void
build_container_free(BuildContainer *self)
{
    if (self == NULL)
        return;
    forget_container(self);
    g_clear_pointer(&self->layer, layer_free);
    g_clear_pointer(&self->repetition, repetition_free);
    cdd_container_spec_free(self->spec);
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
say(const BuildContainer *self, const char *message)
{
    self->setup.say("debug", message, self->setup.user_data);
}

static void
hear(BuildContainer *self)
{
    if (self->standby && !self->heard)
        say(self, "building in the container that the last build kept ready");
    self->heard = TRUE;
}

static void
on_stdout(const void *data, gsize length, gpointer user_data)
{
    BuildContainer *self = user_data;

    hear(self);
    cdd_build_output_handler_feed(self->lines, CDD_OUTPUT_STDOUT, data, length);
}

static void
on_stderr(const void *data, gsize length, gpointer user_data)
{
    BuildContainer *self = user_data;

    hear(self);
    cdd_build_output_handler_feed(self->lines, CDD_OUTPUT_STDERR, data, length);
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
    g_autofree char *go = self->standby ? standby_settings_print(self->spec->environment) : NULL;
    g_autofree char *greeting = self->layer != NULL ? layer_greeting(self->layer) : NULL;

    self->input = container_input_new(stream);
    if (go != NULL)
        container_input_send(self->input, go);
    if (greeting != NULL)
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

static StandbySetup
get_standby_setup(const BuildContainer *self)
{
    return (StandbySetup){.engine = self->setup.engine,
                          .config = self->setup.config,
                          .helpers = self->setup.helpers,
                          .copies = self->setup.copies,
                          .cancellable = self->setup.cancellable};
}

/* Runs the container to its end: the standby with that id, or a new one for NULL. */
static void
run(BuildContainer *self, const CddContainerSpec *spec, const char *standby, GAsyncResult **done)
{
    CddService *service = self->setup.engine->service;
    const CddOutputHandler handler = {
        .on_stdout = on_stdout,
        .on_stderr = on_stderr,
        .on_state = on_state,
        .on_stdin = self->layer != NULL || standby != NULL ? on_stdin : NULL,
        .user_data = self,
    };

    self->standby = standby != NULL;
    self->lines = cdd_build_output_handler_new(on_event, self, NULL);
    if (standby != NULL)
        cdd_service_run_created_container_async(service, standby, spec, &handler,
                                                self->setup.cancellable, await_ready, done);
    else
        cdd_service_run_container_async(service, spec, &handler, self->setup.cancellable,
                                        await_ready, done);
}

static void
serve(BuildContainer *self, GAsyncResult **done)
{
    while (*done == NULL) {
        g_main_context_iteration(NULL, TRUE);
        answer(self);
        if (self->setup.on_idle != NULL)
            self->setup.on_idle(self->setup.user_data);
    }
    cdd_build_output_handler_flush(self->lines);
}

/* Waits until the standby prints something or has ended. */
static void
await_beginning(const BuildContainer *self, GAsyncResult *const *done)
{
    gboolean over = FALSE;
    guint timer = g_timeout_add(ANSWER_TIME, await_timeout, &over);

    while (*done == NULL && !self->heard && !over)
        g_main_context_iteration(NULL, TRUE);
    if (!over)
        g_source_remove(timer);
}

/* Runs the standby of the last build, if there is one and it answers. Returns whether that was this
 * build's container. One that has printed nothing has done nothing, so that another can follow. */
static gboolean
run_standby(BuildContainer *self,
            const CddContainerSpec *spec,
            CddContainerResult **result,
            GError **error)
{
    const StandbySetup setup = get_standby_setup(self);
    g_autofree char *standby = setup.helpers != NULL ? standby_take(&setup, spec) : NULL;
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GError) failure = NULL;

    if (standby == NULL)
        return FALSE;
    run(self, spec, standby, &done);
    await_beginning(self, &done);
    if (!self->heard)
        standby_remove(&setup, standby);
    serve(self, &done);
    *result = cdd_service_run_created_container_finish(setup.engine->service, done, &failure);
    if (self->heard || g_cancellable_is_cancelled(setup.cancellable)) {
        if (failure != NULL)
            g_propagate_error(error, g_steal_pointer(&failure));
        return TRUE;
    }
    g_clear_pointer(result, cdd_container_result_free);
    say(self, "the container that the last build kept ready did not answer");
    forget_container(self);
    return FALSE;
}

static CddContainerResult *
run_new(BuildContainer *self, const CddContainerSpec *spec, GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;
    CddContainerResult *result = NULL;

    run(self, spec, NULL, &done);
    serve(self, &done);
    result = cdd_service_run_container_finish(self->setup.engine->service, done, error);
    if (result == NULL && spec->n_device_requests > 0)
        gpu_request_explain(error);
    return result;
}

/* Runs one container to its end. */
static CddContainerResult *
work_once(BuildContainer *self, GError **error)
{
    CddContainerSpec chosen = *self->spec;
    CddContainerResult *result = NULL;

    if (self->layer != NULL)
        chosen.image = layer_get_image(self->layer);
    if (run_standby(self, &chosen, &result, error))
        return result;
    return run_new(self, &chosen, error);
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

static void
say_nothing(const char *level G_GNUC_UNUSED,
            const char *message G_GNUC_UNUSED,
            gpointer user_data G_GNUC_UNUSED)
{
}

gboolean
build_container_keep_warm(const BuildContainer *self, GError **error)
{
    const StandbySetup setup = get_standby_setup(self);
    CddContainerSpec chosen = *self->spec;
    g_autoptr(Layer) layer = NULL;

    if (setup.helpers == NULL)
        return TRUE;
    if (self->setup.with_layers) {
        layer = layer_new(&(LayerSetup){.engine = self->setup.engine,
                                        .config = self->setup.config,
                                        .spec = self->spec,
                                        .cancellable = self->setup.cancellable,
                                        .say = say_nothing});
        chosen.image = layer_get_image(layer);
    }
    return standby_start(&setup, &chosen, error);
}
