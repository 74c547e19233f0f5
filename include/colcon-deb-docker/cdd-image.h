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
 * @environment: (array zero-terminated=1): the `NAME=value` entries that its containers start with
 * @entrypoint: (array zero-terminated=1): what its containers run, before @command
 * @command: (array zero-terminated=1): what its containers run if they are told nothing else
 * @labels: (array zero-terminated=1): `name=value` entries, in the order of their names
 * @created_at: when it was made, as the engine writes it (RFC 3339)
 * @tagged_at: when it got a name last; empty or of the year 1 where the engine does not say
 *
 * What an engine knows of an image (`GET /images/{name}/json`).
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
 */
CDD_API CddImageInfo *cdd_image_info_copy(const CddImageInfo *info);

/**
 * cdd_image_info_free:
 * @info: (transfer full) (nullable): an image
 */
CDD_API void cdd_image_info_free(CddImageInfo *info);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddImageInfo, cdd_image_info_free)

/**
 * cdd_service_inspect_image_async:
 * @self: a service
 * @image: a reference or an id
 * @cancellable: (nullable): leaves nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Looks an image up on the engine (`GET /images/{name}/json`); no registry is asked.
 */
CDD_API void cdd_service_inspect_image_async(CddService *self,
                                             const char *image,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);

/**
 * cdd_service_inspect_image_finish:
 * @self: a service
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_IMAGE_NOT_FOUND when the engine does not have it
 *
 * Ends cdd_service_inspect_image_async().
 *
 * Returns: (transfer full): the image, or %NULL
 */
CDD_API CddImageInfo *
cdd_service_inspect_image_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_pull_image_async:
 * @self: a service
 * @image: a reference; without tag and digest `latest` is meant, not every tag
 * @platform: (nullable): `os/arch[/variant]`; %NULL for the engine's own
 * @handler: (nullable): gets on_progress; copied, its user_data must live until @callback
 * @cancellable: (nullable): stops the pull; layers that are complete stay on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Pulls an image (`POST /images/create`). At most #CddConfig.max_concurrent_pulls run at a time.
 * The registry gets the credentials that cdd_service_set_credentials() has set for it, else those
 * that cdd_credentials_find_async() finds.
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
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_IMAGE_NOT_FOUND, %CDD_ERROR_UNAUTHORIZED, or
 *   %CDD_ERROR_FAILED with the engine's message when the stream of progress ends in an error
 *
 * Ends cdd_service_pull_image_async().
 *
 * Returns: whether the image is there now
 */
CDD_API gboolean cdd_service_pull_image_finish(CddService *self,
                                               GAsyncResult *result,
                                               GError **error);

/**
 * cdd_service_set_credentials:
 * @self: a service
 * @credentials: who to be to the registry that they name; copied
 *
 * Sets what pulls and pushes tell a registry, in place of what Docker's configuration holds.
 */
CDD_API void cdd_service_set_credentials(CddService *self, const CddCredentials *credentials);

/**
 * cdd_service_push_image_async:
 * @self: a service
 * @image: a reference; without a tag `latest` is meant
 * @handler: (nullable): gets on_progress; copied, its user_data must live until @callback
 * @cancellable: (nullable): stops the push; layers that are complete stay on the registry
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Pushes an image to its registry (`POST /images/{name}/push`), with credentials as for a pull.
 * That a push has failed is told in the stream of progress; it is looked for there.
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
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_IMAGE_NOT_FOUND when the engine does not have it,
 * %CDD_ERROR_UNAUTHORIZED, or %CDD_ERROR_FAILED with what the registry said
 *
 * Ends cdd_service_push_image_async().
 *
 * Returns: whether the registry has it now
 */
CDD_API gboolean cdd_service_push_image_finish(CddService *self,
                                               GAsyncResult *result,
                                               GError **error);

/**
 * cdd_service_tag_image_async:
 * @self: a service
 * @image: a reference or an id
 * @reference: the name that it gets too; without a tag `latest` is meant
 * @cancellable: (nullable): the engine may still do it
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Gives an image one more name (`POST /images/{name}/tag`).
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
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_IMAGE_NOT_FOUND, %CDD_ERROR_INVALID_SPEC
 *
 * Ends cdd_service_tag_image_async().
 *
 * Returns: whether it has the name now
 */
CDD_API gboolean cdd_service_tag_image_finish(CddService *self,
                                              GAsyncResult *result,
                                              GError **error);

/**
 * CddRemovedImages:
 * @untagged: (array zero-terminated=1): names that are gone
 * @deleted: (array zero-terminated=1): ids of images and layers that are gone
 * @space_reclaimed: bytes that became free, where the engine says so
 *
 * What a removal removed.
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
 * @images: what was removed
 *
 * Returns: (transfer full): a copy
 */
CDD_API CddRemovedImages *cdd_removed_images_copy(const CddRemovedImages *images);

/**
 * cdd_removed_images_free:
 * @images: (transfer full) (nullable): what was removed
 */
CDD_API void cdd_removed_images_free(CddRemovedImages *images);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddRemovedImages, cdd_removed_images_free)

/**
 * cdd_service_remove_image_async:
 * @self: a service
 * @image: a reference or an id
 * @force: whether it goes also if it has other names, for an id, or containers that do not run
 *   use it
 * @cancellable: (nullable): the engine may still remove it
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Takes a name from an image, and removes it with the last (`DELETE /images/{name}`).
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
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_IMAGE_NOT_FOUND, or %CDD_ERROR_CONFLICT while it is used
 *
 * Ends cdd_service_remove_image_async().
 *
 * Returns: (transfer full): what is gone, or %NULL
 */
