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
 * The kind of a line of a build's output.
 *
 * Since: 0.1
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
 * One line of a build's output, parsed as the progress protocol says (docs/protocol.md).
 *
 * Since: 0.1
 */
typedef struct CddBuildEvent CddBuildEvent;

#define CDD_TYPE_BUILD_EVENT (cdd_build_event_get_type())
CDD_API GType cdd_build_event_get_type(void);

/**
 * cdd_build_event_parse:
 * @line: (array length=length) (element-type guint8): a line without its newline; need not be UTF-8
 * @length: its length in bytes
 * @stream: the stream that it was written to
 *
 * Parses a line. A malformed event counts as output: parsing never fails and loses nothing.
 *
 * Returns: (transfer full): the event; free with cdd_build_event_free()
 *
 * Since: 0.1
 */
CDD_API CddBuildEvent *
cdd_build_event_parse(const char *line, gsize length, CddOutputStream stream);

/**
 * cdd_build_event_new:
 * @kind: %CDD_BUILD_EVENT_PROGRESS or %CDD_BUILD_EVENT_LOG
 * @keys: (array length=n_fields): keys of the protocol, `type` or `level` first, each once; `msg`
 * of a log event is the last
 * @values: (array length=n_fields): their values, none %NULL; the first is not empty
 * @n_fields: number of fields; 1 to 64
 *
 * Makes an event that no container wrote. It equals the result of cdd_build_event_parse() for the
 * line that cdd_build_event_encode() returns, written to standard output.
 *
 * Returns: (transfer full): the event; free with cdd_build_event_free()
 *
 * Since: 0.1
 */
CDD_API CddBuildEvent *cdd_build_event_new(CddBuildEventKind kind,
                                           const char *const *keys,
                                           const char *const *values,
                                           gsize n_fields);

/**
 * cdd_build_event_copy:
 * @event: an event
 *
 * Returns: (transfer full): a new reference to the event, which is immutable
 *
 * Since: 0.1
 */
CDD_API CddBuildEvent *cdd_build_event_copy(const CddBuildEvent *event);

/**
 * cdd_build_event_free:
 * @event: (transfer full) (nullable): an event
 *
 * Since: 0.1
 */
CDD_API void cdd_build_event_free(CddBuildEvent *event);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddBuildEvent, cdd_build_event_free)

/**
 * cdd_build_event_get_kind:
 * @event: an event
 *
 * Returns: the kind of the line
 *
 * Since: 0.1
 */
CDD_API CddBuildEventKind cdd_build_event_get_kind(const CddBuildEvent *event);

/**
 * cdd_build_event_get_stream:
 * @event: an event
 *
 * Returns: the stream that the line was written to
 *
 * Since: 0.1
 */
CDD_API CddOutputStream cdd_build_event_get_stream(const CddBuildEvent *event);

/**
 * cdd_build_event_get_name:
 * @event: an event
 *
 * Returns: (transfer none): the `type` of progress (`package_start`…), the `level` of a log line,
 *   or an empty string for output
 *
 * Since: 0.1
 */
CDD_API const char *cdd_build_event_get_name(const CddBuildEvent *event);

/**
 * cdd_build_event_get_line:
 * @event: an event
 *
 * Returns: (transfer none): the line as valid UTF-8; U+FFFD replaces invalid bytes
 *
 * Since: 0.1
 */
CDD_API const char *cdd_build_event_get_line(const CddBuildEvent *event);

/**
 * cdd_build_event_get_n_fields:
 * @event: an event
 *
 * Returns: the number of fields, including `type` or `level`; 0 for output
 *
 * Since: 0.1
 */
CDD_API guint cdd_build_event_get_n_fields(const CddBuildEvent *event);

/**
 * cdd_build_event_get_field:
 * @event: an event
 * @index: less than cdd_build_event_get_n_fields()
 * @value: (out) (transfer none) (optional): its decoded value, valid UTF-8
 *
 * Returns: (transfer none): the field's key
 *
 * Since: 0.1
 */
CDD_API const char *
cdd_build_event_get_field(const CddBuildEvent *event, guint index, const char **value);

/**
 * cdd_build_event_lookup:
 * @event: an event
 * @key: a field's key
 *
 * Returns: (transfer none) (nullable): the field's decoded value
 *
 * Since: 0.1
 */
CDD_API const char *cdd_build_event_lookup(const CddBuildEvent *event, const char *key);

