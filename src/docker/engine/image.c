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

void
cdd_image_pull_async(CddClient *client,
                     const CddImageReference *reference,
                     const char *platform,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
    gboolean named = reference->tag != NULL || reference->digest != NULL;
    g_autofree char *name = cdd_image_reference_to_string(reference);
    /* Where neither is there the engine would pull every tag of the name. */
    g_autofree char *whole = g_strconcat(name, named ? "" : ":latest", NULL);
    g_autofree char *escaped = cdd_escape(whole);
    g_autofree char *escaped_platform = cdd_escape(platform == NULL ? "" : platform);
    g_autofree char *path = g_strdup_printf("/images/create?fromImage=%s%s%s", escaped,
                                            platform == NULL ? "" : "&platform=", escaped_platform);
    CddCall call = {.method = "POST", .path = path, .header_timeout = CDD_NO_TIMEOUT};

    cdd_client_send_async(client, &call, cancellable, callback, user_data);
}