CDD_API CddRemovedImages *
cdd_service_remove_image_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * CddImageSummary:
 * @id: its id
 * @references: (array zero-terminated=1): its names, each with a tag
 * @digests: (array zero-terminated=1): its names, each with a digest, that registries know
 * @created_at: when it was made, in seconds since 1970
 * @size: bytes on the engine's disk, those shared with others among them
 * @labels: (array zero-terminated=1): `name=value` entries, in the order of their names
 *
 * An image in a list.
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
 */
CDD_API CddImageSummary *cdd_image_summary_copy(const CddImageSummary *summary);

/**
 * cdd_image_summary_free:
 * @summary: (transfer full) (nullable): an image in a list
 */
CDD_API void cdd_image_summary_free(CddImageSummary *summary);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddImageSummary, cdd_image_summary_free)

/**
 * cdd_service_list_images_async:
 * @self: a service
 * @all: whether layers that have no name are wanted too
 * @filters: (nullable) (array zero-terminated=1): `name=value` entries, e.g. `label=a=b`,
 *   `dangling=true`, `reference=debian:*`
 * @cancellable: (nullable): leaves nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Lists images, the newest first (`GET /images/json`).
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
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_INVALID_SPEC for a filter that the engine does not know
 *
 * Ends cdd_service_list_images_async().
 *
 * Returns: (transfer container) (element-type CddImageSummary): the images, or %NULL
 */
CDD_API GPtrArray *
cdd_service_list_images_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_load_images_async:
 * @self: a service
 * @archive: what cdd_service_save_images_async() or docker save wrote, plain or compressed; read to
 *   its end, not closed
 * @handler: (nullable): gets on_progress; copied, its user_data must live until @callback
 * @cancellable: (nullable): layers that were complete may stay on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Loads images from an archive (`POST /images/load`). It is sent as it is read.
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
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_FAILED with what the engine did not like, or why @archive
 * could not be read
 *
 * Ends cdd_service_load_images_async().
 *
 * Returns: (transfer full) (array zero-terminated=1): the names, or ids, of what was loaded, or
 * %NULL
 */
CDD_API char **
cdd_service_load_images_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_save_images_async:
 * @self: a service
 * @images: (array zero-terminated=1): references or ids
 * @archive: gets a tar archive; not closed
 * @cancellable: (nullable): @archive is not whole then
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Writes images to an archive (`GET /images/get`), as it comes.
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
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_IMAGE_NOT_FOUND, or why @archive could not be written
 *
 * Ends cdd_service_save_images_async().
 *
 * Returns: whether all of it was written
 */
CDD_API gboolean cdd_service_save_images_finish(CddService *self,
                                                GAsyncResult *result,
                                                GError **error);

/**
 * CddImportOptions:
 * @reference: (nullable): the name of the new image, with a tag or `latest`; %NULL for none
 * @platform: (nullable): `os/arch[/variant]`; %NULL for the engine's own
 * @message: (nullable): what was done
 * @changes: (nullable) (array zero-terminated=1): Dockerfile instructions to apply to its
 *   configuration, e.g. `CMD ["sh"]`
 *
 * What cdd_service_import_image_async() makes. All zero is valid.
 */
typedef struct {
    const char *reference;
    const char *platform;
    const char *message;
    const char *const *changes;
} CddImportOptions;

#define CDD_TYPE_IMPORT_OPTIONS (cdd_import_options_get_type())
CDD_API GType cdd_import_options_get_type(void);

/**
 * cdd_import_options_new:
 * @reference: (nullable): the name of the new image
 * @platform: (nullable): `os/arch[/variant]`
 * @message: (nullable): what was done
 * @changes: (nullable) (array zero-terminated=1): Dockerfile instructions
 *
 * For languages that cannot fill the structure in; what is no text is set afterwards. In C a
 * designated initializer is simpler.
 *
 * Returns: (transfer full): a structure that owns its strings; g_boxed_free() frees it
 */
CDD_API CddImportOptions *cdd_import_options_new(const char *reference,
                                                 const char *platform,
                                                 const char *message,
                                                 const char *const *changes);

/**
 * cdd_service_import_image_async:
 * @self: a service
 * @archive: a tar archive of a file system, plain or compressed; read to its end, not closed
 * @options: (nullable): what to make; copied
 * @handler: (nullable): gets on_progress; copied, its user_data must live until @callback
 * @cancellable: (nullable): the engine may keep the layer
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Makes an image of one layer of a file system (`POST /images/create?fromSrc=-`).
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
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_INVALID_SPEC for a reference or a change that is none,
 * %CDD_ERROR_FAILED with what the engine did not like, or why @archive could not be read
 *
 * Ends cdd_service_import_image_async().
 *
 * Returns: (transfer full): the image's id, or %NULL
 */
CDD_API char *
cdd_service_import_image_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_prune_images_async:
 * @self: a service
 * @filters: (nullable) (array zero-terminated=1): `name=value` entries, e.g. `label=a=b`,
 *   `dangling=true`, `reference=debian:*`
 * @cancellable: (nullable): the engine goes on
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Removes images that no container uses and that the filters match (`POST /images/prune`): those
 * without a name, or with `dangling=false` all.
 */
CDD_API void cdd_service_prune_images_async(CddService *self,
                                            const char *const *filters,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);

/**
 * cdd_service_prune_images_finish:
 * @self: a service
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_INVALID_SPEC for a filter that the engine does not know,
 * %CDD_ERROR_CONFLICT while another one prunes
 *
 * Ends cdd_service_prune_images_async().
 *
 * Returns: (transfer full): what is gone, or %NULL
 */
CDD_API CddRemovedImages *
cdd_service_prune_images_finish(CddService *self, GAsyncResult *result, GError **error);

G_END_DECLS
