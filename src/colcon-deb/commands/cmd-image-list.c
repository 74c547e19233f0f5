/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/interrupt.h"
#include "../base/json.h"
#include "../base/table.h"
#include "../base/text.h"
#include "../image/builder-images.h"
#include "../image/engine-image.h"
#include "command-engine.h"
#include "command.h"
#include "options.h"

static void
print_table(const GPtrArray *images)
{
    g_autoptr(Table) table = table_new();
    gint64 now = g_get_real_time() / G_USEC_PER_SEC;

    for (guint i = 0; i < images->len; i++) {
        const BuilderImage *image = images->pdata[i];
        g_autofree char *size = text_size(image->size);
        g_autofree char *age = text_age(now - image->created);
        g_autofree char *ago = g_strconcat(age, " ago", NULL);

        table_add_row(table, (const char *const[]){image->name, image->ros_distro,
                                                   image->architecture, size, ago});
    }
    table_print(table, stdout);
}

static void
print_json(const BuilderImage *image)
{
    g_autoptr(GDateTime) created = g_date_time_new_from_unix_utc(image->created);
    g_autofree char *time = created != NULL ? g_date_time_format_iso8601(created) : NULL;
    JsonBuilder *line = json_line_begin();

    json_add_string(line, "name", image->name);
    json_add_strings(line, "names", (const char *const *)image->names);
    json_add_string(line, "id", image->id);
    json_add_string(line, "kind", image->is_layer ? "dependencies" : "builder");
    json_add_string(line, "ros_distro", image->ros_distro);
    json_add_string(line, "architecture", image->architecture);
    json_add_number(line, "size", (gint64)image->size);
    json_add_string(line, "created", time);
    json_line_end(line, stdout);
}

static void
print(const GPtrArray *images, const Options *options)
{
    for (guint i = 0; i < images->len; i++) {
        const BuilderImage *image = images->pdata[i];

        if (options->json)
            print_json(image);
        else if (options->quiet)
            puts(image->name);
    }
    if (options->json || options->quiet)
        return;
    print_table(images);
    if (images->len == 0)
        fputs("no builder images; make one with 'colcon-deb image create'\n", stderr);
}

static gboolean
list(int argc, char **argv, GError **error)
{
    gboolean all = FALSE;
    const GOptionEntry extra[] = {
        {"all", 'a', 0, G_OPTION_ARG_NONE, &all,
         "also list dependency layers and images without a name", NULL},
        {NULL},
    };
    g_auto(Options) options = {0};
    g_autoptr(Config) config = NULL;
    g_autoptr(Engine) engine = NULL;
    g_autoptr(Interrupt) interrupt = NULL;
    g_autoptr(GPtrArray) images = NULL;

    if (!options_parse(&options, &cmd_image_list, extra, argc, argv, error))
        return FALSE;
    if (options.help)
        return TRUE;
    config = options_load_config(&options, error);
    interrupt = interrupt_new();
    engine = config != NULL ? command_engine_open(config, &options, interrupt, error) : NULL;
    if (engine == NULL)
        return FALSE;
    images = builder_images_list(engine->service, all, interrupt_get_cancellable(interrupt), error);
    if (images == NULL) {
        interrupt_settle(interrupt, error);
        return FALSE;
    }
    print(images, &options);
    return TRUE;
}

const Command cmd_image_list = {
    .parent = "image",
    .name = "ls",
    .alias = "list",
    .arguments = "",
    .keys = command_engine_keys,
    .summary = "List the builder images of the engine",
    .own_title = "Output",
    .notes = "Prints one line for each image: name, ROS distribution, architecture, size and "
             "age. A builder image is named colcon-deb-builder, or was made by `colcon-deb "
             "image create` or by the key `docker.dockerfile`. Of several names, the first is"
             " shown.",
    .examples = "  colcon-deb image ls\n"
                "  colcon-deb image ls --all --json | jq -r 'select(.kind == \"dependencies\").id'",
    .run = list,
};
