/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/interrupt.h"
#include "../image/image-request.h"
#include "options.h"

/* Prints what an image build would send and what need not be sent. @write: also adds the latter to
 * the ignore file. Needs no engine. */
gboolean image_context_report(const ImageRequest *request,
                              const Options *options,
                              gboolean write,
                              Interrupt *interrupt,
                              GError **error);
