/* SPDX-License-Identifier: Apache-2.0 */
#include "signer.h"

#include "../base/program-error.h"
#include "gpg.h"

struct Signer {
    Gpg gpg;
    char *key; /* the name by which gpg finds it */
    char *fingerprint;
};

/* The fields of a line that `gpg --with-colons` prints, from 0. */
enum {
    FIELD_TYPE = 0,
    FIELD_VALIDITY = 1,
    FIELD_FINGERPRINT = 9,
    N_FIELDS_NEEDED = 10,
};

gboolean
signer_is_wanted(const Config *config)
{
    return config->signing_key != NULL || config->signing_key_file != NULL;
}

static gboolean
read_key_file(const Config *config, char **content, gsize *length, GError **error)
{
    if (g_file_get_contents(config->signing_key_file, content, length, error))
        return TRUE;
    g_prefix_error(error, "reading the signing key: ");
    return FALSE;
}

char *
signer_identify(const Config *config, GError **error)
{
    const char *key = config->signing_key != NULL ? config->signing_key : "";
    g_autofree char *content = NULL;
    g_autofree char *digest = NULL;
    gsize length = 0;

    if (config->signing_key_file == NULL)
        return g_strdup(key);
    if (!read_key_file(config, &content, &length, error))
        return NULL;
    digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)content, length);
    return g_strjoin(" ", digest, key, NULL);
}

static gboolean
import_file(Signer *self, const Config *config, GCancellable *cancellable, GError **error)
{
    g_autofree char *doing =
        g_strdup_printf("importing the signing key %s", config->signing_key_file);
    const char *const arguments[] = {"--import", "--", config->signing_key_file, NULL};
    g_autoptr(GBytes) output = NULL;

    if (!gpg_make_home(&self->gpg, error))
        return FALSE;
    output = gpg_run(&self->gpg, arguments, NULL, doing, cancellable, error);
    return output != NULL;
}

static GBytes *
list_keys(Signer *self, const Config *config, GCancellable *cancellable, GError **error)
{
    g_autofree char *doing = g_strdup_printf(
        "looking for the signing key %s",
        config->signing_key != NULL ? config->signing_key : config->signing_key_file);
    const char *const arguments[] = {
        "--list-secret-keys", "--with-colons", "--", config->signing_key, NULL,
    };

    return gpg_run(&self->gpg, arguments, NULL, doing, cancellable, error);
}

/* Finds exactly one key that is neither expired nor revoked. gpg alone would take any of
 * several. */
static gboolean
take_key(Signer *self, char **lines, GError **error)
{
    const char *why = NULL;
    guint n_keys = 0;

    for (; *lines != NULL; lines++) {
        g_auto(GStrv) fields = g_strsplit(*lines, ":", -1);

        if (g_strv_length(fields) < N_FIELDS_NEEDED)
            continue;
        if (g_str_equal(fields[FIELD_TYPE], "sec")) {
            n_keys++;
            if (g_str_equal(fields[FIELD_VALIDITY], "e"))
                why = "has expired; extend it (gpg --quick-set-expire), or name another";
            else if (g_str_equal(fields[FIELD_VALIDITY], "r"))
                why = "has been revoked; name another";
        } else if (self->fingerprint == NULL && g_str_equal(fields[FIELD_TYPE], "fpr")) {
            self->fingerprint = g_strdup(fields[FIELD_FINGERPRINT]);
        }
    }
    if (self->fingerprint == NULL)
        why = "is not there: no secret key of that name; see gpg --list-secret-keys";
    else if (n_keys > 1)
        why = "is not one but several; name one of them by its fingerprint";
    if (why == NULL)
        return TRUE;
    g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED, "the signing key %s %s",
                self->key != NULL ? self->key : "of the file", why);
    return FALSE;
}

static gboolean
find_key(Signer *self, const Config *config, GCancellable *cancellable, GError **error)
{
    g_autoptr(GBytes) output = list_keys(self, config, cancellable, error);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    gsize length = 0;
    const char *data = NULL;

    if (output == NULL)
        return FALSE;
    data = g_bytes_get_data(output, &length);
    text = g_strndup(data, length);
    lines = g_strsplit(text, "\n", -1);
    self->key = g_strdup(config->signing_key);
    if (!take_key(self, lines, error))
        return FALSE;
    /* The user's name for the key may choose a subkey. */
    if (self->key == NULL)
        self->key = g_strdup(self->fingerprint);
    return TRUE;
}

Signer *
signer_open(const Config *config, GCancellable *cancellable, GError **error)
{
    g_autoptr(Signer) self = g_new0(Signer, 1);

    self->gpg.passphrase_file = g_strdup(config->passphrase_file);
    if (config->signing_key_file != NULL && !import_file(self, config, cancellable, error))
        return NULL;
    if (!find_key(self, config, cancellable, error))
        return NULL;
    return g_steal_pointer(&self);
}

GBytes *
signer_sign(
    Signer *signer, SignatureKind kind, GBytes *text, GCancellable *cancellable, GError **error)
{
    g_autofree char *doing = g_strdup_printf("signing the repository with %s", signer->key);
    const char *const arguments[] = {
        "--armor",   "--digest-algo",
        "SHA256",    "--local-user",
        signer->key, "--output",
        "-",         kind == SIGNATURE_INLINE ? "--clearsign" : "--detach-sign",
        NULL,
    };

    return gpg_run(&signer->gpg, arguments, text, doing, cancellable, error);
}

GBytes *
signer_export(Signer *signer, GCancellable *cancellable, GError **error)
{
    const char *const arguments[] = {
        "--armor", "--export-options", "export-minimal", "--export", signer->fingerprint, NULL,
    };

    return gpg_run(&signer->gpg, arguments, NULL, "exporting the public key", cancellable, error);
}

void
signer_free(Signer *signer)
{
    if (signer == NULL)
        return;
    gpg_clear(&signer->gpg);
    g_free(signer->key);
    g_free(signer->fingerprint);
    g_free(signer);
}
