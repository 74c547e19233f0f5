/* SPDX-License-Identifier: Apache-2.0 */
#include "acceleration-test.h"

#include "../base/await.h"
#include "../base/folder.h"
#include "../base/json.h"
#include "../base/program-error.h"
#include "acceleration-files.h"
#include "own-containers.h"

#include <errno.h>
#include <glib/gstdio.h>

enum {
    MAX_LINE = 1 << 14,
    MAX_RESULT = 1 << 28, /* bytes */
};

/* In the container: what differs, when the test has ended. */
#define RESULT "/result"

typedef struct {
    GString *line;
    char *differing;    /* name of the case that ended the test, or NULL */
    GString *complaint; /* the end of standard error */
    guint cases;
    gboolean ended;
    GOutputStream *input; /* of the container; NULL before it is attached */
} Outcome;

static void
outcome_clear(Outcome *outcome)
{
    g_string_free(outcome->line, TRUE);
    g_free(outcome->differing);
    g_string_free(outcome->complaint, TRUE);
    g_clear_object(&outcome->input);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Outcome, outcome_clear)

static void
take_line(Outcome *outcome)
{
    g_autoptr(JsonObject) object = json_text_parse_object(outcome->line->str, outcome->line->len);
    const char *name = object != NULL ? json_text_get_string(object, "case") : NULL;

    if (object != NULL && json_text_get_count(object, "cases") >= 0) {
        outcome->ended = TRUE;
        outcome->cases = (guint)json_text_get_count(object, "cases");
    } else if (name != NULL && !json_text_get_boolean(object, "same") &&
               outcome->differing == NULL) {
        outcome->differing = g_strdup(name);
    }
    g_string_truncate(outcome->line, 0);
}

static void
on_stdout(const void *data, gsize length, gpointer user_data)
{
    Outcome *outcome = user_data;
    const char *text = data;

    for (gsize i = 0; i < length; i++) {
        if (text[i] == '\n')
            take_line(outcome);
        else if (outcome->line->len < MAX_LINE)
            g_string_append_c(outcome->line, text[i]);
    }
}

static void
on_stderr(const void *data, gsize length, gpointer user_data)
{
    Outcome *outcome = user_data;

    g_string_append_len(outcome->complaint, data, (gssize)length);
    if (outcome->complaint->len > MAX_LINE)
        g_string_erase(outcome->complaint, 0, (gssize)(outcome->complaint->len - MAX_LINE));
}

static void
on_stdin(GOutputStream *input, gpointer user_data)
{
    ((Outcome *)user_data)->input = g_object_ref(input);
}

/* The files go through the API: the engine may be on another machine. */
static gboolean
copy_in(const AccelerationTest *test, const char *container, GError **error)
{
    g_autofree char *files = g_build_filename(test->scripts, "accelerator", NULL);
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_copy_to_container_async(test->service, files, container, "/", CDD_COPY_NONE,
                                        test->cancellable, await_ready, &done);
    return cdd_service_copy_to_container_finish(test->service, await(&done), error);
}

static gboolean
copy_out(const AccelerationTest *test, const char *container, const char *kept, GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_copy_from_container_async(test->service, container, RESULT, kept, MAX_RESULT,
                                          test->cancellable, await_ready, &done);
    return cdd_service_copy_from_container_finish(test->service, await(&done), error);
}

static char *
create(const AccelerationTest *test, const CddContainerSpec *spec, GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_create_container_async(test->service, spec, test->cancellable, await_ready, &done);
    return cdd_service_create_container_finish(test->service, await(&done), error);
}

static void
remove_container(const AccelerationTest *test, const char *container)
{
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_remove_container_async(test->service, container, CDD_REMOVE_FORCE, NULL,
                                       await_ready, &done);
    cdd_service_remove_container_finish(test->service, await(&done), NULL);
}

