/* SPDX-License-Identifier: Apache-2.0 */
#include "own-containers.h"

#include "../base/await.h"
#include "../base/owner.h"
#include "image-role.h"

#include <string.h>
#include <unistd.h>

/* The process that created it: "boot/namespace/pid/start". The kernel uses a pid again. */
#define PROCESS_LABEL "colcon-deb.process="

enum {
    /* Seconds from the creation of a container to its start, at the very most. */
    MAX_AGE = 60 * 60,
    START_TIME = 22 /* the field in /proc/PID/stat, from 1; see proc_pid_stat(5) */
};

char *
own_containers_make_user(void)
{
    Owner owner = owner_of_caller();

    return g_strdup_printf("%u@%s", (guint)owner_get_uid(&owner), g_get_host_name());
}

/* Where the pid is valid: until the machine boots, and in one namespace. NULL if it is unknown. */
static char *
make_realm(void)
{
    g_autofree char *boot = NULL;
    g_autofree char *namespace = g_file_read_link("/proc/self/ns/pid", NULL);

    if (namespace == NULL ||
        !g_file_get_contents("/proc/sys/kernel/random/boot_id", &boot, NULL, NULL))
        return NULL;
    return g_strdup_printf("%s/%s/", g_strstrip(boot), namespace);
}

/* When the process started; NULL if there is none. */
static char *
read_start(const char *pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%s/stat", pid);
    g_autofree char *text = NULL;
    g_auto(GStrv) fields = NULL;
    const char *rest = NULL;

    if (!g_file_get_contents(path, &text, NULL, NULL))
        return NULL;
    /* The second field is the program's name, which may hold spaces and parentheses. */
    rest = strrchr(text, ')');
    fields = g_strsplit(rest != NULL ? rest : "", " ", START_TIME);
    return g_strv_length(fields) == START_TIME ? g_strdup(fields[START_TIME - 2]) : NULL;
}

void
own_containers_add_labels(GPtrArray *labels)
{
    g_autofree char *user = own_containers_make_user();
    g_autofree char *realm = make_realm();
    g_autofree char *pid = g_strdup_printf("%d", (int)getpid());
    g_autofree char *start = read_start(pid);

    g_ptr_array_add(labels, g_strconcat(OWN_USER_LABEL, user, NULL));
    if (realm != NULL && start != NULL)
        g_ptr_array_add(labels, g_strconcat(PROCESS_LABEL, realm, pid, "/", start, NULL));
}

const char *
own_containers_find_label(char **labels, const char *name)
{
    for (; labels != NULL && *labels != NULL; labels++)
        if (g_str_has_prefix(*labels, name))
            return *labels + strlen(name);
    return NULL;
}

typedef enum {
    PROCESS_UNKNOWN, /* of another machine, boot or namespace */
    PROCESS_LIVES,
    PROCESS_DEAD,
} ProcessState;

static ProcessState
look_for(const char *process)
{
    g_autofree char *realm = make_realm();
    g_auto(GStrv) identity = NULL;
    g_autofree char *start = NULL;

    if (process == NULL || realm == NULL || !g_str_has_prefix(process, realm))
        return PROCESS_UNKNOWN;
    identity = g_strsplit(process + strlen(realm), "/", -1);
    /* Digits alone: it becomes part of a path. */
    if (g_strv_length(identity) != 2 || *identity[0] == '\0' ||
        strspn(identity[0], G_CSET_DIGITS) != strlen(identity[0]))
        return PROCESS_UNKNOWN;
    start = read_start(identity[0]);
    return g_strcmp0(start, identity[1]) == 0 ? PROCESS_LIVES : PROCESS_DEAD;
}

/* Of an unknown process, the age of the container decides. */
static gboolean
process_may_live(const CddContainerSummary *container, gint64 now)
{
    ProcessState state = look_for(own_containers_find_label(container->labels, PROCESS_LABEL));

    if (state == PROCESS_UNKNOWN)
        return now == 0 || container->created_at / G_USEC_PER_SEC + MAX_AGE >= now;
    return state == PROCESS_LIVES;
}

/* A container that a person has made from a dependency layer inherits the layer's labels. */
static gboolean
is_own(const CddContainerSummary *container)
{
    const char *const *labels = (const char *const *)container->labels;
    const char *name = own_containers_find_label(container->labels, OWN_USER_LABEL);
    g_autofree char *user = own_containers_make_user();

    return g_strcmp0(name, user) == 0 && !g_strv_contains(labels, LAYER_LABEL);
}

gboolean
own_containers_is_waiting(const CddContainerSummary *container)
{
    const char *name = container->names != NULL ? container->names[0] : NULL;

    return is_own(container) && name != NULL && g_str_has_prefix(name, STANDBY_PREFIX) &&
           g_strv_contains((const char *const *)container->labels, STANDBY_LABEL);
}

ContainerUse
own_containers_judge(const CddContainerSummary *container, gint64 now)
{
    static const char *const idle[] = {"created", "exited", "dead", NULL};

    if (!is_own(container))
        return CONTAINER_OF_OTHERS;
    if (container->status == NULL || !g_strv_contains(idle, container->status) ||
        process_may_live(container, now))
        return CONTAINER_IN_USE;
    return CONTAINER_LEFT;
}

static gboolean
remove_container(const Engine *engine, const char *id, GCancellable *cancellable)
{
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GError) error = NULL;

    /* Without force: if it has been started meanwhile, it is in use. */
    cdd_service_remove_container_async(engine->service, id, CDD_REMOVE_VOLUMES, cancellable,
                                       await_ready, &done);
    if (cdd_service_remove_container_finish(engine->service, await(&done), &error))
        return TRUE;
    g_debug("%s", error->message);
    return FALSE;
}

GPtrArray *
own_containers_tidy(const Engine *engine, GCancellable *cancellable)
{
    g_autofree char *user = own_containers_make_user();
    g_autofree char *filter = g_strconcat("label=", OWN_USER_LABEL, user, NULL);
    gint64 now = engine->info != NULL ? engine_get_time(engine) : 0;
    GPtrArray *removed = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GPtrArray) containers = NULL;

    cdd_service_list_containers_async(engine->service, TRUE, (const char *const[]){filter, NULL},
                                      cancellable, await_ready, &done);
    containers = cdd_service_list_containers_finish(engine->service, await(&done), NULL);
    for (guint i = 0; containers != NULL && i < containers->len; i++) {
        const CddContainerSummary *container = containers->pdata[i];

        /* The engine itself removes one that has run. */
        if (g_strcmp0(container->status, "created") == 0 &&
            own_containers_judge(container, now) == CONTAINER_LEFT &&
            remove_container(engine, container->id, cancellable))
            g_ptr_array_add(removed, g_strdup(container->id));
    }
    return removed;
}
