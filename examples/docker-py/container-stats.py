# SPDX-License-Identifier: Apache-2.0
"""Prints what each running container uses of the processor and of the memory."""
import sys

import docker


def print_stats(container):
    stats = container.stats(stream=False)
    now, before, memory = stats["cpu_stats"], stats["precpu_stats"], stats["memory_stats"]
    used = now["cpu_usage"]["total_usage"] - before["cpu_usage"]["total_usage"]
    passed = now.get("system_cpu_usage", 0) - before.get("system_cpu_usage", 0)
    percent = 100 * now.get("online_cpus", 1) * used / passed if passed > 0 else 0
    cache = memory.get("stats", {}).get("inactive_file", 0)
    print(f"{container.name:30} {percent:6.1f} % {(memory.get('usage', 0) - cache) / 1e6:8.1f} MB")


def main():
    filters = {}
    try:
        for entry in sys.argv[1:]:
            name, value = entry.split("=", 1)
            filters.setdefault(name, []).append(value)
        for container in docker.from_env().containers.list(filters=filters):
            try:
                print_stats(container)
            except docker.errors.NotFound:
                pass
    except (docker.errors.DockerException, ValueError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
