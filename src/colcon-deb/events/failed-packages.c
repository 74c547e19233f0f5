/* SPDX-License-Identifier: Apache-2.0 */
#include "failed-packages.h"

#include "../base/folder.h"
#include "../base/json.h"
#include "../base/output-names.h"
#include "../base/program-error.h"
#include "package.h"

enum {
    MAX_SUMMARY = 16 * 1024 * 1024 /* bytes */
};

static JsonObject *
read_summary(const char *output)
{
    g_autoptr(Folder) folder = folder_open(output, NULL);
    g_autoptr(GBytes) text =
        folder != NULL ? folder_read(folder, OUTPUT_SUMMARY, MAX_SUMMARY, NULL) : NULL;

    return text != NULL
               ? json_text_parse_object(g_bytes_get_data(text, NULL), g_bytes_get_size(text))
               : NULL;
}

/* As in colcon, a package that was interrupted has failed. */
static gboolean
has_failed(JsonObject *package)
{
    const char *state = package != NULL ? json_text_get_string(package, "state") : NULL;

    return state != NULL && json_text_get_string(package, "name") != NULL &&
           (g_str_equal(state, package_status_get_name(PACKAGE_FAILED)) ||
            g_str_equal(state, package_status_get_name(PACKAGE_INTERRUPTED)));
}

char **
failed_packages_read(const char *output, GError **error)
{
    g_autoptr(JsonObject) summary = read_summary(output);
    JsonArray *packages = summary != NULL ? json_text_get_array(summary, "packages") : NULL;
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (guint i = 0; packages != NULL && i < json_array_get_length(packages); i++) {
        JsonObject *package = json_text_get_element(packages, i);

        if (has_failed(package))
            g_ptr_array_add(names, (gpointer)json_text_get_string(package, "name"));
    }
    if (names->len == 0) {
        program_error_usage(error,
                            "%s/" OUTPUT_SUMMARY " names no package that failed: there is "
                            "nothing for --packages-select-build-failed",
                            output);
        return NULL;
    }
    g_ptr_array_add(names, NULL);
    return g_strdupv((char **)names->pdata);
}
