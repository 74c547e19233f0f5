/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../engine/client.h"
#include "turns.h"

#include <colcon-deb-docker/cdd-credentials.h>
#include <colcon-deb-docker/cdd-service.h>

/*
 * The object that every operation is called on. Operations read its fields; service/service.c alone
 * makes one, since it is also what is composed of operations.
 */
struct _CddService {
    GObject parent_instance;
    CddClient *client;
    guint operation_timeout; /* milliseconds; 0 for no bound */
    CddTurns *pull_turns;
    GHashTable *credentials; /* the name of a registry in Docker's files -> CddCredentials */
};

/* A copy of the credentials, for a thread. */
GHashTable *cdd_service_copy_credentials(CddService *self);
