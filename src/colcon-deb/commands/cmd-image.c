/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/program-error.h"
#include "command.h"
#include "manual.h"

#include <string.h>

static const char manual_flag[] = "--manual=";

static Manual *
make_manual(void)
{
    Manual *manual = manual_new("colcon-deb image", 1, cmd_image.summary,
                                "colcon-deb image VERB [ARGUMENT...] [OPTION...]");

    for (const Command *const *verb = image_verbs; *verb != NULL; verb++)
        manual_add_item(
            manual, "Verbs",
            (ManualItem){.term = g_strdup((*verb)->name), .summary = g_strdup((*verb)->summary)});
    manual_add_text(manual, "Examples", cmd_image.examples);
    manual_add_text(manual, "More",
                    "  colcon-deb image VERB --help   the options of a verb\n"
                    "  docs/images.md                 which image to choose");
    return manual;
}

static gboolean
image(int argc, char **argv, GError **error)
{
    const Command *verb = NULL;
    g_autoptr(Manual) manual = make_manual();

    if (argc < 2)
        return program_error_usage(error,
                                   "image: the verb is missing; see 'colcon-deb image --help'");
    if (g_str_equal(argv[1], "--help") || g_str_equal(argv[1], "-h")) {
        manual_print(manual, MANUAL_SHORT, stdout);
        return TRUE;
    }
    if (g_str_has_prefix(argv[1], manual_flag)) {
        manual_print(manual, manual_form_of(argv[1] + strlen(manual_flag)), stdout);
        return TRUE;
    }
    verb = command_find(image_verbs, argv[1]);
    if (verb == NULL)
        return command_set_unknown(image_verbs, "colcon-deb image", argv[1], error);
    return verb->run(argc - 1, argv + 1, error);
}

const Command cmd_image = {
    .name = "image",
    .summary = "Build, create, list and remove the images to build in",
    .examples = "  colcon-deb image create --ros-distro rolling   # from a Debian mirror\n"
                "  colcon-deb image build -t my-builder:1 .       # from a Dockerfile\n"
                "  colcon-deb image ls                            # what the engine has",
    .run = image,
};