/* Runs the container. If something differs, it waits until the files have been copied out. */
static CddContainerResult *
run_created(const AccelerationTest *test,
            const char *container,
            const CddContainerSpec *spec,
            const char *kept,
            Outcome *outcome,
            GError **error)
{
    const CddOutputHandler handler = {
        .on_stdout = on_stdout, .on_stderr = on_stderr, .on_stdin = on_stdin, .user_data = outcome};
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GError) failure = NULL;

    cdd_service_run_created_container_async(test->service, container, spec, &handler,
                                            test->cancellable, await_ready, &done);
    while (done == NULL && !outcome->ended)
        g_main_context_iteration(NULL, TRUE);
    if (done == NULL && outcome->differing != NULL && !copy_out(test, container, kept, &failure))
        g_debug("%s", failure->message);
    if (done == NULL && outcome->input != NULL)
        g_output_stream_close_async(outcome->input, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
    return cdd_service_run_created_container_finish(test->service, await(&done), error);
}

static CddContainerResult *
run_container(const AccelerationTest *test, const char *kept, Outcome *outcome, GError **error)
{
    static const char *const capabilities[] = {"CHOWN", "DAC_OVERRIDE", "FOWNER", NULL};
    /* Native programs are known below that name: scripts/accelerator/native-scripts. */
    static const char command[] =
        "mv /accelerator /helpers && exec python3 -B /helpers/self-test.py " RESULT;
    g_autoptr(GPtrArray) labels = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *container = NULL;
    CddContainerSpec spec = {
        .image = test->image,
        .entrypoint = (const char *const[]){"sh", "-ec", command, NULL},
        .user = "0:0",
        .network_mode = CDD_NETWORK_NONE,
        .hardened = TRUE,
        .security = {.add_capabilities = capabilities},
        .open_stdin = TRUE,
        .auto_remove = TRUE,
    };

    own_containers_add_labels(labels);
    g_ptr_array_add(labels, NULL);
    spec.labels = (const char *const *)labels->pdata;
    container = create(test, &spec, error);
    if (container == NULL)
        return NULL;
    if (copy_in(test, container, error))
        return run_created(test, container, &spec, kept, outcome, error);
    remove_container(test, container);
    return NULL;
}

static gboolean
judge(const AccelerationTest *test, const char *kept, const Outcome *outcome, GError **error)
{
    const char *words = g_strchomp(outcome->complaint->str);

    if (outcome->differing != NULL)
        g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                    "the self-test of the accelerated image %s failed: native and emulated "
                    "programs do not give the same bytes in \"%s\"; inputs and both results are in "
                    "%s" RESULT ". Make the image again, or build with --accelerate off",
                    test->image, outcome->differing, kept);
    else if (!outcome->ended)
        g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                    "the self-test of the accelerated image %s did not finish%s%s", test->image,
                    *words != '\0' ? ": " : "", words);
    else
        return TRUE;
    return FALSE;
}

/* A new directory for what differs. Only the user may enter it: the image's root writes there. */
static char *
make_kept(GError **error)
{
    g_autofree char *cache = acceleration_get_cache(error);
    g_autofree char *path =
        cache != NULL ? g_build_filename(cache, "self-test-XXXXXX", NULL) : NULL;

    if (path == NULL)
        return NULL;
    if (g_mkdtemp_full(path, 0700) != NULL)
        return g_steal_pointer(&path);
    program_error_errno(error, errno, "making a directory in %s", cache);
    return NULL;
}

gboolean
acceleration_test_run(const AccelerationTest *test, guint *cases, GError **error)
{
    g_auto(Outcome) outcome = {
        .line = g_string_new(NULL),
        .complaint = g_string_new(NULL),
    };
    g_autofree char *kept = make_kept(error);
    g_autoptr(CddContainerResult) result = NULL;
    gboolean passed = FALSE;

    if (kept == NULL)
        return FALSE;
    result = run_container(test, kept, &outcome, error);
    passed = result != NULL && judge(test, kept, &outcome, error);
    /* Only what differs is kept. */
    if (outcome.differing == NULL)
        g_rmdir(kept);
    *cases = outcome.cases;
    return passed;
}
