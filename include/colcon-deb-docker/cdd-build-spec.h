/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-container-spec.h>

G_BEGIN_DECLS

/**
 * CddUserSetup:
 * @host_uid: who owns what a build writes
 * @host_gid: the group of that
 * @username: (nullable): its name in the container; %NULL for `builder`
 * @no_new_privileges: whether to leave out the sudoers file, which would have no effect
 *
 * The user that builds inside a container and owns the output on the host.
 */
typedef struct {
    uid_t host_uid;
    gid_t host_gid;
    const char *username;
    gboolean no_new_privileges;
} CddUserSetup;

#define CDD_TYPE_USER_SETUP (cdd_user_setup_get_type())
CDD_API GType cdd_user_setup_get_type(void);

/**
 * cdd_user_setup_from_current_user:
 * @rootless: whether the engine is rootless, #CddEngineInfo.rootless
 *
 * The calling user; under sudo the user who called sudo. A rootless engine maps its own user to
 * root in the container, so there it is root who builds.
 *
 * Returns: the set-up
 */
CDD_API CddUserSetup cdd_user_setup_from_current_user(gboolean rootless);

/**
 * cdd_user_setup_generate_script:
 * @setup: a set-up
 *
 * A POSIX shell script for root in a container: makes the user and its group, whether or not the
 * uid, the gid or the name exist, and then runs its arguments as that user, environment and spaces
 * kept. For uid 0 it makes nothing.
 *
 * Returns: (transfer full): the script
 */
CDD_API char *cdd_user_setup_generate_script(const CddUserSetup *setup);

/**
 * cdd_prepare_helper_scripts:
 * @directory: (nullable): where entrypoint.sh and helpers/ are; %NULL for the environment's
 *   `COLCON_DEB_SCRIPTS`, else those that were installed with the library
 * @error: return location
 *
 * Finds the files that run inside build containers and checks that each is there and readable.
 *
 * Returns: (transfer full): the directory's absolute path; %NULL with %CDD_ERROR_NOT_FOUND, naming
 * the first that is missing
 */
CDD_API char *cdd_prepare_helper_scripts(const char *directory, GError **error);

/**
 * CddBuildMode:
 * @CDD_BUILD_MODE_BUILD: builds the workspace
 * @CDD_BUILD_MODE_LIST: says what would be built, in which order, and builds nothing
 * @CDD_BUILD_MODE_CHECK: says whether the image has what a build needs
 *
 * What the container does.
 */
typedef enum {
    CDD_BUILD_MODE_BUILD,
    CDD_BUILD_MODE_LIST,
    CDD_BUILD_MODE_CHECK,
} CddBuildMode;

#define CDD_TYPE_BUILD_MODE (cdd_build_mode_get_type())
CDD_API GType cdd_build_mode_get_type(void);

/**
 * CddBuildConfig:
 * @mode: what the container does
 * @ros_distro: the ROS distribution, e.g. `jazzy`
 * @parallel_jobs: compile jobs at a time, of all packages together; 0 for the number of processors,
 *   or fewer where memory is short
 * @settings: (nullable) (array zero-terminated=1): `NAME=value` entries, the rows of
 *   `scripts/helpers/container-settings.json` that no other member decides, e.g. `RUN_TESTS=1`; a
 *   row that is not given has its default
 * @network_mode: %CDD_NETWORK_DEFAULT means the host's network, for apt
 * @network: (nullable): for %CDD_NETWORK_NAMED
 * @security: the container's rights
 * @user: who owns the output
 * @environment: (nullable) (array zero-terminated=1): more `NAME=value` entries; none may have the
 *   name of a setting
 * @packages_select: (nullable) (array zero-terminated=1): build exactly these packages; of several
 *   selections only what is in all of them is built
 * @packages_up_to: (nullable) (array zero-terminated=1): build these and all that they need
 * @packages_above: (nullable) (array zero-terminated=1): build these and all that need them
 * @force: whether to build what has not changed, too
 * @base_image: (nullable): the id of the image that the packages are built for, which what was
 *   built before is compared by; %NULL for the image that the container is made of
 * @source_list: whether the output has a list of the sources as they are now
 *   (`.colcon-deb/sources`)
 * @scripts_dir: (nullable): see cdd_prepare_helper_scripts()
 * @platform: (nullable): `os/arch[/variant]`
 * @ccache_volume: (nullable): the volume in which ccache keeps what was compiled; %NULL to compile
 *   without it
 * @dialogue: whether the container is answered: it waits for the first line before it does
 *   anything, and asks before it installs dependencies (docs/protocol.md)
 *
 * What a build of a workspace needs to be told. Strings are borrowed.
 */
typedef struct {
    CddBuildMode mode;
    const char *ros_distro;
    guint parallel_jobs;
    const char *const *settings;
    CddNetworkMode network_mode;
    const char *network;
    CddContainerSecurityOptions security;
    CddUserSetup user;
    const char *const *environment;
    const char *const *packages_select;
    const char *const *packages_up_to;
    const char *const *packages_above;
    gboolean force;
    const char *base_image;
    gboolean source_list;
    const char *scripts_dir;
    const char *platform;
    const char *ccache_volume;
    gboolean dialogue;
} CddBuildConfig;

#define CDD_TYPE_BUILD_CONFIG (cdd_build_config_get_type())
CDD_API GType cdd_build_config_get_type(void);

/**
 * cdd_build_config_new:
 * @ros_distro: the ROS distribution
 *
 * For languages that cannot fill the structure in; what is no text is set afterwards. In C a
 * designated initializer is simpler.
 *
 * Returns: (transfer full): a structure that owns its strings; g_boxed_free() frees it
 */
CDD_API CddBuildConfig *cdd_build_config_new(const char *ros_distro);

/**
 * cdd_build_setting_is_reserved:
 * @variable: the name of an environment variable
 *
 * Returns: whether it is a setting of the build container, which #CddBuildConfig.environment must
 *   not have
 */
CDD_API gboolean cdd_build_setting_is_reserved(const char *variable);

/**
 * cdd_create_build_container_spec:
 * @image: the builder image
 * @colcon_repo: (nullable): the workspace; its `src` is mounted read-only; %NULL for
 *   %CDD_BUILD_MODE_CHECK
 * @debian_dirs: (nullable): overrides and generated `debian/` directories; mounted writable
 * @output_dir: (nullable): where packages, repository and logs go; mounted writable
 * @config: the rest
 * @error: return location; %CDD_ERROR_NOT_FOUND for a missing directory or helper,
 *   %CDD_ERROR_INVALID_SPEC for a setting that is unknown or of the wrong type
 *
 * The container that builds a workspace: starts as root at `/scripts/entrypoint.sh`, which makes
 * the user and gives up root's rights for the build; its standard input is held, so that it ends
 * with the caller's process.
 *
 * Returns: (transfer full): the specification
 */
CDD_API CddContainerSpec *cdd_create_build_container_spec(const char *image,
                                                          const char *colcon_repo,
                                                          const char *debian_dirs,
                                                          const char *output_dir,
                                                          const CddBuildConfig *config,
                                                          GError **error);

G_END_DECLS
