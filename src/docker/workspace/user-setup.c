/* SPDX-License-Identifier: Apache-2.0 */
#include <colcon-deb-docker/cdd-build-spec.h>
#include <string.h>
#include <unistd.h>

/* scripts/helpers/user-setup.sh, built into the library; build containers run the same script. */
#define SCRIPT_RESOURCE "/colcon-deb-docker/user-setup.sh"
#define DEFAULT_USERNAME "builder"

/* Parses SUDO_UID or SUDO_GID, which sudo sets to its caller's ids. */
static gboolean
parse_id(const char *variable, guint *id)
{
    const char *text = g_getenv(variable);
    guint64 number;

    if (text == NULL || !g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT32 - 1, &number, NULL))
        return FALSE;
    *id = (guint)number;
    return TRUE;
}

CddUserSetup
cdd_user_setup_from_current_user(gboolean rootless)
{
    CddUserSetup setup = {.host_uid = getuid(), .host_gid = getgid()};
    guint uid;
    guint gid;

    if (rootless) {
        setup.host_uid = 0;
        setup.host_gid = 0;
    } else if (geteuid() == 0 && parse_id("SUDO_UID", &uid) && parse_id("SUDO_GID", &gid)) {
        setup.host_uid = uid;
        setup.host_gid = gid;
    }
    return setup;
}

char *
cdd_user_setup_generate_script(const CddUserSetup *setup)
{
    g_autoptr(GBytes) resource =
        g_resources_lookup_data(SCRIPT_RESOURCE, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    g_autofree char *username =
        g_shell_quote(setup->username != NULL ? setup->username : DEFAULT_USERNAME);
    const char *script;
    const char *body;

    g_assert(resource != NULL);
    script = g_bytes_get_data(resource, NULL);
    /* The settings are inserted after the first line, which names the interpreter. */
    body = strchr(script, '\n') + 1;
    return g_strdup_printf("%.*sHOST_UID=%u\nHOST_GID=%u\nHOST_USER=%s\nNO_NEW_PRIVILEGES=%d\n%s",
                           (int)(body - script), script, (guint)setup->host_uid,
                           (guint)setup->host_gid, username, setup->no_new_privileges ? 1 : 0,
                           body);
}
