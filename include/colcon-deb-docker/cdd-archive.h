/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-service.h>

G_BEGIN_DECLS

/**
 * CddPathStat:
 * @name: the last component of the path
 * @size: the size in bytes
 * @mode: permission bits and file type, as in Go's FileMode: 1 << 31 marks a directory, 1 << 27 a
 *   symbolic link
 * @mtime: time of the last modification (RFC 3339), as the engine reports it
 * @link_target: target of a symbolic link, in the container; else empty
 *
 * Describes a path in a container (`HEAD /containers/{id}/archive`).
 *
 * Since: 0.1
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
 * @stat: a description of a path
 *
 * Returns: (transfer full): a copy
 *
 * Since: 0.1
 */
CDD_API CddPathStat *cdd_path_stat_copy(const CddPathStat *stat);

/**
 * cdd_path_stat_free:
 * @stat: (transfer full) (nullable): a description of a path
 *
 * Since: 0.1
 */
CDD_API void cdd_path_stat_free(CddPathStat *stat);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddPathStat, cdd_path_stat_free)

/**
 * cdd_path_stat_is_directory:
 * @stat: a description of a path
 *
 * Returns: whether the path is a directory
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_path_stat_is_directory(const CddPathStat *stat);

/**
 * cdd_service_stat_path_async:
 * @self: a service
 * @container: a container, running or not
 * @path: an absolute path in the container
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Gets the type, size and mode of a path in a container (`HEAD /containers/{id}/archive`).
 *
 * Since: 0.1
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
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND if the container or the path does not exist
 *
 * Finishes cdd_service_stat_path_async().
 *
 * Returns: (transfer full): the description, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddPathStat *
cdd_service_stat_path_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_put_archive_async:
 * @self: a service
 * @container: a container, running or not
 * @directory: an existing directory in the container
 * @archive: a tar archive, plain or compressed by gzip, bzip2, xz or zstd; read to its end, not
 *   closed
 * @cancellable: (nullable): cancelling leaves the files unpacked so far in the container
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Unpacks an archive in a container (`PUT /containers/{id}/archive`). The archive is streamed,
 * whatever its size. A file never replaces a directory of the same name, nor a directory a file.
 *
 * Since: 0.1
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
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, %CDD_ERROR_INVALID_SPEC if the path is not a
 *   directory, %CDD_ERROR_UNAUTHORIZED if it is read-only, or the error of reading @archive
 *
 * Finishes cdd_service_put_archive_async().
 *
 * Returns: whether the whole archive was unpacked
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_put_archive_finish(CddService *self,
                                                GAsyncResult *result,
                                                GError **error);

/**
 * cdd_service_get_archive_async:
 * @self: a service
 * @container: a container, running or not
 * @path: a path in the container
 * @archive: receives a tar archive whose names begin with the last component of @path; not closed
 * @cancellable: (nullable): cancelling leaves @archive incomplete
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Packs a file or directory of a container (`GET /containers/{id}/archive`). Do not trust the
 * archive: the container decides what is in it. cdd_service_copy_from_container_async() unpacks one
 * safely.
 *
 * Since: 0.1
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
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, or the error of writing @archive
 *
 * Finishes cdd_service_get_archive_async().
 *
 * Returns: whether the whole archive was written
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_get_archive_finish(CddService *self,
                                                GAsyncResult *result,
                                                GError **error);

/**
 * CddCopyFlags:
 * @CDD_COPY_NONE: copied files are owned by root in the container
 * @CDD_COPY_KEEP_OWNER: copied files keep their numeric owner and group
 *
 * Options of cdd_service_copy_to_container_async().
 *
 * Since: 0.1
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
 * @host_path: (type filename): a file or directory of this machine; a path that ends with `/.`
 *   means the contents of the directory
 * @container: a container, running or not
 * @directory: an existing directory in the container
 * @flags: options
 * @cancellable: (nullable): cancelling leaves the files copied so far in the container
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Copies a file or a directory tree into a directory of a container. The name is kept, and times
 * keep their fractions of a second. Symbolic links are copied as links. Sockets, pipes and devices
 * in a tree are skipped, see cdd_service_copy_to_container_dup_warnings(). A thread packs the files
 * while they are sent, so neither memory nor disk holds the whole archive.
 *
 * Since: 0.1
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
 * @result: the result that @callback got
 * @error: return location; as for cdd_service_put_archive_finish(), or %CDD_ERROR_FAILED with the
 *   name of the file that could not be read or changed while it was read, or of @host_path if that
 *   is a socket, a pipe or a device
 *
 * Finishes cdd_service_copy_to_container_async().
 *
 * Returns: whether everything was copied
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_copy_to_container_finish(CddService *self,
                                                      GAsyncResult *result,
                                                      GError **error);

/**
 * cdd_service_copy_to_container_dup_warnings:
 * @self: a service
 * @result: the result that the callback of cdd_service_copy_to_container_async() got
 *
 * Tells what the copy left out. A build reports the same by #CddOutputHandler.on_progress.
 *
 * Returns: (transfer full) (array zero-terminated=1): a message for each socket, pipe and device
 *   that was skipped, with its path; free it with g_strfreev()
 *
 * Since: 0.1
 */
CDD_API char **cdd_service_copy_to_container_dup_warnings(CddService *self, GAsyncResult *result);

/**
 * cdd_service_copy_from_container_async:
 * @self: a service
 * @container: a container, running or not
 * @path: a file or directory in the container
 * @host_directory: (type filename): an existing directory of this machine
 * @max_size: maximum size of all files together, in bytes; 0 for no limit
 * @cancellable: (nullable): cancelling leaves the files copied so far
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Copies a file or a directory tree out of a container. The name is kept. The container is not
 * trusted: no name, not even through a symbolic link, leads out of @host_directory; devices are
 * refused; files are owned by the caller and have no set-user-id bit.
 *
 * Since: 0.1
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
 * @result: the result that @callback got
 * @error: return location; as for cdd_service_get_archive_finish(), or %CDD_ERROR_FAILED with the
 *   name of the entry that was refused or could not be written
 *
 * Finishes cdd_service_copy_from_container_async().
 *
 * Returns: whether everything was copied
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_copy_from_container_finish(CddService *self,
                                                        GAsyncResult *result,
                                                        GError **error);

G_END_DECLS
