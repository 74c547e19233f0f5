/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds the credentials of a registry as Docker's client does (docker/cli, cli/config). Secrets
 * never appear in an error or in the arguments of a process.
 */
#include "credentials.h"

#include "../transport/docker-config.h"
#include "../value/result.h"
#include "../value/text.h"
#include "../wire/json-build.h"
#include "../wire/json.h"
#include "deadline.h"
#include <colcon-deb-docker/cdd-error.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define HUB_DOMAIN "docker.io"
#define HUB_HOST "registry-1.docker.io"
#define HUB_SERVER "https://index.docker.io/v1/"
#define HELPER_PREFIX "docker-credential-"

enum {
    DEFAULT_HELPER_TIMEOUT = 30000,
    MAX_HELPER_OUTPUT = 64 * 1024,
    MAX_MESSAGE_LENGTH = 300,
};
/* The output of helpers that have no credentials, and the user name of a token. */
#define NOT_FOUND_MESSAGE "credentials not found in native keychain"
#define TOKEN_USER "<token>"

/* Milliseconds. */
static guint helper_timeout = DEFAULT_HELPER_TIMEOUT;

void
cdd_credentials_set_helper_timeout(guint milliseconds)
{
    helper_timeout = milliseconds;
}

void
cdd_secret_free(char *secret)
{
    if (secret != NULL)
        explicit_bzero(secret, strlen(secret));
    g_free(secret);
}

void
cdd_credentials_free(CddCredentials *credentials)
{
    if (credentials == NULL)
        return;
    g_free(credentials->server_address);
    g_free(credentials->username);
    cdd_secret_free(credentials->password);
    cdd_secret_free(credentials->identity_token);
    cdd_secret_free(credentials->registry_token);
    g_free(credentials);
}

CddCredentials *
cdd_credentials_copy(const CddCredentials *credentials)
{
    CddCredentials *copy = g_new0(CddCredentials, 1);

    copy->server_address = g_strdup(credentials->server_address);
    copy->username = g_strdup(credentials->username);
    copy->password = g_strdup(credentials->password);
    copy->identity_token = g_strdup(credentials->identity_token);
    copy->registry_token = g_strdup(credentials->registry_token);
    return copy;
}

const char *
cdd_credentials_server_of(const char *domain)
{
    return g_str_equal(domain, HUB_DOMAIN) ? HUB_SERVER : domain;
}

const char *
cdd_credentials_domain_of_host(const char *host)
{
    return g_str_equal(host, HUB_HOST) ? HUB_DOMAIN : host;
}

void
cdd_credentials_add(JsonBuilder *builder, const CddCredentials *credentials)
{
    json_builder_begin_object(builder);
    cdd_json_add_string(builder, "username", credentials->username);
    cdd_json_add_string(builder, "password", credentials->password);
    cdd_json_add_string(builder, "serveraddress", credentials->server_address);
    cdd_json_add_string(builder, "identitytoken", credentials->identity_token);
    cdd_json_add_string(builder, "registrytoken", credentials->registry_token);
    json_builder_end_object(builder);
}

char *
cdd_credentials_encode(JsonBuilder *builder)
{
    g_autoptr(JsonNode) node = json_builder_get_root(builder);
    char *text = cdd_json_to_text(node);
    char *header = g_base64_encode((const guchar *)text, strlen(text));

    cdd_secret_free(text);
    g_strdelimit(header, "+", '-');
    g_strdelimit(header, "/", '_');
    return header;
}

char *
cdd_credentials_to_header(const CddCredentials *credentials)
{
    g_autoptr(JsonBuilder) builder = json_builder_new_immutable();

    cdd_credentials_add(builder, credentials);
    return cdd_credentials_encode(builder);
}

/* A key of `auths` may be an old-style address: https://host/v1/. */
static char *
host_of(const char *key)
{
    const char *start = strstr(key, "://");

    start = start != NULL ? start + strlen("://") : key;
    return g_strndup(start, strcspn(start, "/"));
}

