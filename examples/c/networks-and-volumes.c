/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lets two containers share a volume, and find each other by name on a network of their own. All
 * that is made is called NAME, and nothing of it is left behind:
 *
 *     networks-and-volumes debian:bookworm NAME
 */
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <stdio.h>

#define SHELL(line) ((const char *const[]){"sh", "-c", line, NULL})

/* One container writes into the volume and waits. The other one reads it, and asks for the name. */
static void
use(CddService *service, const char *image, const char *name, GError **error)
{
    g_autofree char *read = g_strconcat("cat /data/greeting; getent hosts ", name, NULL);
    CddExecSpec write = {.command = SHELL("echo hello >/data/greeting")};
    CddVolumeMount data = {.volume = name, .container_path = "/data"};
    CddContainerSpec spec = {.image = image,
                             .name = name,
                             .command = SHELL("exec sleep 600"),
                             .volumes = &data,
                             .n_volumes = 1,
                             .network_mode = CDD_NETWORK_NAMED,
                             .network = name};
    g_autofree char *writer = cdd_service_create_container_sync(service, &spec, NULL, error);
    g_autoptr(CddContainerResult) answer = NULL;

    spec.name = NULL;
    spec.command = SHELL(read);
    if (writer != NULL && cdd_service_start_container_sync(service, writer, NULL, error) &&
        cdd_service_exec_sync(service, writer, &write, NULL, NULL, NULL, NULL, error))
        answer = cdd_service_run_container_sync(service, &spec, NULL, NULL, error);
    if (answer != NULL && cdd_container_result_check(answer, error))
        printf("%s\n", answer->log_tail);
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CddService) service = cdd_service_new(NULL, &error);
    const char *name = argv[argc - 1];
    g_autoptr(CddVolume) volume = NULL;
    g_autofree char *network = NULL;

    if (argc != 3) {
        fprintf(stderr, "usage: networks-and-volumes IMAGE NAME\n");
        return 2;
    }
    if (service != NULL)
        volume =
            cdd_service_create_volume_sync(service, &(CddVolumeSpec){.name = name}, NULL, &error);
    if (volume != NULL)
        network =
            cdd_service_create_network_sync(service, &(CddNetworkSpec){.name = name}, NULL, &error);
    if (network != NULL) {
        use(service, argv[1], name, &error);
        cdd_service_remove_container_sync(service, name, CDD_REMOVE_FORCE, NULL, NULL);
        cdd_service_remove_network_sync(service, network, NULL, NULL);
    }
    if (volume != NULL)
        cdd_service_remove_volume_sync(service, name, FALSE, NULL, NULL);
    if (error != NULL)
        fprintf(stderr, "%s\n", error->message);
    return error != NULL;
}
