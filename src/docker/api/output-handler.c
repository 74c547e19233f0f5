/* SPDX-License-Identifier: Apache-2.0 */
#include "output-handler.h"

#include "faults.h"

/* A function with its data, from a language binding. */
typedef struct {
    GCallback func;
    gpointer user_data;
    GDestroyNotify free_user_data;
} Closure;

/* The user_data of a handler from cdd_output_handler_new(), shared by its copies. */
typedef struct {
    Closure output;
    Closure progress;
    Closure state;
    Closure input;
} Closures;

static void
deliver(const Closures *closures, CddOutputStream stream, const void *data, gsize length)
{
    if (closures->output.func != NULL)
        ((CddOutputFunc)closures->output.func)(stream, data, length, closures->output.user_data);
}

static void
on_stdout(const void *data, gsize length, gpointer user_data)
{
    deliver(user_data, CDD_OUTPUT_STDOUT, data, length);
}

static void
on_stderr(const void *data, gsize length, gpointer user_data)
{
    deliver(user_data, CDD_OUTPUT_STDERR, data, length);
}

static void
on_progress(const CddBuildProgress *progress, gpointer user_data)
{
    const Closure *closure = &((Closures *)user_data)->progress;

    if (closure->func != NULL)
        ((CddProgressFunc)closure->func)(progress, closure->user_data);
}

static void
on_state(const char *container_id, CddContainerState state, gpointer user_data)
{
    const Closure *closure = &((Closures *)user_data)->state;

    if (closure->func != NULL)
        ((CddStateFunc)closure->func)(container_id, state, closure->user_data);
}

static void
on_stdin(GOutputStream *input, gpointer user_data)
{
    const Closure *closure = &((Closures *)user_data)->input;

    if (closure->func != NULL)
        ((CddInputFunc)closure->func)(input, closure->user_data);
}

static void
closure_clear(Closure *closure)
{
    if (closure->free_user_data != NULL)
        closure->free_user_data(closure->user_data);
    *closure = (Closure){0};
}

static void
closures_clear(gpointer data)
{
    Closures *closures = data;

    closure_clear(&closures->output);
    closure_clear(&closures->progress);
    closure_clear(&closures->state);
    closure_clear(&closures->input);
}

static void
closures_unref(gpointer data)
{
    g_atomic_rc_box_release_full(data, closures_clear);
}

static gboolean
is_owning(const CddOutputHandler *self)
{
    return self->on_stdout == on_stdout;
}

static CddOutputHandler *
output_handler_copy(const CddOutputHandler *self)
{
    if (is_owning(self))
        g_atomic_rc_box_acquire(self->user_data);
    return g_memdup2(self, sizeof *self);
}

static void
output_handler_free(CddOutputHandler *self)
{
    if (is_owning(self))
        closures_unref(self->user_data);
    g_free(self);
}

G_DEFINE_BOXED_TYPE(CddOutputHandler, cdd_output_handler, output_handler_copy, output_handler_free)

CddOutputHandler *
cdd_output_handler_new(CddOutputFunc func, gpointer user_data, GDestroyNotify free_user_data)
{
    CddOutputHandler *self = g_new0(CddOutputHandler, 1);
    Closures *closures = g_atomic_rc_box_new0(Closures);

    closures->output = (Closure){G_CALLBACK(func), user_data, free_user_data};
    self->on_stdout = on_stdout;
    self->on_stderr = on_stderr;
    self->on_progress = on_progress;
    self->on_state = on_state;
    self->on_stdin = on_stdin;
    self->user_data = closures;
    return self;
}

void
cdd_output_handler_set_progress_func(CddOutputHandler *self,
                                     CddProgressFunc func,
                                     gpointer user_data,
                                     GDestroyNotify free_user_data)
{
    g_return_if_fail(is_owning(self));
    closure_clear(&((Closures *)self->user_data)->progress);
    ((Closures *)self->user_data)->progress =
        (Closure){G_CALLBACK(func), user_data, free_user_data};
}

void
cdd_output_handler_set_state_func(CddOutputHandler *self,
                                  CddStateFunc func,
                                  gpointer user_data,
                                  GDestroyNotify free_user_data)
{
    g_return_if_fail(is_owning(self));
    closure_clear(&((Closures *)self->user_data)->state);
    ((Closures *)self->user_data)->state = (Closure){G_CALLBACK(func), user_data, free_user_data};
}

void
cdd_output_handler_set_input_func(CddOutputHandler *self,
                                  CddInputFunc func,
                                  gpointer user_data,
                                  GDestroyNotify free_user_data)
{
    g_return_if_fail(is_owning(self));
    closure_clear(&((Closures *)self->user_data)->input);
    ((Closures *)self->user_data)->input = (Closure){G_CALLBACK(func), user_data, free_user_data};
}

static void
on_task_gone(gpointer closures, GObject *task G_GNUC_UNUSED)
{
    closures_unref(closures);
}

gboolean
cdd_output_handler_take(CddOutputHandler *self,
                        const CddOutputHandler *handler,
                        gpointer task,
                        GError **error)
{
    static const CddOutputHandler none = {0};

    *self = none;
    if (!cdd_check_reserved(handler, error))
        return FALSE;
    if (handler != NULL)
        *self = *handler;
    if (is_owning(self))
        g_object_weak_ref(task, on_task_gone, g_atomic_rc_box_acquire(self->user_data));
    return TRUE;
}
