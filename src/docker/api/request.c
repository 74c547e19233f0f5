/* SPDX-License-Identifier: Apache-2.0 */
/* Requests of the caller's own. */
#include "faults.h"
#include "operation.h"

#include <colcon-deb-docker/cdd-request.h>
#include <string.h>

enum {
    MAX_TEXT_LENGTH = 32 * 1024 * 1024,
};

CddAnswer *
cdd_answer_copy(const CddAnswer *answer)
{
    CddAnswer *copy = g_new0(CddAnswer, 1);

    copy->status = answer->status;
    copy->headers = g_strdupv(answer->headers);
    copy->body = g_strdup(answer->body);
    return copy;
}

void
cdd_answer_free(CddAnswer *answer)
{
    if (answer == NULL)
        return;
    g_strfreev(answer->headers);
    g_free(answer->body);
    g_free(answer);
}

const char *
cdd_answer_get_header(const CddAnswer *answer, const char *name)
{
    gsize length = strlen(name);

    for (char **line = answer->headers; *line != NULL; line++) {
        if (g_ascii_strncasecmp(*line, name, length) == 0 && g_str_has_prefix(*line + length, ": "))
            return *line + length + 2;
    }
    return NULL;
}

/* The path stays within the API and does not end early. An escaped dot or slash counts too. */
static gboolean
is_request_path(const char *path)
{
    g_autofree char *plain = NULL;
    g_auto(GStrv) segments = NULL;

    if (path == NULL || *path != '/')
        return FALSE;
    for (const char *at = path; *at != '\0'; at++) {
        if (!g_ascii_isgraph(*at) || *at == '?' || *at == '#')
            return FALSE;
    }
    plain = g_uri_unescape_string(path, NULL);
    if (plain == NULL)
        return FALSE;
    segments = g_strsplit(plain, "/", -1);
    return !g_strv_contains((const char *const *)segments, ".") &&
           !g_strv_contains((const char *const *)segments, "..");
}

/* The library sets these, and a second one could make the engine see another request. */
static gboolean
is_own_header(const char *line)
{
    static const char *const names[] = {
        "Connection", "Content-Length", "Content-Type",      "Expect", "Host", "Keep-Alive",
        "TE",         "Trailer",        "Transfer-Encoding", "Upgrade"};

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        gsize length = strlen(names[i]);

        if (g_ascii_strncasecmp(line, names[i], length) == 0 && line[length] == ':')
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_line(const char *text)
{
    for (; *text != '\0'; text++) {
        if (g_ascii_iscntrl(*text))
            return FALSE;
    }
    return TRUE;
}

static gboolean
is_header(const char *line)
{
    gsize length = strspn(line, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_");

    return length > 0 && g_str_has_prefix(line + length, ": ") && is_line(line) &&
           !is_own_header(line);
}

/* Headers are named by number: one may be a secret. */
static void
check_headers(GString *faults, const char *const *headers)
{
    for (guint i = 0; headers != NULL && headers[i] != NULL; i++) {
        if (!is_header(headers[i]))
            cdd_faults_add(faults, "header %u is not \"Name: value\", or its name is not allowed",
                           i + 1);
    }
}

static JsonNode *
parse_body(const char *text, GString *faults)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) node = NULL;

    if (text == NULL)
        return NULL;
    node = cdd_json_parse(text, strlen(text), &error);
    if (node == NULL)
        cdd_faults_add(faults, "the body is not JSON: %s", error->message);
    else if (cdd_json_has_nul(text, strlen(text)))
        cdd_faults_add(faults, "a string of the body has a NUL");
    return g_steal_pointer(&node);
}

