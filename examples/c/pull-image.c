/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pulls an image and shows the progress of each layer:
 *
 *     pull-image debian:bookworm
 */
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <stdio.h>

static void
on_progress(const CddBuildProgress *progress, gpointer user_data G_GNUC_UNUSED)
{
    if (progress->id != NULL)
        printf("%s: ", progress->id);
    printf("%s", progress->message);
    if (progress->total > 0)
        printf(" %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " bytes", progress->current,
               progress->total);
    printf("\n");
}

static void
on_pulled(GObject *source, GAsyncResult *result, gpointer user_data)
{
    int *exit_code = user_data;
    g_autoptr(GError) error = NULL;

    *exit_code = 0;
    if (!cdd_service_pull_image_finish(CDD_SERVICE(source), result, &error)) {
        fprintf(stderr, "%s\n", error->message);
        *exit_code = g_error_matches(error, CDD_ERROR, CDD_ERROR_IMAGE_NOT_FOUND) ? 3 : 1;
    }
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CddService) service = cdd_service_new(NULL, &error);
    CddOutputHandler handler = {.on_progress = on_progress};
    int exit_code = -1;

    if (service == NULL || argc != 2) {
        fprintf(stderr, "%s\n", error != NULL ? error->message : "usage: pull-image IMAGE");
        return 2;
    }
    cdd_service_pull_image_async(service, argv[1], NULL, &handler, NULL, on_pulled, &exit_code);
    while (exit_code < 0)
        g_main_context_iteration(NULL, TRUE);
    return exit_code;
}
