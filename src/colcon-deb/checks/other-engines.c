/* SPDX-License-Identifier: Apache-2.0 */
#include "other-engines.h"

#include "../base/json.h"
#include "../engine/unix-socket.h"
#include "judgement.h"

#include <sys/stat.h>

enum {
    MAX_META = 1024 * 1024, /* bytes of a context's file */
};

/* ---- the usual sockets */

static void
add_path(GPtrArray *paths, const char *directory, const char *name)
{
    if (directory != NULL && *directory != '\0')
        g_ptr_array_add(paths, g_build_filename(directory, name, NULL));
}

/* Of Docker, of rootless Docker, of Docker Desktop, of Podman. */
static GPtrArray *
list_sockets(void)
{
    const char *runtime = g_getenv("XDG_RUNTIME_DIR");
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);

    add_path(paths, "/var/run", "docker.sock");
    add_path(paths, runtime, "docker.sock");
    add_path(paths, g_get_home_dir(), ".docker/run/docker.sock");
    add_path(paths, g_get_home_dir(), ".docker/desktop/docker.sock");
    add_path(paths, "/run/podman", "podman.sock");
    add_path(paths, runtime, "podman/podman.sock");
    return paths;
}

/* Two names of one socket, such as /run and /var/run, are one engine. */
static gboolean
is_same_socket(const char *path, const char *address)
{
    static const char scheme[] = "unix://";
    struct stat one;
    struct stat other;

    return address != NULL && g_str_has_prefix(address, scheme) && stat(path, &one) == 0 &&
           stat(address + sizeof scheme - 1, &other) == 0 && one.st_dev == other.st_dev &&
           one.st_ino == other.st_ino;
}

static void
report_socket(CheckReport *report, const char *path, const char *used)
{
    g_autofree char *address = g_strconcat("unix://", path, NULL);
    g_autofree char *option = g_strconcat("--host ", address, NULL);
    g_autoptr(GError) error = NULL;
    struct stat status;

    if (stat(path, &status) != 0 || !S_ISSOCK(status.st_mode) || is_same_socket(path, used))
        return;
    unix_socket_accepts(path, &error);
    check_report_add(report,
                     judge_other_engine(address, option, error != NULL ? error->message : NULL));
}

/* ---- the contexts of Docker's command */

static char *
find_contexts(void)
{
    const char *directory = g_getenv("DOCKER_CONFIG");

    if (directory != NULL && *directory != '\0')
        return g_build_filename(directory, "contexts", "meta", NULL);
    return g_build_filename(g_get_home_dir(), ".docker", "contexts", "meta", NULL);
}

/* NULL for anything but an object. */
static JsonObject *
read_object(const char *path)
{
    g_autofree char *text = NULL;
    gsize length = 0;
    struct stat status;

    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size > MAX_META ||
        !g_file_get_contents(path, &text, &length, NULL))
        return NULL;
    return json_text_parse_object(text, length);
}

static void
report_context(CheckReport *report, const char *path, const char *used)
{
    g_autoptr(JsonObject) meta = read_object(path);
    JsonObject *endpoints = meta != NULL ? json_text_get_object(meta, "Endpoints") : NULL;
    JsonObject *docker = endpoints != NULL ? json_text_get_object(endpoints, "docker") : NULL;
    const char *name = meta != NULL ? json_text_get_string(meta, "Name") : NULL;
    const char *host = docker != NULL ? json_text_get_string(docker, "Host") : NULL;
    g_autofree char *option = g_strconcat("--context ", name, NULL);

    if (name != NULL && host != NULL && g_strcmp0(host, used) != 0)
        check_report_add(report, judge_other_engine(host, option, NULL));
}

static void
report_contexts(CheckReport *report, const char *used)
{
    g_autofree char *directory = find_contexts();
    g_autoptr(GDir) contexts = g_dir_open(directory, 0, NULL);
    const char *name = NULL;

    while (contexts != NULL && (name = g_dir_read_name(contexts)) != NULL) {
        g_autofree char *path = g_build_filename(directory, name, "meta.json", NULL);

        report_context(report, path, used);
    }
}

void
other_engines_report(CheckReport *report, const char *used)
{
    g_autoptr(GPtrArray) sockets = list_sockets();

    for (guint i = 0; i < sockets->len; i++)
        report_socket(report, sockets->pdata[i], used);
    report_contexts(report, used);
}

char **
other_engines_list_contexts(void)
{
    g_autofree char *directory = find_contexts();
    g_autoptr(GDir) contexts = g_dir_open(directory, 0, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *file = NULL;

    while (contexts != NULL && (file = g_dir_read_name(contexts)) != NULL) {
        g_autofree char *path = g_build_filename(directory, file, "meta.json", NULL);
        g_autoptr(JsonObject) meta = read_object(path);
        const char *name = meta != NULL ? json_text_get_string(meta, "Name") : NULL;

        if (name != NULL)
            g_ptr_array_add(names, g_strdup(name));
    }
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&names), FALSE);
}
