/* SPDX-License-Identifier: Apache-2.0 */
#include "base/program-error.h"
#include "config/config.h"

#include <glib/gstdio.h>
#include <string.h>

static const char two[] = "ros_distro: jazzy\n"
                          "run_tests: true\n"
                          "environment: {A: 1, B: 2}\n"
                          "docker: {dockerfile: D, pull: never}\n"
                          "targets:\n"
                          "  amd64: {}\n"
                          "  arm64-1.0:\n"
                          "    ros_distro: rolling\n"
                          "    run_tests: false\n"
                          "    environment: {B: 3, C: 4}\n"
                          "    docker: {image: i:1}\n";

static Config *
parse(const char *text, const char *target, GError **error)
{
    return config_parse("f.yaml", text, strlen(text), target, error);
}

static Config *
parse_valid(const char *text, const char *target)
{
    g_autoptr(GError) error = NULL;
    Config *config = parse(text, target, &error);

    g_assert_no_error(error);
    return config;
}

static void
test_the_keys_of_a_target_win_over_the_top_level(void)
{
    g_autoptr(Config) config = parse_valid(two, "arm64-1.0");

    g_assert_cmpstr(config->target, ==, "arm64-1.0");
    g_assert_cmpstr(config->ros_distro, ==, "rolling");
    g_assert_false(config->run_tests);
    g_assert_cmpstr(config->pull, ==, "never");
    g_assert_cmpstr(g_environ_getenv(config->environment, "A"), ==, "1");
    g_assert_cmpstr(g_environ_getenv(config->environment, "B"), ==, "3");
    g_assert_cmpstr(g_environ_getenv(config->environment, "C"), ==, "4");
}

static void
test_an_image_of_a_target_replaces_the_dockerfile_of_the_top_level(void)
{
    g_autoptr(Config) image = parse_valid(two, "arm64-1.0");
    g_autoptr(Config) kept = parse_valid(two, "amd64");
    g_autoptr(Config) file =
        parse_valid("docker: {image: i}\ntargets: {a: {docker: {dockerfile: /D}}}\n", "a");

    g_assert_cmpstr(image->image, ==, "i:1");
    g_assert_null(image->dockerfile);
    g_assert_null(kept->image);
    g_assert_nonnull(kept->dockerfile);
    g_assert_null(file->image);
    g_assert_cmpstr(file->dockerfile, ==, "/D");
}

static void
test_without_a_target_the_top_level_holds_and_the_names_are_known(void)
{
    g_autoptr(Config) config = parse_valid(two, NULL);
    g_autoptr(Config) none = parse_valid("ros_distro: jazzy\n", NULL);

    g_assert_null(config->target);
    g_assert_cmpstr(config->ros_distro, ==, "jazzy");
    g_assert_true(config->run_tests);
    g_assert_cmpuint(g_strv_length(config->targets), ==, 2);
    g_assert_cmpstr(config->targets[0], ==, "amd64");
    g_assert_cmpstr(config->targets[1], ==, "arm64-1.0");
    g_assert_null(none->targets);
}

/* The order of the file has no meaning. */
static void
test_a_target_may_stand_before_the_keys_that_it_overrides(void)
{
    g_autoptr(Config) config =
        parse_valid("targets: {a: {ros_distro: rolling}}\nros_distro: jazzy\n", "a");

    g_assert_cmpstr(config->ros_distro, ==, "rolling");
}

