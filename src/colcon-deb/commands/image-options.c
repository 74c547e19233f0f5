/* SPDX-License-Identifier: Apache-2.0 */
#include "image-options.h"

#include "../base/program-error.h"

/* "tty" is Docker's word for auto at a terminal. */
gboolean
image_options_read_progress(const char *progress, gboolean *plain, GError **error)
{
    *plain = g_strcmp0(progress, "plain") == 0;
    if (progress == NULL || *plain || g_str_equal(progress, "auto") || g_str_equal(progress, "tty"))
        return TRUE;
    return program_error_usage(
        error, "--progress: \"%s\" is not one of auto, plain; programs use --json", progress);
}

ImageView *
image_options_make_view(const Options *options, gboolean plain)
{
    TerminalSetup setup = terminal_setup_detect(stdout);
    ViewDetail detail = options->verbose ? VIEW_VERBOSE : VIEW_NORMAL;

    if (options->json)
        return image_view_json_new(stdout);
    if (plain)
        setup.interactive = FALSE;
    return image_view_plain_new(terminal_new(&setup), stdout, options->quiet ? VIEW_QUIET : detail);
}

gboolean
image_options_read_accelerate(const char *text, AccelerateMode *mode, GError **error)
{
    static const char *const names[] = {
        [ACCELERATE_AUTO] = "auto",
        [ACCELERATE_OFF] = "off",
        [ACCELERATE_FORCE] = "force",
    };

    *mode = ACCELERATE_AUTO;
    for (guint i = 0; text != NULL && i < G_N_ELEMENTS(names); i++) {
        if (!g_str_equal(text, names[i]))
            continue;
        *mode = i;
        return TRUE;
    }
    return text == NULL ||
           program_error_usage(error, "--accelerate: \"%s\" is not one of auto, off, force", text);
}
