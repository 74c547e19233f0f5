/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../files/byte-queue.h"

/*
 * The ends of a queue that a request uses: streams whose asynchronous calls never block the main
 * context. They have no blocking calls.
 */
GInputStream *cdd_queue_input_new(CddByteQueue *queue);
GOutputStream *cdd_queue_output_new(CddByteQueue *queue);
