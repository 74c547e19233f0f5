/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-credentials.h>
#include <colcon-deb-docker/cdd-output.h>
#include <colcon-deb-docker/cdd-service.h>

G_BEGIN_DECLS

/**
 * CddImageInfo:
 * @id: the image's id, `sha256:…`
 * @os: e.g. `linux`
 * @architecture: e.g. `arm64`, normalised
 * @variant: e.g. `v7`, or empty
 * @size: bytes on the engine's disk
 * @environment: (array zero-terminated=1): environment of its containers, as `NAME=value` entries
 * @entrypoint: (array zero-terminated=1): the program that its containers run, followed by @command
 * @command: (array zero-terminated=1): the default command of its containers
 * @labels: (array zero-terminated=1): `name=value` entries, sorted by name
 * @created_at: creation time (RFC 3339), as the engine reports it
 * @tagged_at: time of the last tagging (RFC 3339); empty or in the year 1 if the engine does not
 *   know
 *
 * Details of an image (`GET /images/{name}/json`).
 *
 * Since: 0.1
 */
typedef struct {
    char *id;
    char *os;
    char *architecture;
    char *variant;
    guint64 size;
    char **environment;
    char **entrypoint;
    char **command;
    char **labels;
    char *created_at;
    char *tagged_at;
} CddImageInfo;

#define CDD_TYPE_IMAGE_INFO (cdd_image_info_get_type())
CDD_API GType cdd_image_info_get_type(void);

/**
 * cdd_image_info_copy:
 * @info: an image
 *
 * Returns: (transfer full): a copy
 *
 * Since: 0.1
 */
CDD_API CddImageInfo *cdd_image_info_copy(const CddImageInfo *info);

/**
 * cdd_image_info_free:
 * @info: (transfer full) (nullable): an image
 *
 * Since: 0.1
 */
CDD_API void cdd_image_info_free(CddImageInfo *info);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddImageInfo, cdd_image_info_free)

/**
 * cdd_service_inspect_image_async:
 * @self: a service
 * @image: a reference or an id
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Looks up an image on the engine (`GET /images/{name}/json`), without asking a registry.
 *
 * Since: 0.1
 */
CDD_API void cdd_service_inspect_image_async(CddService *self,
                                             const char *image,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);

/**
 * cdd_service_inspect_image_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_IMAGE_NOT_FOUND if the engine does not have it
 *
 * Finishes cdd_service_inspect_image_async().
 *
 * Returns: (transfer full): the image, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddImageInfo *
cdd_service_inspect_image_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_pull_image_async:
 * @self: a service
 * @image: a reference; without tag and digest, the tag is `latest`
 * @platform: (nullable): `os/arch[/variant]`; %NULL for the engine's platform
 * @handler: (nullable): receives on_progress; copied, its user_data must live until @callback
 * @cancellable: (nullable): cancelling stops the pull; complete layers stay on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Pulls an image (`POST /images/create`). At most #CddConfig.max_concurrent_pulls run at a time.
 * The credentials for the registry are those of cdd_service_set_credentials(), else those that
 * cdd_credentials_find_async() finds.
 *
 * Since: 0.1
 */
CDD_API void cdd_service_pull_image_async(CddService *self,
                                          const char *image,
                                          const char *platform,
                                          const CddOutputHandler *handler,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);

/**
 * cdd_service_pull_image_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_IMAGE_NOT_FOUND; %CDD_ERROR_UNAUTHORIZED if the registry
 *   refused the credentials or needs some; or %CDD_ERROR_FAILED with the engine's message if the
 *   pull failed otherwise
 *
 * Finishes cdd_service_pull_image_async().
 *
 * Some registries refuse to say whether they have an image. Docker Hub is one: there an image that
 * does not exist is %CDD_ERROR_UNAUTHORIZED, as a private image is.
 *
 * Returns: whether the image was pulled
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_pull_image_finish(CddService *self,
                                               GAsyncResult *result,
                                               GError **error);

/**
 * cdd_service_set_credentials:
 * @self: a service
 * @credentials: credentials and their registry; copied
 *
 * Sets the credentials of pulls and pushes for a registry, instead of those in Docker's
 * configuration.
 *
 * Since: 0.1
 */
