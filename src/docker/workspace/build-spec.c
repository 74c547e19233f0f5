/* SPDX-License-Identifier: Apache-2.0 */
#include "../api/faults.h"
#include "container-settings.h"

#include <colcon-deb-docker/cdd-build-spec.h>
#include <colcon-deb-docker/cdd-error.h>
#include <dlfcn.h>
#include <unistd.h>

/* The files that a build container starts; these find the other files. */
static const char *const required_files[] = {
    "entrypoint.sh",
    "helpers/check-requirements.sh",
    "helpers/user-setup.sh",
    "helpers/package-scanner.py",
    "helpers/debian-preparer.py",
    "helpers/build-orchestrator.py",
    "helpers/progress-reporter.sh",
};

/* A library in its build tree uses the helpers of the source tree. */
static const char *
default_scripts_dir(void)
{
    Dl_info self;
    g_autofree char *path = NULL;

    if (dladdr((gpointer)required_files, &self) == 0 || self.dli_fname == NULL)
        return CDD_SCRIPTS_DIR;
    path = g_canonicalize_filename(self.dli_fname, NULL);
    return g_str_has_prefix(path, CDD_BUILD_ROOT "/") ? CDD_SOURCE_SCRIPTS_DIR : CDD_SCRIPTS_DIR;
}

char *
cdd_prepare_helper_scripts(const char *directory, GError **error)
{
    const char *environment = g_getenv("COLCON_DEB_SCRIPTS");
    g_autofree char *absolute = NULL;

    if (directory == NULL)
        directory =
            environment == NULL || *environment == '\0' ? default_scripts_dir() : environment;
    absolute = g_canonicalize_filename(directory, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(required_files); i++) {
        g_autofree char *path = g_build_filename(absolute, required_files[i], NULL);

        if (access(path, R_OK) == 0)
            continue;
        g_set_error(error, CDD_ERROR, CDD_ERROR_NOT_FOUND,
                    "the helper script %s is missing or not readable; reinstall colcon-deb or set "
                    "COLCON_DEB_SCRIPTS to its scripts directory",
                    path);
        return NULL;
    }
    return g_steal_pointer(&absolute);
}

/* The arguments of entrypoint.sh. */
static const char *const mode_names[] = {
    [CDD_BUILD_MODE_BUILD] = "build",
    [CDD_BUILD_MODE_LIST] = "list",
    [CDD_BUILD_MODE_CHECK] = "check",
    [CDD_BUILD_MODE_SHELL] = "shell",
};

static gboolean
add_volume(GArray *volumes,
           GPtrArray *paths,
           const char *host_path,
           const char *container_path,
           gboolean read_only,
           GError **error)
{
    char *absolute = g_canonicalize_filename(host_path, NULL);
    CddVolumeMount volume = {absolute, container_path, read_only};

    g_ptr_array_add(paths, absolute);
    g_array_append_val(volumes, volume);
    if (g_file_test(absolute, G_FILE_TEST_IS_DIR))
        return TRUE;
    g_set_error(error, CDD_ERROR, CDD_ERROR_NOT_FOUND,
                "the directory %s, to be mounted at %s in the container, does not exist", absolute,
                container_path);
    return FALSE;
}

/* Package names have no spaces. */
static void
put_names(GPtrArray *settings, const char *variable, const char *const *names)
{
    g_autofree char *joined = names != NULL ? g_strjoinv(" ", (char **)names) : NULL;

    if (joined != NULL)
        cdd_container_settings_put(settings, variable, "%s", joined);
}

static void
put_flag(GPtrArray *settings, const char *variable, gboolean value)
{
    cdd_container_settings_put(settings, variable, "%d", value ? 1 : 0);
}

static void
put_user(GPtrArray *settings, const CddBuildConfig *config)
{
    const CddUserSetup *user = &config->user;

    cdd_container_settings_put(settings, "HOST_UID", "%u", (guint)user->host_uid);
    cdd_container_settings_put(settings, "HOST_GID", "%u", (guint)user->host_gid);
    if (user->username != NULL)
        cdd_container_settings_put(settings, "HOST_USER", "%s", user->username);
    put_flag(settings, "NO_NEW_PRIVILEGES",
             user->no_new_privileges || config->security.no_new_privileges);
}

/* Adds the settings that say which packages are built. */
static void
put_extent(GPtrArray *settings, const char *image, const CddBuildConfig *config)
{
    put_names(settings, "PACKAGES_SELECT", config->packages_select);
    put_names(settings, "PACKAGES_UP_TO", config->packages_up_to);
    put_names(settings, "PACKAGES_ABOVE", config->packages_above);
    put_flag(settings, "FORCE", config->force);
    put_flag(settings, "SOURCE_LIST", config->source_list);
    cdd_container_settings_put(settings, "BASE_IMAGE", "%s",
                               config->base_image != NULL ? config->base_image : image);
}

