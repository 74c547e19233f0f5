/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-service.h>

G_BEGIN_DECLS

/**
 * CddEmulatorState:
 * @CDD_EMULATOR_MISSING: no handler was found, or none was looked for
 * @CDD_EMULATOR_DISABLED: the handler, or all of binfmt_misc, is disabled
 * @CDD_EMULATOR_NOT_FIXED: the handler lacks the flag F, so it does not work in containers
 * @CDD_EMULATOR_USABLE: the handler works in containers
 *
 * The binfmt_misc handler of an architecture.
 *
 * Since: 0.1
 */
typedef enum {
    CDD_EMULATOR_MISSING,
    CDD_EMULATOR_DISABLED,
    CDD_EMULATOR_NOT_FIXED,
    CDD_EMULATOR_USABLE,
} CddEmulatorState;

#define CDD_TYPE_EMULATOR_STATE (cdd_emulator_state_get_type())
CDD_API GType cdd_emulator_state_get_type(void);

/**
 * CddArchitectureInfo:
 * @host_arch: the engine machine's architecture, e.g. `amd64`
 * @image_arch: the image's architecture, e.g. `arm64`
 * @image_variant: its variant, e.g. `v7`, or empty
 * @compatible: whether the machine's processor runs the image without emulation
 * @emulator: (nullable): the binfmt_misc handler that emulates it, e.g. `qemu-aarch64`; looked up
 *   only if @compatible is false and the engine is on this machine
 * @engine_is_remote: whether the engine is on another machine; its handlers cannot be looked up
 * @emulator_state: why @emulator is %NULL, if it was looked up
 * @emulator_version: (nullable): QEMU's version, e.g. `8.2.1`, if @emulator is set and the file of
 *   its program on this machine says so
 *
 * Whether and how an image runs on an engine's machine.
 *
 * Since: 0.1
 */
typedef struct {
    char *host_arch;
    char *image_arch;
    char *image_variant;
    gboolean compatible;
    char *emulator;
    gboolean engine_is_remote;
    CddEmulatorState emulator_state;
    char *emulator_version;
} CddArchitectureInfo;

#define CDD_TYPE_ARCHITECTURE_INFO (cdd_architecture_info_get_type())
CDD_API GType cdd_architecture_info_get_type(void);

/**
 * cdd_architecture_info_new:
 * @host_arch: the engine machine's architecture, as cdd_architecture_normalize() takes it
 * @image_arch: the architecture of an image, which need not exist yet
 * @engine_is_remote: whether the engine and the caller are on different machines
 *
 * Compares two architectures. If they differ and the engine is on this machine, looks up a
 * binfmt_misc handler.
 *
 * Returns: (transfer full): the answer
 *
 * Since: 0.1
 */
CDD_API CddArchitectureInfo *
cdd_architecture_info_new(const char *host_arch, const char *image_arch, gboolean engine_is_remote);

/**
 * cdd_architecture_info_copy:
 * @info: an answer
 *
 * Returns: (transfer full): a copy
 *
 * Since: 0.1
 */
CDD_API CddArchitectureInfo *cdd_architecture_info_copy(const CddArchitectureInfo *info);

/**
 * cdd_architecture_info_free:
 * @info: (transfer full) (nullable): an answer
 *
 * Since: 0.1
 */
CDD_API void cdd_architecture_info_free(CddArchitectureInfo *info);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddArchitectureInfo, cdd_architecture_info_free)

/**
 * cdd_architecture_normalize:
 * @name: an architecture as uname(2), Debian, Rust or an image names it: `x86_64`, `aarch64`,
 * `armhf`…
 *
 * Returns: (transfer none): the name that images use (`amd64`, `arm64`, `arm`…), or @name itself if
 *   it is unknown
 *
 * Since: 0.1
 */
CDD_API const char *cdd_architecture_normalize(const char *name);

/**
 * cdd_architecture_info_requires_emulation:
 * @info: an answer
 *
 * Returns: whether the image needs emulation
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_architecture_info_requires_emulation(const CddArchitectureInfo *info);

/**
 * cdd_architecture_info_performance_warning:
 * @info: an answer
 *
 * Returns: (transfer full) (nullable): a warning for the user if the image is emulated, else %NULL
 *
 * Since: 0.1
 */
CDD_API char *cdd_architecture_info_performance_warning(const CddArchitectureInfo *info);

/**
 * cdd_architecture_info_emulator_warning:
 * @info: an answer
 *
 * Returns: (transfer full) (nullable): a warning for the user if the emulator is a version under
 *   which compilers are known to crash (QEMU before 8.1), else %NULL
 *
 * Since: 0.1
 */
CDD_API char *cdd_architecture_info_emulator_warning(const CddArchitectureInfo *info);

/**
 * cdd_architecture_info_check:
 * @info: an answer
 * @error: return location
 *
 * Returns: %TRUE if the image can run, natively or emulated, or if the engine is remote and its
 *   handlers are unknown; else %FALSE with %CDD_ERROR_INCOMPATIBLE, which says what to do
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_architecture_info_check(const CddArchitectureInfo *info, GError **error);

/**
 * cdd_check_architecture_compatibility_async:
 * @service: the engine
 * @image: a reference or an id of an image that the engine has
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Compares the image's architecture with that of the engine's machine. If they differ, looks up a
 * binfmt_misc handler; this works only if the engine is on the caller's machine.
 *
 * Since: 0.1
 */
CDD_API void cdd_check_architecture_compatibility_async(CddService *service,
                                                        const char *image,
                                                        GCancellable *cancellable,
                                                        GAsyncReadyCallback callback,
                                                        gpointer user_data);

/**
 * cdd_check_architecture_compatibility_finish:
 * @service: the engine
 * @result: the result that @callback got
 * @error: return location
 *
 * Finishes cdd_check_architecture_compatibility_async().
 *
 * Returns: (transfer full): the answer, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddArchitectureInfo *cdd_check_architecture_compatibility_finish(CddService *service,
                                                                         GAsyncResult *result,
                                                                         GError **error);

G_END_DECLS
