/* SPDX-License-Identifier: Apache-2.0 */
#include "base/program-error.h"
#include "commands/options.h"

static gboolean
nothing(int argc, char **argv, GError **error)
{
    return TRUE;
}

static const Command command = {
    .name = "build", .summary = "Build", .compiles = TRUE, .selects = TRUE, .run = nothing};

static gboolean
parse(Options *options, const char *line, GError **error)
{
    g_auto(GStrv) argv = g_strsplit(line, " ", -1);

    return options_parse(options, &command, NULL, (int)g_strv_length(argv), argv, error);
}

static const char *
value_of(const Options *options, const char *name)
{
    const char *value = NULL;

    for (guint i = 0; i < options->settings->len; i++) {
        const ConfigSetting *setting = options->settings->pdata[i];

        if (g_str_equal(setting->key->name, name))
            value = setting->value;
    }
    return value;
}

static void
append_flag(GString *line, const ConfigKey *key)
{
    static const char *const samples[] = {
        [CONFIG_TEXT] = "i:1",        [CONFIG_WORD] = "x-",        [CONFIG_PATH] = "d",
        [CONFIG_COUNT] = "3",         [CONFIG_SECONDS] = "9",      [CONFIG_PREFIX] = "/opt/x",
        [CONFIG_CHOICE] = NULL,       [CONFIG_BOOLEAN] = "",       [CONFIG_ENVIRONMENT] = "A=1",
        [CONFIG_ARGUMENTS] = "-DX=1", [CONFIG_PLATFORM] = "arm64", [CONFIG_GPUS] = "all",
        [CONFIG_DURATION] = "90s",
    };
    const char *value = key->choices != NULL ? key->choices[0] : samples[key->type];

    g_string_append_printf(line, " --%s%s%s", key->flag, *value != '\0' ? "=" : "", value);
}

