/* SPDX-License-Identifier: Apache-2.0 */
#include "base/program-error.h"
#include "config/architecture.h"
#include "config/config.h"

#include <colcon-deb-docker/colcon-deb-docker.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

typedef struct {
    char *directory;
    char *file;
} Fixture;

static void
set_up(Fixture *f, gconstpointer data)
{
    f->directory = g_dir_make_tmp("config-XXXXXX", NULL);
    f->file = g_build_filename(f->directory, "colcon-deb.yaml", NULL);
    g_unsetenv("ROS_DISTRO");
    g_unsetenv("UNSET");
    g_setenv("HOME", "/home/me", TRUE);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
    g_unlink(f->file);
    g_rmdir(f->directory);
    g_free(f->file);
    g_free(f->directory);
}

static Config *
load(Fixture *f, const char *text, const GPtrArray *settings, GError **error)
{
    g_assert_true(g_file_set_contents(f->file, text, -1, NULL));
    return config_load(f->directory, NULL, settings, error);
}

static void
add_setting(GPtrArray *settings, const char *name, const char *value)
{
    for (gsize i = 0; i < config_n_keys; i++)
        if (g_str_equal(config_keys[i].name, name))
            g_ptr_array_add(settings, config_setting_new(&config_keys[i], "--flag", value));
}

static GPtrArray *
settings_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)config_setting_free);
}

static void
test_every_key_reaches_its_field(Fixture *f, gconstpointer data)
{
    static const char text[] = "debian_dirs: d\n"
                               "output_dir: ${HOME}/o\n"
                               "ros_distro: jazzy\n"
                               "parallel_jobs: 4\n"
                               "build_type: Debug\n"
                               "install_prefix: /opt/agiros/jazzy\n"
                               "package_prefix: agiros-jazzy-\n"
                               "run_tests: true\n"
                               "build_stamp: false\n"

                               "ccache: true\n"
                               "environment:\n"
                               "  http_proxy: http://proxy:3128\n"
                               "  PRICE: 5$$\n"
                               "  EMPTY: \"\"\n"
                               "repository:\n"
                               "  prune: true\n"
                               "  signing_key: robots@example.com\n"
                               "  signing_key_file: key.asc\n"
                               "  passphrase_file: ~/passphrase\n"
                               "docker:\n"
                               "  image: r.example.com:5000/ros@sha256:00\n"
                               "  pull: never\n"
                               "  dependency_layers: 2\n"
                               "  network_mode: bridge\n"
                               "  host: unix:///run/user/1/docker.sock\n"
                               "  no_new_privileges: true\n"
                               "  privileged: false\n"
                               "  gpus: 2\n"
                               "keep_warm: 10m\n";
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = load(f, text, NULL, &error);
    g_autofree char *debian_dirs = g_build_filename(f->directory, "d", NULL);
    g_autofree char *key_file = g_build_filename(f->directory, "key.asc", NULL);

    g_assert_no_error(error);
    g_assert_cmpstr(config->file, ==, f->file);
    g_assert_cmpstr(config->colcon_repo, ==, f->directory);
    g_assert_cmpstr(config->debian_dirs, ==, debian_dirs);
    g_assert_cmpstr(config->output_dir, ==, "/home/me/o");
    g_assert_cmpstr(config->ros_distro, ==, "jazzy");
    g_assert_cmpuint(config->parallel_jobs, ==, 4);
    g_assert_cmpstr(config->build_type, ==, "Debug");
    g_assert_cmpstr(config->install_prefix, ==, "/opt/agiros/jazzy");
    g_assert_cmpstr(config->package_prefix, ==, "agiros-jazzy-");
    g_assert_true(config->run_tests);
    g_assert_false(config->build_stamp);
    g_assert_true(config->repository_prune);
    g_assert_cmpstr(config->signing_key, ==, "robots@example.com");
    g_assert_cmpstr(config->signing_key_file, ==, key_file);
    g_assert_cmpstr(config->passphrase_file, ==, "/home/me/passphrase");
    g_assert_true(config->ccache);
    g_assert_cmpuint(config->dependency_layers, ==, 2);
    g_assert_cmpstr(g_environ_getenv(config->environment, "http_proxy"), ==, "http://proxy:3128");
    g_assert_cmpstr(g_environ_getenv(config->environment, "PRICE"), ==, "5$");
    g_assert_cmpstr(g_environ_getenv(config->environment, "EMPTY"), ==, "");
    g_assert_cmpstr(config->image, ==, "r.example.com:5000/ros@sha256:00");
    g_assert_cmpstr(config->pull, ==, "never");
    g_assert_cmpstr(config->network_mode, ==, "bridge");
    g_assert_cmpstr(config->host, ==, "unix:///run/user/1/docker.sock");
    g_assert_true(config->no_new_privileges);
    g_assert_false(config->privileged);
    g_assert_cmpstr(config->gpus, ==, "2");
    g_assert_cmpuint(config->keep_warm, ==, 600);
}

