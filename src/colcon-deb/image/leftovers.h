/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../engine/engine.h"

/*
 * What former runs of this user have left, on an engine and in directories for temporary files.
 * Output directories, builder images, and what other users have left are not looked at.
 */

typedef enum {
    LEFTOVER_CONTAINER,
    LEFTOVER_STANDBY,
    LEFTOVER_VOLUME,
    LEFTOVER_LAYER,
    LEFTOVER_DIRECTORY,
} LeftoverKind;

enum {
    LEFTOVER_N_KINDS = LEFTOVER_DIRECTORY + 1
};

typedef struct {
    LeftoverKind kind;
    char *name;
    char *id;        /* the engine's; of a container or layer */
    char *reference; /* the name of a layer as the engine has it, with a registry */
    gint64 size;     /* bytes that its removal frees; -1 if unknown */
    gint64 created;  /* seconds since 1970; 0 if unknown */
    char *use;       /* why it must stay, such as "the container 0123456789ab uses it"; or NULL */
} Leftover;

void leftover_free(Leftover *leftover);

/*
 * Returns Leftover in the order in which they can be removed, with those that are in use; NULL with
 * @error. @workspace: only the standbys and volumes of that workspace, and no layers; NULL for all
 * of this user. engine_get_info() must have been called.
 */
GPtrArray *leftovers_find(const Engine *engine,
                          const char *workspace,
                          GCancellable *cancellable,
                          GError **error);

/* Sets @leftover->use, and succeeds, if it has been taken into use since it was found. */
gboolean leftover_remove(const Engine *engine,
                         Leftover *leftover,
                         GCancellable *cancellable,
                         GError **error);
