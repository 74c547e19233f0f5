/* SPDX-License-Identifier: Apache-2.0 */
#include "build-container.h"

#include "../base/await.h"
#include "container-input.h"

struct Worker {
    WorkerSetup setup;
    Layer *layer; /* NULL for a run that uses none */
    Input *input; /* of the container that runs */
    CddBuildOutputHandler *lines;
    char *container;    /* its id; NULL before it has been made */
    gboolean repeating; /* what the container says was said by the one that made way for it */
};

Worker *
worker_new(const WorkerSetup *setup)
{
    Worker *worker = g_new0(Worker, 1);

    worker->setup = *setup;
    if (setup->with_layers)
        worker->layer = layer_new(&(LayerSetup){.engine = setup->engine,
                                                .config = setup->config,
                                                .spec = setup->spec,
                                                .cancellable = setup->cancellable,
                                                .say = setup->say,
                                                .user_data = setup->user_data});
    return worker;
}

/* Lets go of one container before the next. */
static void
forget_container(Worker *worker)
{
    g_clear_pointer(&worker->input, input_free);
    g_clear_pointer(&worker->lines, cdd_build_output_handler_unref);
    g_clear_pointer(&worker->container, g_free);
}

void
worker_free(Worker *worker)
{
    if (worker == NULL)
        return;
    forget_container(worker);
    g_clear_pointer(&worker->layer, layer_free);
    g_free(worker);
}

const char *
worker_get_container(const Worker *worker)
{
    return worker->container;
}

/* The second container checks and scans as the first one has. Its errors count, and its end. */
static gboolean
is_repetition(Worker *worker, const CddBuildEvent *event)
{
    const char *type = cdd_build_event_lookup(event, "type");

    if (!worker->repeating || cdd_build_event_get_kind(event) != CDD_BUILD_EVENT_PROGRESS)
        return FALSE;
    if (g_strcmp0(type, "build_complete") == 0 ||
        (g_strcmp0(type, "stage") == 0 &&
         g_strcmp0(cdd_build_event_lookup(event, "value"), "dependencies") == 0))
        worker->repeating = FALSE;
    return worker->repeating;
}

static void
on_event(const CddBuildEvent *event, gpointer user_data)
{
    Worker *worker = user_data;

    if (is_repetition(worker, event))
        return;
    if (worker->layer != NULL)
        layer_note(worker->layer, event);
    worker->setup.on_event(event, worker->setup.user_data);
}

static void
on_stdout(const void *data, gsize length, gpointer user_data)
{
    cdd_build_output_handler_feed(((Worker *)user_data)->lines, CDD_OUTPUT_STDOUT, data, length);
}

static void
on_stderr(const void *data, gsize length, gpointer user_data)
{
    cdd_build_output_handler_feed(((Worker *)user_data)->lines, CDD_OUTPUT_STDERR, data, length);
}

static void
on_state(const char *container_id, CddContainerState container_state, gpointer user_data)
{
    Worker *worker = user_data;

    if (worker->container == NULL)
        worker->container = g_strdup(container_id);
}

static void
on_stdin(GOutputStream *stream, gpointer user_data)
{
    Worker *worker = user_data;
    g_autofree char *greeting = layer_greeting(worker->layer);

    worker->input = input_new(stream);
    input_send(worker->input, greeting);
}

/* Outside of all handlers, so that it may wait for the engine. */
static void
answer(Worker *worker)
{
    const char *line = worker->layer != NULL && worker->input != NULL
                           ? layer_answer(worker->layer, worker->container)
                           : NULL;

    if (line != NULL)
        input_send(worker->input, line);
}

/* One container from its beginning to its end. */
static CddContainerResult *
work_once(Worker *worker, GError **error)
{
    const CddOutputHandler handler = {
        .on_stdout = on_stdout,
        .on_stderr = on_stderr,
        .on_state = on_state,
        .on_stdin = worker->layer != NULL ? on_stdin : NULL,
        .user_data = worker,
    };
    CddContainerSpec chosen = *worker->setup.spec;
    g_autoptr(GAsyncResult) done = NULL;
    CddContainerResult *result = NULL;

    if (worker->layer != NULL)
        chosen.image = layer_get_image(worker->layer);
    worker->lines = cdd_build_output_handler_new(on_event, worker, NULL);
    cdd_service_run_container_async(worker->setup.engine->service, &chosen, &handler,
                                    worker->setup.cancellable, await_ready, &done);
    while (done == NULL) {
        g_main_context_iteration(NULL, TRUE);
        answer(worker);
    }
    result = cdd_service_run_container_finish(worker->setup.engine->service, done, error);
    cdd_build_output_handler_flush(worker->lines);
    return result;
}

/* A container that made way, and one that could not be made for want of its layer, are followed by
 * another. */
static gboolean
is_followed(Worker *worker, const CddContainerResult *result, GError **error)
{
    if (worker->layer == NULL)
        return FALSE;
    if (result != NULL)
        return layer_is_left(worker->layer, result->exit_code);
    if (!layer_is_gone(worker->layer, *error))
        return FALSE;
    g_clear_error(error);
    return TRUE;
}

CddContainerResult *
worker_run(Worker *worker, GError **error)
{
    for (;;) {
        g_autoptr(CddContainerResult) result = work_once(worker, error);

        if (!is_followed(worker, result, error))
            return g_steal_pointer(&result);
        forget_container(worker);
        worker->repeating = TRUE;
    }
}