static const char *
non_empty(const char *text)
{
    return text != NULL && *text != '\0' ? text : NULL;
}

/* `auth` is name:password in base64, possibly with trailing NULs. */
static void
take_auth(CddCredentials *credentials, const char *auth)
{
    gsize length = 0;
    g_autofree guchar *bytes = g_base64_decode(auth, &length);
    g_autofree char *text = g_strndup((const char *)bytes, length);
    char *colon = strchr(text, ':');

    if (colon != NULL) {
        g_free(credentials->username);
        cdd_secret_free(credentials->password);
        credentials->username = g_strndup(text, (gsize)(colon - text));
        credentials->password = g_strdup(colon + 1);
    }
    if (length > 0) {
        explicit_bzero(bytes, length);
        explicit_bzero(text, strlen(text));
    }
}

/* Returns NULL for an entry without a secret: Docker writes one for each registry of a helper. */
static CddCredentials *
from_entry(const char *server, JsonObject *entry)
{
    g_autoptr(CddCredentials) credentials = g_new0(CddCredentials, 1);
    const char *auth = non_empty(cdd_json_get_string(entry, "auth"));

    credentials->server_address = g_strdup(server);
    credentials->username = g_strdup(non_empty(cdd_json_get_string(entry, "username")));
    credentials->password = g_strdup(non_empty(cdd_json_get_string(entry, "password")));
    credentials->identity_token = g_strdup(non_empty(cdd_json_get_string(entry, "identitytoken")));
    credentials->registry_token = g_strdup(non_empty(cdd_json_get_string(entry, "registrytoken")));
    if (auth != NULL)
        take_auth(credentials, auth);
    if (credentials->password == NULL && credentials->identity_token == NULL &&
        credentials->registry_token == NULL)
        return NULL;
    return g_steal_pointer(&credentials);
}

static CddCredentials *
from_auths(const char *server, JsonNode *config)
{
    JsonObject *auths = cdd_json_get_object(cdd_json_as_object(config), "auths");
    JsonObject *exact = cdd_json_get_object(auths, server);
    g_autofree char *host = host_of(server);
    JsonObjectIter at;
    const char *key;
    JsonNode *value;

    if (exact != NULL)
        return from_entry(server, exact);
    if (auths == NULL)
        return NULL;
    json_object_iter_init_ordered(&at, auths);
    while (json_object_iter_next_ordered(&at, &key, &value)) {
        g_autofree char *of_key = host_of(key);

        if (g_str_equal(of_key, host) && cdd_json_as_object(value) != NULL)
            return from_entry(server, cdd_json_as_object(value));
    }
    return NULL;
}

/* Returns the helper that config.json names for a server, or NULL. */
static const char *
helper_for(const char *server, JsonNode *config)
{
    JsonObject *object = cdd_json_as_object(config);
    JsonObject *helpers = cdd_json_get_object(object, "credHelpers");
    g_autofree char *host = host_of(server);
    const char *helper = non_empty(cdd_json_get_string(helpers, server));

    if (helper == NULL)
        helper = non_empty(cdd_json_get_string(helpers, host));
    return helper != NULL ? helper : non_empty(cdd_json_get_string(object, "credsStore"));
}

typedef struct {
    char *server;
    char *helper; /* the program's name */
    GSubprocess *process;
    CddDeadline *deadline;
    char *output; /* with room for one byte more than is allowed */
    gsize length;
} Find;

static void
find_free(gpointer data)
{
    Find *find = data;

    g_free(find->server);
    g_free(find->helper);
    g_clear_object(&find->process);
    cdd_deadline_free(find->deadline);
    if (find->output != NULL)
        explicit_bzero(find->output, MAX_HELPER_OUTPUT + 1);
    g_free(find->output);
    g_free(find);
}

static CddCredentials *
refuse_output(const Find *find, const char *fault, GError **error)
{
    g_set_error(error, CDD_ERROR, CDD_ERROR_FAILED,
                "%s %s; a credential helper answers {\"Username\": \"…\", \"Secret\": \"…\"}",
                find->helper, fault);
    return NULL;
}

