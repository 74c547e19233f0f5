/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/*
 * The body of a request that is sent as it is read, in chunks: never more than one piece of it is
 * in memory. It goes on beside the answer, since an engine may answer before it has all.
 */
#define CDD_TYPE_UPLOAD (cdd_upload_get_type())
G_DECLARE_FINAL_TYPE(CddUpload, cdd_upload, CDD, UPLOAD, GObject)

typedef void (*CddUploadFunc)(CddUpload *upload, gpointer user_data);

/* Begins at once; on_ended is called once, later, unless cdd_upload_forget() comes before. */
CddUpload *
cdd_upload_new(GInputStream *from, GIOStream *to, CddUploadFunc on_ended, gpointer user_data);

/* Nobody waits for its end any more. */
void cdd_upload_forget(CddUpload *self);
/* Ends it soon; on_ended is still called. */
void cdd_upload_cancel(CddUpload *self);

gboolean cdd_upload_has_ended(CddUpload *self);
gboolean cdd_upload_is_complete(CddUpload *self);
/* Set when what should be sent could not be read: that is the cause of whatever follows. */
const GError *cdd_upload_get_source_error(CddUpload *self);
