/* SPDX-License-Identifier: Apache-2.0 */
#include "command-engine.h"

Engine *
command_engine_open(const Config *config,
                    const Options *options,
                    const Interrupt *interrupt,
                    GError **error)
{
    Engine *engine = engine_open(config, interrupt_get_cancellable(interrupt), error);
    g_autofree char *substitute = engine != NULL ? engine_describe_substitute(engine) : NULL;

    if (substitute != NULL && !options->quiet)
        g_printerr("colcon-deb: %s\n", substitute);
    if (engine == NULL)
        interrupt_settle(interrupt, error);
    return engine;
}
