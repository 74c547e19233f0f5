/* SPDX-License-Identifier: Apache-2.0 */
/* Tests copying files into and out of containers. */
#include "engine-test.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    EngineTest engine;
    char *directory;
    char *id;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    engine_test_set_up(&fixture->engine, data);
    fixture->directory = g_dir_make_tmp("cdd-copy-XXXXXX", NULL);
    fixture->id = begin_container(&fixture->engine, "sleep 60");
}

static void shell(const char *format, ...) G_GNUC_PRINTF(1, 2);

static void
shell(const char *format, ...)
{
    g_autofree char *command = NULL;
    va_list arguments;

    va_start(arguments, format);
    command = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_assert_cmpint(system(command), ==, 0);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    end_container(&fixture->engine, fixture->id);
    shell("rm -rf '%s'", fixture->directory);
    g_free(fixture->directory);
    g_free(fixture->id);
    engine_test_tear_down(&fixture->engine, data);
}

static gboolean
copy_in(Fixture *fixture, const char *from, const char *to, GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;
    g_autofree char *path = g_build_filename(fixture->directory, from, NULL);

    cdd_service_copy_to_container_async(fixture->engine.service, path, fixture->id, to,
                                        CDD_COPY_NONE, NULL, await_ready, &done);
    return cdd_service_copy_to_container_finish(fixture->engine.service, await(&done), error);
}

static gboolean
copy_out(Fixture *fixture, const char *from, guint64 max_size, GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_copy_from_container_async(fixture->engine.service, fixture->id, from,
                                          fixture->directory, max_size, NULL, await_ready, &done);
    return cdd_service_copy_from_container_finish(fixture->engine.service, await(&done), error);
}

static void
test_a_tree_goes_in_and_comes_out_the_same(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_auto(Output) output = {NULL};
    GError *error = NULL;

    shell("cd '%s' && mkdir -p tree/sub && head -c 30000000 /dev/urandom >tree/sub/large && "
          "echo small >'tree/a name' && ln -s sub/large tree/link && chmod 700 tree/sub",
          fixture->directory);
    g_assert_true(copy_in(fixture, "tree", "/srv", &error));
    g_assert_no_error(error);
    output_init(&output);
    g_assert_cmpint(exec_shell(&fixture->engine, fixture->id,
                               "stat -c '%u:%g %a' /srv/tree/sub; readlink /srv/tree/link; "
                               "cat '/srv/tree/a name'",
                               &output),
                    ==, 0);
    g_assert_cmpstr(output.out->str, ==, "0:0 700\nsub/large\nsmall\n");
    shell("mv '%s/tree' '%s/before'", fixture->directory, fixture->directory);
    g_assert_true(copy_out(fixture, "/srv/tree", 0, &error));
    g_assert_no_error(error);
    shell("diff -r --no-dereference '%s/before' '%s/tree'", fixture->directory, fixture->directory);
}

static void
test_the_contents_of_a_directory_go_in(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    GError *error = NULL;

    shell("mkdir '%s/tree' && echo x >'%s/tree/file'", fixture->directory, fixture->directory);
    g_assert_true(copy_in(fixture, "tree/.", "/srv", &error));
    g_assert_no_error(error);
    g_assert_cmpint(exec_shell(&fixture->engine, fixture->id, "test -e /srv/file", NULL), ==, 0);
}

static void
test_times_are_exact_and_a_pipe_is_left_out(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    CddService *service = fixture->engine.service;
    g_autofree char *path = g_build_filename(fixture->directory, "tree", NULL);
    g_autofree char *expected = g_strdup_printf("%s/pipe is skipped: it is a pipe", path);
    g_autoptr(GAsyncResult) done = NULL;
    g_auto(GStrv) warnings = NULL;
    g_auto(Output) output = {NULL};
    GError *error = NULL;

    shell("mkdir '%s' && cd '%s' && mkfifo pipe && echo x >file && "
          "touch -d @1000000000.123456789 file",
          path, path);
    cdd_service_copy_to_container_async(service, path, fixture->id, "/srv", CDD_COPY_NONE, NULL,
                                        await_ready, &done);
    g_assert_true(cdd_service_copy_to_container_finish(service, await(&done), &error));
    g_assert_no_error(error);
    warnings = cdd_service_copy_to_container_dup_warnings(service, done);
    g_assert_cmpuint(g_strv_length(warnings), ==, 1);
    g_assert_cmpstr(warnings[0], ==, expected);
    output_init(&output);
    exec_shell(&fixture->engine, fixture->id, "stat -c %.9Y /srv/tree/file; ls /srv/tree", &output);
    /* Podman rounds to microseconds. */
    g_assert_cmpstr(output.out->str, ==,
                    fixture->engine.is_podman ? "1000000000.123457000\nfile\n"
                                              : "1000000000.123456789\nfile\n");
}

static void
test_what_is_wrong_is_named(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;

    shell("echo x >'%s/file'; mkfifo '%s/pipe'", fixture->directory, fixture->directory);
    g_assert_false(copy_in(fixture, "no-such-file", "/srv", &error));
    g_test_message("%s", error->message);
    g_assert_nonnull(strstr(error->message, "no-such-file"));
    g_clear_error(&error);
    g_assert_false(copy_in(fixture, "pipe", "/srv", &error));
    g_test_message("%s", error->message);
    g_assert_nonnull(strstr(error->message, "not a file"));
    g_clear_error(&error);
    if (fixture->engine.is_podman) {
        /* Podman creates the directory. */
        g_assert_true(copy_in(fixture, "file", "/no/such/directory", &error));
        g_assert_cmpint(
            exec_shell(&fixture->engine, fixture->id, "test -e /no/such/directory/file", NULL), ==,
            0);
    } else {
        g_assert_false(copy_in(fixture, "file", "/no/such/directory", &error));
        g_test_message("%s", error->message);
        g_assert_error(error, CDD_ERROR, CDD_ERROR_NOT_FOUND);
        g_clear_error(&error);
    }
    g_assert_false(copy_in(fixture, "file", "/etc/passwd", &error));
    g_test_message("%s", error->message);
    g_assert_true(error->domain == CDD_ERROR);
    g_clear_error(&error);
    g_assert_false(copy_out(fixture, "/no/such/file", 0, &error));
    g_test_message("%s", error->message);
    g_assert_error(error, CDD_ERROR, CDD_ERROR_NOT_FOUND);
}

