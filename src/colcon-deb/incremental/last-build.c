/* SPDX-License-Identifier: Apache-2.0 */
#include "last-build.h"

#include "../base/json-text.h"
#include "../events/event-json.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    FORMAT = 1,
    MAX_FIELDS = 8, /* of an event of ours */
};

static const char debs_prefix[] = "debs/";

struct LastBuild {
    JsonObject *record;
    JsonArray *packages;
    JsonObject *repository;
};

enum {
    MAX_DEPTH = 16 /* of the repository's directories */
};

/* The members of a package, which are the fields of its plan_package, too. */
static const char *const plan_fields[] = {"name", "version", "path", "build_type", "deb", "deps"};

static gboolean
is_plain_name(const char *name)
{
    return *name != '\0' && *name != '.' && strchr(name, '/') == NULL;
}

static gboolean
stat_in(int directory, const char *name, mode_t kind, struct stat *status)
{
    return is_plain_name(name) && fstatat(directory, name, status, AT_SYMLINK_NOFOLLOW) == 0 &&
           (status->st_mode & S_IFMT) == kind;
}

/* The time of change in nanoseconds of debs/NAME, if that is a file of @size; else -1. */
static gint64
look_at(int debs, const char *path, gint64 size)
{
    struct stat status;

    if (!g_str_has_prefix(path, debs_prefix) ||
        !stat_in(debs, path + strlen(debs_prefix), S_IFREG, &status) || status.st_size != size)
        return -1;
    return (gint64)status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec;
}

static int
open_debs(const char *output)
{
    g_autofree char *path = g_build_filename(output, "debs", NULL);

    return open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static gboolean
has_directory(const char *output, const char *name)
{
    int fd = open(output, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct stat status;
    gboolean there = fd >= 0 && stat_in(fd, name, S_IFDIR, &status);

    if (fd >= 0)
        close(fd);
    return there;
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names, sizes and times of everything below a directory: none of its files is read. */
static void
digest_directory(GChecksum *checksum, const char *path, guint depth)
{
    g_autoptr(GDir) directory = depth < MAX_DEPTH ? g_dir_open(path, 0, NULL) : NULL;
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *name = NULL;

    while (directory != NULL && (name = g_dir_read_name(directory)) != NULL)
        g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, compare_names);
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *full = g_build_filename(path, names->pdata[i], NULL);
        struct stat status = {0};
        g_autofree char *line = NULL;

        if (lstat(full, &status) != 0)
            continue;
        line = S_ISDIR(status.st_mode)
                   ? g_strdup_printf("%s/", (char *)names->pdata[i])
                   : g_strdup_printf("%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT ".%09ld",
                                     (char *)names->pdata[i], (gint64)status.st_size,
                                     (gint64)status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
        g_checksum_update(checksum, (const guchar *)line, (gssize)strlen(line) + 1);
        if (S_ISDIR(status.st_mode))
            digest_directory(checksum, full, depth + 1);
    }
    /* So that a file after the directory is not taken for one in it. */
    g_checksum_update(checksum, (const guchar *)"", 1);
}

/* What the repository looks like; a lost or damaged part of it makes it another. */
static char *
digest_repository(const char *output, const char *name)
{
    g_autofree char *path = g_build_filename(output, name, NULL);
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);

    digest_directory(checksum, path, 0);
    return g_strdup(g_checksum_get_string(checksum));
}

static void
add_string(JsonBuilder *builder, const char *name, const char *value)
{
    if (value == NULL)
        return;
    json_builder_set_member_name(builder, name);
    json_builder_add_string_value(builder, value);
}

static void
add_count(JsonBuilder *builder, const char *name, gint64 value)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_int_value(builder, value);
}

static gboolean
add_artifact(JsonBuilder *builder, const Artifact *artifact, int debs)
{
    gint64 mtime = artifact->path != NULL ? look_at(debs, artifact->path, artifact->size) : -1;

    if (mtime < 0)
        return FALSE;
    json_builder_begin_object(builder);
    add_string(builder, "path", artifact->path);
    add_count(builder, "size", artifact->size);
    add_string(builder, "sha256", artifact->sha256);
    add_string(builder, "kind", artifact->kind);
    add_count(builder, "mtime_ns", mtime);
    json_builder_end_object(builder);
    return TRUE;
}

static gboolean
add_package(JsonBuilder *builder, const Package *package, int debs)
{
    const char *const values[] = {
        package->name,       package->version, package->path,
        package->build_type, package->deb,     package->deps,
    };
    gboolean good = package->status == PACKAGE_BUILT || package->status == PACKAGE_CACHED;

    json_builder_begin_object(builder);
    for (gsize i = 0; i < G_N_ELEMENTS(plan_fields); i++)
        add_string(builder, plan_fields[i], values[i]);
    add_string(builder, "log", package->log);
    json_builder_set_member_name(builder, "artifacts");
    json_builder_begin_array(builder);
    for (guint i = 0; good && i < package->artifacts->len; i++)
        good = add_artifact(builder, package->artifacts->pdata[i], debs);
    json_builder_end_array(builder);
    json_builder_end_object(builder);
    return good && package->artifacts->len > 0;
}

