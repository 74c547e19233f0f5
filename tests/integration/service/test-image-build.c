/* SPDX-License-Identifier: Apache-2.0 */
/* Tests building images from directories, with every builder of the engine. */
#include "engine-test.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME "cdd-test/built:1"
#define SECRET "the-secret-that-nobody-may-find"

/* A context and the output of its build. */
typedef struct {
    EngineTest engine;
    char *directory;
    Output output;
    GString *steps;
    guint64 sent; /* bytes of the context sent, as BuildKit counts them */
} BuildTest;

static void
put(BuildTest *test, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(test->directory, name, NULL);
    g_autofree char *parent = g_path_get_dirname(path);

    g_mkdir_with_parents(parent, 0755);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

/* Writes a Dockerfile that begins with the test's image. */
static void
put_dockerfile(BuildTest *test, const char *steps)
{
    g_autofree char *text = g_strdup_printf("FROM %s AS base\n%s", test->engine.image, steps);

    put(test, "Dockerfile", text);
}

static void
set_up(BuildTest *test, gconstpointer data)
{
    engine_test_set_up(&test->engine, data);
    test->directory = g_dir_make_tmp("cdd-context-XXXXXX", NULL);
    test->steps = g_string_new(NULL);
    output_init(&test->output);
}

static void
remove_image(BuildTest *test)
{
    g_autoptr(GAsyncResult) done = NULL;
    CddRemovedImages *removed;

    cdd_service_remove_image_async(test->engine.service, NAME, TRUE, NULL, await_ready, &done);
    removed = cdd_service_remove_image_finish(test->engine.service, await(&done), NULL);
    if (removed != NULL)
        cdd_removed_images_free(removed);
}

static void
tear_down(BuildTest *test, gconstpointer data)
{
    const char *const argv[] = {"rm", "-rf", test->directory, NULL};

    remove_image(test);
    g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL,
                 NULL);
    g_free(test->directory);
    g_string_free(test->steps, TRUE);
    output_clear(&test->output);
    engine_test_tear_down(&test->engine, data);
}

static void
on_stdout(const void *data, gsize length, gpointer user_data)
{
    BuildTest *test = user_data;

    g_string_append_len(test->output.out, data, (gssize)length);
}

static void
on_progress(const CddBuildProgress *progress, gpointer user_data)
{
    static const char *const states[] = {"working", "started", "cached",
                                         "done",    "failed",  "warning"};
    BuildTest *test = user_data;

    if (g_strcmp0(progress->id, "transferring context:") == 0)
        test->sent = MAX(test->sent, progress->current);
    if (progress->state != CDD_BUILD_STEP_WORKING)
        g_string_append_printf(test->steps, "%s %s\n", states[progress->state], progress->message);
}

/* Builds with the files of the test's directory, unless @without_files. */
static char *
build_with(BuildTest *test, const CddBuildContext *options, gboolean without_files, GError **error)
{
    const CddOutputHandler handler = {.on_stdout = on_stdout,
                                      .on_stderr = on_stdout,
                                      .on_progress = on_progress,
                                      .user_data = test};
    CddBuildContext context = *options;
    g_autoptr(GAsyncResult) done = NULL;

    g_string_truncate(test->output.out, 0);
    g_string_truncate(test->steps, 0);
    test->sent = 0;
    context.context_dir = without_files ? NULL : test->directory;
    if (context.network_mode == NULL)
        context.network_mode = "host";
    cdd_service_build_image_async(test->engine.service, &context, &handler, NULL, await_ready,
                                  &done);
    return cdd_service_build_image_finish(test->engine.service, await(&done), error);
}

static char *
build(BuildTest *test, const CddBuildContext *options, GError **error)
{
    return build_with(test, options, FALSE, error);
}

static void
build_well(BuildTest *test, const CddBuildContext *options)
{
    GError *error = NULL;
    g_autofree char *id = build(test, options, &error);

    g_assert_no_error(error);
    g_assert_nonnull(id);
}

/* An engine without BuildKit reports this when BuildKit is requested; the test ends there. */
static gboolean
is_refused(BuildTest *test)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *id = NULL;

    if (!test->engine.is_podman)
        return FALSE;
    put_dockerfile(test, "");
    id = build(test, &(CddBuildContext){.builder = CDD_BUILDER_BUILDKIT}, &error);
    g_assert_null(id);
    g_assert_error(error, CDD_ERROR, CDD_ERROR_INCOMPATIBLE);
    g_assert_nonnull(strstr(error->message, "no BuildKit"));
    return TRUE;
}

