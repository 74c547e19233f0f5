/* SPDX-License-Identifier: Apache-2.0 */
#include "registry-config.h"

#include "../api/registry-credentials.h"
#include "../engine/credentials.h"
#include "../value/dockerfile-images.h"
#include "../value/error.h"

#include <colcon-deb-docker/cdd-image-reference.h>

/* Looks up one registry after another. */
typedef struct {
    GStrv domains;
    guint next;
    JsonBuilder *builder; /* the object of the found credentials */
    guint n_found;
} Config;

static void look_up_next(GTask *task);

static void
config_free(gpointer data)
{
    Config *config = data;

    g_strfreev(config->domains);
    g_object_unref(config->builder);
    g_free(config);
}

static GStrv
find_domains(const char *dockerfile, const char *const *build_args)
{
    g_auto(GStrv) images = cdd_dockerfile_images(dockerfile, build_args);
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GStrvBuilder) domains = g_strv_builder_new();

    for (char **image = images; *image != NULL; image++) {
        g_autoptr(CddImageReference) reference = cdd_image_reference_parse(*image, NULL);

        if (reference != NULL && g_hash_table_add(known, g_strdup(reference->domain)))
            g_strv_builder_add(domains, reference->domain);
    }
    return g_strv_builder_end(domains);
}

void
cdd_registry_config_async(CddService *service,
                          const char *dockerfile,
                          gssize length,
                          const char *const *build_args,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
    GTask *task = g_task_new(service, cancellable, callback, user_data);
    Config *config = g_new0(Config, 1);
    g_autofree char *text =
        length < 0 ? g_strdup(dockerfile) : g_strndup(dockerfile, (gsize)length);

    config->domains = find_domains(text, build_args);
    config->builder = json_builder_new_immutable();
    json_builder_begin_object(config->builder);
    g_task_set_task_data(task, config, config_free);
    look_up_next(task);
}

static void
add(Config *config, const char *domain, const CddCredentials *credentials)
{
    json_builder_set_member_name(config->builder, cdd_credentials_server_of(domain));
    cdd_credentials_add(config->builder, credentials);
    config->n_found++;
}

/* A failed lookup must not fail a build that needs no credentials. */
static void
on_found(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    Config *config = g_task_get_task_data(task);
    g_autoptr(GError) error = NULL;
    g_autoptr(CddCredentials) credentials = cdd_registry_credentials_finish(result, &error);

    if (error != NULL && cdd_error_is_cancelled(error)) {
        g_task_return_error(task, g_steal_pointer(&error));
        g_object_unref(task);
        return;
    }
    if (credentials != NULL)
        add(config, config->domains[config->next - 1], credentials);
    look_up_next(task);
}

static void
look_up_next(GTask *task)
{
    Config *config = g_task_get_task_data(task);
    const char *domain = config->domains[config->next];

    if (domain != NULL) {
        config->next++;
        cdd_registry_credentials_async(g_task_get_source_object(task), domain,
                                       g_task_get_cancellable(task), on_found, task);
        return;
    }
    json_builder_end_object(config->builder);
    g_task_return_pointer(task,
                          config->n_found == 0 ? NULL : cdd_credentials_encode(config->builder),
                          (GDestroyNotify)cdd_secret_free);
    g_object_unref(task);
}

char *
cdd_registry_config_finish(GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer(G_TASK(result), error);
}
