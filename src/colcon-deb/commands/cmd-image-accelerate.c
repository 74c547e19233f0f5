/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/await.h"
#include "../base/clock.h"
#include "../base/image-name.h"
#include "../base/program-error.h"
#include "../image/acceleration-test.h"
#include "../image/acceleration.h"
#include "command-engine.h"
#include "command.h"
#include "image-options.h"
#include "options.h"

typedef struct {
    char *tag;
    char *suite;
    char **mirrors;
    char *cache;
    char *bootstrap_image;
    gboolean no_cache;
    gboolean test;
} Flags;

static void
flags_clear(Flags *flags)
{
    g_free(flags->tag);
    g_free(flags->suite);
    g_strfreev(flags->mirrors);
    g_free(flags->cache);
    g_free(flags->bootstrap_image);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Flags, flags_clear)

static void
on_interrupt(guint count, gpointer user_data)
{
    if (count == 1)
        image_view_warn(user_data, "stopping");
}

static gboolean
check_flags(const Options *options, const Flags *flags, GError **error)
{
    if (options->arguments == NULL || *options->arguments == NULL)
        return program_error_usage(error, "image accelerate: the image is missing; 'colcon-deb "
                                          "image ls' lists images");
    if (flags->tag != NULL && !image_name_check_new(flags->tag, error)) {
        g_prefix_error(error, "--tag: ");
        return FALSE;
    }
    if (flags->bootstrap_image != NULL && !image_name_check(flags->bootstrap_image, error)) {
        g_prefix_error(error, "--bootstrap-image: ");
        return FALSE;
    }
    if (flags->tag != NULL || flags->test)
        return image_name_check(*options->arguments, error);
    if (image_name_check_new(*options->arguments, error))
        return TRUE;
    program_error_append(error, "; pass --tag NAME, which the accelerated image is to have");
    return FALSE;
}

static gboolean
check_is_accelerated(const Acceleration *setup, GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(CddImageInfo) image = NULL;

    cdd_service_inspect_image_async(setup->engine->service, setup->image,
                                    interrupt_get_cancellable(setup->interrupt), await_ready,
                                    &done);
    image = cdd_service_inspect_image_finish(setup->engine->service, await(&done), error);
    if (image == NULL || acceleration_is_present(image))
        return image != NULL;
    return program_error_usage(error, "--test: the image %s is not accelerated", setup->image);
}

/* Only compares, in an image that is accelerated already. */
static gboolean
test(const Acceleration *setup, GError **error)
{
    const AccelerationTest test = {
        .service = setup->engine->service,
        .image = setup->image,
        .scripts = setup->scripts,
        .cancellable = interrupt_get_cancellable(setup->interrupt),
    };
    guint cases = 0;

    if (!check_is_accelerated(setup, error) || !acceleration_test_run(&test, &cases, error))
        return FALSE;
    g_print("%u cases in %s: native programs give the same bytes as emulated ones\n", cases,
            setup->image);
    return TRUE;
}

static gboolean
accelerate(const Acceleration *setup, GError **error)
{
    g_autofree char *advice = g_strdup_printf(
        "Build packages in it with 'colcon-deb build WORKSPACE --image %s'", setup->tag);
    GError *failure = NULL;
    g_autofree char *id = NULL;
    gint64 started = clock_now();

    if (!acceleration_run(setup, &id, &failure))
        interrupt_settle(setup->interrupt, &failure);
    image_view_end(setup->view, &(ImageResult){.id = id,
                                               .names = (const char *const[]){setup->tag, NULL},
                                               .advice = advice,
                                               .error = failure,
                                               .duration = clock_now() - started});
    if (failure == NULL)
        return TRUE;
    g_propagate_error(error, failure);
    return FALSE;
}

