/* SPDX-License-Identifier: Apache-2.0 */
#include "script.h"

#include "../wire/json.h"

#include <string.h>

static void
split(const char *path, char **place, char ***parameters)
{
    g_auto(GStrv) parts = g_strsplit(path, "?", 2);

    *place = g_strdup(parts[0] != NULL ? parts[0] : "");
    *parameters = g_strsplit(parts[0] != NULL && parts[1] != NULL ? parts[1] : "", "&", -1);
}

CddMockAnswer *
cdd_mock_answer_new(const char *method, const char *path, CddMockAnswer from)
{
    CddMockAnswer *self = g_memdup2(&from, sizeof from);

    self->method = g_intern_string(method);
    split(path, &self->path, &self->parameters);
    return self;
}

void
cdd_mock_answer_free(CddMockAnswer *answer)
{
    g_free(answer->path);
    g_strfreev(answer->parameters);
    g_free(answer->fields);
    g_bytes_unref(answer->body);
    g_clear_pointer(&answer->terminal_body, g_bytes_unref);
    g_free(answer);
}

static gboolean
fits(const CddMockRequest *request, const char *method, const char *path, char **parameters)
{
    if (method != NULL && !g_str_equal(method, request->method))
        return FALSE;
    if (!g_pattern_match_simple(path, request->path))
        return FALSE;
    for (char **each = parameters; *each != NULL; each++) {
        if (!g_strv_contains((const char *const *)request->parameters, *each))
            return FALSE;
    }
    return TRUE;
}

static gboolean
matches(const CddMockAnswer *answer, const CddMockRequest *request)
{
    return fits(request, answer->method, answer->path, answer->parameters);
}

gboolean
cdd_mock_request_matches(const CddMockRequest *request, const char *method, const char *path)
{
    g_autofree char *place = NULL;
    g_auto(GStrv) parameters = NULL;

    split(path != NULL ? path : "*", &place, &parameters);
    return fits(request, method, place, parameters);
}

static gboolean
is_same(const CddMockAnswer *one, const CddMockAnswer *other)
{
    return one->method == other->method && g_str_equal(one->path, other->path) &&
           g_strv_equal((const char *const *)one->parameters,
                        (const char *const *)other->parameters);
}

/* Of answers to different paths, the one that was added first decides. */
static CddMockAnswer *
find(GPtrArray *answers, const CddMockRequest *request)
{
    CddMockAnswer *first = NULL;
    CddMockAnswer *last = NULL;

    for (guint i = 0; i < answers->len; i++) {
        CddMockAnswer *answer = answers->pdata[i];

        if (first == NULL && matches(answer, request))
            first = answer;
        if (first == NULL || !is_same(first, answer))
            continue;
        last = answer;
        if (!answer->used)
            break;
    }
    return last;
}

CddMockAnswer *
cdd_mock_answers_choose(GPtrArray *answers, const CddMockRequest *request)
{
    CddMockAnswer *answer = find(answers, request);

    if (answer != NULL)
        answer->used = TRUE;
    return answer;
}

gboolean
cdd_mock_answers_has_unused(GPtrArray *answers, const CddMockRequest *request)
{
    const CddMockAnswer *answer = find(answers, request);

    return answer != NULL && !answer->used;
}

static char *
unescape(const char *text)
{
    char *plain = g_uri_unescape_string(text, NULL);

    return plain != NULL ? plain : g_strdup(text);
}

static void
replace(char **text)
{
    char *plain = unescape(*text);

    g_free(*text);
    *text = plain;
}

CddMockRequest *
cdd_mock_request_new(const char *method, const char *target, GBytes *body)
{
    CddMockRequest *self = g_new0(CddMockRequest, 1);
    /* Without the version: "/v1.41/containers/…" */
    const char *rest = g_str_has_prefix(target, "/v1.") ? strchr(target + 1, '/') : target;

    self->method = g_strdup(method);
    split(rest != NULL ? rest : "", &self->path, &self->parameters);
    replace(&self->path);
    for (char **each = self->parameters; *each != NULL; each++)
        replace(each);
    self->body = g_bytes_ref(body);
    return self;
}

char *
cdd_mock_request_dup_parameter(const CddMockRequest *request, const char *name)
{
    g_autofree char *start = g_strconcat(name, "=", NULL);

    for (char **each = request->parameters; *each != NULL; each++) {
        if (g_str_has_prefix(*each, start))
            return g_strdup(*each + strlen(start));
    }
    return NULL;
}

gboolean
cdd_mock_request_get_boolean(const CddMockRequest *request, const char *name)
{
    gsize length;
    const char *text = g_bytes_get_data(request->body, &length);
    g_autoptr(JsonNode) node = cdd_json_parse(text, length, NULL);

    return cdd_json_get_boolean(cdd_json_as_object(node), name);
}

char *
cdd_mock_request_explain(const CddMockRequest *request)
{
    g_autofree char *query = g_strjoinv("&", request->parameters);

    return g_strdup_printf("the mock engine has no answer to %s %s%s%s; prepare one, e.g. with "
                           "cdd_mock_engine_add_answer()",
                           request->method, request->path, *query != '\0' ? "?" : "", query);
}

char *
cdd_mock_to_json(const char *name, ...)
{
    g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
    JsonObject *object = json_object_new();
    va_list rest;

    json_node_take_object(node, object);
    va_start(rest, name);
    for (; name != NULL; name = va_arg(rest, const char *))
        json_object_set_string_member(object, name, va_arg(rest, const char *));
    va_end(rest);
    return cdd_json_to_text(node);
}

static void
add_frames(GByteArray *frames, guint8 stream, const char *text)
{
    guint32 length = text != NULL ? (guint32)strlen(text) : 0;
    guint32 big_endian = GUINT32_TO_BE(length);
    const guint8 start[] = {stream, 0, 0, 0};

    if (length == 0)
        return;
    g_byte_array_append(frames, start, sizeof start);
    g_byte_array_append(frames, (const guint8 *)&big_endian, sizeof big_endian);
    g_byte_array_append(frames, (const guint8 *)text, length);
}

GBytes *
cdd_mock_output_to_frames(const char *stdout_text, const char *stderr_text)
{
    GByteArray *frames = g_byte_array_new();

    add_frames(frames, 1, stdout_text);
    add_frames(frames, 2, stderr_text);
    return g_byte_array_free_to_bytes(frames);
}

GBytes *
cdd_mock_output_to_terminal(const char *stdout_text, const char *stderr_text)
{
    char *all = g_strconcat(stdout_text != NULL ? stdout_text : "",
                            stderr_text != NULL ? stderr_text : "", NULL);

    return g_bytes_new_take(all, strlen(all));
}
