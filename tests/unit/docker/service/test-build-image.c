/* SPDX-License-Identifier: Apache-2.0 */
/* Tests which contexts an image build takes. */
#include "await.h"
#include "fake-engine.h"

#include <colcon-deb-docker/colcon-deb-docker.h>
#include <string.h>

static const FakeAnswer builds[] = {
    {"POST /session", .upgrade = TRUE},
    {"POST /build", .body = "{\"aux\":{\"ID\":\"sha256:1\"}}\r\n"},
    {NULL},
};

static char *
build(FakeEngine *engine, const CddBuildContext *context, GError **error)
{
    g_autoptr(CddService) service =
        cdd_service_new(&(CddConfig){.socket_path = fake_engine_get_socket(engine)}, NULL);
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_build_image_async(service, context, NULL, NULL, await_ready, &done);
    return cdd_service_build_image_finish(service, await(&done), error);
}

static void
test_a_dockerfile_in_memory_needs_no_directory(gconstpointer data)
{
    g_autoptr(FakeEngine) engine = fake_engine_new(&(FakeFaults){.budget = -1, .answers = builds});
    GError *error = NULL;
    g_autofree char *id = build(
        engine,
        &(CddBuildContext){.dockerfile_text = "FROM scratch\n", .builder = GPOINTER_TO_INT(data)},
        &error);

    g_assert_no_error(error);
    g_assert_cmpstr(id, ==, "sha256:1");
}

static GLogWriterOutput
ignore_criticals(GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
    return (level & G_LOG_LEVEL_CRITICAL) != 0
               ? G_LOG_WRITER_HANDLED
               : g_log_writer_default(level, fields, n_fields, user_data);
}

/* A programmer's mistake: it is told by a critical message too. */
static void
test_nothing_to_build_is_refused(void)
{
    static const CddBuildContext nothing[] = {{.tags = NULL}, {.dockerfile_path = "/Dockerfile"}};
    GLogLevelFlags fatal = g_log_set_always_fatal(G_LOG_FATAL_MASK);
    g_autoptr(FakeEngine) engine = fake_engine_new(&(FakeFaults){.budget = -1, .answers = builds});

    for (gsize i = 0; i < G_N_ELEMENTS(nothing); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(build(engine, &nothing[i], &error));
        g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
        g_assert_nonnull(strstr(error->message, "context->context_dir"));
    }
    g_log_set_always_fatal(fatal);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_log_set_writer_func(ignore_criticals, NULL, NULL);
    g_test_add_data_func("/build-image/classic/a-dockerfile-in-memory-needs-no-directory",
                         GINT_TO_POINTER(CDD_BUILDER_CLASSIC),
                         test_a_dockerfile_in_memory_needs_no_directory);
    g_test_add_data_func("/build-image/buildkit/a-dockerfile-in-memory-needs-no-directory",
                         GINT_TO_POINTER(CDD_BUILDER_BUILDKIT),
                         test_a_dockerfile_in_memory_needs_no_directory);
    g_test_add_func("/build-image/nothing-to-build-is-refused", test_nothing_to_build_is_refused);
    return g_test_run();
}
