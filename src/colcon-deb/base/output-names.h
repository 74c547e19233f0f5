/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The names in the output directory that users know; docs/packaging.md lists them. */
#define OUTPUT_DEBS "debs"
#define OUTPUT_LOGS "logs"
#define OUTPUT_TESTS "test-results"
#define OUTPUT_STATE ".colcon-deb"
#define OUTPUT_REPOSITORY "apt"
#define OUTPUT_REPOSITORY_LOCK ".apt.lock"
#define OUTPUT_TARGETS "targets"
#define OUTPUT_EVENTS "events.jsonl"
#define OUTPUT_SUMMARY "summary.json"
#define OUTPUT_REPORT "report.html"
#define OUTPUT_TRACE "trace.json"

/* Where OUTPUT_EVENTS is written until it is known that there is something to build. */
#define OUTPUT_EVENTS_TEMPORARY ".events.jsonl.tmp"
