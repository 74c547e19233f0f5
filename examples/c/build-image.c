/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builds an image from a directory with a Dockerfile, shows the steps, and prints the image's id:
 *
 *     build-image DIRECTORY mine:1
 */
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <stdio.h>

static void
on_progress(const CddBuildProgress *progress, gpointer user_data G_GNUC_UNUSED)
{
    if (progress->state == CDD_BUILD_STEP_STARTED && progress->total_steps > 0)
        fprintf(stderr, "[%u/%u] %s\n", progress->current_step, progress->total_steps,
                progress->message);
}

static void
on_built(GObject *source, GAsyncResult *result, gpointer user_data)
{
    int *exit_code = user_data;
    g_autoptr(GError) error = NULL;
    g_autofree char *id = cdd_service_build_image_finish(CDD_SERVICE(source), result, &error);

    if (id != NULL)
        printf("%s\n", id);
    else
        fprintf(stderr, "%s\n", error->message);
    *exit_code = id == NULL;
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CddService) service = cdd_service_new(NULL, &error);
    CddOutputHandler handler = {.on_progress = on_progress};
    int exit_code = -1;

    if (argc != 3 || service == NULL) {
        fprintf(stderr, "%s\n",
                error != NULL ? error->message : "usage: build-image DIRECTORY NAME");
        return 2;
    }
    cdd_service_build_image_async(service,
                                  &(CddBuildContext){
                                      .context_dir = argv[1],
                                      .tags = (const char *const[]){argv[2], NULL},
                                  },
                                  &handler, NULL, on_built, &exit_code);
    while (exit_code < 0)
        g_main_context_iteration(NULL, TRUE);
    return exit_code;
}
