/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-output.h>
#include <colcon-deb-docker/cdd-service.h>

G_BEGIN_DECLS

/**
 * CddBuilder:
 * @CDD_BUILDER_AUTO: BuildKit if the engine has it, else the classic builder
 * @CDD_BUILDER_CLASSIC: the engine's older builder; the only one of Podman
 * @CDD_BUILDER_BUILDKIT: the engine's BuildKit; an error if the engine has none
 *
 * The builder of an image. BuildKit runs independent stages in parallel, fetches only changed
 * files, and supports secrets, SSH agents and outputs.
 *
 * Since: 0.1
 */
typedef enum {
    CDD_BUILDER_AUTO,
    CDD_BUILDER_CLASSIC,
    CDD_BUILDER_BUILDKIT,
} CddBuilder;

#define CDD_TYPE_BUILDER (cdd_builder_get_type())
CDD_API GType cdd_builder_get_type(void);

/**
 * CddContextCompression:
 * @CDD_CONTEXT_COMPRESSION_AUTO: gzip if the engine is on another machine, else none
 * @CDD_CONTEXT_COMPRESSION_NONE: no compression
 * @CDD_CONTEXT_COMPRESSION_GZIP: gzip, supported by every engine
 * @CDD_CONTEXT_COMPRESSION_ZSTD: Zstandard, faster and smaller; for Docker 23.0 or later and Podman
 *
 * How the context is compressed for the classic builder.
 *
 * Since: 0.1
 */
typedef enum {
    CDD_CONTEXT_COMPRESSION_AUTO,
    CDD_CONTEXT_COMPRESSION_NONE,
    CDD_CONTEXT_COMPRESSION_GZIP,
    CDD_CONTEXT_COMPRESSION_ZSTD,
} CddContextCompression;

#define CDD_TYPE_CONTEXT_COMPRESSION (cdd_context_compression_get_type())
CDD_API GType cdd_context_compression_get_type(void);

/**
 * CddBuildContext:
 * @context_dir: (nullable) (type filename): the directory whose files COPY and ADD may name; %NULL
 *   with @dockerfile_text for a build without files. Files that the ignore file excludes are not
 *   sent: `<Dockerfile>.dockerignore` beside the Dockerfile if it exists, else `.dockerignore` in
 *   this directory
 * @dockerfile_path: (nullable) (type filename): the Dockerfile, inside @context_dir or elsewhere;
 *   relative to @context_dir; %NULL for `Dockerfile`
 * @dockerfile_text: (nullable): the text of the Dockerfile, instead of @dockerfile_path
 * @tags: (nullable) (array zero-terminated=1): names of the new image; the tag is `latest` if a
 *   name has none
 * @target: (nullable): the stage to build; %NULL for the last
 * @platform: (nullable): `os/arch[/variant]`; %NULL for the engine's platform
 * @build_args: (nullable) (array zero-terminated=1): `NAME=value` entries
 * @labels: (nullable) (array zero-terminated=1): `name=value` entries
 * @cache_from: (nullable) (array zero-terminated=1): images whose layers may be used as cache
 * @no_cache: whether to run every step, without the build cache
 * @pull: whether to check registries for newer base images
 * @network_mode: (nullable): the network of RUN steps: `default`, `host`, `none`, or another mode
 *   of the classic builder; %NULL for the engine's default
 * @extra_hosts: (nullable) (array zero-terminated=1): `name:address` or `name=address` entries for
 *   RUN steps, with an IP address or `host-gateway`
 * @secrets: (nullable) (array zero-terminated=1): secrets for `RUN --mount=type=secret`, as
 *   `id=NAME,src=FILE` or `id=NAME,env=VARIABLE`; BuildKit only. No layer, history or cache
 *   contains them
 * @ssh: (nullable) (array zero-terminated=1): SSH agents for `RUN --mount=type=ssh`: `default` or
 *   `NAME` for the agent at `SSH_AUTH_SOCK`, or `NAME=SOCKET`; BuildKit only
 * @output: (nullable): where to write the result's files, instead of making an image:
 *   `type=local,dest=DIRECTORY` or `type=tar,dest=FILE`; BuildKit only
 * @builder: the builder
 * @compression: compression of the context for the classic builder
 * @source_date_epoch: seconds since 1970, as the variable SOURCE_DATE_EPOCH has them; 0 for none.
 * Later file times are set to this time, and BuildKit gets it as the build argument
 * SOURCE_DATE_EPOCH
 *
 * Describes an image build for cdd_service_build_image_async(). All members may be zero but one of
 * @context_dir and @dockerfile_text.
 *
 * Since: 0.1
 */
