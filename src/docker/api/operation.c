/* SPDX-License-Identifier: Apache-2.0 */
#include "operation.h"

#include "../engine/deadline.h"
#include "../value/error.h"
#include "../value/registry-refusal.h"
#include "../value/text.h"
#include <string.h>

enum {
    MAX_MESSAGE_LENGTH = 4096,
    MAX_DOING_LENGTH = 512,
};

/* clang-format off: it would read the minus sign of the name as an operator. */
static G_DEFINE_QUARK(cdd_operation, operation)
    /* clang-format on */

    typedef struct {
    const char *function; /* that began it */
    char *doing;
    CddDeadline *deadline;
    GCancellable *cancellable; /* the caller's cancellable */
    const char *missing;       /* the name of a required argument that is NULL */
    CddError not_found;
    gboolean asks_registry;
    char *hint;
    CddEndFunc end_func;

    CddParseFunc parse;
    GDestroyNotify free_value;
    CddValueFunc func;
    CddAnswerPieceFunc piece_func;
    CddResponse *response;
    CddJsonStream values;
    GOutputStream *to;
} Operation;

static void
operation_free(gpointer data)
{
    Operation *operation = data;

    g_free(operation->doing);
    g_free(operation->hint);
    cdd_deadline_free(operation->deadline);
    g_clear_object(&operation->cancellable);
    g_clear_object(&operation->response);
    g_clear_object(&operation->to);
    cdd_json_stream_clear(&operation->values);
    g_free(operation);
}

static Operation *
get_operation(GTask *task)
{
    return g_object_get_qdata(G_OBJECT(task), operation_quark());
}

static void
bound(Operation *operation, guint milliseconds)
{
    g_clear_pointer(&operation->deadline, cdd_deadline_free);
    operation->deadline =
        cdd_deadline_new(operation->cancellable, milliseconds, "the end of the whole operation");
}

/* Shortens ids to their beginning, like Docker's tools. */
static char *
shorten_ids(const char *text)
{
    static GRegex *regex;

    if (g_once_init_enter(&regex))
        g_once_init_leave(&regex, g_regex_new("\\b([0-9a-f]{12})[0-9a-f]{52}\\b", 0, 0, NULL));
    return g_regex_replace(regex, text, -1, 0, "\\1", 0, NULL);
}

GTask *
cdd_operation_new_in(const char *function,
                     CddService *self,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data,
                     const char *format,
                     ...)
{
    GTask *task = g_task_new(self, cancellable, callback, user_data);
    Operation *operation = g_new0(Operation, 1);
    g_autofree char *doing = NULL;
    g_autofree char *clean = NULL;
    va_list arguments;

    va_start(arguments, format);
    doing = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    clean = cdd_text_clean(doing, strlen(doing), MAX_DOING_LENGTH, CDD_TEXT_ONE_LINE);
    operation->function = function;
    operation->doing = shorten_ids(clean);
    operation->cancellable = cancellable != NULL ? g_object_ref(cancellable) : NULL;
    operation->not_found = CDD_ERROR_NOT_FOUND;
    cdd_json_stream_init(&operation->values);
    bound(operation, self->operation_timeout);
    g_object_set_qdata_full(G_OBJECT(task), operation_quark(), operation, operation_free);
    g_task_set_check_cancellable(task, FALSE);
    return task;
}

void
cdd_operation_return_missing(GTask *task, const char *name)
{
    g_critical("%s: the argument \"%s\" is NULL", get_operation(task)->doing, name);
    cdd_operation_return_error(
        task, g_error_new(CDD_ERROR, CDD_ERROR_INVALID_SPEC, "the argument \"%s\" is NULL", name));
}

GTask *
cdd_operation_require(GTask *task, const char *name, ...)
{
    Operation *operation = get_operation(task);
    va_list arguments;

    va_start(arguments, name);
    for (; name != NULL; name = va_arg(arguments, const char *)) {
        if (va_arg(arguments, gconstpointer) == NULL && operation->missing == NULL)
            operation->missing = name;
    }
    va_end(arguments);
    return task;
}

gboolean
cdd_operation_lacks_argument(GTask *task)
{
    const char *missing = get_operation(task)->missing;

    if (missing != NULL)
        cdd_operation_return_missing(task, missing);
    return missing != NULL;
}

void
cdd_operation_set_unbounded(GTask *task)
{
    bound(get_operation(task), 0);
}

void
cdd_operation_set_not_found(GTask *task, CddError code)
{
    get_operation(task)->not_found = code;
}