/* Returns the output between two marks. */
static char *
between_marks(BuildTest *test)
{
    const char *begin = strstr(test->output.out->str, "\nBEGIN\n");
    const char *end = strstr(test->output.out->str, "\nEND\n");

    g_assert_nonnull(begin);
    g_assert_nonnull(end);
    return g_strndup(begin, (gsize)(end - begin));
}

static void
put_tree(BuildTest *test)
{
    g_autofree char *link_path = g_build_filename(test->directory, "src/link", NULL);
    g_autofree char *dangling = g_build_filename(test->directory, "dangling", NULL);
    g_autofree char *script = g_build_filename(test->directory, "src/script", NULL);
    g_autofree char *empty = g_build_filename(test->directory, "empty", NULL);
    g_autofree char *name = g_build_filename(test->directory, "src/a/x", NULL);
    g_autofree char *other_name = g_build_filename(test->directory, "src/other name", NULL);

    put(test, "src/file with spaces", "one");
    put(test, "src/script", "#!/bin/sh\n");
    put(test, "src/deep/er/\xc3\xa4\xc3\xb6", "three");
    put(test, "src/a.b/x", "");
    put(test, "src/a/x", "four");
    put(test, "build/object.o", "left out");
    put(test, "build/keep/this", "kept");
    put(test, "notes.md", "left out");
    put(test, "README.md", "kept");
    g_assert_cmpint(link(name, other_name), ==, 0);
    g_assert_cmpint(symlink("deep/er", link_path), ==, 0);
    g_assert_cmpint(symlink("/nowhere/at/all", dangling), ==, 0);
    g_assert_cmpint(g_chmod(script, 0750), ==, 0);
    g_assert_cmpint(g_mkdir(empty, 0700), ==, 0);
    put(test, ".dockerignore", "# comment\nbuild\n!build/keep\n*.md\n!README.md\n");
    put_dockerfile(test, "COPY . /tree\n"
                         "RUN cd /tree && echo && echo BEGIN && find . -mindepth 1 ! -name "
                         "Dockerfile ! -name .dockerignore \\( -type d -printf '%p %y %m %U:%G\\n' "
                         "-o -printf '%p %y %m %n %U:%G %l %T@\\n' \\) | "
                         "sed 's/[.]0000000000$//' | sort && "
                         "find . -type f ! -name Dockerfile ! -name .dockerignore -exec md5sum {} "
                         "+ | sort && echo END\n");
}

/* Sets whole seconds, the resolution of an archive. BuildKit sets directory times itself. */
static void
set_times(BuildTest *test)
{
    g_autofree char *command = g_strdup_printf(
        "find '%s' -depth -exec touch -h -d '2024-05-06 07:08:09 UTC' {} +", test->directory);

    g_assert_cmpint(system(command), ==, 0);
}

static void
test_builders_agree(BuildTest *test, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *classic = NULL;
    g_autofree char *buildkit = NULL;

    put_tree(test);
    set_times(test);
    build_well(test, &(CddBuildContext){.builder = CDD_BUILDER_CLASSIC, .no_cache = TRUE});
    classic = between_marks(test);
    g_assert_nonnull(strstr(classic, "./src/script f 750 1 0:0"));
    g_assert_nonnull(strstr(classic, "./build/keep/this f"));
    g_assert_nonnull(strstr(classic, "./README.md f"));
    g_assert_nonnull(strstr(classic, "./src/other name f 644 2 "));
    g_assert_nonnull(strstr(classic, "./src/link l 777 1 0:0 deep/er"));
    g_assert_nonnull(strstr(classic, "./dangling l"));
    g_assert_nonnull(strstr(classic, "./empty d 700"));
    g_assert_null(strstr(classic, "object.o"));
    g_assert_null(strstr(classic, "notes.md"));
    if (test->engine.is_podman)
        return;
    build_well(test, &(CddBuildContext){.builder = CDD_BUILDER_BUILDKIT, .no_cache = TRUE});
    buildkit = between_marks(test);
    g_assert_cmpstr(classic, ==, buildkit);
}

