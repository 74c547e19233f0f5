/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../engine/client.h"
#include "../engine/path.h"
#include "../wire/json.h"
#include "service.h"

#include <colcon-deb-docker/cdd-error.h>

/*
 * One call of the public interface that is under way: a GTask of the service that knows what is
 * being done, for its errors, and bounds the whole of it. Whoever holds the task ends it with one
 * of the functions here that say so; its result is what happened, also when it was cancelled after
 * that.
 */

/*
 * The format says what is being done: "stopping the container %s"; the text is cleaned. An empty
 * one is for an operation whose parts say it.
 */
G_GNUC_PRINTF(5, 6)
GTask *cdd_operation_new(CddService *self,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data,
                         const char *format,
                         ...);

/* For one that by nature has no end of its own, before anything else is done with it. */
void cdd_operation_set_unbounded(GTask *task);

/* What the engine's "not found" means for this one, where that is not %CDD_ERROR_NOT_FOUND. */
void cdd_operation_set_not_found(GTask *task, CddError code);

/* What a user should know of, should it fail; at the end of the error. */
void cdd_operation_set_hint(GTask *task, const char *hint);

/* Called once, right before it ends. */
typedef void (*CddEndFunc)(GTask *task, gboolean ok);
void cdd_operation_set_end_func(GTask *task, CddEndFunc func);

CddClient *cdd_operation_get_client(GTask *task);
/* What its requests take: the caller's cancelling and the deadline both lead here. */
GCancellable *cdd_operation_get_cancellable(GTask *task);

/* Turns the error of what the operation's deadline ended into a TIMEOUT, as the end does itself. */
void cdd_operation_explain(GTask *task, GError **error);

/* These three end the operation and drop the caller's reference to it. */
void cdd_operation_return_error(GTask *task, GError *error);
void cdd_operation_return_pointer(GTask *task, gpointer value, GDestroyNotify free_value);
void cdd_operation_return_true(GTask *task);

/* Ends it with the answer to one request that says no more than that it worked. */
void cdd_operation_call(GTask *task, const CddCall *call);

/* Ends it with what parse makes of the answer; a node of NULL has been an error before. */
typedef gpointer (*CddParseFunc)(JsonNode *answer, GError **error);
void cdd_operation_call_for(GTask *task,
                            const CddCall *call,
                            CddParseFunc parse,
                            GDestroyNotify free_value);

/*
 * Ends it at the end of a stream of JSON values, each given to func with the task. A value that
 * reports an error ends it with that, since the status has been sent long before.
 */
typedef gboolean (*CddValueFunc)(GTask *task, JsonObject *value, GError **error);
void cdd_operation_stream(GTask *task, const CddCall *call, CddValueFunc func);

/* Ends it at the end of the answer, each piece of which is given to func. */
typedef gboolean (*CddAnswerPieceFunc)(GTask *task,
                                       const guint8 *data,
                                       gsize length,
                                       GError **error);
void cdd_operation_read(GTask *task, const CddCall *call, CddAnswerPieceFunc func);

/* Ends it when the whole answer has been written; the stream is not closed. */
void cdd_operation_download(GTask *task, const CddCall *call, GOutputStream *to);

/* Ends it with what parse makes of the list at path. @all: what the engine leaves out by default,
 * too; @filters: `name=value` entries, or NULL. */
void cdd_operation_list(GTask *task,
                        const char *path,
                        gboolean all,
                        const char *const *filters,
                        CddParseFunc parse,
                        GDestroyNotify free_value);

/* Ends it with what parse makes of the answer to a prune, which may take long. */
void cdd_operation_prune(GTask *task,
                         const char *path,
                         const char *const *filters,
                         CddParseFunc parse,
                         GDestroyNotify free_value);

/* The object that an answer is; NULL and an error that names @what if it is none. */
JsonObject *cdd_operation_expect_object(JsonNode *answer, const char *what, GError **error);

gboolean cdd_operation_finish(CddService *self, GAsyncResult *result, GError **error);
gpointer cdd_operation_finish_pointer(CddService *self, GAsyncResult *result, GError **error);

/* {"message": …}, {"errorDetail": …} and the like, of an answer that is all right otherwise. */
gboolean cdd_operation_check_value(JsonObject *value, GError **error);

/* `name=value` entries as the JSON text that the engine's filters are; NULL for none. */
char *cdd_filters_to_text(const char *const *filters);
