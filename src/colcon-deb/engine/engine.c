/* SPDX-License-Identifier: Apache-2.0 */
#include "engine.h"

#include "../base/await.h"
#include "../base/clock.h"
#include "../base/program-error.h"
#include "unix-socket.h"

#include <string.h>

void
engine_free(Engine *engine)
{
    if (engine == NULL)
        return;
    g_clear_object(&engine->service);
    g_clear_pointer(&engine->podman, podman_service_stop);
    g_clear_pointer(&engine->info, cdd_engine_info_free);
    g_clear_pointer(&engine->image, cdd_image_info_free);
    g_free(engine->refusal);
    g_free(engine->image_reference);
    g_free(engine);
}

char *
engine_describe(const Engine *engine)
{
    if (engine->podman != NULL)
        return g_strdup("Podman");
    return g_strconcat("the engine at ", cdd_service_get_address(engine->service), NULL);
}

void
engine_name_address(const Engine *engine, GError **error)
{
    const char *address = cdd_service_get_address(engine->service);
    g_autofree char *place = engine_describe(engine);

    if (error != NULL && strstr((*error)->message, address) == NULL)
        g_prefix_error(error, "%s: ", place);
}

/* Whether nobody can be there whom to wait for. A user without rights on Docker's socket has Podman
 * of his own. */
static gboolean
is_no_docker(const GError *reason)
{
    return g_error_matches(reason, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) ||
           g_error_matches(reason, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED) ||
           g_error_matches(reason, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
}

/* Starts Podman's service if no engine is named and the default one cannot be connected to. */
static gboolean
substitute(Engine *engine, GCancellable *cancellable, GError **error)
{
    static const char scheme[] = "unix://";
    const char *address = cdd_service_get_address(engine->service);
    g_autoptr(GError) reason = NULL;
    CddService *service = NULL;

    if (cdd_service_get_address_origin(engine->service) != NULL ||
        unix_socket_accepts(address + strlen(scheme), &reason) || !is_no_docker(reason) ||
        !podman_service_is_installed())
        return TRUE;
    engine->podman = podman_service_start(cancellable, error);
    if (engine->podman == NULL) {
        if (!g_cancellable_is_cancelled(cancellable))
            g_prefix_error(error, "Docker at %s: %s; Podman, instead of it: ", address,
                           reason->message);
        return FALSE;
    }
    service = cdd_service_new(
        &(CddConfig){.socket_path = podman_service_get_socket(engine->podman)}, error);
    if (service == NULL)
        return FALSE;
    engine->refusal = g_strdup_printf("%s: %s", address, reason->message);
    g_object_unref(engine->service);
    engine->service = service;
    return TRUE;
}

Engine *
engine_open(const Config *config, GCancellable *cancellable, GError **error)
{
    const CddConfig address = {
        .host = config->host,
        .context = config->context,
        .cert_path = config->cert_path,
    };
    g_autoptr(Engine) engine = g_new0(Engine, 1);

    engine->service = cdd_service_new(&address, error);
    if (engine->service == NULL || !substitute(engine, cancellable, error))
        return NULL;
    return g_steal_pointer(&engine);
}

char *
engine_describe_substitute(const Engine *engine)
{
    if (engine->podman == NULL)
        return NULL;
    return g_strdup_printf("Docker cannot be used (%s): Podman's service runs for this command",
                           engine->refusal);
}

/* Who has named no engine may not know how. */
static void
name_option(const Engine *engine, GError **error)
{
    if (error != NULL && engine->podman == NULL &&
        cdd_service_get_address_origin(engine->service) == NULL &&
        g_error_matches(*error, CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE))
        program_error_append(error, "; --host ADDRESS uses another engine");
}

gboolean
engine_get_info(Engine *engine, GCancellable *cancellable, GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;

    if (engine->info != NULL)
        return TRUE;
    cdd_service_get_engine_info_async(engine->service, cancellable, await_ready, &done);
    engine->info = cdd_service_get_engine_info_finish(engine->service, await(&done), error);
    engine->info_time = clock_now();
    if (engine->info == NULL) {
        engine_name_address(engine, error);
        name_option(engine, error);
    }
    return engine->info != NULL;
}

gint64
engine_get_time(const Engine *engine)
{
    if (engine->info->system_time == 0)
        return g_get_real_time() / G_USEC_PER_SEC;
    return (engine->info->system_time / 1000 + clock_now() - engine->info_time) / 1000;
}
