/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/*
 * What a splice into a process's input reads. It reads another stream, and can give a read up that
 * the other stream does not end: one that waits in a thread, or that ignores its cancellable.
 */
#define CDD_TYPE_INPUT_SOURCE (cdd_input_source_get_type())
G_DECLARE_FINAL_TYPE(CddInputSource, cdd_input_source, CDD, INPUT_SOURCE, GFilterInputStream)

/*
 * @close_base: whether closing this stream closes @base
 * @useless: cancelled when nobody wants the bytes any more; a read then ends with
 *   G_IO_ERROR_BROKEN_PIPE
 *
 * For asynchronous reads. After one that was given up, @base has a read pending until it gets its
 * bytes, which are lost.
 */
GInputStream *cdd_input_source_new(GInputStream *base, gboolean close_base, GCancellable *useless);