static void
test_each_mistake_says_where_and_what(void)
{
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        {"targets: a\n", "1:10: targets: a mapping is expected, not a single value"},
        {"targets:\nview: plain\n", "1:9: targets: a mapping is expected, not nothing"},
        {"targets: {}\n", "1:10: targets: 1 to 64 targets are expected, not 0"},
        {"target: {}\n", "1:1: unknown key \"target\"; did you mean \"targets\"?"},
        {"targets:\n  a:\n", "2:5: targets.a: a mapping is expected, not nothing"},
        {"targets:\n  a: {}\n  a: {}\n", "3:3: duplicate key \"a\"; the first is in line 2"},
        {"targets:\n  a/b: {}\n",
         "2:3: \"a/b\" is not the name of a target: a letter or digit, then letters, digits and . "
         "_ + -, at most 64"},
        {"targets:\n  ..: {}\n",
         "2:3: \"..\" is not the name of a target: a letter or digit, then letters, digits and . "
         "_ + -, at most 64"},
        {"targets:\n  a: {run_test: true}\n",
         "2:7: unknown key \"run_test\"; did you mean \"run_tests\"?"},
        {"targets:\n  a:\n    docker: {imgae: x}\n",
         "3:14: unknown key \"docker.imgae\"; did you mean \"image\"?"},
        {"targets:\n  a: {run_tests: 3}\n", "2:18: run_tests: \"3\" is neither true nor false"},
        {"targets:\n  a:\n    targets: {}\n", "3:5: a target cannot have targets"},
        {"targets:\n  a: {}\n  b:\n    docker: {image: i, dockerfile: d}\n",
         "4:5: target \"b\": docker.image and docker.dockerfile cannot be combined"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Config) config = parse(cases[i].text, "a", &error);
        g_autofree char *message = g_strconcat("f.yaml:", cases[i].message, NULL);

        g_assert_null(config);
        g_assert_error(error, PROGRAM_ERROR, PROGRAM_ERROR_USAGE);
        g_assert_cmpstr(error->message, ==, message);
    }
}

static void
test_a_name_and_the_number_of_targets_are_bounded(void)
{
    g_autofree char *name = g_strnfill(CONFIG_MAX_TARGET_NAME, 'a');
    g_autofree char *longest = g_strdup_printf("targets: {%s: {}}\n", name);
    g_autofree char *longer = g_strdup_printf("targets: {%sa: {}}\n", name);
    g_autoptr(GString) many = g_string_new("targets:\n");
    g_autoptr(Config) config = parse_valid(longest, name);
    g_autoptr(GError) error = NULL;

    g_assert_cmpstr(config->target, ==, name);
    g_assert_null(parse(longer, NULL, &error));
    g_assert_nonnull(strstr(error->message, "is not the name of a target"));
    g_clear_error(&error);
    for (guint i = 0; i <= CONFIG_MAX_TARGETS; i++)
        g_string_append_printf(many, "  t%u: {}\n", i);
    g_assert_null(parse(many->str, NULL, &error));
    g_assert_nonnull(strstr(error->message, "not 65"));
}

/* The key in YAML: "docker.host" is "docker: {host: VALUE}". */
static char *
write_key(const ConfigKey *key, const char *value)
{
    const char *dot = strchr(key->name, '.');

    if (dot == NULL)
        return g_strdup_printf("%s: %s", key->name, value);
    return g_strdup_printf("%.*s: {%s: %s}", (int)(dot - key->name), key->name, dot + 1, value);
}

static void
test_keys_of_the_whole_build_are_refused_in_a_target(void)
{
    guint refused = 0;

    for (gsize i = 0; i < config_n_keys; i++) {
        g_autofree char *line = write_key(&config_keys[i], "x");
        g_autofree char *text = g_strdup_printf("targets:\n  a:\n    %s\n", line);
        g_autoptr(GError) error = NULL;
        g_autoptr(Config) config = parse(text, NULL, &error);
        gboolean is_refused =
            config == NULL && strstr(error->message, "it is the same for all targets") != NULL;

        g_test_message("%s", config_keys[i].name);
        g_assert_cmpint(is_refused, ==, config_keys[i].of_whole);
        refused += is_refused;
    }
    g_assert_cmpuint(refused, >=, 10);
}

static void
test_the_documentation_lists_the_keys_of_the_whole_build(void)
{
    g_autofree char *text = NULL;
    const char *begin = NULL;
    const char *end = NULL;
    g_autofree char *section = NULL;

    g_assert_true(g_file_get_contents(CONFIGURATION_DOC, &text, NULL, NULL));
    begin = strstr(text, "\n## Targets\n");
    g_assert_nonnull(begin);
    end = strstr(begin + 1, "\n## ");
    section = g_strndup(begin, (gsize)(end - begin));
    for (gsize i = 0; i < config_n_keys; i++) {
        g_autofree char *quoted = g_strdup_printf("`%s`", config_keys[i].name);

        if (config_keys[i].of_whole && strstr(section, quoted) == NULL)
            g_error("docs/configuration.md, Targets: %s is missing", quoted);
    }
}