void
cdd_operation_set_asks_registry(GTask *task)
{
    get_operation(task)->asks_registry = TRUE;
}

void
cdd_operation_set_hint(GTask *task, const char *hint)
{
    get_operation(task)->hint = g_strdup(hint);
}

void
cdd_operation_set_end_func(GTask *task, CddEndFunc func)
{
    get_operation(task)->end_func = func;
}

CddClient *
cdd_operation_get_client(GTask *task)
{
    return CDD_SERVICE(g_task_get_source_object(task))->client;
}

GCancellable *
cdd_operation_get_cancellable(GTask *task)
{
    return cdd_deadline_get_cancellable(get_operation(task)->deadline);
}

CddResponse *
cdd_operation_get_response(GTask *task)
{
    return get_operation(task)->response;
}

void
cdd_operation_explain(GTask *task, GError **error)
{
    cdd_deadline_explain(get_operation(task)->deadline, error);
}

/*
 * Releases the operation's resources now, above all a connection with an unread answer: the task
 * lives until its callback has run.
 */
static void
release(GTask *task, gboolean ok)
{
    Operation *operation = get_operation(task);

    if (operation->end_func != NULL)
        operation->end_func(task, ok);
    g_clear_object(&operation->response);
    g_clear_pointer(&operation->deadline, cdd_deadline_free);
}

static void
add_hint(GError *error, const char *hint)
{
    char *message = g_strdup_printf("%s (%s)", error->message, hint);

    g_free(error->message);
    error->message = message;
}

/* Docker answers 404 or 500, Podman 500, and both may report it after a status of 200. */
static gboolean
is_refusal(const GError *error)
{
    return (g_error_matches(error, CDD_ERROR, CDD_ERROR_FAILED) ||
            g_error_matches(error, CDD_ERROR, CDD_ERROR_NOT_FOUND)) &&
           cdd_registry_refused(error->message);
}

void
cdd_operation_return_error(GTask *task, GError *error)
{
    Operation *operation = get_operation(task);

    cdd_operation_explain(task, &error);
    if (operation->asks_registry && is_refusal(error))
        error->code = CDD_ERROR_UNAUTHORIZED;
    if (g_error_matches(error, CDD_ERROR, CDD_ERROR_NOT_FOUND))
        error->code = (int)operation->not_found;
    if (!cdd_error_is_cancelled(error) && *operation->doing != '\0')
        g_prefix_error(&error, "%s: ", operation->doing);
    if (!cdd_error_is_cancelled(error) && operation->hint != NULL)
        add_hint(error, operation->hint);
    release(task, FALSE);
    g_task_return_error(task, error);
    g_object_unref(task);
}

void
cdd_operation_return_pointer(GTask *task, gpointer value, GDestroyNotify free_value)
{
    release(task, TRUE);
    g_task_return_pointer(task, value, free_value);
    g_object_unref(task);
}

void
cdd_operation_return_true(GTask *task)
{
    release(task, TRUE);
    g_task_return_boolean(task, TRUE);
    g_object_unref(task);
}

/* A function that several operations share does not say which one it began. */
static gboolean
is_result_of(const char *function, CddService *self, GAsyncResult *result, GError **error)
{
    const Operation *operation =
        g_task_is_valid(result, self) ? get_operation(G_TASK(result)) : NULL;
    const char *began = operation != NULL ? operation->function : "another object";
    gsize length = strlen(function) - strlen("_finish");

    if (operation != NULL &&
        (!g_str_has_suffix(began, "_async") ||
         (strncmp(began, function, length) == 0 && g_str_equal(began + length, "_async"))))
        return TRUE;
    g_critical("%s() got the result of %s", function, began);
    g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC, "%s() got the result of %s", function,
                began);
    return FALSE;
}

gboolean
cdd_operation_finish_in(const char *function,
                        CddService *self,
                        GAsyncResult *result,
                        GError **error)
{
    return is_result_of(function, self, result, error) &&
           g_task_propagate_boolean(G_TASK(result), error);
}

gpointer
cdd_operation_finish_pointer_in(const char *function,
                                CddService *self,
                                GAsyncResult *result,
                                GError **error)
{
    return is_result_of(function, self, result, error)
               ? g_task_propagate_pointer(G_TASK(result), error)
               : NULL;
}

static void
on_called(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    GError *error = NULL;

    if (cdd_client_call_finish_ok(CDD_CLIENT(source), result, &error))
        cdd_operation_return_true(task);
    else
        cdd_operation_return_error(task, error);
}

