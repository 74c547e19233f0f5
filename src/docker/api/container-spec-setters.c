/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Setters for language bindings. Each one copies the whole specification. This is simple and always
 * handles every member; speed does not matter for one specification per container.
 */
#include "container-spec.h"

#include <colcon-deb-docker/cdd-container-spec-setters.h>
#include <string.h>

CddContainerSpec *
cdd_container_spec_new(const char *image, const char *const *command)
{
    return cdd_container_spec_copy(&(CddContainerSpec){.image = image, .command = command});
}

#define DEFINE_SETTER(Type, member)                                                                \
    void cdd_container_spec_set_##member(CddContainerSpec *self, Type member)                      \
    {                                                                                              \
        CddContainerSpec changed = *self;                                                          \
                                                                                                   \
        changed.member = member;                                                                   \
        cdd_container_spec_assign(self, &changed);                                                 \
    }

DEFINE_SETTER(const char *, name)
DEFINE_SETTER(const char *, platform)
DEFINE_SETTER(const char *, working_dir)
DEFINE_SETTER(const char *, user)
DEFINE_SETTER(const char *, hostname)
DEFINE_SETTER(const char *, domainname)
DEFINE_SETTER(const char *, log_driver)
DEFINE_SETTER(const char *, pid_mode)
DEFINE_SETTER(const char *, ipc_mode)
DEFINE_SETTER(const char *, uts_mode)
DEFINE_SETTER(const char *, cgroupns_mode)
DEFINE_SETTER(const char *, cgroup_parent)
DEFINE_SETTER(const char *, runtime)
DEFINE_SETTER(const char *, stop_signal)
DEFINE_SETTER(const char *, extra)
DEFINE_SETTER(const char *const *, entrypoint)
DEFINE_SETTER(const char *const *, environment)
DEFINE_SETTER(const char *const *, labels)
DEFINE_SETTER(const char *const *, dns)
DEFINE_SETTER(const char *const *, dns_options)
DEFINE_SETTER(const char *const *, dns_search)
DEFINE_SETTER(const char *const *, extra_hosts)
DEFINE_SETTER(const char *const *, device_cgroup_rules)
DEFINE_SETTER(const char *const *, log_options)
DEFINE_SETTER(const char *const *, groups)
DEFINE_SETTER(const char *const *, sysctls)
DEFINE_SETTER(const char *const *, storage_options)
DEFINE_SETTER(const char *const *, annotations)
DEFINE_SETTER(const char *const *, volumes_from)
DEFINE_SETTER(const CddHealthConfig *, health)

void
cdd_container_spec_set_network(CddContainerSpec *self, const char *network)
{
    CddContainerSpec changed = *self;

    changed.network_mode = CDD_NETWORK_NAMED;
    changed.network = network;
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

#define DEFINE_ADDER(Type, one, members)                                                           \
    void cdd_container_spec_add_##one(CddContainerSpec *self, const Type *one)                     \
    {                                                                                              \
        CddContainerSpec changed = *self;                                                          \
        g_autofree Type *all = append(self->members, self->n_##members, one, sizeof *one);         \
                                                                                                   \
        changed.members = all;                                                                     \
        changed.n_##members++;                                                                     \
        cdd_container_spec_assign(self, &changed);                                                 \
    }

DEFINE_ADDER(CddDevice, device, devices)
DEFINE_ADDER(CddDeviceRequest, device_request, device_requests)
DEFINE_ADDER(CddEndpointSettings, network, networks)
DEFINE_ADDER(CddPortBinding, port, ports)
DEFINE_ADDER(CddTmpfsMount, tmpfs, tmpfs)
DEFINE_ADDER(CddUlimit, ulimit, ulimits)
DEFINE_ADDER(CddVolumeMount, volume, volumes)
