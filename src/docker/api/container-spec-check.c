/* SPDX-License-Identifier: Apache-2.0 */
#include "../value/platform.h"
#include "../value/text.h"

#include <colcon-deb-docker/cdd-container-spec.h>
#include <colcon-deb-docker/cdd-error.h>
#include <string.h>

/* Engines refuse less memory. */
#define MIN_MEMORY ((guint64)6 * 1024 * 1024)
#define MAX_CPUS 65536.0

/* All faults are collected, so one run shows the user everything to fix. */
G_GNUC_PRINTF(2, 3)
static void
add_fault(GString *faults, const char *format, ...)
{
    va_list arguments;

    if (faults->len > 0)
        g_string_append(faults, "; ");
    va_start(arguments, format);
    g_string_append_vprintf(faults, format, arguments);
    va_end(arguments);
}

static gboolean
is_name(const char *text)
{
    return g_ascii_isalnum(text[0]) &&
           cdd_text_has_only(text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_.-");
}

/* Requests are JSON, and an engine would replace bytes that are not UTF-8. */
static gboolean
is_text(const char *text)
{
    return g_utf8_validate(text, -1, NULL);
}

static gboolean
is_path(const char *text)
{
    return text != NULL && g_path_is_absolute(text) && is_text(text);
}

/* Returns whether the text has neither white space nor control characters. */
static gboolean
is_word(const char *text)
{
    if (*text == '\0' || !is_text(text))
        return FALSE;
    for (; *text != '\0'; text++) {
        if (g_ascii_isspace(*text) || g_ascii_iscntrl(*text))
            return FALSE;
    }
    return TRUE;
}

static void
check_list(GString *faults, const char *what, const char *const *list)
{
    for (gsize i = 0; list != NULL && list[i] != NULL; i++) {
        if (!is_text(list[i]))
            add_fault(faults, "%s %" G_GSIZE_FORMAT " is not UTF-8", what, i + 1);
    }
}

static void
check_platform(GString *faults, const char *platform)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *normal = NULL;

    if (!cdd_platform_normalize(platform, &normal, &error))
        add_fault(faults, "%s", error->message);
}

/* Entries are named by number: the text may be a secret. */
static void
check_entries(GString *faults, const char *what, const char *const *entries)
{
    for (gsize i = 0; entries != NULL && entries[i] != NULL; i++) {
        const char *equals = strchr(entries[i], '=');

        if (equals == NULL || equals == entries[i])
            add_fault(faults, "%s %" G_GSIZE_FORMAT " is not NAME=value", what, i + 1);
        else if (!is_text(entries[i]))
            add_fault(faults, "%s %" G_GSIZE_FORMAT ", %.*s, is not UTF-8", what, i + 1,
                      (int)(equals - entries[i]), entries[i]);
    }
}

/* Of two mounts at one path, engines silently use the last one. */
static void
check_mount_point(
    GString *faults, const char *what, gsize number, const char *path, GHashTable *taken)
{
    if (!is_path(path) || g_str_equal(path, "/"))
        add_fault(faults,
                  "%s %" G_GSIZE_FORMAT
                  ": the container path \"%s\" is not absolute, is the root or is not UTF-8",
                  what, number, path != NULL ? path : "");
    else if (!g_hash_table_add(taken, (gpointer)path))
        add_fault(faults, "two mounts at %s", path);
}

static void
check_mount_points(GString *faults, const CddContainerSpec *spec)
{
    g_autoptr(GHashTable) taken = g_hash_table_new(g_str_hash, g_str_equal);

    for (gsize i = 0; i < spec->n_volumes; i++)
        check_mount_point(faults, "volume", i + 1, spec->volumes[i].container_path, taken);
    for (gsize i = 0; i < spec->n_tmpfs; i++)
        check_mount_point(faults, "tmpfs", i + 1, spec->tmpfs[i].container_path, taken);
}