void
cdd_operation_call(GTask *task, const CddCall *call)
{
    if (cdd_operation_lacks_argument(task))
        return;
    cdd_client_call_async(cdd_operation_get_client(task), call, cdd_operation_get_cancellable(task),
                          on_called, task);
}

static void
on_answered(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    Operation *operation = get_operation(task);
    GError *error = NULL;
    g_autoptr(JsonNode) node = cdd_client_call_finish(CDD_CLIENT(source), result, &error);
    gpointer value = NULL;

    if (error == NULL && node == NULL)
        g_set_error_literal(&error, CDD_ERROR, CDD_ERROR_PROTOCOL, "the engine's answer is empty");
    if (error == NULL)
        value = operation->parse(node, &error);
    if (error != NULL)
        cdd_operation_return_error(task, error);
    else
        cdd_operation_return_pointer(task, value, operation->free_value);
}

void
cdd_operation_call_for(GTask *task,
                       const CddCall *call,
                       CddParseFunc parse,
                       GDestroyNotify free_value)
{
    Operation *operation = get_operation(task);

    if (cdd_operation_lacks_argument(task))
        return;
    operation->parse = parse;
    operation->free_value = free_value;
    cdd_client_call_async(cdd_operation_get_client(task), call, cdd_operation_get_cancellable(task),
                          on_answered, task);
}

gboolean
cdd_operation_check_value(JsonObject *value, GError **error)
{
    const char *message = cdd_json_get_string(cdd_json_get_object(value, "errorDetail"), "message");
    g_autofree char *clean = NULL;

    if (message == NULL)
        message = cdd_json_get_string(value, "error");
    if (message == NULL)
        return TRUE;
    clean = cdd_text_clean(message, strlen(message), MAX_MESSAGE_LENGTH, CDD_TEXT_ONE_LINE);
    g_set_error_literal(error, CDD_ERROR, CDD_ERROR_FAILED, clean);
    return FALSE;
}

static gboolean
on_value(JsonNode *node, gpointer user_data, GError **error)
{
    GTask *task = user_data;
    JsonObject *value = cdd_json_as_object(node);

    return cdd_operation_check_value(value, error) && get_operation(task)->func(task, value, error);
}

static gboolean
on_stream_piece(GTask *task, const guint8 *data, gsize length, GError **error)
{
    return cdd_json_stream_feed(&get_operation(task)->values, (const char *)data, length, on_value,
                                task, error);
}

static void
on_piece(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    Operation *operation = get_operation(task);
    GError *error = NULL;
    gsize length = 0;
    const guint8 *piece = cdd_response_read_finish(CDD_RESPONSE(source), result, &length, &error);

    if (piece != NULL && operation->piece_func(task, piece, length, &error)) {
        cdd_response_read_async(operation->response, cdd_operation_get_cancellable(task), on_piece,
                                task);
        return;
    }
    if (error == NULL && !cdd_json_stream_is_complete(&operation->values))
        g_set_error_literal(&error, CDD_ERROR, CDD_ERROR_PROTOCOL,
                            "the engine's answer ended in the middle of a JSON value");
    if (error == NULL)
        cdd_operation_return_true(task);
    else
        cdd_operation_return_error(task, error);
}

static void
on_begun(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    Operation *operation = get_operation(task);
    GError *error = NULL;

    operation->response = cdd_client_send_finish(CDD_CLIENT(source), result, &error);
    if (error != NULL)
        cdd_operation_return_error(task, error);
    else
        cdd_response_read_async(operation->response, cdd_operation_get_cancellable(task), on_piece,
                                task);
}

void
cdd_operation_read(GTask *task, const CddCall *call, CddAnswerPieceFunc func)
{
    if (cdd_operation_lacks_argument(task))
        return;
    get_operation(task)->piece_func = func;
    cdd_client_send_async(cdd_operation_get_client(task), call, cdd_operation_get_cancellable(task),
                          on_begun, task);
}

void
cdd_operation_stream(GTask *task, const CddCall *call, CddValueFunc func)
{
    get_operation(task)->func = func;
    cdd_operation_read(task, call, on_stream_piece);
}

static void on_download_piece(GObject *source, GAsyncResult *result, gpointer user_data);

static void
on_piece_written(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    Operation *operation = get_operation(task);
    GError *error = NULL;

    if (g_output_stream_write_all_finish(G_OUTPUT_STREAM(source), result, NULL, &error))
        cdd_response_read_async(operation->response, cdd_operation_get_cancellable(task),
                                on_download_piece, task);
    else
        cdd_operation_return_error(task, error);
}