/* No file is later than SOURCE_DATE_EPOCH, and a changed file is still sent. */
static void
test_source_date_epoch(BuildTest *test, gconstpointer data)
{
    const CddBuildContext context = {
        .source_date_epoch = 1600000000, .no_cache = TRUE, .builder = GPOINTER_TO_INT(data)};

    if (context.builder == CDD_BUILDER_BUILDKIT && is_refused(test))
        return;
    put_dockerfile(test, "COPY file /file\nRUN echo; echo $(cat /file) of $(stat -c %Y /file)\n");
    put(test, "file", "one");
    build_well(test, &context);
    g_assert_nonnull(strstr(test->output.out->str, "\none of 1600000000\n"));
    put(test, "file", "two");
    build_well(test, &context);
    g_assert_nonnull(strstr(test->output.out->str, "\ntwo of 1600000000\n"));
}

static void
test_ignore_file_of_a_dockerfile(BuildTest *test, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *text = g_strdup_printf("FROM %s\nCOPY . /tree\nRUN echo; echo BEGIN; ls "
                                            "/tree; echo; echo END\n",
                                            test->engine.image);
    const CddBuilder builders[] = {CDD_BUILDER_CLASSIC, CDD_BUILDER_BUILDKIT};

    put(test, "docker/other.Dockerfile", text);
    put(test, "docker/other.Dockerfile.dockerignore", "a\ndocker\n");
    put(test, ".dockerignore", "b\n");
    put(test, "a", "");
    put(test, "b", "");
    for (gsize i = 0; i < (test->engine.is_podman ? 1 : G_N_ELEMENTS(builders)); i++) {
        g_autofree char *listing = NULL;

        build_well(test, &(CddBuildContext){.dockerfile_path = "docker/other.Dockerfile",
                                            .builder = builders[i],
                                            .no_cache = TRUE});
        listing = between_marks(test);
        g_assert_nonnull(strstr(listing, "\nb\n"));
        g_assert_null(strstr(listing, "\na\n"));
    }
}

