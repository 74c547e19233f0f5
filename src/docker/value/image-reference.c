/* SPDX-License-Identifier: Apache-2.0 */
/* The grammar and the defaults of distribution/reference, which Docker and Podman share. */
#include "plain.h"
#include "text.h"

#include <colcon-deb-docker/cdd-error.h>
#include <colcon-deb-docker/cdd-image-reference.h>
#include <string.h>

#define DEFAULT_DOMAIN "docker.io"
#define LEGACY_DEFAULT_DOMAIN "index.docker.io"
#define OFFICIAL_PREFIX "library/"

enum {
    MAX_NAME_LENGTH = 255,
    MAX_TAG_LENGTH = 128,
    ID_LENGTH = 64,
};

static gboolean
fail(GError **error, const char *text, const char *fault)
{
    g_autofree char *shown = cdd_text_clean(text, strlen(text), MAX_NAME_LENGTH, CDD_TEXT_ONE_LINE);

    g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC, "\"%s\" is not a valid image name: %s",
                shown, fault);
    return FALSE;
}

static gboolean
is_hex(const char *text, gsize length)
{
    for (gsize i = 0; i < length; i++) {
        if (!g_ascii_isxdigit(text[i]) || g_ascii_isupper(text[i]))
            return FALSE;
    }
    return length > 0;
}

/* Letters and digits; also hyphens, but not at either end. */
static gboolean
is_domain_label(const char *text, gsize length)
{
    if (length == 0 || text[0] == '-' || text[length - 1] == '-')
        return FALSE;
    for (gsize i = 0; i < length; i++) {
        if (!g_ascii_isalnum(text[i]) && text[i] != '-')
            return FALSE;
    }
    return TRUE;
}

static gboolean
is_port(const char *text)
{
    return *text != '\0' && strspn(text, "0123456789") == strlen(text);
}

/* HOST or [IPv6], with an optional port. */
static gboolean
is_domain(const char *text)
{
    const char *end = text + strcspn(text, ":");

    if (*text == '[') {
        gsize length = strspn(text + 1, "0123456789abcdefABCDEF:");

        end = text + length + 2;
        return length > 0 && text[length + 1] == ']' &&
               (*end == '\0' || (*end == ':' && is_port(end + 1)));
    }
    if (*end == ':' && !is_port(end + 1))
        return FALSE;
    while (text <= end) {
        const char *dot = memchr(text, '.', (gsize)(end - text));
        const char *stop = dot != NULL ? dot : end;

        if (!is_domain_label(text, (gsize)(stop - text)))
            return FALSE;
        text = stop + 1;
    }
    return TRUE;
}

/* Between letters and digits: one dot, one or two underscores, or any number of hyphens. */
static gsize
separator_length(const char *text)
{
    if (*text == '.')
        return 1;
    if (*text == '_')
        return text[1] == '_' ? 2 : 1;
    return strspn(text, "-");
}

static gboolean
is_path(const char *text)
{
    for (;;) {
        gsize length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789");

        if (length == 0)
            return FALSE;
        text += length;
        if (*text == '\0')
            return TRUE;
        length = *text == '/' ? 1 : separator_length(text);
        if (length == 0)
            return FALSE;
        text += length;
    }
}