static void
on_download_piece(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    Operation *operation = get_operation(task);
    GError *error = NULL;
    gsize length = 0;
    const guint8 *piece = cdd_response_read_finish(CDD_RESPONSE(source), result, &length, &error);

    if (error != NULL)
        cdd_operation_return_error(task, error);
    else if (piece == NULL)
        cdd_operation_return_true(task);
    else
        g_output_stream_write_all_async(operation->to, piece, length, G_PRIORITY_DEFAULT,
                                        cdd_operation_get_cancellable(task), on_piece_written,
                                        task);
}

static void
on_download_begun(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    Operation *operation = get_operation(task);
    GError *error = NULL;

    operation->response = cdd_client_send_finish(CDD_CLIENT(source), result, &error);
    if (error != NULL)
        cdd_operation_return_error(task, error);
    else
        cdd_response_read_async(operation->response, cdd_operation_get_cancellable(task),
                                on_download_piece, task);
}

void
cdd_operation_download(GTask *task, const CddCall *call, GOutputStream *to)
{
    if (cdd_operation_lacks_argument(cdd_operation_require(task, "archive", to, NULL)))
        return;
    get_operation(task)->to = g_object_ref(to);
    cdd_client_send_async(cdd_operation_get_client(task), call, cdd_operation_get_cancellable(task),
                          on_download_begun, task);
}

gboolean
cdd_filters_check(const char *const *filters, GError **error)
{
    for (; filters != NULL && *filters != NULL; filters++) {
        const char *equals = strchr(*filters, '=');
        g_autofree char *shown = NULL;

        if (equals != NULL && equals != *filters)
            continue;
        shown = cdd_text_clean(*filters, strlen(*filters), MAX_DOING_LENGTH, CDD_TEXT_ONE_LINE);
        g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC, "the filter \"%s\" is not name=value",
                    shown);
        return FALSE;
    }
    return TRUE;
}

/* {"label": ["a=b", "c"], "dangling": ["true"]} */
char *
cdd_filters_to_text(const char *const *filters)
{
    g_autoptr(JsonObject) object = json_object_new();
    g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);

    if (filters == NULL || *filters == NULL)
        return NULL;
    for (; *filters != NULL; filters++) {
        const char *equals = strchr(*filters, '=');
        g_autofree char *name = g_strndup(*filters, (gsize)(equals - *filters));

        if (!json_object_has_member(object, name))
            json_object_set_array_member(object, name, json_array_new());
        json_array_add_string_element(json_object_get_array_member(object, name), equals + 1);
    }
    json_node_set_object(node, object);
    return cdd_json_to_text(node);
}

static void
call_filtered(GTask *task,
              CddCall *call,
              const char *path,
              gboolean all,
              const char *const *filters,
              CddParseFunc parse,
              GDestroyNotify free_value)
{
    g_autoptr(GString) whole = g_string_new(path);
    g_autofree char *text = NULL;
    GError *error = NULL;

    if (!cdd_filters_check(filters, &error)) {
        cdd_operation_return_error(task, error);
        return;
    }
    text = cdd_filters_to_text(filters);
    cdd_path_add(whole, "all", all ? "1" : NULL);
    cdd_path_add(whole, "filters", text);
    call->path = whole->str;
    cdd_operation_call_for(task, call, parse, free_value);
}

void
cdd_operation_list(GTask *task,
                   const char *path,
                   gboolean all,
                   const char *const *filters,
                   CddParseFunc parse,
                   GDestroyNotify free_value)
{
    CddCall call = {.method = "GET"};

    call_filtered(task, &call, path, all, filters, parse, free_value);
}

void
cdd_operation_prune(GTask *task,
                    const char *path,
                    const char *const *filters,
                    CddParseFunc parse,
                    GDestroyNotify free_value)
{
    CddCall call = {.method = "POST", .header_timeout = CDD_NO_TIMEOUT};

    call_filtered(task, &call, path, FALSE, filters, parse, free_value);
}

JsonObject *
cdd_operation_expect_object(JsonNode *answer, const char *what, GError **error)
{
    JsonObject *object = cdd_json_as_object(answer);

    if (object == NULL)
        g_set_error(error, CDD_ERROR, CDD_ERROR_PROTOCOL,
                    "the engine's answer has no description of the %s", what);
    return object;
}