static void
test_without_a_file_the_defaults_hold(Fixture *f, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = config_load(f->directory, NULL, NULL, &error);
    g_autofree char *output = g_build_filename(f->directory, "output", NULL);
    g_autofree char *debian_dirs = g_build_filename(f->directory, "debian_dirs", NULL);

    g_assert_no_error(error);
    g_assert_null(config->file);
    g_assert_cmpstr(config->output_dir, ==, output);
    g_assert_cmpstr(config->debian_dirs, ==, debian_dirs);
    g_assert_null(config->ros_distro);
    g_assert_null(config->image);
    g_assert_false(config->ccache);
    g_assert_cmpuint(config->dependency_layers, ==, 5);
    g_assert_cmpuint(config->keep_warm, ==, 0);
}

static void
test_the_distribution_comes_from_the_environment_last(Fixture *f, gconstpointer data)
{
    g_autoptr(Config) by_environment = NULL;
    g_autoptr(Config) by_file = NULL;

    g_setenv("ROS_DISTRO", "humble", TRUE);
    by_environment = load(f, "", NULL, NULL);
    by_file = load(f, "ros_distro: jazzy\n", NULL, NULL);
    g_assert_cmpstr(by_environment->ros_distro, ==, "humble");
    g_assert_cmpstr(by_file->ros_distro, ==, "jazzy");
}

static void
test_flags_win_over_the_file(Fixture *f, gconstpointer data)
{
    g_autoptr(GPtrArray) settings = settings_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = NULL;
    g_autofree char *here = g_get_current_dir();
    g_autofree char *output = g_build_filename(here, "there", NULL);

    add_setting(settings, "output_dir", "there");
    add_setting(settings, "run_tests", "false");
    add_setting(settings, "environment", "A=1");
    add_setting(settings, "environment", "C=x=y");
    config =
        load(f, "output_dir: here\nrun_tests: true\nenvironment: {A: 0, B: 2}\n", settings, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(config->output_dir, ==, output);
    g_assert_false(config->run_tests);
    g_assert_cmpstr(g_environ_getenv(config->environment, "A"), ==, "1");
    g_assert_cmpstr(g_environ_getenv(config->environment, "B"), ==, "2");
    g_assert_cmpstr(g_environ_getenv(config->environment, "C"), ==, "x=y");
}

static void
test_arguments_are_a_list(Fixture *f, gconstpointer data)
{
    g_autoptr(GPtrArray) settings = settings_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) file = load(f, "cmake_args: [\"-DA=${HOME}\", -DB=2]\n", NULL, &error);
    g_autofree char *home = g_strconcat("-DA=", g_getenv("HOME"), NULL);
    g_autoptr(Config) flag = NULL;

    g_assert_no_error(error);
    g_assert_true(g_strv_equal((const char *const *)file->cmake_args,
                               (const char *const[]){home, "-DB=2", NULL}));
    /* An option replaces the list, and so does the same option again. */
    add_setting(settings, "cmake_args", "-DC=3");
    add_setting(settings, "cmake_args", "-DD=4 -DE=5");
    flag = load(f, "cmake_args: [-DA=1]\n", settings, &error);
    g_assert_no_error(error);
    g_assert_true(g_strv_equal((const char *const *)flag->cmake_args,
                               (const char *const[]){"-DD=4", "-DE=5", NULL}));
}

static void
test_a_home_directory_is_meant_by_a_tilde(Fixture *f, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = load(f, "output_dir: ~/o\n", NULL, &error);

    g_assert_no_error(error);
    g_assert_cmpstr(config->output_dir, ==, "/home/me/o");
}

