/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apt/ changes by the renaming of whole directories, so that no client finds a Release and a
 * signature that are not of one another:
 *
 *   .apt.making   the container writes it
 *   .apt.new      complete; the host signs it
 *   apt           what clients see
 *   .apt.old      what they saw, about to be removed
 *
 * Whoever changes them holds the lock of repository-lock.h.
 * Whenever the run is killed, one of apt/ and .apt.old is there, and a .apt.new is complete.
 */
#include "repository.h"

#include "../base/folder.h"
#include "../base/output-names.h"
#include "../base/program-error.h"
#include "../base/state-folder.h"
#include "../config/workspace.h"
#include "apt-source.h"
#include "repository-lock.h"
#include "signer.h"

#include <string.h>

enum {
    MAX_SUITES = 64,
    MAX_FILE = 4 * 1024 * 1024, /* a Release names a few files for each architecture */
};

static const char new_name[] = ".apt.new";
static const char old_name[] = ".apt.old";
static const char source_name[] = "colcon-deb.sources";
static const char seal_name[] = "repository-seal";

static const struct {
    SignatureKind kind;
    const char *name;
} signatures[] = {
    {SIGNATURE_INLINE, "InRelease"},
    {SIGNATURE_DETACHED, "Release.gpg"},
};

typedef struct {
    char *name;
    Folder *folder;
    GBytes *release;
    GBytes *made[G_N_ELEMENTS(signatures)];
} Suite;

static void
suite_free(Suite *suite)
{
    g_free(suite->name);
    g_clear_pointer(&suite->folder, folder_free);
    g_clear_pointer(&suite->release, g_bytes_unref);
    for (gsize i = 0; i < G_N_ELEMENTS(signatures); i++)
        g_clear_pointer(&suite->made[i], g_bytes_unref);
    g_free(suite);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Suite, suite_free)

static gboolean
is_suite_name(const char *name)
{
    if (!g_ascii_islower(*name) && !g_ascii_isdigit(*name))
        return FALSE;
    for (; *name != '\0'; name++)
        if (!g_ascii_islower(*name) && !g_ascii_isdigit(*name) && strchr(".-", *name) == NULL)
            return FALSE;
    return TRUE;
}

static Suite *
suite_open(const Folder *dists, const char *name, GError **error)
{
    g_autoptr(Suite) suite = g_new0(Suite, 1);

    suite->name = g_strdup(name);
    suite->folder = folder_open_child(dists, name, error);
    if (suite->folder == NULL)
        return NULL;
    suite->release = folder_read(suite->folder, "Release", MAX_FILE, error);
    return suite->release != NULL ? g_steal_pointer(&suite) : NULL;
}

static GPtrArray *
open_suites(const Folder *repository, GError **error)
{
    g_autoptr(GPtrArray) suites = g_ptr_array_new_with_free_func((GDestroyNotify)suite_free);
    g_autoptr(Folder) dists = folder_open_child(repository, "dists", error);
    g_auto(GStrv) names = dists != NULL ? folder_list(dists, MAX_SUITES, error) : NULL;

    if (names == NULL)
        return NULL;
    for (char **name = names; *name != NULL; name++) {
        Suite *suite = is_suite_name(*name) ? suite_open(dists, *name, error) : NULL;

        if (suite != NULL)
            g_ptr_array_add(suites, suite);
        else if (is_suite_name(*name))
            return NULL;
    }
    return g_steal_pointer(&suites);
}

static void
add_to_seal(GChecksum *seal, const Folder *folder, const char *name)
{
    g_autoptr(GBytes) content = folder_read(folder, name, MAX_FILE, NULL);
    g_autofree char *head = g_strdup_printf("%s %" G_GSIZE_FORMAT "\n", name,
                                            content != NULL ? g_bytes_get_size(content) : 0);

    g_checksum_update(seal, (const guchar *)head, -1);
    if (content != NULL)
        g_checksum_update(seal, g_bytes_get_data(content, NULL), (gssize)g_bytes_get_size(content));
}

/* A digest of the signed files, the signatures and the key. If it equals the recorded digest, there
 * is nothing to sign, and gpg does not run. */
static char *
make_seal(const Folder *repository, const GPtrArray *suites, const char *identity)
{
    g_autoptr(GChecksum) seal = g_checksum_new(G_CHECKSUM_SHA256);

    g_checksum_update(seal, (const guchar *)identity, -1);
    add_to_seal(seal, repository, REPOSITORY_KEY);
    for (guint i = 0; i < suites->len; i++) {
        const Suite *suite = suites->pdata[i];

        g_checksum_update(seal, (const guchar *)suite->name, -1);
        add_to_seal(seal, suite->folder, "Release");
        for (gsize k = 0; k < G_N_ELEMENTS(signatures); k++)
            add_to_seal(seal, suite->folder, signatures[k].name);
    }
    return g_strdup(g_checksum_get_string(seal));
}

static gboolean
has_seal(const StateFolder *state, const char *seal)
{
    gsize length = 0;
    g_autofree char *noted = state_folder_read(state, seal_name, MAX_FILE, &length);

    return g_strcmp0(noted, seal) == 0;
}