static gboolean
run_accelerate(const Options *options, const Flags *flags, const char *progress, GError **error)
{
    g_autoptr(Config) config = options_load_config(options, error);
    g_autofree char *scripts = NULL;
    g_autoptr(Engine) engine = NULL;
    g_autoptr(Interrupt) interrupt = NULL;
    g_autoptr(ImageView) view = NULL;
    Acceleration setup = {0};
    gboolean plain = FALSE;
    gboolean succeeded = FALSE;

    if (config == NULL || !image_options_read_progress(progress, &plain, error) ||
        !check_flags(options, flags, error))
        return FALSE;
    scripts = cdd_prepare_helper_scripts(NULL, error);
    interrupt = interrupt_new();
    engine = scripts != NULL ? command_engine_open(config, options, interrupt, error) : NULL;
    if (engine == NULL)
        return FALSE;
    if (!engine_get_info(engine, interrupt_get_cancellable(interrupt), error)) {
        interrupt_settle(interrupt, error);
        return FALSE;
    }
    view = image_options_make_view(options, plain);
    interrupt_set_handler(interrupt, on_interrupt, view);
    setup = (Acceleration){
        .image = *options->arguments,
        .tag = flags->tag != NULL ? flags->tag : *options->arguments,
        .suite = flags->suite,
        .cache = flags->cache,
        .mirrors = flags->mirrors,
        .bootstrap_image = flags->bootstrap_image,
        .no_cache = flags->no_cache,
        .scripts = scripts,
        .engine = engine,
        .view = view,
        .interrupt = interrupt,
    };
    succeeded = flags->test ? test(&setup, error) : accelerate(&setup, error);
    interrupt_set_handler(interrupt, NULL, NULL);
    return succeeded;
}

static gboolean
accelerate_image(int argc, char **argv, GError **error)
{
    g_auto(Options) options = {0};
    g_auto(Flags) flags = {0};
    g_autofree char *progress = NULL;
    const GOptionEntry extra[] = {
        {"tag", 't', 0, G_OPTION_ARG_FILENAME, &flags.tag,
         "name the accelerated image [IMAGE, which then has it]", "NAME[:TAG]"},
        {"test", 0, 0, G_OPTION_ARG_NONE, &flags.test,
         "only compare, in an image that is accelerated already", NULL},
        {"suite", 0, 0, G_OPTION_ARG_FILENAME, &flags.suite,
         "use native packages of this release of Debian [the image's]", "NAME"},
        {"mirror", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &flags.mirrors,
         "take packages from an address or a sources.list line", "MIRROR"},
        {"cache", 0, 0, G_OPTION_ARG_FILENAME, &flags.cache,
         "keep the native root file system in DIR [the user's cache]", "DIR"},
        {"no-cache", 0, 0, G_OPTION_ARG_NONE, &flags.no_cache,
         "make it again, with what the mirror has now", NULL},
        {"bootstrap-image", 0, 0, G_OPTION_ARG_FILENAME, &flags.bootstrap_image,
         "run mmdebstrap in a container of this image [this machine]", "REF"},
        {"progress", 0, 0, G_OPTION_ARG_FILENAME, &progress,
         "show progress: auto, or plain without a status line [auto]", "KIND"},
        {NULL},
    };

    if (!options_parse(&options, &cmd_image_accelerate, extra, argc, argv, error))
        return FALSE;
    return options.help || run_accelerate(&options, &flags, progress, error);
}

const Command cmd_image_accelerate = {
    .parent = "image",
    .name = "accelerate",
    .arguments = "IMAGE",
    .max_arguments = 1,
    .keys = command_engine_keys,
    .summary = "Let the compilers of an emulated image run natively",
    .own_title = "Acceleration",
    .notes = "IMAGE is a builder image for arm64, on an amd64 machine. Its compilers, and other "
             "programs that take long, are replaced by native ones that give the same bytes. The "
             "image is refused if their versions differ, and if a self-test finds a difference.",
    .examples = "  colcon-deb image accelerate colcon-deb-builder:rolling-arm64\n"
                "  colcon-deb image accelerate --test colcon-deb-builder:rolling-arm64",
    .run = accelerate_image,
};
