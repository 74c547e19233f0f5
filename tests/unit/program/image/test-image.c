/* SPDX-License-Identifier: Apache-2.0 */
/* Options of the image commands, what the library and mmdebstrap get of them, and what the views
 * show. */
#include "base/folder.h"
#include "base/image-name.h"
#include "base/json.h"
#include "base/program-error.h"
#include "image/dockerfile.h"
#include "image/image-recipe.h"
#include "image/image-request.h"
#include "image/image-role.h"
#include "image/scratch.h"
#include "view/image-view-events.h"
#include "view/image-view.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- options */

static char **
list_of(const char *text)
{
    return text != NULL ? g_strsplit(text, "|", -1) : NULL;
}

static void
test_a_request_is_completed(void)
{
    g_auto(ImageRequest) request = {
        .tags = list_of("a:1|r.example.com:5000/b"),
        .build_args = list_of("A=1|CDD_TEST_GIVEN|CDD_TEST_MISSING|B="),
        .labels = list_of("x|y=1"),
        .extra_hosts = list_of("db:10.0.0.1|v6:::1"),
        .secrets = list_of("id=s,src=f"),
        .output = g_strdup("out"),
        .builder = g_strdup("classic"),
        .compression = g_strdup("zstd"),
        .file = g_strdup("tests/Dockerfile"),
    };
    g_autoptr(GError) error = NULL;
    g_autofree char *arguments = NULL;
    g_autofree char *labels = NULL;
    CddBuildContext context;

    g_setenv("CDD_TEST_GIVEN", "two words", TRUE);
    g_setenv("SOURCE_DATE_EPOCH", "1700000000", TRUE);
    g_clear_pointer(&request.file, g_free);
    g_assert_true(image_request_prepare(&request, &error));
    g_assert_no_error(error);
    context = image_request_get_context(&request);
    arguments = g_strjoinv("|", (char **)context.build_args);
    labels = g_strjoinv("|", (char **)context.labels);
    g_assert_cmpstr(arguments, ==, "A=1|CDD_TEST_GIVEN=two words|B=");
    g_assert_cmpstr(labels, ==, "x=|y=1");
    g_assert_cmpstr(context.output, ==, "type=local,dest=out");
    g_assert_cmpint(context.builder, ==, CDD_BUILDER_CLASSIC);
    g_assert_cmpint(context.compression, ==, CDD_CONTEXT_COMPRESSION_ZSTD);
    g_assert_cmpuint(context.source_date_epoch, ==, 1700000000);
    g_assert_true(g_path_is_absolute(context.context_dir));
    g_unsetenv("SOURCE_DATE_EPOCH");
}

