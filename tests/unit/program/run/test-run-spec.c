/* SPDX-License-Identifier: Apache-2.0 */
/* The container that a configuration asks for. */
#include "config/config.h"
#include "image/engine-image.h"
#include "run/run-spec.h"
#include "tree.h"

#include <string.h>

/* For an engine on an amd64 machine. */
static CddContainerSpec *
make_spec_of(const Tree *tree, const char *text, CddBuildMode mode, const char *architecture)
{
    g_autofree char *path = tree_write(tree, "colcon-deb.yaml", text);
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = config_load(tree->root, path, NULL, &error);
    CddEngineInfo info = {.architecture = (char *)"x86_64"};
    CddImageInfo image = {.id = (char *)"sha256:base", .architecture = (char *)architecture};
    const Engine engine = {.info = &info, .image = &image, .ros_distro = "jazzy"};
    const RunRequest request = {.config = config, .mode = mode};
    CddContainerSpec *spec = NULL;

    g_assert_no_error(error);
    spec = run_spec_new(&request, &engine, TRUE, &error);
    g_assert_no_error(error);
    return spec;
}

static CddContainerSpec *
make_spec(const Tree *tree, const char *text, CddBuildMode mode)
{
    return make_spec_of(tree, text, mode, "amd64");
}

/* The variable of the container of a build with that configuration; NULL if it is unset. */
static char *
get_variable(const Tree *tree, const char *text, const char *variable)
{
    g_autoptr(CddContainerSpec) spec = make_spec(tree, text, CDD_BUILD_MODE_BUILD);

    return g_strdup(g_environ_getenv((char **)spec->environment, variable));
}

/* Each list of a selection is a setting of its own. */
static void
test_a_selection_reaches_the_container(Tree *tree, gconstpointer data)
{
    g_autofree char *path = tree_write(tree, "colcon-deb.yaml", "{}");
    g_autoptr(Config) config = config_load(tree->root, path, NULL, NULL);
    CddEngineInfo info = {.architecture = (char *)"x86_64"};
    CddImageInfo image = {.id = (char *)"sha256:base", .architecture = (char *)"amd64"};
    const Engine engine = {.info = &info, .image = &image, .ros_distro = "jazzy"};
    g_autoptr(CddContainerSpec) spec = NULL;
    Selection selection = {{NULL}};

    tree_run(tree, "mkdir -p src/a src/b debian_dirs output");
    for (SelectionList list = 0; list < SELECTION_N_LISTS; list++)
        g_assert_true(selection_add(
            &selection, list,
            selection_options[list].kind == SELECTION_PATHS ? "src/a src/b" : "a b", NULL));
    spec = run_spec_new(
        &(RunRequest){.config = config, .mode = CDD_BUILD_MODE_LIST, .selection = &selection},
        &engine, TRUE, NULL);
    for (SelectionList list = 0; list < SELECTION_N_LISTS; list++)
        g_assert_cmpstr(
            g_environ_getenv((char **)spec->environment, selection_options[list].setting), ==,
            "a b");
    selection_clear(&selection);
}

/* colcon.meta is in the workspace, which the container does not see. */
static void
test_arguments_of_colcon_meta_reach_the_container(Tree *tree, gconstpointer data)
{
    g_autofree char *arguments = NULL;

    tree_run(tree, "mkdir src debian_dirs output");
    tree_put(tree, "colcon.meta", "names: {a: {cmake-args: [-DA=1]}, b: {cmake-args: [-DB=2]}}");
    arguments = get_variable(tree, "{}", "META_ARGUMENTS");
    g_assert_cmpstr(arguments, ==, "cmake-args:a:-DA=1 cmake-args:b:-DB=2");
}