CDD_API void cdd_service_set_credentials(CddService *self, const CddCredentials *credentials);

/**
 * cdd_service_push_image_async:
 * @self: a service
 * @image: a reference; the tag defaults to `latest`
 * @handler: (nullable): receives on_progress; copied, its user_data must live until @callback
 * @cancellable: (nullable): cancelling stops the push; complete layers stay on the registry
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Pushes an image to its registry (`POST /images/{name}/push`), with credentials as for a pull. An
 * error in the progress stream makes the push fail.
 *
 * Since: 0.1
 */
CDD_API void cdd_service_push_image_async(CddService *self,
                                          const char *image,
                                          const CddOutputHandler *handler,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);

/**
 * cdd_service_push_image_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_IMAGE_NOT_FOUND if the engine does not have it,
 *   %CDD_ERROR_UNAUTHORIZED if the registry refused the credentials or needs some, or
 *   %CDD_ERROR_FAILED with the registry's message
 *
 * Finishes cdd_service_push_image_async().
 *
 * Returns: whether the image was pushed
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_push_image_finish(CddService *self,
                                               GAsyncResult *result,
                                               GError **error);

/**
 * cdd_service_tag_image_async:
 * @self: a service
 * @image: a reference or an id
 * @reference: the additional name; the tag defaults to `latest`
 * @cancellable: (nullable): cancelling stops waiting; the engine may still carry out the request
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Adds a name to an image (`POST /images/{name}/tag`).
 *
 * Since: 0.1
 */
CDD_API void cdd_service_tag_image_async(CddService *self,
                                         const char *image,
                                         const char *reference,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);

/**
 * cdd_service_tag_image_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_IMAGE_NOT_FOUND, %CDD_ERROR_INVALID_SPEC
 *
 * Finishes cdd_service_tag_image_async().
 *
 * Returns: whether the image was tagged
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_tag_image_finish(CddService *self,
                                              GAsyncResult *result,
                                              GError **error);

/**
 * CddRemovedImages:
 * @untagged: (array zero-terminated=1): removed names
 * @deleted: (array zero-terminated=1): ids of removed images and layers
 * @space_reclaimed: bytes freed, if the engine reports them; else 0
 *
 * The result of removing images.
 *
 * Since: 0.1
 */
typedef struct {
    char **untagged;
    char **deleted;
    guint64 space_reclaimed;
} CddRemovedImages;

#define CDD_TYPE_REMOVED_IMAGES (cdd_removed_images_get_type())
CDD_API GType cdd_removed_images_get_type(void);

/**
 * cdd_removed_images_copy:
 * @images: removed images
 *
 * Returns: (transfer full): a copy
 *
 * Since: 0.1
 */
CDD_API CddRemovedImages *cdd_removed_images_copy(const CddRemovedImages *images);

/**
 * cdd_removed_images_free:
 * @images: (transfer full) (nullable): removed images
 *
 * Since: 0.1
 */
CDD_API void cdd_removed_images_free(CddRemovedImages *images);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddRemovedImages, cdd_removed_images_free)

/**
 * cdd_service_remove_image_async:
 * @self: a service
 * @image: a reference or an id
 * @force: whether to remove an image that has several names, if @image is an id, or that stopped
 *   containers use
 * @cancellable: (nullable): cancelling stops waiting; the engine may still remove the image
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Removes a name of an image, and the image with its last name (`DELETE /images/{name}`).
 *
 * Since: 0.1
 */
CDD_API void cdd_service_remove_image_async(CddService *self,
                                            const char *image,
                                            gboolean force,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);

