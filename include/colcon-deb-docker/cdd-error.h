/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-macros.h>

G_BEGIN_DECLS

/**
 * CddError:
 * @CDD_ERROR_FAILED: a failure without a more specific code
 * @CDD_ERROR_IMAGE_NOT_FOUND: neither the engine nor a registry has the image
 * @CDD_ERROR_CONTAINER_FAILED: the container's process ended with a nonzero exit code; see
 *   cdd_error_get_exit_code()
 * @CDD_ERROR_BUILD_FAILED: an image build failed
 * @CDD_ERROR_DAEMON_NOT_ACCESSIBLE: no engine answers at the address, the caller lacks the
 *   permission to connect, or the connection broke
 * @CDD_ERROR_INVALID_SPEC: a specification, address or name is not valid; nothing was sent
 * @CDD_ERROR_TIMEOUT: a deadline passed; the message names the deadline
 * @CDD_ERROR_NOT_FOUND: the engine has no such object (HTTP 404)
 * @CDD_ERROR_CONFLICT: the object's state forbids the operation (HTTP 409)
 * @CDD_ERROR_UNAUTHORIZED: the engine refused the request (HTTP 401, 403), or a registry refused
 *   the credentials of a pull or push or needs some
 * @CDD_ERROR_PROTOCOL: the peer violated the protocol
 * @CDD_ERROR_INCOMPATIBLE: the engine or image does not support the request, e.g. because its API
 *   is too old
 *
 * The error codes of %CDD_ERROR. A cancelled operation reports %G_IO_ERROR_CANCELLED instead, as
 * everywhere in GIO. A message says what was being done, what went wrong, and if possible what to
 * do.
 *
 * Since: 0.1
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
 * The error domain of #CddError.
 *
 * Since: 0.1
 */
#define CDD_ERROR (cdd_error_quark())

/**
 * cdd_error_quark:
 *
 * Returns: the error domain of #CddError
 *
 * Since: 0.1
 */
CDD_API GQuark cdd_error_quark(void);

/**
 * cdd_error_get_http_status:
 * @error: an error
 *
 * Returns: the HTTP status of the engine's answer, or 0 if @error is not of #CDD_ERROR or did not
 *   come from an answer. For an error that a language binding has copied, the message tells it.
 *
 * Since: 0.1
 */
CDD_API guint cdd_error_get_http_status(const GError *error);

/**
 * cdd_error_get_exit_code:
 * @error: an error
 *
 * Returns: the container's exit code if @error is %CDD_ERROR_CONTAINER_FAILED, else -1. For
 *   an error that a language binding has copied, the message tells it.
 *
 * Since: 0.1
 */
CDD_API gint64 cdd_error_get_exit_code(const GError *error);

G_END_DECLS
