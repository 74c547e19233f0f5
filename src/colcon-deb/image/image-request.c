/* SPDX-License-Identifier: Apache-2.0 */
#include "image-request.h"

#include "../base/image-name.h"
#include "../base/program-error.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum {
    MAX_DOCKERFILE = 4 * 1024 * 1024,
    CHUNK = 64 * 1024,
};

static gboolean
check_tags(char **tags, GError **error)
{
    for (; tags != NULL && *tags != NULL; tags++) {
        if (!image_name_check_new(*tags, error)) {
            g_prefix_error(error, "--tag: ");
            return FALSE;
        }
    }
    return TRUE;
}

/* A name alone means the variable of the environment, as for docker; an unset variable is left
 * out. */
static gboolean
complete_build_args(char ***build_args, GError **error)
{
    g_autoptr(GStrvBuilder) complete = g_strv_builder_new();

    for (char **entry = *build_args; entry != NULL && *entry != NULL; entry++) {
        const char *value = NULL;

        if (**entry == '=' || **entry == '\0')
            return program_error_usage(error, "--build-arg: \"%s\" has no name; write NAME=VALUE",
                                       *entry);
        if (strchr(*entry, '=') != NULL) {
            g_strv_builder_add(complete, *entry);
            continue;
        }
        value = g_getenv(*entry);
        if (value != NULL) {
            g_autofree char *pair = g_strconcat(*entry, "=", value, NULL);

            g_strv_builder_add(complete, pair);
        }
    }
    g_strfreev(*build_args);
    *build_args = g_strv_builder_end(complete);
    return TRUE;
}

/* A name alone is a label without a value. */
static gboolean
complete_labels(char **labels, GError **error)
{
    for (; labels != NULL && *labels != NULL; labels++) {
        char *entry = *labels;

        if (*entry == '=' || *entry == '\0')
            return program_error_usage(error, "--label: \"%s\" has no name; write NAME=VALUE",
                                       entry);
        if (strchr(entry, '=') != NULL)
            continue;
        *labels = g_strconcat(entry, "=", NULL);
        g_free(entry);
    }
    return TRUE;
}

static gboolean
check_secrets(char **secrets, GError **error)
{
    for (; secrets != NULL && *secrets != NULL; secrets++) {
        const char *equals = strchr(*secrets, '=');

        if (equals == NULL || equals == *secrets || equals[1] == '\0')
            return program_error_usage(error,
                                       "--secret: \"%s\" is not id=NAME,src=FILE or "
                                       "id=NAME,env=VARIABLE",
                                       *secrets);
    }
    return TRUE;
}

/* @choices are in the order of an enumeration's values. */
static gboolean
choose(const char *flag, const char *text, const char *const *choices, guint *value, GError **error)
{
    g_autofree char *known = NULL;

    for (guint i = 0; text != NULL && choices[i] != NULL; i++)
        if (g_str_equal(choices[i], text)) {
            *value = i;
            return TRUE;
        }
    if (text == NULL)
        return TRUE;
    known = g_strjoinv(", ", (char **)choices);
    return program_error_usage(error, "%s: \"%s\" is not one of %s", flag, text, known);
}

static gboolean
read_choices(ImageRequest *request, GError **error)
{
    static const char *const builders[] = {"auto", "classic", "buildkit", NULL};
    static const char *const compressions[] = {"auto", "none", "gzip", "zstd", NULL};
    guint builder = CDD_BUILDER_AUTO;
    guint compression = CDD_CONTEXT_COMPRESSION_AUTO;

    if (!choose("--builder", request->builder, builders, &builder, error) ||
        !choose("--compress", request->compression, compressions, &compression, error))
        return FALSE;
    request->builder_kind = (CddBuilder)builder;
    request->compression_kind = (CddContextCompression)compression;
    return TRUE;
}

/* A word without type= is a directory, as for docker. */
static gboolean
complete_output(char **output, GError **error)
{
    g_autofree char *given = *output;

    *output = NULL;
    if (given == NULL)
        return TRUE;
    if (*given == '\0' || g_str_equal(given, "-"))
        return program_error_usage(error,
                                   "--output: \"%s\" is not a destination; use DIRECTORY, "
                                   "type=local,dest=DIRECTORY or type=tar,dest=FILE",
                                   given);
    *output = strchr(given, '=') != NULL ? g_steal_pointer(&given)
                                         : g_strconcat("type=local,dest=", given, NULL);
    return TRUE;
}

/* Runs before signals are handled, so that a signal ends an endless read. */
static char *
read_standard_input(GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    char chunk[CHUNK];

    while (text->len <= MAX_DOCKERFILE) {
        ssize_t length = read(STDIN_FILENO, chunk, sizeof chunk);

        if (length == 0)
            break;
        if (length > 0)
            g_string_append_len(text, chunk, length);
        else if (errno != EINTR) {
            program_error_errno(error, errno, "reading the Dockerfile from standard input");
            return NULL;
        }
    }
    if (text->len <= MAX_DOCKERFILE && text->len > 0 && strlen(text->str) == text->len)
        return g_string_free(g_steal_pointer(&text), FALSE);
    program_error_usage(error, "--file -: standard input is not a Dockerfile: %s",
                        text->len == 0               ? "it is empty"
                        : text->len > MAX_DOCKERFILE ? "it is larger than 4 MiB"
                                                     : "it has NUL bytes");
    return NULL;
}

