/* SPDX-License-Identifier: Apache-2.0 */
#include "state.h"

#include "container.h"

CddMockState *
cdd_mock_state_new(void)
{
    CddMockState *self = g_atomic_rc_box_new0(CddMockState);

    g_mutex_init(&self->lock);
    g_cond_init(&self->changed);
    self->answers = g_ptr_array_new_with_free_func((GDestroyNotify)cdd_mock_answer_free);
    self->runs = g_ptr_array_new_with_free_func((GDestroyNotify)cdd_mock_play_free);
    self->containers = g_ptr_array_new_with_free_func((GDestroyNotify)cdd_mock_container_free);
    self->requests = g_ptr_array_new_with_free_func((GDestroyNotify)cdd_mock_request_free);
    self->sockets = g_ptr_array_new_with_free_func(g_object_unref);
    return self;
}

CddMockState *
cdd_mock_state_ref(CddMockState *self)
{
    return g_atomic_rc_box_acquire(self);
}

static void
state_clear(gpointer data)
{
    CddMockState *self = data;

    g_ptr_array_unref(self->answers);
    g_ptr_array_unref(self->runs);
    g_ptr_array_unref(self->containers);
    g_ptr_array_unref(self->requests);
    g_ptr_array_unref(self->sockets);
    g_mutex_clear(&self->lock);
    g_cond_clear(&self->changed);
}

void
cdd_mock_state_unref(CddMockState *self)
{
    g_atomic_rc_box_release_full(self, state_clear);
}

gboolean
cdd_mock_state_wait_until(CddMockState *self, gint64 time)
{
    while (!self->closing && g_cond_wait_until(&self->changed, &self->lock, time))
        ;
    return !self->closing;
}

char *
cdd_mock_state_make_id(CddMockState *self, const char *what)
{
    return g_strdup_printf("mock-%s-%u", what, ++self->n_ids);
}
