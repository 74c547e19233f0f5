/* SPDX-License-Identifier: Apache-2.0 */
#include "gpu-request.h"

#include "../base/program-error.h"
#include "../config/gpus.h"

#include <string.h>

/* What engines say when a container cannot have its GPUs; the first that fits. */
static const struct {
    const char *text;
    const char *advice;
} refusals[] = {
    {"could not select device driver \"cdi\"",
     "the engine does not use CDI: set \"features\": {\"cdi\": true} in its daemon.json (Docker 25 "
     "or later) and restart it, or use a value such as all"},
    {"could not select device driver",
     "the engine has no driver for GPUs: on its machine install nvidia-container-toolkit, run "
     "'nvidia-ctk runtime configure --runtime=docker' and restart the engine"},
    {"unresolvable CDI devices",
     "the engine's machine has no CDI device of that name: 'nvidia-ctk cdi list' shows the names, "
     "and 'nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml' makes them"},
};

gboolean
gpu_request_add(CddContainerSpec *spec, const Config *config, const Engine *engine, GError **error)
{
    g_autoptr(CddDeviceRequest) request = NULL;

    if (config->gpus == NULL)
        return TRUE;
    if (!gpus_parse(config->gpus, &request, error))
        return FALSE;
    if (request == NULL)
        return TRUE;
    if (g_strcmp0(engine->info->name, "Podman") == 0 && g_strcmp0(request->driver, "cdi") != 0)
        return program_error_usage(error,
                                   "docker.gpus: Podman ignores \"%s\"; name CDI devices, such as "
                                   "nvidia.com/gpu=all",
                                   config->gpus);
    cdd_container_spec_add_device_request(spec, request);
    return TRUE;
}

void
gpu_request_explain(GError **error)
{
    g_autofree char *cause = g_strdup((*error)->message);

    for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
        if (strstr(cause, refusals[i].text) == NULL)
            continue;
        g_clear_error(error);
        g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED, "docker.gpus: %s (%s)",
                    refusals[i].advice, cause);
        return;
    }
}
