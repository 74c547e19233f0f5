/* SPDX-License-Identifier: Apache-2.0 */
#include "run-spec.h"

#include "../config/config-value.h"
#include "../image/own-containers.h"
#include "gpu-request.h"

gboolean
run_is_of_build(const RunRequest *request)
{
    return request->mode == CDD_BUILD_MODE_BUILD || request->mode == CDD_BUILD_MODE_SHELL;
}

gboolean
run_uses_layers(const RunRequest *request)
{
    /* A layer that was made with the emulated programs put back would no longer be accelerated. */
    return run_is_of_build(request) && request->config->dependency_layers > 0 &&
           g_strcmp0(request->config->accelerate, "off") != 0;
}

const Selection *
run_get_selection(const RunRequest *request)
{
    static const Selection everything = {{NULL}};

    return request->selection != NULL ? request->selection : &everything;
}

CddNetworkMode
run_spec_get_network(const Config *config)
{
    if (g_strcmp0(config->network_mode, "bridge") == 0)
        return CDD_NETWORK_BRIDGE;
    if (g_strcmp0(config->network_mode, "none") == 0)
        return CDD_NETWORK_NONE;
    return CDD_NETWORK_HOST;
}

/* One volume for each user: the next build trusts its content, so only its owner may write to
 * it. */
static char *
make_ccache_name(const Engine *engine, const CddUserSetup *user)
{
    char *name = g_strdup_printf("colcon-deb-ccache-%s-%s-%u", engine->ros_distro,
                                 engine->image->architecture, (guint)user->host_uid);

    return g_strcanon(name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-._", '_');
}

static gboolean
is_emulated(const Engine *engine)
{
    g_autoptr(CddArchitectureInfo) info =
        cdd_architecture_info_new(engine->info->architecture, engine->image->architecture, TRUE);

    return cdd_architecture_info_requires_emulation(info);
}

static void
add_words(GPtrArray *settings, const char *name, char *const *words)
{
    g_autofree char *text = words != NULL ? g_strjoinv(" ", (char **)words) : NULL;

    if (text != NULL)
        g_ptr_array_add(settings, g_strconcat(name, "=", text, NULL));
}

/* The lists that are no members of CddBuildConfig. @base_paths: relative to src/. */
static void
add_selection(GPtrArray *settings, const Selection *selection, char *const *base_paths)
{
    static const SelectionList lists[] = {
        SELECTION_SELECT_REGEX, SELECTION_SKIP,         SELECTION_SKIP_REGEX,
        SELECTION_IGNORE,       SELECTION_IGNORE_REGEX,
    };

    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
        add_words(settings, selection_options[lists[i]].setting, selection->lists[lists[i]]);
    add_words(settings, selection_options[SELECTION_BASE_PATHS].setting, base_paths);
}

/* "NAME=value" of the settings that are passed on as they are configured. */
static GPtrArray *
make_settings(const RunRequest *request, const Engine *engine, char *const *base_paths)
{
    GPtrArray *settings = g_ptr_array_new_with_free_func(g_free);

    for (gsize i = 0; i < config_n_keys; i++) {
        const ConfigKey *key = &config_keys[i];
        char *entry =
            key->setting != NULL ? config_value_print_setting(request->config, key) : NULL;

        if (entry != NULL)
            g_ptr_array_add(settings, entry);
    }
    g_ptr_array_add(settings, g_strdup_printf("VERBOSE=%d", request->verbose ? 1 : 0));
    g_ptr_array_add(settings, g_strdup_printf("EMULATED=%d", is_emulated(engine) ? 1 : 0));
    /* The host puts the repository in its place, once it is signed. */
    g_ptr_array_add(settings, g_strdup("REPOSITORY_HELD=1"));
    if (g_strcmp0(request->config->accelerate, "off") == 0)
        g_ptr_array_add(settings, g_strdup("ACCELERATE=0"));
    add_words(settings, "META_ARGUMENTS", request->config->meta_args);
    add_selection(settings, run_get_selection(request), base_paths);
    if (request->config->target != NULL)
        g_ptr_array_add(settings, g_strconcat("OUTPUT_TARGET=", request->config->target, NULL));
    g_ptr_array_add(settings, NULL);
    return settings;
}

static GPtrArray *
make_labels(void)
{
    GPtrArray *labels = g_ptr_array_new_with_free_func(g_free);

    own_containers_add_labels(labels);
    g_ptr_array_add(labels, NULL);
    return labels;
}

/* A check looks at what there is, also in a workspace that cannot be built yet. */
static gboolean
mounts_sources(const RunRequest *request)
{
    g_autofree char *sources = g_build_filename(request->config->colcon_repo, "src", NULL);

    return request->mode != CDD_BUILD_MODE_CHECK || g_file_test(sources, G_FILE_TEST_IS_DIR);
}

static gboolean
mounts_overrides(const RunRequest *request)
{
    return run_is_of_build(request) ||
           (request->mode == CDD_BUILD_MODE_CHECK &&
            g_file_test(request->config->debian_dirs, G_FILE_TEST_IS_DIR));
}

CddContainerSpec *
run_spec_new(const RunRequest *request, const Engine *engine, gboolean source_list, GError **error)
{
    const Config *config = request->config;
    const Selection *selection = run_get_selection(request);
    gboolean is_build = run_is_of_build(request);
    g_autoptr(GError) misplaced = NULL;
    g_auto(GStrv) base_paths =
        selection_place_base_paths(selection, config->colcon_repo, &misplaced);
    g_autoptr(GPtrArray) settings = make_settings(request, engine, base_paths);
    g_autoptr(GPtrArray) labels = make_labels();
    g_autofree char *ccache = NULL;
    g_autoptr(CddContainerSpec) spec = NULL;
    CddBuildConfig build = {
        .mode = request->mode,
        .ros_distro = engine->ros_distro,
        .parallel_jobs = config->parallel_jobs,
        .memory_share = request->memory_share,
        .settings = (const char *const *)settings->pdata,
        .network_mode = run_spec_get_network(config),
        .security = {.privileged = config->privileged,
                     .no_new_privileges = config->no_new_privileges},
        .user = cdd_user_setup_from_current_user(engine->info->rootless),
        /* With layers the variables go through the dialogue, so that no image keeps them. */
        .environment = run_uses_layers(request) ? NULL : (const char *const *)config->environment,
        .dialogue = run_uses_layers(request),
        .packages_select = (const char *const *)selection->lists[SELECTION_SELECT],
        .packages_up_to = (const char *const *)selection->lists[SELECTION_UP_TO],
        .packages_above = (const char *const *)selection->lists[SELECTION_ABOVE],
        .force = request->force,
        .base_image = engine->image->id,
        .source_list = source_list,
        .labels = (const char *const *)labels->pdata,
    };

    if (misplaced != NULL) {
        g_propagate_error(error, g_steal_pointer(&misplaced));
        return NULL;
    }
    build.user.no_new_privileges = config->no_new_privileges;
    if (is_build && config->ccache)
        build.ccache_volume = ccache = make_ccache_name(engine, &build.user);
    /* By id, so that the inspected image runs even if its name moves meanwhile. */
    spec = cdd_create_build_container_spec(engine->image->id,
                                           mounts_sources(request) ? config->colcon_repo : NULL,
                                           mounts_overrides(request) ? config->debian_dirs : NULL,
                                           is_build ? config->repository_dir : NULL, &build, error);
    if (spec == NULL || (is_build && !gpu_request_add(spec, config, engine, error)))
        return NULL;
    return g_steal_pointer(&spec);
}
