/* SPDX-License-Identifier: Apache-2.0 */
#include "../value/architecture-name.h"
#include "../value/plain.h"

#include <colcon-deb-docker/cdd-architecture.h>
#include <colcon-deb-docker/cdd-error.h>
#include <colcon-deb-docker/cdd-image.h>

/* 64-bit architectures that also run programs of a 32-bit architecture. */
static const struct {
    const char *host;
    const char *image;
} runs_too[] = {
    {"amd64", "386"},
    {"arm64", "arm"},
};

static gboolean
runs_natively(const char *host, const char *image)
{
    if (g_str_equal(host, image))
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(runs_too); i++) {
        if (g_str_equal(runs_too[i].host, host) && g_str_equal(runs_too[i].image, image))
            return TRUE;
    }
    return FALSE;
}

/*
 * Debian and most other distributions name binfmt_misc entries after QEMU's programs. Without the
 * flag F the kernel would look for the program in the container, where it does not exist.
 */
static char *
find_emulator(const char *architecture)
{
    g_autofree char *name =
        g_strconcat("qemu-", cdd_architecture_get_qemu_name(architecture), NULL);
    g_autofree char *path = g_build_filename("/proc/sys/fs/binfmt_misc", name, NULL);
    g_autofree char *entry = NULL;

    if (!g_file_get_contents(path, &entry, NULL, NULL) || !g_str_has_prefix(entry, "enabled") ||
        !g_regex_match_simple("^flags: [A-Z]*F", entry, G_REGEX_MULTILINE, 0))
        return NULL;
    return g_steal_pointer(&name);
}

static const CddMember members[] = {
    CDD_STRING(CddArchitectureInfo, host_arch),
    CDD_STRING(CddArchitectureInfo, image_arch),
    CDD_STRING(CddArchitectureInfo, image_variant),
    CDD_STRING(CddArchitectureInfo, emulator),
    {0},
};

CDD_DEFINE_PLAIN_COPY(, CddArchitectureInfo, cdd_architecture_info, members)

CddArchitectureInfo *
cdd_architecture_info_new(const char *host_arch, const char *image_arch, gboolean engine_is_remote)
{
    CddArchitectureInfo *info = g_new0(CddArchitectureInfo, 1);

    info->host_arch = g_strdup(cdd_architecture_normalize(host_arch));
    info->image_arch = g_strdup(cdd_architecture_normalize(image_arch));
    info->image_variant = g_strdup("");
    info->compatible = runs_natively(info->host_arch, info->image_arch);
    info->engine_is_remote = engine_is_remote;
    if (!info->compatible && !engine_is_remote)
        info->emulator = find_emulator(info->image_arch);
    return info;
}

gboolean
cdd_architecture_info_requires_emulation(const CddArchitectureInfo *info)
{
    return !info->compatible;
}

char *
cdd_architecture_info_performance_warning(const CddArchitectureInfo *info)
{
    if (info->compatible)
        return NULL;
    return g_strdup_printf("Running %s container on %s host may be slower due to emulation",
                           info->image_arch, info->host_arch);
}

gboolean
cdd_architecture_info_check(const CddArchitectureInfo *info, GError **error)
{
    if (info->compatible || info->emulator != NULL || info->engine_is_remote)
        return TRUE;
    g_set_error(error, CDD_ERROR, CDD_ERROR_INCOMPATIBLE,
                "the image is for %s, but this machine is %s and cannot emulate it in containers "
                "(binfmt_misc entry qemu-%s with flag F is missing); on Debian and Ubuntu, install "
                "qemu-user-static and binfmt-support",
                info->image_arch, info->host_arch,
                cdd_architecture_get_qemu_name(info->image_arch));
    return FALSE;
}

typedef struct {
    char *image;
    char *host_arch;
} Inquiry;

static void
inquiry_free(gpointer data)
{
    Inquiry *inquiry = data;

    g_free(inquiry->image);
    g_free(inquiry->host_arch);
    g_free(inquiry);
}

static void
on_image(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    Inquiry *inquiry = g_task_get_task_data(task);
    GError *error = NULL;
    g_autoptr(CddImageInfo) image =
        cdd_service_inspect_image_finish(CDD_SERVICE(source), result, &error);
    CddArchitectureInfo *info;

    if (image == NULL) {
        g_task_return_error(task, error);
        return;
    }
    info = cdd_architecture_info_new(inquiry->host_arch, image->architecture,
                                     !cdd_service_is_local(CDD_SERVICE(source)));
    g_free(info->image_variant);
    info->image_variant = g_steal_pointer(&image->variant);
    g_task_return_pointer(task, info, (GDestroyNotify)cdd_architecture_info_free);
}

static void
on_engine(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    Inquiry *inquiry = g_task_get_task_data(task);
    CddService *service = CDD_SERVICE(source);
    GCancellable *cancellable = g_task_get_cancellable(task);
    GError *error = NULL;
    g_autoptr(CddEngineInfo) engine = cdd_service_get_engine_info_finish(service, result, &error);

    if (engine == NULL) {
        g_task_return_error(task, error);
        return;
    }
    inquiry->host_arch = g_steal_pointer(&engine->architecture);
    cdd_service_inspect_image_async(service, inquiry->image, cancellable, on_image,
                                    g_steal_pointer(&task));
}

void
cdd_check_architecture_compatibility_async(CddService *service,
                                           const char *image,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data)
{
    GTask *task;
    Inquiry *inquiry;

    g_return_if_fail(CDD_IS_SERVICE(service));
    task = g_task_new(service, cancellable, callback, user_data);
    inquiry = g_new0(Inquiry, 1);
    inquiry->image = g_strdup(image);
    g_task_set_task_data(task, inquiry, inquiry_free);
    cdd_service_get_engine_info_async(service, cancellable, on_engine, task);
}

CddArchitectureInfo *
cdd_check_architecture_compatibility_finish(CddService *service,
                                            GAsyncResult *result,
                                            GError **error)
{
    g_return_val_if_fail(g_task_is_valid(result, service), NULL);
    return g_task_propagate_pointer(G_TASK(result), error);
}
