/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * A minimal engine for a build session: it answers the ping and `POST /session`, and hands the
 * connection to the test.
 */
typedef struct _SessionDoor SessionDoor;

SessionDoor *session_door_new(void);
void session_door_free(SessionDoor *self);

const char *session_door_get_socket(SessionDoor *self);
/* Waits for the session's connection and returns it, owned by the caller. */
int session_door_take(SessionDoor *self);
/* Returns the head of the request that opened the session. */
const char *session_door_get_head(SessionDoor *self);