static gboolean
add_packages(JsonBuilder *builder, const RunState *state, const char *output)
{
    int debs = open_debs(output);
    gboolean good = debs >= 0;

    json_builder_set_member_name(builder, "packages");
    json_builder_begin_array(builder);
    for (guint i = 0; good && i < state->packages->len; i++)
        good = add_package(builder, state->packages->pdata[i], debs);
    json_builder_end_array(builder);
    if (debs >= 0)
        close(debs);
    return good && state->packages->len > 0;
}

static gboolean
add_repository(JsonBuilder *builder, const RunState *state, const char *output)
{
    g_autofree char *digest = NULL;

    if (state->repository == NULL || !has_directory(output, state->repository))
        return FALSE;
    digest = digest_repository(output, state->repository);
    json_builder_set_member_name(builder, "repository");
    json_builder_begin_object(builder);
    add_string(builder, "path", state->repository);
    add_string(builder, "digest", digest);
    add_count(builder, "count", state->repository_count);
    json_builder_set_member_name(builder, "signed");
    json_builder_add_boolean_value(builder, state->repository_signed);
    json_builder_end_object(builder);
    return TRUE;
}

char *
last_build_print(const RunState *state, const char *key, const char *output)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    g_autoptr(JsonNode) root = NULL;

    json_builder_begin_object(builder);
    add_count(builder, "format", FORMAT);
    add_string(builder, "key", key);
    if (!add_repository(builder, state, output) || !add_packages(builder, state, output))
        return NULL;
    json_builder_end_object(builder);
    root = json_builder_get_root(builder);
    return event_json_print(root, TRUE);
}

static gboolean
is_artifact(JsonNode *node)
{
    JsonObject *artifact = JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;

    return artifact != NULL && json_text_get_string(artifact, "path") != NULL &&
           json_text_get_count(artifact, "size") >= 0 &&
           json_text_get_count(artifact, "mtime_ns") >= 0;
}

static gboolean
is_package(JsonNode *node)
{
    JsonObject *package = JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
    JsonArray *artifacts = package != NULL ? json_text_get_array(package, "artifacts") : NULL;

    if (artifacts == NULL || json_text_get_string(package, "name") == NULL)
        return FALSE;
    for (guint i = 0; i < json_array_get_length(artifacts); i++)
        if (!is_artifact(json_array_get_element(artifacts, i)))
            return FALSE;
    return TRUE;
}

/* Sets what of the record is read later, and sees that all of it is there. */
static gboolean
take_members(LastBuild *build)
{
    build->packages = json_text_get_array(build->record, "packages");
    build->repository = json_text_get_object(build->record, "repository");
    if (json_text_get_count(build->record, "format") != FORMAT || build->packages == NULL ||
        build->repository == NULL || json_text_get_string(build->record, "key") == NULL ||
        json_text_get_string(build->repository, "path") == NULL)
        return FALSE;
    for (guint i = 0; i < json_array_get_length(build->packages); i++)
        if (!is_package(json_array_get_element(build->packages, i)))
            return FALSE;
    return TRUE;
}

LastBuild *
last_build_parse(const char *text, gsize length)
{
    g_autoptr(LastBuild) build = g_new0(LastBuild, 1);

    build->record = json_text_parse_object(text, length);
    return build->record != NULL && take_members(build) ? g_steal_pointer(&build) : NULL;
}

void
last_build_free(LastBuild *build)
{
    if (build == NULL)
        return;
    g_clear_pointer(&build->record, json_object_unref);
    g_free(build);
}

static JsonObject *
get_package(const LastBuild *build, guint index)
{
    return json_array_get_object_element(build->packages, index);
}

static gboolean
artifacts_hold(JsonArray *artifacts, int debs)
{
    for (guint i = 0; i < json_array_get_length(artifacts); i++) {
        JsonObject *artifact = json_array_get_object_element(artifacts, i);

        if (look_at(debs, json_text_get_string(artifact, "path"),
                    json_text_get_count(artifact, "size")) !=
            json_text_get_count(artifact, "mtime_ns"))
            return FALSE;
    }
    return TRUE;
}

static gboolean
repository_holds(const LastBuild *build, const char *output)
{
    const char *path = json_text_get_string(build->repository, "path");
    g_autofree char *digest = has_directory(output, path) ? digest_repository(output, path) : NULL;

    return g_strcmp0(json_text_get_string(build->repository, "digest"), digest) == 0;
}

gboolean
last_build_holds(const LastBuild *build, const char *key, const char *output)
{
    int debs = open_debs(output);
    gboolean good = debs >= 0 && g_str_equal(json_text_get_string(build->record, "key"), key) &&
                    repository_holds(build, output);

    for (guint i = 0; good && i < json_array_get_length(build->packages); i++)
        good = artifacts_hold(json_text_get_array(get_package(build, i), "artifacts"), debs);
    if (debs >= 0)
        close(debs);
    return good;
}

