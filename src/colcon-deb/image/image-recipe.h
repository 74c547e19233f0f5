/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../config/architecture.h"

/* What a root file system is made of. */
typedef struct {
    char *suite;
    gboolean is_ubuntu;
    const Architecture *architecture;
    char **mirrors;  /* URIs or lines of a sources.list; NULL for mmdebstrap's own */
    char **packages; /* sorted */
    char *installer; /* the text of scripts/image/install-packages.sh */
} ImageRecipe;

/*
 * @list: the text of scripts/image/packages; @installer: that of install-packages.sh; @suite: NULL
 * for Debian's bookworm; @packages: more packages. Errors are usage errors.
 */
ImageRecipe *image_recipe_new(const char *list,
                              const char *installer,
                              const char *suite,
                              const char *architecture,
                              char **mirrors,
                              char **packages,
                              GError **error);
void image_recipe_free(ImageRecipe *recipe);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImageRecipe, image_recipe_free)

/*
 * The environment variable of mmdebstrap that holds the installer. In an argument, mmdebstrap would
 * print the whole text. A path would not do: mmdebstrap runs in a container, or as another user.
 */
#define IMAGE_INSTALLER_VARIABLE "COLCON_DEB_INSTALLER"

/* The arguments of mmdebstrap that make it write a tar archive to @target. */
char **image_recipe_get_arguments(const ImageRecipe *recipe, const char *target);

/* The file name of the archive in the cache: different for each recipe. */
char *image_recipe_get_file_name(const ImageRecipe *recipe);
