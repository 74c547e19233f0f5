/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "history.h"

/*
 * The whole page: report.html with report.css, the script and the data in it. The script is the
 * files of script/, joined. The page's policy lets run the one script and the one style sheet by
 * their digests, and nothing else, and loads nothing.
 */
GBytes *report_html(const History *history);
