/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/*
 * Streams the body of a request in chunks, with only one piece in memory. The upload runs in
 * parallel to reading the answer, because an engine may answer before it has received everything.
 */
#define CDD_TYPE_UPLOAD (cdd_upload_get_type())
G_DECLARE_FINAL_TYPE(CddUpload, cdd_upload, CDD, UPLOAD, GObject)

typedef void (*CddUploadFunc)(CddUpload *upload, gpointer user_data);

/* Starts at once. @on_ended is called once, later, unless cdd_upload_forget() is called before. */
CddUpload *
cdd_upload_new(GInputStream *from, GIOStream *to, CddUploadFunc on_ended, gpointer user_data);

/* Drops @on_ended. */
void cdd_upload_forget(CddUpload *self);
/* Ends the upload soon; @on_ended is still called. */
void cdd_upload_cancel(CddUpload *self);

gboolean cdd_upload_has_ended(CddUpload *self);
gboolean cdd_upload_is_complete(CddUpload *self);
/* Returns the error of reading the source, if any. It is the cause of any later error. */
const GError *cdd_upload_get_source_error(CddUpload *self);
