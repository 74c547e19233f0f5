/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-service.h>

G_BEGIN_DECLS

/**
 * CddRequest:
 * @method: `GET`, `HEAD`, `POST`, `PUT`, `DELETE` or `PATCH`
 * @path: the path without the API version and the query, e.g. `/containers/abc/json`. It is sent as
 *   it is, so a name in it must be escaped, e.g. with g_uri_escape_string().
 * @query: (nullable) (array zero-terminated=1): `name=value` entries, not escaped
 * @headers: (nullable) (array zero-terminated=1): additional `Name: value` lines, e.g.
 *   `X-Registry-Auth: …`
 * @body: (nullable): the request's body as JSON text
 * @content_type: (nullable): the type of an uploaded body; %NULL for `application/x-tar`
 * @header_timeout: milliseconds to wait for the beginning of the answer; 0 for
 *   #CddConfig.header_timeout; %G_MAXUINT for no limit, e.g. for `POST /containers/{id}/wait`
 *
 * A request for which the library has no call of its own. All members but @method and @path may be
 * zero.
 *
 * Since: 0.1
 */
typedef struct {
    const char *method;
    const char *path;
    const char *const *query;
    const char *const *headers;
    const char *body;
    const char *content_type;
    guint header_timeout;
    /*< private >*/
    gpointer reserved[8];
} CddRequest;

#define CDD_TYPE_REQUEST (cdd_request_get_type())
CDD_API GType cdd_request_get_type(void);

/**
 * cdd_request_new:
 * @method: a method
 * @path: a path, escaped
 * @query: (nullable) (array zero-terminated=1): `name=value` entries
 * @headers: (nullable) (array zero-terminated=1): `Name: value` lines
 * @body: (nullable): JSON text
 * @content_type: (nullable): the type of an uploaded body
 *
 * For language bindings. Set the members that are not strings afterwards. In C, use a designated
 * initializer instead.
 *
 * Returns: (transfer full): a structure that owns its strings; free with cdd_request_free()
 *
 * Since: 0.1
 */
CDD_API CddRequest *cdd_request_new(const char *method,
                                    const char *path,
                                    const char *const *query,
                                    const char *const *headers,
                                    const char *body,
                                    const char *content_type);

/**
 * cdd_request_copy:
 * @request: a structure
 *
 * Returns: (transfer full): a copy that owns its strings
 *
 * Since: 0.1
 */
CDD_API CddRequest *cdd_request_copy(const CddRequest *request);

/**
 * cdd_request_free:
 * @request: (transfer full) (nullable): a copy
 *
 * Since: 0.1
 */
CDD_API void cdd_request_free(CddRequest *request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddRequest, cdd_request_free)

/**
 * CddAnswer:
 * @status: the HTTP status, less than 400
 * @headers: (array zero-terminated=1): `name: value` lines, names in lower case, sorted
 * @body: (nullable): the body, valid UTF-8, mostly JSON; %NULL if it was written to a stream
 *
 * The answer to a #CddRequest.
 *
 * Since: 0.1
 */
typedef struct {
    guint status;
    char **headers;
    char *body;
} CddAnswer;

#define CDD_TYPE_ANSWER (cdd_answer_get_type())
CDD_API GType cdd_answer_get_type(void);

/**
 * cdd_answer_copy:
 * @answer: an answer
 *
 * Returns: (transfer full): a copy
 *
 * Since: 0.1
 */
CDD_API CddAnswer *cdd_answer_copy(const CddAnswer *answer);

/**
 * cdd_answer_free:
 * @answer: (transfer full) (nullable): an answer
 *
 * Since: 0.1
 */
CDD_API void cdd_answer_free(CddAnswer *answer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddAnswer, cdd_answer_free)

/**
 * cdd_answer_get_header:
 * @answer: an answer
 * @name: the name of a header, in any case
 *
 * Returns: (nullable): the header's value, or %NULL
 *
 * Since: 0.1
 */
CDD_API const char *cdd_answer_get_header(const CddAnswer *answer, const char *name);

/**
 * cdd_service_request_async:
 * @self: a service
 * @request: the request; copied
 * @upload: (nullable): the request's body instead of #CddRequest.body; read to its end, not closed
 * @download: (nullable): the answer's body is written to it, piece by piece; not closed
 * @cancellable: (nullable): cancelling stops waiting; the engine may still do what was requested
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Sends a request of the caller's own. The API version is negotiated and put before the path, and
 * connections, deadlines and errors are those of the other calls. Without @download the answer may
 * have 32 MiB. A stream of JSON values reports a failure in its last value, which is not looked at.
 * Requests that change to another protocol, such as attach, are not possible.
 *
 * Since: 0.1
 */
CDD_API void cdd_service_request_async(CddService *self,
                                       const CddRequest *request,
                                       GInputStream *upload,
                                       GOutputStream *download,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);

/**
 * cdd_service_request_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_INVALID_SPEC for a request that is not valid,
 * %CDD_ERROR_NOT_FOUND, %CDD_ERROR_CONFLICT or another error for a status of 400 or more,
 * %CDD_ERROR_PROTOCOL for an answer that is too long or no text, or the error of a stream
 *
 * Finishes cdd_service_request_async().
 *
 * Returns: (transfer full): the answer, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddAnswer *
cdd_service_request_finish(CddService *self, GAsyncResult *result, GError **error);

G_END_DECLS
