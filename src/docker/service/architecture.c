/* SPDX-License-Identifier: Apache-2.0 */
#include "../value/architecture-name.h"
#include "../value/plain.h"
#include "../value/result.h"
#include "emulator.h"

#include <colcon-deb-docker/cdd-error.h>
#include <colcon-deb-docker/cdd-image.h>

/* The first version without the crashes. */
enum {
    GOOD_MAJOR = 8,
    GOOD_MINOR = 1,
};

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

static const CddMember members[] = {
    CDD_STRING(CddArchitectureInfo, host_arch),        CDD_STRING(CddArchitectureInfo, image_arch),
    CDD_STRING(CddArchitectureInfo, image_variant),    CDD_STRING(CddArchitectureInfo, emulator),
    CDD_STRING(CddArchitectureInfo, emulator_version), {0},
};

CDD_DEFINE_PLAIN_COPY(, CddArchitectureInfo, cdd_architecture_info, members)

static void
find_emulator(CddArchitectureInfo *info, const char *directory)
{
    const char *name = cdd_architecture_get_qemu_name(info->image_arch);

    info->emulator_state = cdd_emulator_find(directory, name, &info->emulator_version);
    if (info->emulator_state == CDD_EMULATOR_USABLE)
        info->emulator = g_strconcat("qemu-", name, NULL);
}

CddArchitectureInfo *
cdd_architecture_info_new_in(const char *directory,
                             const char *host_arch,
                             const char *image_arch,
                             gboolean engine_is_remote)
{
    CddArchitectureInfo *info = g_new0(CddArchitectureInfo, 1);

    info->host_arch = g_strdup(cdd_architecture_normalize(host_arch));
    info->image_arch = g_strdup(cdd_architecture_normalize(image_arch));
    info->image_variant = g_strdup("");
    info->compatible = runs_natively(info->host_arch, info->image_arch);
    info->engine_is_remote = engine_is_remote;
    if (!info->compatible && !engine_is_remote)
        find_emulator(info, directory);
    return info;
}

CddArchitectureInfo *
cdd_architecture_info_new(const char *host_arch, const char *image_arch, gboolean engine_is_remote)
{
    return cdd_architecture_info_new_in(CDD_BINFMT_DIRECTORY, host_arch, image_arch,
                                        engine_is_remote);
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

/* Whether @version is before GOOD_MAJOR.GOOD_MINOR. */
static gboolean
is_old(const char *version)
{
    char *rest = NULL;
    guint64 major = g_ascii_strtoull(version, &rest, 10);
    guint64 minor = *rest == '.' ? g_ascii_strtoull(rest + 1, NULL, 10) : 0;

    return major < GOOD_MAJOR || (major == GOOD_MAJOR && minor < GOOD_MINOR);
}

char *
cdd_architecture_info_emulator_warning(const CddArchitectureInfo *info)
{
    if (info->emulator == NULL || info->emulator_version == NULL || !is_old(info->emulator_version))
        return NULL;
    return g_strdup_printf("The emulator %s is QEMU %s: before version %d.%d, compilers crash now "
                           "and then under it; install a newer one (Debian 13, Ubuntu 24.04)",
                           info->emulator, info->emulator_version, GOOD_MAJOR, GOOD_MINOR);
}

/* What is wrong with the handler, and the command that helps. */
static char *
explain_emulator(const CddArchitectureInfo *info)
{
    const char *name = cdd_architecture_get_qemu_name(info->image_arch);

    switch (info->emulator_state) {
    case CDD_EMULATOR_DISABLED:
        return g_strdup_printf(
            "its emulator is disabled; enable it: echo 1 | sudo tee " CDD_BINFMT_DIRECTORY
            "/status " CDD_BINFMT_DIRECTORY "/qemu-%s",
            name);
    case CDD_EMULATOR_NOT_FIXED:
        return g_strdup_printf("its emulator does not work in containers (binfmt_misc entry "
                               "qemu-%s lacks the flag F); on Debian and Ubuntu, install "
                               "qemu-user-static in place of qemu-user-binfmt: sudo apt-get "
                               "install qemu-user-static",
                               name);
    default:
        return g_strdup_printf("there is no emulator for it (no binfmt_misc entry qemu-%s); on "
                               "Debian and Ubuntu: sudo apt-get install qemu-user-static "
                               "binfmt-support",
                               name);
    }
}

gboolean
cdd_architecture_info_check(const CddArchitectureInfo *info, GError **error)
{
    g_autofree char *reason = NULL;

    if (info->compatible || info->emulator != NULL || info->engine_is_remote)
        return TRUE;
    reason = explain_emulator(info);
    g_set_error(error, CDD_ERROR, CDD_ERROR_INCOMPATIBLE,
                "the image is for %s, but this machine is %s and %s", info->image_arch,
                info->host_arch, reason);
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
    g_task_set_source_tag(task, cdd_check_architecture_compatibility_async);
    if (image == NULL) {
        cdd_result_return_missing(task, "image");
        return;
    }
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
    if (!cdd_result_check(result, service, cdd_check_architecture_compatibility_async, error))
        return NULL;
    return g_task_propagate_pointer(G_TASK(result), error);
}