static void
test_a_container_cannot_send_more_than_is_allowed(Fixture *fixture,
                                                  gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;

    exec_shell(&fixture->engine, fixture->id, "head -c 5000000 /dev/zero >/srv/large", NULL);
    g_assert_false(copy_out(fixture, "/srv/large", 1000000, &error));
    g_test_message("%s", error->message);
    g_assert_nonnull(strstr(error->message, "the size limit"));
    g_clear_error(&error);
    exec_shell(&fixture->engine, fixture->id, "mknod /srv/device c 1 3 || mkfifo /srv/device",
               NULL);
    g_assert_false(copy_out(fixture, "/srv/device", 0, &error));
    g_assert_nonnull(strstr(error->message, "device"));
}

static void
test_a_path_is_described(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GAsyncResult) directory = NULL;
    g_autoptr(GAsyncResult) file = NULL;
    g_autoptr(GAsyncResult) missing = NULL;
    g_autoptr(CddPathStat) etc = NULL;
    g_autoptr(CddPathStat) text = NULL;
    g_autoptr(GError) error = NULL;
    CddService *service = fixture->engine.service;

    exec_shell(&fixture->engine, fixture->id, "printf 12345 >/srv/five; ln -s five /srv/link",
               NULL);
    cdd_service_stat_path_async(service, fixture->id, "/etc", NULL, await_ready, &directory);
    etc = cdd_service_stat_path_finish(service, await(&directory), &error);
    g_assert_no_error(error);
    g_assert_true(cdd_path_stat_is_directory(etc));
    cdd_service_stat_path_async(service, fixture->id, "/srv/five", NULL, await_ready, &file);
    text = cdd_service_stat_path_finish(service, await(&file), &error);
    g_assert_no_error(error);
    g_assert_false(cdd_path_stat_is_directory(text));
    g_assert_cmpuint(text->size, ==, 5);
    g_assert_cmpstr(text->name, ==, "five");
    cdd_service_stat_path_async(service, fixture->id, "/none", NULL, await_ready, &missing);
    g_assert_null(cdd_service_stat_path_finish(service, await(&missing), &error));
    g_test_message("%s", error->message);
    g_assert_error(error, CDD_ERROR, CDD_ERROR_NOT_FOUND);
}

/* An endless upload: the engine refuses it while it is being sent. */
static void
test_a_refusal_ends_an_upload_and_is_what_is_said(Fixture *fixture,
                                                  gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GFile) source = g_file_new_for_path("/dev/urandom");
    g_autoptr(GFileInputStream) endless = g_file_read(source, NULL, NULL);
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GError) error = NULL;

    cdd_service_put_archive_async(fixture->engine.service, "cdd-no-such-container", "/srv",
                                  G_INPUT_STREAM(endless), NULL, await_ready, &done);
    g_assert_false(cdd_service_put_archive_finish(fixture->engine.service, await(&done), &error));
    g_test_message("%s", error->message);
    g_assert_error(error, CDD_ERROR, CDD_ERROR_NOT_FOUND);
    g_assert_false(g_input_stream_has_pending(G_INPUT_STREAM(endless)));
}

static gboolean
cancel(gpointer cancellable)
{
    g_cancellable_cancel(cancellable);
    return G_SOURCE_REMOVE;
}

static void
test_cancelling_in_the_middle_leaves_nothing_open(Fixture *fixture,
                                                  gconstpointer data G_GNUC_UNUSED)
{
    for (guint delay = 0; delay < 200; delay += 40) {
        g_autoptr(GCancellable) cancellable = g_cancellable_new();
        g_autoptr(GAsyncResult) done = NULL;
        g_autoptr(GError) error = NULL;

        g_timeout_add(delay, cancel, cancellable);
        cdd_service_copy_from_container_async(fixture->engine.service, fixture->id, "/usr",
                                              fixture->directory, 0, cancellable, await_ready,
                                              &done);
        g_assert_false(
            cdd_service_copy_from_container_finish(fixture->engine.service, await(&done), &error));
        g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
}

#define ADD(path, func) g_test_add("/archive/" path, Fixture, NULL, set_up, func, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("a-tree-goes-in-and-comes-out-the-same", test_a_tree_goes_in_and_comes_out_the_same);
    ADD("the-contents-of-a-directory-go-in", test_the_contents_of_a_directory_go_in);
    ADD("times-are-exact-and-a-pipe-is-left-out", test_times_are_exact_and_a_pipe_is_left_out);
    ADD("what-is-wrong-is-named", test_what_is_wrong_is_named);
    ADD("a-container-cannot-send-more-than-is-allowed",
        test_a_container_cannot_send_more_than_is_allowed);
    ADD("a-path-is-described", test_a_path_is_described);
    ADD("a-refusal-ends-an-upload-and-is-what-is-said",
        test_a_refusal_ends_an_upload_and_is_what_is_said);
    ADD("cancelling-in-the-middle-leaves-nothing-open",
        test_cancelling_in_the_middle_leaves_nothing_open);
    return g_test_run();
}
