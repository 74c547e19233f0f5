/* SPDX-License-Identifier: Apache-2.0 */
#include "image.h"

#include <string.h>

void
cdd_image_inspect_async(CddClient *client,
                        const char *image,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
    /* The engine takes the slashes and colons of a reference as they are. */
    g_autofree char *escaped = g_uri_escape_string(image, "/:@", FALSE);
    g_autofree char *path = g_strdup_printf("/images/%s/json", escaped);
    CddCall call = {.method = "GET", .path = path};

    cdd_client_call_async(client, &call, cancellable, callback, user_data);
}

/* NAME[:TAG][@DIGEST]; where neither is there the engine would pull every tag of the name. */
static gboolean
has_tag_or_digest(const char *image)
{
    const char *slash = strrchr(image, '/');

    return strchr(image, '@') != NULL || strchr(slash == NULL ? image : slash, ':') != NULL;
}

void
cdd_image_pull_async(CddClient *client,
                     const char *image,
                     const char *platform,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
    g_autofree char *reference =
        g_strconcat(image, has_tag_or_digest(image) ? "" : ":latest", NULL);
    g_autofree char *escaped = cdd_escape(reference);
    g_autofree char *escaped_platform = cdd_escape(platform == NULL ? "" : platform);
    g_autofree char *path = g_strdup_printf("/images/create?fromImage=%s%s%s", escaped,
                                            platform == NULL ? "" : "&platform=", escaped_platform);
    CddCall call = {.method = "POST", .path = path, .header_timeout = CDD_NO_TIMEOUT};

    cdd_client_send_async(client, &call, cancellable, callback, user_data);
}
