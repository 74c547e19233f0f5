/* SPDX-License-Identifier: Apache-2.0 */
#include "container-spec.h"

#include <string.h>

/* A specification with its strings, which live as long as the chunk. */
typedef struct {
    CddContainerSpec spec;
    GStringChunk *strings;
    GPtrArray *arrays;
} OwnedSpec;

static const char *
keep(OwnedSpec *owned, const char *string)
{
    return string != NULL ? g_string_chunk_insert(owned->strings, string) : NULL;
}

static const char *const *
keep_list(OwnedSpec *owned, const char *const *list)
{
    gsize length;
    const char **copy;

    if (list == NULL)
        return NULL;
    length = g_strv_length((char **)list);
    copy = g_new0(const char *, length + 1);
    for (gsize i = 0; i < length; i++)
        copy[i] = keep(owned, list[i]);
    g_ptr_array_add(owned->arrays, copy);
    return copy;
}

/* Returns a copy of an array. Pointers in the elements are still borrowed. */
static gpointer
keep_array(OwnedSpec *owned, gconstpointer elements, gsize n_elements, gsize size)
{
    gpointer copy = g_malloc0_n(n_elements + 1, size);

    if (n_elements > 0)
        memcpy(copy, elements, n_elements * size);
    g_ptr_array_add(owned->arrays, copy);
    return copy;
}

static const CddVolumeMount *
keep_volumes(OwnedSpec *owned, const CddVolumeMount *volumes, gsize n_volumes)
{
    CddVolumeMount *copy = keep_array(owned, volumes, n_volumes, sizeof *copy);

    for (gsize i = 0; i < n_volumes; i++) {
        copy[i].host_path = keep(owned, copy[i].host_path);
        copy[i].container_path = keep(owned, copy[i].container_path);
        copy[i].volume = keep(owned, copy[i].volume);
    }
    return copy;
}

static const CddTmpfsMount *
keep_tmpfs(OwnedSpec *owned, const CddTmpfsMount *tmpfs, gsize n_tmpfs)
{
    CddTmpfsMount *copy = keep_array(owned, tmpfs, n_tmpfs, sizeof *copy);

    for (gsize i = 0; i < n_tmpfs; i++)
        copy[i].container_path = keep(owned, copy[i].container_path);
    return copy;
}

static const CddUlimit *
keep_ulimits(OwnedSpec *owned, const CddUlimit *ulimits, gsize n_ulimits)
{
    CddUlimit *copy = keep_array(owned, ulimits, n_ulimits, sizeof *copy);

    for (gsize i = 0; i < n_ulimits; i++)
        copy[i].name = keep(owned, copy[i].name);
    return copy;
}

static const CddDevice *
keep_devices(OwnedSpec *owned, const CddDevice *devices, gsize n_devices)
{
    CddDevice *copy = keep_array(owned, devices, n_devices, sizeof *copy);

    for (gsize i = 0; i < n_devices; i++) {
        copy[i].host_path = keep(owned, copy[i].host_path);
        copy[i].container_path = keep(owned, copy[i].container_path);
        copy[i].permissions = keep(owned, copy[i].permissions);
    }
    return copy;
}

static const CddDeviceRequest *
keep_device_requests(OwnedSpec *owned, const CddDeviceRequest *requests, gsize n_requests)
{
    CddDeviceRequest *copy = keep_array(owned, requests, n_requests, sizeof *copy);

    for (gsize i = 0; i < n_requests; i++) {
        copy[i].driver = keep(owned, copy[i].driver);
        copy[i].device_ids = keep_list(owned, copy[i].device_ids);
        copy[i].capabilities = keep_list(owned, copy[i].capabilities);
        copy[i].options = keep_list(owned, copy[i].options);
    }
    return copy;
}

CddContainerSpec *
cdd_container_spec_copy(const CddContainerSpec *spec)
{
    OwnedSpec *owned = g_new0(OwnedSpec, 1);
    CddContainerSpec *copy = &owned->spec;

    owned->strings = g_string_chunk_new(1024);
    owned->arrays = g_ptr_array_new_with_free_func(g_free);
    *copy = *spec;
    copy->image = keep(owned, spec->image);
    copy->name = keep(owned, spec->name);
    copy->platform = keep(owned, spec->platform);
    copy->entrypoint = keep_list(owned, spec->entrypoint);
    copy->command = keep_list(owned, spec->command);
    copy->environment = keep_list(owned, spec->environment);
    copy->labels = keep_list(owned, spec->labels);
    copy->volumes = keep_volumes(owned, spec->volumes, spec->n_volumes);
    copy->tmpfs = keep_tmpfs(owned, spec->tmpfs, spec->n_tmpfs);
    copy->working_dir = keep(owned, spec->working_dir);
    copy->user = keep(owned, spec->user);
    copy->network = keep(owned, spec->network);
    copy->security.drop_capabilities = keep_list(owned, spec->security.drop_capabilities);
    copy->security.add_capabilities = keep_list(owned, spec->security.add_capabilities);
    copy->security.user_ns_mode = keep(owned, spec->security.user_ns_mode);
    copy->resources.cpuset_cpus = keep(owned, spec->resources.cpuset_cpus);
    copy->ulimits = keep_ulimits(owned, spec->ulimits, spec->n_ulimits);
    copy->devices = keep_devices(owned, spec->devices, spec->n_devices);
    copy->device_requests =
        keep_device_requests(owned, spec->device_requests, spec->n_device_requests);
    copy->log_driver = keep(owned, spec->log_driver);
    return copy;
}

void
cdd_container_spec_assign(CddContainerSpec *spec, const CddContainerSpec *value)
{
    OwnedSpec *owned = (OwnedSpec *)spec;
    OwnedSpec *copy = (OwnedSpec *)cdd_container_spec_copy(value);
    OwnedSpec old = *owned;

    *owned = *copy;
    *copy = old;
    cdd_container_spec_free(&copy->spec);
}

void
cdd_container_spec_free(CddContainerSpec *spec)
{
    OwnedSpec *owned = (OwnedSpec *)spec;

    if (owned == NULL)
        return;
    g_string_chunk_free(owned->strings);
    g_ptr_array_unref(owned->arrays);
    g_free(owned);
}
