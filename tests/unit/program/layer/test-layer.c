/* SPDX-License-Identifier: Apache-2.0 */
/* The host's side of the dialogue about dependencies, with a scripted engine. */
#include "fake-engine.h"
#include "layer/layer-dialogue.h"
#include "layer/layer-expiry.h"
#include "layer/layer-record.h"
#include "run-events.h"

#include <glib/gstdio.h>
#include <unistd.h>

#define KEY "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER_KEY "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
#define LABELS                                                                                     \
    "\"Labels\":{\"colcon-deb.role\":\"dependencies\",\"colcon-deb.base\":\"sha256:base\"}"

typedef struct {
    char *directory;
    FakeEngine *fake;
    Engine engine;
    Config config;
    CddContainerSpec spec;
    GString *said;
    char *request;
    FakeAnswer answers[4];
} Fixture;

static void
set_up(Fixture *f, gconstpointer data)
{
    static const char *own[] = {"ROS_DISTRO=rolling", NULL};
    static const char *const set[] = {"HOST_UID=1", "ROS_DISTRO=jazzy", NULL};
    static CddImageInfo image = {.id = (char *)"sha256:base", .environment = (char **)own};

    f->directory = g_dir_make_tmp("layer-XXXXXX", NULL);
    f->engine.image = &image;
    f->config.output_dir = f->directory;
    f->spec.environment = set;
    f->said = g_string_new(NULL);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
    g_autofree char *state = g_build_filename(f->directory, ".colcon-deb", NULL);
    g_autofree char *record = g_build_filename(state, "layer.json", NULL);

    g_clear_object(&f->engine.service);
    g_clear_pointer(&f->engine.info, cdd_engine_info_free);
    g_clear_pointer(&f->fake, fake_engine_free);
    g_unlink(record);
    if (g_rmdir(state) != 0)
        g_unlink(state);
    g_assert_cmpint(g_rmdir(f->directory), ==, 0);
    g_free(f->directory);
    g_free(f->request);
    g_string_free(f->said, TRUE);
}

static void
say(const char *level, const char *message, gpointer user_data)
{
    g_string_append_printf(user_data, "%s: %s\n", level, message);
}

/* An engine whose layer for @key is described by @json; NULL for no layer. */
static Layer *
open_layer(Fixture *f, const char *key, const char *json)
{
    g_autofree char *name = layer_name("sha256:base", key);

    f->request = g_strdup_printf("GET /images/%s/json", name);
    f->answers[0] = (FakeAnswer){.request = json != NULL ? f->request : "GET /no", .body = json};
    f->answers[1] = (FakeAnswer){
        .request = "GET /images/", .status = "404 Not Found", .body = "{\"message\":\"no\"}"};
    f->answers[2] = (FakeAnswer){.request = "POST /commit", .body = "{\"Id\":\"sha256:made\"}"};
    f->fake = fake_engine_new(&(FakeFaults){.budget = -1, .answers = f->answers});
    f->engine.service =
        cdd_service_new(&(CddConfig){.socket_path = fake_engine_get_socket(f->fake)}, NULL);
    return layer_new(&(LayerSetup){.engine = &f->engine,
                                   .config = &f->config,
                                   .spec = &f->spec,
                                   .say = say,
                                   .user_data = f->said});
}

static const char *
ask(Layer *layer, const char *line)
{
    g_autoptr(CddBuildEvent) event = event_of(line);

    layer_note(layer, event);
    return layer_answer(layer, "abc");
}

#define ASK(key, foreign) "::progress::type=dependencies,key=" key ",count=3,foreign=" foreign
#define INSTALLED(key) "::progress::type=dependencies_installed,key=" key

