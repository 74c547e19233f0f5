/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/json.h"

#include <colcon-deb-docker/colcon-deb-docker.h>
#include <glib/gstdio.h>
#include <string.h>

/* A temporary workspace with its three directories. */
typedef struct {
    char *root;
    char *sources;
    char *debian_dirs;
    char *output;
} Workspace;

static void
set_up(Workspace *workspace, gconstpointer data G_GNUC_UNUSED)
{
    workspace->root = g_dir_make_tmp("build-spec-XXXXXX", NULL);
    workspace->sources = g_build_filename(workspace->root, "src", NULL);
    workspace->debian_dirs = g_build_filename(workspace->root, "debian_dirs", NULL);
    workspace->output = g_build_filename(workspace->root, "output", NULL);
    g_mkdir(workspace->sources, 0755);
    g_mkdir(workspace->debian_dirs, 0755);
    g_mkdir(workspace->output, 0755);
}

static void
tear_down(Workspace *workspace, gconstpointer data G_GNUC_UNUSED)
{
    g_rmdir(workspace->sources);
    g_rmdir(workspace->debian_dirs);
    g_rmdir(workspace->output);
    g_rmdir(workspace->root);
    g_free(workspace->sources);
    g_free(workspace->debian_dirs);
    g_free(workspace->output);
    g_free(workspace->root);
}

static const CddVolumeMount *
find_volume(const CddContainerSpec *spec, const char *container_path)
{
    for (gsize i = 0; i < spec->n_volumes; i++) {
        if (g_str_equal(spec->volumes[i].container_path, container_path))
            return &spec->volumes[i];
    }
    return NULL;
}

static void
test_mounts_and_environment_are_as_specified(Workspace *workspace, gconstpointer data G_GNUC_UNUSED)
{
    CddBuildConfig config = {
        .ros_distro = "jazzy",
        .parallel_jobs = 3,
        .settings = (const char *const[]){"REPOSITORY_HELD=1", NULL},
        .user = {.host_uid = 1000, .host_gid = 1001},
        .environment = (const char *const[]){"HTTP_PROXY=x", NULL},
    };
    GError *error = NULL;
    g_autoptr(CddContainerSpec) spec = cdd_create_build_container_spec(
        "builder", workspace->root, workspace->debian_dirs, workspace->output, &config, &error);

    g_assert_no_error(error);
    g_assert_true(cdd_container_spec_validate(spec, NULL));
    g_assert_cmpuint(spec->n_volumes, ==, 5);
    g_assert_cmpstr(find_volume(spec, "/workspace/src")->host_path, ==, workspace->sources);
    g_assert_true(find_volume(spec, "/workspace/src")->read_only);
    g_assert_false(find_volume(spec, "/workspace/debian_dirs")->read_only);
    g_assert_false(find_volume(spec, "/workspace/output")->read_only);
    g_assert_true(find_volume(spec, "/scripts")->read_only);
    g_assert_true(find_volume(spec, "/helpers")->read_only);
    g_assert_true(g_strv_contains(spec->environment, "HOST_UID=1000"));
    g_assert_true(g_strv_contains(spec->environment, "HOST_GID=1001"));
    g_assert_true(g_strv_contains(spec->environment, "ROS_DISTRO=jazzy"));
    g_assert_true(g_strv_contains(spec->environment, "PARALLEL_JOBS=3"));
    g_assert_true(g_strv_contains(spec->environment, "BUILD_TYPE=Release"));
    g_assert_true(g_strv_contains(spec->environment, "BUILD_STAMP=1"));
    g_assert_true(g_strv_contains(spec->environment, "REPOSITORY_PRUNE=0"));
    g_assert_true(g_strv_contains(spec->environment, "REPOSITORY_HELD=1"));
    g_assert_true(g_strv_contains(spec->environment, "HTTP_PROXY=x"));
    g_assert_cmpstr(spec->working_dir, ==, "/workspace");
    g_assert_cmpint(spec->network_mode, ==, CDD_NETWORK_HOST);
    g_assert_false(spec->security.privileged);
    g_assert_true(spec->open_stdin);
}

