/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-macros.h>

G_BEGIN_DECLS

/**
 * CddError:
 * @CDD_ERROR_FAILED: the engine failed in a way that has no code of its own
 * @CDD_ERROR_IMAGE_NOT_FOUND: neither the engine nor a registry has the image
 * @CDD_ERROR_CONTAINER_FAILED: the container's process ended with a code other than 0; see
 *   cdd_error_get_exit_code()
 * @CDD_ERROR_BUILD_FAILED: an image build failed
 * @CDD_ERROR_DAEMON_NOT_ACCESSIBLE: no engine answers at the address, the caller may not open it,
 *   or the connection broke
 * @CDD_ERROR_INVALID_SPEC: a specification, address or name is not valid; nothing was sent
 * @CDD_ERROR_TIMEOUT: a deadline passed; the message names which one
 * @CDD_ERROR_NOT_FOUND: the engine knows no such object (HTTP 404)
 * @CDD_ERROR_CONFLICT: the object's state forbids the operation (HTTP 409)
 * @CDD_ERROR_UNAUTHORIZED: the engine or a registry refused the credentials (HTTP 401, 403)
 * @CDD_ERROR_PROTOCOL: the peer's bytes are not the protocol
 * @CDD_ERROR_INCOMPATIBLE: the engine or image cannot do what is asked, e.g. its API is too old
 *
 * Codes of %CDD_ERROR. Cancellation is reported as %G_IO_ERROR_CANCELLED instead, as everywhere
 * in GIO. A message says what was being done, why it failed and, where there is one, what to do.
 */
typedef enum {
    CDD_ERROR_FAILED,
    CDD_ERROR_IMAGE_NOT_FOUND,
    CDD_ERROR_CONTAINER_FAILED,
    CDD_ERROR_BUILD_FAILED,
    CDD_ERROR_DAEMON_NOT_ACCESSIBLE,
    CDD_ERROR_INVALID_SPEC,
    CDD_ERROR_TIMEOUT,
    CDD_ERROR_NOT_FOUND,
    CDD_ERROR_CONFLICT,
    CDD_ERROR_UNAUTHORIZED,
    CDD_ERROR_PROTOCOL,
    CDD_ERROR_INCOMPATIBLE,
} CddError;

#define CDD_TYPE_ERROR (cdd_error_get_type())
CDD_API GType cdd_error_get_type(void);

/**
 * CDD_ERROR:
 *
 * The domain of #CddError.
 */
#define CDD_ERROR (cdd_error_quark())

/**
 * cdd_error_quark:
 *
 * Returns: the domain of the errors that are the engine's or concern it
 */
CDD_API GQuark cdd_error_quark(void);

/**
 * cdd_error_get_http_status:
 * @error: an error
 *
 * Returns: the HTTP status with which the engine answered, or 0 when the error is not of
 *   #CDD_ERROR or did not come from an answer
 */
CDD_API guint cdd_error_get_http_status(const GError *error);

/**
 * cdd_error_get_exit_code:
 * @error: an error
 *
 * Returns: the exit code of the container of a %CDD_ERROR_CONTAINER_FAILED, else -1
 */
CDD_API gint64 cdd_error_get_exit_code(const GError *error);

G_END_DECLS
