/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/colcon-deb-docker.h>

/*
 * The build of one target in a process of its own: this program, called with --target and --json.
 * A build is a dialogue with its container, with layers, signatures and a record, so a target is a
 * whole run and not one more container in a pool.
 *
 * The process stays in the process group, so that Ctrl-C and Ctrl-Z reach it, too. If this process
 * is killed, the kernel sends the other one SIGTERM, and it stops like any build.
 */
typedef struct TargetProcess TargetProcess;

typedef struct {
    const char *const *arguments; /* after the program's name */
    void (*on_event)(const CddBuildEvent *event, gint64 timestamp, gpointer user_data);
    void (*on_end)(gpointer user_data); /* the last call; the process may be freed in it */
    gpointer user_data;
} TargetProcessSetup;

TargetProcess *target_process_new(const TargetProcessSetup *setup, GError **error);

/* Does not wait for a process that has not ended. */
void target_process_free(TargetProcess *process);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TargetProcess, target_process_free)

/* Tells the build to stop; the second time to kill its container. Nothing happens if a signal has
 * told it the same. */
void target_process_stop(TargetProcess *process);

/* After the end: the exit code; -1 if a signal has ended it. */
int target_process_get_exit_code(const TargetProcess *process);

/* After the end: how it ended, for a build that did not say so itself: "it ended with exit code 2:"
 * and the last lines of its standard error. */
char *target_process_describe_end(const TargetProcess *process);
