/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/await.h"
#include "../base/image-name.h"
#include "../base/interrupt.h"
#include "../base/json.h"
#include "../base/program-error.h"
#include "../base/terminal.h"
#include "../image/builder-images.h"
#include "../image/engine-image.h"
#include "command-engine.h"
#include "command.h"
#include "options.h"

#include <string.h>

typedef struct {
    const Options *options;
    Engine *engine;
    Interrupt *interrupt;
    gboolean force;
    guint failed;
    GError *first; /* the first failure */
} Removal;

static void
tell(const Removal *self, const char *name)
{
    if (self->options->json) {
        JsonBuilder *line = json_line_begin();

        json_add_string(line, "removed", name);
        json_line_end(line, stdout);
    } else if (!self->options->quiet) {
        printf("removed %s\n", name);
    }
}

/* Takes @failure. Of several each is told as it comes. */
static void
note_failure(Removal *self, const char *name, GError *failure)
{
    if (g_error_matches(failure, CDD_ERROR, CDD_ERROR_CONFLICT))
        program_error_append(&failure, "%s",
                             self->force ? "; end what uses it first" : "; see also --force");
    if (strstr(failure->message, name) == NULL)
        g_prefix_error(&failure, "%s: ", name);
    if (self->first == NULL) {
        self->first = failure;
    } else {
        if (self->failed == 1)
            terminal_write_error(stderr, self->first->message);
        terminal_write_error(stderr, failure->message);
        g_error_free(failure);
    }
    self->failed++;
}

static gboolean
is_interrupted(const Removal *self)
{
    return g_cancellable_is_cancelled(interrupt_get_cancellable(self->interrupt));
}

static void
remove_one(Removal *self, const char *name)
{
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(CddRemovedImages) removed = NULL;
    GError *failure = NULL;

    if (is_interrupted(self))
        return;
    cdd_service_remove_image_async(self->engine->service, name, self->force,
                                   interrupt_get_cancellable(self->interrupt), await_ready, &done);
    removed = cdd_service_remove_image_finish(self->engine->service, await(&done), &failure);
    if (removed != NULL)
        tell(self, name);
    else
        note_failure(self, name, failure);
}

/* The newest first: an older layer may be its parent. */
static gboolean
remove_layers(Removal *self, GError **error)
{
    g_autoptr(GPtrArray) images = builder_images_list(
        self->engine->service, TRUE, interrupt_get_cancellable(self->interrupt), error);

    if (images == NULL)
        return FALSE;
    for (guint i = 0; i < images->len; i++) {
        const BuilderImage *image = images->pdata[i];

        if (image->is_layer)
            remove_one(self, image->name);
    }
    return TRUE;
}

static gboolean
conclude(Removal *self, GError **error)
{
    if (is_interrupted(self)) {
        g_clear_error(&self->first);
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "interrupted");
        return FALSE;
    }
    if (self->failed == 0)
        return TRUE;
    if (self->failed == 1) {
        g_propagate_error(error, self->first);
        return FALSE;
    }
    g_error_free(self->first);
    g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED, "%u images could not be removed",
                self->failed);
    return FALSE;
}

static gboolean
check_names(char **names, gboolean layers, GError **error)
{
    if (names == NULL && !layers)
        return program_error_usage(error, "image rm: the image is missing; 'colcon-deb image ls' "
                                          "lists images, --layers removes all dependency layers");
    for (; names != NULL && *names != NULL; names++)
        if (!image_name_check(*names, error))
            return FALSE;
    return TRUE;
}

static gboolean
remove_images(int argc, char **argv, GError **error)
{
    Removal self = {0};
    gboolean layers = FALSE;
    const GOptionEntry extra[] = {
        {"force", 'f', 0, G_OPTION_ARG_NONE, &self.force,
         "also remove images with other names or stopped containers", NULL},
        {"layers", 0, 0, G_OPTION_ARG_NONE, &layers, "remove all dependency layers", NULL},
        {NULL},
    };
    g_auto(Options) options = {0};
    g_autoptr(Config) config = NULL;
    g_autoptr(Engine) engine = NULL;
    g_autoptr(Interrupt) interrupt = NULL;

    if (!options_parse(&options, &cmd_image_remove, extra, argc, argv, error))
        return FALSE;
    if (options.help)
        return TRUE;
    if (!check_names(options.arguments, layers, error))
        return FALSE;
    config = options_load_config(&options, error);
    interrupt = interrupt_new();
    engine = config != NULL ? command_engine_open(config, &options, interrupt, error) : NULL;
    if (engine == NULL)
        return FALSE;
    self.options = &options;
    self.engine = engine;
    self.interrupt = interrupt;
    if (layers && !remove_layers(&self, error)) {
        interrupt_settle(interrupt, error);
        return FALSE;
    }
    for (char **name = options.arguments; name != NULL && *name != NULL; name++)
        remove_one(&self, *name);
    return conclude(&self, error);
}

const Command cmd_image_remove = {
    .parent = "image",
    .name = "rm",
    .alias = "remove",
    .arguments = "IMAGE...",
    .max_arguments = G_MAXUINT,
    .keys = command_engine_keys,
    .summary = "Remove images, or all dependency layers",
    .own_title = "Images",
    .notes = "IMAGE is a name or an id. Removing a name keeps the image while it has another "
             "name.",
    .examples =
        "  colcon-deb image rm colcon-deb-builder:rolling\n"
        "  colcon-deb image rm --layers        # the next builds install dependencies again",
    .run = remove_images,
};
