# SPDX-License-Identifier: Apache-2.0
"""The few engine calls that the tests need, over a unix socket.

Deliberately not our own library: what judges the product must not be made of it.

    engine = Engine()                                # CDD_TEST_HOST, DOCKER_HOST or the default socket
    result = engine.run("busybox", ["true"], env={"A": "1"}, binds=["/host:/container:ro"])
    result.code, result.stdout, result.stderr
"""

import http.client
import json
import os
import socket
import struct
import time
import urllib.parse

# The newest that is spoken here, and the oldest that Docker 29 speaks. An older engine gets its own newest.
API = (1, 44)

# The capabilities of a build container (docs/protocol.md), after dropping ALL.
BUILD_CAPABILITIES = ["CHOWN", "SETUID", "SETGID", "DAC_OVERRIDE", "FOWNER"]


class EngineError(Exception):
    """The engine answered with an error, or not at all."""


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout):
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class Result:
    """How a container ended and what it printed."""

    def __init__(self, code, stdout, stderr):
        self.code, self.stdout, self.stderr = code, stdout, stderr

    def __repr__(self):
        return "Result(code=%r, stdout=%r, stderr=%r)" % (self.code, self.stdout[-2000:], self.stderr[-2000:])


def socket_path():
    """Path of the engine's socket, or None when no unix socket is configured or there."""
    address = os.environ.get("CDD_TEST_HOST") or os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock"
    path = address[len("unix://"):] if address.startswith("unix://") else None
    return path if path and os.path.exists(path) else None


def split_frames(data):
    """Separate the engine's multiplexed log stream into (stdout, stderr) bytes."""
    streams = {1: bytearray(), 2: bytearray()}
    position = 0
    while position + 8 <= len(data):
        kind, size = struct.unpack(">BxxxL", data[position:position + 8])
        streams.setdefault(kind, bytearray()).extend(data[position + 8:position + 8 + size])
        position += 8 + size
    return bytes(streams[1]), bytes(streams[2])


class Engine:
    def __init__(self, path=None, timeout=1800):
        self.path = path or socket_path()
        if not self.path:
            raise EngineError("no engine: set CDD_TEST_HOST=unix://SOCKET")
        self.timeout = timeout
        self._prefix = None

    @property
    def prefix(self):
        """What the path of a versioned request begins with."""
        if self._prefix is None:
            connection = self.connect()
            try:
                connection.request("GET", "/_ping")
                answer = connection.getresponse()
                newest = tuple(int(part) for part in answer.getheader("Api-Version").split("."))
                answer.read()
            finally:
                connection.close()
            self._prefix = "/v%d.%d" % min(API, newest)
        return self._prefix

    @property
    def is_podman(self):
        components = self.request("GET", "/version").get("Components") or ()
        return any(one.get("Name") == "Podman Engine" for one in components)

    def connect(self):
        """A connection for requests that request() does not fit."""
        return _UnixConnection(self.path, self.timeout)

    def request(self, method, target, body=None, expect=(200, 201, 204, 304)):
        """One request; the decoded JSON, or the raw bytes when the answer is not JSON."""
        connection = self.connect()
        try:
            payload = None if body is None else json.dumps(body)
            headers = {"Content-Type": "application/json"} if payload is not None else {}
            connection.request(method, self.prefix + target, payload, headers)
            answer = connection.getresponse()
            data = answer.read()
        finally:
            connection.close()
        if answer.status not in expect:
            raise EngineError("%s %s: %d %s" % (method, target, answer.status, data.decode("utf-8", "replace").strip()))
        if data and "json" in (answer.getheader("Content-Type") or ""):
            return json.loads(data)
        return data

    def has_image(self, reference):
        try:
            self.request("GET", "/images/%s/json" % urllib.parse.quote(reference, safe="/:@"))
            return True
        except EngineError:
            return False

    def create(self, image, command=None, env=None, binds=(), entrypoint=None, capabilities=None, network="host",
               user=None, workdir=None, stdin=False, labels=None, tmpfs=None):
        """Create a container and return its id. capabilities=None keeps the engine's default set; stdin=True keeps standard
        input open for ever, stdin="once" until the one who attaches to it is gone."""
        host = {"Binds": list(binds), "NetworkMode": network, "Tmpfs": tmpfs or {}}
        if capabilities is not None:
            host.update(CapDrop=["ALL"], CapAdd=list(capabilities))
        spec = {"Image": image, "Env": ["%s=%s" % item for item in (env or {}).items()], "HostConfig": host,
                "OpenStdin": bool(stdin), "StdinOnce": stdin == "once", "AttachStdout": False, "AttachStderr": False, "Labels": labels or {}}
        for key, value in (("Cmd", command), ("Entrypoint", entrypoint), ("User", user), ("WorkingDir", workdir)):
            if value is not None:
                spec[key] = value
        return self.request("POST", "/containers/create", spec)["Id"]

    def start(self, container):
        self.request("POST", "/containers/%s/start" % container)

    def attach_stdin(self, container):
        """A socket that is the container's standard input; closing it is the end of the file."""
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(self.timeout)
        connection.connect(self.path)
        connection.sendall(("POST %s/containers/%s/attach?stream=1&stdin=1 HTTP/1.1\r\nHost: localhost\r\n"
                            "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n" % (self.prefix, container)).encode())
        answer = connection.recv(4096)
        if b" 101 " not in answer.split(b"\r\n", 1)[0]:
            connection.close()
            raise EngineError("attach: %r" % answer)
        return connection

    def wait(self, container):
        """Block until the container has ended; its exit code."""
        return self.request("POST", "/containers/%s/wait" % container)["StatusCode"]

    def stop(self, container, grace=10):
        self.request("POST", "/containers/%s/stop?t=%d" % (container, grace))

    def kill(self, container, signal="KILL"):
        self.request("POST", "/containers/%s/kill?signal=%s" % (container, signal))

    def logs(self, container):
        """(stdout, stderr) so far, as bytes."""
        return split_frames(self.request("GET", "/containers/%s/logs?stdout=1&stderr=1" % container))

    def wait_for_output(self, container, needle, seconds=60):
        """Wait until the container has printed needle (bytes); whether it did."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if needle in b"".join(self.logs(container)):
                return True
            time.sleep(0.2)
        return False

    def delete(self, container):
        # 409: it is being removed already.
        self.request("DELETE", "/containers/%s?force=1&v=1" % container, expect=(204, 404, 409))

    def run(self, image, command=None, **options):
        """Run to the end, collect the output, remove the container."""
        container = self.create(image, command, **options)
        try:
            self.start(container)
            code = self.wait(container)
            stdout, stderr = self.logs(container)
        finally:
            self.delete(container)
        return Result(code, stdout.decode("utf-8", "replace"), stderr.decode("utf-8", "replace"))
