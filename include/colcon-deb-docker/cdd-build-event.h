/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-output.h>

G_BEGIN_DECLS

/**
 * CddBuildEventKind:
 * @CDD_BUILD_EVENT_PROGRESS: a `::progress::` line
 * @CDD_BUILD_EVENT_LOG: a `::log::` line
 * @CDD_BUILD_EVENT_OUTPUT: any other line
 *
 * What a line of a build's output is.
 */
typedef enum {
    CDD_BUILD_EVENT_PROGRESS,
    CDD_BUILD_EVENT_LOG,
    CDD_BUILD_EVENT_OUTPUT,
} CddBuildEventKind;

#define CDD_TYPE_BUILD_EVENT_KIND (cdd_build_event_kind_get_type())
CDD_API GType cdd_build_event_kind_get_type(void);

/**
 * CddBuildEvent:
 *
 * One line of a build's output, understood by the progress protocol (docs/protocol.md).
 */
typedef struct CddBuildEvent CddBuildEvent;

#define CDD_TYPE_BUILD_EVENT (cdd_build_event_get_type())
CDD_API GType cdd_build_event_get_type(void);

/**
 * cdd_build_event_parse:
 * @line: (array length=length) (element-type guint8): a line without its line end; need not be
 * UTF-8
 * @length: its length in bytes
 * @stream: where it was written
 *
 * Understands a line. A line that begins like an event but is malformed is output: nothing is an
 * error and nothing is lost.
 *
 * Returns: (transfer full): the event; free with cdd_build_event_free()
 */
CDD_API CddBuildEvent *
cdd_build_event_parse(const char *line, gsize length, CddOutputStream stream);

/**
 * cdd_build_event_new:
 * @kind: %CDD_BUILD_EVENT_PROGRESS or %CDD_BUILD_EVENT_LOG
 * @keys: (array length=n_fields): keys, `type` or `level` first, each once
 * @values: (array length=n_fields): their values
 * @n_fields: how many; at least 1
 *
 * Makes an event that no container wrote: what cdd_build_event_parse() would make of the line that
 * cdd_build_event_encode() writes, as if written to standard output.
 *
 * Returns: (transfer full): the event; free with cdd_build_event_free()
 */
CDD_API CddBuildEvent *cdd_build_event_new(CddBuildEventKind kind,
                                           const char *const *keys,
                                           const char *const *values,
                                           gsize n_fields);

/**
 * cdd_build_event_copy:
 * @event: an event
 *
 * Returns: (transfer full): the same event, which never changes, once more
 */
CDD_API CddBuildEvent *cdd_build_event_copy(const CddBuildEvent *event);

/**
 * cdd_build_event_free:
 * @event: (transfer full) (nullable): an event
 */
CDD_API void cdd_build_event_free(CddBuildEvent *event);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddBuildEvent, cdd_build_event_free)

/**
 * cdd_build_event_get_kind:
 * @event: an event
 *
 * Returns: what kind of line it was
 */
CDD_API CddBuildEventKind cdd_build_event_get_kind(const CddBuildEvent *event);

/**
 * cdd_build_event_get_stream:
 * @event: an event
 *
 * Returns: where the line was written
 */
CDD_API CddOutputStream cdd_build_event_get_stream(const CddBuildEvent *event);

/**
 * cdd_build_event_get_name:
 * @event: an event
 *
 * Returns: (transfer none): the `type` of progress (`package_start`…), the `level` of a log line,
 *   or an empty string for output
 */
CDD_API const char *cdd_build_event_get_name(const CddBuildEvent *event);

/**
 * cdd_build_event_get_line:
 * @event: an event
 *
 * Returns: (transfer none): the line as it came, as valid UTF-8 with U+FFFD for what was not
 */
CDD_API const char *cdd_build_event_get_line(const CddBuildEvent *event);

/**
 * cdd_build_event_get_n_fields:
 * @event: an event
 *
 * Returns: how many fields it has, `type` or `level` included; 0 for output
 */
CDD_API guint cdd_build_event_get_n_fields(const CddBuildEvent *event);

/**
 * cdd_build_event_get_field:
 * @event: an event
 * @index: below cdd_build_event_get_n_fields()
 * @value: (out) (transfer none) (optional): its decoded value, valid UTF-8
 *
 * Returns: (transfer none): the field's key
 */
CDD_API const char *
cdd_build_event_get_field(const CddBuildEvent *event, guint index, const char **value);

