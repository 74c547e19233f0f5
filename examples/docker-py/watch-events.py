# SPDX-License-Identifier: Apache-2.0
"""Prints the events of an engine until Ctrl-C, and reconnects after a lost connection."""
import sys
import time

import docker
import requests

MAX_RETRIES = 5


def main():
    filters = {}
    for entry in sys.argv[1:]:
        name, value = entry.split("=", 1)
        filters.setdefault(name, []).append(value)
    last, failures = time.time_ns(), 0
    while True:
        try:
            since = f"{last // 10**9}.{last % 10**9:09}"
            for event in docker.from_env().events(since=since, filters=filters, decode=True):
                # The last one may come again.
                if event["timeNano"] > last:
                    actor = event["Actor"]
                    print(event["Type"], event["Action"], actor["Attributes"].get("name", actor["ID"]), flush=True)
                    last, failures = event["timeNano"], 0
        except KeyboardInterrupt:
            return
        except (docker.errors.DockerException, requests.RequestException) as error:
            failures += 1
            if failures > MAX_RETRIES:
                sys.exit(str(error))
            time.sleep(2 ** (failures - 1))


if __name__ == "__main__":
    main()
