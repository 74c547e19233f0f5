/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/interrupt.h"
#include "../image/image-request.h"
#include "options.h"

/* Prints what the build that is asked for would send, and what it need not; with @write that is
 * added to the ignore file. No engine is asked. */
gboolean image_context_report(const ImageRequest *request,
                              const Options *options,
                              gboolean write,
                              Interrupt *interrupt,
                              GError **error);