/**
 * cdd_build_event_lookup:
 * @event: an event
 * @key: a field's key
 *
 * Returns: (transfer none) (nullable): the field's decoded value
 */
CDD_API const char *cdd_build_event_lookup(const CddBuildEvent *event, const char *key);

/**
 * cdd_build_event_lookup_number:
 * @event: an event
 * @key: a field's key
 * @fallback: the answer when the field is absent or not a decimal number of 0 to 2^63-1
 *
 * Returns: the field's value as a number
 */
CDD_API gint64 cdd_build_event_lookup_number(const CddBuildEvent *event,
                                             const char *key,
                                             gint64 fallback);

/**
 * cdd_build_event_encode:
 * @kind: %CDD_BUILD_EVENT_PROGRESS or %CDD_BUILD_EVENT_LOG
 * @keys: (array length=n_fields): keys, `type` or `level` first
 * @values: (array length=n_fields): their values
 * @n_fields: how many
 *
 * Writes an event as the protocol does, without a line end.
 *
 * Returns: (transfer full): the line
 */
CDD_API char *cdd_build_event_encode(CddBuildEventKind kind,
                                     const char *const *keys,
                                     const char *const *values,
                                     gsize n_fields);

/**
 * CddBuildEventFunc:
 * @event: (transfer none): the event; valid during the call
 * @user_data: what cdd_build_output_handler_new() got
 *
 * Gets what each line was understood as.
 */
typedef void (*CddBuildEventFunc)(const CddBuildEvent *event, gpointer user_data);

/**
 * CddBuildOutputHandler:
 *
 * Turns the bytes that a build container writes into events, in order, none dropped. A line longer
 * than 64 KiB comes as several output events.
 */
typedef struct CddBuildOutputHandler CddBuildOutputHandler;

#define CDD_TYPE_BUILD_OUTPUT_HANDLER (cdd_build_output_handler_get_type())
CDD_API GType cdd_build_output_handler_get_type(void);

/**
 * cdd_build_output_handler_new:
 * @func: (scope notified) (closure user_data) (destroy free_user_data): called for each line
 * @user_data: passed to @func
 * @free_user_data: (nullable): frees @user_data with the handler
 *
 * Returns: (transfer full): a handler; release it with cdd_build_output_handler_unref()
 */
CDD_API CddBuildOutputHandler *cdd_build_output_handler_new(CddBuildEventFunc func,
                                                            gpointer user_data,
                                                            GDestroyNotify free_user_data);

/**
 * cdd_build_output_handler_ref:
 * @self: a handler
 *
 * Returns: (transfer full): the same handler, for one holder more
 */
CDD_API CddBuildOutputHandler *cdd_build_output_handler_ref(CddBuildOutputHandler *self);

/**
 * cdd_build_output_handler_unref:
 * @self: (transfer full): a handler
 *
 * Releases a handler. With its last holder it goes, and what has not been flushed with it.
 */
CDD_API void cdd_build_output_handler_unref(CddBuildOutputHandler *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddBuildOutputHandler, cdd_build_output_handler_unref)

/**
 * cdd_build_output_handler_feed:
 * @self: a handler
 * @stream: where the bytes were written
 * @data: (array length=length) (element-type guint8): bytes, split anywhere
 * @length: how many
 *
 * Call it from a #CddOutputHandler's on_stdout and on_stderr, or let
 * cdd_build_output_handler_init_handler() do so.
 */
CDD_API void cdd_build_output_handler_feed(CddBuildOutputHandler *self,
                                           CddOutputStream stream,
                                           const void *data,
                                           gsize length);

/**
 * cdd_build_output_handler_init_handler:
 * @self: a handler; must outlive the use of @handler
 * @handler: (out caller-allocates): gets on_stdout, on_stderr and user_data, and nothing else
 *
 * Fills a #CddOutputHandler that feeds @self, for a container whose output is all that its caller
 * wants. Call cdd_build_output_handler_flush() when the container has ended.
 */
CDD_API void cdd_build_output_handler_init_handler(CddBuildOutputHandler *self,
                                                   CddOutputHandler *handler);

/**
 * cdd_build_output_handler_flush:
 * @self: a handler
 *
 * Hands on a last line that has no line end. Call it when the container has ended.
 */
CDD_API void cdd_build_output_handler_flush(CddBuildOutputHandler *self);

G_END_DECLS