/**
 * cdd_service_remove_image_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_IMAGE_NOT_FOUND, or %CDD_ERROR_CONFLICT if the image is in
 *   use
 *
 * Finishes cdd_service_remove_image_async().
 *
 * Returns: (transfer full): what was removed, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddRemovedImages *
cdd_service_remove_image_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * CddImageSummary:
 * @id: its id
 * @references: (array zero-terminated=1): its names, each with a tag
 * @digests: (array zero-terminated=1): its names with a digest, as registries know them
 * @created_at: creation time, in microseconds since 1970
 * @size: bytes on the engine's disk, including layers shared with other images
 * @labels: (array zero-terminated=1): `name=value` entries, sorted by name
 *
 * An image in a list.
 *
 * Since: 0.1
 */
typedef struct {
    char *id;
    char **references;
    char **digests;
    gint64 created_at;
    guint64 size;
    char **labels;
} CddImageSummary;

#define CDD_TYPE_IMAGE_SUMMARY (cdd_image_summary_get_type())
CDD_API GType cdd_image_summary_get_type(void);

/**
 * cdd_image_summary_copy:
 * @summary: an image in a list
 *
 * Returns: (transfer full): a copy
 *
 * Since: 0.1
 */
CDD_API CddImageSummary *cdd_image_summary_copy(const CddImageSummary *summary);

/**
 * cdd_image_summary_free:
 * @summary: (transfer full) (nullable): an image in a list
 *
 * Since: 0.1
 */
CDD_API void cdd_image_summary_free(CddImageSummary *summary);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddImageSummary, cdd_image_summary_free)

/**
 * cdd_service_list_images_async:
 * @self: a service
 * @all: whether to include unnamed intermediate images
 * @filters: (nullable) (array zero-terminated=1): `name=value` entries, e.g. `label=a=b`,
 *   `dangling=true`, `reference=debian:*`
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Lists images, newest first (`GET /images/json`).
 *
 * Since: 0.1
 */
CDD_API void cdd_service_list_images_async(CddService *self,
                                           gboolean all,
                                           const char *const *filters,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);

/**
 * cdd_service_list_images_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_INVALID_SPEC for an unknown filter
 *
 * Finishes cdd_service_list_images_async().
 *
 * Returns: (transfer container) (element-type CddImageSummary): the images, or %NULL
 *
 * Since: 0.1
 */
CDD_API GPtrArray *
cdd_service_list_images_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_load_images_async:
 * @self: a service
 * @archive: an archive from cdd_service_save_images_async() or `docker save`, plain or compressed;
 *   read to its end, not closed
 * @handler: (nullable): receives on_progress; copied, its user_data must live until @callback
 * @cancellable: (nullable): cancelling may leave complete layers on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Loads images from an archive (`POST /images/load`). The archive is streamed.
 *
 * Since: 0.1
 */
CDD_API void cdd_service_load_images_async(CddService *self,
                                           GInputStream *archive,
                                           const CddOutputHandler *handler,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);

/**
 * cdd_service_load_images_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_FAILED with the engine's message, or the error of reading
 *   @archive
 *
 * Finishes cdd_service_load_images_async().
 *
 * Returns: (transfer full) (array zero-terminated=1): the names or ids of the loaded images, or
 *   %NULL
 *
 * Since: 0.1
 */
CDD_API char **
cdd_service_load_images_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_save_images_async:
 * @self: a service
 * @images: (array zero-terminated=1): references or ids
 * @archive: receives a tar archive; not closed
 * @cancellable: (nullable): cancelling leaves @archive incomplete
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Writes images to an archive (`GET /images/get`). The archive is streamed.
 *
 * Since: 0.1
 */
CDD_API void cdd_service_save_images_async(CddService *self,
                                           const char *const *images,
                                           GOutputStream *archive,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);

