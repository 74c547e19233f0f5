/* SPDX-License-Identifier: Apache-2.0 */
#include "libarchive.h"

#include <colcon-deb-docker/cdd-error.h>
#include <dlfcn.h>
#include <string.h>

/* The soname of the interface in the header: the same for all versions 3 of libarchive. */
#define LIBRARY "libarchive.so.13"

#define PLACE(name) {"archive_" #name, G_STRUCT_OFFSET(CddLibarchive, name)},

static const struct {
    const char *name;
    gsize offset;
} functions[] = {CDD_LIBARCHIVE_FUNCTIONS(PLACE)};

static gboolean
load(CddLibarchive *self)
{
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);

    if (library == NULL)
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(functions); i++) {
        void *function = dlsym(library, functions[i].name);

        if (function == NULL)
            return FALSE;
        memcpy((guint8 *)self + functions[i].offset, &function, sizeof function);
    }
    return TRUE;
}

const CddLibarchive *
cdd_libarchive_get(GError **error)
{
    static GMutex lock;
    static CddLibarchive library;
    static gboolean loaded;
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&lock);

    if (!loaded && !load(&library)) {
        const char *reason = dlerror();

        g_set_error(error, CDD_ERROR, CDD_ERROR_FAILED,
                    "libarchive cannot be loaded: %s; install libarchive (libarchive.so.13)",
                    reason != NULL ? reason : "unknown");
        return NULL;
    }
    loaded = TRUE;
    return locker != NULL ? &library : NULL;
}
