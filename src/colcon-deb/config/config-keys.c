/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stddef.h>

static const char *const build_types[] = {
    "Release", "RelWithDebInfo", "MinSizeRel", "Debug", "None", NULL,
};
static const char *const test_failures[] = {"fail", "warn", NULL};
static const char *const pull_policies[] = {"always", "missing", "never", NULL};
static const char *const accelerate_modes[] = {"auto", "off", "force", NULL};
static const char *const transfers[] = {"auto", "bind", "copy", NULL};
static const char *const network_modes[] = {"host", "bridge", "none", NULL};

static const char *const views[] = {"auto", "live", "plain", "github", "json", NULL};

/* clang-format off */
const ConfigKey config_keys[] = {
    {
        .name = "colcon_repo", .type = CONFIG_PATH,
        .field = offsetof(Config, colcon_repo), .placeholder = "PATH",
        .group = CONFIG_GROUP_OUTPUT,
        .description = "build the packages in `src` of this workspace",
        .fallback = "the current directory",
        .of_whole = TRUE,
    },
    {
        .name = "debian_dirs", .flag = "debian-dirs", .type = CONFIG_PATH,
        .field = offsetof(Config, debian_dirs), .placeholder = "DIR",
        .group = CONFIG_GROUP_PACKAGES,
        .description = "read overrides from DIR, keep generated `debian/` there",
        .fallback = "debian_dirs in the workspace",
    },
    {
        .name = "output_dir", .flag = "output-dir", .letter = 'o', .type = CONFIG_PATH,
        .field = offsetof(Config, output_dir), .placeholder = "DIR",
        .group = CONFIG_GROUP_OUTPUT,
        .description = "write packages, repository, logs and reports to DIR",
        .fallback = "output in the workspace",
        .of_whole = TRUE,
    },
    {
        .name = "ros_distro", .flag = "ros-distro", .type = CONFIG_WORD,
        .field = offsetof(Config, ros_distro), .placeholder = "NAME",
        .group = CONFIG_GROUP_PACKAGES,
        .description = "build for this ROS distribution",
        .fallback = "$ROS_DISTRO, else the image's",
        .decides = "ROS_DISTRO",
    },
    {
        .name = "parallel_jobs", .flag = "jobs", .letter = 'j', .type = CONFIG_COUNT,
        .field = offsetof(Config, parallel_jobs), .placeholder = "N",
        .group = CONFIG_GROUP_PACKAGES,
        .description = "run N compile jobs at a time",
        .details = "All packages share the jobs. 0 means one job for each processor, or fewer when"
                   " memory is short.",
        .fallback = "0",
        .decides = "PARALLEL_JOBS",
        .of_whole = TRUE,
    },
    {
        .name = "build_type", .flag = "build-type", .type = CONFIG_CHOICE,
        .field = offsetof(Config, build_type), .placeholder = "TYPE",
        .group = CONFIG_GROUP_PACKAGES,
        .description = "set CMake's build type",
        .details = "`None` keeps Debian's own flags.",
        .fallback = "Release", .choices = build_types,
        .setting = "BUILD_TYPE",
    },
    {
        .name = "cmake_args", .flag = "cmake-args", .type = CONFIG_ARGUMENTS,
        .field = offsetof(Config, cmake_args), .placeholder = "ARG...",
        .group = CONFIG_GROUP_PACKAGES,
        .description = "pass these arguments to CMake, e.g. `-DNAME=VALUE`",
        .details = "In every package that is built by CMake, as its last arguments.",
        .fallback = "none",
        .setting = "CMAKE_ARGUMENTS",
        .of_builds = TRUE,
    },
    {
        .name = "ament_cmake_args", .flag = "ament-cmake-args", .type = CONFIG_ARGUMENTS,
        .field = offsetof(Config, ament_cmake_args), .placeholder = "ARG...",
        .group = CONFIG_GROUP_PACKAGES,
        .description = "the same for packages of type ament_cmake",
        .fallback = "none",
        .setting = "AMENT_CMAKE_ARGUMENTS",
        .of_builds = TRUE,
    },
    {
        .name = "catkin_cmake_args", .flag = "catkin-cmake-args", .type = CONFIG_ARGUMENTS,
        .field = offsetof(Config, catkin_cmake_args), .placeholder = "ARG...",
        .group = CONFIG_GROUP_PACKAGES,
        .description = "the same for packages of type catkin",
        .fallback = "none",
        .setting = "CATKIN_CMAKE_ARGUMENTS",
        .of_builds = TRUE,
    },
    {
        .name = "install_prefix", .flag = "install-prefix", .type = CONFIG_PREFIX,
        .field = offsetof(Config, install_prefix), .placeholder = "DIR",
        .group = CONFIG_GROUP_PACKAGES,
        .description = "install packages below DIR, in `/opt` or `/usr`",
        .fallback = "/opt/ros/DISTRO",
        .setting = "INSTALL_PREFIX",
    },
    {
        .name = "package_prefix", .flag = "package-prefix", .type = CONFIG_WORD,
        .field = offsetof(Config, package_prefix), .placeholder = "PREFIX",
        .group = CONFIG_GROUP_PACKAGES,
        .description = "begin the names of the Debian packages with PREFIX",
        .fallback = "ros-DISTRO-",
        .setting = "PACKAGE_PREFIX",
    },
    {
        .name = "run_tests", .flag = "run-tests", .type = CONFIG_BOOLEAN,
        .field = offsetof(Config, run_tests),
        .group = CONFIG_GROUP_PACKAGES,
        .description = "run the tests of each package",
        .fallback = "false",
        .setting = "RUN_TESTS",
    },
    {
        .name = "test_failures", .flag = "test-failures", .type = CONFIG_CHOICE,
        .field = offsetof(Config, test_failures), .placeholder = "WHAT",
        .group = CONFIG_GROUP_PACKAGES,
        .description = "fail the package of a failing test, or only warn",
        .fallback = "fail", .choices = test_failures,
        .setting = "TEST_FAILURES",
    },
    {
        .name = "debug_symbols", .flag = "debug-symbols", .type = CONFIG_BOOLEAN,
        .field = offsetof(Config, debug_symbols),
        .group = CONFIG_GROUP_PACKAGES,
        .description = "make a `-dbgsym` package for programs and libraries",
        .fallback = "false",
        .setting = "DEBUG_SYMBOLS",
    },
    {
        .name = "fast", .flag = "fast", .type = CONFIG_BOOLEAN,
        .field = offsetof(Config, fast),
        .group = CONFIG_GROUP_PACKAGES,
        .description = "skip the debhelper steps that have nothing to do",
        .details = "The packages are the same, byte for byte.",
        .fallback = "true",
        .setting = "FAST",
    },
    {
        .name = "continue_on_error", .flag = "continue-on-error", .type = CONFIG_BOOLEAN,
        .field = offsetof(Config, continue_on_error),
        .group = CONFIG_GROUP_PACKAGES,
        .description = "after a failure, build all that does not depend on it",
        .fallback = "true",
        .setting = "CONTINUE_ON_ERROR",
    },
    {
        .name = "retry", .flag = "retry", .type = CONFIG_COUNT,
        .field = offsetof(Config, retry), .placeholder = "N",
        .group = CONFIG_GROUP_PACKAGES,
        .description = "retry a package up to N times after a network failure",
        .fallback = "0",
        .setting = "RETRIES",
    },
    {
        .name = "package_timeout", .flag = "package-timeout", .type = CONFIG_SECONDS,
        .field = offsetof(Config, package_timeout), .placeholder = "SECONDS",
        .group = CONFIG_GROUP_PACKAGES,
        .description = "stop the build of a package after SECONDS",
        .details = "0 means no limit.",
        .fallback = "0",
        .setting = "PACKAGE_TIMEOUT",
    },
    {
        .name = "build_stamp", .flag = "build-stamp", .type = CONFIG_BOOLEAN,
        .field = offsetof(Config, build_stamp),
        .group = CONFIG_GROUP_PACKAGES,
        .description = "end versions with the time of the newest source",
        .details = "apt then upgrades to a rebuild of the same version.",
        .fallback = "true",
        .affects_output = TRUE,
        .setting = "BUILD_STAMP",
    },
    {
        .name = "ccache", .flag = "ccache", .type = CONFIG_BOOLEAN,
        .field = offsetof(Config, ccache),
        .group = CONFIG_GROUP_PACKAGES,
        .description = "compile through ccache",
        .details = "ccache keeps its files in a volume of the engine. The image must have ccache.",
        .fallback = "false",
        .decides = "COMPILER_CACHE",
    },
    {
        .name = "environment", .flag = "env", .letter = 'e', .type = CONFIG_ENVIRONMENT,
        .field = offsetof(Config, environment), .placeholder = "NAME=VALUE",
        .group = CONFIG_GROUP_PACKAGES,
        .description = "set variables in the build, e.g. `http_proxy`",
        .fallback = "none",
        .affects_output = TRUE,
    },
    {
        .name = "repository.prune", .flag = "prune", .type = CONFIG_BOOLEAN,
        .field = offsetof(Config, repository_prune),
        .group = CONFIG_GROUP_REPOSITORY,
        .description = "remove older versions from the repository",
        .fallback = "false",
        .affects_output = TRUE,
        .setting = "REPOSITORY_PRUNE",
    },
    {
        .name = "repository.hold_partial", .flag = "hold-partial", .type = CONFIG_BOOLEAN,
        .field = offsetof(Config, repository_hold_partial),
        .group = CONFIG_GROUP_REPOSITORY,
        .description = "publish nothing unless every package was built",
        .details = "The repository then stays as it was.",
        .fallback = "false",
        .setting = "REPOSITORY_HOLD_PARTIAL",
    },
    {
        .name = "repository.allow_stale", .flag = "allow-stale", .type = CONFIG_BOOLEAN,
        .field = offsetof(Config, repository_allow_stale),
        .group = CONFIG_GROUP_REPOSITORY,
        .description = "publish packages whose dependents were not rebuilt",
        .details = "Otherwise the repository keeps their former versions until the dependents are"
                   " built, too.",
        .fallback = "false",
        .setting = "REPOSITORY_ALLOW_STALE",
    },
    {
        .name = "repository.signing_key", .flag = "signing-key", .type = CONFIG_TEXT,
        .field = offsetof(Config, signing_key), .placeholder = "KEY",
        .group = CONFIG_GROUP_REPOSITORY,
        .description = "sign the repository with this key of gpg",
        .details = "A fingerprint, or another name by which gpg finds the key.",
        .fallback = "not signed",
        .of_whole = TRUE,
    },
    {
        .name = "repository.signing_key_file", .flag = "signing-key-file", .type = CONFIG_PATH,
        .field = offsetof(Config, signing_key_file), .placeholder = "FILE",
        .group = CONFIG_GROUP_REPOSITORY,
        .description = "sign the repository with an exported secret key",
        .details = "gpg's own keys are not touched.",
        .fallback = "gpg's own keys",
        .of_whole = TRUE,
    },
    {
        .name = "repository.passphrase_file", .flag = "passphrase-file", .type = CONFIG_PATH,
        .field = offsetof(Config, passphrase_file), .placeholder = "FILE",
        .group = CONFIG_GROUP_REPOSITORY,
        .description = "read the passphrase of the signing key from FILE",
        .details = "The passphrase is the first line.",
        .fallback = "gpg's agent asks",
        .of_whole = TRUE,
    },
    {
        .name = "docker.image", .flag = "image", .type = CONFIG_TEXT,
        .field = offsetof(Config, image), .placeholder = "REF",
        .group = CONFIG_GROUP_CONTAINER,
        .description = "build in this image",
        .fallback = "colcon-deb-builder:DISTRO",
    },
    {
        .name = "docker.dockerfile", .flag = "dockerfile", .type = CONFIG_PATH,
        .field = offsetof(Config, dockerfile), .placeholder = "FILE",
        .group = CONFIG_GROUP_CONTAINER,
        .description = "build the image from this Dockerfile",
        .details = "Takes the place of `docker.image`. `COPY` and `ADD` may name files of the "
                   "Dockerfile's directory.",
        .fallback = "none",
    },
    {
        .name = "docker.platform", .flag = "platform", .type = CONFIG_PLATFORM,
        .field = offsetof(Config, platform), .placeholder = "PLATFORM",
        .group = CONFIG_GROUP_CONTAINER,
        .description = "build packages for this platform, e.g. `linux/arm64`",
        .details = "Or Debian's name of the architecture, e.g. `armhf`. What is built lies in"
                   " `targets/ARCHITECTURE` of the output directory, except the repository.",
        .fallback = "the image's",
    },
    {
        .name = "docker.pull", .flag = "pull", .type = CONFIG_CHOICE,
        .field = offsetof(Config, pull), .placeholder = "POLICY",
        .group = CONFIG_GROUP_CONTAINER,
        .description = "decide when to pull the image",
        .fallback = "missing", .choices = pull_policies,
    },
    {
        .name = "docker.accelerate", .flag = "accelerate", .type = CONFIG_CHOICE,
        .field = offsetof(Config, accelerate), .placeholder = "WHEN",
        .group = CONFIG_GROUP_CONTAINER,
        .description = "use the native programs of an accelerated image",
        .details = "`off` runs the emulated programs. `force` refuses an emulated image that is "
                   "not accelerated.",
        .fallback = "auto", .choices = accelerate_modes,
        .decides = "ACCELERATE",
    },
    {
        .name = "docker.network_mode", .flag = "network", .type = CONFIG_CHOICE,
        .field = offsetof(Config, network_mode), .placeholder = "MODE",
        .group = CONFIG_GROUP_CONTAINER,
        .description = "set the network of the build container",
        .fallback = "host", .choices = network_modes,
    },
    {
        .name = "docker.host", .flag = "host", .type = CONFIG_TEXT,
        .field = offsetof(Config, host), .placeholder = "ADDRESS",
        .group = CONFIG_GROUP_ENGINE,
        .description = "use the container engine at ADDRESS",
        .details = "`unix:///path/to/socket`, `tcp://host:port` or `ssh://user@host`. The default "
                   "is `$DOCKER_HOST`, else the current Docker context, else the default socket, else "
                   "Podman.",
        .fallback = "$DOCKER_HOST",
        .of_whole = TRUE,
    },
    {
        .name = "docker.context", .flag = "context", .type = CONFIG_TEXT,
        .field = offsetof(Config, context), .placeholder = "CONTEXT",
        .group = CONFIG_GROUP_ENGINE,
        .description = "use the container engine of this Docker context",
        .details = "Takes the place of `docker.host`.",
        .fallback = "$DOCKER_CONTEXT",
        .of_whole = TRUE,
    },
    {
        .name = "docker.cert_path", .flag = "cert-path", .type = CONFIG_PATH,
        .field = offsetof(Config, cert_path), .placeholder = "DIR",
        .group = CONFIG_GROUP_ENGINE,
        .description = "read `ca.pem`, `cert.pem` and `key.pem` from DIR",
        .details = "For a `tcp` address with TLS.",
        .fallback = "$DOCKER_CERT_PATH",
        .of_whole = TRUE,
    },
    {
        .name = "docker.transfer", .flag = "transfer", .type = CONFIG_CHOICE,
        .field = offsetof(Config, transfer), .placeholder = "HOW",
        .group = CONFIG_GROUP_ENGINE,
        .description = "decide how the engine gets the workspace's files",
        .details = "`bind` mounts the directories, which an engine of another machine does not see. "
                   "`copy` sends what has changed, and brings back the results. `auto` asks the "
                   "engine whether it sees the directories.",
        .fallback = "auto", .choices = transfers,
    },
    {
        .name = "docker.dependency_layers", .flag = "dependency-layers", .type = CONFIG_COUNT,
        .field = offsetof(Config, dependency_layers), .placeholder = "N",
        .group = CONFIG_GROUP_CONTAINER,
        .description = "keep up to N images with installed dependencies",
        .details = "0 installs the dependencies in every build.",
        .fallback = "5",
        .decides = "DEPENDENCY_LAYER",
    },
    {
        .name = "keep_warm", .flag = "keep-warm", .type = CONFIG_DURATION,
        .field = offsetof(Config, keep_warm), .placeholder = "DURATION",
        .group = CONFIG_GROUP_CONTAINER,
        .description = "keep the next build's container ready for DURATION",
        .details = "A number with `s`, `m` or `h`, e.g. `90s`; the flag alone means `30m`. 0 keeps"
                   " none.",
        .fallback = "0", .implied = "30m",
        .of_builds = TRUE,
    },
    {
        .name = "docker.no_new_privileges", .flag = "no-new-privileges", .type = CONFIG_BOOLEAN,
        .field = offsetof(Config, no_new_privileges),
        .group = CONFIG_GROUP_CONTAINER,
        .description = "set-user-id programs such as sudo have no effect",
        .fallback = "false",
        .decides = "NO_NEW_PRIVILEGES",
    },
    {
        .name = "docker.privileged", .flag = "privileged", .type = CONFIG_BOOLEAN,
        .field = offsetof(Config, privileged),
        .group = CONFIG_GROUP_CONTAINER,
        .description = "give the build every right on the engine's machine",
        .fallback = "false",
    },
    {
        .name = "docker.gpus", .flag = "gpus", .type = CONFIG_GPUS,
        .field = offsetof(Config, gpus), .placeholder = "GPUS",
        .group = CONFIG_GROUP_CONTAINER,
        .description = "give the build these GPUs of the engine's machine",
        .details = "`all`, a number, `device=0,1` (numbers or UUIDs), the name of a CDI device such"
                   " as `nvidia.com/gpu=all`, or `none`.",
        .fallback = "none",
    },
    {
        .name = "view", .flag = "view", .type = CONFIG_CHOICE,
        .field = offsetof(Config, view), .placeholder = "VIEW",
        .group = CONFIG_GROUP_OUTPUT,
        .description = "show a build in this way",
        .details = "`live` is for a terminal, `plain` for a log, `github` for the log of a GitHub"
                   " workflow, and `json` for a program. `auto` is `live` on a terminal,"
                   " `github` in a GitHub workflow (`GITHUB_ACTIONS` is `true`), and `plain`"
                   " elsewhere. `--json` wins over it.",
        .fallback = "auto", .choices = views,
        .of_builds = TRUE,
        .of_whole = TRUE,
    },
    {
        .name = "title_progress", .flag = "title-progress", .type = CONFIG_BOOLEAN,
        .field = offsetof(Config, title_progress),
        .group = CONFIG_GROUP_OUTPUT,
        .description = "show the progress in the window's title bar, too",
        .details = "For terminals that know the sequence OSC 9;4.",
        .fallback = "true",
        .of_builds = TRUE,
        .of_whole = TRUE,
    },
};
/* clang-format on */

