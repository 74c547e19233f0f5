/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-architecture.h>

/* Where the kernel lists its handlers of foreign programs. */
#define CDD_BINFMT_DIRECTORY "/proc/sys/fs/binfmt_misc"

/*
 * Looks up the handler "qemu-@name" in @directory, CDD_BINFMT_DIRECTORY except in tests. @version:
 * set to QEMU's version, for example "8.2.1", if the handler is usable and its program says so;
 * else to NULL. Runs no program.
 */
CddEmulatorState cdd_emulator_find(const char *directory, const char *name, char **version);

/* As cdd_architecture_info_new(), with the handlers of @directory. */
CddArchitectureInfo *cdd_architecture_info_new_in(const char *directory,
                                                  const char *host_arch,
                                                  const char *image_arch,
                                                  gboolean engine_is_remote);