static void
test_what_is_installed_is_kept_and_remembered(Fixture *f, gconstpointer data)
{
    g_autoptr(Layer) layer = open_layer(f, KEY, NULL);
    g_autofree char *name = layer_name("sha256:base", KEY);
    g_autofree char *key = NULL;

    g_assert_cmpstr(layer_get_image(layer), ==, "sha256:base");
    g_assert_cmpstr(ask(layer, ASK(KEY, "false")), ==, "install");
    g_assert_null(layer_answer(layer, "abc"));
    g_assert_cmpstr(ask(layer, INSTALLED(KEY)), ==, "continue");
    g_assert_nonnull(strstr(f->said->str, name));
    g_assert_false(layer_is_left(layer, 0));
    key = layer_record_read(f->directory);
    g_assert_cmpstr(key, ==, KEY);
}

static void
test_a_layer_that_is_there_takes_over(Fixture *f, gconstpointer data)
{
    g_autoptr(Layer) layer =
        open_layer(f, KEY, "{\"Id\":\"sha256:layer\",\"Config\":{" LABELS "}}");
    g_autofree char *key = NULL;

    g_assert_cmpstr(ask(layer, ASK(KEY, "false")), ==, "leave");
    g_assert_true(layer_is_left(layer, 75));
    g_assert_cmpstr(layer_get_image(layer), ==, "sha256:layer");
    key = layer_record_read(f->directory);
    g_assert_cmpstr(key, ==, KEY);
    /* The running image is not an answer. */
    g_assert_cmpstr(ask(layer, ASK(KEY, "false")), ==, "install");
    g_assert_false(layer_is_left(layer, 75));
}

static void
test_the_layer_of_the_last_build_is_where_it_starts(Fixture *f, gconstpointer data)
{
    g_autoptr(Layer) layer = NULL;

    g_assert_true(layer_record_write(f->directory, &(Owner){0}, KEY, NULL));
    layer = open_layer(f, KEY, "{\"Id\":\"sha256:layer\",\"Config\":{" LABELS "}}");
    g_assert_cmpstr(layer_get_image(layer), ==, "sha256:layer");
    /* The layer is tagged, so that the engine knows of its use. */
    g_assert_true(fake_engine_was_asked(f->fake, "POST", ""));
}

static void
test_a_layer_that_holds_too_much_is_left_for_the_base(Fixture *f, gconstpointer data)
{
    g_autoptr(Layer) layer = NULL;

    g_assert_true(layer_record_write(f->directory, &(Owner){0}, KEY, NULL));
    layer = open_layer(f, KEY, "{\"Id\":\"sha256:layer\",\"Config\":{" LABELS "}}");
    g_assert_cmpstr(ask(layer, ASK(OTHER_KEY, "true")), ==, "leave");
    g_assert_true(layer_is_left(layer, 75));
    g_assert_cmpstr(layer_get_image(layer), ==, "sha256:base");
    g_assert_null(layer_record_read(f->directory));
    /* A base that is a layer itself gets no layer. */
    g_assert_cmpstr(ask(layer, ASK(OTHER_KEY, "true")), ==, "install");
    g_assert_null(ask(layer, INSTALLED(OTHER_KEY)));
}

static void
test_only_what_is_a_layer_of_the_base_is_taken_for_one(Fixture *f, gconstpointer data)
{
    static const char *const others[] = {
        "{\"Id\":\"sha256:x\",\"Config\":{}}",
        "{\"Id\":\"sha256:x\",\"Config\":{\"Labels\":{\"colcon-deb.role\":\"dependencies\","
        "\"colcon-deb.base\":\"sha256:other\"}}}",
        /* The layer would set a variable that this build does not set. */
        "{\"Id\":\"sha256:x\",\"Config\":{" LABELS ",\"Env\":[\"PACKAGE_PREFIX=x-\"]}}",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        g_autoptr(Layer) layer = open_layer(f, KEY, others[i]);

        g_assert_cmpstr(ask(layer, ASK(KEY, "false")), ==, "install");
        g_clear_object(&f->engine.service);
        g_clear_pointer(&f->fake, fake_engine_free);
        g_clear_pointer(&f->request, g_free);
    }
}

