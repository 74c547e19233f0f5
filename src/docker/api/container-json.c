/* SPDX-License-Identifier: Apache-2.0 */
#include "container-json.h"

#include "../wire/json-build.h"

/* The capabilities needed to install packages and create a user; measured, see the tests. */
static const char *const default_add[] = {"CHOWN",        "SETUID", "SETGID",
                                          "DAC_OVERRIDE", "FOWNER", NULL};
static const char *const default_drop[] = {"ALL", NULL};

static void
begin_list(JsonBuilder *builder, const char *name)
{
    json_builder_set_member_name(builder, name);
    json_builder_begin_array(builder);
}

/* Mounts, not Binds: a path may have a colon, and a missing path is an error and not created. */
static void
add_volume(JsonBuilder *builder, const CddVolumeMount *volume)
{
    json_builder_begin_object(builder);
    cdd_json_add_string(builder, "Type", volume->volume != NULL ? "volume" : "bind");
    cdd_json_add_string(builder, "Source",
                        volume->volume != NULL ? volume->volume : volume->host_path);
    cdd_json_add_string(builder, "Target", volume->container_path);
    cdd_json_add_true(builder, "ReadOnly", volume->read_only);
    json_builder_end_object(builder);
}

static void
add_tmpfs(JsonBuilder *builder, const CddTmpfsMount *tmpfs)
{
    json_builder_begin_object(builder);
    cdd_json_add_string(builder, "Type", "tmpfs");
    cdd_json_add_string(builder, "Target", tmpfs->container_path);
    json_builder_set_member_name(builder, "TmpfsOptions");
    json_builder_begin_object(builder);
    cdd_json_add_number(builder, "SizeBytes", (gint64)tmpfs->size);
    cdd_json_add_number(builder, "Mode", tmpfs->mode);
    json_builder_end_object(builder);
    json_builder_end_object(builder);
}

static void
add_mounts(JsonBuilder *builder, const CddContainerSpec *spec)
{
    begin_list(builder, "Mounts");
    for (gsize i = 0; i < spec->n_volumes; i++)
        add_volume(builder, &spec->volumes[i]);
    for (gsize i = 0; i < spec->n_tmpfs; i++)
        add_tmpfs(builder, &spec->tmpfs[i]);
    json_builder_end_array(builder);
}

static const char *
network_name(const CddContainerSpec *spec)
{
    switch (spec->network_mode) {
    case CDD_NETWORK_BRIDGE:
        return "bridge";
    case CDD_NETWORK_HOST:
        return "host";
    case CDD_NETWORK_NONE:
        return "none";
    case CDD_NETWORK_NAMED:
        return spec->network;
    case CDD_NETWORK_DEFAULT:
        break;
    }
    return NULL;
}

static void
add_security(JsonBuilder *builder, const CddContainerSecurityOptions *security)
{
    cdd_json_add_true(builder, "Privileged", security->privileged);
    cdd_json_add_true(builder, "ReadonlyRootfs", security->read_only_rootfs);
    cdd_json_add_string(builder, "UsernsMode", security->user_ns_mode);
    cdd_json_add_list(builder, "CapDrop",
                      security->drop_capabilities != NULL ? security->drop_capabilities
                                                          : default_drop);
    cdd_json_add_list(builder, "CapAdd",
                      security->add_capabilities != NULL ? security->add_capabilities
                                                         : default_add);
    if (security->no_new_privileges)
        cdd_json_add_list(builder, "SecurityOpt", (const char *const[]){"no-new-privileges", NULL});
}

static void
add_resources(JsonBuilder *builder, const CddResources *resources)
{
    cdd_json_add_number(builder, "Memory", (gint64)resources->memory);
    cdd_json_add_number(builder, "MemorySwap", resources->memory_swap);
    cdd_json_add_number(builder, "NanoCpus", (gint64)(resources->cpus * 1e9));
    cdd_json_add_string(builder, "CpusetCpus", resources->cpuset_cpus);
    cdd_json_add_number(builder, "PidsLimit", resources->pids_limit);
    cdd_json_add_number(builder, "ShmSize", (gint64)resources->shm_size);
}