static void
put_jobs(GPtrArray *settings, const CddBuildConfig *config)
{
    gboolean automatic = config->parallel_jobs == 0;

    cdd_container_settings_put(settings, "PARALLEL_JOBS", "%u",
                               automatic ? g_get_num_processors() : config->parallel_jobs);
    cdd_container_settings_put(settings, "MEMORY_SHARE", "%u",
                               config->memory_share == 0 && automatic ? 1 : config->memory_share);
}

/* The settings that members of @config decide. */
static GPtrArray *
decide_settings(const char *image, const CddBuildConfig *config)
{
    GPtrArray *settings = g_ptr_array_new_with_free_func(g_free);

    put_user(settings, config);
    cdd_container_settings_put(settings, "ROS_DISTRO", "%s", config->ros_distro);
    put_jobs(settings, config);
    put_flag(settings, "COMPILER_CACHE", config->ccache_volume != NULL);
    put_flag(settings, "DEPENDENCY_LAYER", config->dialogue);
    put_extent(settings, image, config);
    return settings;
}

static GPtrArray *
make_environment(const char *image, const CddBuildConfig *config, GError **error)
{
    g_autoptr(GPtrArray) decided = decide_settings(image, config);
    GPtrArray *environment = NULL;

    if (!cdd_container_settings_check_environment(config->environment, error))
        return NULL;
    environment = cdd_container_settings_fill(decided, config->settings, error);
    if (environment == NULL)
        return NULL;
    for (const char *const *entry = config->environment; entry != NULL && *entry != NULL; entry++)
        g_ptr_array_add(environment, g_strdup(*entry));
    g_ptr_array_add(environment, NULL);
    return environment;
}

/* Strings are borrowed. */
static GPtrArray *
make_labels(const CddBuildConfig *config)
{
    GPtrArray *labels = g_ptr_array_new();

    g_ptr_array_add(labels, (gpointer) "colcon-deb.role=build");
    for (const char *const *label = config->labels; label != NULL && *label != NULL; label++)
        g_ptr_array_add(labels, (gpointer)*label);
    g_ptr_array_add(labels, NULL);
    return labels;
}

CddContainerSpec *
cdd_create_build_container_spec(const char *image,
                                const char *colcon_repo,
                                const char *debian_dirs,
                                const char *output_dir,
                                const CddBuildConfig *config,
                                GError **error)
{
    g_autofree char *scripts =
        cdd_check_reserved(config, error) && cdd_check_reserved(&config->user, error)
            ? cdd_prepare_helper_scripts(config->scripts_dir, error)
            : NULL;
    g_autoptr(GArray) volumes = g_array_new(FALSE, FALSE, sizeof(CddVolumeMount));
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) labels = make_labels(config);
    g_autoptr(GPtrArray) environment = NULL;
    g_autofree char *helpers = NULL;
    g_autofree char *sources = NULL;
    CddContainerSpec spec;

    if (scripts == NULL)
        return NULL;
    helpers = g_build_filename(scripts, "helpers", NULL);
    sources = colcon_repo != NULL ? g_build_filename(colcon_repo, "src", NULL) : NULL;
    if ((sources != NULL && !add_volume(volumes, paths, sources, "/workspace/src", TRUE, error)) ||
        (debian_dirs != NULL &&
         !add_volume(volumes, paths, debian_dirs, "/workspace/debian_dirs", FALSE, error)) ||
        (output_dir != NULL &&
         !add_volume(volumes, paths, output_dir, "/workspace/output", FALSE, error)) ||
        !add_volume(volumes, paths, scripts, "/scripts", TRUE, error) ||
        !add_volume(volumes, paths, helpers, "/helpers", TRUE, error))
        return NULL;
    if (config->ccache_volume != NULL)
        g_array_append_val(volumes,
                           ((CddVolumeMount){.container_path = "/var/cache/colcon-deb/ccache",
                                             .volume = config->ccache_volume}));

    environment = make_environment(image, config, error);
    if (environment == NULL)
        return NULL;
    spec = (CddContainerSpec){
        .image = image,
        .platform = config->platform,
        /* Replaces the entry point, so the image's own one does not run. */
        .entrypoint = (const char *const[]){"/scripts/entrypoint.sh", NULL},
        .command = (const char *const[]){mode_names[config->mode], NULL},
        .environment = (const char *const *)environment->pdata,
        .labels = (const char *const *)labels->pdata,
        .volumes = (const CddVolumeMount *)(gpointer)volumes->data,
        .n_volumes = volumes->len,
        .working_dir = "/workspace",
        .user = "0:0",
        .network_mode =
            config->network_mode == CDD_NETWORK_DEFAULT ? CDD_NETWORK_HOST : config->network_mode,
        .network = config->network,
        .hardened = TRUE,
        .security = config->security,
        .open_stdin = TRUE,
    };
    return cdd_container_spec_copy(&spec);
}
