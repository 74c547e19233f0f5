/* SPDX-License-Identifier: Apache-2.0 */
#include "report.h"

#include "../base/output-names.h"
#include "report-html.h"
#include "trace.h"

gboolean
report_write(const Folder *directory, const Owner *owner, const History *history, GError **error)
{
    g_autoptr(GBytes) page = report_html(history);
    g_autoptr(GBytes) trace = trace_json(history);

    return folder_write(directory, OUTPUT_REPORT, owner, page, error) &&
           folder_write(directory, OUTPUT_TRACE, owner, trace, error);
}
