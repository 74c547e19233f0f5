/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/await.h"
#include "../base/interrupt.h"
#include "../image/engine-image.h"
#include "../image/image-request.h"
#include "../view/image-view.h"
#include "command.h"
#include "image-context.h"
#include "image-options.h"
#include "options.h"

static void
on_interrupt(guint count, gpointer user_data)
{
    if (count == 1)
        image_view_warn(user_data, "stopping");
}

static char *
make_advice(const BuildRequest *request)
{
    if (request->output != NULL || request->tags == NULL || *request->tags == NULL)
        return NULL;
    return g_strdup_printf("Build packages in it with 'colcon-deb build WORKSPACE --image %s'",
                           *request->tags);
}

static gboolean
carry_out(const BuildRequest *request,
          Engine *engine,
          ImageView *view,
          Interrupt *interrupt,
          GError **error)
{
    const CddBuildContext context = build_request_get_context(request);
    const CddOutputHandler handler = image_view_get_handler(view);
    g_autofree char *advice = make_advice(request);
    ImageResult result = {
        .names = context.tags,
        .output = context.output,
        .advice = advice,
    };
    g_autoptr(GAsyncResult) done = NULL;
    g_autofree char *id = NULL;
    GError *failure = NULL;
    gint64 started = g_get_monotonic_time();

    cdd_service_build_image_async(engine->service, &context, &handler,
                                  interrupt_get_cancellable(interrupt), await_ready, &done);
    id = cdd_service_build_image_finish(engine->service, await(&done), &failure);
    if (failure != NULL)
        interrupt_settle(interrupt, &failure);
    result.id = id;
    result.error = failure;
    result.duration = (g_get_monotonic_time() - started) / 1000;
    image_view_end(view, &result);
    if (failure != NULL)
        g_propagate_error(error, failure);
    return id != NULL;
}

/* What is asked of the command besides the build. */
typedef struct {
    char *progress;
    gboolean report;
    gboolean write_ignore;
} Manner;

static gboolean
run_report(const Options *options,
           const BuildRequest *request,
           const Manner *manner,
           GError **error)
{
    g_autoptr(Interrupt) interrupt = interrupt_new();

    return context_report_run(request, options, manner->write_ignore, interrupt, error);
}

static gboolean
run_build(const Options *options, BuildRequest *request, const Manner *manner, GError **error)
{
    g_autoptr(Config) config = NULL;
    g_autoptr(Engine) engine = NULL;
    g_autoptr(Interrupt) interrupt = NULL;
    g_autoptr(ImageView) view = NULL;
    gboolean plain = FALSE;
    gboolean built = FALSE;

    if (options->arguments != NULL)
        request->context_dir = g_strdup(*options->arguments);
    if (!image_options_read_progress(manner->progress, &plain, error) ||
        !build_request_prepare(request, error))
        return FALSE;
    if (manner->report || manner->write_ignore)
        return run_report(options, request, manner, error);
    config = options_load_config(options, error);
    engine = config != NULL ? engine_open(config, error) : NULL;
    if (engine == NULL)
        return FALSE;
    view = image_options_make_view(options, plain);
    interrupt = interrupt_new();
    interrupt_set_handler(interrupt, on_interrupt, view);
    built = carry_out(request, engine, view, interrupt, error);
    interrupt_set_handler(interrupt, NULL, NULL);
    return built;
}