/* A Dockerfile in memory or in another directory is not copied by COPY, and a new text is used. */
static void
test_dockerfiles_that_lie_elsewhere(BuildTest *test, gconstpointer data G_GNUC_UNUSED)
{
    const CddBuilder builders[] = {CDD_BUILDER_CLASSIC, CDD_BUILDER_BUILDKIT};
    g_autofree char *elsewhere = g_dir_make_tmp("cdd-elsewhere-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(elsewhere, "My.Dockerfile", NULL);

    put(test, "file", "");
    for (gsize i = 0; i < (test->engine.is_podman ? 1 : G_N_ELEMENTS(builders)); i++) {
        for (int round = 0; round < 4; round++) {
            g_autofree char *text =
                g_strdup_printf("FROM %s\nCOPY . /tree\nRUN echo; echo BEGIN; ls -A /tree; echo "
                                "round %d; echo; echo END\n",
                                test->engine.image, round);
            g_autofree char *expected = g_strdup_printf("\nBEGIN\nfile\nround %d\n", round);
            CddBuildContext context = {.builder = builders[i], .no_cache = TRUE};
            g_autofree char *listing = NULL;

            if (round % 2 == 0)
                context.dockerfile_text = text;
            else
                context.dockerfile_path = path;
            g_assert_true(g_file_set_contents(path, text, -1, NULL));
            build_well(test, &context);
            listing = between_marks(test);
            g_assert_cmpstr(listing, ==, expected);
        }
    }
    g_remove(path);
    g_rmdir(elsewhere);
}

/* COPY . finds nothing, not even the Dockerfile; a file that is not there is named by the engine.
 */
static void
test_a_dockerfile_alone(BuildTest *test, gconstpointer data)
{
    CddBuildContext context = {.builder = GPOINTER_TO_INT(data), .no_cache = TRUE};
    g_autofree char *text = g_strdup_printf(
        "FROM %s\nCOPY . /tree\nRUN echo; echo BEGIN; ls -A /tree; echo; echo END\n",
        test->engine.image);
    g_autofree char *copies = g_strdup_printf("FROM %s\nCOPY the-file /\n", test->engine.image);
    g_autofree char *listing = NULL;
    g_autofree char *id = NULL;
    g_autofree char *none = NULL;
    GError *error = NULL;

    if (context.builder == CDD_BUILDER_BUILDKIT && is_refused(test))
        return;
    context.dockerfile_text = text;
    id = build_with(test, &context, TRUE, &error);
    g_assert_no_error(error);
    g_assert_nonnull(id);
    listing = between_marks(test);
    g_assert_cmpstr(listing, ==, "\nBEGIN\n");
    context.dockerfile_text = copies;
    none = build_with(test, &context, TRUE, &error);
    g_test_message("%s", error->message);
    g_assert_null(none);
    g_assert_error(error, CDD_ERROR, CDD_ERROR_BUILD_FAILED);
    g_assert_nonnull(strstr(error->message, "the-file"));
    g_clear_error(&error);
}

static void
test_options(BuildTest *test, gconstpointer data)
{
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(CddImageInfo) info = NULL;
    GError *error = NULL;
    g_autofree char *id = NULL;

    if (GPOINTER_TO_INT(data) == CDD_BUILDER_BUILDKIT && is_refused(test))
        return;
    put_dockerfile(test, "ARG WHO\nENV SAID=$WHO\nRUN echo hello $WHO; cat /etc/hosts\n"
                         "FROM base AS last\nRUN exit 1\n");
    id = build(test,
               &(CddBuildContext){
                   .tags = (const char *const[]){NAME, NULL},
                   .target = "base",
                   .build_args = (const char *const[]){"WHO=you & me", NULL},
                   .labels = (const char *const[]){"cdd.test=a=b \"c\"", NULL},
                   .extra_hosts = (const char *const[]){"elsewhere:10.1.2.3", NULL},
                   .no_cache = TRUE,
                   .builder = GPOINTER_TO_INT(data),
               },
               &error);
    g_assert_no_error(error);
    g_assert_nonnull(strstr(test->output.out->str, "hello you & me"));
    g_assert_nonnull(strstr(test->output.out->str, "10.1.2.3"));
    cdd_service_inspect_image_async(test->engine.service, NAME, NULL, await_ready, &done);
    info = cdd_service_inspect_image_finish(test->engine.service, await(&done), &error);
    g_assert_no_error(error);
    g_assert_nonnull(strstr(info->id, strrchr(id, ':') == NULL ? id : strrchr(id, ':') + 1));
    g_assert_true(g_strv_contains((const char *const *)info->environment, "SAID=you & me"));
    g_assert_true(g_strv_contains((const char *const *)info->labels, "cdd.test=a=b \"c\""));
}

static void
test_steps(BuildTest *test, gconstpointer data)
{
    const CddBuildContext context = {.builder = GPOINTER_TO_INT(data)};
    g_autofree char *step = g_strdup_printf("RUN echo %08x", g_random_int());
    g_autofree char *done = g_strdup_printf("%s\n", step);

    if (context.builder == CDD_BUILDER_BUILDKIT && is_refused(test))
        return;
    put_dockerfile(test, done);
    build_well(test, &context);
    g_assert_nonnull(strstr(test->steps->str, "started "));
    g_assert_nonnull(strstr(test->steps->str, "done "));
    g_assert_nonnull(strstr(test->steps->str, step));
    build_well(test, &context);
    g_assert_nonnull(strstr(test->steps->str, "cached "));
    g_assert_null(strstr(test->steps->str, "failed "));
}

static void
test_step_that_fails(BuildTest *test, gconstpointer data)
{
    const CddBuildContext context = {.builder = GPOINTER_TO_INT(data), .no_cache = TRUE};
    g_autoptr(GError) error = NULL;
    g_autofree char *id = NULL;

    if (context.builder == CDD_BUILDER_BUILDKIT && is_refused(test))
        return;
    put_dockerfile(test, "RUN echo this is why; exit 3\n");
    id = build(test, &context, &error);
    g_assert_null(id);
    g_assert_error(error, CDD_ERROR, CDD_ERROR_BUILD_FAILED);
    g_assert_nonnull(strstr(error->message, "\nthis is why"));
    g_assert_nonnull(strstr(test->steps->str, "failed "));
}

/* Faults are found before the build or reported by the engine. The error names the reason. */
static void
test_what_is_wrong(BuildTest *test, gconstpointer data)
{
    const CddBuilder builder = GPOINTER_TO_INT(data);
    const struct {
        const char *ignore;
        const char *dockerfile;
        CddBuildContext context;
        const char *parts[2];
    } cases[] = {
        {NULL, NULL, {.target = NULL}, {"Dockerfile", test->directory}},
        {NULL, NULL, {.dockerfile_path = "sub/None"}, {"sub/None", test->directory}},
        {NULL, "RUN true\n", {.dockerfile_path = "."}, {"directory", ""}},
        {NULL, "RUN true\n", {.dockerfile_path = "Empty"}, {"Empty", "is empty"}},
        {NULL, "RUN true\n", {.target = "nope"}, {"nope", ""}},
        {"a\n\n[b\n", "RUN true\n", {.target = NULL}, {".dockerignore:3", "[b"}},
        {NULL, "COPY missing /\n", {.target = NULL}, {"missing", ""}},
        {NULL, "NONSENSE\n", {.target = NULL}, {"NONSENSE", ""}},
    };

    if (builder == CDD_BUILDER_BUILDKIT && is_refused(test))
        return;
    put(test, "Empty", "");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        CddBuildContext context = cases[i].context;
        g_autofree char *ignore = g_build_filename(test->directory, ".dockerignore", NULL);
        g_autoptr(GError) error = NULL;
        g_autofree char *id = NULL;

        g_remove(ignore);
        if (cases[i].ignore != NULL)
            put(test, ".dockerignore", cases[i].ignore);
        if (cases[i].dockerfile != NULL)
            put_dockerfile(test, cases[i].dockerfile);
        context.builder = builder;
        id = build(test, &context, &error);
        g_assert_null(id);
        g_assert_nonnull(error);
        for (gsize j = 0; j < G_N_ELEMENTS(cases[i].parts); j++) {
            if (g_strstr_len(error->message, -1, cases[i].parts[j]) == NULL)
                g_error("\"%s\" is not in: %s", cases[i].parts[j], error->message);
        }
    }
}

