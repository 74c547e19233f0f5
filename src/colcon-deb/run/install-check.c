/* SPDX-License-Identifier: Apache-2.0 */
#include "install-check.h"

#include "../base/output-names.h"
#include "../image/own-containers.h"
#include "helper-container.h"
#include "run-spec.h"

static gboolean
prepare_image(const InstallCheck *check, GError **error)
{
    g_autoptr(GPtrArray) warnings = NULL;

    return engine_get_info(check->engine, check->cancellable, error) &&
           engine_check_platform(check->engine, check->config, check->cancellable, error) &&
           engine_choose_image(check->engine, check->config, error) &&
           engine_get_image(check->engine, check->config, check->on_image, check->cancellable,
                            error) &&
           engine_check_architecture(check->engine, &warnings, check->cancellable, error);
}

/* A bare image may have no Python. The first words say what failed then. */
static GPtrArray *
make_command(const InstallCheck *check)
{
    static const char start[] =
        "export DEBIAN_FRONTEND=noninteractive\n"
        "command -v python3 >/dev/null || { apt-get -q update && apt-get -q -y install "
        "--no-install-recommends python3; } >/tmp/python.log 2>&1 || { echo 'Python cannot be "
        "installed in the image:' >&2; tail -n 3 /tmp/python.log >&2; exit 1; }\n"
        "exec python3 -B /install-check.py \"$@\"\n";
    GPtrArray *command = g_ptr_array_new();

    g_ptr_array_add(command, (gpointer) "sh");
    g_ptr_array_add(command, (gpointer) "-c");
    g_ptr_array_add(command, (gpointer)start);
    g_ptr_array_add(command, (gpointer) "sh");
    g_ptr_array_add(command, (gpointer) "/" OUTPUT_REPOSITORY);
    g_ptr_array_add(command, (gpointer)check->suite);
    for (char *const *name = check->packages; name != NULL && *name != NULL; name++)
        g_ptr_array_add(command, *name);
    g_ptr_array_add(command, NULL);
    return command;
}

gboolean
install_check(const InstallCheck *check, GError **error)
{
    g_autofree char *repository =
        g_build_filename(check->config->repository_dir, OUTPUT_REPOSITORY, NULL);
    g_autofree char *scripts = cdd_prepare_helper_scripts(NULL, error);
    g_autofree char *helper =
        scripts != NULL ? g_build_filename(scripts, "helpers", "install-check.py", NULL) : NULL;
    g_autoptr(GPtrArray) command = make_command(check);
    g_autoptr(GPtrArray) labels = g_ptr_array_new_with_free_func(g_free);
    CddContainerSpec spec = {
        .entrypoint = (const char *const *)command->pdata,
        .user = "0:0",
        .environment = (const char *const *)check->config->environment,
        .network_mode = run_spec_get_network(check->config),
        .hardened = TRUE,
    };

    if (helper == NULL || !prepare_image(check, error))
        return FALSE;
    own_containers_add_labels(labels);
    g_ptr_array_add(labels, NULL);
    spec.labels = (const char *const *)labels->pdata;
    spec.image = check->engine->image->id;
    return helper_container_run(
        &(HelperContainer){.engine = check->engine,
                           .spec = &spec,
                           .files = (const char *const[]){repository, helper, NULL},
                           .on_line = check->on_result,
                           .user_data = check->user_data,
                           .cancellable = check->cancellable},
        error);
}
