/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "state.h"

/* Opens a stream to a mock engine, a CddMockState. A thread serves the other end. */
GIOStream *cdd_mock_server_open(gpointer engine, GError **error);

/* Ends all streams and threads. Later streams cannot be opened. */
void cdd_mock_server_close(CddMockState *state);
