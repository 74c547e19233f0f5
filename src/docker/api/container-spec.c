/* SPDX-License-Identifier: Apache-2.0 */
#include "../wire/error.h"

#include <colcon-deb-docker/cdd-container-spec.h>
#include <string.h>

/* Every fault is collected, so that one run shows a user all there is to mend. */
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
has_only(const char *text, const char *allowed)
{
    return strspn(text, allowed) == strlen(text);
}

static gboolean
is_name(const char *text)
{
    return g_ascii_isalnum(text[0]) &&
           has_only(text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_.-");
}

static gboolean
is_printable(const char *text)
{
    for (; *text != '\0'; text++) {
        if (g_ascii_isspace(*text) || g_ascii_iscntrl(*text))
            return FALSE;
    }
    return TRUE;
}

static void
check_entries(GString *faults, const char *what, const char *const *entries)
{
    for (; entries != NULL && *entries != NULL; entries++) {
        const char *equals = strchr(*entries, '=');

        if (equals == NULL || equals == *entries)
            add_fault(faults, "%s \"%s\" is not NAME=value", what, *entries);
    }
}

static void
check_volumes(GString *faults, const CddVolumeMount *volumes, gsize n_volumes)
{
    for (gsize i = 0; i < n_volumes; i++) {
        const char *host_path = volumes[i].host_path;
        const char *container_path = volumes[i].container_path;

        if (host_path == NULL || !g_path_is_absolute(host_path))
            add_fault(faults, "volume %" G_GSIZE_FORMAT ": the host path \"%s\" is not absolute",
                      i + 1, host_path == NULL ? "" : host_path);
        if (container_path == NULL || !g_path_is_absolute(container_path) ||
            g_str_equal(container_path, "/")) {
            add_fault(faults,
                      "volume %" G_GSIZE_FORMAT
                      ": the container path \"%s\" is not absolute or is the root",
                      i + 1, container_path == NULL ? "" : container_path);
            continue;
        }
        for (gsize j = 0; j < i; j++) {
            if (g_strcmp0(volumes[j].container_path, container_path) == 0)
                add_fault(faults, "two volumes at %s", container_path);
        }
    }
}

static void
check_capabilities(GString *faults, const char *const *capabilities)
{
    for (; capabilities != NULL && *capabilities != NULL; capabilities++) {
        if (**capabilities == '\0' || !has_only(*capabilities, G_CSET_A_2_Z "_"))
            add_fault(faults, "\"%s\" is not a capability's name", *capabilities);
    }
}

static void
check_network(GString *faults, const CddContainerSpec *spec)
{
    gboolean named = spec->network_mode == CDD_NETWORK_NAMED;

    if (named && (spec->network == NULL || *spec->network == '\0'))
        add_fault(faults, "a named network without a name");
    else if (!named && spec->network != NULL)
        add_fault(faults, "network \"%s\" is named but not chosen as network mode", spec->network);
    else if ((guint)spec->network_mode > CDD_NETWORK_NAMED)
        add_fault(faults, "%d is not a network mode", (int)spec->network_mode);
}

gboolean
cdd_container_spec_validate(const CddContainerSpec *spec, GError **error)
{
    g_autoptr(GString) faults = g_string_new(NULL);

    if (spec->image == NULL || *spec->image == '\0')
        add_fault(faults, "no image");
    else if (!is_printable(spec->image))
        add_fault(faults, "the image's name \"%s\" has white space", spec->image);
    if (spec->name != NULL && !is_name(spec->name))
        add_fault(faults, "\"%s\" is not a container's name", spec->name);
    if (spec->platform != NULL && (*spec->platform == '\0' || !is_printable(spec->platform)))
        add_fault(faults, "\"%s\" is not a platform", spec->platform);
    if (spec->working_dir != NULL && !g_path_is_absolute(spec->working_dir))
        add_fault(faults, "the working directory \"%s\" is not absolute", spec->working_dir);
    if (spec->user != NULL && (*spec->user == '\0' || !is_printable(spec->user)))
        add_fault(faults, "\"%s\" is not a user", spec->user);
    if (spec->security.user_ns_mode != NULL && !g_str_equal(spec->security.user_ns_mode, "host"))
        add_fault(faults, "\"%s\" is not a user namespace mode", spec->security.user_ns_mode);
    check_entries(faults, "environment entry", spec->environment);
    check_entries(faults, "label", spec->labels);
    check_volumes(faults, spec->volumes, spec->n_volumes);
    check_capabilities(faults, spec->security.drop_capabilities);
    check_capabilities(faults, spec->security.add_capabilities);
    check_network(faults, spec);

    if (faults->len == 0)
        return TRUE;
    g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                "the container's specification is not valid: %s", faults->str);
    return FALSE;
}

/* A specification with all that it points to: the strings live as long as the chunk. */
typedef struct {
    CddContainerSpec spec;
    GStringChunk *strings;
    GPtrArray *arrays;
} OwnedSpec;

static const char *
keep(OwnedSpec *owned, const char *string)
{
    return string == NULL ? NULL : g_string_chunk_insert(owned->strings, string);
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

static const CddVolumeMount *
keep_volumes(OwnedSpec *owned, const CddVolumeMount *volumes, gsize n_volumes)
{
    CddVolumeMount *copy = g_new0(CddVolumeMount, n_volumes + 1);

    for (gsize i = 0; i < n_volumes; i++) {
        copy[i] = volumes[i];
        copy[i].host_path = keep(owned, volumes[i].host_path);
        copy[i].container_path = keep(owned, volumes[i].container_path);
    }
    g_ptr_array_add(owned->arrays, copy);
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
    copy->working_dir = keep(owned, spec->working_dir);
    copy->user = keep(owned, spec->user);
    copy->network = keep(owned, spec->network);
    copy->security.drop_capabilities = keep_list(owned, spec->security.drop_capabilities);
    copy->security.add_capabilities = keep_list(owned, spec->security.add_capabilities);
    copy->security.user_ns_mode = keep(owned, spec->security.user_ns_mode);
    copy->log_driver = keep(owned, spec->log_driver);
    return copy;
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
