/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints what each running container uses of the processor and of the memory:
 *
 *     container-stats [FILTER=VALUE…]
 */
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <stdio.h>

static gboolean
print_stats(CddService *service, const CddContainerSummary *container, GError **error)
{
    g_autoptr(CddContainerStats) stats =
        cdd_service_get_container_stats_sync(service, container->id, NULL, error);
    g_autofree char *memory = stats != NULL ? g_format_size(stats->memory) : NULL;

    if (stats != NULL)
        printf("%-30s %6.1f %% %10s\n", container->names[0], stats->cpu_percent, memory);
    return stats != NULL;
}

int
main(int argc G_GNUC_UNUSED, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CddService) service = cdd_service_new(NULL, &error);
    const char *const *filters = (const char *const *)argv + 1;
    g_autoptr(GPtrArray) containers = NULL;

    if (service != NULL)
        containers = cdd_service_list_containers_sync(service, FALSE, filters, NULL, &error);
    for (guint i = 0; containers != NULL && i < containers->len; i++) {
        /* A container may have ended since it was listed. */
        if (!print_stats(service, containers->pdata[i], &error) &&
            g_error_matches(error, CDD_ERROR, CDD_ERROR_NOT_FOUND))
            g_clear_error(&error);
    }
    if (error != NULL)
        fprintf(stderr, "%s\n", error->message);
    return error != NULL;
}
