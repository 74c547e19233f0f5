/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/program-error.h"
#include "command.h"

static const Command *const verbs[] = {
    &cmd_image_build, &cmd_image_create, &cmd_image_list, &cmd_image_remove, NULL,
};

static void
print_help(FILE *out)
{
    fputs("The images that packages are built in.\n"
          "\n"
          "Usage: colcon-deb image VERB [ARGUMENT...] [OPTION...]\n"
          "\n",
          out);
    command_print_all(verbs, out);
    fputs("\n"
          "Examples:\n"
          "  colcon-deb image create --ros-distro rolling   from a Debian mirror, without a "
          "registry\n"
          "  colcon-deb image build -t my-builder:1 .       from a Dockerfile\n"
          "  colcon-deb image ls                            what the engine has\n"
          "\n"
          "'colcon-deb image VERB --help' lists a verb's options; docs/images.md says which image\n"
          "to take.\n",
          out);
}

static gboolean
image(int argc, char **argv, GError **error)
{
    const Command *verb = NULL;

    if (argc < 2) {
        print_help(stderr);
        return program_error_usage(error, "image: no verb");
    }
    if (g_str_equal(argv[1], "--help") || g_str_equal(argv[1], "-h")) {
        print_help(stdout);
        return TRUE;
    }
    verb = command_find(verbs, argv[1]);
    if (verb == NULL)
        return command_set_unknown(verbs, "colcon-deb image", argv[1], error);
    return verb->run(argc - 1, argv + 1, error);
}

const Command cmd_image = {
    .name = "image",
    .summary = "Build, create, list and remove the images to build in",
    .run = image,
};
