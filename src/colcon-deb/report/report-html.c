/* SPDX-License-Identifier: Apache-2.0 */
#include "report-html.h"

#include "report-data.h"
#include "report-resources.h"
#include "report-text.h"

#include <string.h>

/* The parts of the script, in their order: what a part uses while it is read comes before it. */
static const char *const scripts[] = {
    "data",  "elements", "words",    "packages", "reach",      "selection",
    "tip",   "summary",  "failures", "time",     "timeline",   "load",
    "table", "graph",    "layers",   "details",  "repository", "page",
};

typedef struct {
    const char *marker; /* in report.html */
    char *text;
} Part;

static char *
resource(const char *name)
{
    g_autofree char *path = g_strconcat("/colcon-deb/report/", name, NULL);
    g_autoptr(GBytes) bytes = g_resource_lookup_data(report_resources_get_resource(), path,
                                                     G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    gsize length = 0;
    const char *data = g_bytes_get_data(bytes, &length);

    return g_strndup(data, length);
}

/* As one text, so that the page has one script and one digest. */
static char *
joined_script(void)
{
    GString *all = g_string_new(NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(scripts); i++) {
        g_autofree char *name = g_strdup_printf("script/%s.js", scripts[i]);
        g_autofree char *text = resource(name);

        g_string_append(all, text);
    }
    return g_string_free(all, FALSE);
}

/* As a Content-Security-Policy names a script or a style sheet. */
static char *
source_digest(const char *text)
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    guint8 digest[32];
    gsize length = sizeof digest;
    g_autofree char *base64 = NULL;

    g_checksum_update(checksum, (const guchar *)text, (gssize)strlen(text));
    g_checksum_get_digest(checksum, digest, &length);
    base64 = g_base64_encode(digest, length);
    return g_strconcat("'sha256-", base64, "'", NULL);
}

static const Part *
next_part(const char *text, const Part *parts, gsize n_parts, const char **place)
{
    const Part *next = NULL;

    for (gsize i = 0; i < n_parts; i++) {
        const char *found = strstr(text, parts[i].marker);

        if (found != NULL && (next == NULL || found < *place)) {
            next = &parts[i];
            *place = found;
        }
    }
    return next;
}

/* In one pass: a marker in what is inserted means nothing. */
static GBytes *
insert(const char *text, const Part *parts, gsize n_parts)
{
    GString *page = g_string_new(NULL);
    const char *place = NULL;
    const Part *part = NULL;

    while ((part = next_part(text, parts, n_parts, &place)) != NULL) {
        g_string_append_len(page, text, place - text);
        g_string_append(page, part->text);
        text = place + strlen(part->marker);
    }
    g_string_append(page, text);
    return g_string_free_to_bytes(page);
}

GBytes *
report_html(const History *history)
{
    g_autofree char *template = resource("report.html");
    g_autofree char *style = resource("report.css");
    g_autofree char *script = joined_script();
    g_autofree char *style_digest = source_digest(style);
    g_autofree char *script_digest = source_digest(script);
    g_autofree char *json = report_data(history);
    g_autofree char *data = report_escape_json(json);
    const Part parts[] = {
        {"@STYLE_DIGEST@", style_digest},
        {"@SCRIPT_DIGEST@", script_digest},
        {"@STYLE@", style},
        {"@SCRIPT@", script},
        {"@DATA@", data},
    };

    return insert(template, parts, G_N_ELEMENTS(parts));
}
