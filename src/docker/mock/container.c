/* SPDX-License-Identifier: Apache-2.0 */
/* Plays containers: their creation, start, output, input, end and removal. */
#include "container.h"

#include "../wire/json.h"
#include "http.h"

#include <string.h>

enum {
    /* The exit code of a process that a signal ends: 128 + SIGKILL. */
    KILLED = 137,
    /* Milliseconds that a process takes at least, so that its start is told before its output. */
    SHORTEST = 5,
};

void
cdd_mock_play_free(CddMockPlay *play)
{
    g_free(play->image);
    cdd_mock_run_free(play->run);
    g_free(play);
}

void
cdd_mock_container_free(CddMockContainer *container)
{
    g_free(container->id);
    g_free(container->name);
    g_free(container->image);
    g_free(container);
}

/* A request that is being served. */
typedef struct {
    CddMockState *state;
    const CddMockRequest *request;
    CddMockRequest *recorded;
    GInputStream *input;
    GOutputStream *output;
} Served;

static gboolean
send_text(const Served *served, guint status, const char *text)
{
    g_autoptr(GBytes) body = g_bytes_new(text, strlen(text));

    return cdd_http_send_whole(served->output, served->request->method, status, NULL, body);
}

static const CddMockRun *
choose_run(CddMockState *state, const char *image)
{
    CddMockPlay *first = NULL;
    CddMockPlay *last = NULL;

    for (guint i = 0; i < state->runs->len; i++) {
        CddMockPlay *play = state->runs->pdata[i];

        if (first == NULL && (play->image == NULL || g_strcmp0(play->image, image) == 0))
            first = play;
        if (first == NULL || g_strcmp0(play->image, first->image) != 0)
            continue;
        last = play;
        if (!play->used)
            break;
    }
    if (last == NULL)
        return NULL;
    last->used = TRUE;
    return last->run;
}

/* Returns NULL if no run is prepared for the image. */
static CddMockContainer *
create(const Served *served)
{
    gsize length;
    const char *text = g_bytes_get_data(served->request->body, &length);
    g_autoptr(JsonNode) node = cdd_json_parse(text, length, NULL);
    JsonObject *body = cdd_json_as_object(node);
    const char *image = cdd_json_get_string(body, "Image");
    CddMockState *state = served->state;
    const CddMockRun *run;
    CddMockContainer *container = NULL;

    g_mutex_lock(&state->lock);
    run = choose_run(state, image);
    if (run != NULL) {
        container = g_new0(CddMockContainer, 1);
        container->id = cdd_mock_state_make_id(state, "container");
        container->name = cdd_mock_request_dup_parameter(served->request, "name");
        container->image = g_strdup(image);
        container->tty = cdd_json_get_boolean(body, "Tty");
        container->run = run;
        container->open_stdin = cdd_json_get_boolean(body, "OpenStdin");
        container->input_ended = !container->open_stdin;
        g_ptr_array_add(state->containers, container);
    }
    g_mutex_unlock(&state->lock);
    return container;
}

static gboolean
serve_create(const Served *served, gboolean *more)
{
    CddMockContainer *container = create(served);
    g_autofree char *text = NULL;

    if (container == NULL)
        return FALSE;
    if (container->run->error_status != 0)
        text = cdd_mock_to_json("message", container->run->error_message, NULL);
    else
        text = cdd_mock_to_json("Id", container->id, NULL);
    *more = send_text(served,
                      container->run->error_status != 0 ? container->run->error_status : 201, text);
    return TRUE;
}

/* These need the lock. */
static gboolean
has_ended(const CddMockContainer *container)
{
    return container->killed || container->removed ||
           (container->ends_at != 0 && g_get_monotonic_time() >= container->ends_at &&
            (container->input_ended || !container->run->reads_input));
}

static gboolean
is_running(const CddMockContainer *container)
{
    return container->ends_at != 0 && !has_ended(container);
}

static gint64
exit_code_of(const CddMockContainer *container)
{
    return container->killed ? KILLED : container->run->exit_code;
}

static void
start(CddMockState *state, CddMockContainer *container)
{
    guint n_running = 0;

    container->ends_at = g_get_monotonic_time() +
                         (gint64)MAX(container->run->delay, SHORTEST) * G_TIME_SPAN_MILLISECOND;
    for (guint i = 0; i < state->containers->len; i++) {
        const CddMockContainer *other = state->containers->pdata[i];

        n_running += other == container || is_running(other);
    }
    state->max_running = MAX(state->max_running, n_running);
}

