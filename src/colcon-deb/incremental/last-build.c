/* SPDX-License-Identifier: Apache-2.0 */
#include "last-build.h"

#include "../base/folder.h"
#include "../base/json.h"
#include "../base/output-names.h"
#include "../events/host-event.h"
#include "shared-repository.h"

#include <string.h>

enum {
    FORMAT = 1
};

static const char debs_prefix[] = OUTPUT_DEBS "/";

struct LastBuild {
    JsonObject *record;
    JsonArray *packages;
    JsonObject *repository;
};

enum {
    MAX_DEPTH = 16 /* levels of the repository's directories */
};

/* The members of a package in the record, which are also the fields of its plan_package event. */
static const char *const plan_fields[] = {"name", "version", "path", "build_type", "deb", "deps"};

static gboolean
is_plain_name(const char *name)
{
    return *name != '\0' && *name != '.' && strchr(name, '/') == NULL;
}

/* The time of change in nanoseconds of debs/NAME, if that is a file of @size; else -1. */
static gint64
look_at(const Folder *debs, const char *path, gint64 size)
{
    const char *name = g_str_has_prefix(path, debs_prefix) ? path + strlen(debs_prefix) : "";
    struct stat status;

    if (!is_plain_name(name) || !folder_stat(debs, name, &status) || !S_ISREG(status.st_mode) ||
        status.st_size != size)
        return -1;
    return (gint64)status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec;
}

static void
add_to_digest(GChecksum *checksum, const char *name, const struct stat *status)
{
    g_autofree char *line =
        S_ISDIR(status->st_mode)
            ? g_strdup_printf("%s/", name)
            : g_strdup_printf("%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT ".%09ld", name,
                              (gint64)status->st_size, (gint64)status->st_mtim.tv_sec,
                              status->st_mtim.tv_nsec);

    g_checksum_update(checksum, (const guchar *)line, (gssize)strlen(line) + 1);
}

/* Adds names, sizes and times of everything below a directory; reads no file. */
static void
digest_directory(GChecksum *checksum, const Folder *folder, guint depth)
{
    g_auto(GStrv) names = depth < MAX_DEPTH ? folder_list(folder, G_MAXUINT, NULL) : NULL;

    for (char **name = names; name != NULL && *name != NULL; name++) {
        g_autoptr(Folder) child = NULL;
        struct stat status;

        if (!folder_stat(folder, *name, &status))
            continue;
        add_to_digest(checksum, *name, &status);
        if (S_ISDIR(status.st_mode))
            child = folder_open_child(folder, *name, NULL);
        if (child != NULL)
            digest_directory(checksum, child, depth + 1);
    }
    /* Marks the end of the directory. */
    g_checksum_update(checksum, (const guchar *)"", 1);
}

/* A digest of names, sizes and times, which shows a lost or damaged part. NULL if the repository is
 * missing. */
static char *
digest_repository(const Folder *output, const char *name)
{
    g_autoptr(Folder) folder = is_plain_name(name) ? folder_open_child(output, name, NULL) : NULL;
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);

    if (folder == NULL)
        return NULL;
    digest_directory(checksum, folder, 0);
    return g_strdup(g_checksum_get_string(checksum));
}

static gboolean
add_artifact(JsonBuilder *builder, const Artifact *artifact, const Folder *debs)
{
    gint64 mtime = artifact->path != NULL ? look_at(debs, artifact->path, artifact->size) : -1;

    if (mtime < 0)
        return FALSE;
    json_builder_begin_object(builder);
    json_add_string(builder, "path", artifact->path);
    json_add_number(builder, "size", artifact->size);
    json_add_string(builder, "sha256", artifact->sha256);
    json_add_string(builder, "kind", artifact->kind);
    json_add_number(builder, "mtime_ns", mtime);
    json_builder_end_object(builder);
    return TRUE;
}

static gboolean
add_package(JsonBuilder *builder, const Package *package, const Folder *debs)
{
    const char *const values[] = {
        package->name,       package->version, package->path,
        package->build_type, package->deb,     package->deps,
    };
    gboolean good = package->status == PACKAGE_BUILT || package->status == PACKAGE_CACHED;

    json_builder_begin_object(builder);
    for (gsize i = 0; i < G_N_ELEMENTS(plan_fields); i++)
        json_add_string(builder, plan_fields[i], values[i]);
    json_add_string(builder, "log", package->log);
    json_begin_array(builder, "artifacts");
    for (guint i = 0; good && i < package->artifacts->len; i++)
        good = add_artifact(builder, package->artifacts->pdata[i], debs);
    json_builder_end_array(builder);
    json_builder_end_object(builder);
    return good && package->artifacts->len > 0;
}

