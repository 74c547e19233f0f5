/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/await.h"
#include "../base/clock.h"
#include "../base/interrupt.h"
#include "../image/engine-image.h"
#include "../image/image-request.h"
#include "../view/image-view.h"
#include "command-engine.h"
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
make_advice(const ImageRequest *request)
{
    if (request->output != NULL || request->tags == NULL || *request->tags == NULL)
        return NULL;
    return g_strdup_printf("Build packages in it with 'colcon-deb build WORKSPACE --image %s'",
                           *request->tags);
}

static gboolean
carry_out(const ImageRequest *request,
          Engine *engine,
          ImageView *view,
          Interrupt *interrupt,
          GError **error)
{
    const CddBuildContext context = image_request_get_context(request);
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
    gint64 started = clock_now();

    cdd_service_build_image_async(engine->service, &context, &handler,
                                  interrupt_get_cancellable(interrupt), await_ready, &done);
    id = cdd_service_build_image_finish(engine->service, await(&done), &failure);
    if (failure != NULL)
        interrupt_settle(interrupt, &failure);
    result.id = id;
    result.error = failure;
    result.duration = clock_now() - started;
    image_view_end(view, &result);
    if (failure != NULL)
        g_propagate_error(error, failure);
    return id != NULL;
}

/* Options of the command that are not about the image. */
typedef struct {
    char *progress;
    gboolean report;
    gboolean write_ignore;
} Manner;

static gboolean
run_report(const Options *options,
           const ImageRequest *request,
           const Manner *manner,
           GError **error)
{
    g_autoptr(Interrupt) interrupt = interrupt_new();

    return image_context_report(request, options, manner->write_ignore, interrupt, error);
}

static gboolean
run_build(const Options *options, ImageRequest *request, const Manner *manner, GError **error)
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
        !image_request_prepare(request, error))
        return FALSE;
    if (manner->report || manner->write_ignore)
        return run_report(options, request, manner, error);
    config = options_load_config(options, error);
    interrupt = interrupt_new();
    engine = config != NULL ? command_engine_open(config, options, interrupt, error) : NULL;
    if (engine == NULL)
        return FALSE;
    view = image_options_make_view(options, plain);
    interrupt_set_handler(interrupt, on_interrupt, view);
    built = carry_out(request, engine, view, interrupt, error);
    interrupt_set_handler(interrupt, NULL, NULL);
    return built;
}

static gboolean
build(int argc, char **argv, GError **error)
{
    g_auto(Options) options = {0};
    g_auto(ImageRequest) request = {0};
    Manner manner = {0};
    g_autofree char *progress = NULL;
    /* GOption converts a STRING from the locale's character set, but not a FILENAME. */
    const GOptionEntry extra[] = {
        {"tag", 't', 0, G_OPTION_ARG_FILENAME_ARRAY, &request.tags,
         "name the image; may be repeated", "NAME[:TAG]"},
        {"file", 'f', 0, G_OPTION_ARG_FILENAME, &request.file,
         "read the Dockerfile from FILE, or - for stdin [Dockerfile]", "FILE"},
        {"build-arg", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &request.build_args,
         "set an ARG; NAME alone takes it from the environment", "NAME[=VALUE]"},
        {"target", 0, 0, G_OPTION_ARG_FILENAME, &request.target, "stop at this stage [the last]",
         "STAGE"},
        {"platform", 0, 0, G_OPTION_ARG_FILENAME, &request.platform,
         "build for this platform, e.g. linux/arm64 [the engine's]", "PLATFORM"},
        {"label", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &request.labels, "add a label to the image",
         "NAME=VALUE"},
        {"cache-from", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &request.cache_from,
         "use the layers of this image as a cache", "IMAGE"},
        {"no-cache", 0, 0, G_OPTION_ARG_NONE, &request.no_cache, "run every step, without a cache",
         NULL},
        {"pull", 0, 0, G_OPTION_ARG_NONE, &request.pull,
         "also check registries for newer base images", NULL},
        {"network", 0, 0, G_OPTION_ARG_FILENAME, &request.network,
         "set the network of RUN steps: default, host, none [default]", "MODE"},
        {"add-host", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &request.extra_hosts,
         "add a host name for RUN steps", "NAME:ADDRESS"},
        {"secret", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &request.secrets,
         "give RUN a secret: id=NAME,src=FILE or id=NAME,env=VAR", "SECRET"},
        {"ssh", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &request.ssh,
         "give RUN an ssh agent: default, NAME or NAME=SOCKET", "AGENT"},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &request.output,
         "write files, not an image: DIR or type=local|tar,dest=PATH", "PLACE"},
        {"builder", 0, 0, G_OPTION_ARG_FILENAME, &request.builder,
         "choose the builder: auto, classic, buildkit [auto]", "KIND"},
        {"compress", 0, 0, G_OPTION_ARG_FILENAME, &request.compression,
         "compress the context: auto, none, gzip, zstd [auto]", "KIND"},
        {"progress", 0, 0, G_OPTION_ARG_FILENAME, &progress,
         "show progress: auto, or plain without a status line [auto]", "KIND"},
        {"report", 0, 0, G_OPTION_ARG_NONE, &manner.report,
         "print what would be sent and what need not be; build nothing", NULL},
        {"write-ignore", 0, 0, G_OPTION_ARG_NONE, &manner.write_ignore,
         "like --report, and add what need not be sent to the ignore file", NULL},
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
    .own_title = "Image",
    .notes = "CONTEXT is the directory whose files COPY and ADD may name [the current "
             "directory]. Files that its .dockerignore excludes are not sent. "
             "SOURCE_DATE_EPOCH bounds the times of files. With `--quiet` only the id is "
             "printed.",
    .examples =
        "  colcon-deb image build -t my-builder:jazzy -f docker/jazzy.Dockerfile docker\n"
        "  colcon-deb image build -t my-builder:arm64 --platform linux/arm64 .\n"
        "  colcon-deb image build --secret id=token,src=$HOME/.token -t my-builder:1 .\n"
        "  colcon-deb image build -o out --target files .\n"
        "  colcon-deb image build --report .    # what would be sent, and what need not be?",
    .exit_status = "0 built, 1 something failed, 2 usage, Dockerfile or ignore file, 130 "
                   "interrupted.",
    .run = build,
};
