/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-macros.h>

G_BEGIN_DECLS

/**
 * CDD_MAJOR_VERSION:
 *
 * The major version of the headers.
 *
 * Since: 0.1
 */
#define CDD_MAJOR_VERSION 0

/**
 * CDD_MINOR_VERSION:
 *
 * The minor version of the headers.
 *
 * Since: 0.1
 */
#define CDD_MINOR_VERSION 1

/**
 * CDD_MICRO_VERSION:
 *
 * The micro version of the headers.
 *
 * Since: 0.1
 */
#define CDD_MICRO_VERSION 0

/**
 * CDD_CHECK_VERSION:
 * @major: a major version
 * @minor: a minor version
 * @micro: a micro version
 *
 * For the preprocessor: whether the headers are of that version or a later one. What is marked
 * with `Since:` is there from that version on.
 *
 * Since: 0.1
 */
#define CDD_CHECK_VERSION(major, minor, micro)                                                     \
    (CDD_MAJOR_VERSION > (major) ||                                                                \
     (CDD_MAJOR_VERSION == (major) &&                                                              \
      (CDD_MINOR_VERSION > (minor) ||                                                              \
       (CDD_MINOR_VERSION == (minor) && CDD_MICRO_VERSION >= (micro)))))

/**
 * cdd_get_version:
 *
 * Gets the version of the library that the program runs with, which may be later than that of the
 * headers.
 *
 * Returns: the version, e.g. `0.1.0`
 *
 * Since: 0.1
 */
CDD_API const char *cdd_get_version(void);

G_END_DECLS