static gboolean
add_packages(JsonBuilder *builder, const RunState *state, const Folder *output)
{
    g_autoptr(Folder) debs = folder_open_child(output, OUTPUT_DEBS, NULL);
    gboolean good = debs != NULL;

    json_begin_array(builder, "packages");
    for (guint i = 0; good && i < state->packages->len; i++)
        good = add_package(builder, state->packages->pdata[i], debs);
    json_builder_end_array(builder);
    return good && state->packages->len > 0;
}

/* In the place of a digest of a repository that targets share. */
static const char shared_digest[] = "shared";

static gboolean
offers_package(const SharedRepository *repository, const Package *package)
{
    for (guint i = 0; i < package->artifacts->len; i++) {
        const Artifact *artifact = package->artifacts->pdata[i];

        if (!shared_repository_offers(repository, artifact->sha256, artifact->size))
            return FALSE;
    }
    return TRUE;
}

/* NULL if the repository does not offer all that was built. */
static char *
check_shared(const RunState *state, const Folder *folder)
{
    g_autoptr(SharedRepository) repository = shared_repository_read(folder, state->repository);

    for (guint i = 0; repository != NULL && i < state->packages->len; i++)
        if (!offers_package(repository, state->packages->pdata[i]))
            return NULL;
    return repository != NULL ? g_strdup(shared_digest) : NULL;
}

static char *
describe_repository(const RunState *state, const LastBuildPlace *place)
{
    g_autoptr(Folder) folder = folder_open(place->repository, NULL);

    if (state->repository == NULL || folder == NULL || !is_plain_name(state->repository))
        return NULL;
    return place->shared ? check_shared(state, folder)
                         : digest_repository(folder, state->repository);
}

static gboolean
add_repository(JsonBuilder *builder, const RunState *state, const LastBuildPlace *place)
{
    g_autofree char *digest = describe_repository(state, place);

    if (digest == NULL)
        return FALSE;
    json_begin_object(builder, "repository");
    json_add_string(builder, "path", state->repository);
    json_add_string(builder, "digest", digest);
    json_add_number(builder, "count", state->repository_count);
    json_add_boolean(builder, "signed", state->repository_signed);
    json_builder_end_object(builder);
    return TRUE;
}

char *
last_build_print(const RunState *state, const char *key, const LastBuildPlace *place)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    g_autoptr(Folder) folder = folder_open(place->output, NULL);

    json_builder_begin_object(builder);
    json_add_number(builder, "format", FORMAT);
    json_add_string(builder, "key", key);
    if (folder == NULL || !add_repository(builder, state, place) ||
        !add_packages(builder, state, folder))
        return NULL;
    json_builder_end_object(builder);
    return json_print(builder, TRUE);
}

static gboolean
is_artifact(JsonObject *artifact)
{
    return artifact != NULL && json_text_get_string(artifact, "path") != NULL &&
           json_text_get_count(artifact, "size") >= 0 &&
           json_text_get_count(artifact, "mtime_ns") >= 0;
}

static gboolean
is_package(JsonObject *package)
{
    JsonArray *artifacts = package != NULL ? json_text_get_array(package, "artifacts") : NULL;

    if (artifacts == NULL || json_text_get_string(package, "name") == NULL)
        return FALSE;
    for (guint i = 0; i < json_array_get_length(artifacts); i++)
        if (!is_artifact(json_text_get_element(artifacts, i)))
            return FALSE;
    return TRUE;
}

/* Sets the members of @build, and checks that the record is complete. */
static gboolean
take_members(LastBuild *build)
{
    build->packages = json_text_get_array(build->record, "packages");
    build->repository = json_text_get_object(build->record, "repository");
    if (json_text_get_count(build->record, "format") != FORMAT || build->packages == NULL ||
        build->repository == NULL || json_text_get_string(build->record, "key") == NULL ||
        json_text_get_string(build->repository, "path") == NULL ||
        json_text_get_string(build->repository, "digest") == NULL)
        return FALSE;
    for (guint i = 0; i < json_array_get_length(build->packages); i++)
        if (!is_package(json_text_get_element(build->packages, i)))
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
    return json_text_get_element(build->packages, index);
}

static gboolean
artifacts_hold(JsonArray *artifacts, const Folder *debs)
{
    for (guint i = 0; i < json_array_get_length(artifacts); i++) {
        JsonObject *artifact = json_text_get_element(artifacts, i);

        if (look_at(debs, json_text_get_string(artifact, "path"),
                    json_text_get_count(artifact, "size")) !=
            json_text_get_count(artifact, "mtime_ns"))
            return FALSE;
    }
    return TRUE;
}

