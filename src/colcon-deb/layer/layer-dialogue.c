/* SPDX-License-Identifier: Apache-2.0 */
#include "layer-dialogue.h"

#include "../base/await.h"
#include "../base/digest.h"
#include "../base/json.h"
#include "../image/image-role.h"
#include "../image/own-containers.h"
#include "layer-record.h"

#include <string.h>

enum {
    NAME_LENGTH = 32,
    LEFT_CODE = 75,   /* the exit code of a container that makes way for a layer */
    MAX_RESTARTS = 2, /* then a container installs its dependencies itself */
};

typedef enum {
    QUESTION_NONE,
    QUESTION_DEPENDENCIES, /* may the container install them? */
    QUESTION_INSTALLED,    /* they are installed: keep them as a layer? */
} Question;

struct Layer {
    LayerSetup setup;
    Owner owner;
    char *image; /* the id of the layer that runs; NULL for the base */
    char *next;  /* the id of the next layer to run; NULL for the base */
    Question question;
    char *key; /* the dependencies that the question is about */
    gboolean foreign;
    char *promised; /* the key of the dependencies that are being installed and will be kept */
    gboolean over;  /* from now on code of the workspace runs, and gets no answers */
    gboolean leaving;
    guint restarts;
};

static const char *
base_id(const Layer *layer)
{
    return layer->setup.engine->image->id;
}

static void say(const Layer *layer, const char *level, const char *format, ...) G_GNUC_PRINTF(3, 4);

static void
say(const Layer *layer, const char *level, const char *format, ...)
{
    g_autofree char *message = NULL;
    va_list arguments;

    va_start(arguments, format);
    message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    layer->setup.say(level, message, layer->setup.user_data);
}

char *
layer_name(const char *base, const char *key)
{
    g_autofree char *both = g_strconcat(base, "\n", key, NULL);
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, both, -1);

    return g_strdup_printf(LAYER_REPOSITORY ":%.*s", NAME_LENGTH, digest);
}

/* Whether @list has an entry with the same name as @entry. */
static gboolean
has_variable(const char *const *list, const char *entry)
{
    size_t length = strcspn(entry, "=");

    for (; list != NULL && *list != NULL; list++)
        if (strncmp(*list, entry, length) == 0 && ((*list)[length] == '=' || !(*list)[length]))
            return TRUE;
    return FALSE;
}

/* Podman keeps the variables of a container in an image that is committed from it. A variable that
 * this build does not set itself would influence the build. */
static gboolean
has_strange_variable(const Layer *layer, const CddImageInfo *info)
{
    /* The engine sets these in every container. */
    static const char *const common[] = {"PATH", "HOME", "HOSTNAME", "TERM", "container", NULL};

    for (char **entry = info->environment; entry != NULL && *entry != NULL; entry++)
        if (strchr(*entry, '=') != NULL && !has_variable(common, *entry) &&
            !has_variable((const char *const *)layer->setup.engine->image->environment, *entry) &&
            !has_variable(layer->setup.spec->environment, *entry))
            return TRUE;
    return FALSE;
}

/* The name alone proves nothing: any image can have it. */
static gboolean
is_layer(const Layer *layer, const CddImageInfo *info)
{
    const char *const *labels = (const char *const *)info->labels;
    g_autofree char *base = g_strconcat("colcon-deb.base=", base_id(layer), NULL);

    return labels != NULL && g_strv_contains(labels, LAYER_LABEL) &&
           g_strv_contains(labels, base) && !has_strange_variable(layer, info);
}

/* Tags the layer again: the engine's time of the last tag is its last use; see layer-expiry.c. */
static void
mark_used(const Layer *layer, const char *id, const char *name)
{
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GError) error = NULL;

    cdd_service_tag_image_async(layer->setup.engine->service, id, name, layer->setup.cancellable,
                                await_ready, &done);
    if (!cdd_service_tag_image_finish(layer->setup.engine->service, await(&done), &error))
        g_debug("%s", error->message);
}