static void
test_every_key_has_its_flag(void)
{
    g_auto(Options) options = {0};
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) line = g_string_new("build ws -c f.yaml --json -q -v -j 4");

    for (gsize i = 0; i < config_n_keys; i++)
        if (config_keys[i].flag != NULL && config_keys[i].letter != 'j')
            append_flag(line, &config_keys[i]);
    g_assert_true(parse(&options, line->str, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(options.workspace, ==, "ws");
    g_assert_cmpstr(options.file, ==, "f.yaml");
    g_assert_true(options.json && options.quiet && options.verbose);
    g_assert_cmpstr(value_of(&options, "parallel_jobs"), ==, "4");
    g_assert_cmpstr(value_of(&options, "docker.pull"), ==, "always");
    g_assert_cmpstr(value_of(&options, "run_tests"), ==, "true");
    for (gsize i = 0; i < config_n_keys; i++)
        if (config_keys[i].flag != NULL)
            g_assert_nonnull(value_of(&options, config_keys[i].name));
}

static gboolean
parse_image(Options *options, const char *line, char ***tags, GError **error)
{
    static const Command image = {.parent = "image",
                                  .name = "build",
                                  .arguments = "[CONTEXT]",
                                  .max_arguments = 1,
                                  .keys = command_engine_keys,
                                  .summary = "Build",
                                  .run = nothing};
    const GOptionEntry extra[] = {
        {"tag", 't', 0, G_OPTION_ARG_FILENAME_ARRAY, tags, "a name", "NAME"},
        {NULL},
    };
    g_auto(GStrv) argv = g_strsplit(line, " ", -1);

    return options_parse(options, &image, extra, (int)g_strv_length(argv), argv, error);
}

static void
test_a_command_of_images_takes_the_engines_flags_alone(void)
{
    g_auto(Options) options = {0};
    g_auto(Options) refused = {0};
    g_auto(Options) full = {0};
    g_auto(GStrv) tags = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_true(parse_image(&options, "build dir --host unix:///s -t a --tag b", &tags, &error));
    g_assert_no_error(error);
    g_assert_null(options.workspace);
    g_assert_cmpstr(options.arguments[0], ==, "dir");
    g_assert_cmpstr(value_of(&options, "docker.host"), ==, "unix:///s");
    g_assert_cmpuint(g_strv_length(tags), ==, 2);

    g_assert_false(parse_image(&refused, "build --ros-distro x", &tags, &error));
    g_assert_cmpstr(error->message, ==,
                    "Unknown option --ros-distro; see 'colcon-deb image build --help'");
    g_clear_error(&error);
    g_assert_false(parse_image(&full, "build a b", &tags, &error));
    g_assert_cmpstr(error->message, ==, "image build: unexpected argument \"b\"");
}

static void
test_a_truth_can_be_taken_back(void)
{
    g_auto(Options) options = {0};
    g_autoptr(GError) error = NULL;

    g_assert_true(
        parse(&options, "build --run-tests --no-run-tests --no-fast --new-privileges", &error));
    g_assert_no_error(error);
    g_assert_cmpstr(value_of(&options, "run_tests"), ==, "false");
    g_assert_cmpstr(value_of(&options, "fast"), ==, "false");
    g_assert_cmpstr(value_of(&options, "docker.no_new_privileges"), ==, "false");
}

static void
check_warmth(const char *line, const char *value, const char *workspace)
{
    g_auto(Options) options = {0};
    g_autoptr(GError) error = NULL;

    g_assert_true(parse(&options, line, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(value_of(&options, "keep_warm"), ==, value);
    g_assert_cmpstr(options.workspace, ==, workspace);
}

static void
test_a_flag_that_may_stand_alone_takes_no_word(void)
{
    check_warmth("build --keep-warm ws", "30m", "ws");
    check_warmth("build ws --keep-warm", "30m", "ws");
    check_warmth("build --keep-warm=2h ws", "2h", "ws");
    check_warmth("build ws --keep-warm=0", "0", "ws");
    check_warmth("build -- --keep-warm", NULL, "--keep-warm");
}

/* @words: of the command line, separated by |. */
static void
check_selection(const char *words, const char *select, const char *up_to, const char *workspace)
{
    g_auto(Options) options = {0};
    g_auto(GStrv) argv = g_strsplit(words, "|", -1);
    g_autofree char *selected = NULL;
    g_autofree char *wanted = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_true(options_parse(&options, &command, NULL, (int)g_strv_length(argv), argv, &error));
    g_assert_no_error(error);
    selected = options.selection.lists[SELECTION_SELECT] != NULL
                   ? g_strjoinv(" ", options.selection.lists[SELECTION_SELECT])
                   : NULL;
    wanted = options.selection.lists[SELECTION_UP_TO] != NULL
                 ? g_strjoinv(" ", options.selection.lists[SELECTION_UP_TO])
                 : NULL;
    g_assert_cmpstr(selected, ==, select);
    g_assert_cmpstr(wanted, ==, up_to);
    g_assert_cmpstr(options.workspace, ==, workspace);
}

static void
test_packages_are_named_as_for_colcon(void)
{
    check_selection("build|ws|--packages-select|a|b", "a b", NULL, "ws");
    check_selection("build|--packages-select|a|b|--|ws", "a b", NULL, "ws");
    check_selection("build|--packages-select|a|b|/ws", "a b", NULL, "/ws");
    check_selection("build|--packages-select|a|b|--packages-up-to|c|d|--json", "a b", "c d", NULL);
    check_selection("build|--packages-select=a,b|ws|--packages-select|c", "a b c", NULL, "ws");
    check_selection("build|--packages-select=a b", "a b", NULL, NULL);
}

/* As colcon takes them; a word that is no argument of CMake ends them. */
static void
test_arguments_of_cmake_end_at_the_next_option(void)
{
    static const char *const lines[] = {
        "build|--cmake-args|-DA=1|-DB=2|--json|ws",
        "build|--cmake-args|-DA=1|-DB=2|ws|--json",
        "build|ws|--json|--cmake-args|-DA=1|-DB=2",
        "build|ws|--json|--cmake-args=-DA=1 -DB=2",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_auto(Options) options = {0};
        g_auto(GStrv) argv = g_strsplit(lines[i], "|", -1);
        g_autoptr(GError) error = NULL;

        options_parse(&options, &command, NULL, (int)g_strv_length(argv), argv, &error);
        g_assert_no_error(error);
        g_assert_cmpstr(value_of(&options, "cmake_args"), ==, "-DA=1 -DB=2");
        g_assert_cmpstr(options.workspace, ==, "ws");
        g_assert_true(options.json);
    }
}

static void
test_a_mistake_is_a_usage_error_with_a_hint(void)
{
    static const struct {
        const char *line;
        const char *message;
    } cases[] = {
        {"build --imgae x", "unknown option --imgae; did you mean --image?"},
        {"build --outputdir=x", "unknown option --outputdir; did you mean --output-dir?"},
        {"build --parallel-workers 4", "unknown option --parallel-workers; use --jobs"},
        {"build ws --symlink-install",
         "unknown option --symlink-install; leave it out: packages hold the files themselves"},
        {"build --packages-ignore a/b", "--packages-ignore: \"a/b\" is not the name of a package: "
                                        "letters, digits and _ + - only; see 'colcon-deb build "
                                        "--help'"},
        {"build --zzzzzz", "Unknown option --zzzzzz; see 'colcon-deb build --help'"},
        {"build --image", "Missing argument for --image; see 'colcon-deb build --help'"},
        {"build a b", "build: unexpected argument \"b\"; it takes one PATH"},
        {"build --packages-select --json", "--packages-select: \"--json\" is not the name of a "
                                           "package: letters, digits and _ + - only; "
                                           "see 'colcon-deb build --help'"},
        {"build --packages-up-to a:b",
         "--packages-up-to: \"a:b\" is not the name of a package: letters, digits and _ + - only; "
         "see 'colcon-deb build --help'"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Options) options = {0};
        g_autoptr(GError) error = NULL;

        g_assert_false(parse(&options, cases[i].line, &error));
        g_assert_cmpint(program_error_exit_status(error), ==, 2);
        g_assert_cmpstr(error->message, ==, cases[i].message);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/options/every-key-has-its-flag", test_every_key_has_its_flag);
    g_test_add_func("/options/a-command-of-images-takes-the-engines-flags-alone",
                    test_a_command_of_images_takes_the_engines_flags_alone);
    g_test_add_func("/options/a-truth-can-be-taken-back", test_a_truth_can_be_taken_back);
    g_test_add_func("/options/a-flag-that-may-stand-alone-takes-no-word",
                    test_a_flag_that_may_stand_alone_takes_no_word);
    g_test_add_func("/options/packages-are-named-as-for-colcon",
                    test_packages_are_named_as_for_colcon);
    g_test_add_func("/options/arguments-of-cmake-end-at-the-next-option",
                    test_arguments_of_cmake_end_at_the_next_option);
    g_test_add_func("/options/a-mistake-is-a-usage-error-with-a-hint",
                    test_a_mistake_is_a_usage_error_with_a_hint);
    return g_test_run();
}
