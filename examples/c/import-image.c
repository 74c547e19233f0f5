/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes an image from a directory, which tar(1) packs while the engine unpacks, and prints its id:
 *
 *     import-image DIRECTORY mine:1
 */
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <stdio.h>

static void
on_imported(GObject *source, GAsyncResult *result, gpointer user_data)
{
    int *exit_code = user_data;
    g_autoptr(GError) error = NULL;
    g_autofree char *id = cdd_service_import_image_finish(CDD_SERVICE(source), result, &error);

    if (id != NULL)
        printf("%s\n", id);
    else
        fprintf(stderr, "%s\n", error->message);
    *exit_code = id == NULL;
}

int
main(int argc, char **argv)
{
    static const char *const changes[] = {"CMD [\"sh\"]", NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(CddService) service = cdd_service_new(NULL, &error);
    g_autoptr(GSubprocess) tar = NULL;
    CddImportOptions options = {.changes = changes};
    int exit_code = -1;

    if (argc != 3) {
        fprintf(stderr, "usage: import-image DIRECTORY NAME\n");
        return 2;
    }
    if (service != NULL)
        tar = g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "tar", "-C", argv[1], "-c",
                               ".", NULL);
    if (tar == NULL) {
        fprintf(stderr, "%s\n", error->message);
        return 1;
    }
    options.reference = argv[2];
    cdd_service_import_image_async(service, g_subprocess_get_stdout_pipe(tar), &options, NULL, NULL,
                                   on_imported, &exit_code);
    while (exit_code < 0)
        g_main_context_iteration(NULL, TRUE);
    /* The engine accepts an incomplete archive; only tar's exit code shows the failure. */
    return g_subprocess_wait_check(tar, NULL, NULL) ? exit_code : 1;
}