/* The id of the layer with that @key; NULL if the engine has none. */
static char *
find(const Layer *layer, const char *key)
{
    g_autofree char *name = layer_name(base_id(layer), key);
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(CddImageInfo) info = NULL;

    cdd_service_inspect_image_async(layer->setup.engine->service, name, layer->setup.cancellable,
                                    await_ready, &done);
    info = cdd_service_inspect_image_finish(layer->setup.engine->service, await(&done), NULL);
    if (info == NULL || !is_layer(layer, info))
        return NULL;
    mark_used(layer, info->id, name);
    return g_strdup(info->id);
}

Layer *
layer_new(const LayerSetup *setup)
{
    Layer *layer = g_new0(Layer, 1);
    g_autofree char *key = layer_record_read(setup->config->output_dir);

    layer->setup = *setup;
    layer->owner = owner_of_caller();
    if (key != NULL)
        layer->image = find(layer, key);
    if (layer->image != NULL)
        say(layer, "debug", "starting from the dependencies of the last build");
    return layer;
}

void
layer_free(Layer *layer)
{
    if (layer == NULL)
        return;
    g_free(layer->image);
    g_free(layer->next);
    g_free(layer->key);
    g_free(layer->promised);
    g_free(layer);
}

const char *
layer_get_image(const Layer *layer)
{
    return layer->image != NULL ? layer->image : base_id(layer);
}

char *
layer_greeting(const Layer *layer)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    g_autofree char *text = NULL;

    json_builder_begin_object(builder);
    json_add_variables(builder, (const char *const *)layer->setup.config->environment);
    json_builder_end_object(builder);
    text = json_print(builder, FALSE);
    return g_strconcat("environment ", text, NULL);
}

static Question
question_of(const Layer *layer, const char *name, const char *key)
{
    if (!digest_is_valid(key))
        return QUESTION_NONE;
    if (g_str_equal(name, "dependencies"))
        return QUESTION_DEPENDENCIES;
    if (g_str_equal(name, "dependencies_installed") && g_strcmp0(key, layer->promised) == 0)
        return QUESTION_INSTALLED;
    return QUESTION_NONE;
}

void
layer_note(Layer *layer, const CddBuildEvent *event)
{
    const char *key = cdd_build_event_lookup(event, "key");
    const char *name = cdd_build_event_get_name(event);
    Question question = QUESTION_NONE;

    if (layer->over || cdd_build_event_get_kind(event) != CDD_BUILD_EVENT_PROGRESS)
        return;
    layer->over = g_str_equal(name, "stage_complete") &&
                  g_strcmp0(cdd_build_event_lookup(event, "value"), "dependencies") == 0;
    question = question_of(layer, name, key);
    if (question == QUESTION_NONE)
        return;
    layer->question = question;
    layer->foreign = g_strcmp0(cdd_build_event_lookup(event, "foreign"), "true") == 0;
    g_free(layer->key);
    layer->key = g_strdup(key);
}

static void
remember(const Layer *layer, const char *key)
{
    g_autoptr(GError) error = NULL;

    if (!layer_record_write(layer->setup.config->output_dir, &layer->owner, key, &error))
        say(layer, "warning", "the record of the installed dependencies could not be written: %s",
            error->message);
}

/* Install, unless an image fits already or this one has extra packages. */
static const char *
answer_dependencies(Layer *layer)
{
    g_autofree char *found = find(layer, layer->key);
    gboolean useful = found != NULL && g_strcmp0(found, layer->image) != 0;
    gboolean too_much = layer->foreign && layer->image != NULL;

    if ((!useful && !too_much) || layer->restarts == MAX_RESTARTS) {
        g_free(layer->promised);
        layer->promised = layer->foreign ? NULL : g_strdup(layer->key);
        return "install";
    }
    layer->restarts++;
    layer->leaving = TRUE;
    g_free(layer->next);
    layer->next = useful ? g_steal_pointer(&found) : NULL;
    remember(layer, useful ? layer->key : NULL);
    return "leave";
}

static void
add_command(GPtrArray *changes, char **command)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    g_autofree char *text = NULL;

    if (command == NULL || *command == NULL)
        return;
    json_builder_begin_array(builder);
    for (; *command != NULL; command++)
        json_add_element(builder, *command);
    json_builder_end_array(builder);
    text = json_print(builder, FALSE);
    g_ptr_array_add(changes, g_strconcat("CMD ", text, NULL));
}

