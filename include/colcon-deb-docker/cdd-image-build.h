/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-output.h>
#include <colcon-deb-docker/cdd-service.h>

G_BEGIN_DECLS

/**
 * CddImageBuildOptions:
 * @reference: (nullable): the name of the new image, with a tag or `latest`; %NULL for none
 * @dockerfile: (nullable): the Dockerfile's path in the archive; %NULL for `Dockerfile`
 * @target: (nullable): the stage to end with; %NULL for the last
 * @platform: (nullable): `os/arch[/variant]`; %NULL for the engine's own
 * @build_args: (nullable) (array zero-terminated=1): `NAME=value` entries
 * @labels: (nullable) (array zero-terminated=1): `name=value` entries
 * @no_cache: whether every step is run, whatever an earlier build has left
 * @pull: whether the images that it begins with are looked for on their registries too
 *
 * What cdd_service_build_archive_async() makes. All zero is valid.
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
} CddImageBuildOptions;

#define CDD_TYPE_IMAGE_BUILD_OPTIONS (cdd_image_build_options_get_type())
CDD_API GType cdd_image_build_options_get_type(void);

/**
 * cdd_image_build_options_new:
 * @reference: (nullable): the name of the new image
 * @dockerfile: (nullable): the Dockerfile's path in the archive
 * @target: (nullable): the stage to end with
 * @platform: (nullable): `os/arch[/variant]`
 * @build_args: (nullable) (array zero-terminated=1): `NAME=value` entries
 * @labels: (nullable) (array zero-terminated=1): `name=value` entries
 *
 * For languages that cannot fill the structure in; what is no text is set afterwards. In C a
 * designated initializer is simpler.
 *
 * Returns: (transfer full): a structure that owns its strings; g_boxed_free() frees it
 */
CDD_API CddImageBuildOptions *cdd_image_build_options_new(const char *reference,
                                                          const char *dockerfile,
                                                          const char *target,
                                                          const char *platform,
                                                          const char *const *build_args,
                                                          const char *const *labels);

/**
 * cdd_service_build_archive_async:
 * @self: a service
 * @context: a tar archive of the files that the Dockerfile and its COPY instructions name, plain or
 *   compressed; read to its end, not closed
 * @options: (nullable): what to make; copied
 * @handler: (nullable): gets what the steps write by on_stdout, and the steps, as `Step 3/8`, by
 *   on_progress, with the layers of images that are pulled; copied, its user_data must live until
 *   @callback
 * @cancellable: (nullable): the engine stops the step that runs; those before it stay in its cache
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Builds an image with the engine's classic builder (`POST /build`, version 1), which Docker and
 * Podman have alike. The archive is sent as it is read. The builder knows no `.dockerignore` in it.
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
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_BUILD_FAILED with the last output of the step that failed,
 *   %CDD_ERROR_INVALID_SPEC for a reference that is none or what the engine does not take, or why
 *   @context could not be read
 *
 * Ends cdd_service_build_archive_async().
 *
 * Returns: (transfer full): the image's id, or %NULL
 */
CDD_API char *
cdd_service_build_archive_finish(CddService *self, GAsyncResult *result, GError **error);

G_END_DECLS