static void
check(GString *faults, const CddRequest *request, GInputStream *upload)
{
    static const char *const methods[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", NULL};

    cdd_faults_check_reserved(faults, request);
    if (request->method == NULL || !g_strv_contains(methods, request->method))
        cdd_faults_add(faults, "the method is not GET, HEAD, POST, PUT, DELETE or PATCH");
    if (!is_request_path(request->path))
        cdd_faults_add(faults, "the path does not begin with \"/\", has \".\" or \"..\", or is not "
                               "escaped");
    cdd_faults_check_entries(faults, "query parameter", request->query);
    check_headers(faults, request->headers);
    if (request->content_type != NULL && !is_line(request->content_type))
        cdd_faults_add(faults, "the content type is not one line of text");
    if (request->body != NULL && upload != NULL)
        cdd_faults_add(faults, "there is a body and also an upload");
}

static char *
path_of(const CddRequest *request)
{
    g_autoptr(GString) path = g_string_new(request->path);

    for (const char *const *entry = request->query; entry != NULL && *entry != NULL; entry++) {
        const char *equals = strchr(*entry, '=');
        g_autofree char *name = g_strndup(*entry, (gsize)(equals - *entry));
        g_autofree char *escaped = g_uri_escape_string(name, NULL, FALSE);

        cdd_path_add(path, escaped, equals + 1);
    }
    return g_string_free(g_steal_pointer(&path), FALSE);
}

typedef struct {
    GByteArray *text; /* NULL if the body is written to a stream */
    CddAnswer *answer;
} Received;

static void
received_free(gpointer data)
{
    Received *received = data;

    if (received->text != NULL)
        g_byte_array_unref(received->text);
    cdd_answer_free(received->answer);
    g_free(received);
}

static gboolean
on_text(GTask *task, const guint8 *data, gsize length, GError **error)
{
    GByteArray *text = ((Received *)g_task_get_task_data(task))->text;

    if (length > MAX_TEXT_LENGTH - text->len) {
        g_set_error(error, CDD_ERROR, CDD_ERROR_PROTOCOL,
                    "the engine's answer is longer than %d MiB; pass a stream to write it to",
                    MAX_TEXT_LENGTH / 1024 / 1024);
        return FALSE;
    }
    g_byte_array_append(text, data, (guint)length);
    return TRUE;
}

/* The response goes with the operation. */
static void
on_end(GTask *task, gboolean ok)
{
    Received *received = g_task_get_task_data(task);
    CddResponse *response = cdd_operation_get_response(task);

    if (!ok)
        return;
    received->answer = g_new0(CddAnswer, 1);
    received->answer->status = cdd_response_get_status(response);
    received->answer->headers = cdd_response_dup_headers(response);
    if (received->text != NULL)
        received->answer->body =
            received->text->len == 0
                ? g_strdup("")
                : g_strndup((const char *)received->text->data, received->text->len);
}

void
cdd_service_request_async(CddService *self,
                          const CddRequest *request,
                          GInputStream *upload,
                          GOutputStream *download,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
    g_autoptr(GString) faults = g_string_new(NULL);
    g_autoptr(JsonNode) body = NULL;
    g_autofree char *path = NULL;
    GError *error = NULL;
    Received *received;
    CddCall call;
    GTask *task;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = cdd_operation_new(self, cancellable, callback, user_data, "requesting %s %s",
                             request != NULL && request->method != NULL ? request->method : "",
                             request != NULL && request->path != NULL ? request->path : "");
    if (request == NULL) {
        cdd_operation_return_missing(task, "request");
        return;
    }
    check(faults, request, upload);
    body = parse_body(request->body, faults);
    if (!cdd_faults_conclude(faults, "the request is not valid", &error)) {
        cdd_operation_return_error(task, error);
        return;
    }
    received = g_new0(Received, 1);
    received->text = download == NULL ? g_byte_array_new() : NULL;
    g_task_set_task_data(task, received, received_free);
    cdd_operation_set_end_func(task, on_end);
    path = path_of(request);
    call = (CddCall){.method = request->method,
                     .path = path,
                     .body = body,
                     .upload = upload,
                     .content_type = request->content_type,
                     .fields = request->headers,
                     .header_timeout = request->header_timeout};
    if (download == NULL)
        cdd_operation_read(task, &call, on_text);
    else
        cdd_operation_download(task, &call, download);
}

CddAnswer *
cdd_service_request_finish(CddService *self, GAsyncResult *result, GError **error)
{
    Received *received;

    if (!cdd_operation_finish(self, result, error))
        return NULL;
    received = g_task_get_task_data(G_TASK(result));
    if (received->text != NULL &&
        !g_utf8_validate_len(received->answer->body, received->text->len, NULL)) {
        g_set_error_literal(error, CDD_ERROR, CDD_ERROR_PROTOCOL,
                            "the engine's answer is not text; pass a stream to write it to");
        return NULL;
    }
    return g_steal_pointer(&received->answer);
}
