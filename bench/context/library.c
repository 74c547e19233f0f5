/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DIRECTORY TAG [buildkit]: builds an image from a directory, with the classic builder or BuildKit.
 * For BuildKit it prints the bytes of the context that were sent. The driver is context.py.
 */
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <stdio.h>

static void
on_ready(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer slot)
{
    *(GAsyncResult **)slot = g_object_ref(result);
}

static void
on_progress(const CddBuildProgress *progress, gpointer user_data)
{
    guint64 *sent = user_data;

    if (g_strcmp0(progress->id, "transferring context:") == 0)
        *sent = MAX(*sent, progress->current);
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CddService) service = argc < 3 ? NULL : cdd_service_new(NULL, &error);
    g_autoptr(GAsyncResult) done = NULL;
    g_autofree char *id = NULL;
    guint64 sent = 0;

    if (service != NULL) {
        const char *const tags[] = {argv[2], NULL};
        const CddBuildContext context = {
            .context_dir = argv[1],
            .tags = tags,
            .no_cache = TRUE,
            .builder = argc == 3 ? CDD_BUILDER_CLASSIC : CDD_BUILDER_BUILDKIT,
        };
        const CddOutputHandler handler = {.on_progress = on_progress, .user_data = &sent};

        cdd_service_build_image_async(service, &context, &handler, NULL, on_ready, &done);
        while (done == NULL)
            g_main_context_iteration(NULL, TRUE);
        id = cdd_service_build_image_finish(service, done, &error);
    }
    if (error != NULL)
        fprintf(stderr, "%s\n", error->message);
    else if (argc > 3)
        printf("%" G_GUINT64_FORMAT "\n", sent);
    return id == NULL;
}
