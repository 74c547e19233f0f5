/* SPDX-License-Identifier: Apache-2.0 */
#include "../value/extra-host.h"
#include "../value/platform.h"
#include "../value/text.h"
#include "../wire/json.h"
#include "container-network.h"
#include "container-spec.h"
#include "faults.h"

#include <colcon-deb-docker/cdd-container-spec.h>
#include <colcon-deb-docker/cdd-error.h>
#include <string.h>

/* Engines refuse less memory. */
#define MIN_MEMORY ((guint64)6 * 1024 * 1024)
#define MAX_CPUS 65536.0
/* Microseconds. Engines refuse less than a millisecond. */
#define MAX_HEALTH_TIME (366 * G_TIME_SPAN_DAY / G_TIME_SPAN_MILLISECOND)
#define MAX_OOM_SCORE 1000

static void
check_platform(GString *faults, const char *platform)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *normal = NULL;

    if (!cdd_platform_normalize(platform, &normal, &error))
        cdd_faults_add(faults, "%s", error->message);
}

/* Of two mounts at one path, engines silently use the last one. */
static void
check_mount_point(
    GString *faults, const char *what, gsize number, const char *path, GHashTable *taken)
{
    if (!cdd_faults_is_path(path) || g_str_equal(path, "/"))
        cdd_faults_add(faults,
                       "%s %" G_GSIZE_FORMAT
                       ": the container path \"%s\" is not absolute, is the root or is not UTF-8",
                       what, number, path != NULL ? path : "");
    else if (!g_hash_table_add(taken, (gpointer)path))
        cdd_faults_add(faults, "two mounts at %s", path);
}

static void
check_mount_points(GString *faults, const CddContainerSpec *spec)
{
    g_autoptr(GHashTable) taken = g_hash_table_new(g_str_hash, g_str_equal);

    for (gsize i = 0; i < spec->n_volumes; i++)
        check_mount_point(faults, "volume", i + 1, spec->volumes[i].container_path, taken);
    for (gsize i = 0; i < spec->n_tmpfs; i++) {
        check_mount_point(faults, "tmpfs", i + 1, spec->tmpfs[i].container_path, taken);
        cdd_faults_check_reserved(faults, &spec->tmpfs[i]);
    }
}

static void
check_volumes(GString *faults, const CddVolumeMount *volumes, gsize n_volumes)
{
    static const char *const propagations[] = {"private", "rprivate", "shared", "rshared",
                                               "slave",   "rslave",   NULL};

    for (gsize i = 0; i < n_volumes; i++) {
        const char *host_path = volumes[i].host_path;
        const char *volume = volumes[i].volume;

        if (volume != NULL && host_path != NULL)
            cdd_faults_add(faults,
                           "volume %" G_GSIZE_FORMAT
                           ": it has both a host path and a volume's name; give one",
                           i + 1);
        else if (volume != NULL && !cdd_faults_is_name(volume))
            cdd_faults_add(faults, "volume %" G_GSIZE_FORMAT ": \"%s\" is not a valid volume name",
                           i + 1, volume);
        else if (volume == NULL && !cdd_faults_is_path(host_path))
            cdd_faults_add(faults,
                           "volume %" G_GSIZE_FORMAT
                           ": the host path \"%s\" is not absolute or is not UTF-8",
                           i + 1, host_path != NULL ? host_path : "");
        if (volumes[i].propagation != NULL &&
            (host_path == NULL || !g_strv_contains(propagations, volumes[i].propagation)))
            cdd_faults_add(faults,
                           "volume %" G_GSIZE_FORMAT
                           ": \"%s\" is not how mounts below a host path propagate",
                           i + 1, volumes[i].propagation);
        cdd_faults_check_reserved(faults, &volumes[i]);
    }
}

static void
check_capabilities(GString *faults, const char *const *capabilities)
{
    for (; capabilities != NULL && *capabilities != NULL; capabilities++) {
        if (**capabilities == '\0' || !cdd_text_has_only(*capabilities, G_CSET_A_2_Z "_"))
            cdd_faults_add(faults, "\"%s\" is not a valid capability name", *capabilities);
    }
}

