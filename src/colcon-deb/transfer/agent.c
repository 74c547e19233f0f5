/* SPDX-License-Identifier: Apache-2.0 */
#include "agent.h"

#include "../base/await.h"
#include "../base/program-error.h"
#include "../image/own-containers.h"
#include "../image/own-volumes.h"
#include "agent-stream.h"

#include <stdarg.h>
#include <string.h>

enum {
    QUEUE_SIZE = 256 * 1024, /* bytes that are collected before they are sent */
    MAX_LINE = 16 * 1024,
    MAX_COMPLAINT = 2048, /* bytes of the agent's standard error */
    END_TIME = 10000,     /* milliseconds until an agent without input is killed */
};

struct Agent {
    CddService *service;
    GCancellable *cancellable; /* of the current function; or NULL */
    GCancellable *running;     /* ends the container */
    GAsyncResult *done;        /* of the container; NULL while it runs */
    AgentStream *stream;
    gboolean closed;
    GOutputStream *input; /* NULL until the container is attached */
    GByteArray *queue;    /* to be sent */
    GByteArray *arrived;  /* not yet taken */
    gsize taken;          /* bytes of it */
    GError *failure;      /* why the conversation is over; NULL while it goes on */
    GString *complaint;   /* what the agent wrote to its standard error */
    guint64 sent;
};

static void
on_stdout(const void *data, gsize length, gpointer user_data)
{
    Agent *agent = user_data;

    if (agent->taken > 0) {
        g_byte_array_remove_range(agent->arrived, 0, (guint)agent->taken);
        agent->taken = 0;
    }
    if (!agent_stream_decode(agent->stream, data, length, agent->arrived) && agent->failure == NULL)
        agent->failure =
            g_error_new_literal(PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                                "copying files from the engine: what came cannot be decompressed");
}

static void
on_stderr(const void *data, gsize length, gpointer user_data)
{
    Agent *agent = user_data;

    /* The last lines tell what went wrong. */
    g_string_append_len(agent->complaint, data, (gssize)length);
    if (agent->complaint->len > MAX_COMPLAINT)
        g_string_erase(agent->complaint, 0, (gssize)(agent->complaint->len - MAX_COMPLAINT));
}

static void
on_stdin(GOutputStream *stream, gpointer user_data)
{
    ((Agent *)user_data)->input = g_object_ref(stream);
}

/* The last line of a traceback tells what went wrong. */
static const char *
get_last_line(GString *text)
{
    char *end = NULL;

    g_strchomp(text->str);
    end = strrchr(text->str, '\n');
    return end != NULL ? end + 1 : text->str;
}

/* The container is gone, although it is needed. */
static GError *
describe_end(Agent *agent)
{
    GError *failure = NULL;
    g_autoptr(CddContainerResult) result =
        cdd_service_run_container_finish(agent->service, agent->done, &failure);

    if (result != NULL)
        return g_error_new(PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                           "copying files between this machine and the engine: the container that "
                           "has the copies ended (exit code %" G_GINT64_FORMAT ")%s%s",
                           result->exit_code, agent->complaint->len > 0 ? ": " : "",
                           get_last_line(agent->complaint));
    g_prefix_error(&failure, "copying files between this machine and the engine: ");
    return failure;
}

/* Each later call has the same error. */
static gboolean
explain_end(Agent *agent, GError **error)
{
    if (agent->failure == NULL)
        agent->failure = describe_end(agent);
    g_propagate_error(error, g_error_copy(agent->failure));
    return FALSE;
}

/* Serves the main context once. */
static gboolean
serve(Agent *agent, GError **error)
{
    if (g_cancellable_set_error_if_cancelled(agent->cancellable, error))
        return FALSE;
    if (agent->done != NULL || agent->failure != NULL)
        return explain_end(agent, error);
    g_main_context_iteration(NULL, TRUE);
    return TRUE;
}

/* A write may outlive its agent. */
typedef struct {
    GByteArray *data;
    gboolean done;
    GError *error;
} Write;

static void
write_free(gpointer data)
{
    Write *write = data;

    g_byte_array_unref(write->data);
    g_clear_error(&write->error);
}

static void
on_written(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Write *write = user_data;

    g_output_stream_write_all_finish(G_OUTPUT_STREAM(source), result, NULL, &write->error);
    write->done = TRUE;
    g_rc_box_release_full(write, write_free);
}

