/* SPDX-License-Identifier: Apache-2.0 */
#include "auth.h"

#include "../engine/credentials.h"
#include "../value/error.h"
#include "../wire/message.h"
#include "unary.h"
#include "wire/proto/session.pb-c.h"

typedef struct {
    CddBuildSession *session;
    GHashTable *credentials;
} Auth;

/* One request, which may outlive its call. */
typedef struct {
    gatomicrefcount references;
    Auth *auth;
    CddGrpcCall *call; /* NULL once it has ended */
    char *host;
    GCancellable *cancellable;
} Question;

static void
question_unref(gpointer data)
{
    Question *question = data;

    if (!g_atomic_ref_count_dec(&question->references))
        return;
    g_object_unref(question->cancellable);
    g_free(question->host);
    g_free(question);
}

/* An identity token is sent as the password, without a user name. */
static void
answer(CddGrpcCall *call, const CddCredentials *credentials)
{
    Cdd__CredentialsResponse response = CDD__CREDENTIALS_RESPONSE__INIT;

    if (credentials != NULL && credentials->identity_token != NULL) {
        response.secret = credentials->identity_token;
    } else if (credentials != NULL && credentials->username != NULL) {
        response.username = credentials->username;
        response.secret = credentials->password != NULL ? credentials->password : (char *)"";
    }
    cdd_unary_reply(call, &response.base);
}

static void
on_found(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
    Question *question = user_data;
    g_autoptr(GError) error = NULL;
    g_autoptr(CddCredentials) credentials = cdd_credentials_find_finish(result, &error);

    if (error != NULL && !cdd_error_is_cancelled(error))
        cdd_build_session_note(question->auth->session,
                               "no credentials are sent to %s, because looking them up failed: %s",
                               question->host, error->message);
    if (question->call != NULL)
        answer(question->call, credentials);
    question_unref(question);
}

static void
on_asked(CddGrpcCall *call, const guint8 *data, gsize length, gpointer user_data)
{
    Question *question = user_data;
    Cdd__CredentialsRequest *request =
        cdd_message_unpack(&cdd__credentials_request__descriptor, data, length);
    const CddCredentials *set;

    if (request == NULL || question->host != NULL) {
        cdd_grpc_call_finish(call, CDD_GRPC_INVALID_ARGUMENT, "the request is not a valid message");
        cdd_message_free(request);
        return;
    }
    question->host = g_strdup(cdd_credentials_domain_of_host(request->host));
    cdd_message_free(request);
    set =
        g_hash_table_lookup(question->auth->credentials, cdd_credentials_server_of(question->host));
    if (set != NULL) {
        answer(call, set);
        return;
    }
    g_atomic_ref_count_inc(&question->references);
    cdd_credentials_find_async(question->host, question->cancellable, on_found, question);
}

static void
on_closed(gpointer user_data)
{
    Question *question = user_data;

    question->call = NULL;
    g_cancellable_cancel(question->cancellable);
    question_unref(question);
}

static void
begin(CddGrpcCall *call, gpointer service)
{
    static const CddGrpcHandlers handlers = {.on_message = on_asked, .closed = on_closed};
    Question *question = g_new0(Question, 1);

    g_atomic_ref_count_init(&question->references);
    question->auth = service;
    question->call = call;
    question->cancellable = g_cancellable_new();
    cdd_grpc_call_set_handlers(call, &handlers, question);
}

static void
auth_free(gpointer data)
{
    Auth *auth = data;

    g_hash_table_unref(auth->credentials);
    g_free(auth);
}

void
cdd_build_auth_serve(CddBuildSession *session, GHashTable *credentials)
{
    static const CddBuildSessionMethod method = {"/moby.filesync.v1.Auth/Credentials", begin};
    Auth *auth = g_new0(Auth, 1);

    auth->session = session;
    auth->credentials = credentials;
    cdd_build_session_serve(session, &method, 1, auth, auth_free);
}
