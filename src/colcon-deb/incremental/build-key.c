/* SPDX-License-Identifier: Apache-2.0 */
#include "build-key.h"

#include "../base/digest.h"
#include "../config/config-value.h"

#include <colcon-deb-docker/colcon-deb-docker.h>

/* Changes when the key is made differently. */
static const char format[] = "colcon-deb build 1";

static gboolean
affects_output(const ConfigKey *key)
{
    return key->affects_output ||
           (key->setting != NULL && cdd_build_setting_affects_packages(key->setting));
}

char *
build_key(const BuildKey *parts)
{
    const char *const texts[] = {
        format,         PROGRAM_VERSION, parts->ros_distro, parts->image_id,
        parts->helpers, parts->sources,  parts->overrides,
    };
    g_autoptr(GChecksum) digest = g_checksum_new(G_CHECKSUM_SHA256);

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        digest_add_framed(digest, texts[i]);
    for (gsize i = 0; i < config_n_keys; i++)
        if (affects_output(&config_keys[i]))
            config_value_add_to_digest(parts->config, &config_keys[i], digest);
    for (char *const *argument = parts->config->meta_args; argument != NULL && *argument != NULL;
         argument++)
        digest_add_framed(digest, *argument);
    return g_strdup(g_checksum_get_string(digest));
}
