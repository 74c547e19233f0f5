/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-service.h>

G_BEGIN_DECLS

/**
 * CddArchitectureInfo:
 * @host_arch: the engine machine's architecture, e.g. `amd64`
 * @image_arch: the image's architecture, e.g. `arm64`
 * @image_variant: its variant, e.g. `v7`, or empty
 * @compatible: whether the machine's processor runs the image itself
 * @emulator: (nullable): the kernel's handler that runs it otherwise, e.g. `qemu-aarch64`; only
 *   looked for when @compatible is false and the engine is on this machine
 * @engine_is_remote: whether the engine is on another machine, whose handlers cannot be looked at
 *
 * Whether and how an image runs on an engine's machine.
 */
typedef struct {
    char *host_arch;
    char *image_arch;
    char *image_variant;
    gboolean compatible;
    char *emulator;
    gboolean engine_is_remote;
} CddArchitectureInfo;

#define CDD_TYPE_ARCHITECTURE_INFO (cdd_architecture_info_get_type())
CDD_API GType cdd_architecture_info_get_type(void);

/**
 * cdd_architecture_info_new:
 * @host_arch: the engine machine's architecture, as cdd_architecture_normalize() takes it
 * @image_arch: the architecture of an image that there may not be yet
 * @engine_is_remote: whether the engine is on another machine than the caller
 *
 * Compares two architectures. Where they differ, looks for a binfmt_misc handler of this machine's
 * kernel, if the engine is here.
 *
 * Returns: (transfer full): the answer
 */
CDD_API CddArchitectureInfo *
cdd_architecture_info_new(const char *host_arch, const char *image_arch, gboolean engine_is_remote);

/**
 * cdd_architecture_info_copy:
 * @info: an answer
 *
 * Returns: (transfer full): a copy
 */
CDD_API CddArchitectureInfo *cdd_architecture_info_copy(const CddArchitectureInfo *info);

/**
 * cdd_architecture_info_free:
 * @info: (transfer full) (nullable): an answer
 */
CDD_API void cdd_architecture_info_free(CddArchitectureInfo *info);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddArchitectureInfo, cdd_architecture_info_free)

/**
 * cdd_architecture_normalize:
 * @name: an architecture as uname(2), Debian, Rust or an image names it: `x86_64`, `aarch64`,
 * `armhf`…
 *
 * Returns: (transfer none): the name that images use (`amd64`, `arm64`, `arm`…), or @name itself
 *   when it is none that is known
 */
CDD_API const char *cdd_architecture_normalize(const char *name);

/**
 * cdd_architecture_info_requires_emulation:
 * @info: an answer
 *
 * Returns: whether the processor does not run the image itself
 */
CDD_API gboolean cdd_architecture_info_requires_emulation(const CddArchitectureInfo *info);

/**
 * cdd_architecture_info_performance_warning:
 * @info: an answer
 *
 * Returns: (transfer full) (nullable): a sentence for the user when the image is emulated
 */
CDD_API char *cdd_architecture_info_performance_warning(const CddArchitectureInfo *info);

/**
 * cdd_architecture_info_check:
 * @info: an answer
 * @error: return location
 *
 * Returns: whether the image can run, itself or emulated, or may do so for all that is known of a
 * remote engine; else @error is %CDD_ERROR_INCOMPATIBLE and says what to install
 */
CDD_API gboolean cdd_architecture_info_check(const CddArchitectureInfo *info, GError **error);

/**
 * cdd_check_architecture_compatibility_async:
 * @service: the engine
 * @image: a reference or an id of an image that the engine has
 * @cancellable: (nullable): leaves nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Compares the image's architecture with that of the engine's machine. Where they differ, looks for
 * a binfmt_misc handler; that is possible only for an engine on the caller's machine.
 */
CDD_API void cdd_check_architecture_compatibility_async(CddService *service,
                                                        const char *image,
                                                        GCancellable *cancellable,
                                                        GAsyncReadyCallback callback,
                                                        gpointer user_data);

/**
 * cdd_check_architecture_compatibility_finish:
 * @service: the engine
 * @result: what @callback got
 * @error: return location
 *
 * Ends cdd_check_architecture_compatibility_async().
 *
 * Returns: (transfer full): the answer, or %NULL
 */
CDD_API CddArchitectureInfo *cdd_check_architecture_compatibility_finish(CddService *service,
                                                                         GAsyncResult *result,
                                                                         GError **error);

G_END_DECLS
