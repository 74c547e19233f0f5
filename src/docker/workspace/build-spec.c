/* SPDX-License-Identifier: Apache-2.0 */
#include "../value/error.h"

#include <colcon-deb-docker/cdd-build-spec.h>
#include <dlfcn.h>
#include <unistd.h>

/* What must be there for a build container to work; the rest is found by these. */
static const char *const required_files[] = {
    "entrypoint.sh",
    "helpers/check-requirements.sh",
    "helpers/user-setup.sh",
    "helpers/package-scanner.py",
    "helpers/debian-preparer.py",
    "helpers/build-orchestrator.py",
    "helpers/progress-reporter.sh",
};

/* A library that runs from its build tree belongs to the helpers of the source tree. */
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
                    "the helper script %s is missing or not readable; install colcon-deb again or "
                    "set COLCON_DEB_SCRIPTS to its scripts directory",
                    path);
        return NULL;
    }
    return g_steal_pointer(&absolute);
}

/* What entrypoint.sh takes. */
static const char *const mode_names[] = {
    [CDD_BUILD_MODE_BUILD] = "build",
    [CDD_BUILD_MODE_LIST] = "list",
    [CDD_BUILD_MODE_CHECK] = "check",
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
                "the directory %s, which is to be %s in the container, does not exist", absolute,
                container_path);
    return FALSE;
}

G_GNUC_PRINTF(2, 3)
static void
add_variable(GPtrArray *environment, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_ptr_array_add(environment, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

/* Names of packages hold no spaces. */
static void
add_names(GPtrArray *environment, const char *variable, const char *const *names)
{
    g_autofree char *joined = NULL;

    if (names == NULL || *names == NULL)
        return;
    joined = g_strjoinv(" ", (char **)names);
    add_variable(environment, "%s=%s", variable, joined);
}

/* What is built, and what is known of what was built before. */
static void
add_extent(GPtrArray *environment, const char *image, const CddBuildConfig *config)
{
    add_names(environment, "PACKAGES_SELECT", config->packages_select);
    add_names(environment, "PACKAGES_UP_TO", config->packages_up_to);
    add_names(environment, "PACKAGES_ABOVE", config->packages_above);
    add_variable(environment, "FORCE=%d", config->force ? 1 : 0);
    add_variable(environment, "SOURCE_LIST=%d", config->source_list ? 1 : 0);
    add_variable(environment, "BASE_IMAGE=%s",
                 config->base_image != NULL ? config->base_image : image);
}

/* How it is built, which makes no other packages. */
static void
add_manner(GPtrArray *environment, const CddBuildConfig *config)
{
    guint jobs = config->parallel_jobs == 0 ? g_get_num_processors() : config->parallel_jobs;

    add_variable(environment, "PARALLEL_JOBS=%u", jobs);
    add_variable(environment, "LIMIT_BY_MEMORY=%d", config->parallel_jobs == 0 ? 1 : 0);
    add_variable(environment, "CONTINUE_ON_ERROR=%d", config->stop_on_error ? 0 : 1);
    add_variable(environment, "RETRIES=%u", config->retries);
    add_variable(environment, "PACKAGE_TIMEOUT=%u", config->package_timeout);
    add_variable(environment, "FAST=%d", config->all_debhelper_steps ? 0 : 1);
    add_variable(environment, "VERBOSE=%d", config->verbose ? 1 : 0);
}

static GPtrArray *
make_environment(const char *image, const CddBuildConfig *config)
{
    GPtrArray *environment = g_ptr_array_new_with_free_func(g_free);
    const CddUserSetup *user = &config->user;

    add_variable(environment, "HOST_UID=%u", (guint)user->host_uid);
    add_variable(environment, "HOST_GID=%u", (guint)user->host_gid);
    add_variable(environment, "HOST_USER=%s", user->username == NULL ? "builder" : user->username);
    add_variable(environment, "ROS_DISTRO=%s", config->ros_distro);
    add_variable(environment, "BUILD_TYPE=%s",
                 config->build_type == NULL ? "Release" : config->build_type);
    add_variable(environment, "RUN_TESTS=%d", config->run_tests ? 1 : 0);
    add_variable(environment, "DEBUG_SYMBOLS=%d", config->debug_symbols ? 1 : 0);
    add_variable(environment, "BUILD_STAMP=%d", config->build_stamp ? 1 : 0);
    add_variable(environment, "REPOSITORY_PRUNE=%d", config->repository_prune ? 1 : 0);
    add_variable(environment, "REPOSITORY_HELD=%d", config->repository_held ? 1 : 0);
    add_variable(environment, "NO_NEW_PRIVILEGES=%d",
                 user->no_new_privileges || config->security.no_new_privileges ? 1 : 0);
    if (config->ccache_volume != NULL)
        add_variable(environment, "COMPILER_CACHE=1");
    if (config->dialogue)
        add_variable(environment, "DEPENDENCY_LAYER=1");
    if (config->install_prefix != NULL)
        add_variable(environment, "INSTALL_PREFIX=%s", config->install_prefix);
    if (config->package_prefix != NULL)
        add_variable(environment, "PACKAGE_PREFIX=%s", config->package_prefix);
    add_manner(environment, config);
    add_extent(environment, image, config);
    for (const char *const *entry = config->environment; entry != NULL && *entry != NULL; entry++)
        add_variable(environment, "%s", *entry);
    g_ptr_array_add(environment, NULL);
    return environment;
}

CddContainerSpec *
cdd_create_build_container_spec(const char *image,
                                const char *colcon_repo,
                                const char *debian_dirs,
                                const char *output_dir,
                                const CddBuildConfig *config,
                                GError **error)
{
    g_autofree char *scripts = cdd_prepare_helper_scripts(config->scripts_dir, error);
    g_autoptr(GArray) volumes = g_array_new(FALSE, FALSE, sizeof(CddVolumeMount));
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) environment = NULL;
    g_autofree char *helpers = NULL;
    g_autofree char *sources = NULL;
    CddContainerSpec spec;

    if (scripts == NULL)
        return NULL;
    helpers = g_build_filename(scripts, "helpers", NULL);
    sources = colcon_repo == NULL ? NULL : g_build_filename(colcon_repo, "src", NULL);
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

    environment = make_environment(image, config);
    spec = (CddContainerSpec){
        .image = image,
        .platform = config->platform,
        /* As entry point, so that one of the image's own does not run before it. */
        .entrypoint = (const char *const[]){"/scripts/entrypoint.sh", NULL},
        .command = (const char *const[]){mode_names[config->mode], NULL},
        .environment = (const char *const *)environment->pdata,
        .labels = (const char *const[]){"colcon-deb.role=build", NULL},
        .volumes = (const CddVolumeMount *)(gpointer)volumes->data,
        .n_volumes = volumes->len,
        .working_dir = "/workspace",
        .user = "0:0",
        .network_mode =
            config->network_mode == CDD_NETWORK_DEFAULT ? CDD_NETWORK_HOST : config->network_mode,
        .network = config->network,
        .security = config->security,
        .open_stdin = TRUE,
    };
    return cdd_container_spec_copy(&spec);
}
