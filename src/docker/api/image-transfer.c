/* SPDX-License-Identifier: Apache-2.0 */
/* Loads, saves and imports images as archives. */
#include "../value/platform.h"
#include "faults.h"
#include "image-name.h"
#include "image-progress.h"
#include "operation.h"
#include "output-handler.h"

#include <colcon-deb-docker/cdd-error.h>
#include <colcon-deb-docker/cdd-image.h>
#include <string.h>

/* The engine's lines for loaded images. */
#define LOADED_IMAGE "Loaded image: "
#define LOADED_IMAGE_ID "Loaded image ID: "
enum {
    MAX_IMAGES = 1024,
};

typedef struct {
    CddOutputHandler handler;
    GPtrArray *names; /* of the loaded images */
    char *id;         /* of the imported image */
} Reception;

static void
reception_free(gpointer data)
{
    Reception *reception = data;

    g_ptr_array_unref(reception->names);
    g_free(reception->id);
    g_free(reception);
}

static gboolean
set_reception(GTask *task, const CddOutputHandler *handler, GError **error)
{
    Reception *reception = g_new0(Reception, 1);

    reception->names = g_ptr_array_new_with_free_func(g_free);
    g_task_set_task_data(task, reception, reception_free);
    return cdd_output_handler_take(&reception->handler, handler, task, error);
}

static const char *
after(const char *text, const char *prefix)
{
    return g_str_has_prefix(text, prefix) ? text + strlen(prefix) : NULL;
}

/*
 * Takes {"stream": "Loaded image: debian:12\n"}; Podman puts several names into one line, separated
 * by commas.
 */
static gboolean
on_load_value(GTask *task, JsonObject *value, GError **error G_GNUC_UNUSED)
{
    Reception *reception = g_task_get_task_data(task);
    const char *stream = cdd_json_get_string(value, "stream");
    const char *names = NULL;

    cdd_image_progress(value, &reception->handler);
    if (stream != NULL) {
        names = after(stream, LOADED_IMAGE);
        if (names == NULL)
            names = after(stream, LOADED_IMAGE_ID);
    }
    if (names != NULL && reception->names->len < MAX_IMAGES) {
        g_auto(GStrv) each = g_strsplit(names, ",", -1);

        for (char **name = each; *name != NULL; name++)
            g_ptr_array_add(reception->names, g_strdup(g_strstrip(*name)));
    }
    return TRUE;
}

void
cdd_service_load_images_async(CddService *self,
                              GInputStream *archive,
                              const CddOutputHandler *handler,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
    CddCall call = {.method = "POST",
                    .path = "/images/load?quiet=0",
                    .upload = archive,
                    .header_timeout = CDD_NO_TIMEOUT};
    GError *error = NULL;
    GTask *task;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = cdd_operation_new(self, cancellable, callback, user_data, "loading images");
    cdd_operation_require(task, "archive", archive, NULL);
    if (set_reception(task, handler, &error))
        cdd_operation_stream(task, &call, on_load_value);
    else
        cdd_operation_return_error(task, error);
}

char **
cdd_service_load_images_finish(CddService *self, GAsyncResult *result, GError **error)
{
    Reception *reception;

    if (!cdd_operation_finish(self, result, error))
        return NULL;
    reception = g_task_get_task_data(G_TASK(result));
    g_ptr_array_add(reception->names, NULL);
    return g_strdupv((char **)reception->names->pdata);
}

void
cdd_service_save_images_async(CddService *self,
                              const char *const *images,
                              GOutputStream *archive,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
    g_autoptr(GString) path = g_string_new("/images/get");
    CddCall call = {.method = "GET", .header_timeout = CDD_NO_TIMEOUT};
    GTask *task;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = cdd_operation_new(self, cancellable, callback, user_data, "saving images");
    cdd_operation_require(task, "images", images, NULL);
    if (cdd_operation_lacks_argument(task))
        return;
    cdd_operation_set_not_found(task, CDD_ERROR_IMAGE_NOT_FOUND);
    for (; *images != NULL; images++)
        cdd_path_add(path, "names", *images);
    call.path = path->str;
    cdd_operation_download(task, &call, archive);
}

gboolean
cdd_service_save_images_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish(self, result, error);
}

/* The last status is the id of the image. */
static gboolean
on_import_value(GTask *task, JsonObject *value, GError **error G_GNUC_UNUSED)
{
    Reception *reception = g_task_get_task_data(task);
    const char *status = cdd_json_get_string(value, "status");

    cdd_image_progress(value, &reception->handler);
    if (status != NULL) {
        g_free(reception->id);
        reception->id = g_strdup(status);
    }
    return TRUE;
}

static void
add_import_options(GString *path, const CddImportOptions *options, const char *platform)
{
    cdd_path_add(path, "platform", platform);
    cdd_path_add(path, "message", options->message);
    for (const char *const *change = options->changes; change != NULL && *change != NULL; change++)
        cdd_path_add(path, "changes", *change);
}

void
cdd_service_import_image_async(CddService *self,
                               GInputStream *archive,
                               const CddImportOptions *options,
                               const CddOutputHandler *handler,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
    static const CddImportOptions none;
    const CddImportOptions *from = options != NULL ? options : &none;
    g_autoptr(GString) path = g_string_new("/images/create?fromSrc=-");
    g_autoptr(GString) podman_path = g_string_new(path->str);
    g_autofree char *platform = NULL;
    CddCall call = {.method = "POST", .upload = archive, .header_timeout = CDD_NO_TIMEOUT};
    GError *error = NULL;
    GTask *task;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = cdd_operation_new(self, cancellable, callback, user_data, "importing an image");
    cdd_operation_require(task, "archive", archive, NULL);
    /* Podman ignores the tag parameter, but accepts a name with a tag. */
    if (!cdd_check_reserved(options, &error) || !set_reception(task, handler, &error) ||
        !cdd_platform_normalize(from->platform, &platform, &error) ||
        !cdd_image_add_name(path, "repo", from->reference, &error) ||
        !cdd_image_add_whole_name(podman_path, "repo", from->reference, &error)) {
        cdd_operation_return_error(task, error);
        return;
    }
    add_import_options(path, from, platform);
    add_import_options(podman_path, from, platform);
    call.path = path->str;
    call.podman_path = podman_path->str;
    cdd_operation_stream(task, &call, on_import_value);
}

char *
cdd_service_import_image_finish(CddService *self, GAsyncResult *result, GError **error)
{
    Reception *reception;

    if (!cdd_operation_finish(self, result, error))
        return NULL;
    reception = g_task_get_task_data(G_TASK(result));
    if (reception->id != NULL)
        return g_strdup(reception->id);
    g_set_error_literal(error, CDD_ERROR, CDD_ERROR_PROTOCOL,
                        "importing an image: the engine's answer has no id of the image");
    return NULL;
}
