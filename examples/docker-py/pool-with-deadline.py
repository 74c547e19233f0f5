# SPDX-License-Identifier: Apache-2.0
"""Runs shell commands, each in a container, two at a time. What has not ended after some seconds is stopped and removed."""
import concurrent.futures
import sys
import time

import docker
import requests


def run(client, image, command, deadline):
    if time.monotonic() >= deadline:
        return None
    container = client.containers.run(image, ["sh", "-c", command], network_mode="none", detach=True)
    try:
        return container.wait(timeout=max(deadline - time.monotonic(), 0.1))["StatusCode"]
    except requests.exceptions.ConnectionError:
        return None
    finally:
        container.stop(timeout=1)
        container.remove(force=True)


def main():
    if len(sys.argv) < 4:
        sys.exit("usage: pool-with-deadline.py IMAGE SECONDS COMMAND…")
    failed = False
    image, commands, deadline = sys.argv[1], sys.argv[3:], time.monotonic() + int(sys.argv[2])
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        client = docker.from_env()
        runs = [pool.submit(run, client, image, command, deadline) for command in commands]
    for command, future in zip(commands, runs):
        try:
            code = future.result()
            print(f"{command}: " + ("not in time" if code is None else f"exit code {code}"))
            failed = failed or code is None
        except docker.errors.DockerException as error:
            print(f"{command}: {error}")
            failed = True
    return failed


if __name__ == "__main__":
    sys.exit(main())