static void
test_each_mistake_in_the_file_says_where_and_what(Fixture *f, gconstpointer data)
{
    static const struct {
        const char *text;
        const char *message; /* after the file's name and a colon */
    } cases[] = {
        {"- a\n", "1:1: \"key: value\" lines are expected, not a list"},
        {"ros_distor: x\n", "1:1: unknown key \"ros_distor\"; did you mean \"ros_distro\"?"},
        {"a: 1\n", "1:1: unknown key \"a\"; 'colcon-deb help configuration' lists all"},
        {"image: x\n", "1:1: unknown key \"image\"; did you mean \"docker.image\"?"},
        {"dokcer: {}\n", "1:1: unknown key \"dokcer\"; did you mean \"docker\"?"},
        {"repositry: {}\n", "1:1: unknown key \"repositry\"; did you mean \"repository\"?"},
        {"docker.image: x\n",
         "1:1: unknown key \"docker.image\"; 'colcon-deb help configuration' lists all"},
        {"docker:\n  imgae: x\n", "2:3: unknown key \"docker.imgae\"; did you mean \"image\"?"},
        {"docker: x\n", "1:9: docker: a mapping is expected, not a single value"},
        {"docker:\nros_distro: x\n", "1:8: docker: a mapping is expected, not nothing"},
        {"ros_distro: [a]\n", "1:13: ros_distro: a single value is expected, not a list"},
        {"ros_distro: ~\n", "1:13: ros_distro: a single value is expected, not nothing"},
        {"ros_distro: \"\"\n", "1:13: ros_distro: the value is empty"},
        {"ros_distro: a b\n",
         "1:13: ros_distro: \"a b\" is not a name: letters, digits and . _ + - only"},
        {"parallel_jobs: many\n",
         "1:16: parallel_jobs: \"many\" is not a whole number from 0 to 1024"},
        {"cmake_args: -DA=1\n", "1:13: cmake_args: a list is expected, not a single value"},
        {"cmake_args: [-DA=1, [x]]\n", "1:21: cmake_args: a single value is expected, not a list"},
        {"cmake_args: [-DA=1, \"-DB=it's\"]\n",
         "1:21: cmake_args: \"-DB=it's\" is not an argument of CMake such as -DNAME=VALUE, without "
         "quotes, blanks, $, `, \\ and #"},
        {"cmake_args: [A=1]\n", "1:14: cmake_args: \"A=1\" is not an argument of CMake such as "
                                "-DNAME=VALUE, without quotes, blanks, $, `, \\ and #"},
        {"parallel_jobs: -1\n", "1:16: parallel_jobs: \"-1\" is not a whole number from 0 to 1024"},
        {"parallel_jobs: \"4\"\n", "1:16: parallel_jobs: write \"4\" without the quotes"},
        {"keep_warm: 30\n", "1:12: keep_warm: \"30\" is not a duration: write a number with s, m "
                            "or h, such as 90s, 30m or 2h"},
        {"run_tests: yes\n", "1:12: run_tests: \"yes\" is neither true nor false"},
        {"build_type: Relase\n",
         "1:13: build_type: \"Relase\" is not one of Release, RelWithDebInfo, MinSizeRel, Debug, "
         "None; did you mean \"Release\"?"},
        {"install_prefix: /opt/../home/me\n",
         "1:17: install_prefix: \"/opt/../home/me\" is not under /opt or /usr"},
        {"install_prefix: opt\n", "1:17: install_prefix: \"opt\" is not an absolute path"},
        {"\noutput_dir: $UNSET/x\n", "2:13: output_dir: the variable UNSET is not set"},
        {"output_dir: ${UNSET}\n", "1:13: output_dir: the variable UNSET is not set"},
        {"output_dir: ${HOME:-x}\n", "1:13: output_dir: $ must be followed by NAME or {NAME}; "
                                     "write $$ for a dollar sign"},
        {"output_dir: a$\n", "1:13: output_dir: $ must be followed by NAME or {NAME}; write $$ "
                             "for a dollar sign"},
        {"environment: [a]\n", "1:14: environment: a mapping is expected, not a list"},
        {"environment:\n  A: [1]\n", "2:6: environment.A: a single value is expected, not a list"},
        {"environment:\n  A B: 1\n", "2:3: environment.A B: \"A B\" is not the name of a variable"},
        {"environment:\n  ROS_DISTRO: x\n",
         "2:3: environment.ROS_DISTRO: ROS_DISTRO is set by the key ros_distro"},
        {"environment:\n  HOST_UID: 0\n",
         "2:3: environment.HOST_UID: HOST_UID is set by colcon-deb itself"},
        {"environment:\n  VERBOSE: 1",
         "2:3: environment.VERBOSE: VERBOSE is set by colcon-deb itself"},
        {"environment:\n  RETRIES: 1", "2:3: environment.RETRIES: RETRIES is set by the key retry"},
        {"environment:\n  COMPILER_CACHE: 1",
         "2:3: environment.COMPILER_CACHE: COMPILER_CACHE is set by the key ccache"},
        {"docker:\n  dockerfile: [D]\n",
         "2:15: docker.dockerfile: a single value is expected, not a list"},
        {"docker:\n  dockerfile: D\n  image: i\n",
         " docker.image and docker.dockerfile cannot be combined"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Config) config = load(f, cases[i].text, NULL, &error);
        g_autofree char *message = g_strdup_printf("%s:%s", f->file, cases[i].message);

        g_assert_null(config);
        g_assert_error(error, PROGRAM_ERROR, PROGRAM_ERROR_USAGE);
        g_assert_cmpstr(error->message, ==, message);
    }
}

