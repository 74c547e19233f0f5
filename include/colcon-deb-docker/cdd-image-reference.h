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
 * The name of an image, taken apart as Docker does (distribution/reference).
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
 * What a user may leave out is filled in as Docker does: without a domain it is `docker.io`, and a
 * path of one component there is below `library/`. A tag is not filled in.
 *
 * Returns: (transfer full): the reference, or %NULL with %CDD_ERROR_INVALID_SPEC. A full image id
 *   (64 hexadecimal digits) is no reference.
 */
CDD_API CddImageReference *cdd_image_reference_parse(const char *text, GError **error);

/**
 * cdd_image_reference_copy:
 * @self: a reference
 *
 * Returns: (transfer full): a copy
 */
CDD_API CddImageReference *cdd_image_reference_copy(const CddImageReference *self);

/**
 * cdd_image_reference_free:
 * @self: (transfer full) (nullable): a reference
 */
CDD_API void cdd_image_reference_free(CddImageReference *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddImageReference, cdd_image_reference_free)

/**
 * cdd_image_reference_to_string:
 * @self: a reference
 *
 * Returns: (transfer full): the whole of it, e.g. `docker.io/library/debian:bookworm`
 */
CDD_API char *cdd_image_reference_to_string(const CddImageReference *self);

/**
 * cdd_image_reference_to_familiar_string:
 * @self: a reference
 *
 * Returns: (transfer full): what a user would write for it, e.g. `debian:bookworm`
 */
CDD_API char *cdd_image_reference_to_familiar_string(const CddImageReference *self);

G_END_DECLS