static void
check_volumes(GString *faults, const CddVolumeMount *volumes, gsize n_volumes)
{
    for (gsize i = 0; i < n_volumes; i++) {
        const char *host_path = volumes[i].host_path;
        const char *volume = volumes[i].volume;

        if (volume != NULL && host_path != NULL)
            add_fault(faults,
                      "volume %" G_GSIZE_FORMAT
                      ": it has both a host path and a volume's name; give one",
                      i + 1);
        else if (volume != NULL && !is_name(volume))
            add_fault(faults, "volume %" G_GSIZE_FORMAT ": \"%s\" is not a valid volume name",
                      i + 1, volume);
        else if (volume == NULL && !is_path(host_path))
            add_fault(faults,
                      "volume %" G_GSIZE_FORMAT
                      ": the host path \"%s\" is not absolute or is not UTF-8",
                      i + 1, host_path != NULL ? host_path : "");
    }
}

static void
check_capabilities(GString *faults, const char *const *capabilities)
{
    for (; capabilities != NULL && *capabilities != NULL; capabilities++) {
        if (**capabilities == '\0' || !cdd_text_has_only(*capabilities, G_CSET_A_2_Z "_"))
            add_fault(faults, "\"%s\" is not a valid capability name", *capabilities);
    }
}

static void
check_network(GString *faults, const CddContainerSpec *spec)
{
    gboolean named = spec->network_mode == CDD_NETWORK_NAMED;

    if (named && (spec->network == NULL || *spec->network == '\0'))
        add_fault(faults, "the network mode is a named network, but the network's name is missing");
    else if (named && !is_word(spec->network))
        add_fault(faults, "\"%s\" is not a valid name of a network", spec->network);
    else if (!named && spec->network != NULL)
        add_fault(faults, "network \"%s\" is given, but the network mode is not a named network",
                  spec->network);
    else if ((guint)spec->network_mode > CDD_NETWORK_NAMED)
        add_fault(faults, "%d is not a network mode", (int)spec->network_mode);
}

static void
check_resources(GString *faults, const CddResources *resources)
{
    if (resources->memory > 0 && resources->memory < MIN_MEMORY)
        add_fault(faults,
                  "%" G_GUINT64_FORMAT " bytes of memory are less than the minimum of 6 MiB",
                  resources->memory);
    if (resources->memory_swap < -1 ||
        (resources->memory_swap > 0 && (guint64)resources->memory_swap < resources->memory))
        add_fault(faults,
                  "%" G_GINT64_FORMAT " bytes of memory and swap are less than the memory limit",
                  resources->memory_swap);
    if (resources->memory_swap != 0 && resources->memory == 0)
        add_fault(faults, "a swap limit needs a memory limit");
    if (!(resources->cpus >= 0 && resources->cpus <= MAX_CPUS))
        add_fault(faults, "%g is not a number of processors", resources->cpus);
    if (resources->cpuset_cpus != NULL &&
        (*resources->cpuset_cpus == '\0' ||
         !cdd_text_has_only(resources->cpuset_cpus, "0123456789,-")))
        add_fault(faults, "\"%s\" is not a list of processors", resources->cpuset_cpus);
    if (resources->pids_limit < -1)
        add_fault(faults, "%" G_GINT64_FORMAT " is not a number of processes",
                  resources->pids_limit);
}

static void
check_ulimits(GString *faults, const CddUlimit *ulimits, gsize n_ulimits)
{
    for (gsize i = 0; i < n_ulimits; i++) {
        const CddUlimit *limit = &ulimits[i];

        if (limit->name == NULL || *limit->name == '\0' ||
            !cdd_text_has_only(limit->name, G_CSET_a_2_z))
            add_fault(faults, "ulimit %" G_GSIZE_FORMAT ": \"%s\" is not a valid name of a limit",
                      i + 1, limit->name != NULL ? limit->name : "");
        if (limit->soft < -1 || limit->hard < -1 ||
            (limit->hard != -1 && (limit->soft == -1 || limit->soft > limit->hard)))
            add_fault(faults,
                      "ulimit %" G_GSIZE_FORMAT ": %" G_GINT64_FORMAT
                      " is more than %" G_GINT64_FORMAT ", or neither a limit nor -1",
                      i + 1, limit->soft, limit->hard);
    }
}

