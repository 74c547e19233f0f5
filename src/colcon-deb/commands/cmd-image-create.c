/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/image-name.h"
#include "../base/program-error.h"
#include "../image/image-creation.h"
#include "../image/image-request.h"
#include "../image/image-role.h"
#include "../image/ros-release.h"
#include "command-engine.h"
#include "command.h"
#include "image-options.h"
#include "options.h"

#include <string.h>

static void
flags_clear(ImageCreationFlags *flags)
{
    g_free(flags->suite);
    g_free(flags->arch);
    g_strfreev(flags->mirrors);
    g_strfreev(flags->packages);
    g_free(flags->tag);
    g_free(flags->cache);
    g_free(flags->root_archive);
    g_free(flags->bootstrap_image);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ImageCreationFlags, flags_clear)

static void
on_interrupt(guint count, gpointer user_data)
{
    if (count == 1)
        image_view_warn(user_data, "stopping");
}

/* Debian has no release of ROS. Another mirror, or an archive, may. */
static gboolean
check_distribution(const ImageCreationFlags *flags, const char *ros_distro, GError **error)
{
    g_autofree char *infix = g_strconcat("-", ros_distro, "-", NULL);
    g_autofree char *name = image_name_builder(ros_distro, NULL, NULL);
    g_autofree char *advice = NULL;

    if (!ros_release_needs_archive(ros_distro) || flags->root_archive != NULL)
        return TRUE;
    for (char **package = flags->packages; package != NULL && *package != NULL; package++)
        if (strstr(*package, infix) != NULL)
            return TRUE;
    advice = ros_release_advise(ros_distro, name, NULL);
    return program_error_usage(
        error,
        "--ros-distro %s: Debian has a state of ROS rolling, and no other; %s. If a --mirror has "
        "%s, name a package of it: --package ros%sros-base",
        ros_distro, advice, ros_distro, infix);
}

/* Checks all that needs no engine first. */
static gboolean
check_flags(ImageCreationFlags *flags, const Config *config, GError **error)
{
    guint64 epoch = 0;

    if (config->ros_distro == NULL)
        return program_error_usage(error, "for which ROS distribution? Pass --ros-distro NAME, or "
                                          "set ros_distro in colcon-deb.yaml");
    if (!check_distribution(flags, config->ros_distro, error))
        return FALSE;
    if (flags->tag != NULL && !image_name_check_new(flags->tag, error)) {
        g_prefix_error(error, "--tag: ");
        return FALSE;
    }
    if (flags->bootstrap_image != NULL && !image_name_check(flags->bootstrap_image, error)) {
        g_prefix_error(error, "--bootstrap-image: ");
        return FALSE;
    }
    if (flags->root_archive != NULL && (flags->cache != NULL || flags->mirrors != NULL ||
                                        flags->packages != NULL || flags->bootstrap_image != NULL))
        return program_error_usage(
            error, "--root-archive: cannot be combined with --cache, --mirror, --package or "
                   "--bootstrap-image, because nothing is bootstrapped");
    if (flags->root_archive != NULL && !g_file_test(flags->root_archive, G_FILE_TEST_IS_REGULAR))
        return program_error_usage(error, "--root-archive: %s %s", flags->root_archive,
                                   g_file_test(flags->root_archive, G_FILE_TEST_EXISTS)
                                       ? "is not a file"
                                       : "does not exist");
    if (flags->cache != NULL) {
        g_autofree char *given = g_steal_pointer(&flags->cache);

        flags->cache = g_canonicalize_filename(given, NULL);
    }
    return image_request_read_epoch(&epoch, error);
}