/* The names of what is meant; NULL if not all of it was built. */
static GHashTable *
select_packages(const LastBuild *build, const Selection *selection)
{
    guint n_packages = json_array_get_length(build->packages);
    g_autofree SelectionPackage *packages = g_new0(SelectionPackage, n_packages);

    for (guint i = 0; i < n_packages; i++) {
        const char *needs = json_text_get_string(get_package(build, i), "deps");

        packages[i].name = json_text_get_string(get_package(build, i), "name");
        packages[i].needs = needs != NULL ? needs : "";
    }
    return selection_apply(selection, packages, n_packages);
}

typedef struct {
    const LastBuild *build;
    GHashTable *selected;
    LastBuildFunc func;
    gpointer user_data;
} Replay;

/* What the record does not say is left out, as the container does. */
static void
tell(const Replay *replay, const char *const *keys, const char *const *values, gsize n_fields)
{
    const char *said_keys[MAX_FIELDS];
    const char *said_values[MAX_FIELDS];
    gsize n_said = 0;

    for (gsize i = 0; i < n_fields; i++) {
        if (values[i] == NULL)
            continue;
        said_keys[n_said] = keys[i];
        said_values[n_said++] = values[i];
    }
    replay->func(said_keys, said_values, n_said, replay->user_data);
}

static void
replay_plan(const Replay *replay)
{
    static const char *const keys[] = {"type", "total"};
    g_autofree char *total = g_strdup_printf("%u", g_hash_table_size(replay->selected));

    tell(replay, keys, (const char *const[]){"plan", total}, G_N_ELEMENTS(keys));
}

static void
replay_plan_package(const Replay *replay, JsonObject *package)
{
    const char *keys[G_N_ELEMENTS(plan_fields) + 1] = {"type"};
    const char *values[G_N_ELEMENTS(keys)] = {"plan_package"};

    for (gsize i = 0; i < G_N_ELEMENTS(plan_fields); i++) {
        keys[i + 1] = plan_fields[i];
        values[i + 1] = json_text_get_string(package, plan_fields[i]);
    }
    tell(replay, keys, values, G_N_ELEMENTS(keys));
}

static void
replay_artifacts(const Replay *replay, JsonObject *package)
{
    static const char *const keys[] = {"type", "name", "path", "size", "sha256", "kind"};
    JsonArray *artifacts = json_text_get_array(package, "artifacts");

    for (guint i = 0; i < json_array_get_length(artifacts); i++) {
        JsonObject *artifact = json_array_get_object_element(artifacts, i);
        g_autofree char *size =
            g_strdup_printf("%" G_GINT64_FORMAT, json_text_get_count(artifact, "size"));
        const char *const values[] = {
            "artifact",
            json_text_get_string(package, "name"),
            json_text_get_string(artifact, "path"),
            size,
            json_text_get_string(artifact, "sha256"),
            json_text_get_string(artifact, "kind"),
        };

        tell(replay, keys, values, G_N_ELEMENTS(keys));
    }
}

static void
replay_skip(const Replay *replay, JsonObject *package)
{
    static const char *const keys[] = {"type", "name", "reason", "log"};
    const char *const values[] = {
        "package_skip",
        json_text_get_string(package, "name"),
        "cached",
        json_text_get_string(package, "log"),
    };

    tell(replay, keys, values, G_N_ELEMENTS(keys));
}

static void
replay_repository(const Replay *replay)
{
    static const char *const keys[] = {"type", "path", "count", "signed"};
    JsonObject *repository = replay->build->repository;
    g_autofree char *count =
        g_strdup_printf("%" G_GINT64_FORMAT, json_text_get_count(repository, "count"));
    gboolean is_signed = json_object_get_boolean_member_with_default(repository, "signed", FALSE);
    const char *const values[] = {
        "repository",
        json_text_get_string(repository, "path"),
        count,
        is_signed ? "true" : "false",
    };

    tell(replay, keys, values, G_N_ELEMENTS(keys));
}

static void
replay_packages(const Replay *replay, void (*replay_one)(const Replay *replay, JsonObject *package))
{
    for (guint i = 0; i < json_array_get_length(replay->build->packages); i++) {
        JsonObject *package = get_package(replay->build, i);

        if (g_hash_table_contains(replay->selected, json_text_get_string(package, "name")))
            replay_one(replay, package);
    }
}

static void
replay_cached(const Replay *replay, JsonObject *package)
{
    replay_artifacts(replay, package);
    replay_skip(replay, package);
}

gboolean
last_build_replay(const LastBuild *build,
                  const Selection *selection,
                  LastBuildFunc func,
                  gpointer user_data)
{
    g_autoptr(GHashTable) selected = select_packages(build, selection);
    const Replay replay = {
        .build = build, .selected = selected, .func = func, .user_data = user_data};

    if (selected == NULL)
        return FALSE;
    replay_plan(&replay);
    replay_packages(&replay, replay_plan_package);
    replay_packages(&replay, replay_cached);
    replay_repository(&replay);
    return TRUE;
}
