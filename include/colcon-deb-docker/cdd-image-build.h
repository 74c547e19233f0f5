/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-output.h>
#include <colcon-deb-docker/cdd-service.h>

G_BEGIN_DECLS

/**
 * CddImageBuildOptions:
 * @reference: (nullable): the name of the new image, tagged `latest` if it has no tag; %NULL for
 *   none
 * @dockerfile: (nullable): the Dockerfile's path in the archive; %NULL for `Dockerfile`
 * @target: (nullable): the stage to build; %NULL for the last
 * @platform: (nullable): `os/arch[/variant]`; %NULL for the engine's platform
 * @build_args: (nullable) (array zero-terminated=1): `NAME=value` entries
 * @labels: (nullable) (array zero-terminated=1): `name=value` entries
 * @no_cache: whether to run every step, without the build cache
 * @pull: whether to check registries for newer base images
 *
 * Options of cdd_service_build_archive_async(). All zero is valid.
 *
 * Since: 0.1
 */
typedef struct {
    const char *reference;
    const char *dockerfile;
    const char *target;
    const char *platform;
    const char *const *build_args;
    const char *const *labels;
    gboolean no_cache;
    gboolean pull;
    /*< private >*/
    gpointer reserved[8];
} CddImageBuildOptions;

#define CDD_TYPE_IMAGE_BUILD_OPTIONS (cdd_image_build_options_get_type())
CDD_API GType cdd_image_build_options_get_type(void);

/**
 * cdd_image_build_options_new:
 * @reference: (nullable): the name of the new image
 * @dockerfile: (nullable): the Dockerfile's path in the archive
 * @target: (nullable): the stage to build
 * @platform: (nullable): `os/arch[/variant]`
 * @build_args: (nullable) (array zero-terminated=1): `NAME=value` entries
 * @labels: (nullable) (array zero-terminated=1): `name=value` entries
 *
 * For language bindings. Set the members that are not strings afterwards. In C, use a designated
 * initializer instead.
 *
 * Returns: (transfer full): a structure that owns its strings; free with
 *   cdd_image_build_options_free()
 *
 * Since: 0.1
 */
CDD_API CddImageBuildOptions *cdd_image_build_options_new(const char *reference,
                                                          const char *dockerfile,
                                                          const char *target,
                                                          const char *platform,
                                                          const char *const *build_args,
                                                          const char *const *labels);

/**
 * cdd_image_build_options_copy:
 * @options: a structure
 *
 * Returns: (transfer full): a copy that owns its strings
 *
 * Since: 0.1
 */
CDD_API CddImageBuildOptions *cdd_image_build_options_copy(const CddImageBuildOptions *options);

/**
 * cdd_image_build_options_free:
 * @options: (transfer full) (nullable): a copy
 *
 * Since: 0.1
 */
CDD_API void cdd_image_build_options_free(CddImageBuildOptions *options);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddImageBuildOptions, cdd_image_build_options_free)

/**
 * cdd_service_build_archive_async:
 * @self: a service
 * @context: a tar archive, plain or compressed, with the Dockerfile and the files that it copies;
 *   read to its end, not closed
 * @options: (nullable): options; copied
 * @handler: (nullable): receives the output of the steps (on_stdout), the steps (on_progress, as
 *   `Step 3/8`) and the layers of pulled images (on_progress); copied, its user_data must live
 *   until @callback
 * @cancellable: (nullable): cancelling stops the running step; finished steps stay in the engine's
 *   cache
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Builds an image with the engine's classic builder (`POST /build`, version 1), which Docker and
 * Podman both have. The archive is streamed. A `.dockerignore` in the archive has no effect.
 *
 * Since: 0.1
 */
CDD_API void cdd_service_build_archive_async(CddService *self,
                                             GInputStream *context,
                                             const CddImageBuildOptions *options,
                                             const CddOutputHandler *handler,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);

/**
 * cdd_service_build_archive_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_BUILD_FAILED with the last output of the step that failed,
 *   %CDD_ERROR_INVALID_SPEC for an invalid reference or an option that the engine rejects, or the
 *   error of reading @context
 *
 * Finishes cdd_service_build_archive_async().
 *
 * Returns: (transfer full): the image's id, or %NULL
 *
 * Since: 0.1
 */
CDD_API char *
cdd_service_build_archive_finish(CddService *self, GAsyncResult *result, GError **error);

G_END_DECLS
