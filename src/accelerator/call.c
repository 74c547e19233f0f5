/* SPDX-License-Identifier: Apache-2.0 */
#include "call.h"

#include <stddef.h>
#include <string.h>

const char *
call_get_variable(const Call *call, const char *name)
{
    size_t length = strlen(name);

    for (char *const *entry = call->environment; *entry != NULL; entry++)
        if (strncmp(*entry, name, length) == 0 && (*entry)[length] == '=')
            return *entry + length + 1;
    return NULL;
}
