/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-container-spec.h>

G_BEGIN_DECLS

/**
 * CddUserSetup:
 * @host_uid: the user that owns the files a build writes
 * @host_gid: the group of those files
 * @username: (nullable): the user's name in the container; %NULL for `builder`
 * @no_new_privileges: whether to leave out the sudoers file, which would have no effect
 *
 * The user that builds inside a container and owns the output on the host.
 *
 * Since: 0.1
 */
typedef struct {
    uid_t host_uid;
    gid_t host_gid;
    const char *username;
    gboolean no_new_privileges;
    /*< private >*/
    gpointer reserved[8];
} CddUserSetup;

#define CDD_TYPE_USER_SETUP (cdd_user_setup_get_type())
CDD_API GType cdd_user_setup_get_type(void);

/**
 * cdd_user_setup_copy:
 * @setup: a structure
 *
 * Returns: (transfer full): a copy that owns its strings
 *
 * Since: 0.1
 */
CDD_API CddUserSetup *cdd_user_setup_copy(const CddUserSetup *setup);

/**
 * cdd_user_setup_free:
 * @setup: (transfer full) (nullable): a copy
 *
 * Since: 0.1
 */
CDD_API void cdd_user_setup_free(CddUserSetup *setup);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddUserSetup, cdd_user_setup_free)

/**
 * cdd_user_setup_from_current_user:
 * @rootless: whether the engine is rootless, #CddEngineInfo.rootless
 *
 * Describes the calling user; under sudo, the user who called sudo. A rootless engine maps the
 * calling user to root in the container, so root builds there.
 *
 * Returns: the set-up
 *
 * Since: 0.1
 */
CDD_API CddUserSetup cdd_user_setup_from_current_user(gboolean rootless);

/**
 * cdd_user_setup_generate_script:
 * @setup: a set-up
 *
 * Writes a POSIX shell script for root in a container. The script creates the user and its group,
 * also if the uid, the gid or the name exists already. Then it runs its arguments as that user;
 * environment and spaces are kept. For uid 0 it creates nothing.
 *
 * Returns: (transfer full): the script
 *
 * Since: 0.1
 */
CDD_API char *cdd_user_setup_generate_script(const CddUserSetup *setup);

/**
 * cdd_prepare_helper_scripts:
 * @directory: (nullable): the directory of entrypoint.sh and helpers/; %NULL for the environment
 *   variable `COLCON_DEB_SCRIPTS`, or if that is unset the directory installed with the library
 * @error: return location
 *
 * Finds the files that run inside build containers and checks that each is readable.
 *
 * Returns: (transfer full): the directory's absolute path; %NULL with %CDD_ERROR_NOT_FOUND and the
 *   name of the first missing file
 *
 * Since: 0.1
 */
CDD_API char *cdd_prepare_helper_scripts(const char *directory, GError **error);

/**
 * CddBuildMode:
 * @CDD_BUILD_MODE_BUILD: builds the workspace
 * @CDD_BUILD_MODE_LIST: lists the packages in build order, builds nothing
 * @CDD_BUILD_MODE_CHECK: checks that the image has what a build needs
 * @CDD_BUILD_MODE_SHELL: makes everything ready as for a build, reports `shell_ready`, and waits
 * for the end of its input or for SIGTERM; the caller runs commands in it by
 * cdd_service_exec_async()
 *   (`/helpers/shell-session.py`)
 *
 * What the container does.
 *
 * Since: 0.1
 */
typedef enum {
    CDD_BUILD_MODE_BUILD,
    CDD_BUILD_MODE_LIST,
    CDD_BUILD_MODE_CHECK,
    CDD_BUILD_MODE_SHELL,
} CddBuildMode;

#define CDD_TYPE_BUILD_MODE (cdd_build_mode_get_type())
CDD_API GType cdd_build_mode_get_type(void);