const gsize config_n_keys = G_N_ELEMENTS(config_keys);

const char *
config_group_get_title(ConfigGroup group)
{
    static const char *const titles[] = {
        [CONFIG_GROUP_PACKAGES] = "Packages", [CONFIG_GROUP_CONTAINER] = "Container",
        [CONFIG_GROUP_ENGINE] = "Engine",     [CONFIG_GROUP_REPOSITORY] = "Repository",
        [CONFIG_GROUP_OUTPUT] = "Output",
    };

    return titles[group];
}

char *
config_key_describe_type(const ConfigKey *key)
{
    static const char *const names[] = {
        [CONFIG_TEXT] = "text",         [CONFIG_WORD] = "word",
        [CONFIG_PATH] = "path",         [CONFIG_PREFIX] = "absolute path",
        [CONFIG_COUNT] = "number",      [CONFIG_SECONDS] = "seconds",
        [CONFIG_DURATION] = "duration", [CONFIG_BOOLEAN] = "true or false",
        [CONFIG_CHOICE] = "one of",     [CONFIG_PLATFORM] = "platform",
        [CONFIG_GPUS] = "GPUs",         [CONFIG_ENVIRONMENT] = "mapping",
        [CONFIG_ARGUMENTS] = "list",
    };
    g_autofree char *choices =
        key->choices != NULL ? g_strjoinv(", ", (char **)key->choices) : NULL;

    return choices != NULL ? g_strconcat(names[key->type], " ", choices, NULL)
                           : g_strdup(names[key->type]);
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
    if (key->implied != NULL)
        g_string_append_printf(out, "[=%s]", key->placeholder);
    else if (key->placeholder != NULL)
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
        g_autofree char *type = config_key_describe_type(key);

        g_string_append_printf(out, "| `%s` | ", key->name);
        append_flag(out, key);
        g_string_append_printf(out, " | %s | %s%s%s | %s |\n", type, key->description,
                               key->details != NULL ? ". " : "",
                               key->details != NULL ? key->details : "", key->fallback);
    }
    return g_string_free(out, FALSE);
}
