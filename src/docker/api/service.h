/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../engine/client.h"
#include "turns.h"

#include <colcon-deb-docker/cdd-credentials.h>
#include <colcon-deb-docker/cdd-service.h>

/*
 * What the operations need of the object that they are called on. The floor above makes it, since
 * it is also what is composed of them (service/service.c).
 */
CddClient *cdd_service_get_client(CddService *self);
/* Milliseconds; 0 for no bound. */
guint cdd_service_get_operation_timeout(CddService *self);
CddTurns *cdd_service_get_pull_turns(CddService *self);
/* What has been set for a registry; NULL for nothing. */
const CddCredentials *cdd_service_get_credentials(CddService *self, const char *server);
/* All that has been set, by the names that Docker's files have for registries; for a thread. */
GHashTable *cdd_service_copy_credentials(CddService *self);