static void
on_soon(GObject *source G_GNUC_UNUSED, GAsyncResult *result G_GNUC_UNUSED, gpointer user_data)
{
    g_cancellable_cancel(user_data);
}

static void
cancel_when_it_runs(const CddBuildProgress *progress, gpointer user_data)
{
    if (progress->state == CDD_BUILD_STEP_STARTED && strstr(progress->message, "sleep") != NULL)
        on_soon(NULL, NULL, user_data);
}

static void
test_cancelled(BuildTest *test, gconstpointer data)
{
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    const CddOutputHandler handler = {.on_progress = cancel_when_it_runs, .user_data = cancellable};
    const CddBuildContext context = {.context_dir = test->directory,
                                     .network_mode = "host",
                                     .no_cache = TRUE,
                                     .builder = GPOINTER_TO_INT(data)};
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GError) error = NULL;

    if (context.builder == CDD_BUILDER_BUILDKIT && is_refused(test))
        return;
    put_dockerfile(test, "RUN sleep 300\n");
    cdd_service_build_image_async(test->engine.service, &context, &handler, cancellable,
                                  await_ready, &done);
    g_assert_null(cdd_service_build_image_finish(test->engine.service, await(&done), &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static gboolean
contains(const char *path, const char *text)
{
    g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, NULL);

    g_assert_nonnull(file);
    return memmem(g_mapped_file_get_contents(file), g_mapped_file_get_length(file), text,
                  strlen(text)) != NULL;
}

static void
save_image(BuildTest *test, const char *path)
{
    g_autoptr(GFile) file = g_file_new_for_path(path);
    g_autoptr(GFileOutputStream) stream = g_file_replace(file, NULL, FALSE, 0, NULL, NULL);
    g_autoptr(GAsyncResult) done = NULL;
    GError *error = NULL;

    cdd_service_save_images_async(test->engine.service, (const char *const[]){NAME, NULL},
                                  G_OUTPUT_STREAM(stream), NULL, await_ready, &done);
    cdd_service_save_images_finish(test->engine.service, await(&done), &error);
    g_assert_no_error(error);
    g_output_stream_close(G_OUTPUT_STREAM(stream), NULL, NULL);
}

/* A step can use the secret, but the saved image does not contain it in layers or history. */
static void
test_secret(BuildTest *test, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *file = g_build_filename(test->directory, "secret", NULL);
    g_autofree char *archive = g_build_filename(test->directory, "image.tar", NULL);
    g_autofree char *by_file = g_strdup_printf("id=token,src=%s", file);

    if (is_refused(test))
        return;
    put(test, "secret", SECRET);
    put(test, ".dockerignore", "secret\n");
    g_setenv("CDD_TEST_SECRET", SECRET, TRUE);
    put_dockerfile(test, "RUN --mount=type=secret,id=token --mount=type=secret,id=variable "
                         "cmp /run/secrets/token /run/secrets/variable && echo they are equal "
                         "&& md5sum /run/secrets/token >/used\n");
    build_well(test, &(CddBuildContext){
                         .tags = (const char *const[]){NAME, NULL},
                         .secrets = (const char *const[]){by_file,
                                                          "id=variable,env=CDD_TEST_SECRET", NULL},
                         .no_cache = TRUE,
                     });
    g_assert_nonnull(strstr(test->output.out->str, "they are equal"));
    save_image(test, archive);
    g_assert_true(contains(archive, "echo they are equal"));
    g_assert_false(contains(archive, SECRET));
}

static gpointer
play_agent(gpointer data)
{
    GSocket *agent = data;
    g_autoptr(GSocket) accepted = g_socket_accept(agent, NULL, NULL);
    char heard[64] = "";

    while (accepted != NULL && g_socket_receive(accepted, heard, sizeof heard, NULL, NULL) > 0)
        g_socket_send(accepted, "an answer", strlen("an answer"), NULL, NULL);
    return NULL;
}

static void
test_agent(BuildTest *test, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *path = g_build_filename(test->directory, "agent", NULL);
    g_autofree char *description = g_strconcat("default=", path, NULL);
    g_autoptr(GSocket) agent =
        g_socket_new(G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);
    g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
    GThread *thread;

    if (is_refused(test))
        return;
    g_assert_true(g_socket_bind(agent, address, FALSE, NULL));
    g_assert_true(g_socket_listen(agent, NULL));
    thread = g_thread_new("agent", play_agent, agent);
    put_dockerfile(test,
                   "COPY . /tree\n"
                   "RUN --mount=type=ssh perl -MIO::Socket::UNIX -e "
                   "'$s = IO::Socket::UNIX->new($ENV{SSH_AUTH_SOCK}) or die; "
                   "syswrite $s, \"question\"; sysread $s, $a, 100; print \"heard $a\\n\"'\n");
    build_well(test, &(CddBuildContext){.ssh = (const char *const[]){description, NULL},
                                        .no_cache = TRUE});
    g_assert_nonnull(strstr(test->output.out->str, "heard an answer"));
    /* The socket in the context is not a file; a note says that it is skipped. */
    g_assert_nonnull(strstr(test->steps->str, "agent is skipped: it is a socket"));
    g_socket_shutdown(agent, TRUE, TRUE, NULL);
    g_thread_join(thread);
}

static void
test_outputs(BuildTest *test, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *directory = g_build_filename(test->directory, "out", NULL);
    g_autofree char *archive = g_build_filename(test->directory, "out.tar", NULL);
    g_autofree char *local = g_strdup_printf("type=local,dest=%s", directory);
    g_autofree char *tar = g_strdup_printf("type=tar,dest=%s", archive);
    g_autofree char *made = g_build_filename(directory, "made", "file", NULL);
    g_autofree char *link = g_build_filename(directory, "made", "link", NULL);
    g_autofree char *text = NULL;
    g_autofree char *target = NULL;

    if (is_refused(test))
        return;
    put_dockerfile(test, "RUN mkdir /made && echo out of it >/made/file && ln -s file /made/link\n"
                         "FROM scratch\nCOPY --from=base /made /made\n");
    build_well(test, &(CddBuildContext){.output = local});
    g_assert_true(g_file_get_contents(made, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "out of it\n");
    target = g_file_read_link(link, NULL);
    g_assert_cmpstr(target, ==, "file");
    build_well(test, &(CddBuildContext){.output = tar});
    g_assert_true(contains(archive, "out of it\n"));
}

/* Files that the engine has from an earlier build are not sent again. */
static void
test_only_what_has_changed_is_sent(BuildTest *test, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *filler = g_strnfill(8 * 1024 * 1024, 'x');

    if (is_refused(test))
        return;
    for (int i = 0; i < 8; i++) {
        g_autofree char *name = g_strdup_printf("data/%d", i);

        put(test, name, filler);
    }
    put(test, "small", "one");
    put(test, "Dockerfile", "FROM scratch\nCOPY . /\n");
    build_well(test, &(CddBuildContext){.builder = CDD_BUILDER_BUILDKIT});
    g_assert_cmpuint(test->sent, >, 64 * 1024 * 1024);
    put(test, "small", "two");
    build_well(test, &(CddBuildContext){.builder = CDD_BUILDER_BUILDKIT});
    g_assert_cmpuint(test->sent, >, 0);
    g_assert_cmpuint(test->sent, <, 1024 * 1024);
}

static gboolean
load_foreign_image(BuildTest *test)
{
    const char *path = g_getenv("CDD_TEST_FOREIGN_ARCHIVE");
    g_autoptr(GFile) file = path == NULL ? NULL : g_file_new_for_path(path);
    g_autoptr(GFileInputStream) archive = path == NULL ? NULL : g_file_read(file, NULL, NULL);
    g_autoptr(GAsyncResult) done = NULL;
    g_auto(GStrv) loaded = NULL;
    GError *error = NULL;

    if (archive == NULL ||
        !g_file_test("/proc/sys/fs/binfmt_misc/qemu-aarch64", G_FILE_TEST_EXISTS))
        return FALSE;
    cdd_service_load_images_async(test->engine.service, G_INPUT_STREAM(archive), NULL, NULL,
                                  await_ready, &done);
    loaded = cdd_service_load_images_finish(test->engine.service, await(&done), &error);
    g_assert_no_error(error);
    return TRUE;
}

static void
test_another_architecture(BuildTest *test, gconstpointer data)
{
    const CddBuilder builder = GPOINTER_TO_INT(data);
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(CddImageInfo) info = NULL;
    GError *error = NULL;

    if (builder == CDD_BUILDER_BUILDKIT && is_refused(test))
        return;
    if (!load_foreign_image(test)) {
        g_test_skip("no arm64 image, or this machine cannot run one");
        return;
    }
    put(test, "Dockerfile", "FROM cdd-test/arm64:1\nRUN echo; echo this is $(uname -m)\n");
    build_well(test, &(CddBuildContext){.platform = "linux/arm64",
                                        .tags = (const char *const[]){NAME, NULL},
                                        .builder = builder,
                                        .no_cache = TRUE});
    g_assert_nonnull(strstr(test->output.out->str, "this is aarch64"));
    cdd_service_inspect_image_async(test->engine.service, NAME, NULL, await_ready, &done);
    info = cdd_service_inspect_image_finish(test->engine.service, await(&done), &error);
    g_assert_no_error(error);
    g_assert_cmpstr(info->architecture, ==, "arm64");
}

#define ADD(name, func, data)                                                                      \
    g_test_add("/image-build/" name, BuildTest, data, set_up, func, tear_down)
#define ADD_FOR_BOTH(name, func)                                                                   \
    do {                                                                                           \
        ADD("classic/" name, func, GINT_TO_POINTER(CDD_BUILDER_CLASSIC));                          \
        ADD("buildkit/" name, func, GINT_TO_POINTER(CDD_BUILDER_BUILDKIT));                        \
    } while (0)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("builders-agree", test_builders_agree, NULL);
    ADD("ignore-file-of-a-dockerfile", test_ignore_file_of_a_dockerfile, NULL);
    ADD("dockerfiles-that-lie-elsewhere", test_dockerfiles_that_lie_elsewhere, NULL);
    ADD_FOR_BOTH("a-dockerfile-alone", test_a_dockerfile_alone);
    ADD_FOR_BOTH("options", test_options);
    ADD_FOR_BOTH("source-date-epoch", test_source_date_epoch);
    ADD_FOR_BOTH("steps", test_steps);
    ADD_FOR_BOTH("step-that-fails", test_step_that_fails);
    ADD_FOR_BOTH("what-is-wrong", test_what_is_wrong);
    ADD_FOR_BOTH("cancelled", test_cancelled);
    ADD_FOR_BOTH("another-architecture", test_another_architecture);
    ADD("secret", test_secret, NULL);
    ADD("agent", test_agent, NULL);
    ADD("outputs", test_outputs, NULL);
    ADD("only-what-has-changed-is-sent", test_only_what_has_changed_is_sent, NULL);
    return g_test_run();
}