static void
check_processors(GString *faults, const char *processors)
{
    if (processors != NULL &&
        (*processors == '\0' || !cdd_text_has_only(processors, "0123456789,-")))
        cdd_faults_add(faults, "\"%s\" is not a list of processors", processors);
}

static void
check_resources(GString *faults, const CddResources *resources)
{
    if (resources->memory > 0 && resources->memory < MIN_MEMORY)
        cdd_faults_add(faults,
                       "%" G_GUINT64_FORMAT " bytes of memory are less than the minimum of 6 MiB",
                       resources->memory);
    if (resources->memory_swap < -1 ||
        (resources->memory_swap > 0 && (guint64)resources->memory_swap < resources->memory))
        cdd_faults_add(
            faults, "%" G_GINT64_FORMAT " bytes of memory and swap are less than the memory limit",
            resources->memory_swap);
    if (resources->memory_swap != 0 && resources->memory == 0)
        cdd_faults_add(faults, "a swap limit needs a memory limit");
    if (!(resources->cpus >= 0 && resources->cpus <= MAX_CPUS))
        cdd_faults_add(faults, "%g is not a number of processors", resources->cpus);
    if (resources->pids_limit < -1)
        cdd_faults_add(faults, "%" G_GINT64_FORMAT " is not a number of processes",
                       resources->pids_limit);
    if (resources->cpus > 0 && resources->cpu_quota != 0)
        cdd_faults_add(faults, "both a number of processors and a quota are given");
    if (resources->cpu_period < 0 || resources->cpu_quota < 0)
        cdd_faults_add(faults, "a period or quota of processors is negative");
    if (resources->blkio_weight != 0 &&
        (resources->blkio_weight < 10 || resources->blkio_weight > 1000))
        cdd_faults_add(faults, "%u is not a weight between 10 and 1000", resources->blkio_weight);
    check_processors(faults, resources->cpuset_cpus);
    check_processors(faults, resources->cpuset_mems);
    cdd_faults_check_reserved(faults, resources);
}

static void
check_ulimits(GString *faults, const CddUlimit *ulimits, gsize n_ulimits)
{
    for (gsize i = 0; i < n_ulimits; i++) {
        const CddUlimit *limit = &ulimits[i];

        if (limit->name == NULL || *limit->name == '\0' ||
            !cdd_text_has_only(limit->name, G_CSET_a_2_z))
            cdd_faults_add(faults,
                           "ulimit %" G_GSIZE_FORMAT ": \"%s\" is not a valid name of a limit",
                           i + 1, limit->name != NULL ? limit->name : "");
        if (limit->soft < -1 || limit->hard < -1 ||
            (limit->hard != -1 && (limit->soft == -1 || limit->soft > limit->hard)))
            cdd_faults_add(faults,
                           "ulimit %" G_GSIZE_FORMAT ": %" G_GINT64_FORMAT
                           " is more than %" G_GINT64_FORMAT ", or neither a limit nor -1",
                           i + 1, limit->soft, limit->hard);
        cdd_faults_check_reserved(faults, limit);
    }
}

static void
check_devices(GString *faults, const CddDevice *devices, gsize n_devices)
{
    for (gsize i = 0; i < n_devices; i++) {
        const CddDevice *device = &devices[i];

        if (!cdd_faults_is_path(device->host_path))
            cdd_faults_add(faults,
                           "device %" G_GSIZE_FORMAT
                           ": the host path \"%s\" is not absolute or is not UTF-8",
                           i + 1, device->host_path != NULL ? device->host_path : "");
        if (device->container_path != NULL && !cdd_faults_is_path(device->container_path))
            cdd_faults_add(faults,
                           "device %" G_GSIZE_FORMAT
                           ": the container path \"%s\" is not absolute or is not UTF-8",
                           i + 1, device->container_path);
        if (device->permissions != NULL &&
            (*device->permissions == '\0' || !cdd_text_has_only(device->permissions, "rwm")))
            cdd_faults_add(faults,
                           "device %" G_GSIZE_FORMAT ": \"%s\" is not a combination of r, w and m",
                           i + 1, device->permissions);
        cdd_faults_check_reserved(faults, device);
    }
}

