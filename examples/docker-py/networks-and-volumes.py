# SPDX-License-Identifier: Apache-2.0
"""Lets containers share a volume, and find each other by name on a network of their own."""
import sys

import docker


def use(client, image, name):
    mounts = {name: {"bind": "/data", "mode": "rw"}}
    writer = client.containers.create(image, ["sleep", "600"], name=name, network=name, volumes=mounts)
    try:
        writer.start()
        writer.exec_run(["sh", "-c", "echo hello >/data/greeting"])
        read = f"cat /data/greeting; getent hosts {name}"
        print(client.containers.run(image, ["sh", "-c", read], network=name, volumes=mounts, remove=True).decode(), end="")
    finally:
        writer.remove(force=True)


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: networks-and-volumes.py IMAGE NAME")
    try:
        client = docker.from_env()
        volume = client.volumes.create(sys.argv[2])
        try:
            network = client.networks.create(sys.argv[2])
            try:
                use(client, *sys.argv[1:])
            finally:
                network.remove()
        finally:
            volume.remove()
    except docker.errors.DockerException as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
