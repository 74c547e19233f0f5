/* SPDX-License-Identifier: Apache-2.0 */
#include "run-spec.h"

gboolean
run_uses_layers(const RunRequest *request)
{
    return request->mode == CDD_BUILD_MODE_BUILD && request->config->dependency_layers > 0;
}

const Selection *
run_get_selection(const RunRequest *request)
{
    static const Selection everything = {NULL};

    return request->selection != NULL ? request->selection : &everything;
}

static CddNetworkMode
network_mode(const Config *config)
{
    if (g_strcmp0(config->network_mode, "bridge") == 0)
        return CDD_NETWORK_BRIDGE;
    if (g_strcmp0(config->network_mode, "none") == 0)
        return CDD_NETWORK_NONE;
    return CDD_NETWORK_HOST;
}

/* One for each user: what is in it is trusted by the next build, and may only be written by its
 * owner. */
static char *
make_ccache_name(const Engine *engine, const CddUserSetup *user)
{
    char *name = g_strdup_printf("colcon-deb-ccache-%s-%s-%u", engine->ros_distro,
                                 engine->image->architecture, (guint)user->host_uid);

    return g_strcanon(name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-._", '_');
}

CddContainerSpec *
run_spec_new(const RunRequest *request, const Engine *engine, gboolean source_list, GError **error)
{
    const Config *config = request->config;
    const Selection *selection = run_get_selection(request);
    gboolean is_build = request->mode == CDD_BUILD_MODE_BUILD;
    g_autofree char *ccache = NULL;
    CddBuildConfig build = {
        .mode = request->mode,
        .ros_distro = engine->ros_distro,
        .parallel_jobs = config->parallel_jobs,
        .build_type = config->build_type,
        .install_prefix = config->install_prefix,
        .package_prefix = config->package_prefix,
        .run_tests = config->run_tests,
        .verbose = request->verbose,
        .stop_on_error = !config->continue_on_error,
        .retries = config->retry,
        .package_timeout = config->package_timeout,
        .debug_symbols = config->debug_symbols,
        .all_debhelper_steps = !config->fast,
        .build_stamp = config->build_stamp,
        .repository_prune = config->repository_prune,
        .repository_held = TRUE,
        .network_mode = network_mode(config),
        .security = {.privileged = config->privileged,
                     .no_new_privileges = config->no_new_privileges},
        .user = cdd_user_setup_from_current_user(engine->info->rootless),
        /* With layers they are told the container, so that no image keeps them. */
        .environment = run_uses_layers(request) ? NULL : (const char *const *)config->environment,
        .dialogue = run_uses_layers(request),
        .packages_select = (const char *const *)selection->select,
        .packages_up_to = (const char *const *)selection->up_to,
        .packages_above = (const char *const *)selection->above,
        .force = request->force,
        .base_image = engine->image->id,
        .source_list = source_list,
    };

    build.user.no_new_privileges = config->no_new_privileges;
    if (is_build && config->ccache)
        build.ccache_volume = ccache = make_ccache_name(engine, &build.user);
    /* By id, so that what has been looked at is what runs, even if the name moves meanwhile. */
    return cdd_create_build_container_spec(
        engine->image->id, build.mode == CDD_BUILD_MODE_CHECK ? NULL : config->colcon_repo,
        is_build ? config->debian_dirs : NULL, is_build ? config->output_dir : NULL, &build, error);
}
