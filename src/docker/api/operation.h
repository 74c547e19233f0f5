/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../engine/client.h"
#include "../engine/path.h"
#include "../wire/json.h"
#include "service.h"

#include <colcon-deb-docker/cdd-error.h>

/*
 * A running call of the public interface: a GTask of the service that adds a description to its
 * errors and has a deadline for the whole call. The owner of the task ends it with one of the
 * functions below. The result is reported even if the task is cancelled after that.
 */

/*
 * @format describes the operation: "stopping the container %s". Control characters are removed. The
 * text is empty if the parts of the operation have their own descriptions.
 */
#define cdd_operation_new(...) cdd_operation_new_in(__func__, __VA_ARGS__)
G_GNUC_PRINTF(6, 7)
GTask *cdd_operation_new_in(const char *function,
                            CddService *self,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data,
                            const char *format,
                            ...);

/*
 * A programmer's mistake is told twice: as a critical message, and by the callback, so that nobody
 * waits for ever. Ends the operation with INVALID_SPEC, because the argument @name is NULL.
 */
void cdd_operation_return_missing(GTask *task, const char *name);

/*
 * Takes pairs of an argument's name and its value, and NULL. If a value is NULL, the functions
 * below that send a request end the operation as missing instead. Returns @task.
 */
GTask *cdd_operation_require(GTask *task, const char *name, ...) G_GNUC_NULL_TERMINATED;
/*
 * Ends the operation if a required argument is NULL, and returns whether it did. For an operation
 * that uses its arguments before it sends a request, or sends one without the functions below.
 */
gboolean cdd_operation_lacks_argument(GTask *task);

/* Removes the deadline. Call it first. */
void cdd_operation_set_unbounded(GTask *task);

/* Sets the error code for the engine's "not found", if not %CDD_ERROR_NOT_FOUND. */
void cdd_operation_set_not_found(GTask *task, CddError code);

/* The engine asks a registry: a refusal by the registry becomes %CDD_ERROR_UNAUTHORIZED. */
void cdd_operation_set_asks_registry(GTask *task);

/* Sets a hint for the user. It is appended to the error if the operation fails. */
void cdd_operation_set_hint(GTask *task, const char *hint);

/* Sets a function that is called once, right before the operation ends. */
typedef void (*CddEndFunc)(GTask *task, gboolean ok);
void cdd_operation_set_end_func(GTask *task, CddEndFunc func);

CddClient *cdd_operation_get_client(GTask *task);
/* Returns the cancellable for requests. The caller's cancellable and the deadline trigger it. */
GCancellable *cdd_operation_get_cancellable(GTask *task);

/* Returns the answer that is read; NULL before it begins. */
CddResponse *cdd_operation_get_response(GTask *task);

/* Turns an error caused by the deadline into a TIMEOUT. Returning an error does this too. */
void cdd_operation_explain(GTask *task, GError **error);

/* These three functions end the operation and drop the caller's reference. */
void cdd_operation_return_error(GTask *task, GError *error);
void cdd_operation_return_pointer(GTask *task, gpointer value, GDestroyNotify free_value);
void cdd_operation_return_true(GTask *task);

/* Sends a request and ends the operation with TRUE if it succeeds. */
void cdd_operation_call(GTask *task, const CddCall *call);

/*
 * Sends a request and ends the operation with the result of @parse. An answer without a body is an
 * error; @parse is not called.
 */
typedef gpointer (*CddParseFunc)(JsonNode *answer, GError **error);
void cdd_operation_call_for(GTask *task,
                            const CddCall *call,
                            CddParseFunc parse,
                            GDestroyNotify free_value);

/*
 * Sends a request and calls @func for each value of the JSON stream in the answer. Ends the
 * operation at the end of the stream. A value that reports an error ends it with that error,
 * because the status was sent before.
 */
typedef gboolean (*CddValueFunc)(GTask *task, JsonObject *value, GError **error);
void cdd_operation_stream(GTask *task, const CddCall *call, CddValueFunc func);

/* Sends a request, calls @func for each piece of the answer, and ends the operation. */
typedef gboolean (*CddAnswerPieceFunc)(GTask *task,
                                       const guint8 *data,
                                       gsize length,
                                       GError **error);
void cdd_operation_read(GTask *task, const CddCall *call, CddAnswerPieceFunc func);

/* Sends a request and writes the answer to @to, which is not closed. Then ends the operation. */
void cdd_operation_download(GTask *task, const CddCall *call, GOutputStream *to);

/*
 * Requests the list at @path and ends the operation with the result of @parse. @all: include what
 * the engine omits by default. @filters: `name=value` entries, or NULL.
 */
void cdd_operation_list(GTask *task,
                        const char *path,
                        gboolean all,
                        const char *const *filters,
                        CddParseFunc parse,
                        GDestroyNotify free_value);

/* Sends a prune request, which may take long, and ends the operation with the result of @parse. */
void cdd_operation_prune(GTask *task,
                         const char *path,
                         const char *const *filters,
                         CddParseFunc parse,
                         GDestroyNotify free_value);

/* Returns the answer as an object; NULL and an error that names @what if it is not an object. */
JsonObject *cdd_operation_expect_object(JsonNode *answer, const char *what, GError **error);

/*
 * These two take the result. That of another operation is a programmer's mistake: it is told by a
 * critical message and INVALID_SPEC. The names of the functions tell: f_async() began what
 * f_finish() ends. Look at the task's data only after them.
 */
#define cdd_operation_finish(...) cdd_operation_finish_in(__func__, __VA_ARGS__)
#define cdd_operation_finish_pointer(...) cdd_operation_finish_pointer_in(__func__, __VA_ARGS__)
gboolean cdd_operation_finish_in(const char *function,
                                 CddService *self,
                                 GAsyncResult *result,
                                 GError **error);
gpointer cdd_operation_finish_pointer_in(const char *function,
                                         CddService *self,
                                         GAsyncResult *result,
                                         GError **error);

/* Returns FALSE for a value that reports an error, such as {"errorDetail": …} or {"error": …}. */
gboolean cdd_operation_check_value(JsonObject *value, GError **error);

/* Returns whether each filter is `name=value`; NULL is no filter. The error is INVALID_SPEC. */
gboolean cdd_filters_check(const char *const *filters, GError **error);
/* Turns `name=value` entries into the engine's JSON text of filters; NULL for none. */
char *cdd_filters_to_text(const char *const *filters);
