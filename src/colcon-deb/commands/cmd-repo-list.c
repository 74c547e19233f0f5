/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/json.h"
#include "../base/table.h"
#include "../base/text.h"
#include "../repository/package-list.h"
#include "command.h"
#include "repo-options.h"

static const char *const keys[] = {"output_dir", NULL};

static void
print_table(const GPtrArray *packages)
{
    g_autoptr(Table) table = table_new();

    for (guint i = 0; i < packages->len; i++) {
        const ListedPackage *package = packages->pdata[i];
        g_autofree char *size = text_size(package->size);

        table_add_row(table, (const char *const[]){package->name, package->version,
                                                   package->architecture, package->suite, size});
    }
    table_print(table, stdout);
}

static void
print_json(const ListedPackage *package)
{
    JsonBuilder *line = json_line_begin();

    json_add_string(line, "package", package->name);
    json_add_string(line, "version", package->version);
    json_add_string(line, "architecture", package->architecture);
    json_add_string(line, "suite", package->suite);
    json_add_number(line, "size", (gint64)package->size);
    json_add_string(line, "path", package->path);
    json_line_end(line, stdout);
}

static gboolean
list(int argc, char **argv, GError **error)
{
    g_auto(Options) options = {0};
    g_autoptr(Config) config = NULL;
    g_autoptr(GPtrArray) packages = NULL;

    if (!options_parse(&options, &cmd_repo_list, NULL, argc, argv, error))
        return FALSE;
    if (options.help)
        return TRUE;
    config = repo_load_config(&options, error);
    packages = config != NULL ? package_list_read(config, error) : NULL;
    if (packages == NULL)
        return FALSE;
    for (guint i = 0; options.json && i < packages->len; i++)
        print_json(packages->pdata[i]);
    if (!options.json && !options.quiet)
        print_table(packages);
    return TRUE;
}

const Command cmd_repo_list = {
    .parent = "repo",
    .name = "ls",
    .alias = "list",
    .keys = keys,
    .summary = "List the packages of the repository",
    .notes = "Prints one line for each package: name, version, architecture, suite and size. Needs "
             "no engine.",
    .examples = "  colcon-deb repo ls ~/ros_ws\n"
                "  colcon-deb repo ls --json | jq -r 'select(.suite == \"stable\").package'",
    .run = list,
};