/**
 * CddBuildConfig:
 * @mode: what the container does
 * @ros_distro: the ROS distribution, e.g. `jazzy`
 * @parallel_jobs: number of parallel compile jobs, over all packages; 0 for the number of
 *   processors, or fewer if memory is short
 * @settings: (nullable) (array zero-terminated=1): `NAME=value` entries, e.g. `RUN_TESTS=1`, for
 *   the rows of `scripts/helpers/container-settings.json` that no other member sets; other rows
 *   keep their default
 * @network_mode: the network; %CDD_NETWORK_DEFAULT means the host's network, for apt
 * @network: (nullable): the network's name, for %CDD_NETWORK_NAMED
 * @security: the container's rights; what it does not say is as with #CddContainerSpec.hardened
 * @user: the user that builds and owns the output
 * @environment: (nullable) (array zero-terminated=1): more `NAME=value` entries; no name may be
 *   that of a setting
 * @packages_select: (nullable) (array zero-terminated=1): build exactly these packages; if several
 *   selections are given, only packages in all of them are built
 * @packages_up_to: (nullable) (array zero-terminated=1): build these packages and their
 *   dependencies
 * @packages_above: (nullable) (array zero-terminated=1): build these packages and all that depend
 *   on them
 * @force: whether to build unchanged packages too
 * @base_image: (nullable): the id of the image that the packages are built for; packages of an
 *   earlier build are reused only for the same id; %NULL for the container's image
 * @source_list: whether the output directory has a list of the current sources
 *   (`.colcon-deb/sources`)
 * @scripts_dir: (nullable): see cdd_prepare_helper_scripts()
 * @platform: (nullable): `os/arch[/variant]`
 * @ccache_volume: (nullable): the volume for ccache's cache; %NULL to compile without ccache
 * @labels: (nullable) (array zero-terminated=1): more `name=value` labels of the container
 * @dialogue: whether the caller answers the container: it waits for a first line, and asks before
 *   it installs dependencies (docs/protocol.md)
 * @memory_share: number of builds that share the memory; if memory is short, there are fewer jobs
 *   than @parallel_jobs. 0: 1 if @parallel_jobs is 0, else no limit
 *
 * The settings of a workspace build. Strings are borrowed.
 *
 * Since: 0.1
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
    const char *const *labels;
    gboolean dialogue;
    guint memory_share;
    /*< private >*/
    gpointer reserved[8];
} CddBuildConfig;

#define CDD_TYPE_BUILD_CONFIG (cdd_build_config_get_type())
CDD_API GType cdd_build_config_get_type(void);

/**
 * cdd_build_config_new:
 * @ros_distro: the ROS distribution
 *
 * For language bindings. Set the members that are not strings afterwards. In C, use a designated
 * initializer instead.
 *
 * Returns: (transfer full): a structure that owns its strings; free with
 *   cdd_build_config_free()
 *
 * Since: 0.1
 */
CDD_API CddBuildConfig *cdd_build_config_new(const char *ros_distro);

/**
 * cdd_build_config_copy:
 * @config: a structure
 *
 * Returns: (transfer full): a copy that owns its strings
 *
 * Since: 0.1
 */
CDD_API CddBuildConfig *cdd_build_config_copy(const CddBuildConfig *config);

/**
 * cdd_build_config_free:
 * @config: (transfer full) (nullable): a copy
 *
 * Since: 0.1
 */
CDD_API void cdd_build_config_free(CddBuildConfig *config);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddBuildConfig, cdd_build_config_free)

/**
 * cdd_build_setting_is_reserved:
 * @variable: the name of an environment variable
 *
 * Returns: whether @variable is a setting of the build container; #CddBuildConfig.environment must
 *   not contain it
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_build_setting_is_reserved(const char *variable);

/**
 * cdd_build_setting_dup_default:
 * @variable: the name of a setting of the build container
 *
 * Returns: (transfer full) (nullable): the default as text, `0` or `1` for a flag; %NULL if the
 *   container finds the default itself, or @variable is not a setting
 *
 * Since: 0.1
 */
CDD_API char *cdd_build_setting_dup_default(const char *variable);

/**
 * cdd_build_setting_affects_packages:
 * @variable: the name of a setting of the build container
 *
 * Returns: whether another value gives other packages from the same sources
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_build_setting_affects_packages(const char *variable);

/**
 * cdd_create_build_container_spec:
 * @image: the builder image
 * @colcon_repo: (nullable): the workspace; its `src` is mounted read-only; %NULL for
 *   %CDD_BUILD_MODE_CHECK
 * @debian_dirs: (nullable): the directory of overrides and generated `debian/` directories; mounted
 *   writable
 * @output_dir: (nullable): the directory for packages, repository and logs; mounted writable
 * @config: the settings of the build
 * @error: return location; %CDD_ERROR_NOT_FOUND for a missing directory or helper,
 *   %CDD_ERROR_INVALID_SPEC for a setting that is unknown or of the wrong type
 *
 * Specifies the container that builds a workspace. It starts `/scripts/entrypoint.sh` as root,
 * which creates the user and drops root's rights for the build. The caller holds the container's
 * standard input open, so the container ends when the caller's process ends.
 *
 * Returns: (transfer full): the specification
 *
 * Since: 0.1
 */
CDD_API CddContainerSpec *cdd_create_build_container_spec(const char *image,
                                                          const char *colcon_repo,
                                                          const char *debian_dirs,
                                                          const char *output_dir,
                                                          const CddBuildConfig *config,
                                                          GError **error);

G_END_DECLS
