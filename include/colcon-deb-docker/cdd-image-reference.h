/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-macros.h>

G_BEGIN_DECLS

/**
 * CddImageReference:
 * @domain: the registry, with its port if there is one, e.g. `docker.io`
 * @path: the repository on it, e.g. `library/debian`
 * @tag: (nullable): e.g. `bookworm`
 * @digest: (nullable): e.g. `sha256:…`
 *
 * The name of an image, parsed as Docker does (distribution/reference).
 *
 * Since: 0.1
 */
typedef struct {
    char *domain;
    char *path;
    char *tag;
    char *digest;
} CddImageReference;

#define CDD_TYPE_IMAGE_REFERENCE (cdd_image_reference_get_type())
CDD_API GType cdd_image_reference_get_type(void);

/**
 * cdd_image_reference_parse:
 * @text: `[DOMAIN/]PATH[:TAG][@DIGEST]`
 * @error: return location
 *
 * Parses a reference. As in Docker, the domain defaults to `docker.io`, and a path of one component
 * there gets the prefix `library/`. The tag has no default.
 *
 * Returns: (transfer full): the reference, or %NULL with %CDD_ERROR_INVALID_SPEC. A full image id
 *   (64 hexadecimal digits) is not a reference.
 *
 * Since: 0.1
 */
CDD_API CddImageReference *cdd_image_reference_parse(const char *text, GError **error);

/**
 * cdd_image_reference_copy:
 * @self: a reference
 *
 * Returns: (transfer full): a copy
 *
 * Since: 0.1
 */
CDD_API CddImageReference *cdd_image_reference_copy(const CddImageReference *self);

/**
 * cdd_image_reference_free:
 * @self: (transfer full) (nullable): a reference
 *
 * Since: 0.1
 */
CDD_API void cdd_image_reference_free(CddImageReference *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddImageReference, cdd_image_reference_free)

/**
 * cdd_image_reference_to_string:
 * @self: a reference
 *
 * Returns: (transfer full): the complete reference, e.g. `docker.io/library/debian:bookworm`
 *
 * Since: 0.1
 */
CDD_API char *cdd_image_reference_to_string(const CddImageReference *self);

/**
 * cdd_image_reference_to_familiar_string:
 * @self: a reference
 *
 * Returns: (transfer full): the shortest reference that a user may write, e.g. `debian:bookworm`
 *
 * Since: 0.1
 */
CDD_API char *cdd_image_reference_to_familiar_string(const CddImageReference *self);

G_END_DECLS
