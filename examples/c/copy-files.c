/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies a file or a directory tree into or out of a container:
 *
 *     copy-files in PATH CONTAINER DIRECTORY
 *     copy-files out CONTAINER PATH DIRECTORY
 */
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <stdio.h>

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CddService) service = cdd_service_new(NULL, &error);
    gboolean in = argc == 5 && g_str_equal(argv[1], "in");
    gboolean copied = FALSE;

    if (!in && (argc != 5 || !g_str_equal(argv[1], "out"))) {
        fprintf(stderr, "usage: copy-files in PATH CONTAINER DIRECTORY\n"
                        "       copy-files out CONTAINER PATH DIRECTORY\n");
        return 2;
    }
    if (service != NULL && in)
        copied = cdd_service_copy_to_container_sync(service, argv[2], argv[3], argv[4],
                                                    CDD_COPY_NONE, NULL, &error);
    else if (service != NULL)
        copied = cdd_service_copy_from_container_sync(service, argv[2], argv[3], argv[4], 0, NULL,
                                                      &error);
    if (!copied)
        fprintf(stderr, "%s\n", error->message);
    return copied ? 0 : 1;
}
