/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * The lines that builds write to their logs in the output directory. Read while somebody wants to
 * see all output of builds that do not send it.
 */
typedef struct LogFollower LogFollower;

typedef void (*LogFollowerFunc)(const char *package, const char *line, gpointer user_data);

LogFollower *log_follower_new(const char *output_dir);
void log_follower_free(LogFollower *follower);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LogFollower, log_follower_free)

/* Calls @func for each whole line that the log of @package has got since the last call. The first
 * call begins a few lines before the end. A log that grows faster than it can be shown is skipped
 * to its end, and a line says so. @directory: that holds the logs of the build, relative to the
 * output directory; NULL for the output directory itself. */
void log_follower_poll(LogFollower *follower,
                       const char *directory,
                       const char *package,
                       LogFollowerFunc func,
                       gpointer user_data);