static void
assert_unknown(const char *text, const char *target, const char *expected)
{
    g_autofree char *directory = g_dir_make_tmp("targets-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(directory, "f.yaml", NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = NULL;

    g_assert_true(g_file_set_contents(file, text, -1, NULL));
    config = config_load_target(directory, file, target, NULL, &error);
    g_assert_null(config);
    g_assert_error(error, PROGRAM_ERROR, PROGRAM_ERROR_USAGE);
    if (!g_str_has_suffix(error->message, expected))
        g_error("%s does not end in %s", error->message, expected);
    g_unlink(file);
    g_rmdir(directory);
}

static void
test_an_unknown_target_is_refused_with_the_known_ones(void)
{
    assert_unknown(two, "adm64", "f.yaml has amd64, arm64-1.0; did you mean \"amd64\"?");
    assert_unknown(two, "x", "f.yaml has amd64, arm64-1.0");
    assert_unknown("ros_distro: x\n", "x", "--target x: the configuration file has no targets");
}

static void
test_options_win_over_a_target(void)
{
    g_autofree char *directory = g_dir_make_tmp("targets-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(directory, "colcon-deb.yaml", NULL);
    g_autoptr(GPtrArray) settings =
        g_ptr_array_new_with_free_func((GDestroyNotify)config_setting_free);
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = NULL;

    for (gsize i = 0; i < config_n_keys; i++)
        if (g_str_equal(config_keys[i].name, "ros_distro"))
            g_ptr_array_add(settings,
                            config_setting_new(&config_keys[i], "--ros-distro", "kilted"));
    g_assert_true(g_file_set_contents(file, two, -1, NULL));
    config = config_load_target(directory, NULL, "arm64-1.0", settings, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(config->ros_distro, ==, "kilted");
    g_assert_cmpstr(config->image, ==, "i:1");
    g_unlink(file);
    g_rmdir(directory);
}

/* The whole has no target, also if all targets are for one platform. */
static void
test_each_target_has_a_directory_below_that_of_the_whole(void)
{
    static const char text[] = "output_dir: /o\n"
                               "docker: {platform: linux/arm64}\n"
                               "targets: {a: {}}\n";
    g_autofree char *directory = g_dir_make_tmp("targets-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(directory, "colcon-deb.yaml", NULL);
    g_autoptr(Config) whole = NULL;
    g_autoptr(Config) target = NULL;

    g_assert_true(g_file_set_contents(file, text, -1, NULL));
    whole = config_load(directory, NULL, NULL, NULL);
    target = config_load_target(directory, NULL, "a", NULL, NULL);
    g_assert_null(whole->target);
    g_assert_cmpstr(whole->output_dir, ==, "/o");
    g_assert_cmpstr(whole->repository_dir, ==, "/o");
    g_assert_cmpstr(target->output_dir, ==, "/o/targets/a");
    g_assert_cmpstr(target->repository_dir, ==, "/o");
    g_unlink(file);
    g_rmdir(directory);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/targets/the-keys-of-a-target-win-over-the-top-level",
                    test_the_keys_of_a_target_win_over_the_top_level);
    g_test_add_func("/targets/an-image-of-a-target-replaces-the-dockerfile-of-the-top-level",
                    test_an_image_of_a_target_replaces_the_dockerfile_of_the_top_level);
    g_test_add_func("/targets/without-a-target-the-top-level-holds-and-the-names-are-known",
                    test_without_a_target_the_top_level_holds_and_the_names_are_known);
    g_test_add_func("/targets/a-target-may-stand-before-the-keys-that-it-overrides",
                    test_a_target_may_stand_before_the_keys_that_it_overrides);
    g_test_add_func("/targets/each-mistake-says-where-and-what",
                    test_each_mistake_says_where_and_what);
    g_test_add_func("/targets/a-name-and-the-number-of-targets-are-bounded",
                    test_a_name_and_the_number_of_targets_are_bounded);
    g_test_add_func("/targets/keys-of-the-whole-build-are-refused-in-a-target",
                    test_keys_of_the_whole_build_are_refused_in_a_target);
    g_test_add_func("/targets/the-documentation-lists-the-keys-of-the-whole-build",
                    test_the_documentation_lists_the_keys_of_the_whole_build);
    g_test_add_func("/targets/an-unknown-target-is-refused-with-the-known-ones",
                    test_an_unknown_target_is_refused_with_the_known_ones);
    g_test_add_func("/targets/each-target-has-a-directory-below-that-of-the-whole",
                    test_each_target_has_a_directory_below_that_of_the_whole);
    g_test_add_func("/targets/options-win-over-a-target", test_options_win_over_a_target);
    return g_test_run();
}
