/* SPDX-License-Identifier: Apache-2.0 */
#include "verbs.h"

static gboolean
image(int argc, char **argv, GError **error)
{
    return verbs_run(&cmd_image, image_verbs,
                     "  colcon-deb image VERB --help   the options of a verb\n"
                     "  docs/images.md                 which image to choose",
                     argc, argv, error);
}

const Command cmd_image = {
    .name = "image",
    .summary = "Build, create, list and remove the images to build in",
    .examples = "  colcon-deb image create --ros-distro rolling   # from a Debian mirror\n"
                "  colcon-deb image build -t my-builder:1 .       # from a Dockerfile\n"
                "  colcon-deb image ls                            # what the engine has",
    .run = image,
};