/* Go reads null as an empty text. */
static gboolean
is_none_or_text(JsonObject *object, const char *name)
{
    JsonNode *value = json_object_get_member(object, name);

    return value == NULL || JSON_NODE_HOLDS_NULL(value) || cdd_json_as_string(value) != NULL;
}

/* Returns what is wrong with a helper's answer, or NULL. */
static const char *
find_output_fault(const Find *find, JsonObject *object)
{
    if (find->length == 0)
        return "wrote nothing";
    if (object == NULL)
        return "did not write a JSON object";
    if (!is_none_or_text(object, "Username") || !is_none_or_text(object, "Secret"))
        return "wrote a user name or a secret that is not a text";
    if (cdd_json_has_nul(find->output, find->length))
        return "wrote a NUL";
    return NULL;
}

/* Without a secret there are no credentials. */
static CddCredentials *
from_helper(const Find *find, GError **error)
{
    g_autoptr(JsonNode) node = cdd_json_parse(find->output, find->length, NULL);
    JsonObject *object = cdd_json_as_object(node);
    const char *fault = find_output_fault(find, object);
    const char *user = cdd_json_get_string(object, "Username");
    const char *secret = non_empty(cdd_json_get_string(object, "Secret"));
    CddCredentials *credentials;

    if (fault != NULL)
        return refuse_output(find, fault, error);
    if (secret == NULL)
        return NULL;
    credentials = g_new0(CddCredentials, 1);
    credentials->server_address = g_strdup(find->server);
    if (g_strcmp0(user, TOKEN_USER) == 0) {
        credentials->identity_token = g_strdup(secret);
    } else {
        credentials->username = g_strdup(user);
        credentials->password = g_strdup(secret);
    }
    return credentials;
}

static GError *
explain_failure(const Find *find)
{
    g_autofree char *clean =
        cdd_text_clean(find->output, find->length, MAX_MESSAGE_LENGTH, CDD_TEXT_ONE_LINE);

    return g_error_new(CDD_ERROR, CDD_ERROR_FAILED, "%s failed: %s", find->helper,
                       *clean == '\0' ? "it gave no reason" : clean);
}

static void
fail(GTask *task, GError *error)
{
    Find *find = g_task_get_task_data(task);

    g_subprocess_force_exit(find->process);
    cdd_deadline_explain(find->deadline, &error);
    g_task_return_error(task, error);
}

static void
on_helper_ended(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    Find *find = g_task_get_task_data(task);
    GSubprocess *process = G_SUBPROCESS(source);
    GError *error = NULL;
    CddCredentials *credentials = NULL;

    if (!g_subprocess_wait_finish(process, result, &error)) {
        fail(task, error);
        return;
    }
    if (g_subprocess_get_successful(process))
        credentials = from_helper(find, &error);
    else if (g_strstr_len(find->output, (gssize)find->length, NOT_FOUND_MESSAGE) == NULL)
        error = explain_failure(find);
    if (error != NULL)
        g_task_return_error(task, error);
    else
        g_task_return_pointer(task, credentials, (GDestroyNotify)cdd_credentials_free);
}

static void
on_output(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    Find *find = g_task_get_task_data(task);
    GError *error = NULL;

    if (!g_input_stream_read_all_finish(G_INPUT_STREAM(source), result, &find->length, &error)) {
        fail(task, error);
        return;
    }
    if (find->length > MAX_HELPER_OUTPUT) {
        refuse_output(find, "wrote more than 64 KiB", &error);
        fail(task, error);
        return;
    }
    g_subprocess_wait_async(find->process, cdd_deadline_get_cancellable(find->deadline),
                            on_helper_ended, g_steal_pointer(&task));
}

