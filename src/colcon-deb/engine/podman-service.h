/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/*
 * Podman's API service for one run of the program: on a private socket, with the caller's own
 * images and containers, and without root's rights unless the caller has them. It ends with the
 * program, also if that is killed; then the containers of the run see the end of their input.
 */
typedef struct PodmanService PodmanService;

gboolean podman_service_is_installed(void);

/* Waits until the service listens, and serves the main context meanwhile. */
PodmanService *podman_service_start(GCancellable *cancellable, GError **error);

/* The path of its socket. */
const char *podman_service_get_socket(const PodmanService *self);

/* What the service said before its end, in one line; NULL while it runs. */
const char *podman_service_get_last_words(PodmanService *self);

/* Waits for the end of the service, and removes its directory. */
void podman_service_stop(PodmanService *self);