/* Returns FALSE at the end of the mock engine. */
static gboolean
wait_for_end(CddMockState *state, const CddMockContainer *container)
{
    while (!state->closing && !has_ended(container)) {
        if (container->ends_at > g_get_monotonic_time())
            g_cond_wait_until(&state->changed, &state->lock, container->ends_at);
        else
            g_cond_wait(&state->changed, &state->lock);
    }
    return !state->closing;
}

static gboolean
wait_for_start(CddMockState *state, const CddMockContainer *container)
{
    while (!state->closing && container->ends_at == 0 && !container->removed)
        g_cond_wait(&state->changed, &state->lock);
    return container->ends_at != 0 && !state->closing;
}

static GBytes *
output_of(const CddMockContainer *container)
{
    const CddMockRun *run = container->run;

    return container->tty ? cdd_mock_output_to_terminal(run->stdout_text, run->stderr_text)
                          : cdd_mock_output_to_frames(run->stdout_text, run->stderr_text);
}

/*
 * Reads the container's input to its end and keeps it as the body of the request. A client without
 * an input never ends it.
 */
static void
read_input(const Served *served, CddMockContainer *container)
{
    g_autofree char *attached = cdd_mock_request_dup_parameter(served->request, "stdin");
    gboolean has_input = container->open_stdin && g_strcmp0(attached, "1") == 0;
    GBytes *input = has_input ? cdd_http_read_rest(served->input) : NULL;

    g_mutex_lock(&served->state->lock);
    container->input_ended = TRUE;
    if (input != NULL) {
        g_bytes_unref(served->recorded->body);
        served->recorded->body = input;
    }
    g_cond_broadcast(&served->state->changed);
    g_mutex_unlock(&served->state->lock);
}

static void
serve_attach(const Served *served, CddMockContainer *container)
{
    gboolean ended;
    g_autoptr(GBytes) all = output_of(container);

    if (!cdd_http_send_head(served->output, 101, NULL, 0))
        return;
    g_mutex_lock(&served->state->lock);
    ended = wait_for_start(served->state, container);
    g_mutex_unlock(&served->state->lock);
    if (ended && container->run->reads_input)
        read_input(served, container);
    g_mutex_lock(&served->state->lock);
    ended = ended && wait_for_end(served->state, container);
    g_mutex_unlock(&served->state->lock);
    if (ended)
        cdd_http_send(served->output, g_bytes_get_data(all, NULL), g_bytes_get_size(all));
}

static gboolean
serve_wait(const Served *served, CddMockContainer *container)
{
    g_autofree char *text = NULL;
    gboolean ended;

    /* The head comes at once: the client starts the container when it has it. */
    if (!cdd_http_send_head(served->output, 200, NULL, CDD_HTTP_CHUNKED))
        return FALSE;
    g_mutex_lock(&served->state->lock);
    ended = wait_for_end(served->state, container);
    text = g_strdup_printf("{\"StatusCode\":%" G_GINT64_FORMAT "}\n", exit_code_of(container));
    g_mutex_unlock(&served->state->lock);
    return ended && cdd_http_send_chunk(served->output, text, strlen(text)) &&
           cdd_http_send_chunk(served->output, "", 0);
}

static gboolean
serve_logs(const Served *served, CddMockContainer *container)
{
    g_autofree char *follow = cdd_mock_request_dup_parameter(served->request, "follow");
    g_autoptr(GBytes) all = NULL;
    gboolean ended;

    g_mutex_lock(&served->state->lock);
    if (g_strcmp0(follow, "1") == 0)
        wait_for_end(served->state, container);
    ended = has_ended(container);
    g_mutex_unlock(&served->state->lock);
    all = ended ? output_of(container) : g_bytes_new(NULL, 0);
    return cdd_http_send_head(served->output, 200, NULL, (gssize)g_bytes_get_size(all)) &&
           cdd_http_send(served->output, g_bytes_get_data(all, NULL), g_bytes_get_size(all));
}