static void
check_devices(GString *faults, const CddDevice *devices, gsize n_devices)
{
    for (gsize i = 0; i < n_devices; i++) {
        const CddDevice *device = &devices[i];

        if (!is_path(device->host_path))
            add_fault(faults,
                      "device %" G_GSIZE_FORMAT
                      ": the host path \"%s\" is not absolute or is not UTF-8",
                      i + 1, device->host_path != NULL ? device->host_path : "");
        if (device->container_path != NULL && !is_path(device->container_path))
            add_fault(faults,
                      "device %" G_GSIZE_FORMAT
                      ": the container path \"%s\" is not absolute or is not UTF-8",
                      i + 1, device->container_path);
        if (device->permissions != NULL &&
            (*device->permissions == '\0' || !cdd_text_has_only(device->permissions, "rwm")))
            add_fault(faults,
                      "device %" G_GSIZE_FORMAT ": \"%s\" is not a combination of r, w and m",
                      i + 1, device->permissions);
    }
}

static void
check_device_requests(GString *faults, const CddDeviceRequest *requests, gsize n_requests)
{
    for (gsize i = 0; i < n_requests; i++) {
        const CddDeviceRequest *request = &requests[i];
        gboolean named = request->device_ids != NULL && *request->device_ids != NULL;

        if (request->count < -1 || (request->count == 0) == !named)
            add_fault(faults,
                      "device request %" G_GSIZE_FORMAT
                      ": either a count or device ids are needed, not both",
                      i + 1);
        if (request->driver != NULL && !is_text(request->driver))
            add_fault(faults, "device request %" G_GSIZE_FORMAT ": the driver is not UTF-8", i + 1);
        check_list(faults, "device id", request->device_ids);
        check_list(faults, "device capability", request->capabilities);
        check_list(faults, "device option", request->options);
    }
}

gboolean
cdd_container_spec_validate(const CddContainerSpec *spec, GError **error)
{
    g_autoptr(GString) faults = g_string_new(NULL);
    g_autofree char *shown = NULL;

    if (spec->image == NULL || *spec->image == '\0')
        add_fault(faults, "the image is missing");
    else if (!is_word(spec->image))
        add_fault(faults, "the image name \"%s\" has white space or control characters",
                  spec->image);
    if (spec->name != NULL && !is_name(spec->name))
        add_fault(faults, "\"%s\" is not a valid container name", spec->name);
    check_platform(faults, spec->platform);
    if (spec->working_dir != NULL && !is_path(spec->working_dir))
        add_fault(faults, "the working directory \"%s\" is not absolute or is not UTF-8",
                  spec->working_dir);
    if (spec->user != NULL && !is_word(spec->user))
        add_fault(faults, "\"%s\" is not a user", spec->user);
    if (spec->log_driver != NULL && !is_word(spec->log_driver))
        add_fault(faults, "\"%s\" is not a log driver", spec->log_driver);
    if (spec->security.user_ns_mode != NULL && !g_str_equal(spec->security.user_ns_mode, "host"))
        add_fault(faults, "\"%s\" is not a user namespace mode", spec->security.user_ns_mode);
    check_list(faults, "entry point argument", spec->entrypoint);
    check_list(faults, "command argument", spec->command);
    check_entries(faults, "environment entry", spec->environment);
    check_entries(faults, "label", spec->labels);
    check_volumes(faults, spec->volumes, spec->n_volumes);
    check_mount_points(faults, spec);
    check_resources(faults, &spec->resources);
    check_ulimits(faults, spec->ulimits, spec->n_ulimits);
    check_devices(faults, spec->devices, spec->n_devices);
    check_device_requests(faults, spec->device_requests, spec->n_device_requests);
    check_capabilities(faults, spec->security.drop_capabilities);
    check_capabilities(faults, spec->security.add_capabilities);
    check_network(faults, spec);

    if (faults->len == 0)
        return TRUE;
    /* It repeats what was given, which may be anything. */
    shown = cdd_text_clean(faults->str, faults->len, faults->len, CDD_TEXT_ONE_LINE);
    g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                "the container's specification is not valid: %s", shown);
    return FALSE;
}
