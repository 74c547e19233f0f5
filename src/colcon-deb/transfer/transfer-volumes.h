/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../engine/engine.h"

/*
 * The volumes that hold a workspace's files on an engine. Their names are made of this machine, the
 * user and the directories, so that two of them never share a volume. Their labels say whose they
 * are; `colcon-deb clean` removes them.
 */

/* The first part of the names. @machine identifies this machine. @user: see
 * own_containers_make_user(). */
char *transfer_volumes_make_prefix(const char *machine, const char *user, const Config *config);

/* Identifies this machine, also if another one has its name; NULL if it has no id. */
char *transfer_volumes_read_machine(void);

/* Makes those of the volumes @names (char *) that are not there. Returns what identifies them: a
 * volume that was removed and made again has the same name, and another identity. */
char *transfer_volumes_create(const Engine *engine,
                              const GPtrArray *names,
                              const Config *config,
                              GCancellable *cancellable,
                              GError **error);