/* Podman keeps the build's variables; a name without a value means none. */
static void
test_variables_that_the_build_sets_anyway_do_no_harm(Fixture *f, gconstpointer data)
{
    g_autoptr(Layer) layer =
        open_layer(f, KEY,
                   "{\"Id\":\"sha256:layer\",\"Config\":{" LABELS
                   ",\"Env\":[\"HOST_UID=7\",\"GONE\",\"container=podman\",\"ROS_DISTRO=x\"]}}");

    g_assert_cmpstr(ask(layer, ASK(KEY, "false")), ==, "leave");
}

/* Otherwise a workspace could have its container committed as a layer for others. */
static void
test_code_of_the_workspace_is_not_answered(Fixture *f, gconstpointer data)
{
    g_autoptr(Layer) layer = open_layer(f, KEY, NULL);

    g_assert_null(ask(layer, INSTALLED(KEY)));
    g_assert_null(ask(layer, "::progress::type=dependencies,key=../x"));
    g_assert_null(ask(layer, "::progress::type=dependencies"));
    g_assert_cmpstr(ask(layer, ASK(KEY, "false")), ==, "install");
    g_assert_null(ask(layer, INSTALLED(OTHER_KEY)));
    g_assert_null(ask(layer, "::progress::type=stage_complete,value=dependencies,success=true"));
    g_assert_null(ask(layer, INSTALLED(KEY)));
    g_assert_null(ask(layer, ASK(OTHER_KEY, "false")));
    g_assert_false(fake_engine_was_asked(f->fake, "POST", "changes"));
}

static void
test_an_engine_that_makes_no_images_is_only_a_warning(Fixture *f, gconstpointer data)
{
    g_autoptr(Layer) layer = open_layer(f, KEY, NULL);

    f->answers[2].body = "{}";
    g_assert_cmpstr(ask(layer, ASK(KEY, "false")), ==, "install");
    g_assert_cmpstr(ask(layer, INSTALLED(KEY)), ==, "continue");
    g_assert_nonnull(strstr(f->said->str, "warning: the installed dependencies could not be kept"));
    g_assert_null(layer_record_read(f->directory));
}

static void
test_a_layer_that_has_gone_is_replaced_by_the_base(Fixture *f, gconstpointer data)
{
    g_autoptr(GError) gone = g_error_new(CDD_ERROR, CDD_ERROR_IMAGE_NOT_FOUND, "gone");
    g_autoptr(Layer) layer = NULL;

    g_assert_true(layer_record_write(f->directory, &(Owner){0}, KEY, NULL));
    layer = open_layer(f, KEY, "{\"Id\":\"sha256:layer\",\"Config\":{" LABELS "}}");
    g_assert_true(layer_is_gone(layer, gone));
    g_assert_cmpstr(layer_get_image(layer), ==, "sha256:base");
    g_assert_false(layer_is_gone(layer, gone));
}

static void
test_the_greeting_is_one_line_whatever_the_variables_hold(Fixture *f, gconstpointer data)
{
    char *variables[] = {(char *)"A=1=\n\"\x1f", (char *)"B=", NULL};
    g_autoptr(Layer) layer = NULL;
    g_autofree char *greeting = NULL;

    f->config.environment = variables;
    layer = open_layer(f, KEY, NULL);
    greeting = layer_greeting(layer);
    g_assert_cmpstr(greeting, ==, "environment {\"A\":\"1=\\n\\\"\\u001f\",\"B\":\"\"}");
}