static gboolean
offers_artifacts(const SharedRepository *repository, JsonArray *artifacts)
{
    for (guint i = 0; i < json_array_get_length(artifacts); i++) {
        JsonObject *artifact = json_text_get_element(artifacts, i);

        if (!shared_repository_offers(repository, json_text_get_string(artifact, "sha256"),
                                      json_text_get_count(artifact, "size")))
            return FALSE;
    }
    return TRUE;
}

/* What other targets have changed meanwhile does not matter. */
static gboolean
shared_repository_holds(const LastBuild *build, const Folder *folder, const char *name)
{
    g_autoptr(SharedRepository) repository =
        is_plain_name(name) ? shared_repository_read(folder, name) : NULL;
    gboolean good = repository != NULL;

    for (guint i = 0; good && i < json_array_get_length(build->packages); i++)
        good =
            offers_artifacts(repository, json_text_get_array(get_package(build, i), "artifacts"));
    return good;
}

static gboolean
repository_holds(const LastBuild *build, const LastBuildPlace *place)
{
    const char *name = json_text_get_string(build->repository, "path");
    const char *recorded = json_text_get_string(build->repository, "digest");
    g_autoptr(Folder) folder = folder_open(place->repository, NULL);
    g_autofree char *digest = NULL;

    if (folder == NULL)
        return FALSE;
    if (place->shared)
        return shared_repository_holds(build, folder, name);
    digest = digest_repository(folder, name);
    return g_strcmp0(recorded, digest) == 0;
}

gboolean
last_build_holds(const LastBuild *build, const char *key, const LastBuildPlace *place)
{
    g_autoptr(Folder) folder = folder_open(place->output, NULL);
    g_autoptr(Folder) debs = folder != NULL ? folder_open_child(folder, OUTPUT_DEBS, NULL) : NULL;
    gboolean good = debs != NULL && g_str_equal(json_text_get_string(build->record, "key"), key) &&
                    repository_holds(build, place);

    for (guint i = 0; good && i < json_array_get_length(build->packages); i++)
        good = artifacts_hold(json_text_get_array(get_package(build, i), "artifacts"), debs);
    return good;
}

/* The names of the selected packages; NULL if one was not built. */
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
    CddBuildEventFunc func;
    gpointer user_data;
} Replay;

static void
tell(const Replay *replay, CddBuildEvent *event)
{
    replay->func(event, replay->user_data);
    cdd_build_event_free(event);
}

static void
replay_plan(const Replay *replay)
{
    g_autofree char *total = g_strdup_printf("%u", g_hash_table_size(replay->selected));

    tell(replay, host_event_progress("plan", "total", total, NULL));
}

static void
replay_plan_package(const Replay *replay, JsonObject *package)
{
    const char *keys[G_N_ELEMENTS(plan_fields) + 1] = {"type"};
    const char *values[G_N_ELEMENTS(keys)] = {"plan_package"};
    gsize n_fields = 1;

    for (gsize i = 0; i < G_N_ELEMENTS(plan_fields); i++) {
        keys[n_fields] = plan_fields[i];
        values[n_fields] = json_text_get_string(package, plan_fields[i]);
        if (values[n_fields] != NULL)
            n_fields++;
    }
    tell(replay, cdd_build_event_new(CDD_BUILD_EVENT_PROGRESS, keys, values, n_fields));
}

static void
replay_artifacts(const Replay *replay, JsonObject *package)
{
    const char *name = json_text_get_string(package, "name");
    JsonArray *artifacts = json_text_get_array(package, "artifacts");

    for (guint i = 0; i < json_array_get_length(artifacts); i++) {
        JsonObject *artifact = json_text_get_element(artifacts, i);
        g_autofree char *size =
            g_strdup_printf("%" G_GINT64_FORMAT, json_text_get_count(artifact, "size"));

        tell(replay, host_event_progress("artifact", "name", name, "path",
                                         json_text_get_string(artifact, "path"), "size", size,
                                         "sha256", json_text_get_string(artifact, "sha256"), "kind",
                                         json_text_get_string(artifact, "kind"), NULL));
    }
}

static void
replay_skip(const Replay *replay, JsonObject *package)
{
    tell(replay, host_event_progress("package_skip", "name", json_text_get_string(package, "name"),
                                     "reason", "cached", "log",
                                     json_text_get_string(package, "log"), NULL));
}

static void
replay_repository(const Replay *replay)
{
    JsonObject *repository = replay->build->repository;
    gboolean is_signed = json_text_get_boolean(repository, "signed");
    g_autofree char *count =
        g_strdup_printf("%" G_GINT64_FORMAT, json_text_get_count(repository, "count"));

    tell(replay, host_event_progress("repository", "path", json_text_get_string(repository, "path"),
                                     "count", count, "signed", is_signed ? "true" : "false", NULL));
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
                  CddBuildEventFunc func,
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
