/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../engine/client.h"
#include "turns.h"

#include <colcon-deb-docker/cdd-credentials.h>
#include <colcon-deb-docker/cdd-service.h>

/* The object of every operation. Operations read its fields. service/service.c creates it. */
struct _CddService {
    GObject parent_instance;
    CddClient *client;
    guint operation_timeout; /* milliseconds; 0 for no limit */
    CddTurns *pull_turns;
    GRecMutex blocking_lock;
    gboolean is_blocking;
    GMainContext *blocking_context; /* of blocking calls; NULL before the first */
    GHashTable *credentials;        /* registry as in Docker's files -> CddCredentials */
    gboolean is_mock;               /* no credential helpers; the classic builder by default */
};

/* Takes everything but the address from @config. */
CddService *cdd_service_new_for_address(CddAddress *address, const CddConfig *config);

/* Returns a copy of the credentials, for a thread. */
GHashTable *cdd_service_copy_credentials(CddService *self);