static void
test_a_mistake_in_a_flag_names_the_flag(Fixture *f, gconstpointer data)
{
    static const struct {
        const char *key;
        const char *value;
        const char *message;
    } cases[] = {
        {"parallel_jobs", "x", "--flag: \"x\" is not a whole number from 0 to 1024"},
        {"docker.network_mode", "hots",
         "--flag: \"hots\" is not one of host, bridge, none; did you mean \"host\"?"},
        {"environment", "A", "--flag: \"A\" is not NAME=VALUE"},
        {"docker.image", "", "--flag: the value is empty"},
        {"docker.image", "\xff", "--flag: the value is not UTF-8"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) settings = settings_new();
        g_autoptr(GError) error = NULL;
        g_autoptr(Config) config = NULL;

        add_setting(settings, cases[i].key, cases[i].value);
        config = config_load(f->directory, NULL, settings, &error);
        g_assert_null(config);
        g_assert_error(error, PROGRAM_ERROR, PROGRAM_ERROR_USAGE);
        g_assert_cmpstr(error->message, ==, cases[i].message);
    }
}

static void
test_a_named_file_must_be_there(Fixture *f, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = config_load(f->directory, f->file, NULL, &error);

    g_assert_null(config);
    g_assert_error(error, PROGRAM_ERROR, PROGRAM_ERROR_USAGE);
}

static Config *
load_with_flag(Fixture *f, const char *text, const char *name, const char *flag, const char *value)
{
    g_autoptr(GPtrArray) settings =
        g_ptr_array_new_with_free_func((GDestroyNotify)config_setting_free);
    g_autoptr(GError) error = NULL;
    Config *config = NULL;

    for (gsize i = 0; i < config_n_keys; i++)
        if (g_str_equal(config_keys[i].name, name))
            g_ptr_array_add(settings, config_setting_new(&config_keys[i], flag, value));
    config = load(f, text, settings, &error);
    g_assert_no_error(error);
    return config;
}

static void
test_a_flag_for_the_image_takes_the_files_place(Fixture *f, gconstpointer data)
{
    g_autofree char *path = g_build_filename(f->directory, "d/Dockerfile", NULL);
    g_autoptr(Config) plain = load_with_flag(f, "docker: {dockerfile: d/Dockerfile}\n",
                                             "docker.pull", "--pull", "always");
    g_autoptr(Config) image = load_with_flag(f, "docker: {dockerfile: d/Dockerfile}\n",
                                             "docker.image", "--image", "mine:1");
    g_autoptr(Config) dockerfile =
        load_with_flag(f, "docker: {image: i}\n", "docker.dockerfile", "--dockerfile", "/D");

    g_assert_cmpstr(plain->dockerfile, ==, path);
    g_assert_null(image->dockerfile);
    g_assert_cmpstr(image->image, ==, "mine:1");
    g_assert_null(dockerfile->image);
    g_assert_cmpstr(dockerfile->dockerfile, ==, "/D");
}