static void
add_ulimits(JsonBuilder *builder, const CddUlimit *ulimits, gsize n_ulimits)
{
    begin_list(builder, "Ulimits");
    for (gsize i = 0; i < n_ulimits; i++) {
        json_builder_begin_object(builder);
        cdd_json_add_string(builder, "Name", ulimits[i].name);
        cdd_json_add_number(builder, "Soft", ulimits[i].soft);
        cdd_json_add_number(builder, "Hard", ulimits[i].hard);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

static void
add_devices(JsonBuilder *builder, const CddDevice *devices, gsize n_devices)
{
    begin_list(builder, "Devices");
    for (gsize i = 0; i < n_devices; i++) {
        const CddDevice *device = &devices[i];

        json_builder_begin_object(builder);
        cdd_json_add_string(builder, "PathOnHost", device->host_path);
        cdd_json_add_string(builder, "PathInContainer",
                            device->container_path != NULL ? device->container_path
                                                           : device->host_path);
        cdd_json_add_string(builder, "CgroupPermissions",
                            device->permissions != NULL ? device->permissions : "rwm");
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

/* Capabilities is a list of alternatives; each is a list of what one device must have. */
static void
add_capabilities(JsonBuilder *builder, const char *const *capabilities)
{
    static const char *const gpu[] = {"gpu", NULL};

    begin_list(builder, "Capabilities");
    json_builder_begin_array(builder);
    for (capabilities = capabilities != NULL ? capabilities : gpu; *capabilities != NULL;
         capabilities++)
        json_builder_add_string_value(builder, *capabilities);
    json_builder_end_array(builder);
    json_builder_end_array(builder);
}

static void
add_device_requests(JsonBuilder *builder, const CddDeviceRequest *requests, gsize n_requests)
{
    begin_list(builder, "DeviceRequests");
    for (gsize i = 0; i < n_requests; i++) {
        json_builder_begin_object(builder);
        cdd_json_add_string(builder, "Driver", requests[i].driver);
        cdd_json_add_number(builder, "Count", requests[i].count);
        cdd_json_add_list(builder, "DeviceIDs", requests[i].device_ids);
        /* A CDI device has no capabilities. */
        if (requests[i].capabilities != NULL || g_strcmp0(requests[i].driver, "cdi") != 0)
            add_capabilities(builder, requests[i].capabilities);
        cdd_json_add_pairs(builder, "Options", requests[i].options);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

static void
add_host_config(JsonBuilder *builder, const CddContainerSpec *spec)
{
    json_builder_set_member_name(builder, "HostConfig");
    json_builder_begin_object(builder);
    cdd_json_add_true(builder, "AutoRemove", spec->auto_remove);
    cdd_json_add_string(builder, "NetworkMode", network_name(spec));
    cdd_json_add_true(builder, "Init", spec->init);
    add_mounts(builder, spec);
    add_security(builder, &spec->security);
    add_resources(builder, &spec->resources);
    add_ulimits(builder, spec->ulimits, spec->n_ulimits);
    add_devices(builder, spec->devices, spec->n_devices);
    add_device_requests(builder, spec->device_requests, spec->n_device_requests);
    json_builder_set_member_name(builder, "LogConfig");
    json_builder_begin_object(builder);
    cdd_json_add_string(builder, "Type", spec->log_driver != NULL ? spec->log_driver : "none");
    json_builder_end_object(builder);
    json_builder_end_object(builder);
}

JsonNode *
cdd_container_spec_to_json(const CddContainerSpec *spec)
{
    g_autoptr(JsonBuilder) builder = json_builder_new_immutable();

    json_builder_begin_object(builder);
    cdd_json_add_string(builder, "Image", spec->image);
    cdd_json_add_list(builder, "Entrypoint", spec->entrypoint);
    cdd_json_add_list(builder, "Cmd", spec->command);
    cdd_json_add_list(builder, "Env", spec->environment);
    cdd_json_add_pairs(builder, "Labels", spec->labels);
    cdd_json_add_string(builder, "WorkingDir", spec->working_dir);
    cdd_json_add_string(builder, "User", spec->user);
    cdd_json_add_true(builder, "AttachStdout", TRUE);
    cdd_json_add_true(builder, "AttachStderr", TRUE);
    /* StdinOnce closes the container's input when the attached client disconnects. */
    cdd_json_add_true(builder, "AttachStdin", spec->open_stdin);
    cdd_json_add_true(builder, "OpenStdin", spec->open_stdin);
    cdd_json_add_true(builder, "StdinOnce", spec->open_stdin);
    cdd_json_add_true(builder, "Tty", spec->tty);
    add_host_config(builder, spec);
    json_builder_end_object(builder);
    return json_builder_get_root(builder);
}
