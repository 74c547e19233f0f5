/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/folder.h"

/*
 * Builds of several targets share one repository. Whoever changes apt/ or its temporary names holds
 * the lock on the file .apt.lock beside them: the container while it makes the repository
 * (base/files.py), and the host while it signs it and puts it in its place.
 */
typedef struct RepositoryLock RepositoryLock;

/* Waits for the lock, and serves the main context meanwhile. After some seconds @say is told what
 * it waits for. On a file system without locks nobody waits. */
RepositoryLock *repository_lock_take(const Folder *output,
                                     const Owner *owner,
                                     void (*say)(const char *message, gpointer user_data),
                                     gpointer user_data,
                                     GCancellable *cancellable,
                                     GError **error);

void repository_lock_release(RepositoryLock *lock);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(RepositoryLock, repository_lock_release)
