#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the events of an engine until Ctrl-C, and reconnects after a lost connection:

    watch-events.py type=container event=die
"""
import signal
import sys

import gi

gi.require_version("Cdd", "0")
from gi.repository import Cdd, Gio, GLib  # noqa: E402


def on_event(event, *_user_data):
    print(event.type, event.action, event.get_attribute("name") or event.id, flush=True)


def main():
    loop = GLib.MainLoop()
    interrupt = Gio.Cancellable()
    options = Cdd.EventsOptions.new(sys.argv[1:])
    options.max_retries = 5
    results = []

    def on_over(_service, result, *_user_data):
        results.append(result)
        loop.quit()

    GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGINT, lambda *_: interrupt.cancel() or True)
    try:
        service = Cdd.Service.new(None)
        service.watch_events_async(options, Cdd.EventHandler.new(on_event), interrupt, on_over)
        loop.run()
        service.watch_events_finish(results[0])
    except GLib.Error as error:
        if not error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED):
            sys.exit(error.message)


if __name__ == "__main__":
    main()
