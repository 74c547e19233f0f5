/* SPDX-License-Identifier: Apache-2.0 */
#include "engine-test.h"

static GPtrArray *begun;

gboolean
engine_is_podman(CddService *service)
{
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(CddEngineInfo) info = NULL;
    GError *error = NULL;

    cdd_service_get_engine_info_async(service, NULL, await_ready, &done);
    info = cdd_service_get_engine_info_finish(service, await(&done), &error);
    g_assert_no_error(error);
    return g_str_equal(info->name, "Podman");
}

void
engine_test_set_up(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    CddConfig config = {.host = g_getenv("CDD_TEST_HOST")};

    test->service = cdd_service_new(&config, NULL);
    test->image = g_getenv("CDD_TEST_IMAGE");
    g_assert_nonnull(test->image);
    test->is_podman = engine_is_podman(test->service);
    begun = g_ptr_array_new_with_free_func(g_free);
}

void
engine_test_tear_down(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    g_assert_cmpuint(begun->len, ==, 0);
    g_ptr_array_unref(begun);
    g_object_unref(test->service);
}

static char *
familiar(const char *name)
{
    GError *error = NULL;
    g_autoptr(CddImageReference) reference = cdd_image_reference_parse(name, &error);

    g_assert_no_error(error);
    return cdd_image_reference_to_familiar_string(reference);
}

void
assert_same_image(const char *name, const char *other)
{
    g_autofree char *first = familiar(name);
    g_autofree char *second = familiar(other);

    g_assert_cmpstr(first, ==, second);
}

char *
begin_container(EngineTest *test, const char *script)
{
    CddContainerSpec spec = {.image = test->image,
                             .command = (const char *const[]){"sh", "-c", script, NULL},
                             .log_driver = "json-file",
                             .network_mode = CDD_NETWORK_HOST};
    g_autoptr(GAsyncResult) created = NULL;
    g_autoptr(GAsyncResult) started = NULL;
    GError *error = NULL;
    char *id;

    cdd_service_create_container_async(test->service, &spec, NULL, await_ready, &created);
    id = cdd_service_create_container_finish(test->service, await(&created), &error);
    g_assert_no_error(error);
    g_ptr_array_add(begun, g_strdup(id));
    cdd_service_start_container_async(test->service, id, NULL, await_ready, &started);
    cdd_service_start_container_finish(test->service, await(&started), &error);
    g_assert_no_error(error);
    return id;
}

void
end_container(EngineTest *test, const char *id)
{
    g_autoptr(GAsyncResult) removed = NULL;
    GError *error = NULL;
    guint index;

    cdd_service_remove_container_async(test->service, id, CDD_REMOVE_FORCE | CDD_REMOVE_VOLUMES,
                                       NULL, await_ready, &removed);
    cdd_service_remove_container_finish(test->service, await(&removed), &error);
    g_assert_no_error(error);
    g_assert_true(g_ptr_array_find_with_equal_func(begun, id, g_str_equal, &index));
    g_ptr_array_remove_index(begun, index);
}

static void
on_stdout(const void *data, gsize length, gpointer user_data)
{
    g_string_append_len(((Output *)user_data)->out, data, (gssize)length);
}

static void
on_stderr(const void *data, gsize length, gpointer user_data)
{
    g_string_append_len(((Output *)user_data)->err, data, (gssize)length);
}

void
output_init(Output *output)
{
    *output = (Output){g_string_new(NULL), g_string_new(NULL)};
}

void
output_clear(Output *output)
{
    if (output->out == NULL)
        return;
    g_string_free(output->out, TRUE);
    g_string_free(output->err, TRUE);
}

CddOutputHandler
output_handler(Output *output)
{
    return (CddOutputHandler){.on_stdout = on_stdout, .on_stderr = on_stderr, .user_data = output};
}

gint64
exec_shell(EngineTest *test, const char *id, const char *script, Output *output)
{
    CddExecSpec spec = {.command = (const char *const[]){"sh", "-c", script, NULL}};
    CddOutputHandler handler = {NULL};
    g_autoptr(GAsyncResult) done = NULL;
    GError *error = NULL;
    gint64 exit_code = -1;

    if (output != NULL)
        handler = output_handler(output);
    cdd_service_exec_async(test->service, id, &spec, NULL, &handler, NULL, await_ready, &done);
    cdd_service_exec_finish(test->service, await(&done), &exit_code, &error);
    g_assert_no_error(error);
    return exit_code;
}