/* Makes all signatures before any is written: if the key fails, nothing changes. */
static gboolean
make_signatures(Signer *signer, GPtrArray *suites, GCancellable *cancellable, GError **error)
{
    for (guint i = 0; i < suites->len; i++) {
        Suite *suite = suites->pdata[i];

        for (gsize k = 0; k < G_N_ELEMENTS(signatures); k++) {
            suite->made[k] =
                signer_sign(signer, signatures[k].kind, suite->release, cancellable, error);
            if (suite->made[k] == NULL)
                return FALSE;
        }
    }
    return TRUE;
}

static gboolean
write_signatures(const Folder *repository,
                 const GPtrArray *suites,
                 GBytes *key,
                 const Owner *owner,
                 GError **error)
{
    if (!folder_write(repository, REPOSITORY_KEY, owner, key, error))
        return FALSE;
    for (guint i = 0; i < suites->len; i++) {
        const Suite *suite = suites->pdata[i];

        for (gsize k = 0; k < G_N_ELEMENTS(signatures); k++)
            if (!folder_write(suite->folder, signatures[k].name, owner, suite->made[k], error))
                return FALSE;
    }
    return TRUE;
}

static gboolean
sign(const Folder *repository,
     const Config *config,
     GPtrArray *suites,
     const Owner *owner,
     GCancellable *cancellable,
     GError **error)
{
    g_autoptr(Signer) signer = signer_open(config, cancellable, error);
    g_autoptr(GBytes) key = signer != NULL ? signer_export(signer, cancellable, error) : NULL;

    return key != NULL && make_signatures(signer, suites, cancellable, error) &&
           write_signatures(repository, suites, key, owner, error);
}

static gboolean
sign_if_needed(const Folder *output,
               const Folder *repository,
               const Config *config,
               const Owner *owner,
               gboolean again,
               GCancellable *cancellable,
               GError **error)
{
    g_autoptr(StateFolder) state = state_folder_open(output->path, owner, error);
    g_autoptr(GPtrArray) suites = state != NULL ? open_suites(repository, error) : NULL;
    g_autofree char *identity = suites != NULL ? signer_identify(config, error) : NULL;
    g_autofree char *before = NULL;
    g_autofree char *after = NULL;

    if (identity == NULL)
        return FALSE;
    before = make_seal(repository, suites, identity);
    if (!again && has_seal(state, before))
        return TRUE;
    if (!sign(repository, config, suites, owner, cancellable, error))
        return FALSE;
    after = make_seal(repository, suites, identity);
    return state_folder_write(state, seal_name, after, error);
}

/* The suites of a repository, as AptSuite. */
static GPtrArray *
list_suites(const Folder *repository)
{
    GPtrArray *listed = g_ptr_array_new_with_free_func((GDestroyNotify)apt_suite_free);
    g_autoptr(GPtrArray) suites = open_suites(repository, NULL);

    for (guint i = 0; suites != NULL && i < suites->len; i++) {
        const Suite *suite = suites->pdata[i];
        gboolean is_signed = folder_has_file(suite->folder, signatures[0].name);

        g_ptr_array_add(listed, apt_suite_new(suite->name, is_signed));
    }
    return listed;
}

static gboolean
write_source(const Folder *repository, const Config *config, const Owner *owner, GError **error)
{
    g_autofree char *path = g_build_filename(config->repository_dir, OUTPUT_REPOSITORY, NULL);
    g_autoptr(GPtrArray) suites = list_suites(repository);
    g_autoptr(GBytes) key = folder_read(repository, REPOSITORY_KEY, MAX_FILE, NULL);
    g_autoptr(GBytes) before = folder_read(repository, source_name, MAX_FILE, NULL);
    g_autoptr(GBytes) content = NULL;
    g_autofree char *key_text = NULL;
    char *text = NULL;

    if (key != NULL)
        key_text = g_strndup(g_bytes_get_data(key, NULL), g_bytes_get_size(key));
    text = apt_source_describe(path, suites, key_text);
    content = g_bytes_new_take(text, strlen(text));
    return (before != NULL && g_bytes_equal(before, content)) ||
           folder_write(repository, source_name, owner, content, error);
}

/* Whether @name is a repository. A container can put anything at any name. */
static gboolean
is_complete(const Folder *output, const char *name)
{
    g_autoptr(Folder) repository = folder_open_child(output, name, NULL);

    return repository != NULL && folder_has_directory(repository, "dists");
}

/* Repairs what a run left that was killed between the two renames of swap(), and removes what is no
 * repository. */
static gboolean
recover(const Folder *output, GError **error)
{
    struct stat status;

    if (is_complete(output, old_name) && !folder_stat(output, OUTPUT_REPOSITORY, &status) &&
        !folder_rename(output, old_name, OUTPUT_REPOSITORY, error))
        return FALSE;
    return folder_clear(output, old_name, error) &&
           (is_complete(output, new_name) || folder_clear(output, new_name, error));
}