static GPtrArray *
make_changes(const Layer *layer)
{
    GPtrArray *changes = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *user = own_containers_make_user();

    g_ptr_array_add(changes, g_strdup("LABEL " LAYER_LABEL));
    g_ptr_array_add(changes, g_strconcat("LABEL " OWN_USER_LABEL, user, NULL));
    g_ptr_array_add(changes,
                    g_strconcat("LABEL " LAYER_PARENT_LABEL, layer_get_image(layer), NULL));
    g_ptr_array_add(changes, g_strconcat("LABEL colcon-deb.base=", base_id(layer), NULL));
    g_ptr_array_add(changes, g_strconcat("LABEL colcon-deb.key=", layer->key, NULL));
    add_command(changes, layer->setup.engine->image->command);
    g_ptr_array_add(changes, NULL);
    return changes;
}

/* The base image's variables. A name without a value removes a variable of the build. */
static GPtrArray *
make_environment(const Layer *layer)
{
    GPtrArray *environment = g_ptr_array_new_with_free_func(g_free);
    char **own = layer->setup.engine->image->environment;

    for (char **entry = own; entry != NULL && *entry != NULL; entry++)
        g_ptr_array_add(environment, g_strdup(*entry));
    for (const char *const *entry = layer->setup.spec->environment; *entry != NULL; entry++)
        if (!has_variable((const char *const *)own, *entry))
            g_ptr_array_add(environment, g_strndup(*entry, strcspn(*entry, "=")));
    g_ptr_array_add(environment, NULL);
    return environment;
}

static char *
commit(const Layer *layer, const char *container, const char *name, GError **error)
{
    static const char *const nothing[] = {NULL};
    char **entrypoint = layer->setup.engine->image->entrypoint;
    g_autoptr(GPtrArray) changes = make_changes(layer);
    g_autoptr(GPtrArray) environment = make_environment(layer);
    const CddCommitOptions options = {
        .reference = name,
        .message = "dependencies of a workspace, by colcon-deb",
        .changes = (const char *const *)changes->pdata,
        .environment = (const char *const *)environment->pdata,
        .entrypoint = entrypoint != NULL ? (const char *const *)entrypoint : nothing,
        /* The container waits for the answer; nothing else runs in it. */
        .no_pause = TRUE,
    };
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_commit_container_async(layer->setup.engine->service, container, &options,
                                       layer->setup.cancellable, await_ready, &done);
    return cdd_service_commit_container_finish(layer->setup.engine->service, await(&done), error);
}

/* A build works without a layer, so a failure is only a warning. */
static const char *
answer_installed(Layer *layer, const char *container)
{
    g_autofree char *name = layer_name(base_id(layer), layer->key);
    g_autoptr(GError) error = NULL;
    g_autofree char *id = commit(layer, container, name, &error);

    if (id != NULL)
        say(layer, "info", "kept the installed dependencies as the image %s", name);
    else if (!g_cancellable_is_cancelled(layer->setup.cancellable))
        say(layer, "warning",
            "the installed dependencies could not be kept as an image, so the next build installs "
            "them again: %s",
            error->message);
    remember(layer, id != NULL ? layer->key : NULL);
    g_clear_pointer(&layer->promised, g_free);
    return "continue";
}

const char *
layer_answer(Layer *layer, const char *container)
{
    Question question = layer->question;

    layer->question = QUESTION_NONE;
    switch (question) {
    case QUESTION_DEPENDENCIES:
        return answer_dependencies(layer);
    case QUESTION_INSTALLED:
        return answer_installed(layer, container);
    case QUESTION_NONE:
        break;
    }
    return NULL;
}

gboolean
layer_is_left(Layer *layer, gint64 exit_code)
{
    gboolean left = layer->leaving && exit_code == LEFT_CODE;

    layer->leaving = FALSE;
    if (left) {
        layer->over = FALSE;
        g_free(layer->image);
        layer->image = g_steal_pointer(&layer->next);
    }
    return left;
}

gboolean
layer_is_gone(Layer *layer, const GError *error)
{
    gboolean gone =
        layer->image != NULL && g_error_matches(error, CDD_ERROR, CDD_ERROR_IMAGE_NOT_FOUND);

    if (gone)
        g_clear_pointer(&layer->image, g_free);
    return gone;
}