gboolean
agent_flush(Agent *agent, GError **error)
{
    Write *write = NULL;
    gboolean good = TRUE;

    if (agent->queue->len == 0)
        return TRUE;
    write = g_rc_box_new0(Write);
    write->data = g_byte_array_new();
    agent_stream_encode(agent->stream, agent->queue->data, agent->queue->len, write->data);
    g_byte_array_set_size(agent->queue, 0);
    agent->sent += write->data->len;
    g_output_stream_write_all_async(agent->input, write->data->data, write->data->len,
                                    G_PRIORITY_DEFAULT, agent->running, on_written,
                                    g_rc_box_acquire(write));
    while (good && !write->done)
        good = serve(agent, error);
    /* The end of the container says more than that its input is closed. */
    if (good && write->error != NULL) {
        while (agent->done == NULL && serve(agent, NULL))
            continue;
        good = agent->done != NULL ? explain_end(agent, error) : serve(agent, error);
    }
    g_rc_box_release_full(write, write_free);
    return good;
}

gboolean
agent_send(Agent *agent, const void *data, gsize length, GError **error)
{
    g_byte_array_append(agent->queue, data, (guint)length);
    return agent->queue->len < QUEUE_SIZE || agent_flush(agent, error);
}

gboolean
agent_printf(Agent *agent, GError **error, const char *format, ...)
{
    g_autofree char *line = NULL;
    va_list arguments;

    va_start(arguments, format);
    line = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return agent_send(agent, line, strlen(line), error);
}

/* Waits for a byte that was not taken. */
static gboolean
await_bytes(Agent *agent, GError **error)
{
    if (!agent_flush(agent, error))
        return FALSE;
    while (agent->arrived->len == agent->taken)
        if (!serve(agent, error))
            return FALSE;
    return TRUE;
}

char *
agent_receive_line(Agent *agent, GError **error)
{
    GString *line = g_string_new(NULL);

    while (await_bytes(agent, error)) {
        const char *data = (const char *)agent->arrived->data + agent->taken;
        gsize length = agent->arrived->len - agent->taken;
        const char *end = memchr(data, '\n', length);
        gsize used = end != NULL ? (gsize)(end - data) : length;

        g_string_append_len(line, data, (gssize)used);
        agent->taken += used + (end != NULL);
        if (end != NULL)
            return g_string_free(line, FALSE);
        if (line->len > MAX_LINE) {
            g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                        "copying files from the engine: the container that has the copies sent a "
                        "line of more than %d bytes",
                        MAX_LINE);
            break;
        }
    }
    g_string_free(line, TRUE);
    return NULL;
}

gboolean
agent_receive(Agent *agent, guint64 size, AgentFunc func, gpointer user_data, GError **error)
{
    gboolean wanted = TRUE;

    while (size > 0) {
        gsize length = 0;

        if (!await_bytes(agent, error))
            return FALSE;
        length = (gsize)MIN(size, agent->arrived->len - agent->taken);
        wanted = wanted && func(agent->arrived->data + agent->taken, length, user_data);
        agent->taken += length;
        size -= length;
    }
    return TRUE;
}

void
agent_set_cancellable(Agent *agent, GCancellable *cancellable)
{
    g_set_object(&agent->cancellable, cancellable);
}

guint64
agent_get_sent(const Agent *agent)
{
    return agent->sent;
}

static char *
read_program(GError **error)
{
    g_autofree char *scripts = cdd_prepare_helper_scripts(NULL, error);
    g_autofree char *path =
        scripts != NULL ? g_build_filename(scripts, "transfer", "agent.py", NULL) : NULL;
    char *text = NULL;

    if (path == NULL || !g_file_get_contents(path, &text, NULL, error))
        return NULL;
    return text;
}

/* Its first argument is the program. */
static const char starter[] =
    "command -v python3 >/dev/null || { echo 'the image lacks python3. Add to the image: apt-get "
    "install python3' >&2; exit 1; }; exec python3 -B -c \"$0\" \"$@\"";

/* The program, and the arguments of agent.py. */
static GPtrArray *
make_command(const Agent *agent, const AgentSetup *setup, char *program)
{
    GPtrArray *command = g_ptr_array_new_with_free_func(g_free);

    g_ptr_array_add(command, program);
    g_ptr_array_add(command, g_strdup_printf("%u", setup->uid));
    g_ptr_array_add(command, g_strdup_printf("%u", setup->gid));
    g_ptr_array_add(command, g_strdup(agent_stream_get_name(agent->stream)));
    for (const char *const *root = setup->roots; *root != NULL; root++)
        g_ptr_array_add(command, g_strdup(*root));
    g_ptr_array_add(command, NULL);
    return command;
}