static void
test_the_documentation_lists_the_keys_as_they_are(Fixture *f, gconstpointer data)
{
    g_autofree char *keys = config_keys_describe();
    g_autofree char *text = NULL;

    g_assert_true(g_file_get_contents(CONFIGURATION_DOC, &text, NULL, NULL));
    g_assert_nonnull(strstr(text, keys));
}

static void
test_the_documentations_example_is_valid(Fixture *f, gconstpointer data)
{
    g_autofree char *text = NULL;
    g_autofree char *example = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = NULL;
    const char *begin = NULL;
    const char *end = NULL;

    g_assert_true(g_file_get_contents(CONFIGURATION_DOC, &text, NULL, NULL));
    begin = strstr(text, "```yaml\n");
    g_assert_nonnull(begin);
    begin += strlen("```yaml\n");
    end = strstr(begin, "```");
    example = g_strndup(begin, (gsize)(end - begin));
    config = load(f, example, NULL, &error);
    g_assert_no_error(error);
    for (gsize i = 0; i < config_n_keys; i++) {
        const char *dot = strrchr(config_keys[i].name, '.');
        const char *leaf = dot != NULL ? dot + 1 : config_keys[i].name;

        g_assert_nonnull(strstr(example, leaf));
    }
}

/* The default that people read is the default of the setting. */
static void
assert_default(const ConfigKey *key)
{
    g_autofree char *value =
        key->setting != NULL ? cdd_build_setting_dup_default(key->setting) : NULL;

    if (value == NULL)
        return;
    if (key->type == CONFIG_BOOLEAN)
        g_assert_cmpstr(key->fallback, ==, g_str_equal(value, "1") ? "true" : "false");
    else
        g_assert_cmpstr(key->type == CONFIG_ARGUMENTS ? "" : key->fallback, ==, value);
}

/* Both halves read one table; a key that names a setting must name one of its rows. */
static void
test_the_settings_of_keys_are_those_of_the_container(void)
{
    for (gsize i = 0; i < config_n_keys; i++) {
        const ConfigKey *key = &config_keys[i];

        g_test_message("%s", key->name);
        g_assert_true(key->setting == NULL || cdd_build_setting_is_reserved(key->setting));
        g_assert_true(key->decides == NULL || cdd_build_setting_is_reserved(key->decides));
        g_assert_true(key->setting == NULL || key->decides == NULL);
        assert_default(key);
    }
}

/* Opening it would wait for a writer. */
static void
test_a_pipe_in_the_place_of_the_file_is_refused(Fixture *f, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(mkfifo(f->file, 0600), ==, 0);
    g_assert_null(config_load(f->directory, NULL, NULL, &error));
    g_assert_error(error, PROGRAM_ERROR, PROGRAM_ERROR_USAGE);
    g_assert_nonnull(strstr(error->message, "colcon-deb.yaml is not a file"));
}

static void
assert_platform(Fixture *f, const char *given, const char *platform, const char *target)
{
    g_autofree char *text = g_strdup_printf("output_dir: /o\ndocker: {platform: \"%s\"}\n", given);
    g_autofree char *output = g_build_filename("/o/targets", target, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = load(f, text, NULL, &error);

    g_assert_no_error(error);
    g_assert_cmpstr(config->platform, ==, platform);
    g_assert_cmpstr(config->target, ==, target);
    g_assert_cmpstr(config->repository_dir, ==, "/o");
    g_assert_cmpstr(config->output_dir, ==, output);
}

static void
test_a_platform_has_an_output_of_its_own(Fixture *f, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) plain = load(f, "output_dir: /o\n", NULL, &error);

    g_assert_no_error(error);
    g_assert_null(plain->target);
    g_assert_cmpstr(plain->output_dir, ==, "/o");
    g_assert_cmpstr(plain->repository_dir, ==, "/o");
    assert_platform(f, "linux/arm64", "linux/arm64", "arm64");
    assert_platform(f, "linux/arm64/v8", "linux/arm64", "arm64");
    assert_platform(f, "aarch64", "linux/arm64", "arm64");
    assert_platform(f, "Linux/x86_64", "linux/amd64", "amd64");
    assert_platform(f, "linux/arm/v7", "linux/arm/v7", "armhf");
    assert_platform(f, "linux/arm", "linux/arm/v7", "armhf");
    assert_platform(f, "armhf", "linux/arm/v7", "armhf");
    assert_platform(f, "armel", "linux/arm/v5", "armel");
    assert_platform(f, "linux/riscv64", "linux/riscv64", "riscv64");
    assert_platform(f, "i686", "linux/386", "i386");
}

