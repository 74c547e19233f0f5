/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-output.h>
#include <colcon-deb-docker/cdd-service.h>

G_BEGIN_DECLS

/**
 * CddBuilder:
 * @CDD_BUILDER_AUTO: BuildKit where the engine has it, else the classic builder
 * @CDD_BUILDER_CLASSIC: the engine's own, older builder: the only one that Podman has
 * @CDD_BUILDER_BUILDKIT: BuildKit, in the engine; an error where the engine has none
 *
 * What builds an image. BuildKit runs independent stages side by side, asks only for files that
 * have changed, and knows secrets, agents and outputs.
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
 * @CDD_CONTEXT_COMPRESSION_AUTO: gzip for an engine on another machine, else none
 * @CDD_CONTEXT_COMPRESSION_NONE: as it is
 * @CDD_CONTEXT_COMPRESSION_GZIP: gzip, which every engine reads
 * @CDD_CONTEXT_COMPRESSION_ZSTD: Zstandard: faster and smaller, for Docker from 23.0 on and Podman
 *
 * How the files go to the classic builder.
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
 * @context_dir: (type filename): the directory whose files COPY and ADD may name. What its
 *   `.dockerignore` excludes is not sent, or what `<Dockerfile>.dockerignore` beside the Dockerfile
 *   excludes, if there is one
 * @dockerfile_path: (nullable) (type filename): the Dockerfile, below @context_dir or anywhere
 *   else; a relative path begins at @context_dir; %NULL for `Dockerfile`
 * @dockerfile_text: (nullable): the Dockerfile itself, in place of @dockerfile_path
 * @tags: (nullable) (array zero-terminated=1): names of the new image, each with a tag or `latest`
 * @target: (nullable): the stage to end with; %NULL for the last
 * @platform: (nullable): `os/arch[/variant]`; %NULL for the engine's own
 * @build_args: (nullable) (array zero-terminated=1): `NAME=value` entries
 * @labels: (nullable) (array zero-terminated=1): `name=value` entries
 * @cache_from: (nullable) (array zero-terminated=1): images whose layers may be used
 * @no_cache: whether every step is run, whatever an earlier build has left
 * @pull: whether the images that it begins with are looked for on their registries too
 * @network_mode: (nullable): the network of RUN steps: `default`, `host`, `none`, and what else the
 *   classic builder takes; %NULL for the engine's default
 * @extra_hosts: (nullable) (array zero-terminated=1): `name:address` entries for RUN steps
 * @secrets: (nullable) (array zero-terminated=1): what `RUN --mount=type=secret` may read, as
 *   `id=NAME,src=FILE` or `id=NAME,env=VARIABLE`; BuildKit only. In no layer, no history, no cache
 * @ssh: (nullable) (array zero-terminated=1): agents that `RUN --mount=type=ssh` may ask: `default`
 *   or `NAME`, for the one at `SSH_AUTH_SOCK`, or `NAME=SOCKET`; BuildKit only
 * @output: (nullable): where the result's files go in place of an image:
 *   `type=local,dest=DIRECTORY` or `type=tar,dest=FILE`; BuildKit only
 * @builder: what builds it
 * @compression: how the context is sent to the classic builder
 * @source_date_epoch: seconds since 1970: no file that is sent has a time after that second, and
 *   BuildKit gets it as the build argument SOURCE_DATE_EPOCH; 0 for none
 *
 * What cdd_service_build_image_async() makes an image of. All but @context_dir may be zero.
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
} CddBuildContext;

#define CDD_TYPE_BUILD_CONTEXT (cdd_build_context_get_type())
CDD_API GType cdd_build_context_get_type(void);

/**
 * cdd_build_context_new:
 * @context_dir: (type filename): the directory with the files
 * @dockerfile_path: (nullable) (type filename): the Dockerfile
 * @tags: (nullable) (array zero-terminated=1): names of the new image
 * @build_args: (nullable) (array zero-terminated=1): `NAME=value` entries
 * @secrets: (nullable) (array zero-terminated=1): as in the structure
 *
 * For languages that cannot fill the structure in. In C a designated initializer is simpler.
 *
 * Returns: (transfer full): a structure that owns its strings; g_boxed_free() frees it
 */
CDD_API CddBuildContext *cdd_build_context_new(const char *context_dir,
                                               const char *dockerfile_path,
                                               const char *const *tags,
                                               const char *const *build_args,
                                               const char *const *secrets);

/**
 * cdd_service_build_image_async:
 * @self: a service
 * @context: what to build; copied
 * @handler: (nullable): gets what the steps write by on_stdout and on_stderr, and the steps by
 *   on_progress; copied, its user_data must live until @callback
 * @cancellable: (nullable): the engine stops the steps that run; those before them stay in its
 *   cache, and of an output a directory may have some files, a tar file none
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Builds an image of the files of a directory of this machine. Nothing is kept whole in memory.
 * Where BuildKit asks for credentials of a registry they are looked up as for a pull
 * (cdd_credentials_find_async()).
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
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_BUILD_FAILED with the last output of the step that failed,
 *   %CDD_ERROR_INVALID_SPEC for what is wrong with @context, an ignore file or the Dockerfile,
 *   %CDD_ERROR_INCOMPATIBLE for what the engine's builder does not know, %CDD_ERROR_FAILED naming
 *   the file that could not be read or changed while it was read
 *
 * Ends cdd_service_build_image_async().
 *
 * Returns: (transfer full): the image's id, which is empty if it went to an output; or %NULL
 */
CDD_API char *
cdd_service_build_image_finish(CddService *self, GAsyncResult *result, GError **error);

G_END_DECLS
