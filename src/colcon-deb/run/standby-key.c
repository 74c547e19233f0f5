/* SPDX-License-Identifier: Apache-2.0 */
#include "standby-key.h"

#include "../base/digest.h"
#include "mount-identity.h"
#include "standby-settings.h"

/* Changes when the key is made differently. */
static const char format[] = "colcon-deb standby 2";

static void
add_number(GChecksum *digest, guint64 number)
{
    g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT, number);

    digest_add_framed(digest, text);
}

static void
add_list(GChecksum *digest, const char *const *texts)
{
    for (; texts != NULL && *texts != NULL; texts++)
        digest_add_framed(digest, *texts);
    digest_add_framed(digest, NULL);
}

static void
add_volumes(GChecksum *digest, const CddContainerSpec *spec)
{
    add_number(digest, spec->n_volumes);
    for (gsize i = 0; i < spec->n_volumes; i++) {
        const CddVolumeMount *volume = &spec->volumes[i];

        digest_add_framed(digest, volume->host_path);
        digest_add_framed(digest, volume->volume);
        digest_add_framed(digest, volume->container_path);
        add_number(digest, volume->read_only ? 1 : 0);
        if (volume->host_path != NULL)
            mount_identity_add(volume->host_path, digest);
    }
}

static void
add_devices(GChecksum *digest, const CddContainerSpec *spec)
{
    add_number(digest, spec->n_device_requests);
    for (gsize i = 0; i < spec->n_device_requests; i++) {
        const CddDeviceRequest *request = &spec->device_requests[i];

        digest_add_framed(digest, request->driver);
        add_number(digest, (guint64)request->count);
        add_list(digest, request->device_ids);
        add_list(digest, request->capabilities);
        add_list(digest, request->options);
    }
}

static void
add_rights(GChecksum *digest, const CddContainerSecurityOptions *security)
{
    add_number(digest, security->privileged ? 1 : 0);
    add_number(digest, security->no_new_privileges ? 1 : 0);
    add_list(digest, security->drop_capabilities);
    add_list(digest, security->add_capabilities);
    digest_add_framed(digest, security->user_ns_mode);
}

/* An engine copies these files into a container when it creates it. A laptop may since be
 * elsewhere. */
static void
add_network(GChecksum *digest, const CddContainerSpec *spec, gboolean with_files)
{
    static const char *const files[] = {"/etc/resolv.conf", "/etc/hosts"};

    add_number(digest, spec->network_mode);
    digest_add_framed(digest, spec->network);
    add_number(digest, with_files ? 1 : 0);
    for (gsize i = 0; with_files && i < G_N_ELEMENTS(files); i++) {
        g_autofree char *text = NULL;

        g_file_get_contents(files[i], &text, NULL, NULL);
        digest_add_framed(digest, text);
    }
}

char *
standby_key(const CddContainerSpec *spec, const StandbyFiles *files)
{
    g_autoptr(GChecksum) digest = g_checksum_new(G_CHECKSUM_SHA256);
    g_autoptr(GPtrArray) settings = standby_settings_of_container(spec->environment);
    const char *const texts[] = {
        format,      PROGRAM_VERSION, files->helpers,    files->copies,
        spec->image, spec->platform,  spec->working_dir, spec->user,
    };

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        digest_add_framed(digest, texts[i]);
    add_list(digest, spec->entrypoint);
    add_list(digest, (const char *const *)settings->pdata);
    add_volumes(digest, spec);
    add_devices(digest, spec);
    add_rights(digest, &spec->security);
    add_network(digest, spec, files->network_files);
    return g_strdup(g_checksum_get_string(digest));
}
