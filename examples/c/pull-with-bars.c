/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pulls an image and draws a bar for each layer:
 *
 *     pull-with-bars debian:bookworm
 */
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <stdio.h>

static const char full[] = "##############################";

enum {
    WIDTH = sizeof full - 1,
};

/* A layer keeps the line on which it appeared; the cursor stays below the last one. */
static void
on_progress(const CddBuildProgress *progress, gpointer user_data)
{
    GPtrArray *layers = user_data;
    guint64 total = MAX(progress->total, 1);
    int bar = (int)(WIDTH * MIN(progress->current, total) / total);
    guint line = layers->len;

    if (progress->id == NULL)
        return;
    if (!g_ptr_array_find_with_equal_func(layers, progress->id, g_str_equal, &line)) {
        line = layers->len;
        g_ptr_array_add(layers, g_strdup(progress->id));
        printf("\n");
    }
    printf("\033[%uA\r%-12s [%-*.*s] %s\033[K\033[%uB\r", layers->len - line, progress->id, WIDTH,
           bar, full, progress->message, layers->len - line);
    fflush(stdout);
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CddService) service = cdd_service_new(NULL, &error);
    g_autoptr(GPtrArray) layers = g_ptr_array_new_with_free_func(g_free);
    CddOutputHandler handler = {.on_progress = on_progress, .user_data = layers};

    if (argc != 2) {
        fprintf(stderr, "usage: pull-with-bars IMAGE\n");
        return 2;
    }
    if (service == NULL ||
        !cdd_service_pull_image_sync(service, argv[1], NULL, &handler, NULL, &error)) {
        fprintf(stderr, "%s\n", error->message);
        return 1;
    }
    return 0;
}
