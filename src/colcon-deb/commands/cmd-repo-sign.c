/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/interrupt.h"
#include "../base/program-error.h"
#include "../repository/repository.h"
#include "../repository/signer.h"
#include "command.h"
#include "repo-options.h"

#include <stdio.h>

static const char *const keys[] = {
    "output_dir",
    "repository.signing_key",
    "repository.signing_key_file",
    "repository.passphrase_file",
    NULL,
};

static void
say(const char *message, gpointer user_data G_GNUC_UNUSED)
{
    g_printerr("colcon-deb: %s\n", message);
}

static gboolean
sign(int argc, char **argv, GError **error)
{
    g_auto(Options) options = {0};
    g_autoptr(Config) config = NULL;
    g_autoptr(Interrupt) interrupt = NULL;
    GCancellable *cancellable = NULL;
    g_autofree char *path = NULL;

    if (!options_parse(&options, &cmd_repo_sign, NULL, argc, argv, error))
        return FALSE;
    if (options.help)
        return TRUE;
    config = repo_load_config(&options, error);
    if (config == NULL)
        return FALSE;
    if (!signer_is_wanted(config))
        return program_error_usage(error, "repo sign: no key is configured; give --signing-key or "
                                          "--signing-key-file, or set repository.signing_key");
    interrupt = interrupt_new();
    cancellable = interrupt_get_cancellable(interrupt);
    if (!repository_check_key(config, cancellable, error) ||
        !repository_sign(config, say, NULL, cancellable, error)) {
        interrupt_settle(interrupt, error);
        return FALSE;
    }
    path = repo_get_path(config);
    if (!options.quiet && !options.json)
        printf("signed %s\n", path);
    return TRUE;
}

const Command cmd_repo_sign = {
    .parent = "repo",
    .name = "sign",
    .keys = keys,
    .summary = "Sign the repository again, with the configured key",
    .notes =
        "Makes new signatures of all suites, and writes the public key and colcon-deb.sources. Use "
        "it after a change of the key, such as another expiry. A build signs by itself.",
    .examples = "  colcon-deb repo sign ~/ros_ws\n"
                "  colcon-deb repo sign --signing-key robots@example.com",
    .run = sign,
};