static GPtrArray *
make_labels(void)
{
    GPtrArray *labels = g_ptr_array_new_with_free_func(g_free);

    g_ptr_array_add(labels, g_strdup(TRANSFER_LABEL));
    own_containers_add_labels(labels);
    g_ptr_array_add(labels, NULL);
    return labels;
}

static void
run(Agent *agent, const AgentSetup *setup, char *program)
{
    g_autoptr(GPtrArray) command = make_command(agent, setup, program);
    g_autoptr(GPtrArray) labels = make_labels();
    const CddOutputHandler handler = {
        .on_stdout = on_stdout,
        .on_stderr = on_stderr,
        .on_stdin = on_stdin,
        .user_data = agent,
    };
    const CddContainerSpec spec = {
        .image = setup->engine->image->id,
        .entrypoint = (const char *const[]){"sh", "-c", starter, NULL},
        .command = (const char *const *)command->pdata,
        .labels = (const char *const *)labels->pdata,
        .volumes = setup->volumes,
        .n_volumes = setup->n_volumes,
        .working_dir = "/",
        .user = "0:0",
        .network_mode = CDD_NETWORK_NONE,
        .hardened = TRUE,
        .open_stdin = TRUE,
        .stop_timeout = 2000,
    };

    cdd_service_run_container_async(agent->service, &spec, &handler, agent->running, await_ready,
                                    &agent->done);
}

static gboolean
greet(Agent *agent, const AgentSetup *setup, GError **error)
{
    g_autofree char *line = NULL;

    while (agent->input == NULL)
        if (!serve(agent, error))
            return FALSE;
    line = agent_receive_line(agent, error);
    if (g_strcmp0(line, "busy") == 0) {
        setup->on_busy(setup->user_data);
        g_free(line);
        line = agent_receive_line(agent, error);
    }
    if (line == NULL || g_str_equal(line, "ready"))
        return line != NULL;
    g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                "copying files to the engine: the container for the copies said \"%.80s\"", line);
    return FALSE;
}

Agent *
agent_start(const AgentSetup *setup, GCancellable *cancellable, GError **error)
{
    char *program = read_program(error);
    g_autoptr(Agent) agent = NULL;

    if (program == NULL)
        return NULL;
    agent = g_new0(Agent, 1);
    agent->service = g_object_ref(setup->engine->service);
    agent_set_cancellable(agent, cancellable);
    agent->running = g_cancellable_new();
    agent->stream = agent_stream_new(cdd_service_get_address(agent->service));
    agent->queue = g_byte_array_new();
    agent->arrived = g_byte_array_new();
    agent->complaint = g_string_new(NULL);
    run(agent, setup, program);
    return greet(agent, setup, error) ? g_steal_pointer(&agent) : NULL;
}

static void
await_end(Agent *agent)
{
    gboolean over = FALSE;
    guint timer = g_timeout_add(END_TIME, await_timeout, &over);

    while (agent->done == NULL && !over)
        g_main_context_iteration(NULL, TRUE);
    if (!over)
        g_source_remove(timer);
    g_cancellable_cancel(agent->running);
    await(&agent->done);
}

void
agent_close(Agent *agent)
{
    if (agent->closed)
        return;
    agent->closed = TRUE;
    /* Without input the agent ends by itself, and keeps what it knows. A write that was given up
     * stands in the way; cancelling the run closes the input too. */
    if (agent->input == NULL || g_output_stream_has_pending(agent->input))
        g_cancellable_cancel(agent->running);
    else
        g_output_stream_close_async(agent->input, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
}

void
agent_stop(Agent *agent)
{
    if (agent == NULL)
        return;
    agent_close(agent);
    await_end(agent);
    g_clear_object(&agent->input);
    g_clear_object(&agent->done);
    g_clear_object(&agent->cancellable);
    g_object_unref(agent->running);
    g_object_unref(agent->service);
    agent_stream_free(agent->stream);
    g_byte_array_unref(agent->queue);
    g_byte_array_unref(agent->arrived);
    g_string_free(agent->complaint, TRUE);
    g_clear_error(&agent->failure);
    g_free(agent);
}
