/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stddef.h>
#include <string.h>

static const char *const build_types[] = {
    "Release", "RelWithDebInfo", "MinSizeRel", "Debug", "None", NULL,
};
static const char *const pull_policies[] = {"always", "missing", "never", NULL};
static const char *const network_modes[] = {"host", "bridge", "none", NULL};

/* clang-format off */
const ConfigKey config_keys[] = {
    {
        .name = "colcon_repo", .type = CONFIG_PATH,
        .field = offsetof(Config, colcon_repo), .placeholder = "PATH",
        .description = "the workspace; the packages are in its `src`",
        .fallback = "the current directory",
    },
    {
        .name = "debian_dirs", .flag = "debian-dirs", .type = CONFIG_PATH,
        .field = offsetof(Config, debian_dirs), .placeholder = "DIR",
        .description = "overrides and generated `debian/` directories, one for each package",
        .fallback = "`debian_dirs` in the workspace",
    },
    {
        .name = "output_dir", .flag = "output-dir", .letter = 'o', .type = CONFIG_PATH,
        .field = offsetof(Config, output_dir), .placeholder = "DIR",
        .description = "where packages, repository, logs and reports go",
        .fallback = "`output` in the workspace",
    },
    {
        .name = "ros_distro", .flag = "ros-distro", .type = CONFIG_WORD,
        .field = offsetof(Config, ros_distro), .placeholder = "NAME",
        .description = "the ROS distribution to build for",
        .fallback = "`$ROS_DISTRO`, else what the image is made for",
        .decides = "ROS_DISTRO",
    },
    {
        .name = "parallel_jobs", .flag = "jobs", .letter = 'j', .type = CONFIG_COUNT,
        .field = offsetof(Config, parallel_jobs), .placeholder = "N",
        .description = "compile jobs at a time, of all packages together",
        .fallback = "0: one for each processor, or fewer where memory is short",
        .decides = "PARALLEL_JOBS",
    },
    {
        .name = "build_type", .flag = "build-type", .type = CONFIG_CHOICE,
        .field = offsetof(Config, build_type), .placeholder = "TYPE",
        .description = "CMake's build type; `None` keeps Debian's own flags",
        .fallback = "Release", .choices = build_types,
        .affects_output = TRUE,
        .setting = "BUILD_TYPE",
    },
    {
        .name = "install_prefix", .flag = "install-prefix", .type = CONFIG_PREFIX,
        .field = offsetof(Config, install_prefix), .placeholder = "DIR",
        .description = "where the packages install to, under `/opt` or `/usr`",
        .fallback = "`/opt/ros/` and the distribution",
        .affects_output = TRUE,
        .setting = "INSTALL_PREFIX",
    },
    {
        .name = "package_prefix", .flag = "package-prefix", .type = CONFIG_WORD,
        .field = offsetof(Config, package_prefix), .placeholder = "PREFIX",
        .description = "how the names of the Debian packages begin",
        .fallback = "`ros-`, the distribution and `-`",
        .affects_output = TRUE,
        .setting = "PACKAGE_PREFIX",
    },
    {
        .name = "run_tests", .flag = "run-tests", .type = CONFIG_BOOLEAN,
        .field = offsetof(Config, run_tests),
        .description = "run the packages' tests while building them",
        .fallback = "false",
        .affects_output = TRUE,
        .setting = "RUN_TESTS",
    },
    {
        .name = "debug_symbols", .flag = "debug-symbols", .type = CONFIG_BOOLEAN,
        .field = offsetof(Config, debug_symbols),
        .description = "make a `-dbgsym` package beside each that has programs or libraries",
        .fallback = "false",
        .affects_output = TRUE,
        .setting = "DEBUG_SYMBOLS",
    },
    {
        .name = "fast", .flag = "fast", .type = CONFIG_BOOLEAN,
        .field = offsetof(Config, fast),
        .description = "leave out the steps of debhelper that find nothing to do; the packages are "
                       "the same",
        .fallback = "true",
        .setting = "FAST",
    },
    {
        .name = "continue_on_error", .flag = "continue-on-error", .type = CONFIG_BOOLEAN,
        .field = offsetof(Config, continue_on_error),
        .description = "build all that does not need a package that failed",
        .fallback = "true",
        .setting = "CONTINUE_ON_ERROR",
    },
    {
        .name = "retry", .flag = "retry", .type = CONFIG_COUNT,
        .field = offsetof(Config, retry), .placeholder = "N",
        .description = "how often to try again what only failed for want of the network",
        .fallback = "0",
        .setting = "RETRIES",
    },
    {
        .name = "package_timeout", .flag = "package-timeout", .type = CONFIG_SECONDS,
        .field = offsetof(Config, package_timeout), .placeholder = "SECONDS",
        .description = "how long the build of a package may take",
        .fallback = "0: as long as it takes",
        .setting = "PACKAGE_TIMEOUT",
    },
    {
        .name = "build_stamp", .flag = "build-stamp", .type = CONFIG_BOOLEAN,
        .field = offsetof(Config, build_stamp),
        .description = "end versions with the time of the newest source, so that apt upgrades to a "
                       "rebuild",
        .fallback = "false",
        .affects_output = TRUE,
        .setting = "BUILD_STAMP",
    },
    {
        .name = "ccache", .flag = "ccache", .type = CONFIG_BOOLEAN,
        .field = offsetof(Config, ccache),
        .description = "compile through ccache, which keeps its files in a volume of the engine; "
                       "the image must have it",
        .fallback = "false",
        .decides = "COMPILER_CACHE",
    },
    {
        .name = "environment", .flag = "env", .letter = 'e', .type = CONFIG_ENVIRONMENT,
        .field = offsetof(Config, environment), .placeholder = "NAME=VALUE",
        .description = "more variables for the build, e.g. `http_proxy`",
        .fallback = "none",
        .affects_output = TRUE,
    },
    {
        .name = "repository.prune", .flag = "prune", .type = CONFIG_BOOLEAN,
        .field = offsetof(Config, repository_prune),
        .description = "keep no older versions in the repository",
        .fallback = "false",
        .affects_output = TRUE,
        .setting = "REPOSITORY_PRUNE",
    },
    {
        .name = "repository.signing_key", .flag = "signing-key", .type = CONFIG_TEXT,
        .field = offsetof(Config, signing_key), .placeholder = "KEY",
        .description = "sign the repository with this key of gpg's: a fingerprint, or what else "
                       "gpg takes for one",
        .fallback = "not signed",
    },
    {
        .name = "repository.signing_key_file", .flag = "signing-key-file", .type = CONFIG_PATH,
        .field = offsetof(Config, signing_key_file), .placeholder = "FILE",
        .description = "an exported secret key to sign with; gpg's own keys are not touched",
        .fallback = "gpg's own keys",
    },
    {
        .name = "repository.passphrase_file", .flag = "passphrase-file", .type = CONFIG_PATH,
        .field = offsetof(Config, passphrase_file), .placeholder = "FILE",
        .description = "the passphrase of the signing key, on the first line",
        .fallback = "gpg's agent asks",
    },
    {
        .name = "docker.image", .flag = "image", .type = CONFIG_TEXT,
        .field = offsetof(Config, image), .placeholder = "REF",
        .description = "the image to build in",
        .fallback = "`colcon-deb-builder:` and the distribution",
    },
    {
        .name = "docker.dockerfile", .flag = "dockerfile", .type = CONFIG_PATH,
        .field = offsetof(Config, dockerfile), .placeholder = "FILE",
        .description = "a Dockerfile to build the image from, in place of `docker.image`; the files "
                       "that it may name are those of its directory",
        .fallback = "none",
    },
    {
        .name = "docker.pull", .flag = "pull", .type = CONFIG_CHOICE,
        .field = offsetof(Config, pull), .placeholder = "POLICY",
        .description = "when to pull the image that `docker.image` names",
        .fallback = "missing", .choices = pull_policies,
    },
    {
        .name = "docker.network_mode", .flag = "network", .type = CONFIG_CHOICE,
        .field = offsetof(Config, network_mode), .placeholder = "MODE",
        .description = "the network of the build",
        .fallback = "host", .choices = network_modes,
    },
    {
        .name = "docker.host", .flag = "host", .type = CONFIG_TEXT,
        .field = offsetof(Config, host), .placeholder = "ADDRESS",
        .description = "the container engine: `unix:///path/to/socket`, `tcp://host:port` or "
                       "`ssh://user@host`",
        .fallback = "`$DOCKER_HOST`, else the current Docker context, else the default socket",
    },
    {
        .name = "docker.context", .flag = "context", .type = CONFIG_TEXT,
        .field = offsetof(Config, context), .placeholder = "NAME",
        .description = "a Docker context that names the engine, in place of `docker.host`",
        .fallback = "`$DOCKER_CONTEXT`",
    },
    {
        .name = "docker.cert_path", .flag = "cert-path", .type = CONFIG_PATH,
        .field = offsetof(Config, cert_path), .placeholder = "DIR",
        .description = "`ca.pem`, `cert.pem` and `key.pem` for a `tcp` address with TLS",
        .fallback = "`$DOCKER_CERT_PATH`",
    },
    {
        .name = "docker.dependency_layers", .flag = "dependency-layers", .type = CONFIG_COUNT,
        .field = offsetof(Config, dependency_layers), .placeholder = "N",
        .description = "how many images with dependencies already installed to keep on the engine; "
                       "0 installs them in every build",
        .fallback = "5",
        .decides = "DEPENDENCY_LAYER",
    },
    {
        .name = "docker.no_new_privileges", .flag = "no-new-privileges", .type = CONFIG_BOOLEAN,
        .field = offsetof(Config, no_new_privileges),
        .description = "take the effect from set-user-id programs such as sudo",
        .fallback = "false",
        .decides = "NO_NEW_PRIVILEGES",
    },
    {
        .name = "docker.privileged", .flag = "privileged", .type = CONFIG_BOOLEAN,
        .field = offsetof(Config, privileged),
        .description = "give the build every right on the engine's machine",
        .fallback = "false",
    },
};
/* clang-format on */

