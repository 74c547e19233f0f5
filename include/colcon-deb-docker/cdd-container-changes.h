/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-service.h>

G_BEGIN_DECLS

/**
 * CddFilesystemChangeKind:
 * @CDD_CHANGE_MODIFIED: the file or directory was changed
 * @CDD_CHANGE_ADDED: it was made
 * @CDD_CHANGE_DELETED: it was removed
 *
 * What happened to a file.
 *
 * Since: 0.1
 */
typedef enum {
    CDD_CHANGE_MODIFIED,
    CDD_CHANGE_ADDED,
    CDD_CHANGE_DELETED,
} CddFilesystemChangeKind;

#define CDD_TYPE_FILESYSTEM_CHANGE_KIND (cdd_filesystem_change_kind_get_type())
CDD_API GType cdd_filesystem_change_kind_get_type(void);

/**
 * CddFilesystemChange:
 * @path: its path in the container
 * @kind: what happened to it
 *
 * A difference between a container and its image.
 *
 * Since: 0.1
 */
typedef struct {
    char *path;
    CddFilesystemChangeKind kind;
} CddFilesystemChange;

#define CDD_TYPE_FILESYSTEM_CHANGE (cdd_filesystem_change_get_type())
CDD_API GType cdd_filesystem_change_get_type(void);

/**
 * cdd_filesystem_change_copy:
 * @change: a difference
 *
 * Returns: (transfer full): a copy
 *
 * Since: 0.1
 */
CDD_API CddFilesystemChange *cdd_filesystem_change_copy(const CddFilesystemChange *change);

/**
 * cdd_filesystem_change_free:
 * @change: (transfer full) (nullable): a difference
 *
 * Since: 0.1
 */
CDD_API void cdd_filesystem_change_free(CddFilesystemChange *change);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddFilesystemChange, cdd_filesystem_change_free)

/**
 * cdd_service_get_container_changes_async:
 * @self: a service
 * @container: a container
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Lists what a container has changed in its file system since it was created, but not in volumes
 * (`GET /containers/{id}/changes`).
 *
 * Since: 0.1
 */
CDD_API void cdd_service_get_container_changes_async(CddService *self,
                                                     const char *container,
                                                     GCancellable *cancellable,
                                                     GAsyncReadyCallback callback,
                                                     gpointer user_data);

/**
 * cdd_service_get_container_changes_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND
 *
 * Finishes cdd_service_get_container_changes_async().
 *
 * Returns: (transfer full) (element-type CddFilesystemChange): the changes, or %NULL
 *
 * Since: 0.1
 */
CDD_API GPtrArray *
cdd_service_get_container_changes_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_export_container_async:
 * @self: a service
 * @container: a container
 * @archive: receives the tar archive; not closed
 * @cancellable: (nullable): cancelling closes the connection; @archive has what had come
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Writes the whole file system of a container, without volumes, as a tar archive (`GET
 * /containers/{id}/export`). cdd_service_import_image_async() makes an image of it.
 *
 * Since: 0.1
 */
CDD_API void cdd_service_export_container_async(CddService *self,
                                                const char *container,
                                                GOutputStream *archive,
                                                GCancellable *cancellable,
                                                GAsyncReadyCallback callback,
                                                gpointer user_data);

/**
 * cdd_service_export_container_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, or the error of @archive
 *
 * Finishes cdd_service_export_container_async().
 *
 * Returns: whether the archive is complete
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_export_container_finish(CddService *self,
                                                     GAsyncResult *result,
                                                     GError **error);

G_END_DECLS
