/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-error.h>

/* For a status of 400 or above. @message has no control characters. */
GError *cdd_error_new_for_status(guint status, const char *message);

GError *cdd_error_new_for_exit_code(gint64 exit_code, const char *log_tail);

/* Notes that the request was never written. */
void cdd_error_set_unsent(GError *error);

/*
 * Returns whether the request was sent and its answer was lost. The engine may have done what the
 * request asked for.
 */
gboolean cdd_error_is_unanswered(const GError *error);

gboolean cdd_error_is_cancelled(const GError *error);