static gboolean
is_tag(const char *text)
{
    gsize length = strlen(text);

    return length > 0 && length <= MAX_TAG_LENGTH && *text != '.' && *text != '-' &&
           strspn(text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_.-") == length;
}

/* ALGORITHM:HEX. Docker supports no other algorithms. */
static const char *
find_digest_fault(const char *text)
{
    static const struct {
        const char *prefix;
        gsize length;
    } algorithms[] = {{"sha256:", 64}, {"sha384:", 96}, {"sha512:", 128}};

    for (gsize i = 0; i < G_N_ELEMENTS(algorithms); i++) {
        const char *digits = text + strlen(algorithms[i].prefix);

        if (!g_str_has_prefix(text, algorithms[i].prefix))
            continue;
        return strlen(digits) == algorithms[i].length && is_hex(digits, strlen(digits))
                   ? NULL
                   : "the digest does not have the digits of its algorithm, in lower case";
    }
    return strchr(text, ':') != NULL ? "the algorithm of the digest is not sha256, sha384 or sha512"
                                     : "the text after the at sign is not a digest";
}

/* Cuts the name at @mark and returns the text after it; NULL without a mark. */
static char *
cut_off(char *name, char *mark)
{
    if (mark == NULL || mark < name)
        return NULL;
    *mark = '\0';
    return g_strdup(mark + 1);
}

/* The text before the first slash is a domain only if it cannot be a component of a path. */
static gboolean
has_domain(const char *name, const char *slash)
{
    g_autofree char *first = slash != NULL ? g_strndup(name, (gsize)(slash - name)) : NULL;
    g_autofree char *lower = first != NULL ? g_ascii_strdown(first, -1) : NULL;

    return first != NULL && (strpbrk(first, ".:[") != NULL || g_str_equal(first, "localhost") ||
                             !g_str_equal(first, lower));
}

static void
split_name(CddImageReference *self, const char *name)
{
    const char *slash = strchr(name, '/');

    if (has_domain(name, slash)) {
        self->domain = g_strndup(name, (gsize)(slash - name));
        self->path = g_strdup(slash + 1);
    } else {
        self->domain = g_strdup(DEFAULT_DOMAIN);
        self->path = g_strdup(name);
    }
    if (g_str_equal(self->domain, LEGACY_DEFAULT_DOMAIN)) {
        g_free(self->domain);
        self->domain = g_strdup(DEFAULT_DOMAIN);
    }
    if (g_str_equal(self->domain, DEFAULT_DOMAIN) && strchr(self->path, '/') == NULL) {
        char *official = g_strconcat(OFFICIAL_PREFIX, self->path, NULL);

        g_free(self->path);
        self->path = official;
    }
}

static gboolean
check(const CddImageReference *self, const char *text, GError **error)
{
    g_autofree char *lower = g_ascii_strdown(self->path, -1);

    if (!is_domain(self->domain))
        return fail(error, text, "the text before the first slash is not a registry");
    if (!is_path(self->path) && is_path(lower))
        return fail(error, text, "a repository name must be in lower case");
    if (!is_path(self->path))
        return fail(error, text,
                    "a repository name consists of lower-case letters and digits, separated by a "
                    "slash, a dot, hyphens, or one or two underscores");
    if (strlen(self->path) > MAX_NAME_LENGTH)
        return fail(error, text, "the repository name is longer than 255 characters");
    if (self->tag != NULL && !is_tag(self->tag))
        return fail(error, text, "the text after the colon is not a tag");
    if (self->digest != NULL && find_digest_fault(self->digest) != NULL)
        return fail(error, text, find_digest_fault(self->digest));
    return TRUE;
}

CddImageReference *
cdd_image_reference_parse(const char *text, GError **error)
{
    g_autoptr(CddImageReference) self = g_new0(CddImageReference, 1);
    g_autofree char *name = g_strdup(text);
    char *slash;

    if (text == NULL) {
        g_set_error_literal(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                            "the name of the image is missing");
        return NULL;
    }
    if (strlen(text) == ID_LENGTH && is_hex(text, ID_LENGTH)) {
        fail(error, text, "it is an id of an image, not a name");
        return NULL;
    }
    self->digest = cut_off(name, strchr(name, '@'));
    slash = strrchr(name, '/');
    self->tag = cut_off(name, strchr(slash != NULL ? slash : name, ':'));
    split_name(self, name);
    return check(self, text, error) ? g_steal_pointer(&self) : NULL;
}

static const CddMember members[] = {
    CDD_STRING(CddImageReference, domain),
    CDD_STRING(CddImageReference, path),
    CDD_STRING(CddImageReference, tag),
    CDD_STRING(CddImageReference, digest),
    {0},
};

CDD_DEFINE_PLAIN_COPY(, CddImageReference, cdd_image_reference, members)

static char *
join(const CddImageReference *self, const char *domain, const char *path)
{
    return g_strconcat(domain, *domain == '\0' ? "" : "/", path, self->tag != NULL ? ":" : "",
                       self->tag != NULL ? self->tag : "", self->digest != NULL ? "@" : "",
                       self->digest, NULL);
}

char *
cdd_image_reference_to_string(const CddImageReference *self)
{
    return join(self, self->domain, self->path);
}

char *
cdd_image_reference_to_familiar_string(const CddImageReference *self)
{
    const char *path = self->path;

    /* Without its domain, a path that begins like a domain would be read as one. */
    if (!g_str_equal(self->domain, DEFAULT_DOMAIN) || has_domain(path, strchr(path, '/')))
        return cdd_image_reference_to_string(self);
    /* library/a/b must keep its prefix: a/b is another repository. */
    if (g_str_has_prefix(path, OFFICIAL_PREFIX) &&
        strchr(path + strlen(OFFICIAL_PREFIX), '/') == NULL)
        path += strlen(OFFICIAL_PREFIX);
    return join(self, "", path);
}