/* As docker: --file is relative to the current directory. */
static gboolean
complete_file(ImageRequest *request, GError **error)
{
    g_autofree char *given = g_steal_pointer(&request->file);

    if (given == NULL)
        return TRUE;
    if (g_str_equal(given, "-")) {
        request->dockerfile_text = read_standard_input(error);
        return request->dockerfile_text != NULL;
    }
    if (*given == '\0')
        return program_error_usage(error, "--file: it is empty");
    request->file = g_canonicalize_filename(given, NULL);
    if (g_file_test(request->file, G_FILE_TEST_IS_REGULAR))
        return TRUE;
    return program_error_usage(error, "--file: %s %s", request->file,
                               g_file_test(request->file, G_FILE_TEST_EXISTS) ? "is not a file"
                                                                              : "does not exist");
}

static gboolean
complete_context(char **context_dir, GError **error)
{
    g_autofree char *given = *context_dir != NULL ? *context_dir : g_strdup(".");

    *context_dir = g_canonicalize_filename(given, NULL);
    if (g_file_test(*context_dir, G_FILE_TEST_IS_DIR))
        return TRUE;
    if (g_str_equal(given, "-") || strstr(given, "://") != NULL)
        return program_error_usage(
            error, "CONTEXT: \"%s\": a directory of this machine is expected", given);
    return program_error_usage(error, "CONTEXT: %s %s", *context_dir,
                               g_file_test(*context_dir, G_FILE_TEST_EXISTS) ? "is not a directory"
                                                                             : "does not exist");
}

gboolean
image_request_read_epoch(guint64 *epoch, GError **error)
{
    const char *text = g_getenv("SOURCE_DATE_EPOCH");

    *epoch = 0;
    if (text == NULL || *text == '\0' ||
        g_ascii_string_to_unsigned(text, 10, 0, G_MAXINT64, epoch, NULL))
        return TRUE;
    return program_error_usage(
        error,
        "SOURCE_DATE_EPOCH: \"%s\" is not a time; a number of seconds since 1970 is expected",
        text);
}

/* Has the library check what belongs to one flag. */
static gboolean
check_part(const char *flag, const CddBuildContext *part, GError **error)
{
    g_autoptr(GError) reason = NULL;

    return cdd_build_context_validate(part, &reason) ||
           program_error_usage(error, "%s: %s", flag, reason->message);
}

static gboolean
check_context(const ImageRequest *request, GError **error)
{
    const CddBuildContext platform = {.platform = request->platform};
    const CddBuildContext hosts = {.extra_hosts = (const char *const *)request->extra_hosts};

    return check_part("--platform", &platform, error) && check_part("--add-host", &hosts, error);
}

gboolean
image_request_prepare(ImageRequest *request, GError **error)
{
    return check_tags(request->tags, error) && complete_build_args(&request->build_args, error) &&
           complete_labels(request->labels, error) && check_context(request, error) &&
           check_secrets(request->secrets, error) && complete_output(&request->output, error) &&
           read_choices(request, error) &&
           image_request_read_epoch(&request->source_date_epoch, error) &&
           complete_context(&request->context_dir, error) && complete_file(request, error);
}

CddBuildContext
image_request_get_context(const ImageRequest *request)
{
    return (CddBuildContext){
        .context_dir = request->context_dir,
        .dockerfile_path = request->file,
        .dockerfile_text = request->dockerfile_text,
        .tags = (const char *const *)request->tags,
        .target = request->target,
        .platform = request->platform,
        .build_args = (const char *const *)request->build_args,
        .labels = (const char *const *)request->labels,
        .cache_from = (const char *const *)request->cache_from,
        .no_cache = request->no_cache,
        .pull = request->pull,
        .network_mode = request->network,
        .extra_hosts = (const char *const *)request->extra_hosts,
        .secrets = (const char *const *)request->secrets,
        .ssh = (const char *const *)request->ssh,
        .output = request->output,
        .builder = request->builder_kind,
        .compression = request->compression_kind,
        .source_date_epoch = request->source_date_epoch,
    };
}

void
image_request_clear(ImageRequest *request)
{
    g_free(request->context_dir);
    g_free(request->file);
    g_strfreev(request->tags);
    g_free(request->target);
    g_free(request->platform);
    g_strfreev(request->build_args);
    g_strfreev(request->labels);
    g_strfreev(request->cache_from);
    g_free(request->network);
    g_strfreev(request->extra_hosts);
    g_strfreev(request->secrets);
    g_strfreev(request->ssh);
    g_free(request->output);
    g_free(request->builder);
    g_free(request->compression);
    g_free(request->dockerfile_text);
}
