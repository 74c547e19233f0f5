/* SPDX-License-Identifier: Apache-2.0 */
#include "container-json.h"

#include <string.h>

/* What installing packages and creating a user takes; measured, see design and tests. */
static const char *const default_add[] = {"CHOWN",        "SETUID", "SETGID",
                                          "DAC_OVERRIDE", "FOWNER", NULL};
static const char *const default_drop[] = {"ALL", NULL};

static void
add_string(JsonBuilder *builder, const char *name, const char *value)
{
    if (value == NULL)
        return;
    json_builder_set_member_name(builder, name);
    json_builder_add_string_value(builder, value);
}

static void
add_true(JsonBuilder *builder, const char *name, gboolean value)
{
    if (!value)
        return;
    json_builder_set_member_name(builder, name);
    json_builder_add_boolean_value(builder, TRUE);
}

static void
add_list(JsonBuilder *builder, const char *name, const char *const *list)
{
    if (list == NULL)
        return;
    json_builder_set_member_name(builder, name);
    json_builder_begin_array(builder);
    for (; *list != NULL; list++)
        json_builder_add_string_value(builder, *list);
    json_builder_end_array(builder);
}

static void
add_labels(JsonBuilder *builder, const char *const *labels)
{
    if (labels == NULL)
        return;
    json_builder_set_member_name(builder, "Labels");
    json_builder_begin_object(builder);
    for (; *labels != NULL; labels++) {
        const char *equals = strchr(*labels, '=');
        g_autofree char *name = g_strndup(*labels, (gsize)(equals - *labels));

        add_string(builder, name, equals + 1);
    }
    json_builder_end_object(builder);
}

/* Mounts, not Binds: a path may hold a colon, and one that is missing is an error, not created. */
static void
add_mounts(JsonBuilder *builder, const CddVolumeMount *volumes, gsize n_volumes)
{
    json_builder_set_member_name(builder, "Mounts");
    json_builder_begin_array(builder);
    for (gsize i = 0; i < n_volumes; i++) {
        json_builder_begin_object(builder);
        add_string(builder, "Type", "bind");
        add_string(builder, "Source", volumes[i].host_path);
        add_string(builder, "Target", volumes[i].container_path);
        add_true(builder, "ReadOnly", volumes[i].read_only);
        json_builder_end_object(builder);
    }
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
    add_true(builder, "Privileged", security->privileged);
    add_true(builder, "ReadonlyRootfs", security->read_only_rootfs);
    add_string(builder, "UsernsMode", security->user_ns_mode);
    add_list(builder, "CapDrop",
             security->drop_capabilities == NULL ? default_drop : security->drop_capabilities);
    add_list(builder, "CapAdd",
             security->add_capabilities == NULL ? default_add : security->add_capabilities);
    if (security->no_new_privileges)
        add_list(builder, "SecurityOpt", (const char *const[]){"no-new-privileges", NULL});
}

static void
add_host_config(JsonBuilder *builder, const CddContainerSpec *spec)
{
    json_builder_set_member_name(builder, "HostConfig");
    json_builder_begin_object(builder);
    add_true(builder, "AutoRemove", spec->auto_remove);
    add_string(builder, "NetworkMode", network_name(spec));
    add_mounts(builder, spec->volumes, spec->n_volumes);
    add_security(builder, &spec->security);
    json_builder_set_member_name(builder, "LogConfig");
    json_builder_begin_object(builder);
    add_string(builder, "Type", spec->log_driver == NULL ? "none" : spec->log_driver);
    json_builder_end_object(builder);
    json_builder_end_object(builder);
}

JsonNode *
cdd_container_spec_to_json(const CddContainerSpec *spec)
{
    g_autoptr(JsonBuilder) builder = json_builder_new_immutable();

    json_builder_begin_object(builder);
    add_string(builder, "Image", spec->image);
    add_list(builder, "Entrypoint", spec->entrypoint);
    add_list(builder, "Cmd", spec->command);
    add_list(builder, "Env", spec->environment);
    add_labels(builder, spec->labels);
    add_string(builder, "WorkingDir", spec->working_dir);
    add_string(builder, "User", spec->user);
    add_true(builder, "AttachStdout", TRUE);
    add_true(builder, "AttachStderr", TRUE);
    /* With StdinOnce the engine closes the container's input when whoever is attached goes. */
    add_true(builder, "AttachStdin", spec->open_stdin);
    add_true(builder, "OpenStdin", spec->open_stdin);
    add_true(builder, "StdinOnce", spec->open_stdin);
    add_true(builder, "Tty", spec->tty);
    add_host_config(builder, spec);
    json_builder_end_object(builder);
    return json_builder_get_root(builder);
}