static void
test_a_mistake_names_its_flag(void)
{
    static const struct {
        const char *tags, *args, *labels, *platform, *hosts, *secrets, *output, *builder, *epoch,
            *context;
        const char *message;
    } cases[] = {
        {.tags = "UPPER", .message = "--tag: \"UPPER\" is not a valid image name"},
        {.args = "=x", .message = "--build-arg: \"=x\" has no name"},
        {.labels = "=x", .message = "--label: \"=x\" has no name"},
        {.hosts = "db", .message = "--add-host: the additional host \"db\" is not valid"},
        {.platform = "linux//v7", .message = "--platform: the platform \"linux//v7\" is not valid"},
        {.secrets = "s", .message = "--secret: \"s\" is not id=NAME,src=FILE"},
        {.output = "-", .message = "--output: \"-\" is not a destination"},
        {.builder = "fast", .message = "--builder: \"fast\" is not one of auto, classic, buildkit"},
        {.epoch = "1e9", .message = "SOURCE_DATE_EPOCH: \"1e9\" is not a time"},
        {.epoch = "-1", .message = "SOURCE_DATE_EPOCH: \"-1\" is not a time"},
        {.context = "/nowhere", .message = "CONTEXT: /nowhere does not exist"},
        {.context = "/dev/null", .message = "CONTEXT: /dev/null is not a directory"},
        {.context = "-", .message = "CONTEXT: \"-\": a directory of this machine"},
        {.context = "https://x/y.git", .message = "CONTEXT: \"https://x/y.git\": a directory"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(ImageRequest) request = {
            .tags = list_of(cases[i].tags),
            .build_args = list_of(cases[i].args),
            .labels = list_of(cases[i].labels),
            .platform = g_strdup(cases[i].platform),
            .extra_hosts = list_of(cases[i].hosts),
            .secrets = list_of(cases[i].secrets),
            .output = g_strdup(cases[i].output),
            .builder = g_strdup(cases[i].builder),
            .context_dir = g_strdup(cases[i].context),
        };
        g_autoptr(GError) error = NULL;

        if (cases[i].epoch != NULL)
            g_setenv("SOURCE_DATE_EPOCH", cases[i].epoch, TRUE);
        g_assert_false(image_request_prepare(&request, &error));
        g_unsetenv("SOURCE_DATE_EPOCH");
        g_assert_cmpint(program_error_exit_status(error), ==, 2);
        if (!g_str_has_prefix(error->message, cases[i].message))
            g_assert_cmpstr(error->message, ==, cases[i].message);
    }
}

static void
test_names_of_images(void)
{
    g_autofree char *one = dockerfile_get_image_name("/home/me/my ws/docker-x/Dockerfile", NULL);
    g_autofree char *other = dockerfile_get_image_name("/home/me/other/docker-x/Dockerfile", NULL);
    const Architecture *armhf = architecture_find("armhf", ARCHITECTURE_DEBIAN, NULL);
    const Architecture *amd64 = architecture_find("amd64", ARCHITECTURE_DEBIAN, NULL);
    g_autofree char *for_arm =
        dockerfile_get_image_name("/home/me/my ws/docker-x/Dockerfile", armhf);
    g_autofree char *arm = g_strconcat(one, "-armhf", NULL);
    g_autofree char *own = image_name_builder("rolling", amd64, "amd64");
    g_autofree char *foreign = image_name_builder("rolling", armhf, "amd64");
    g_autofree char *any = image_name_builder("rolling", NULL, NULL);
    g_autoptr(GError) error = NULL;

    g_assert_true(g_str_has_prefix(one, "colcon-deb-dockerfile:docker_x-"));
    g_assert_cmpstr(one, !=, other);
    g_assert_true(image_name_check(one, &error));
    g_assert_cmpstr(for_arm, ==, arm);
    g_assert_true(image_name_check(for_arm, &error));
    g_assert_cmpstr(own, ==, "colcon-deb-builder:rolling");
    g_assert_cmpstr(foreign, ==, "colcon-deb-builder:rolling-armhf");
    g_assert_cmpstr(any, ==, "colcon-deb-builder:rolling");
    g_assert_cmpstr(image_name_strip("localhost/colcon-deb-builder:x"), ==, "colcon-deb-builder:x");
    g_assert_cmpstr(image_name_strip("r.example.com/a:x"), ==, "r.example.com/a:x");
    g_assert_false(image_name_check("a b", &error));
    g_assert_cmpint(program_error_exit_status(error), ==, 2);
}

static const char list[] = "# a comment\n\ncmake\nament-cmake debian\nros-dev-tools ubuntu\nbash\n";

static ImageRecipe *
recipe_of(const char *suite, const char *architecture, const char *mirrors, const char *packages)
{
    g_auto(GStrv) mirror_list = list_of(mirrors);
    g_auto(GStrv) package_list = list_of(packages);
    g_autoptr(GError) error = NULL;
    ImageRecipe *recipe =
        image_recipe_new(list, "script", suite, architecture, mirror_list, package_list, &error);

    g_assert_no_error(error);
    return recipe;
}

static void
test_a_recipe_becomes_the_arguments_of_mmdebstrap(void)
{
    g_autoptr(ImageRecipe) debian = recipe_of(NULL, "aarch64", NULL, "zstd");
    g_autoptr(ImageRecipe) ubuntu =
        recipe_of("noble", "arm/v7", "http://m/u|deb http://n u main", NULL);
    g_auto(GStrv) debian_arguments = image_recipe_get_arguments(debian, "/x.tar");
    g_auto(GStrv) ubuntu_arguments = image_recipe_get_arguments(ubuntu, "-");
    g_autofree char *debian_line = g_strjoinv(" ", debian_arguments);
    g_autofree char *ubuntu_line = g_strjoinv(" ", ubuntu_arguments);
    g_autofree char *platform = architecture_get_platform(ubuntu->architecture);

    g_assert_cmpstr(
        debian_line, ==,
        "--format=tar --variant=extract "
        "--include=?narrow(?or(?archive(^bookworm$),?codename(^bookworm$)),?architecture(arm64),?"
        "essential) "
        "--architectures=arm64 --aptopt=APT::Install-Recommends \"false\" --skip=check/qemu "
        "--extract-hook=sh -c \"$COLCON_DEB_INSTALLER\" install-packages.sh \"$1\" ament-cmake "
        "bash cmake zstd "
        "'?narrow(?or(?archive(^bookworm$),?codename(^bookworm$)),?architecture(arm64),"
        "?and(?priority(required),?not(?essential)))' "
        "--extract-hook=rm -f \"$1/etc/hostname\" \"$1/etc/resolv.conf\" "
        "bookworm /x.tar");
    g_assert_cmpstr(
        ubuntu_line, ==,
        "--format=tar --variant=extract "
        "--include=?narrow(?or(?archive(^noble$),?codename(^noble$)),?architecture(armhf),?"
        "essential) "
        "--architectures=armhf --aptopt=APT::Install-Recommends \"false\" --skip=check/qemu "
        "--extract-hook=sh -c \"$COLCON_DEB_INSTALLER\" install-packages.sh \"$1\" bash cmake "
        "ros-dev-tools "
        "'?narrow(?or(?archive(^noble$),?codename(^noble$)),?architecture(armhf),"
        "?and(?priority(required),?not(?essential)))' "
        "--extract-hook=rm -f \"$1/etc/hostname\" \"$1/etc/resolv.conf\" "
        "--components=main,universe noble - http://m/u "
        "deb http://n u main");
    g_assert_cmpstr(platform, ==, "linux/arm/v7");
}

static void
test_another_recipe_is_another_archive(void)
{
    g_autoptr(ImageRecipe) first = recipe_of("bookworm", "amd64", NULL, "a|b");
    g_autoptr(ImageRecipe) same = recipe_of("bookworm", "x86_64", NULL, "b|a");
    g_autoptr(ImageRecipe) more = recipe_of("bookworm", "amd64", NULL, "a|b|c");
    g_autofree char *first_name = image_recipe_get_file_name(first);
    g_autofree char *same_name = image_recipe_get_file_name(same);
    g_autofree char *more_name = image_recipe_get_file_name(more);
    g_autofree char *other_name = NULL;

    g_assert_cmpstr(first_name, ==, same_name);
    g_assert_cmpstr(first_name, !=, more_name);
    g_free(same->installer);
    same->installer = g_strdup("another script");
    other_name = image_recipe_get_file_name(same);
    g_assert_cmpstr(first_name, !=, other_name);
    g_assert_true(g_str_has_prefix(first_name, "root-bookworm-amd64-"));
}

static void
test_a_recipe_that_is_none_is_refused(void)
{
    static const struct {
        const char *suite, *architecture, *mirror, *package;
        const char *message;
    } cases[] = {
        {NULL, "vax", NULL, NULL, "--arch: \"vax\" is not one of amd64, arm64"},
        {"--help", "amd64", NULL, NULL, "--suite: \"--help\" is not a valid name"},
        {"", "amd64", NULL, NULL, "--suite: \"\" is not a valid name"},
        {NULL, "amd64", "mirror", NULL, "--mirror: \"mirror\" is neither"},
        {NULL, "amd64", "--hook=x://", NULL, "--mirror: \"--hook=x://\" is neither"},
        {NULL, "amd64", NULL, "a,b", "--package: \"a,b\" is not a valid name"},
        {NULL, "amd64", NULL, "", "--package: \"\" is not a valid name"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *mirrors[] = {cases[i].mirror, NULL};
        const char *packages[] = {cases[i].package, NULL};
        g_autoptr(GError) error = NULL;

        g_assert_null(image_recipe_new(list, "script", cases[i].suite, cases[i].architecture,
                                       (char **)mirrors, (char **)packages, &error));
        g_assert_cmpint(program_error_exit_status(error), ==, 2);
        if (!g_str_has_prefix(error->message, cases[i].message))
            g_assert_cmpstr(error->message, ==, cases[i].message);
    }
}

static void
test_what_is_temporary_goes(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *parent = g_dir_make_tmp("image-XXXXXX", NULL);
    g_autofree char *source = g_build_filename(g_getenv("CDD_TEST_SOURCE_DIR"), "scripts", NULL);
    g_autoptr(Scratch) scratch = scratch_new(parent, &error);
    g_autofree char *copied = NULL;

    g_assert_no_error(error);
    g_assert_true(scratch_copy_tree(scratch, source, "scripts", &error));
    g_assert_no_error(error);
    copied = scratch_make_path(scratch, "scripts/image/prepare.sh");
    g_assert_true(g_file_test(copied, G_FILE_TEST_IS_EXECUTABLE));
    g_clear_pointer(&scratch, scratch_free);
    g_assert_cmpint(g_rmdir(parent), ==, 0);
    g_assert_null(scratch_new("/nowhere", &error));
    g_assert_cmpstr(error->message, ==,
                    "making a temporary directory in /nowhere: No such file or directory");
}

static void
put_directory(const char *parent, const char *name, gint64 age)
{
    g_autofree char *path = g_build_filename(parent, name, "below", NULL);
    const struct timespec time = {.tv_sec = (time_t)(g_get_real_time() / G_USEC_PER_SEC - age)};
    g_autofree char *directory = g_path_get_dirname(path);

    g_assert_cmpint(g_mkdir_with_parents(path, 0700), ==, 0);
    g_assert_cmpint(utimensat(AT_FDCWD, directory, (struct timespec[]){time, time}, 0), ==, 0);
}

static gboolean
has(const char *parent, const char *name)
{
    g_autofree char *path = g_build_filename(parent, name, NULL);

    return g_file_test(path, G_FILE_TEST_EXISTS);
}

static void
test_what_a_killed_process_has_left_goes(void)
{
    g_autofree char *parent = g_dir_make_tmp("image-XXXXXX", NULL);
    g_autofree char *used = g_build_filename(parent, ".colcon-deb-image-used", NULL);
    g_autofree char *name = g_path_get_basename(parent);
    g_autoptr(Folder) above = folder_open(g_get_tmp_dir(), NULL);
    g_autoptr(Scratch) scratch = NULL;
    int lock = -1;

    put_directory(parent, ".colcon-deb-image-left", 3600);
    put_directory(parent, ".colcon-deb-image-used", 3600);
    put_directory(parent, ".colcon-deb-image-new", 10);
    put_directory(parent, ".other", 3600);
    lock = open(used, O_RDONLY | O_DIRECTORY);
    g_assert_cmpint(flock(lock, LOCK_EX), ==, 0);
    scratch = scratch_new(parent, NULL);
    g_assert_false(has(parent, ".colcon-deb-image-left"));
    g_assert_true(has(parent, ".colcon-deb-image-used"));
    g_assert_true(has(parent, ".colcon-deb-image-new"));
    g_assert_true(has(parent, ".other"));
    close(lock);
    g_assert_true(g_file_test(scratch_get_path(scratch), G_FILE_TEST_IS_DIR));
    g_clear_pointer(&scratch, scratch_free);
    g_assert_true(folder_clear(above, name, NULL));
}

/* ---- views */

static void
play(ImageView *view, gboolean fails)
{
    static const char *const names[] = {"mine:1", NULL};
    static const char rest[] = "a line\n10%\r20%\r\n\033]0;title\007red";
    const CddOutputHandler handler = image_view_get_handler(view);
    static const CddBuildProgress reports[] = {
        {.message = "[internal] load", .id = "i", .state = CDD_BUILD_STEP_STARTED},
        {.message = "[internal] load", .id = "i", .state = CDD_BUILD_STEP_DONE},
        {1, 3, "FROM base", "a", .state = CDD_BUILD_STEP_STARTED},
        {1, 3, "FROM base", "a", .state = CDD_BUILD_STEP_CACHED},
        {2, 3, "RUN one", "b", .state = CDD_BUILD_STEP_STARTED},
        {3, 3, "RUN two", "c", .state = CDD_BUILD_STEP_STARTED},
        {2, 3, "RUN one", "b", .state = CDD_BUILD_STEP_DONE, .duration = 400},
        {.message = "look\033[2Jhere", .state = CDD_BUILD_STEP_WARNING},
    };
    const CddBuildProgress end = {3,
                                  3,
                                  "RUN two",
                                  "c",
                                  .state = fails ? CDD_BUILD_STEP_FAILED : CDD_BUILD_STEP_DONE,
                                  .duration = 2500};
    g_autoptr(GError) error = g_error_new_literal(CDD_ERROR, CDD_ERROR_BUILD_FAILED, "broken");

    for (size_t i = 0; i < G_N_ELEMENTS(reports); i++)
        handler.on_progress(&reports[i], handler.user_data);
    handler.on_stdout("Step 3/3 : RUN two\n", 19, handler.user_data);
    handler.on_stdout("half ", 5, handler.user_data);
    handler.on_stdout(rest, sizeof rest - 1, handler.user_data);
    handler.on_progress(&end, handler.user_data);
    image_view_end(view, &(ImageResult){.id = fails ? NULL : "sha256:0123456789abcdef",
                                        .names = names,
                                        .advice = "Use it",
                                        .error = fails ? error : NULL,
                                        .duration = 3000});
}

/* Each look at it shows a later time, so that every state is drawn. */
static gint64
get_fast_time(void)
{
    static gint64 time;

    return time += 1000;
}

static char *
show_plain(ViewDetail detail, gboolean interactive, gboolean fails)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    const TerminalSetup setup = {.out = out,
                                 .errors = out,
                                 .interactive = interactive,
                                 .clock = get_fast_time,
                                 .columns = 40};
    g_autoptr(ImageView) view = image_view_plain_new(terminal_new(&setup), out, detail);
    char *result = NULL;

    play(view, fails);
    g_clear_pointer(&view, image_view_free);
    fclose(out);
    result = g_strdup(text);
    free(text);
    return result;
}

static const char steps_shown[] = "[1/3] FROM base cached\n"
                                  "[2/3] RUN one 0.4s\n"
                                  "warning: lookhere\n"
                                  "[3/3] RUN two\n"
                                  "    | half a line\n"
                                  "    | 20%\n"
                                  "    | red\n";

static void
test_steps_are_told_line_by_line(void)
{
    g_autofree char *shown = show_plain(VIEW_NORMAL, FALSE, FALSE);
    g_autofree char *expected = g_strconcat(steps_shown,
                                            "    2.5s\n"
                                            "Built mine:1 (0123456789ab) in 3.0s\n"
                                            "Use it\n",
                                            NULL);

    g_assert_cmpstr(shown, ==, expected);
}

static void
test_a_step_that_failed_is_told(void)
{
    g_autofree char *shown = show_plain(VIEW_NORMAL, FALSE, TRUE);
    g_autofree char *expected = g_strconcat(steps_shown, "    FAILED 2.5s\n", NULL);

    g_assert_cmpstr(shown, ==, expected);
}

static void
test_a_quiet_view_prints_the_id_alone(void)
{
    g_autofree char *shown = show_plain(VIEW_QUIET, FALSE, FALSE);

    g_assert_cmpstr(shown, ==, "sha256:0123456789abcdef\n");
}

static void
test_a_terminal_has_the_steps_at_work_below(void)
{
    g_autofree char *shown = show_plain(VIEW_VERBOSE, TRUE, FALSE);

    g_assert_nonnull(strstr(shown, "[internal] load"));
    g_assert_nonnull(strstr(shown, "######--- 2/3  0:00\x1b[K\r\n"));
    g_assert_nonnull(
        strstr(shown, " 0:00  [2/3] RUN one\x1b[K\r\n 0:00  [3/3] RUN two\x1b[K\x1b[?7h"));
    g_assert_null(strstr(shown, "title"));
    g_assert_true(g_str_has_suffix(shown, "Use it\n"));
}

static void
test_json_is_one_object_a_line(void)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    g_autoptr(ImageView) view = image_view_json_new(out);
    g_auto(GStrv) lines = NULL;
    g_autoptr(JsonObject) last = NULL;

    play(view, TRUE);
    fclose(out);
    lines = g_strsplit(text, "\n", -1);
    g_assert_cmpuint(g_strv_length(lines), ==, 15);
    for (guint i = 0; i < 14; i++) {
        g_clear_pointer(&last, json_object_unref);
        last = json_text_parse_object(lines[i], strlen(lines[i]));
        g_assert_nonnull(last);
        g_assert_nonnull(json_text_get_string(last, "type"));
    }
    g_assert_cmpstr(json_text_get_string(last, "type"), ==, "image_complete");
    g_assert_cmpstr(json_text_get_string(last, "error"), ==, "broken");
    g_assert_nonnull(strstr(text, "\"state\":\"cached\""));
    g_assert_nonnull(strstr(text, "\"line\":\"\\u001b]0;title"));
    free(text);
}

