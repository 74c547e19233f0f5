/* SPDX-License-Identifier: Apache-2.0 */
#include "dockerfile.h"

#include "../base/await.h"
#include "../base/image-name.h"
#include "../base/program-error.h"
#include "image-replace.h"
#include "image-request.h"
#include "image-role.h"

enum {
    DIGITS = 12,
    MAX_WORD = 40, /* characters of the directory's name in the image's name */
};

gboolean
dockerfile_check(const char *path, GError **error)
{
    if (path == NULL || g_file_test(path, G_FILE_TEST_IS_REGULAR))
        return TRUE;
    return program_error_usage(error, "the Dockerfile %s %s", path,
                               g_file_test(path, G_FILE_TEST_EXISTS) ? "is not a file"
                                                                     : "does not exist");
}

/* The directory's name is for people; the digits distinguish two directories of that name. */
char *
dockerfile_get_image_name(const char *path, const Architecture *architecture)
{
    g_autofree char *directory = g_path_get_dirname(path);
    g_autofree char *word = g_path_get_basename(directory);
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, path, -1);

    g_strcanon(word, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_", '_');
    return g_strdup_printf("colcon-deb-dockerfile:%.*s-%.*s%s%s", MAX_WORD, word, DIGITS, digest,
                           architecture != NULL ? "-" : "",
                           architecture != NULL ? architecture->debian : "");
}

gboolean
dockerfile_build(CddService *service,
                 const Config *config,
                 const char *name,
                 const char *platform,
                 const CddOutputHandler *handler,
                 GCancellable *cancellable,
                 GError **error)
{
    g_autofree char *directory = g_path_get_dirname(config->dockerfile);
    const char *network = config->network_mode;
    CddBuildContext context = {
        .context_dir = directory,
        .dockerfile_path = config->dockerfile,
        .tags = (const char *const[]){name, NULL},
        .labels = (const char *const[]){BUILDER_LABEL, NULL},
        .platform = platform,
        .pull = g_strcmp0(config->pull, "always") == 0,
        /* A bridge is the default of a step, and BuildKit has no name for it. */
        .network_mode = g_strcmp0(network, "bridge") != 0 ? network : NULL,
    };
    g_autoptr(GAsyncResult) done = NULL;
    g_autofree char *id = NULL;
    g_autofree char *old = NULL;

    if (!image_request_read_epoch(&context.source_date_epoch, error))
        return FALSE;
    old = image_replace_begin(service, name, cancellable);
    cdd_service_build_image_async(service, &context, handler, cancellable, await_ready, &done);
    id = cdd_service_build_image_finish(service, await(&done), error);
    if (id == NULL)
        g_prefix_error(error, "%s: ", config->dockerfile);
    else
        image_replace_end(service, old, id, cancellable);
    return id != NULL;
}
