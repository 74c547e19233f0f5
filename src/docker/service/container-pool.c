/* SPDX-License-Identifier: Apache-2.0 */
#include "../api/output-handler.h"
#include "../api/turns.h"
#include "../value/result.h"

#include <colcon-deb-docker/cdd-container-pool.h>

struct _CddContainerPool {
    GObject parent_instance;
    CddDockerClient *client;
    CddTurns *turns;
};

G_DEFINE_FINAL_TYPE(CddContainerPool, cdd_container_pool, G_TYPE_OBJECT)

static void
cdd_container_pool_init(CddContainerPool *self G_GNUC_UNUSED)
{
}

static void
cdd_container_pool_finalize(GObject *object)
{
    CddContainerPool *self = CDD_CONTAINER_POOL(object);

    g_clear_object(&self->client);
    g_clear_pointer(&self->turns, cdd_turns_unref);
    G_OBJECT_CLASS(cdd_container_pool_parent_class)->finalize(object);
}

static void
cdd_container_pool_class_init(CddContainerPoolClass *class)
{
    G_OBJECT_CLASS(class)->finalize = cdd_container_pool_finalize;
}

CddContainerPool *
cdd_container_pool_new(CddDockerClient *client, guint max_concurrent)
{
    CddContainerPool *self;

    g_return_val_if_fail(CDD_IS_DOCKER_CLIENT(client), NULL);
    self = g_object_new(CDD_TYPE_CONTAINER_POOL, NULL);
    self->client = g_object_ref(client);
    self->turns = cdd_turns_new(max_concurrent == 0 ? g_get_num_processors() : max_concurrent);
    return self;
}

CddContainerOutcome *
cdd_container_outcome_copy(const CddContainerOutcome *outcome)
{
    CddContainerOutcome *copy = g_new0(CddContainerOutcome, 1);

    if (outcome->result != NULL)
        copy->result = cdd_container_result_copy(outcome->result);
    if (outcome->error != NULL)
        copy->error = g_error_copy(outcome->error);
    return copy;
}

void
cdd_container_outcome_free(CddContainerOutcome *outcome)
{
    if (outcome == NULL)
        return;
    cdd_container_result_free(outcome->result);
    g_clear_error(&outcome->error);
    g_free(outcome);
}

/* The state of a call, and below it that of each container. */
typedef struct {
    GTask *task;
    CddContainerPool *pool;
    CddContainerPoolFlags flags;
    GCancellable *stop; /* cancelled by the caller, and by the first failure with FAIL_FAST */
    GSource *cancel_watch;
    GPtrArray *outcomes;
    gsize n_left;
} Many;

typedef struct {
    Many *many;
    CddContainerSpec *spec;
    CddOutputHandler handler;
    gboolean valid; /* the handler; else the outcome has the error */
    CddContainerOutcome *outcome;
} One;

static void
one_free(One *one)
{
    cdd_container_spec_free(one->spec);
    g_free(one);
}

static void
many_free(gpointer data)
{
    Many *many = data;

    g_object_unref(many->stop);
    g_clear_pointer(&many->outcomes, g_ptr_array_unref);
    g_free(many);
}

static void
end_if_over(Many *many)
{
    g_autoptr(GTask) task = NULL;

    if (many->n_left > 0)
        return;
    task = many->task;
    if (many->cancel_watch != NULL) {
        g_source_destroy(many->cancel_watch);
        g_clear_pointer(&many->cancel_watch, g_source_unref);
    }
    g_task_return_pointer(task, g_steal_pointer(&many->outcomes),
                          (GDestroyNotify)g_ptr_array_unref);
}

static void
end_one(One *one)
{
    Many *many = one->many;
    const CddContainerOutcome *outcome = one->outcome;
    gboolean failed = outcome->result == NULL || outcome->result->exit_code != 0;

    one_free(one);
    many->n_left--;
    if (failed && (many->flags & CDD_CONTAINER_POOL_FAIL_FAST) != 0)
        g_cancellable_cancel(many->stop);
    cdd_turns_give_back(many->pool->turns);
    end_if_over(many);
}