static void
check_device_requests(GString *faults, const CddDeviceRequest *requests, gsize n_requests)
{
    for (gsize i = 0; i < n_requests; i++) {
        const CddDeviceRequest *request = &requests[i];
        gboolean named = request->device_ids != NULL && *request->device_ids != NULL;

        if (request->count < -1 || (request->count == 0) == !named)
            cdd_faults_add(faults,
                           "device request %" G_GSIZE_FORMAT
                           ": either a count or device ids are needed, not both",
                           i + 1);
        if (request->driver != NULL && !cdd_faults_is_text(request->driver))
            cdd_faults_add(faults, "device request %" G_GSIZE_FORMAT ": the driver is not UTF-8",
                           i + 1);
        cdd_faults_check_list(faults, "device id", request->device_ids);
        cdd_faults_check_list(faults, "device capability", request->capabilities);
        cdd_faults_check_list(faults, "device option", request->options);
        cdd_faults_check_reserved(faults, request);
    }
}

static void
check_security(GString *faults, const CddContainerSecurityOptions *security)
{
    check_capabilities(faults, security->drop_capabilities);
    check_capabilities(faults, security->add_capabilities);
    if (security->user_ns_mode != NULL && !g_str_equal(security->user_ns_mode, "host"))
        cdd_faults_add(faults, "\"%s\" is not a user namespace mode", security->user_ns_mode);
    cdd_faults_check_list(faults, "security option", security->security_options);
    cdd_faults_check_list(faults, "masked path", security->masked_paths);
    cdd_faults_check_list(faults, "read-only path", security->readonly_paths);
    cdd_faults_check_reserved(faults, security);
}

static void
check_names(GString *faults, const CddContainerSpec *spec)
{
    cdd_faults_check_word(faults, "a host name", spec->hostname);
    cdd_faults_check_word(faults, "a domain name", spec->domainname);
    cdd_faults_check_word(faults, "a user", spec->user);
    cdd_faults_check_word(faults, "a log driver", spec->log_driver);
    cdd_faults_check_word(faults, "a PID namespace", spec->pid_mode);
    cdd_faults_check_word(faults, "an IPC namespace", spec->ipc_mode);
    cdd_faults_check_word(faults, "a UTS namespace", spec->uts_mode);
    cdd_faults_check_word(faults, "a cgroup namespace", spec->cgroupns_mode);
    cdd_faults_check_word(faults, "a cgroup", spec->cgroup_parent);
    cdd_faults_check_word(faults, "an OCI runtime", spec->runtime);
    cdd_faults_check_word(faults, "a signal", spec->stop_signal);
}

static void
check_lists(GString *faults, const CddContainerSpec *spec)
{
    cdd_faults_check_list(faults, "entry point argument", spec->entrypoint);
    cdd_faults_check_list(faults, "command argument", spec->command);
    cdd_faults_check_list(faults, "name server", spec->dns);
    cdd_faults_check_list(faults, "DNS option", spec->dns_options);
    cdd_faults_check_list(faults, "search domain", spec->dns_search);
    cdd_faults_check_list(faults, "device rule", spec->device_cgroup_rules);
    cdd_faults_check_list(faults, "group", spec->groups);
    cdd_faults_check_list(faults, "container with volumes", spec->volumes_from);
    cdd_faults_check_entries(faults, "environment entry", spec->environment);
    cdd_faults_check_entries(faults, "label", spec->labels);
    cdd_faults_check_entries(faults, "log option", spec->log_options);
    cdd_faults_check_entries(faults, "sysctl", spec->sysctls);
    cdd_faults_check_entries(faults, "storage option", spec->storage_options);
    cdd_faults_check_entries(faults, "annotation", spec->annotations);
}

static void
check_extra_hosts(GString *faults, const char *const *hosts)
{
    for (; hosts != NULL && *hosts != NULL; hosts++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *host = cdd_extra_host_normalize(*hosts, &error);

        if (host == NULL)
            cdd_faults_add(faults, "%s", error->message);
    }
}

