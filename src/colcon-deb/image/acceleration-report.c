/* SPDX-License-Identifier: Apache-2.0 */
#include "acceleration-report.h"

#include "../base/folder.h"
#include "../base/json.h"
#include "../base/program-error.h"

enum {
    MAX_REPORT = 1 << 20
};

static gint
compare_names(gconstpointer a, gconstpointer b)
{
    return g_strcmp0(a, b);
}

/* The members of @object that are strings, each as "NAME" @between "VALUE"; sorted. */
static GPtrArray *
list_members(JsonObject *object, const char *between)
{
    GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GList) names = object != NULL ? json_object_get_members(object) : NULL;

    names = g_list_sort(names, compare_names);
    for (const GList *name = names; name != NULL; name = name->next) {
        const char *value = json_text_get_string(object, name->data);

        if (value != NULL)
            g_ptr_array_add(list, g_strconcat(name->data, between, value, NULL));
    }
    return list;
}

static char *
join(GPtrArray *list)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < list->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? " " : "", (char *)list->pdata[i]);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static AccelerationReport *
parse(JsonObject *object)
{
    AccelerationReport *report = g_new0(AccelerationReport, 1);
    g_autoptr(GPtrArray) versions = list_members(json_text_get_object(object, "versions"), "=");
    JsonArray *replaced = json_text_get_array(object, "replaced");

    report->refused = g_strdup(json_text_get_string(object, "refused"));
    report->versions = join(versions);
    report->emulated = list_members(json_text_get_object(object, "emulated"), " stays emulated: ");
    report->replaced = replaced != NULL ? json_array_get_length(replaced) : 0;
    return report;
}

AccelerationReport *
acceleration_report_read(const char *directory, GError **error)
{
    g_autoptr(Folder) folder = folder_open(directory, error);
    g_autoptr(GBytes) content =
        folder != NULL ? folder_read(folder, "report.json", MAX_REPORT, error) : NULL;
    g_autoptr(JsonObject) object = NULL;
    gsize length = 0;
    const char *text = content != NULL ? g_bytes_get_data(content, &length) : NULL;

    if (content == NULL)
        return NULL;
    object = json_text_parse_object(text, length);
    if (object != NULL)
        return parse(object);
    g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                "the report of the accelerator is not valid JSON");
    return NULL;
}

void
acceleration_report_free(AccelerationReport *report)
{
    if (report == NULL)
        return;
    g_free(report->refused);
    g_free(report->versions);
    g_ptr_array_unref(report->emulated);
    g_free(report);
}
