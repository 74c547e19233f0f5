/* SPDX-License-Identifier: Apache-2.0 */
#include "result.h"

#include <colcon-deb-docker/cdd-error.h>

gboolean
cdd_result_check(GAsyncResult *result, gpointer source, gpointer tag, GError **error)
{
    if (g_task_is_valid(result, source) && g_async_result_is_tagged(result, tag))
        return TRUE;
    g_critical("a function that finishes an operation got the result of another one");
    g_set_error_literal(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                        "this is the result of another operation");
    return FALSE;
}

void
cdd_result_return_missing(GTask *task, const char *name)
{
    g_critical("the argument \"%s\" is NULL", name);
    g_task_return_new_error(task, CDD_ERROR, CDD_ERROR_INVALID_SPEC, "the argument \"%s\" is NULL",
                            name);
    g_object_unref(task);
}