static void
test_a_record_that_is_none_is_not_read(Fixture *f, gconstpointer data)
{
    static const char *const others[] = {
        "", "{", "[]", "{\"key\":1}", "{\"key\":\"" KEY "0\"}", "{\"key\":[\"" KEY "\"]}", "null",
    };
    g_autofree char *path = g_build_filename(f->directory, ".colcon-deb", "layer.json", NULL);
    g_autofree char *long_text = g_strdup_printf("%2000s{\"key\":\"" KEY "\"}", "");

    g_assert_null(layer_record_read(f->directory));
    g_assert_true(layer_record_write(f->directory, &(Owner){0}, NULL, NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        g_assert_true(g_file_set_contents(path, others[i], -1, NULL));
        g_assert_null(layer_record_read(f->directory));
    }
    g_assert_true(g_file_set_contents(path, long_text, -1, NULL));
    g_assert_null(layer_record_read(f->directory));
}

/* A container can write there, and a link could lead to files of the caller. */
static void
test_a_record_is_neither_read_nor_written_through_a_link(Fixture *f, gconstpointer data)
{
    g_autofree char *elsewhere = g_dir_make_tmp("elsewhere-XXXXXX", NULL);
    g_autofree char *target = g_build_filename(elsewhere, "layer.json", NULL);
    g_autofree char *link = g_build_filename(f->directory, ".colcon-deb", NULL);
    g_autoptr(GError) error = NULL;

    g_assert_true(g_file_set_contents(target, "{\"key\":\"" KEY "\"}", -1, NULL));
    g_assert_cmpint(symlink(elsewhere, link), ==, 0);
    g_assert_null(layer_record_read(f->directory));
    g_assert_false(layer_record_write(f->directory, &(Owner){0}, OTHER_KEY, &error));
    g_assert_nonnull(strstr(error->message, "/.colcon-deb: "));
    g_unlink(target);
    g_assert_cmpint(g_rmdir(elsewhere), ==, 0);
}

static void
add_image(GPtrArray *images, const char *name, gint64 used)
{
    LayerImage *image = g_new0(LayerImage, 1);

    image->name = g_strdup(name);
    image->used = used;
    g_ptr_array_add(images, image);
}

static void
test_layers_go_by_count_and_by_age(void)
{
    const gint64 day = 24 * 60 * 60;
    const gint64 now = 1000 * day;
    g_autoptr(GPtrArray) images = g_ptr_array_new_with_free_func((GDestroyNotify)layer_image_free);

    add_image(images, "forgotten", now - 31 * day);
    add_image(images, "old", now - 29 * day);
    add_image(images, "new", now);
    add_image(images, "newer", now + 1);
    g_assert_cmpuint(layer_images_sort(images, 5, now), ==, 3);
    g_assert_cmpuint(layer_images_sort(images, 1, now), ==, 1);
    g_assert_cmpstr(((LayerImage *)images->pdata[0])->name, ==, "newer");
    g_assert_cmpstr(((LayerImage *)images->pdata[3])->name, ==, "forgotten");
}

static void
test_only_images_that_have_our_name_are_removed(Fixture *f, gconstpointer data)
{
    static const FakeAnswer answers[] = {
        {.request = "GET /version", .body = "{\"Version\":\"1\",\"Arch\":\"amd64\"}"},
        {.request = "GET /info", .body = "{\"SystemTime\":\"9990-01-01T00:00:00.12Z\"}"},
        {.request = "GET /images/json",
         .body = "[{\"Id\":\"sha256:1\",\"RepoTags\":[\"mine:1\"]},"
                 "{\"Id\":\"sha256:2\",\"RepoTags\":[\"x/colcon-deb-deps:3\"]},"
                 "{\"Id\":\"sha256:3\",\"RepoTags\":null},"
                 "{\"Id\":\"sha256:4\",\"RepoTags\":[\"colcon-deb-deps:old\"]},"
                 "{\"Id\":\"sha256:5\",\"RepoTags\":[\"localhost/colcon-deb-deps:new\"]},"
                 "{\"Id\":\"sha256:6\",\"RepoTags\":[\"colcon-deb-deps:unknown\"]},"
                 "{\"Id\":\"sha256:7\",\"RepoTags\":[\"colcon-deb-deps:before\"]}]"},
        {.request = "GET /images/colcon-deb-deps:old/json",
         .body = "{\"Created\":\"2020-01-01T00:00:00Z\"}"},
        {.request = "GET /images/localhost/colcon-deb-deps:new/json",
         .body = "{\"Created\":\"2020-01-01T00:00:00Z\","
                 "\"Metadata\":{\"LastTagTime\":\"9990-01-01T00:00:00.123456789Z\"}}"},
        {.request = "GET /images/colcon-deb-deps:before/json",
         .body = "{\"Created\":\"9989-01-01T00:00:00Z\"}"},
        {.request = "GET /images/colcon-deb-deps:unknown", .status = "500 No", .body = "{}"},
        {.request = "DELETE /images/", .body = "[]"},
        {NULL},
    };

    f->fake = fake_engine_new(&(FakeFaults){.budget = -1, .answers = answers});
    f->engine.service =
        cdd_service_new(&(CddConfig){.socket_path = fake_engine_get_socket(f->fake)}, NULL);
    /* The engine's clock counts: by this machine's, a layer of 9989 is new. */
    g_assert_true(engine_get_info(&f->engine, NULL, NULL));
    layer_images_expire(f->engine.service, 5, engine_get_time(&f->engine), NULL);
    g_assert_true(fake_engine_was_asked(f->fake, "DELETE", "/images/colcon-deb-deps:old?force=0"));
    g_assert_true(fake_engine_was_asked(f->fake, "DELETE", "deps:before?force=0"));
    g_assert_false(fake_engine_was_asked(f->fake, "DELETE", "mine:1?force=0"));
    g_assert_false(fake_engine_was_asked(f->fake, "DELETE", "deps:3?force=0"));
    g_assert_false(fake_engine_was_asked(f->fake, "DELETE", "sha256:3?force=0"));
    g_assert_false(fake_engine_was_asked(f->fake, "DELETE", "deps:new?force=0"));
    g_assert_false(fake_engine_was_asked(f->fake, "DELETE", "deps:unknown?force=0"));
}

int
main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*test)(Fixture *f, gconstpointer data);
    } tests[] = {
        {"/layer/what-is-installed-is-kept-and-remembered",
         test_what_is_installed_is_kept_and_remembered},
        {"/layer/a-layer-that-is-there-takes-over", test_a_layer_that_is_there_takes_over},
        {"/layer/the-layer-of-the-last-build-is-where-it-starts",
         test_the_layer_of_the_last_build_is_where_it_starts},
        {"/layer/a-layer-that-holds-too-much-is-left-for-the-base",
         test_a_layer_that_holds_too_much_is_left_for_the_base},
        {"/layer/only-what-is-a-layer-of-the-base-is-taken-for-one",
         test_only_what_is_a_layer_of_the_base_is_taken_for_one},
        {"/layer/variables-that-the-build-sets-anyway-do-no-harm",
         test_variables_that_the_build_sets_anyway_do_no_harm},
        {"/layer/code-of-the-workspace-is-not-answered",
         test_code_of_the_workspace_is_not_answered},
        {"/layer/an-engine-that-makes-no-images-is-only-a-warning",
         test_an_engine_that_makes_no_images_is_only_a_warning},
        {"/layer/a-layer-that-has-gone-is-replaced-by-the-base",
         test_a_layer_that_has_gone_is_replaced_by_the_base},
        {"/layer/the-greeting-is-one-line-whatever-the-variables-hold",
         test_the_greeting_is_one_line_whatever_the_variables_hold},
        {"/layer/a-record-that-is-none-is-not-read", test_a_record_that_is_none_is_not_read},
        {"/layer/a-record-is-neither-read-nor-written-through-a-link",
         test_a_record_is_neither_read_nor_written_through_a_link},
        {"/layer/only-images-that-have-our-name-are-removed",
         test_only_images_that_have_our_name_are_removed},
    };

    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].name, Fixture, NULL, set_up, tests[i].test, tear_down);
    g_test_add_func("/layer/layers-go-by-count-and-by-age", test_layers_go_by_count_and_by_age);
    return g_test_run();
}
