/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-service.h>

G_BEGIN_DECLS

/**
 * CddPathStat:
 * @name: the last part of its path
 * @size: its size in bytes
 * @mode: its permission bits and type as in Go's FileMode: 1 << 31 marks a directory, 1 << 27 a
 *   symbolic link
 * @mtime: when it was last modified, as the engine writes it (RFC 3339)
 * @link_target: where a symbolic link leads, in the container; else empty
 *
 * What a path in a container is (`HEAD /containers/{id}/archive`).
 */
typedef struct {
    char *name;
    guint64 size;
    guint32 mode;
    char *mtime;
    char *link_target;
} CddPathStat;

#define CDD_TYPE_PATH_STAT (cdd_path_stat_get_type())
CDD_API GType cdd_path_stat_get_type(void);

/**
 * cdd_path_stat_copy:
 * @stat: what a path is
 *
 * Returns: (transfer full): a copy
 */
CDD_API CddPathStat *cdd_path_stat_copy(const CddPathStat *stat);

/**
 * cdd_path_stat_free:
 * @stat: (transfer full) (nullable): what a path is
 */
CDD_API void cdd_path_stat_free(CddPathStat *stat);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddPathStat, cdd_path_stat_free)

/**
 * cdd_path_stat_is_directory:
 * @stat: what a path is
 *
 * Returns: whether it is a directory
 */
CDD_API gboolean cdd_path_stat_is_directory(const CddPathStat *stat);

/**
 * cdd_service_stat_path_async:
 * @self: a service
 * @container: a container, which need not run
 * @path: an absolute path in it
 * @cancellable: (nullable): leaves nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Asks what a path in a container is (`HEAD /containers/{id}/archive`).
 */
CDD_API void cdd_service_stat_path_async(CddService *self,
                                         const char *container,
                                         const char *path,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);

/**
 * cdd_service_stat_path_finish:
 * @self: a service
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND for the container and for the path
 *
 * Ends cdd_service_stat_path_async().
 *
 * Returns: (transfer full): what it is, or %NULL
 */
CDD_API CddPathStat *
cdd_service_stat_path_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_put_archive_async:
 * @self: a service
 * @container: a container, which need not run
 * @directory: a directory that exists in it
 * @archive: a tar archive, plain or compressed by gzip, bzip2, xz or zstd; read to its end, not
 *   closed
 * @cancellable: (nullable): what has been unpacked stays in the container
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Unpacks an archive in a container (`PUT /containers/{id}/archive`). It is sent as it is read,
 * however large it is. A directory in the container is not replaced by a file of its name, nor the
 * other way round.
 */
CDD_API void cdd_service_put_archive_async(CddService *self,
                                           const char *container,
                                           const char *directory,
                                           GInputStream *archive,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);

/**
 * cdd_service_put_archive_finish:
 * @self: a service
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, %CDD_ERROR_INVALID_SPEC when the path is no
 *   directory, %CDD_ERROR_UNAUTHORIZED when it is read-only, or why @archive could not be read
 *
 * Ends cdd_service_put_archive_async().
 *
 * Returns: whether all of it was unpacked
 */
CDD_API gboolean cdd_service_put_archive_finish(CddService *self,
                                                GAsyncResult *result,
                                                GError **error);

/**
 * cdd_service_get_archive_async:
 * @self: a service
 * @container: a container, which need not run
 * @path: a path in it
 * @archive: gets a tar archive, whose names begin with the last part of @path; not closed
 * @cancellable: (nullable): @archive is not whole then
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Packs a file or directory of a container (`GET /containers/{id}/archive`). The bytes are a
 * stranger's: cdd_service_copy_from_container_async() unpacks them with care.
 */
CDD_API void cdd_service_get_archive_async(CddService *self,
                                           const char *container,
                                           const char *path,
                                           GOutputStream *archive,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);

/**
 * cdd_service_get_archive_finish:
 * @self: a service
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, or why @archive could not be written
 *
 * Ends cdd_service_get_archive_async().
 *
 * Returns: whether all of it was written
 */
CDD_API gboolean cdd_service_get_archive_finish(CddService *self,
                                                GAsyncResult *result,
                                                GError **error);

/**
 * CddCopyFlags:
 * @CDD_COPY_NONE: what is copied into a container belongs to its root
 * @CDD_COPY_KEEP_OWNER: it keeps the numbers of owner and group
 *
 * How cdd_service_copy_to_container_async() copies.
 */
typedef enum {
    CDD_COPY_NONE = 0,
    CDD_COPY_KEEP_OWNER = 1 << 0,
} CddCopyFlags;

#define CDD_TYPE_COPY_FLAGS (cdd_copy_flags_get_type())
CDD_API GType cdd_copy_flags_get_type(void);

/**
 * cdd_service_copy_to_container_async:
 * @self: a service
 * @host_path: (type filename): a file or directory of this machine; with `/.` at its end, what is
 *   in the directory
 * @container: a container, which need not run
 * @directory: a directory that exists in it
 * @flags: how
 * @cancellable: (nullable): what has been copied stays in the container
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Copies a file, or a directory with all below it, into a directory of a container, under its own
 * name. Symbolic links stay what they are, sockets are left out. Nothing is held in memory or on
 * disk on the way; a thread packs.
 */
CDD_API void cdd_service_copy_to_container_async(CddService *self,
                                                 const char *host_path,
                                                 const char *container,
                                                 const char *directory,
                                                 CddCopyFlags flags,
                                                 GCancellable *cancellable,
                                                 GAsyncReadyCallback callback,
                                                 gpointer user_data);

/**
 * cdd_service_copy_to_container_finish:
 * @self: a service
 * @result: what @callback got
 * @error: return location; as for cdd_service_put_archive_finish(), or %CDD_ERROR_FAILED naming the
 *   file that could not be read, is a device, or changed while it was read
 *
 * Ends cdd_service_copy_to_container_async().
 *
 * Returns: whether all of it was copied
 */
CDD_API gboolean cdd_service_copy_to_container_finish(CddService *self,
                                                      GAsyncResult *result,
                                                      GError **error);

/**
 * cdd_service_copy_from_container_async:
 * @self: a service
 * @container: a container, which need not run
 * @path: a file or directory in it
 * @host_directory: (type filename): a directory of this machine that exists
 * @max_size: how many bytes all files together may have; 0 for no limit
 * @cancellable: (nullable): what has been copied stays
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Copies a file, or a directory with all below it, out of a container, under its own name. What
 * the container says is not trusted: no name leads out of @host_directory, not even by a link that
 * came before it, devices are refused, files belong to the caller and have no set-user-id bit.
 */
CDD_API void cdd_service_copy_from_container_async(CddService *self,
                                                   const char *container,
                                                   const char *path,
                                                   const char *host_directory,
                                                   guint64 max_size,
                                                   GCancellable *cancellable,
                                                   GAsyncReadyCallback callback,
                                                   gpointer user_data);

/**
 * cdd_service_copy_from_container_finish:
 * @self: a service
 * @result: what @callback got
 * @error: return location; as for cdd_service_get_archive_finish(), or %CDD_ERROR_FAILED naming the
 *   entry that is refused or could not be written
 *
 * Ends cdd_service_copy_from_container_async().
 *
 * Returns: whether all of it was copied
 */
CDD_API gboolean cdd_service_copy_from_container_finish(CddService *self,
                                                        GAsyncResult *result,
                                                        GError **error);

G_END_DECLS