static gboolean
run_create(const Options *options, ImageCreationFlags *flags, const char *progress, GError **error)
{
    g_autoptr(Config) config = options_load_config(options, error);
    g_autofree char *scripts = NULL;
    g_autoptr(Engine) engine = NULL;
    g_autoptr(Interrupt) interrupt = NULL;
    g_autoptr(ImageView) view = NULL;
    gboolean plain = FALSE;
    gboolean created = FALSE;

    if (config == NULL || !image_options_read_progress(progress, &plain, error) ||
        !check_flags(flags, config, error))
        return FALSE;
    scripts = cdd_prepare_helper_scripts(NULL, error);
    interrupt = interrupt_new();
    engine = scripts != NULL ? command_engine_open(config, options, interrupt, error) : NULL;
    if (engine == NULL)
        return FALSE;
    view = image_options_make_view(options, plain);
    interrupt_set_handler(interrupt, on_interrupt, view);
    created = image_creation_run(&(ImageCreation){.flags = flags,
                                                  .config = config,
                                                  .scripts = scripts,
                                                  .engine = engine,
                                                  .view = view,
                                                  .interrupt = interrupt},
                                 error);
    interrupt_set_handler(interrupt, NULL, NULL);
    return created;
}

static gboolean
create_image(int argc, char **argv, GError **error)
{
    g_auto(Options) options = {0};
    g_auto(ImageCreationFlags) flags = {0};
    g_autofree char *progress = NULL;
    g_autofree char *accelerate = NULL;
    const GOptionEntry extra[] = {
        {"suite", 0, 0, G_OPTION_ARG_FILENAME, &flags.suite,
         "use this release of Debian or Ubuntu [bookworm]", "NAME"},
        {"arch", 0, 0, G_OPTION_ARG_FILENAME, &flags.arch,
         "build for amd64, arm64, armhf... [the engine's]", "NAME"},
        {"mirror", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &flags.mirrors,
         "take packages from an address or a sources.list line", "MIRROR"},
        {"package", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &flags.packages,
         "install one more package; may be repeated", "NAME"},
        {"tag", 't', 0, G_OPTION_ARG_FILENAME, &flags.tag,
         "name the image [colcon-deb-builder:DISTRO, and -ARCH if foreign]", "NAME[:TAG]"},
        {"cache", 0, 0, G_OPTION_ARG_FILENAME, &flags.cache,
         "keep the root file system in DIR for the next time", "DIR"},
        {"no-cache", 0, 0, G_OPTION_ARG_NONE, &flags.no_cache,
         "make everything again, with what the mirror has now", NULL},
        {"root-archive", 0, 0, G_OPTION_ARG_FILENAME, &flags.root_archive,
         "take the root file system from this tar archive", "FILE"},
        {"bootstrap-image", 0, 0, G_OPTION_ARG_FILENAME, &flags.bootstrap_image,
         "run mmdebstrap in a container of this image [this machine]", "REF"},
        {"accelerate", 0, 0, G_OPTION_ARG_FILENAME, &accelerate,
         "run compilers of a foreign image natively: auto, off, force [auto]", "WHEN"},
        {"progress", 0, 0, G_OPTION_ARG_FILENAME, &progress,
         "show progress: auto, or plain without a status line [auto]", "KIND"},
        {NULL},
    };

    if (!options_parse(&options, &cmd_image_create, extra, argc, argv, error) ||
        !image_options_read_accelerate(accelerate, &flags.accelerate, error))
        return FALSE;
    return options.help || run_create(&options, &flags, progress, error);
}

static const char *const keys[] = {
    "ros_distro", "docker.host", "docker.context", "docker.cert_path", NULL,
};

const Command cmd_image_create = {
    .parent = "image",
    .name = "create",
    .arguments = "",
    .keys = keys,
    .summary = "Make a ROS builder image from a Debian mirror, without a registry",
    .own_title = "Image",
    .notes =
        "mmdebstrap makes the root file system: on this machine, as root or in a user "
        "namespace, or in a container of `--bootstrap-image`. A foreign architecture "
        "needs an emulator in the kernel (packages qemu-user-static and binfmt-support). On an "
        "amd64 machine an arm64 image is accelerated: `colcon-deb image accelerate`.",
    .examples =
        "  colcon-deb image create --ros-distro rolling\n"
        "  colcon-deb image create --ros-distro rolling --arch arm64 --cache ~/.cache/colcon-deb\n"
        "  colcon-deb image create --ros-distro rolling --bootstrap-image debian:12",
    .run = create_image,
};
