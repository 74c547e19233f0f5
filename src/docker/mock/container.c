/* SPDX-License-Identifier: Apache-2.0 */
/* Plays containers: their creation, start, output, input, end and removal. */
#include "container.h"

#include "../wire/json.h"
#include "http.h"

#include <string.h>

enum {
    CREATED = 201,
    NO_CONTENT = 204,
    NOT_MODIFIED = 304,
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

/* Needs the lock. */
static const CddMockContainer *
create(const Served *served, JsonObject *body, const CddMockRun *run)
{
    CddMockContainer *container = g_new0(CddMockContainer, 1);

    container->id = cdd_mock_state_make_id(served->state, "container");
    container->name = cdd_mock_request_dup_parameter(served->request, "name");
    container->image = g_strdup(cdd_json_get_string(body, "Image"));
    container->run = run;
    container->tty = cdd_json_get_boolean(body, "Tty");
    container->auto_remove =
        cdd_json_get_boolean(cdd_json_get_object(body, "HostConfig"), "AutoRemove");
    container->open_stdin = cdd_json_get_boolean(body, "OpenStdin");
    container->input_ended = !container->open_stdin;
    g_ptr_array_add(served->state->containers, container);
    return container;
}

/* Returns FALSE if no run is prepared for the image. */
static gboolean
serve_create(const Served *served, gboolean *more)
{
    gsize length;
    const char *sent = g_bytes_get_data(served->request->body, &length);
    g_autoptr(JsonNode) node = cdd_json_parse(sent, length, NULL);
    JsonObject *body = cdd_json_as_object(node);
    const CddMockRun *run;
    g_autofree char *text = NULL;

    g_mutex_lock(&served->state->lock);
    run = choose_run(served->state, cdd_json_get_string(body, "Image"));
    if (run != NULL && run->error_status != 0)
        text = cdd_mock_to_json("message", run->error_message, NULL);
    else if (run != NULL)
        text = cdd_mock_to_json("Id", create(served, body, run)->id, NULL);
    g_mutex_unlock(&served->state->lock);
    if (run == NULL)
        return FALSE;
    *more = send_text(served, run->error_status != 0 ? run->error_status : CREATED, text);
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

static gboolean
is_gone(const CddMockContainer *container)
{
    return container->removed ||
           (container->auto_remove && container->ends_at != 0 && has_ended(container));
}

static void
start(CddMockState *state, CddMockContainer *container)
{
    guint n_running = 0;

    if (container->ends_at != 0) {
        container->n_restarts++;
        container->last_exit_code = exit_code_of(container);
        container->killed = FALSE;
        container->input_ended = !container->open_stdin;
    }
    container->ends_at = g_get_monotonic_time() +
                         (gint64)MAX(container->run->delay, SHORTEST) * G_TIME_SPAN_MILLISECOND;
    for (guint i = 0; i < state->containers->len; i++) {
        const CddMockContainer *other = state->containers->pdata[i];

        n_running += other == container || is_running(other);
    }
    state->max_running = MAX(state->max_running, n_running);
}

/*
 * Returns FALSE at the end of the mock engine. @exit_code may be NULL. A container that ends and is
 * started again at once has ended too.
 */
static gboolean
wait_for_end(CddMockState *state, const CddMockContainer *container, gint64 *exit_code)
{
    guint n_restarts = container->n_restarts;

    while (!state->closing && !has_ended(container) && n_restarts == container->n_restarts) {
        if (container->ends_at > g_get_monotonic_time())
            g_cond_wait_until(&state->changed, &state->lock, container->ends_at);
        else
            g_cond_wait(&state->changed, &state->lock);
    }
    if (exit_code != NULL)
        *exit_code = n_restarts == container->n_restarts ? exit_code_of(container)
                                                         : container->last_exit_code;
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
    ended = ended && wait_for_end(served->state, container, NULL);
    g_mutex_unlock(&served->state->lock);
    if (ended)
        cdd_http_send(served->output, g_bytes_get_data(all, NULL), g_bytes_get_size(all));
}

static gboolean
serve_wait(const Served *served, CddMockContainer *container)
{
    g_autofree char *text = NULL;
    gint64 exit_code;
    gboolean ended;

    /* The head comes at once: the client starts the container when it has it. */
    if (!cdd_http_send_head(served->output, 200, NULL, CDD_HTTP_CHUNKED))
        return FALSE;
    g_mutex_lock(&served->state->lock);
    ended = wait_for_end(served->state, container, &exit_code);
    g_mutex_unlock(&served->state->lock);
    text = g_strdup_printf("{\"StatusCode\":%" G_GINT64_FORMAT "}\n", exit_code);
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
        wait_for_end(served->state, container, NULL);
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
    g_autofree char *name = NULL;
    g_autofree char *text = NULL;
    gboolean running;
    gboolean ended;
    gint64 exit_code;

    g_mutex_lock(&served->state->lock);
    name = g_strconcat("/", container->name != NULL ? container->name : container->id, NULL);
    ended = has_ended(container);
    running = container->ends_at != 0 && !ended;
    exit_code = ended ? exit_code_of(container) : 0;
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
    json_object_set_int_member(state, "ExitCode", exit_code);
    text = cdd_json_to_text(node);
    return send_text(served, 200, text);
}

/* Needs the lock. Returns the status of the answer. The path of a removal has no action. */
static guint
change(const Served *served, CddMockContainer *container, const char *action)
{
    gboolean starts = g_str_equal(action, "start");
    gboolean restarts = g_str_equal(action, "restart");
    gboolean stops = g_str_equal(action, "stop");
    gboolean removes = *action == '\0';
    gboolean running = is_running(container);

    if (running ? starts : stops)
        return NOT_MODIFIED;
    if (running && (stops || restarts || g_str_equal(action, "kill")))
        container->killed = TRUE;
    if (removes && !has_ended(container))
        container->killed = TRUE;
    container->removed = removes;
    if (starts || restarts)
        start(served->state, container);
    if (g_str_equal(action, "rename")) {
        g_free(container->name);
        container->name = cdd_mock_request_dup_parameter(served->request, "name");
    }
    return NO_CONTENT;
}

/* What changes the container and has no answer: a start, a signal, a name, the removal. */
static gboolean
serve_change(const Served *served, CddMockContainer *container, const char *action)
{
    guint status;

    g_mutex_lock(&served->state->lock);
    status = change(served, container, action);
    g_cond_broadcast(&served->state->changed);
    g_mutex_unlock(&served->state->lock);
    return send_text(served, status, "");
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
    removed = is_gone(container);
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
    static const char *const changes[] = {"",        "start",  "stop",   "kill",    "pause",
                                          "unpause", "rename", "resize", "restart", NULL};

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