static void
test_the_manner_of_the_build_is_told(Workspace *workspace, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const by_default[] = {"MEMORY_SHARE=1", "CONTINUE_ON_ERROR=1",
                                             "RETRIES=0",      "PACKAGE_TIMEOUT=0",
                                             "FAST=1",         "DEBUG_SYMBOLS=0"};
    static const char *const otherwise[] = {
        "MEMORY_SHARE=0", "CONTINUE_ON_ERROR=0", "RETRIES=2", "PACKAGE_TIMEOUT=60",
        "FAST=0",         "DEBUG_SYMBOLS=1",     NULL};
    const CddBuildConfig plain = {.ros_distro = "jazzy"};
    const CddBuildConfig changed = {
        .ros_distro = "jazzy", .parallel_jobs = 2, .settings = &otherwise[1]};
    g_autoptr(CddContainerSpec) first = cdd_create_build_container_spec(
        "builder", workspace->root, workspace->debian_dirs, workspace->output, &plain, NULL);
    g_autoptr(CddContainerSpec) second = cdd_create_build_container_spec(
        "builder", workspace->root, workspace->debian_dirs, workspace->output, &changed, NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(by_default); i++) {
        g_assert_true(g_strv_contains(first->environment, by_default[i]));
        g_assert_true(g_strv_contains(second->environment, otherwise[i]));
    }
}

static void
test_memory_counts_beside_jobs_if_it_is_shared(Workspace *workspace,
                                               gconstpointer data G_GNUC_UNUSED)
{
    const CddBuildConfig config = {.ros_distro = "jazzy", .parallel_jobs = 2, .memory_share = 3};
    g_autoptr(CddContainerSpec) spec = cdd_create_build_container_spec(
        "builder", workspace->root, workspace->debian_dirs, workspace->output, &config, NULL);

    g_assert_true(g_strv_contains(spec->environment, "PARALLEL_JOBS=2"));
    g_assert_true(g_strv_contains(spec->environment, "MEMORY_SHARE=3"));
}