static void
on_ran(GObject *source, GAsyncResult *result, gpointer user_data)
{
    One *one = user_data;

    one->outcome->result = cdd_docker_client_run_container_finish(CDD_DOCKER_CLIENT(source), result,
                                                                  &one->outcome->error);
    end_one(one);
}

static void
on_turn(gpointer user_data)
{
    One *one = user_data;
    Many *many = one->many;

    if (!one->valid || g_cancellable_set_error_if_cancelled(many->stop, &one->outcome->error))
        end_one(one);
    else
        cdd_docker_client_run_container_async(many->pool->client, one->spec, &one->handler,
                                              many->stop, on_ran, one);
}

static gboolean
on_cancelled(GCancellable *cancellable G_GNUC_UNUSED, gpointer user_data)
{
    g_cancellable_cancel(((Many *)user_data)->stop);
    return G_SOURCE_REMOVE;
}

static Many *
many_new(CddContainerPool *self, CddContainerPoolFlags flags, gsize n, GTask *task)
{
    Many *many = g_new0(Many, 1);
    GCancellable *cancellable = g_task_get_cancellable(task);

    many->task = task;
    many->pool = self; /* the task holds a reference */
    many->flags = flags;
    many->stop = g_cancellable_new();
    many->outcomes = g_ptr_array_new_full((guint)n, (GDestroyNotify)cdd_container_outcome_free);
    /* One more than the containers, so the call cannot end before all are queued. */
    many->n_left = n + 1;
    if (g_cancellable_is_cancelled(cancellable))
        g_cancellable_cancel(many->stop);
    if (cancellable != NULL) {
        many->cancel_watch = g_cancellable_source_new(cancellable);
        g_source_set_callback(many->cancel_watch, G_SOURCE_FUNC(on_cancelled), many, NULL);
        g_source_attach(many->cancel_watch, g_main_context_get_thread_default());
    }
    return many;
}

void
cdd_container_pool_run_many_async(CddContainerPool *self,
                                  const CddContainerSpec *const *specs,
                                  gsize n_specs,
                                  const CddOutputHandler *const *handlers,
                                  CddContainerPoolFlags flags,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
    GTask *task;
    Many *many;
    g_autofree One **all = NULL;

    g_return_if_fail(CDD_IS_CONTAINER_POOL(self));
    task = g_task_new(self, cancellable, callback, user_data);
    g_task_set_source_tag(task, cdd_container_pool_run_many_async);
    g_task_set_check_cancellable(task, FALSE);
    many = many_new(self, flags, n_specs, task);
    g_task_set_task_data(task, many, many_free);
    all = g_new0(One *, n_specs + 1);
    for (gsize i = 0; i < n_specs; i++) {
        all[i] = g_new0(One, 1);
        all[i]->many = many;
        all[i]->spec = specs != NULL ? cdd_container_spec_copy(specs[i]) : NULL;
        all[i]->outcome = g_new0(CddContainerOutcome, 1);
        all[i]->valid = cdd_output_handler_take(
            &all[i]->handler, handlers != NULL ? handlers[i] : NULL, task, &all[i]->outcome->error);
        g_ptr_array_add(many->outcomes, all[i]->outcome);
    }
    for (gsize i = 0; i < n_specs; i++)
        cdd_turns_take(self->turns, on_turn, all[i]);
    many->n_left--;
    end_if_over(many);
}

GPtrArray *
cdd_container_pool_run_many_finish(CddContainerPool *self, GAsyncResult *result)
{
    if (!cdd_result_check(result, self, cdd_container_pool_run_many_async, NULL))
        return NULL;
    return g_task_propagate_pointer(G_TASK(result), NULL);
}
