/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies a file or a directory tree into or out of a container:
 *
 *     copy-files in PATH CONTAINER DIRECTORY
 *     copy-files out CONTAINER PATH DIRECTORY
 */
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <stdio.h>

static void
on_ready(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
    GAsyncResult **done = user_data;

    *done = g_object_ref(result);
}

static GAsyncResult *
await(GAsyncResult **done)
{
    while (*done == NULL)
        g_main_context_iteration(NULL, TRUE);
    return *done;
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CddService) service = cdd_service_new(NULL, &error);
    g_autoptr(GAsyncResult) done = NULL;
    g_auto(GStrv) skipped = NULL;
    gboolean copied = FALSE;

    if (argc != 5) {
        fprintf(stderr, "usage: copy-files in PATH CONTAINER DIRECTORY\n"
                        "       copy-files out CONTAINER PATH DIRECTORY\n");
        return 2;
    }
    if (service != NULL && g_str_equal(argv[1], "in")) {
        cdd_service_copy_to_container_async(service, argv[2], argv[3], argv[4], CDD_COPY_NONE, NULL,
                                            on_ready, &done);
        copied = cdd_service_copy_to_container_finish(service, await(&done), &error);
        skipped = cdd_service_copy_to_container_dup_warnings(service, done);
    } else if (service != NULL) {
        cdd_service_copy_from_container_async(service, argv[2], argv[3], argv[4], 0, NULL, on_ready,
                                              &done);
        copied = cdd_service_copy_from_container_finish(service, await(&done), &error);
    }
    for (char **warning = skipped; warning != NULL && *warning != NULL; warning++)
        fprintf(stderr, "%s\n", *warning);
    if (!copied)
        fprintf(stderr, "%s\n", error->message);
    return copied ? 0 : 1;
}