typedef struct {
    const char *context_dir;
    const char *dockerfile_path;
    const char *dockerfile_text;
    const char *const *tags;
    const char *target;
    const char *platform;
    const char *const *build_args;
    const char *const *labels;
    const char *const *cache_from;
    gboolean no_cache;
    gboolean pull;
    const char *network_mode;
    const char *const *extra_hosts;
    const char *const *secrets;
    const char *const *ssh;
    const char *output;
    CddBuilder builder;
    CddContextCompression compression;
    guint64 source_date_epoch;
    /*< private >*/
    gpointer reserved[8];
} CddBuildContext;

#define CDD_TYPE_BUILD_CONTEXT (cdd_build_context_get_type())
CDD_API GType cdd_build_context_get_type(void);

/**
 * cdd_build_context_new:
 * @context_dir: (nullable) (type filename): the directory with the files
 * @dockerfile_path: (nullable) (type filename): the Dockerfile
 * @tags: (nullable) (array zero-terminated=1): names of the new image
 * @build_args: (nullable) (array zero-terminated=1): `NAME=value` entries
 * @secrets: (nullable) (array zero-terminated=1): see #CddBuildContext.secrets
 *
 * For language bindings. In C, use a designated initializer instead.
 *
 * Returns: (transfer full): a structure that owns its strings; free with
 *   cdd_build_context_free()
 *
 * Since: 0.1
 */
CDD_API CddBuildContext *cdd_build_context_new(const char *context_dir,
                                               const char *dockerfile_path,
                                               const char *const *tags,
                                               const char *const *build_args,
                                               const char *const *secrets);

/**
 * cdd_build_context_copy:
 * @context: a structure
 *
 * Returns: (transfer full): a copy that owns its strings
 *
 * Since: 0.1
 */
CDD_API CddBuildContext *cdd_build_context_copy(const CddBuildContext *context);

/**
 * cdd_build_context_free:
 * @context: (transfer full) (nullable): a copy
 *
 * Since: 0.1
 */
CDD_API void cdd_build_context_free(CddBuildContext *context);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddBuildContext, cdd_build_context_free)

/**
 * cdd_build_context_validate:
 * @context: what to build
 * @error: return location for an error
 *
 * Checks the tags, the platform and the additional hosts, without an engine and without reading a
 * file. cdd_service_build_image_async() checks them as well.
 *
 * Returns: whether they are valid
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_build_context_validate(const CddBuildContext *context, GError **error);

/**
 * cdd_service_build_image_async:
 * @self: a service
 * @context: what to build; copied
 * @handler: (nullable): receives the output of the steps (on_stdout, on_stderr) and the steps
 *   themselves (on_progress); copied, its user_data must live until @callback
 * @cancellable: (nullable): cancelling stops the running steps; finished steps stay in the engine's
 *   cache. An output directory may hold some files; an output tar file is not written
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Builds an image from a directory of this machine, or from the text of a Dockerfile. The files are
 * streamed, not held in memory. If BuildKit asks for the credentials of a registry, they are looked
 * up as for a pull (cdd_credentials_find_async()).
 *
 * Since: 0.1
 */
CDD_API void cdd_service_build_image_async(CddService *self,
                                           const CddBuildContext *context,
                                           const CddOutputHandler *handler,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);

/**
 * cdd_service_build_image_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_BUILD_FAILED with the last output of the step that failed,
 *   %CDD_ERROR_INVALID_SPEC if the context, an ignore file or the Dockerfile is not valid,
 *   %CDD_ERROR_INCOMPATIBLE if the engine's builder lacks a feature, %CDD_ERROR_FAILED with the
 *   name of the file that could not be read or changed while it was read
 *
 * Finishes cdd_service_build_image_async().
 *
 * Returns: (transfer full): the image's id, empty if the result was written to an output; or %NULL
 *
 * Since: 0.1
 */
CDD_API char *
cdd_service_build_image_finish(CddService *self, GAsyncResult *result, GError **error);

G_END_DECLS
