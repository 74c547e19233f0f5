/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * As much of an engine as opens a build session: it answers the ping and `POST /session`, and
 * leaves the connection that this makes to the test.
 */
typedef struct _SessionDoor SessionDoor;

SessionDoor *session_door_new(void);
void session_door_free(SessionDoor *self);

const char *session_door_get_socket(SessionDoor *self);
/* The session's connection, which is the caller's then; waits for it. */
int session_door_take(SessionDoor *self);
/* The head of the request that opened it. */
const char *session_door_get_head(SessionDoor *self);
