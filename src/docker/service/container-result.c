/* SPDX-License-Identifier: Apache-2.0 */
#include "../value/error.h"

#include <colcon-deb-docker/cdd-run.h>

gboolean
cdd_container_result_check(const CddContainerResult *result, GError **error)
{
    if (result->exit_code == 0)
        return TRUE;
    g_propagate_error(error, cdd_error_new_for_exit_code(result->exit_code, result->log_tail));
    return FALSE;
}

void
cdd_container_result_free(CddContainerResult *result)
{
    if (result == NULL)
        return;
    g_free(result->id);
    g_free(result->log_tail);
    g_free(result);
}

CddContainerResult *
cdd_container_result_copy(const CddContainerResult *result)
{
    CddContainerResult *copy = g_new0(CddContainerResult, 1);

    copy->id = g_strdup(result->id);
    copy->exit_code = result->exit_code;
    copy->log_tail = g_strdup(result->log_tail);
    return copy;
}
