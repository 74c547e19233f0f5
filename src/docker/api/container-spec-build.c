/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Setters for language bindings. Each one copies the whole specification. This is simple and always
 * handles every member; speed does not matter for one specification per container.
 */
#include "container-spec.h"

#include <string.h>

G_DEFINE_BOXED_TYPE(CddContainerSpec,
                    cdd_container_spec,
                    cdd_container_spec_copy,
                    cdd_container_spec_free)

CddContainerSpec *
cdd_container_spec_new(const char *image, const char *const *command)
{
    return cdd_container_spec_copy(&(CddContainerSpec){.image = image, .command = command});
}

void
cdd_container_spec_set_name(CddContainerSpec *self, const char *name)
{
    CddContainerSpec changed = *self;

    changed.name = name;
    cdd_container_spec_assign(self, &changed);
}

void
cdd_container_spec_set_platform(CddContainerSpec *self, const char *platform)
{
    CddContainerSpec changed = *self;

    changed.platform = platform;
    cdd_container_spec_assign(self, &changed);
}

void
cdd_container_spec_set_entrypoint(CddContainerSpec *self, const char *const *entrypoint)
{
    CddContainerSpec changed = *self;

    changed.entrypoint = entrypoint;
    cdd_container_spec_assign(self, &changed);
}

void
cdd_container_spec_set_environment(CddContainerSpec *self, const char *const *environment)
{
    CddContainerSpec changed = *self;

    changed.environment = environment;
    cdd_container_spec_assign(self, &changed);
}

void
cdd_container_spec_set_labels(CddContainerSpec *self, const char *const *labels)
{
    CddContainerSpec changed = *self;

    changed.labels = labels;
    cdd_container_spec_assign(self, &changed);
}

void
cdd_container_spec_set_working_dir(CddContainerSpec *self, const char *working_dir)
{
    CddContainerSpec changed = *self;

    changed.working_dir = working_dir;
    cdd_container_spec_assign(self, &changed);
}

void
cdd_container_spec_set_user(CddContainerSpec *self, const char *user)
{
    CddContainerSpec changed = *self;

    changed.user = user;
    cdd_container_spec_assign(self, &changed);
}

void
cdd_container_spec_set_network(CddContainerSpec *self, const char *network)
{
    CddContainerSpec changed = *self;

    changed.network_mode = CDD_NETWORK_NAMED;
    changed.network = network;
    cdd_container_spec_assign(self, &changed);
}

void
cdd_container_spec_set_log_driver(CddContainerSpec *self, const char *log_driver)
{
    CddContainerSpec changed = *self;

    changed.log_driver = log_driver;
    cdd_container_spec_assign(self, &changed);
}

void
cdd_container_spec_set_security(CddContainerSpec *self, const CddContainerSecurityOptions *security)
{
    CddContainerSpec changed = *self;

    changed.security = *security;
    cdd_container_spec_assign(self, &changed);
}

void
cdd_container_spec_set_resources(CddContainerSpec *self, const CddResources *resources)
{
    CddContainerSpec changed = *self;

    changed.resources = *resources;
    cdd_container_spec_assign(self, &changed);
}

/* Returns a copy of an array with one more element. Pointers in the elements stay borrowed. */
static gpointer
append(gconstpointer elements, gsize n_elements, gconstpointer one, gsize size)
{
    char *array = g_malloc((n_elements + 1) * size);

    if (n_elements > 0)
        memcpy(array, elements, n_elements * size);
    memcpy(array + n_elements * size, one, size);
    return array;
}

void
cdd_container_spec_add_volume(CddContainerSpec *self, const CddVolumeMount *volume)
{
    CddContainerSpec changed = *self;
    g_autofree CddVolumeMount *all = append(self->volumes, self->n_volumes, volume, sizeof *volume);

    changed.volumes = all;
    changed.n_volumes++;
    cdd_container_spec_assign(self, &changed);
}

void
cdd_container_spec_add_tmpfs(CddContainerSpec *self, const CddTmpfsMount *tmpfs)
{
    CddContainerSpec changed = *self;
    g_autofree CddTmpfsMount *all = append(self->tmpfs, self->n_tmpfs, tmpfs, sizeof *tmpfs);

    changed.tmpfs = all;
    changed.n_tmpfs++;
    cdd_container_spec_assign(self, &changed);
}

void
cdd_container_spec_add_ulimit(CddContainerSpec *self, const CddUlimit *ulimit)
{
    CddContainerSpec changed = *self;
    g_autofree CddUlimit *all = append(self->ulimits, self->n_ulimits, ulimit, sizeof *ulimit);

    changed.ulimits = all;
    changed.n_ulimits++;
    cdd_container_spec_assign(self, &changed);
}

void
cdd_container_spec_add_device(CddContainerSpec *self, const CddDevice *device)
{
    CddContainerSpec changed = *self;
    g_autofree CddDevice *all = append(self->devices, self->n_devices, device, sizeof *device);

    changed.devices = all;
    changed.n_devices++;
    cdd_container_spec_assign(self, &changed);
}

void
cdd_container_spec_add_device_request(CddContainerSpec *self,
                                      const CddDeviceRequest *device_request)
{
    CddContainerSpec changed = *self;
    g_autofree CddDeviceRequest *all = append(self->device_requests, self->n_device_requests,
                                              device_request, sizeof *device_request);

    changed.device_requests = all;
    changed.n_device_requests++;
    cdd_container_spec_assign(self, &changed);
}