static gboolean
serve_inspect(const Served *served, const CddMockContainer *container)
{
    g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
    JsonObject *all = json_object_new();
    JsonObject *config = json_object_new();
    JsonObject *state = json_object_new();
    g_autofree char *name =
        g_strconcat("/", container->name != NULL ? container->name : container->id, NULL);
    g_autofree char *text = NULL;
    gboolean running;
    gboolean ended;

    g_mutex_lock(&served->state->lock);
    running = is_running(container);
    ended = has_ended(container);
    g_mutex_unlock(&served->state->lock);
    json_node_take_object(node, all);
    json_object_set_string_member(all, "Id", container->id);
    json_object_set_string_member(all, "Name", name);
    json_object_set_object_member(all, "Config", config);
    json_object_set_string_member(config, "Image", container->image);
    json_object_set_boolean_member(config, "Tty", container->tty);
    json_object_set_object_member(all, "State", state);
    json_object_set_string_member(state, "Status",
                                  running ? "running"
                                  : ended ? "exited"
                                          : "created");
    json_object_set_boolean_member(state, "Running", running);
    json_object_set_int_member(state, "ExitCode", ended ? exit_code_of(container) : 0);
    text = cdd_json_to_text(node);
    return send_text(served, 200, text);
}

/* What changes the container and has no answer: a start, a signal, the removal. */
static gboolean
serve_change(const Served *served, CddMockContainer *container, const char *action)
{
    g_mutex_lock(&served->state->lock);
    if (g_str_equal(action, "start"))
        start(served->state, container);
    if (!has_ended(container))
        container->killed =
            g_str_equal(action, "stop") || g_str_equal(action, "kill") || *action == '\0';
    /* The path of a removal has no action. */
    container->removed = *action == '\0';
    g_cond_broadcast(&served->state->changed);
    g_mutex_unlock(&served->state->lock);
    return send_text(served, 204, "");
}

/* The last one with that name: an earlier one may have been removed. */
static CddMockContainer *
find(CddMockState *state, const char *name)
{
    CddMockContainer *found = NULL;

    g_mutex_lock(&state->lock);
    for (guint i = state->containers->len; i > 0 && found == NULL; i--) {
        CddMockContainer *container = state->containers->pdata[i - 1];

        if (g_str_equal(container->id, name) || g_strcmp0(container->name, name) == 0)
            found = container;
    }
    g_mutex_unlock(&state->lock);
    return found;
}

static gboolean
is_removed(CddMockState *state, const CddMockContainer *container)
{
    gboolean removed;

    g_mutex_lock(&state->lock);
    removed = container->removed;
    g_mutex_unlock(&state->lock);
    return removed;
}

static gboolean
send_missing(const Served *served, const char *name)
{
    g_autofree char *message = g_strconcat("No such container: ", name, NULL);
    g_autofree char *text = cdd_mock_to_json("message", message, NULL);

    return send_text(served, 404, text);
}

static gboolean
serve_action(const Served *served, CddMockContainer *container, const char *action, gboolean *more)
{
    static const char *const changes[] = {"",        "start",  "stop",   "kill", "pause",
                                          "unpause", "rename", "resize", NULL};

    *more = FALSE;
    if (g_str_equal(action, "attach"))
        serve_attach(served, container);
    else if (g_str_equal(action, "wait"))
        *more = serve_wait(served, container);
    else if (g_str_equal(action, "logs"))
        *more = serve_logs(served, container);
    else if (g_str_equal(action, "json"))
        *more = serve_inspect(served, container);
    else if (g_strv_contains(changes, action))
        *more = serve_change(served, container, action);
    else
        return FALSE;
    return TRUE;
}

gboolean
cdd_mock_container_serve(CddMockState *state,
                         const CddMockRequest *request,
                         CddMockRequest *recorded,
                         GInputStream *input,
                         GOutputStream *output,
                         gboolean *more)
{
    const Served served = {state, request, recorded, input, output};
    g_auto(GStrv) parts = g_strsplit(request->path, "/", 4);
    guint n_parts = g_strv_length(parts);
    CddMockContainer *container;

    if (n_parts < 3 || !g_str_equal(parts[1], "containers"))
        return FALSE;
    if (g_str_equal(request->path, "/containers/create"))
        return serve_create(&served, more);
    container = find(state, parts[2]);
    if (container != NULL && is_removed(state, container)) {
        *more = send_missing(&served, parts[2]);
        return TRUE;
    }
    return container != NULL && serve_action(&served, container, n_parts > 3 ? parts[3] : "", more);
}
