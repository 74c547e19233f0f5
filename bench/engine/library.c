/* SPDX-License-Identifier: Apache-2.0 */
/* The measured operations, by the library's public interface. The driver is engine.py. */
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
on_ready(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer slot)
{
    *(GAsyncResult **)slot = g_object_ref(result);
}

static GAsyncResult *
await(GAsyncResult **slot)
{
    while (*slot == NULL)
        g_main_context_iteration(NULL, TRUE);
    return *slot;
}

/* Without stdio: the engine's pieces are as large as stdio's buffers. */
static void
write_all(int fd, const char *data, gsize length)
{
    while (length > 0) {
        ssize_t written = write(fd, data, length);

        if (written < 0)
            exit(1);
        data += written;
        length -= (gsize)written;
    }
}

static void
on_stdout(const void *data, gsize length, gpointer user_data G_GNUC_UNUSED)
{
    write_all(STDOUT_FILENO, data, length);
}

static void
on_stderr(const void *data, gsize length, gpointer user_data G_GNUC_UNUSED)
{
    write_all(STDERR_FILENO, data, length);
}

static const CddOutputHandler handler = {.on_stdout = on_stdout, .on_stderr = on_stderr};

/* run IMAGE COMMAND… */
static gint64
run(CddService *service, char **arguments, GError **error)
{
    CddContainerSpec spec = {
        .image = arguments[0],
        .command = (const char *const *)arguments + 1,
        .network_mode = CDD_NETWORK_HOST,
    };
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(CddContainerResult) result = NULL;

    cdd_service_run_container_async(service, &spec, &handler, NULL, on_ready, &done);
    result = cdd_service_run_container_finish(service, await(&done), error);
    return result == NULL ? 125 : result->exit_code;
}

/* exec CONTAINER COMMAND… */
static gint64
exec(CddService *service, char **arguments, GError **error)
{
    CddExecSpec spec = {.command = (const char *const *)arguments + 1};
    g_autoptr(GAsyncResult) done = NULL;
    gint64 exit_code = 125;

    cdd_service_exec_async(service, arguments[0], &spec, NULL, &handler, NULL, on_ready, &done);
    cdd_service_exec_finish(service, await(&done), &exit_code, error);
    return exit_code;
}

/* put FILE CONTAINER DIRECTORY */
static gint64
put(CddService *service, char **arguments, GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_copy_to_container_async(service, arguments[0], arguments[1], arguments[2],
                                        CDD_COPY_NONE, NULL, on_ready, &done);
    return !cdd_service_copy_to_container_finish(service, await(&done), error);
}

/* get CONTAINER PATH DIRECTORY */
static gint64
get(CddService *service, char **arguments, GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_copy_from_container_async(service, arguments[0], arguments[1], arguments[2], 0,
                                          NULL, on_ready, &done);
    return !cdd_service_copy_from_container_finish(service, await(&done), error);
}

static gboolean
inspect(CddService *service, const char *container, GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(CddContainerInfo) info = NULL;

    cdd_service_inspect_container_async(service, container, NULL, on_ready, &done);
    info = cdd_service_inspect_container_finish(service, await(&done), error);
    return info != NULL;
}

/* one-connection CONTAINER COUNT */
static gint64
one_connection(CddService *service, char **arguments, GError **error)
{
    for (long i = 0; i < strtol(arguments[1], NULL, 10); i++) {
        if (!inspect(service, arguments[0], error))
            return 1;
    }
    return 0;
}

/* many-connections CONTAINER COUNT */
static gint64
many_connections(CddService *none G_GNUC_UNUSED, char **arguments, GError **error)
{
    for (long i = 0; i < strtol(arguments[1], NULL, 10); i++) {
        g_autoptr(CddService) service = cdd_service_new(NULL, error);

        if (service == NULL || !inspect(service, arguments[0], error))
            return 1;
    }
    return 0;
}

static const struct {
    const char *name;
    gint64 (*func)(CddService *service, char **arguments, GError **error);
    int n_arguments;
} measures[] = {
    {"run", run, 2},
    {"exec", exec, 2},
    {"put", put, 3},
    {"get", get, 3},
    {"one-connection", one_connection, 2},
    {"many-connections", many_connections, 2},
};

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CddService) service = cdd_service_new(NULL, &error);
    gint64 status = 2;

    for (gsize i = 0; service != NULL && i < G_N_ELEMENTS(measures); i++) {
        if (argc >= 2 + measures[i].n_arguments && strcmp(argv[1], measures[i].name) == 0)
            status = measures[i].func(service, argv + 2, &error);
    }
    if (error != NULL)
        fprintf(stderr, "%s\n", error->message);
    return (int)status;
}
