/* SPDX-License-Identifier: Apache-2.0 */
#include "container-json.h"

#include "../value/extra-host.h"
#include "../wire/json-build.h"
#include "container-network.h"
#include "container.h"

#include <string.h>

/* The capabilities needed to install packages and create a user; measured, see the tests. */
static const char *const hardened_add[] = {"CHOWN",        "SETUID", "SETGID",
                                           "DAC_OVERRIDE", "FOWNER", NULL};
static const char *const hardened_drop[] = {"ALL", NULL};

enum {
    NANOSECONDS = 1000000, /* in a millisecond */
};

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
    if (volume->propagation != NULL) {
        json_builder_set_member_name(builder, "BindOptions");
        json_builder_begin_object(builder);
        cdd_json_add_string(builder, "Propagation", volume->propagation);
        json_builder_end_object(builder);
    }
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

static void
add_security(JsonBuilder *builder, const CddContainerSpec *spec)
{
    const CddContainerSecurityOptions *security = &spec->security;
    g_autoptr(GPtrArray) options = g_ptr_array_new();
    const char *const *const drop = spec->hardened ? hardened_drop : NULL;
    const char *const *const add = spec->hardened ? hardened_add : NULL;

    cdd_json_add_true(builder, "Privileged", security->privileged);
    cdd_json_add_true(builder, "ReadonlyRootfs", security->read_only_rootfs);
    cdd_json_add_string(builder, "UsernsMode", security->user_ns_mode);
    cdd_json_add_list(builder, "CapDrop",
                      security->drop_capabilities != NULL ? security->drop_capabilities : drop);
    cdd_json_add_list(builder, "CapAdd",
                      security->add_capabilities != NULL ? security->add_capabilities : add);
    cdd_json_add_list(builder, "MaskedPaths", security->masked_paths);
    cdd_json_add_list(builder, "ReadonlyPaths", security->readonly_paths);
    if (security->no_new_privileges)
        g_ptr_array_add(options, (gpointer) "no-new-privileges");
    for (const char *const *option = security->security_options; option != NULL && *option != NULL;
         option++)
        g_ptr_array_add(options, (gpointer)*option);
    g_ptr_array_add(options, NULL);
    if (options->len > 1)
        cdd_json_add_list(builder, "SecurityOpt", (const char *const *)options->pdata);
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
    cdd_json_add_number(builder, "MemoryReservation", (gint64)resources->memory_reservation);
    cdd_json_add_true(builder, "OomKillDisable", resources->oom_kill_disable);
    cdd_json_add_number(builder, "CpuShares", (gint64)resources->cpu_shares);
    cdd_json_add_number(builder, "CpuPeriod", resources->cpu_period);
    cdd_json_add_number(builder, "CpuQuota", resources->cpu_quota);
    cdd_json_add_string(builder, "CpusetMems", resources->cpuset_mems);
    cdd_json_add_number(builder, "BlkioWeight", resources->blkio_weight);
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

/* As engines expect it; the specification was checked. */
static void
add_extra_hosts(JsonBuilder *builder, const char *const *hosts)
{
    if (hosts == NULL)
        return;
    begin_list(builder, "ExtraHosts");
    for (; *hosts != NULL; hosts++) {
        g_autofree char *host = cdd_extra_host_normalize(*hosts, NULL);

        json_builder_add_string_value(builder, host != NULL ? host : *hosts);
    }
    json_builder_end_array(builder);
}

static void
add_log_config(JsonBuilder *builder, const CddContainerSpec *spec)
{
    const char *driver = spec->log_driver;

    if (driver == NULL && spec->hardened)
        driver = "none";
    if (driver == NULL && spec->log_options == NULL)
        return;
    json_builder_set_member_name(builder, "LogConfig");
    json_builder_begin_object(builder);
    cdd_json_add_string(builder, "Type", driver);
    cdd_json_add_pairs(builder, "Config", spec->log_options);
    json_builder_end_object(builder);
}

static void
add_restart_policy(JsonBuilder *builder, CddRestartPolicy policy, guint maximum_retry_count)
{
    static const char *const names[] = {
        [CDD_RESTART_NO] = "no",
        [CDD_RESTART_ON_FAILURE] = "on-failure",
        [CDD_RESTART_ALWAYS] = "always",
        [CDD_RESTART_UNLESS_STOPPED] = "unless-stopped",
    };

    json_builder_set_member_name(builder, "RestartPolicy");
    json_builder_begin_object(builder);
    cdd_json_add_string(builder, "Name", names[policy]);
    cdd_json_add_number(builder, "MaximumRetryCount", maximum_retry_count);
    json_builder_end_object(builder);
}

static void
add_namespaces(JsonBuilder *builder, const CddContainerSpec *spec)
{
    cdd_json_add_string(builder, "NetworkMode", cdd_container_network_mode(spec));
    cdd_json_add_string(builder, "PidMode", spec->pid_mode);
    cdd_json_add_string(builder, "IpcMode", spec->ipc_mode);
    cdd_json_add_string(builder, "UTSMode", spec->uts_mode);
    cdd_json_add_string(builder, "CgroupnsMode", spec->cgroupns_mode);
    cdd_json_add_string(builder, "CgroupParent", spec->cgroup_parent);
}

static void
add_host_config(JsonBuilder *builder, const CddContainerSpec *spec)
{
    json_builder_set_member_name(builder, "HostConfig");
    json_builder_begin_object(builder);
    cdd_json_add_true(builder, "AutoRemove", spec->auto_remove);
    cdd_json_add_true(builder, "Init", spec->init);
    add_namespaces(builder, spec);
    add_mounts(builder, spec);
    cdd_json_add_list(builder, "VolumesFrom", spec->volumes_from);
    add_security(builder, spec);
    cdd_json_add_list(builder, "GroupAdd", spec->groups);
    add_resources(builder, &spec->resources);
    cdd_json_add_number(builder, "OomScoreAdj", spec->oom_score_adj);
    add_ulimits(builder, spec->ulimits, spec->n_ulimits);
    cdd_json_add_pairs(builder, "Sysctls", spec->sysctls);
    add_devices(builder, spec->devices, spec->n_devices);
    cdd_json_add_list(builder, "DeviceCgroupRules", spec->device_cgroup_rules);
    add_device_requests(builder, spec->device_requests, spec->n_device_requests);
    cdd_container_network_add_bindings(builder, spec);
    cdd_json_add_true(builder, "PublishAllPorts", spec->publish_all_ports);
    cdd_json_add_list(builder, "Dns", spec->dns);
    cdd_json_add_list(builder, "DnsOptions", spec->dns_options);
    cdd_json_add_list(builder, "DnsSearch", spec->dns_search);
    add_extra_hosts(builder, spec->extra_hosts);
    add_log_config(builder, spec);
    if (spec->restart_policy != CDD_RESTART_NO)
        add_restart_policy(builder, spec->restart_policy, spec->restart_maximum_retry_count);
    cdd_json_add_pairs(builder, "StorageOpt", spec->storage_options);
    cdd_json_add_pairs(builder, "Annotations", spec->annotations);
    cdd_json_add_string(builder, "Runtime", spec->runtime);
    json_builder_end_object(builder);
}

static void
add_health(JsonBuilder *builder, const CddHealthConfig *health)
{
    if (health == NULL)
        return;
    json_builder_set_member_name(builder, "Healthcheck");
    json_builder_begin_object(builder);
    cdd_json_add_list(builder, "Test", health->test);
    cdd_json_add_number(builder, "Interval", health->interval * NANOSECONDS);
    cdd_json_add_number(builder, "Timeout", health->timeout * NANOSECONDS);
    cdd_json_add_number(builder, "StartPeriod", health->start_period * NANOSECONDS);
    cdd_json_add_number(builder, "StartInterval", health->start_interval * NANOSECONDS);
    cdd_json_add_number(builder, "Retries", health->retries);
    json_builder_end_object(builder);
}

/* One network: engines before API 1.44 refuse more. The others are connected afterwards. */
static void
add_main_network(JsonBuilder *builder, const CddContainerSpec *spec)
{
    if (spec->n_networks == 0)
        return;
    json_builder_set_member_name(builder, "NetworkingConfig");
    json_builder_begin_object(builder);
    json_builder_set_member_name(builder, "EndpointsConfig");
    json_builder_begin_object(builder);
    json_builder_set_member_name(builder, spec->networks[0].network);
    cdd_endpoint_settings_add(builder, &spec->networks[0]);
    json_builder_end_object(builder);
    json_builder_end_object(builder);
}

static JsonNode *
new_body(const CddContainerSpec *spec)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();

    json_builder_begin_object(builder);
    cdd_json_add_string(builder, "Image", spec->image);
    cdd_json_add_list(builder, "Entrypoint", spec->entrypoint);
    cdd_json_add_list(builder, "Cmd", spec->command);
    cdd_json_add_list(builder, "Env", spec->environment);
    cdd_json_add_pairs(builder, "Labels", spec->labels);
    cdd_json_add_string(builder, "WorkingDir", spec->working_dir);
    cdd_json_add_string(builder, "User", spec->user);
    cdd_json_add_string(builder, "Hostname", spec->hostname);
    cdd_json_add_string(builder, "Domainname", spec->domainname);
    cdd_json_add_true(builder, "AttachStdout", TRUE);
    cdd_json_add_true(builder, "AttachStderr", TRUE);
    /* StdinOnce closes the container's input when the attached client disconnects. */
    cdd_json_add_true(builder, "AttachStdin", spec->open_stdin);
    cdd_json_add_true(builder, "OpenStdin", spec->open_stdin);
    cdd_json_add_true(builder, "StdinOnce", spec->open_stdin);
    cdd_json_add_true(builder, "Tty", spec->tty);
    cdd_json_add_string(builder, "StopSignal", spec->stop_signal);
    cdd_json_add_number(builder, "StopTimeout", cdd_stop_seconds(spec->stop_timeout));
    cdd_container_network_add_exposed(builder, spec);
    add_health(builder, spec->health);
    add_host_config(builder, spec);
    add_main_network(builder, spec);
    json_builder_end_object(builder);
    return json_builder_get_root(builder);
}

JsonNode *
cdd_container_spec_to_json(const CddContainerSpec *spec)
{
    JsonNode *body = new_body(spec);
    g_autoptr(JsonNode) extra =
        spec->extra != NULL ? cdd_json_parse(spec->extra, strlen(spec->extra), NULL) : NULL;

    if (extra != NULL)
        cdd_json_merge(json_node_get_object(body), cdd_json_as_object(extra));
    return body;
}

JsonNode *
cdd_container_update_to_json(const CddContainerUpdate *update)
{
    g_autoptr(JsonBuilder) builder = json_builder_new_immutable();

    json_builder_begin_object(builder);
    add_resources(builder, &update->resources);
    if (update->change_restart_policy)
        add_restart_policy(builder, update->restart_policy, update->restart_maximum_retry_count);
    json_builder_end_object(builder);
    return json_builder_get_root(builder);
}
