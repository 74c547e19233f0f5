/* SPDX-License-Identifier: Apache-2.0 */
#include "skipped-files.h"

struct _CddSkippedFiles {
    GMutex lock;
    GPtrArray *messages;
};

CddSkippedFiles *
cdd_skipped_files_new(void)
{
    CddSkippedFiles *self = g_new0(CddSkippedFiles, 1);

    g_mutex_init(&self->lock);
    self->messages = g_ptr_array_new_with_free_func(g_free);
    return self;
}

void
cdd_skipped_files_free(CddSkippedFiles *self)
{
    g_ptr_array_unref(self->messages);
    g_mutex_clear(&self->lock);
    g_free(self);
}

void
cdd_skipped_files_add(const char *path, const char *what, gpointer user_data)
{
    CddSkippedFiles *self = user_data;
    g_autofree char *shown = g_filename_display_name(path);

    g_mutex_lock(&self->lock);
    g_ptr_array_add(self->messages, g_strdup_printf("%s is skipped: it is %s", shown, what));
    g_mutex_unlock(&self->lock);
}

GStrv
cdd_skipped_files_dup_messages(CddSkippedFiles *self)
{
    g_autoptr(GStrvBuilder) copy = g_strv_builder_new();

    g_mutex_lock(&self->lock);
    for (guint i = 0; i < self->messages->len; i++)
        g_strv_builder_add(copy, self->messages->pdata[i]);
    g_mutex_unlock(&self->lock);
    return g_strv_builder_end(copy);
}