/* A container must not misread the settings of a host of another version. */
static void
test_a_setting_is_known_and_of_its_type(Workspace *workspace, gconstpointer data G_GNUC_UNUSED)
{
    static const struct {
        const char *settings[2];
        const char *environment[2];
        const char *message;
    } bad[] = {
        {{"RETRY=2"}, {NULL}, "the setting RETRY "},
        {{"RUN_TESTS=yes"}, {NULL}, "the setting RUN_TESTS of the build container is \"yes\""},
        {{"RETRIES=-1"}, {NULL}, "a count is expected"},
        {{"RETRIES"}, {NULL}, "has no value"},
        {{"BUILD_TYPE=\xff"}, {NULL}, "a text is expected"},
        {{"DEPENDENCY_LAYER=1"}, {NULL}, "a member of CddBuildConfig"},
        {{"HOST_UID=0"}, {NULL}, "a member of CddBuildConfig"},
        {{"ROS_VERSION=1"}, {NULL}, "the setting ROS_VERSION "},
        {{NULL}, {"VERBOSE=1"}, "VERBOSE"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        const CddBuildConfig config = {
            .ros_distro = "jazzy", .settings = bad[i].settings, .environment = bad[i].environment};
        g_autoptr(GError) error = NULL;

        g_assert_null(cdd_create_build_container_spec("builder", workspace->root,
                                                      workspace->debian_dirs, workspace->output,
                                                      &config, &error));
        g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
        g_assert_nonnull(strstr(error->message, bad[i].message));
    }
    g_assert_true(cdd_build_setting_affects_packages("BUILD_TYPE"));
    g_assert_false(cdd_build_setting_affects_packages("RETRIES"));
    g_assert_true(cdd_build_setting_is_reserved("PACKAGE_TIMEOUT"));
    g_assert_false(cdd_build_setting_is_reserved("ROS_VERSION"));
    g_assert_false(cdd_build_setting_is_reserved("HTTP_PROXY"));
}

/* The rows of the one table of settings. */
static JsonNode *
read_table(void)
{
    g_autofree char *path = g_build_filename(g_getenv("CDD_TEST_SOURCE_DIR"), "scripts", "helpers",
                                             "container-settings.json", NULL);
    g_autofree char *text = NULL;
    gsize length;

    g_assert_true(g_file_get_contents(path, &text, &length, NULL));
    return cdd_json_parse(text, length, NULL);
}

static void
test_a_setting_cannot_come_as_a_variable(Workspace *workspace, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(JsonNode) table = read_table();
    JsonArray *rows = cdd_json_as_array(table);

    g_assert_cmpuint(json_array_get_length(rows), >, 30);
    for (guint i = 0; i < json_array_get_length(rows); i++) {
        JsonObject *row = cdd_json_as_object(json_array_get_element(rows, i));
        const char *variable = cdd_json_get_string(row, "variable");
        gboolean is_reserved = cdd_json_get_boolean(row, "reserved");
        g_autofree char *entry = g_strconcat(variable, "=1", NULL);
        const char *const environment[] = {"A=b", entry, NULL};
        const CddBuildConfig config = {.ros_distro = "jazzy", .environment = environment};
        g_autofree char *named = g_strdup_printf("the environment has %s, which is a", variable);
        g_autoptr(GError) error = NULL;
        g_autoptr(CddContainerSpec) spec = cdd_create_build_container_spec(
            "builder", workspace->root, workspace->debian_dirs, workspace->output, &config, &error);

        g_test_message("%s", variable);
        g_assert_true((spec == NULL) == is_reserved);
        g_assert_true(cdd_build_setting_is_reserved(variable) == is_reserved);
        if (is_reserved)
            g_assert_nonnull(strstr(error->message, named));
        else
            g_assert_true(g_strv_contains(spec->environment, entry));
    }
}

static void
test_every_control_character_of_a_variable_arrives(Workspace *workspace,
                                                   gconstpointer data G_GNUC_UNUSED)
{
    for (int c = 1; c <= 0x7F; c++) {
        g_autofree char *entry = g_strdup_printf("NAME=a%cb", c);
        const char *const environment[] = {entry, NULL};
        const CddBuildConfig config = {.ros_distro = "jazzy", .environment = environment};
        g_autoptr(CddContainerSpec) spec = cdd_create_build_container_spec(
            "builder", workspace->root, workspace->debian_dirs, workspace->output, &config, NULL);

        g_assert_true(g_strv_contains(spec->environment, entry));
        g_assert_true(cdd_container_spec_validate(spec, NULL));
    }
}

static void
test_the_extent_of_the_build_is_told(Workspace *workspace, gconstpointer data G_GNUC_UNUSED)
{
    const CddBuildConfig whole = {.ros_distro = "jazzy"};
    const CddBuildConfig part = {
        .ros_distro = "jazzy",
        .packages_select = (const char *const[]){"a", "b", NULL},
        .packages_up_to = (const char *const[]){"c", NULL},
        .packages_above = (const char *const[]){NULL},
        .force = TRUE,
        .base_image = "sha256:base",
        .source_list = TRUE,
    };
    GError *error = NULL;
    g_autoptr(CddContainerSpec) all = cdd_create_build_container_spec(
        "builder", workspace->root, workspace->debian_dirs, workspace->output, &whole, &error);
    g_autoptr(CddContainerSpec) some = cdd_create_build_container_spec(
        "builder", workspace->root, workspace->debian_dirs, workspace->output, &part, &error);

    g_assert_no_error(error);
    g_assert_true(g_strv_contains(all->environment, "PACKAGES_SELECT="));
    g_assert_true(g_strv_contains(all->environment, "FORCE=0"));
    g_assert_true(g_strv_contains(all->environment, "SOURCE_LIST=0"));
    g_assert_true(g_strv_contains(all->environment, "BASE_IMAGE=builder"));
    g_assert_true(g_strv_contains(some->environment, "PACKAGES_SELECT=a b"));
    g_assert_true(g_strv_contains(some->environment, "PACKAGES_UP_TO=c"));
    g_assert_true(g_strv_contains(some->environment, "PACKAGES_ABOVE="));
    g_assert_true(g_strv_contains(some->environment, "FORCE=1"));
    g_assert_true(g_strv_contains(some->environment, "SOURCE_LIST=1"));
    g_assert_true(g_strv_contains(some->environment, "BASE_IMAGE=sha256:base"));
}

static void
test_a_dialogue_and_a_cache_are_asked_for(Workspace *workspace, gconstpointer data G_GNUC_UNUSED)
{
    CddBuildConfig config = {.ros_distro = "jazzy", .dialogue = TRUE, .ccache_volume = "cache"};
    g_autoptr(CddContainerSpec) spec = cdd_create_build_container_spec(
        "builder", workspace->root, workspace->debian_dirs, workspace->output, &config, NULL);
    const CddVolumeMount *cache = find_volume(spec, "/var/cache/colcon-deb/ccache");

    g_assert_true(cdd_container_spec_validate(spec, NULL));
    g_assert_nonnull(cache);
    g_assert_cmpstr(cache->volume, ==, "cache");
    g_assert_false(cache->read_only);
    g_assert_true(g_strv_contains(spec->environment, "COMPILER_CACHE=1"));
    g_assert_true(g_strv_contains(spec->environment, "DEPENDENCY_LAYER=1"));
}

static void
test_a_missing_directory_is_named(Workspace *workspace, gconstpointer data G_GNUC_UNUSED)
{
    CddBuildConfig config = {.ros_distro = "jazzy"};
    g_autoptr(GError) error = NULL;

    g_assert_null(cdd_create_build_container_spec("builder", workspace->root, "/nonexistent/dirs",
                                                  workspace->output, &config, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_NOT_FOUND);
    g_assert_nonnull(strstr(error->message, "/nonexistent/dirs"));
}

static void
test_a_missing_helper_is_named(Workspace *workspace, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(cdd_prepare_helper_scripts(workspace->root, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_NOT_FOUND);
    g_assert_nonnull(strstr(error->message, "entrypoint.sh"));
}

static void
test_the_build_tree_finds_the_helpers_of_its_sources(Workspace *workspace G_GNUC_UNUSED,
                                                     gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *expected = g_build_filename(g_getenv("CDD_TEST_SOURCE_DIR"), "scripts", NULL);
    GError *error = NULL;
    g_autofree char *scripts = cdd_prepare_helper_scripts(NULL, &error);

    g_assert_no_error(error);
    g_assert_cmpstr(scripts, ==, expected);
}

#define ADD(name, function) g_test_add(name, Workspace, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/build-spec/mounts-and-environment-are-as-specified",
        test_mounts_and_environment_are_as_specified);
    ADD("/build-spec/the-manner-of-the-build-is-told", test_the_manner_of_the_build_is_told);
    ADD("/build-spec/memory-counts-beside-jobs-if-it-is-shared",
        test_memory_counts_beside_jobs_if_it_is_shared);
    ADD("/build-spec/a-setting-is-known-and-of-its-type", test_a_setting_is_known_and_of_its_type);
    ADD("/build-spec/a-setting-cannot-come-as-a-variable",
        test_a_setting_cannot_come_as_a_variable);
    ADD("/build-spec/every-control-character-of-a-variable-arrives",
        test_every_control_character_of_a_variable_arrives);
    ADD("/build-spec/the-extent-of-the-build-is-told", test_the_extent_of_the_build_is_told);
    ADD("/build-spec/a-dialogue-and-a-cache-are-asked-for",
        test_a_dialogue_and_a_cache_are_asked_for);
    ADD("/build-spec/a-missing-directory-is-named", test_a_missing_directory_is_named);
    ADD("/build-spec/a-missing-helper-is-named", test_a_missing_helper_is_named);
    ADD("/build-spec/the-build-tree-finds-the-helpers-of-its-sources",
        test_the_build_tree_finds_the_helpers_of_its_sources);
    return g_test_run();
}