/**
 * cdd_build_event_lookup_number:
 * @event: an event
 * @key: a field's key
 * @fallback: the value to return if the field is absent or not a decimal number from 0 to 2^63-1
 *
 * Returns: the field's value as a number
 *
 * Since: 0.1
 */
CDD_API gint64 cdd_build_event_lookup_number(const CddBuildEvent *event,
                                             const char *key,
                                             gint64 fallback);

/**
 * cdd_build_event_encode:
 * @kind: %CDD_BUILD_EVENT_PROGRESS or %CDD_BUILD_EVENT_LOG
 * @keys: (array length=n_fields): keys, `type` or `level` first
 * @values: (array length=n_fields): their values
 * @n_fields: number of fields
 *
 * Encodes an event as a line of the protocol, without the newline.
 *
 * Returns: (transfer full): the line
 *
 * Since: 0.1
 */
CDD_API char *cdd_build_event_encode(CddBuildEventKind kind,
                                     const char *const *keys,
                                     const char *const *values,
                                     gsize n_fields);

/**
 * CddBuildEventFunc:
 * @event: (transfer none): the event; valid during the call
 * @user_data: the data given to cdd_build_output_handler_new()
 *
 * Receives each parsed line.
 *
 * Since: 0.1
 */
typedef void (*CddBuildEventFunc)(const CddBuildEvent *event, gpointer user_data);

/**
 * CddBuildOutputHandler:
 *
 * Parses the output of a build container into events, in order and without loss. A line longer than
 * 64 KiB becomes several output events.
 *
 * Since: 0.1
 */
typedef struct CddBuildOutputHandler CddBuildOutputHandler;

#define CDD_TYPE_BUILD_OUTPUT_HANDLER (cdd_build_output_handler_get_type())
CDD_API GType cdd_build_output_handler_get_type(void);

/**
 * cdd_build_output_handler_new:
 * @func: (scope notified) (closure user_data) (destroy free_user_data): called for each line
 * @user_data: passed to @func
 * @free_user_data: (nullable): frees @user_data when the handler is freed
 *
 * Returns: (transfer full): a handler; release it with cdd_build_output_handler_unref()
 *
 * Since: 0.1
 */
CDD_API CddBuildOutputHandler *cdd_build_output_handler_new(CddBuildEventFunc func,
                                                            gpointer user_data,
                                                            GDestroyNotify free_user_data);

/**
 * cdd_build_output_handler_ref:
 * @self: a handler
 *
 * Returns: (transfer full): a new reference to the handler
 *
 * Since: 0.1
 */
CDD_API CddBuildOutputHandler *cdd_build_output_handler_ref(CddBuildOutputHandler *self);

/**
 * cdd_build_output_handler_unref:
 * @self: (transfer full): a handler
 *
 * Drops a reference. The last one frees the handler; output that was not flushed is lost.
 *
 * Since: 0.1
 */
CDD_API void cdd_build_output_handler_unref(CddBuildOutputHandler *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddBuildOutputHandler, cdd_build_output_handler_unref)

/**
 * cdd_build_output_handler_feed:
 * @self: a handler
 * @stream: the stream that the bytes were written to
 * @data: (array length=length) (element-type guint8): bytes, split anywhere
 * @length: number of bytes
 *
 * Parses output. Call it from on_stdout and on_stderr of a #CddOutputHandler, or use
 * cdd_build_output_handler_init_handler().
 *
 * Since: 0.1
 */
CDD_API void cdd_build_output_handler_feed(CddBuildOutputHandler *self,
                                           CddOutputStream stream,
                                           const void *data,
                                           gsize length);

/**
 * cdd_build_output_handler_init_handler:
 * @self: a handler; must outlive the use of @handler
 * @handler: (out caller-allocates): only on_stdout, on_stderr and user_data are set
 *
 * Fills a #CddOutputHandler that feeds @self, for a caller that needs only the output. Call
 * cdd_build_output_handler_flush() when the container has ended.
 *
 * Since: 0.1
 */
CDD_API void cdd_build_output_handler_init_handler(CddBuildOutputHandler *self,
                                                   CddOutputHandler *handler);

/**
 * cdd_build_output_handler_flush:
 * @self: a handler
 *
 * Parses a last line that has no newline. Call it when the container has ended.
 *
 * Since: 0.1
 */
CDD_API void cdd_build_output_handler_flush(CddBuildOutputHandler *self);

G_END_DECLS
