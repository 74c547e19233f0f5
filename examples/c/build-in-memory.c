/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builds an image from a Dockerfile that is no file, with a secret that no layer keeps, and prints
 * the image's id:
 *
 *     TOKEN=sesame build-in-memory debian:bookworm mine:1
 */
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <stdio.h>

static const char dockerfile[] =
    "ARG BASE\n"
    "FROM $BASE\n"
    "RUN --mount=type=secret,id=token sha256sum </run/secrets/token | tee /fingerprint\n";

static void
on_output(const void *data, gsize length, gpointer user_data G_GNUC_UNUSED)
{
    fwrite(data, 1, length, stderr);
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CddService) service = cdd_service_new(NULL, &error);
    g_autofree char *base = argc == 3 ? g_strconcat("BASE=", argv[1], NULL) : NULL;
    g_autofree char *id = NULL;
    CddOutputHandler handler = {.on_stdout = on_output, .on_stderr = on_output};
    CddBuildContext context = {
        .dockerfile_text = dockerfile,
        .build_args = (const char *const[]){base, NULL},
        .secrets = (const char *const[]){"id=token,env=TOKEN", NULL},
        .tags = (const char *const[]){argv[argc - 1], NULL},
    };

    if (base == NULL) {
        fprintf(stderr, "usage: TOKEN=… build-in-memory BASE NAME\n");
        return 2;
    }
    if (service != NULL)
        id = cdd_service_build_image_sync(service, &context, &handler, NULL, &error);
    if (id == NULL) {
        fprintf(stderr, "%s\n", error->message);
        return 1;
    }
    printf("%s\n", id);
    return 0;
}