const gsize config_n_keys = G_N_ELEMENTS(config_keys);

static const char *
describe_type(ConfigType type)
{
    static const char *const names[] = {
        [CONFIG_TEXT] = "text",
        [CONFIG_WORD] = "word",
        [CONFIG_PATH] = "path",
        [CONFIG_PREFIX] = "absolute path",
        [CONFIG_COUNT] = "number",
        [CONFIG_SECONDS] = "seconds",
        [CONFIG_BOOLEAN] = "true or false",
        [CONFIG_CHOICE] = "one of",
        [CONFIG_ENVIRONMENT] = "mapping",
    };

    return names[type];
}

static void
append_flag(GString *out, const ConfigKey *key)
{
    if (key->flag == NULL) {
        g_string_append_printf(out, "argument `%s`", key->placeholder);
        return;
    }
    g_string_append_c(out, '`');
    if (key->letter != 0)
        g_string_append_printf(out, "-%c, ", key->letter);
    g_string_append_printf(out, "--%s", key->flag);
    if (key->placeholder != NULL)
        g_string_append_printf(out, " %s", key->placeholder);
    g_string_append_c(out, '`');
}

char *
config_keys_describe(void)
{
    GString *out = g_string_new("| key | flag | value | meaning | default |\n"
                                "|---|---|---|---|---|\n");

    for (gsize i = 0; i < config_n_keys; i++) {
        const ConfigKey *key = &config_keys[i];

        g_string_append_printf(out, "| `%s` | ", key->name);
        append_flag(out, key);
        g_string_append_printf(out, " | %s", describe_type(key->type));
        if (key->choices != NULL) {
            g_autofree char *choices = g_strjoinv("`, `", (char **)key->choices);

            g_string_append_printf(out, " `%s`", choices);
        }
        g_string_append_printf(out, " | %s | %s |\n", key->description, key->fallback);
    }
    return g_string_free(out, FALSE);
}