static gboolean
build(int argc, char **argv, GError **error)
{
    g_auto(Options) options = {0};
    g_auto(BuildRequest) request = {0};
    Manner manner = {0};
    g_autofree char *progress = NULL;
    /* GOption converts a STRING from the locale's character set; a FILENAME is taken as it is. */
    const GOptionEntry extra[] = {
        {"tag", 't', 0, G_OPTION_ARG_FILENAME_ARRAY, &request.tags,
         "a name of the image; may be repeated", "NAME[:TAG]"},
        {"file", 'f', 0, G_OPTION_ARG_FILENAME, &request.file,
         "the Dockerfile, relative to the current directory; - reads it from standard input "
         "[Dockerfile in CONTEXT]",
         "FILE"},
        {"build-arg", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &request.build_args,
         "a value of an ARG; NAME alone takes it from the environment", "NAME[=VALUE]"},
        {"target", 0, 0, G_OPTION_ARG_FILENAME, &request.target, "the stage to end with [the last]",
         "STAGE"},
        {"platform", 0, 0, G_OPTION_ARG_FILENAME, &request.platform,
         "what it is built for, as linux/arm64 [the engine's own]", "PLATFORM"},
        {"label", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &request.labels, "a label of the image",
         "NAME=VALUE"},
        {"cache-from", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &request.cache_from,
         "an image whose layers may be used", "IMAGE"},
        {"no-cache", 0, 0, G_OPTION_ARG_NONE, &request.no_cache,
         "run every step, whatever an earlier build has left", NULL},
        {"pull", 0, 0, G_OPTION_ARG_NONE, &request.pull,
         "look for the images that it begins with on their registries too", NULL},
        {"network", 0, 0, G_OPTION_ARG_FILENAME, &request.network,
         "the network of RUN steps: default, host, none [default]", "MODE"},
        {"add-host", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &request.extra_hosts,
         "a host that RUN steps know", "NAME:ADDRESS"},
        {"secret", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &request.secrets,
         "what RUN --mount=type=secret may read: id=NAME,src=FILE or id=NAME,env=VARIABLE",
         "SECRET"},
        {"ssh", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &request.ssh,
         "an agent that RUN --mount=type=ssh may ask: default, NAME or NAME=SOCKET", "AGENT"},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &request.output,
         "where files go in place of an image: DIRECTORY, type=local,dest=DIRECTORY or "
         "type=tar,dest=FILE",
         "PLACE"},
        {"builder", 0, 0, G_OPTION_ARG_FILENAME, &request.builder,
         "auto, classic, buildkit [auto: BuildKit where the engine has it]", "KIND"},
        {"compress", 0, 0, G_OPTION_ARG_FILENAME, &request.compression,
         "how the classic builder gets the files: auto, none, gzip, zstd [auto]", "KIND"},
        {"progress", 0, 0, G_OPTION_ARG_FILENAME, &progress,
         "auto, plain: without a status line [auto]", "KIND"},
        {"report", 0, 0, G_OPTION_ARG_NONE, &manner.report,
         "build nothing; print what would be sent, and what need not be", NULL},
        {"write-ignore", 0, 0, G_OPTION_ARG_NONE, &manner.write_ignore,
         "the same, and add what need not be sent to the ignore file", NULL},
        {NULL},
    };

    if (!options_parse(&options, &cmd_image_build, extra, argc, argv, error))
        return FALSE;
    manner.progress = progress;
    return options.help || run_build(&options, &request, &manner, error);
}

const Command cmd_image_build = {
    .parent = "image",
    .name = "build",
    .arguments = "[CONTEXT]",
    .max_arguments = 1,
    .keys = command_engine_keys,
    .summary = "Build an image from a Dockerfile",
    .examples = "CONTEXT is the directory whose files COPY and ADD may name; the current one, if "
                "it is not\n"
                "given. What its .dockerignore excludes is not sent. SOURCE_DATE_EPOCH bounds the "
                "times of\n"
                "files. With --quiet only the id is printed.\n"
                "\n"
                "Examples:\n"
                "  colcon-deb image build -t my-builder:jazzy -f docker/jazzy.Dockerfile docker\n"
                "  colcon-deb image build -t my-builder:arm64 --platform linux/arm64 .\n"
                "  colcon-deb image build --secret id=token,src=$HOME/.token -t my-builder:1 .\n"
                "  colcon-deb image build -o out --target files .\n"
                "  colcon-deb image build --report .                   what is sent, and what for "
                "nothing?\n"
                "\n"
                "Exit status: 0 built, 1 something failed, 2 usage, Dockerfile or ignore file,\n"
                "130 interrupted.\n",
    .run = build,
};