static void
on_event(const CddBuildEvent *event, gpointer user_data)
{
    const char *text = cdd_build_event_lookup(event, "msg");

    if (text == NULL)
        text = cdd_build_event_lookup(event, "message");
    g_string_append_printf(user_data, "%s %s\n", cdd_build_event_get_name(event),
                           text != NULL ? text : "-");
}

/* A line of a step may look like an event of the build. */
static void
test_a_build_of_packages_tells_the_steps_as_events(void)
{
    static const char forged[] = "::log::level=error,msg=forged\n";
    g_autoptr(GString) told = g_string_new(NULL);
    g_autoptr(ImageView) view = image_view_events_new(on_event, told);

    image_view_output(view, CDD_OUTPUT_STDOUT, forged, strlen(forged));
    play(view, FALSE);
    g_assert_cmpstr(told->str, ==,
                    "stage -\n"
                    "general ::log::level=error,msg=forged\n"
                    "general [internal] load\n"
                    "general [internal] load\n"
                    "general [1/3] FROM base\n"
                    "general [1/3] FROM base cached\n"
                    "general [2/3] RUN one\n"
                    "general [3/3] RUN two\n"
                    "info [2/3] RUN one 0.4s\n"
                    "warning look\033[2Jhere\n"
                    "general Step 3/3 : RUN two\n"
                    "general half a line\n"
                    "general 20%\n"
                    "general \033]0;title\007red\n"
                    "info [3/3] RUN two 2.5s\n"
                    "stage_complete -\n");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/image/a-request-is-completed", test_a_request_is_completed);
    g_test_add_func("/image/a-mistake-names-its-flag", test_a_mistake_names_its_flag);
    g_test_add_func("/image/names-of-images", test_names_of_images);
    g_test_add_func("/image/a-recipe-becomes-the-arguments-of-mmdebstrap",
                    test_a_recipe_becomes_the_arguments_of_mmdebstrap);
    g_test_add_func("/image/another-recipe-is-another-archive",
                    test_another_recipe_is_another_archive);
    g_test_add_func("/image/a-recipe-that-is-none-is-refused",
                    test_a_recipe_that_is_none_is_refused);
    g_test_add_func("/image/what-is-temporary-goes", test_what_is_temporary_goes);
    g_test_add_func("/image/what-a-killed-process-has-left-goes",
                    test_what_a_killed_process_has_left_goes);
    g_test_add_func("/image/steps-are-told-line-by-line", test_steps_are_told_line_by_line);
    g_test_add_func("/image/a-step-that-failed-is-told", test_a_step_that_failed_is_told);
    g_test_add_func("/image/a-quiet-view-prints-the-id-alone",
                    test_a_quiet_view_prints_the_id_alone);
    g_test_add_func("/image/a-terminal-has-the-steps-at-work-below",
                    test_a_terminal_has_the_steps_at_work_below);
    g_test_add_func("/image/json-is-one-object-a-line", test_json_is_one_object_a_line);
    g_test_add_func("/image/a-build-of-packages-tells-the-steps-as-events",
                    test_a_build_of_packages_tells_the_steps_as_events);
    return g_test_run();
}
