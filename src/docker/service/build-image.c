/* SPDX-License-Identifier: Apache-2.0 */
#include "../api/operation.h"

#include <colcon-deb-docker/cdd-build-context.h>

void
cdd_service_build_image_async(CddService *self,
                              const CddBuildContext *context G_GNUC_UNUSED,
                              const CddOutputHandler *handler G_GNUC_UNUSED,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
    GTask *task = cdd_operation_new(self, cancellable, callback, user_data, "building an image");

    cdd_operation_return_error(
        task, g_error_new_literal(CDD_ERROR, CDD_ERROR_INCOMPATIBLE, "not written yet"));
}

char *
cdd_service_build_image_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}
