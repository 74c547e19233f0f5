/* SPDX-License-Identifier: Apache-2.0 */
/* DIRECTORY TAG: an image of a directory by the classic builder. The driver is context.py. */
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <stdio.h>

static void
on_ready(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer slot)
{
    *(GAsyncResult **)slot = g_object_ref(result);
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CddService) service = argc < 3 ? NULL : cdd_service_new(NULL, &error);
    g_autoptr(GAsyncResult) done = NULL;
    g_autofree char *id = NULL;

    if (service != NULL) {
        const char *const tags[] = {argv[2], NULL};
        const CddBuildContext context = {
            .context_dir = argv[1],
            .tags = tags,
            .no_cache = TRUE,
            .builder = CDD_BUILDER_CLASSIC,
        };

        cdd_service_build_image_async(service, &context, NULL, NULL, on_ready, &done);
        while (done == NULL)
            g_main_context_iteration(NULL, TRUE);
        id = cdd_service_build_image_finish(service, done, &error);
    }
    if (error != NULL)
        fprintf(stderr, "%s\n", error->message);
    return id == NULL;
}
