/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A library that native programs of an emulated system load: uname(2) names the emulated machine,
 * as it does in the emulated programs beside them. MACHINE is given by the build.
 */
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

__attribute__((visibility("default"))) int
uname(struct utsname *name)
{
    long result = syscall(SYS_uname, name);

    if (result == 0)
        strcpy(name->machine, MACHINE);
    return (int)result;
}