static void
test_settings_reach_the_container(Tree *tree, gconstpointer data)
{
    static const struct {
        const char *variable;
        const char *fallback;
        const char *text;
        const char *value;
    } cases[] = {
        {"BUILD_TYPE", "Release", "build_type: Debug", "Debug"},
        {"RUN_TESTS", "0", "run_tests: true", "1"},
        {"TEST_FAILURES", "fail", "test_failures: warn", "warn"},
        {"DEBUG_SYMBOLS", "0", "debug_symbols: true", "1"},
        {"FAST", "1", "fast: false", "0"},
        {"CONTINUE_ON_ERROR", "1", "continue_on_error: false", "0"},
        {"RETRIES", "0", "retry: 3", "3"},
        {"PACKAGE_TIMEOUT", "0", "package_timeout: 60", "60"},
        {"BUILD_STAMP", "1", "build_stamp: false", "0"},
        {"REPOSITORY_PRUNE", "0", "repository: {prune: true}", "1"},
        {"REPOSITORY_HOLD_PARTIAL", "0", "repository: {hold_partial: true}", "1"},
        {"REPOSITORY_ALLOW_STALE", "0", "repository: {allow_stale: true}", "1"},
        {"INSTALL_PREFIX", NULL, "install_prefix: /opt/x", "/opt/x"},
        {"PACKAGE_PREFIX", NULL, "package_prefix: x-", "x-"},
        {"COMPILER_CACHE", "0", "ccache: true", "1"},
        {"DEPENDENCY_LAYER", "1", "docker: {dependency_layers: 0}", "0"},
        {"NO_NEW_PRIVILEGES", "0", "docker: {no_new_privileges: true}", "1"},
        {"REPOSITORY_HELD", "1", "{}", "1"},
        {"CMAKE_ARGUMENTS", "", "cmake_args: [-DA=1, -DB=2]", "-DA=1 -DB=2"},
        {"AMENT_CMAKE_ARGUMENTS", "", "ament_cmake_args: [-DA=1]", "-DA=1"},
        {"CATKIN_CMAKE_ARGUMENTS", "", "catkin_cmake_args: [-DA=1]", "-DA=1"},
        {"OUTPUT_TARGET", "", "docker: {platform: arm64}", "arm64"},
        {"ROS_DISTRO", "jazzy", "{}", "jazzy"},
        {"BASE_IMAGE", "sha256:base", "{}", "sha256:base"},
    };

    tree_run(tree, "mkdir src debian_dirs output");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *fallback = get_variable(tree, "{}", cases[i].variable);
        g_autofree char *value = get_variable(tree, cases[i].text, cases[i].variable);

        g_test_message("%s", cases[i].variable);
        g_assert_cmpstr(fallback, ==, cases[i].fallback);
        g_assert_cmpstr(value, ==, cases[i].value);
    }
}

static void
test_the_container_knows_that_it_is_emulated(Tree *tree, gconstpointer data)
{
    static const struct {
        const char *architecture;
        const char *emulated;
    } cases[] = {{"amd64", "0"}, {"arm64", "1"}, {"riscv64", "1"}};

    tree_run(tree, "mkdir src debian_dirs output");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(CddContainerSpec) spec =
            make_spec_of(tree, "{}", CDD_BUILD_MODE_BUILD, cases[i].architecture);

        g_assert_cmpstr(g_environ_getenv((char **)spec->environment, "EMULATED"), ==,
                        cases[i].emulated);
    }
}

/* A build that is alone has all memory, unless the user says how many jobs there are. */
static void
test_memory_counts_unless_jobs_are_given(Tree *tree, gconstpointer data)
{
    g_autofree char *automatic = NULL;
    g_autofree char *given = NULL;

    tree_run(tree, "mkdir src debian_dirs output");
    automatic = get_variable(tree, "{}", "MEMORY_SHARE");
    given = get_variable(tree, "parallel_jobs: 2", "MEMORY_SHARE");
    g_assert_cmpstr(automatic, ==, "1");
    g_assert_cmpstr(given, ==, "0");
}

static void
test_gpus_are_for_the_build_only(Tree *tree, gconstpointer data)
{
    static const struct {
        const char *text;
        CddBuildMode mode;
        gsize n_requests;
    } cases[] = {
        {"{}", CDD_BUILD_MODE_BUILD, 0},
        {"docker: {gpus: all}", CDD_BUILD_MODE_BUILD, 1},
        {"docker: {gpus: all}", CDD_BUILD_MODE_CHECK, 0},
    };

    tree_run(tree, "mkdir src debian_dirs output");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(CddContainerSpec) spec = make_spec(tree, cases[i].text, cases[i].mode);

        g_assert_cmpuint(spec->n_device_requests, ==, cases[i].n_requests);
    }
}

/* An image must not keep the user's variables, so with layers they do not stand in the container.
 */
static void
test_variables_of_the_user_stay_out_of_layers(Tree *tree, gconstpointer data)
{
    g_autofree char *with_layers = NULL;
    g_autofree char *without = NULL;

    tree_run(tree, "mkdir src debian_dirs output");
    with_layers = get_variable(tree, "environment: {TOKEN: s}", "TOKEN");
    without =
        get_variable(tree, "environment: {TOKEN: s}\ndocker: {dependency_layers: 0}", "TOKEN");
    g_assert_null(with_layers);
    g_assert_cmpstr(without, ==, "s");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TREE_TEST("/run-spec/a-selection-reaches-the-container",
              test_a_selection_reaches_the_container);
    TREE_TEST("/run-spec/arguments-of-colcon-meta-reach-the-container",
              test_arguments_of_colcon_meta_reach_the_container);
    TREE_TEST("/run-spec/settings-reach-the-container", test_settings_reach_the_container);
    TREE_TEST("/run-spec/the-container-knows-that-it-is-emulated",
              test_the_container_knows_that_it_is_emulated);
    TREE_TEST("/run-spec/memory-counts-unless-jobs-are-given",
              test_memory_counts_unless_jobs_are_given);
    TREE_TEST("/run-spec/gpus-are-for-the-build-only", test_gpus_are_for_the_build_only);
    TREE_TEST("/run-spec/variables-of-the-user-stay-out-of-layers",
              test_variables_of_the_user_stay_out_of_layers);
    return g_test_run();
}