static void
check_restart(GString *faults, const CddContainerSpec *spec)
{
    if ((guint)spec->restart_policy > CDD_RESTART_UNLESS_STOPPED)
        cdd_faults_add(faults, "%d is not a restart policy", (int)spec->restart_policy);
    else if (spec->restart_policy != CDD_RESTART_NO && spec->auto_remove)
        cdd_faults_add(faults, "a container that is removed at its end cannot be restarted");
    if (spec->restart_maximum_retry_count > 0 && spec->restart_policy != CDD_RESTART_ON_FAILURE)
        cdd_faults_add(faults, "a number of restarts needs the restart policy on-failure");
}

static void
check_health(GString *faults, const CddHealthConfig *health)
{
    const gint64 times[] = {health->interval, health->timeout, health->start_period,
                            health->start_interval};

    cdd_faults_check_list(faults, "argument of the health check", health->test);
    for (gsize i = 0; i < G_N_ELEMENTS(times); i++) {
        if (times[i] < 0 || times[i] > MAX_HEALTH_TIME)
            cdd_faults_add(faults,
                           "health check: %" G_GINT64_FORMAT
                           " milliseconds are not between 0 and a year",
                           times[i]);
    }
    cdd_faults_check_reserved(faults, health);
}

static void
check_extra(GString *faults, const char *extra)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) node = cdd_json_parse(extra, strlen(extra), &error);

    if (node == NULL)
        cdd_faults_add(faults, "the extra JSON: %s", error->message);
    else if (cdd_json_as_object(node) == NULL)
        cdd_faults_add(faults, "the extra JSON is not an object");
}

gboolean
cdd_container_spec_validate(const CddContainerSpec *spec, GError **error)
{
    g_autoptr(GString) faults = g_string_new(NULL);

    if (spec->image == NULL || *spec->image == '\0')
        cdd_faults_add(faults, "the image is missing");
    else if (!cdd_faults_is_word(spec->image))
        cdd_faults_add(faults, "the image name \"%s\" has white space or control characters",
                       spec->image);
    if (spec->name != NULL && !cdd_faults_is_name(spec->name))
        cdd_faults_add(faults, "\"%s\" is not a valid container name", spec->name);
    check_platform(faults, spec->platform);
    if (spec->working_dir != NULL && !cdd_faults_is_path(spec->working_dir))
        cdd_faults_add(faults, "the working directory \"%s\" is not absolute or is not UTF-8",
                       spec->working_dir);
    check_names(faults, spec);
    check_lists(faults, spec);
    check_volumes(faults, spec->volumes, spec->n_volumes);
    check_mount_points(faults, spec);
    check_resources(faults, &spec->resources);
    check_ulimits(faults, spec->ulimits, spec->n_ulimits);
    check_devices(faults, spec->devices, spec->n_devices);
    check_device_requests(faults, spec->device_requests, spec->n_device_requests);
    check_security(faults, &spec->security);
    cdd_container_network_check(faults, spec);
    check_extra_hosts(faults, spec->extra_hosts);
    check_restart(faults, spec);
    if (spec->health != NULL)
        check_health(faults, spec->health);
    if (spec->extra != NULL)
        check_extra(faults, spec->extra);
    if (spec->oom_score_adj < -MAX_OOM_SCORE || spec->oom_score_adj > MAX_OOM_SCORE)
        cdd_faults_add(faults, "%d is not between -1000 and 1000", spec->oom_score_adj);
    cdd_faults_check_reserved(faults, spec);
    return cdd_faults_conclude(faults, "the container's specification is not valid", error);
}

gboolean
cdd_container_update_check(const CddContainerUpdate *update, GError **error)
{
    g_autoptr(GString) faults = g_string_new(NULL);

    check_resources(faults, &update->resources);
    if (update->resources.shm_size != 0 || update->resources.oom_kill_disable)
        cdd_faults_add(faults, "the size of /dev/shm and what the kernel kills stay as they are");
    if ((guint)update->restart_policy > CDD_RESTART_UNLESS_STOPPED)
        cdd_faults_add(faults, "%d is not a restart policy", (int)update->restart_policy);
    if (update->restart_maximum_retry_count > 0 && update->restart_policy != CDD_RESTART_ON_FAILURE)
        cdd_faults_add(faults, "a number of restarts needs the restart policy on-failure");
    cdd_faults_check_reserved(faults, update);
    return cdd_faults_conclude(faults, "what to change is not valid", error);
}