/* A file, not a pipe: a helper may end without reading, and writing to it would raise SIGPIPE. */
static int
open_input(const char *text)
{
    int fd = memfd_create("cdd-credentials", MFD_CLOEXEC);

    if (fd >= 0 &&
        (write(fd, text, strlen(text)) != (gssize)strlen(text) || lseek(fd, 0, SEEK_SET) != 0)) {
        close(fd);
        return -1;
    }
    return fd;
}

static GSubprocess *
start_helper(const Find *find, GError **error)
{
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(
        G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
    g_autoptr(GError) reason = NULL;
    GSubprocess *process = NULL;
    int fd = open_input(find->server);

    if (fd >= 0) {
        g_subprocess_launcher_take_stdin_fd(launcher, fd);
        process = g_subprocess_launcher_spawn(launcher, &reason, find->helper, "get", NULL);
    }
    if (process == NULL)
        g_set_error(error, CDD_ERROR, CDD_ERROR_FAILED, "%s cannot be run: %s", find->helper,
                    reason != NULL ? reason->message : g_strerror(errno));
    return process;
}

static void
ask_helper(GTask *owned_task, const char *helper)
{
    g_autoptr(GTask) task = owned_task;
    Find *find = g_task_get_task_data(task);
    GError *error = NULL;

    find->helper = g_strconcat(HELPER_PREFIX, helper, NULL);
    if (strchr(helper, '/') != NULL) {
        g_task_return_new_error(
            task, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
            "Docker's configuration: \"%s\" is not a valid name of a credential helper", helper);
        return;
    }
    find->process = start_helper(find, &error);
    if (find->process == NULL) {
        g_task_return_error(task, error);
        return;
    }
    find->deadline = cdd_deadline_new(g_task_get_cancellable(task), helper_timeout, find->helper);
    find->output = g_malloc(MAX_HELPER_OUTPUT + 1);
    g_input_stream_read_all_async(g_subprocess_get_stdout_pipe(find->process), find->output,
                                  MAX_HELPER_OUTPUT + 1, G_PRIORITY_DEFAULT,
                                  cdd_deadline_get_cancellable(find->deadline), on_output,
                                  g_steal_pointer(&task));
}

/*
 * DOCKER_AUTH_CONFIG has the format of config.json; only `auths` counts. A malformed value counts
 * as unset.
 */
static CddCredentials *
from_environment(const char *server)
{
    const char *text = cdd_docker_config_get_variable("DOCKER_AUTH_CONFIG");
    g_autoptr(JsonNode) node = text != NULL ? cdd_json_parse(text, strlen(text), NULL) : NULL;

    return from_auths(server, node);
}

void
cdd_credentials_find_async(const char *registry,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
    g_autoptr(GTask) task = g_task_new(NULL, cancellable, callback, user_data);
    g_autoptr(JsonNode) config = NULL;
    CddCredentials *credentials;
    GError *error = NULL;
    const char *server;
    const char *helper;
    Find *find;

    g_task_set_source_tag(task, cdd_credentials_find_async);
    if (registry == NULL) {
        cdd_result_return_missing(g_steal_pointer(&task), "registry");
        return;
    }
    server = cdd_credentials_server_of(registry);
    find = g_new0(Find, 1);
    find->server = g_strdup(server);
    g_task_set_task_data(task, find, find_free);
    credentials = from_environment(server);
    if (credentials == NULL)
        config = cdd_docker_config_load_main(&error);
    helper = helper_for(server, config);
    if (error != NULL)
        g_task_return_error(task, error);
    else if (credentials != NULL)
        g_task_return_pointer(task, credentials, (GDestroyNotify)cdd_credentials_free);
    else if (helper != NULL)
        ask_helper(g_steal_pointer(&task), helper);
    else
        g_task_return_pointer(task, from_auths(server, config),
                              (GDestroyNotify)cdd_credentials_free);
}

CddCredentials *
cdd_credentials_find_finish(GAsyncResult *result, GError **error)
{
    if (!cdd_result_check(result, NULL, cdd_credentials_find_async, error))
        return NULL;
    return g_task_propagate_pointer(G_TASK(result), error);
}
