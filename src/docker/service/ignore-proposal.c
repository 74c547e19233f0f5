/* SPDX-License-Identifier: Apache-2.0 */
#include "ignore-proposal.h"

#include "../value/ignore.h"
#include <string.h>

enum {
    WORTH_SIZE = 1024 * 1024,
    WORTH_SHARE = 100, /* at least one part in this many of everything sent */
    WORTH_SHARE_SIZE = 64 * 1024,
    WORTH_FILES = 1000,
};

static const struct {
    const char *pattern;
    const char *reason; /* a path that must exist for the rule; NULL for no condition */
} rules[] = {
    /* colcon's results; it marks each directory so as not to search it for packages. */
    {"build", "build/COLCON_IGNORE"},
    {"install", "install/COLCON_IGNORE"},
    {"log", "log/COLCON_IGNORE"},
    {"output", "output/summary.json"},
    {"**/.git", NULL},
    {"**/.hg", NULL},
    {"**/.svn", NULL},
    {"**/__pycache__", NULL},
    {"**/*.pyc", NULL},
    {"**/.mypy_cache", NULL},
    {"**/.pytest_cache", NULL},
    {"**/.tox", NULL},
    {"**/.venv", NULL},
    {"**/node_modules", NULL},
    {"**/.cache", NULL},
    {"**/.ccache", NULL},
    {"**/.idea", NULL},
    {"**/.vscode", NULL},
    {"**/core.[0-9]*", NULL},
    {"**/vgcore.[0-9]*", NULL},
    {"**/*.deb", NULL},
    {"**/*.ddeb", NULL},
    {"**/*.bag", NULL},
    {"**/*.mcap", NULL},
};

typedef struct {
    guint64 n_files;
    guint64 size;
} Sum;

struct _CddIgnoreProposal {
    CddIgnore *patterns;
    GArray *sums; /* one for each pattern; a path that matches two counts for the first */
    guint8 *matches;
    char *inside; /* a matching directory, with a slash: its contents count for the same rule */
    guint rule;
};

/* Adds the file names of a COPY or ADD. Extra words do no harm. */
static void
add_words(GPtrArray *names, const char *line)
{
    g_auto(GStrv) words = g_strsplit_set(line, " \t\",[]\\\r", -1);

    for (char **word = words; *word != NULL; word++) {
        if (**word != '\0')
            g_ptr_array_add(names, g_strdup(*word));
    }
}

static gboolean
is_copy(const char *line)
{
    line += strspn(line, " \t");
    return g_ascii_strncasecmp(line, "COPY", 4) == 0 || g_ascii_strncasecmp(line, "ADD", 3) == 0;
}

/*
 * Returns the names in the Dockerfile (across continued lines) and in the ignore file's exceptions.
 */
static GPtrArray *
list_wanted(const CddContext *context)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    gsize length;
    const char *data = g_bytes_get_data(context->dockerfile, &length);
    g_autofree char *text = g_strndup(length == 0 ? "" : data, length);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    const char *const *pattern = cdd_ignore_get_patterns(context->ignore);
    gboolean goes_on = FALSE;

    for (char **line = lines; *line != NULL; line++) {
        gboolean wanted = goes_on || is_copy(*line);

        if (wanted)
            add_words(names, *line);
        goes_on = wanted && g_str_has_suffix(g_strchomp(*line), "\\");
    }
    for (; *pattern != NULL; pattern++) {
        if (**pattern == '!')
            g_ptr_array_add(names, g_strdup(*pattern + 1));
    }
    return names;
}

static gboolean
is_wanted(const char *rule, GPtrArray *wanted)
{
    const char *const list[] = {rule, NULL};
    g_autoptr(CddIgnore) ignore = cdd_ignore_new(list, NULL);

    for (guint i = 0; i < wanted->len; i++) {
        if (cdd_ignore_matches(ignore, wanted->pdata[i]))
            return TRUE;
    }
    return FALSE;
}

static gboolean
has_reason(const char *directory, const char *reason)
{
    g_autofree char *path = reason != NULL ? g_build_filename(directory, reason, NULL) : NULL;

    return path == NULL || g_file_test(path, G_FILE_TEST_EXISTS);
}

CddIgnoreProposal *
cdd_ignore_proposal_new(const CddContext *context)
{
    CddIgnoreProposal *self = g_new0(CddIgnoreProposal, 1);
    g_autoptr(GPtrArray) wanted = list_wanted(context);
    const char *chosen[G_N_ELEMENTS(rules) + 1] = {NULL};
    guint n = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        if (has_reason(context->directory, rules[i].reason) && !is_wanted(rules[i].pattern, wanted))
            chosen[n++] = rules[i].pattern;
    }
    self->patterns = cdd_ignore_new(chosen, NULL);
    self->sums = g_array_sized_new(FALSE, TRUE, sizeof(Sum), n);
    g_array_set_size(self->sums, n);
    self->matches = g_malloc0(n + 1);
    return self;
}

void
cdd_ignore_proposal_free(CddIgnoreProposal *self)
{
    if (self == NULL)
        return;
    cdd_ignore_unref(self->patterns);
    g_array_unref(self->sums);
    g_free(self->matches);
    g_free(self->inside);
    g_free(self);
}

void
cdd_ignore_proposal_count(CddIgnoreProposal *self, const CddTreeEntry *entry, guint64 size)
{
    Sum *sum;

    if (self->inside == NULL || !g_str_has_prefix(entry->name, self->inside)) {
        g_clear_pointer(&self->inside, g_free);
        memset(self->matches, 0, cdd_ignore_get_n_patterns(self->patterns));
        if (!cdd_ignore_match_entry(self->patterns, entry->name, self->matches))
            return;
        self->rule = 0;
        while (!self->matches[self->rule])
            self->rule++;
        if (S_ISDIR(entry->status.st_mode))
            self->inside = g_strconcat(entry->name, "/", NULL);
    }
    sum = &g_array_index(self->sums, Sum, self->rule);
    sum->n_files++;
    sum->size += size;
}

static gboolean
is_worth_it(const Sum *sum, guint64 total_size)
{
    return sum->size >= WORTH_SIZE || sum->n_files >= WORTH_FILES ||
           (sum->size >= WORTH_SHARE_SIZE && sum->size >= total_size / WORTH_SHARE);
}

GStrv
cdd_ignore_proposal_choose(const CddIgnoreProposal *self,
                           guint64 total_size,
                           guint64 *saved_files,
                           guint64 *saved_size)
{
    g_autoptr(GStrvBuilder) chosen = g_strv_builder_new();
    const char *const *patterns = cdd_ignore_get_patterns(self->patterns);

    for (guint i = 0; i < self->sums->len; i++) {
        const Sum *sum = &g_array_index(self->sums, Sum, i);

        if (!is_worth_it(sum, total_size))
            continue;
        g_strv_builder_add(chosen, patterns[i]);
        *saved_files += sum->n_files;
        *saved_size += sum->size;
    }
    return g_strv_builder_end(chosen);
}