static gboolean
swap(const Folder *output, GError **error)
{
    if (folder_has_directory(output, OUTPUT_REPOSITORY) &&
        !folder_rename(output, OUTPUT_REPOSITORY, old_name, error))
        return FALSE;
    if (!folder_rename(output, new_name, OUTPUT_REPOSITORY, error)) {
        folder_rename(output, old_name, OUTPUT_REPOSITORY, NULL);
        return FALSE;
    }
    /* If it stays, the next run removes it. */
    folder_clear(output, old_name, NULL);
    return TRUE;
}

/* With the lock held. */
static gboolean
publish(const Folder *output,
        const Config *config,
        const Owner *owner,
        gboolean again,
        GCancellable *cancellable,
        GError **error)
{
    g_autoptr(Folder) repository = NULL;
    gboolean waits = FALSE;

    if (!recover(output, error))
        return FALSE;
    waits = folder_has_directory(output, new_name);
    if (!waits && !folder_has_directory(output, OUTPUT_REPOSITORY))
        return TRUE;
    repository = folder_open_child(output, waits ? new_name : OUTPUT_REPOSITORY, error);
    /* Without dists/ an older colcon-deb has made it. */
    if (repository != NULL && !folder_has_directory(repository, "dists"))
        return TRUE;
    return repository != NULL &&
           (!signer_is_wanted(config) ||
            sign_if_needed(output, repository, config, owner, again, cancellable, error)) &&
           write_source(repository, config, owner, error) && (!waits || swap(output, error));
}

static gboolean
lock_and_publish(const Config *config,
                 gboolean again,
                 RepositorySay say,
                 gpointer user_data,
                 GCancellable *cancellable,
                 GError **error)
{
    const Owner owner = owner_of_caller();
    g_autoptr(Folder) output = folder_open(config->repository_dir, error);
    g_autoptr(RepositoryLock) lock =
        output != NULL ? repository_lock_take(output, &owner, say, user_data, cancellable, error)
                       : NULL;

    return lock != NULL && publish(output, config, &owner, again, cancellable, error);
}

gboolean
repository_publish(const Config *config,
                   RepositorySay say,
                   gpointer user_data,
                   GCancellable *cancellable,
                   GError **error)
{
    return lock_and_publish(config, FALSE, say, user_data, cancellable, error);
}

gboolean
repository_sign(const Config *config,
                RepositorySay say,
                gpointer user_data,
                GCancellable *cancellable,
                GError **error)
{
    return lock_and_publish(config, TRUE, say, user_data, cancellable, error);
}

/* A secret must not be in a directory that a build can read. */
static gboolean
check_place(const Config *config, const char *what, const char *path, GError **error)
{
    g_autofree char *source = g_build_filename(config->colcon_repo, "src", NULL);
    const char *const mounted[] = {source, config->repository_dir, config->debian_dirs};

    for (gsize i = 0; path != NULL && i < G_N_ELEMENTS(mounted); i++)
        if (workspace_is_inside(path, mounted[i]))
            return program_error_usage(
                error, "the %s %s is in %s, which the container can read; move it elsewhere", what,
                path, mounted[i]);
    return TRUE;
}

gboolean
repository_check_key(const Config *config, GCancellable *cancellable, GError **error)
{
    g_autoptr(GBytes) trial = g_bytes_new_static("trial\n", strlen("trial\n"));
    g_autoptr(GBytes) made = NULL;
    g_autoptr(Signer) signer = NULL;

    if (!signer_is_wanted(config))
        return TRUE;
    if (!check_place(config, "signing key", config->signing_key_file, error) ||
        !check_place(config, "passphrase", config->passphrase_file, error))
        return FALSE;
    signer = signer_open(config, cancellable, error);
    made = signer != NULL ? signer_sign(signer, SIGNATURE_INLINE, trial, cancellable, error) : NULL;
    return made != NULL;
}

static char *
describe_suite(const char *path, const char *key_file, const AptSuite *suite)
{
    g_autofree char *line = apt_source_line(path, suite, key_file);

    if (line != NULL)
        return g_steal_pointer(&line);
    return g_strdup_printf("copy %s/%s to /etc/apt/sources.list.d", path, source_name);
}

GPtrArray *
repository_list_suites(const Config *config)
{
    g_autofree char *path = g_build_filename(config->repository_dir, OUTPUT_REPOSITORY, NULL);
    g_autoptr(Folder) repository = folder_open(path, NULL);

    return repository != NULL ? list_suites(repository)
                              : g_ptr_array_new_with_free_func((GDestroyNotify)apt_suite_free);
}

GPtrArray *
repository_describe(const Config *config)
{
    GPtrArray *sentences = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *path = g_build_filename(config->repository_dir, OUTPUT_REPOSITORY, NULL);
    g_autofree char *key_file = g_build_filename(path, REPOSITORY_KEY, NULL);
    g_autoptr(GPtrArray) suites = repository_list_suites(config);

    for (guint i = 0; i < suites->len; i++)
        g_ptr_array_add(sentences, describe_suite(path, key_file, suites->pdata[i]));
    return sentences;
}
