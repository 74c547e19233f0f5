/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/* A tar archive with one file. */
GBytes *cdd_mock_file_to_archive(const char *name, GBytes *contents);

/* What an engine's head says of a file: the value of X-Docker-Container-Path-Stat. */
char *cdd_mock_file_to_stat(const char *name, GBytes *contents);