static void
test_an_unknown_platform_is_refused(Fixture *f, gconstpointer data)
{
    static const struct {
        const char *platform;
        const char *message;
    } cases[] = {
        {"linux/arn64", "linux/riscv64; did you mean \"linux/arm64\"?"},
        {"arm46", "did you mean \"arm64\"?"},
        {"linux/arm/v6", "; did you mean \"linux/arm/v7\"?"},
        {"armv6l", "is not one of linux/amd64, linux/arm64, "},
        {"windows/amd64", "is not one of linux/amd64, linux/arm64, "},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strdup_printf("docker: {platform: \"%s\"}\n", cases[i].platform);
        g_autoptr(GError) error = NULL;
        g_autoptr(Config) config = load(f, text, NULL, &error);

        g_assert_null(config);
        g_assert_cmpint(program_error_exit_status(error), ==, 2);
        if (strstr(error->message, cases[i].message) == NULL)
            g_assert_cmpstr(error->message, ==, cases[i].message);
    }
}

static void
test_images_fit_their_platform(Fixture *f, gconstpointer data)
{
    const Architecture *arm64 = architecture_find("arm64", ARCHITECTURE_DEBIAN, NULL);
    const Architecture *armhf = architecture_find("armhf", ARCHITECTURE_DEBIAN, NULL);

    g_assert_true(architecture_fits(arm64, "arm64", "v8"));
    g_assert_true(architecture_fits(arm64, "arm64", NULL));
    g_assert_false(architecture_fits(arm64, "amd64", ""));
    g_assert_true(architecture_fits(armhf, "arm", "v7"));
    g_assert_true(architecture_fits(armhf, "arm", ""));
    g_assert_false(architecture_fits(armhf, "arm", "v5"));
}

int
main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*test)(Fixture *f, gconstpointer data);
    } tests[] = {
        {"/config/every-key-reaches-its-field", test_every_key_reaches_its_field},
        {"/config/without-a-file-the-defaults-hold", test_without_a_file_the_defaults_hold},
        {"/config/the-distribution-comes-from-the-environment-last",
         test_the_distribution_comes_from_the_environment_last},
        {"/config/flags-win-over-the-file", test_flags_win_over_the_file},
        {"/config/a-home-directory-is-meant-by-a-tilde", test_a_home_directory_is_meant_by_a_tilde},
        {"/config/each-mistake-in-the-file-says-where-and-what",
         test_each_mistake_in_the_file_says_where_and_what},
        {"/config/arguments-are-a-list", test_arguments_are_a_list},
        {"/config/a-mistake-in-a-flag-names-the-flag", test_a_mistake_in_a_flag_names_the_flag},
        {"/config/a-flag-for-the-image-takes-the-files-place",
         test_a_flag_for_the_image_takes_the_files_place},
        {"/config/a-named-file-must-be-there", test_a_named_file_must_be_there},
        {"/config/a-platform-has-an-output-of-its-own", test_a_platform_has_an_output_of_its_own},
        {"/config/an-unknown-platform-is-refused", test_an_unknown_platform_is_refused},
        {"/config/images-fit-their-platform", test_images_fit_their_platform},
        {"/config/a-pipe-in-the-place-of-the-file-is-refused",
         test_a_pipe_in_the_place_of_the_file_is_refused},
        {"/config/the-documentation-lists-the-keys-as-they-are",
         test_the_documentation_lists_the_keys_as_they_are},
        {"/config/the-documentations-example-is-valid", test_the_documentations_example_is_valid},
    };

    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].name, Fixture, NULL, set_up, tests[i].test, tear_down);
    g_test_add_func("/config/the-settings-of-keys-are-those-of-the-container",
                    test_the_settings_of_keys_are_those_of_the_container);
    return g_test_run();
}