/**
 * cdd_service_save_images_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_IMAGE_NOT_FOUND, or the error of writing @archive
 *
 * Finishes cdd_service_save_images_async().
 *
 * Returns: whether the whole archive was written
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_save_images_finish(CddService *self,
                                                GAsyncResult *result,
                                                GError **error);

/**
 * CddImportOptions:
 * @reference: (nullable): the name of the new image, tagged `latest` if it has no tag; %NULL for
 *   none
 * @platform: (nullable): `os/arch[/variant]`; %NULL for the engine's platform
 * @message: (nullable): the commit message
 * @changes: (nullable) (array zero-terminated=1): Dockerfile instructions to apply to its
 *   configuration, e.g. `CMD ["sh"]`
 *
 * Options of cdd_service_import_image_async(). All zero is valid.
 *
 * Since: 0.1
 */
typedef struct {
    const char *reference;
    const char *platform;
    const char *message;
    const char *const *changes;
    /*< private >*/
    gpointer reserved[8];
} CddImportOptions;

#define CDD_TYPE_IMPORT_OPTIONS (cdd_import_options_get_type())
CDD_API GType cdd_import_options_get_type(void);

/**
 * cdd_import_options_new:
 * @reference: (nullable): the name of the new image
 * @platform: (nullable): `os/arch[/variant]`
 * @message: (nullable): the commit message
 * @changes: (nullable) (array zero-terminated=1): Dockerfile instructions
 *
 * For language bindings. Set the members that are not strings afterwards. In C, use a designated
 * initializer instead.
 *
 * Returns: (transfer full): a structure that owns its strings; free with
 *   cdd_import_options_free()
 *
 * Since: 0.1
 */
CDD_API CddImportOptions *cdd_import_options_new(const char *reference,
                                                 const char *platform,
                                                 const char *message,
                                                 const char *const *changes);

/**
 * cdd_import_options_copy:
 * @options: a structure
 *
 * Returns: (transfer full): a copy that owns its strings
 *
 * Since: 0.1
 */
CDD_API CddImportOptions *cdd_import_options_copy(const CddImportOptions *options);

/**
 * cdd_import_options_free:
 * @options: (transfer full) (nullable): a copy
 *
 * Since: 0.1
 */
CDD_API void cdd_import_options_free(CddImportOptions *options);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddImportOptions, cdd_import_options_free)

/**
 * cdd_service_import_image_async:
 * @self: a service
 * @archive: a tar archive of a file system, plain or compressed; read to its end, not closed
 * @options: (nullable): options; copied
 * @handler: (nullable): receives on_progress; copied, its user_data must live until @callback
 * @cancellable: (nullable): cancelling may leave the layer on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Makes an image with one layer from an archive of a file system (`POST /images/create?fromSrc=-`).
 *
 * Since: 0.1
 */
CDD_API void cdd_service_import_image_async(CddService *self,
                                            GInputStream *archive,
                                            const CddImportOptions *options,
                                            const CddOutputHandler *handler,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);

/**
 * cdd_service_import_image_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_INVALID_SPEC for an invalid reference or change,
 *   %CDD_ERROR_FAILED with the engine's message, or the error of reading @archive
 *
 * Finishes cdd_service_import_image_async().
 *
 * Returns: (transfer full): the image's id, or %NULL
 *
 * Since: 0.1
 */
CDD_API char *
cdd_service_import_image_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_prune_images_async:
 * @self: a service
 * @filters: (nullable) (array zero-terminated=1): `name=value` entries, e.g. `label=a=b`,
 *   `dangling=true`, `reference=debian:*`
 * @cancellable: (nullable): cancelling stops waiting; the engine still removes the images
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Removes unused images that match the filters (`POST /images/prune`): unnamed images, or with
 * `dangling=false` all.
 *
 * Since: 0.1
 */
CDD_API void cdd_service_prune_images_async(CddService *self,
                                            const char *const *filters,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);

/**
 * cdd_service_prune_images_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_INVALID_SPEC for an unknown filter, %CDD_ERROR_CONFLICT while
 *   another prune runs
 *
 * Finishes cdd_service_prune_images_async().
 *
 * Returns: (transfer full): what was removed, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddRemovedImages *
cdd_service_prune_images_finish(CddService *self, GAsyncResult *result, GError **error);

G_END_DECLS
