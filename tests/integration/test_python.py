# SPDX-License-Identifier: Apache-2.0
"""The library in Python: every callback is called, and an error tells its facts. On the engine at hand."""
import io
import os
import pathlib
import re
import subprocess
import tarfile
import tempfile
import unittest
import uuid

from engine import socket_path
from support import IMAGE, PROGRAM, TOP

LIBRARY = PROGRAM.parents[2] / "src/docker"
# Each runs in an interpreter of its own, which finds the library of the tree.
PRELUDE = """
import gc, os, sys
import gi
gi.require_version("Cdd", "0")
from gi.repository import Cdd, Gio, GLib
IMAGE, MARK = sys.argv[1:3]
service = Cdd.Service.new(None)
context = GLib.MainContext.default()
def wait(condition):
    patience = GLib.timeout_add_seconds(60, lambda: os._exit(9))
    while not condition():
        gc.collect()
        context.iteration(True)
    GLib.source_remove(patience)
def call(name, *arguments):
    done = []
    getattr(service, name + "_async")(*arguments, lambda _source, result: done.append(result))
    wait(lambda: done)
    return getattr(service, name + "_finish")(done[0])
"""


class PythonCase(unittest.TestCase):
    def run_script(self, script, *arguments):
        mark = "cdd-python-" + uuid.uuid4().hex[:12]
        ended = subprocess.run(
            ["/usr/bin/python3", "-c", PRELUDE + script, IMAGE, mark, *map(str, arguments)], capture_output=True, text=True,
            timeout=120, env=dict(os.environ, DOCKER_HOST="unix://" + socket_path(), LD_LIBRARY_PATH=str(LIBRARY),
                                  GI_TYPELIB_PATH=str(LIBRARY)))
        self.assertEqual((0, ""), (ended.returncode, ended.stderr), ended)
        return ended.stdout


class TestCallbacks(PythonCase):
    def test_output_states_and_input(self):
        self.run_script("""
seen = {"out": b"", "err": b"", "states": [], "input": None}
def on_output(stream, data, *_data):
    seen["out" if stream == Cdd.OutputStream.STDOUT else "err"] += bytes(data)
def on_state(container, state, *_data):
    seen["states"].append(Cdd.container_state_get_name(state))
def on_input(stream, *_data):
    seen["input"] = stream
    stream.write_all_async(b"hello", 0, None, lambda stream, result: stream.close_async(0, None, None))
spec = Cdd.ContainerSpec.new(IMAGE, ["sh", "-c", "cat; echo bad >&2"])
spec.open_stdin = True
spec.network_mode = Cdd.NetworkMode.HOST
handler = Cdd.OutputHandler.new(on_output)
handler.set_state_func(on_state)
handler.set_input_func(on_input)
result = call("run_container", spec, handler, None)
assert result.exit_code == 0, result.exit_code
assert (seen["out"], seen["err"]) == (b"hello", b"bad\\n"), seen
assert seen["states"][0] == "created" and seen["states"][-1] == "stopped", seen
""")

    def test_events_that_are_kept(self):
        self.run_script("""
events, ended = [], []
cancellable = Gio.Cancellable.new()
options = Cdd.EventsOptions.new(["type=container"])
service.watch_events_async(options, Cdd.EventHandler.new(events.append), cancellable, lambda _s, result: ended.append(result))
spec = Cdd.ContainerSpec.new(IMAGE, ["true"])
spec.name = MARK
spec.network_mode = Cdd.NetworkMode.HOST
ids = []
while not any(event.get_attribute("name") == MARK for event in events) and len(ids) < 20:
    # A watch begins some time after its call.
    ids.append(call("create_container", spec, None))
    call("remove_container", ids[-1], Cdd.RemoveFlags.FORCE, None)
cancellable.cancel()
wait(lambda: ended)
try:
    service.watch_events_finish(ended[0])
    raise AssertionError("not cancelled")
except GLib.Error as error:
    assert error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED), error
mine = [event for event in events if event.get_attribute("name") == MARK]
assert mine and all(event.id in ids and event.type == "container" for event in mine), [event.id for event in mine]
""")

    def test_stats_that_are_kept(self):
        self.run_script("""
reports, ended = [], []
spec = Cdd.ContainerSpec.new(IMAGE, ["sleep", "100"])
spec.name = MARK
spec.network_mode = Cdd.NetworkMode.HOST
container = call("create_container", spec, None)
try:
    call("start_container", container, None)
    service.watch_container_stats_async(container, Cdd.StatsHandler.new(reports.append), None,
                                        lambda _s, result: ended.append(result))
    wait(lambda: len(reports) >= 2)
finally:
    call("remove_container", container, Cdd.RemoveFlags.FORCE, None)
wait(lambda: ended)
gc.collect()
# A container that has just started has the engine's threads in it too.
assert all(0 < report.n_processes < 100 and report.n_cpus > 0 for report in reports[:2]), reports[0].n_processes
""")

    def test_progress(self):
        with tempfile.TemporaryDirectory() as directory:
            archive = pathlib.Path(directory, "build.tar")
            text = b"FROM %s\nLABEL a=b\n" % IMAGE.encode()
            with tarfile.open(archive, "w") as tar:
                entry = tarfile.TarInfo("Dockerfile")
                entry.size = len(text)
                tar.addfile(entry, io.BytesIO(text))
            self.run_script("""
reports = []
handler = Cdd.OutputHandler.new(None)
handler.set_progress_func(lambda progress, *_data: reports.append((progress.current_step, progress.message)))
options = Cdd.ImageBuildOptions()
stream = Gio.File.new_for_path(sys.argv[3]).read(None)
image = call("build_archive", stream, options, handler, None)
assert image, image
call("remove_image", image, True, None)
assert any("LABEL" in message for _step, message in reports), reports
""", archive)

    def test_build_events(self):
        self.run_script("""
events = []
handler = Cdd.BuildOutputHandler.new(lambda event, *_data: events.append(event))
handler.feed(Cdd.OutputStream.STDOUT, b"a line\\n")
handler.feed(Cdd.OutputStream.STDOUT, b"another")
handler.flush()
gc.collect()
assert [event.get_line() for event in events] == ["a line", "another"], events
""")

    def test_no_callback_is_left_out(self):
        """A new function type of the headers has its test here."""
        found = {name for path in (TOP / "include").rglob("*.h")
                 for name in re.findall(r"typedef \w+ \*?\(\*(Cdd\w+Func)\)", path.read_text())}
        self.assertEqual({"CddBuildEventFunc", "CddEventFunc", "CddInputFunc", "CddOutputFunc", "CddProgressFunc", "CddStateFunc",
                          "CddStatsFunc"}, found)


class TestErrors(PythonCase):
    def test_the_status_of_an_answer(self):
        self.run_script("""
try:
    call("inspect_container", MARK, None)
    raise AssertionError("found")
except GLib.Error as error:
    assert error.matches(Cdd.error_quark(), Cdd.Error.NOT_FOUND), error
    assert Cdd.error_get_http_status(error) == 404, error
    assert Cdd.error_get_exit_code(error) == -1, error
""")

    def test_the_exit_code_of_a_container(self):
        self.run_script("""
spec = Cdd.ContainerSpec.new(IMAGE, ["sh", "-c", "echo the end >&2; exit 7"])
spec.network_mode = Cdd.NetworkMode.HOST
try:
    call("run_container", spec, None, None).check()
    raise AssertionError("no error")
except GLib.Error as error:
    assert Cdd.error_get_exit_code(error) == 7, error
    assert Cdd.error_get_http_status(error) == 0, error
""")


class TestRequests(PythonCase):
    def test_a_request_of_its_own(self):
        self.run_script("""
import json
request = Cdd.Request.new("GET", "/containers/json", ["all=1", 'filters={"name":["%s"]}' % MARK], None, None, None)
answer = call("request", request, None, None, None)
assert (answer.status, json.loads(answer.body)) == (200, []), answer.body
assert answer.get_header("Content-Type") == "application/json", answer.headers
""")


class TestBlocking(PythonCase):
    def test_a_short_program(self):
        self.run_script("""
seen = []
spec = Cdd.ContainerSpec.new(IMAGE, ["sh", "-c", "echo hello; exit 7"])
spec.network_mode = Cdd.NetworkMode.HOST
handler = Cdd.OutputHandler.new(lambda _stream, data, *_data: seen.append(bytes(data)))
result = service.run_container_sync(spec, handler, None)
assert (result.exit_code, b"".join(seen)) == (7, b"hello\\n"), (result.exit_code, seen)
try:
    service.inspect_container_sync(MARK, None)
    raise AssertionError("found")
except GLib.Error as error:
    assert Cdd.error_get_http_status(error) == 404, error
""")


class TestMockEngine(PythonCase):
    def test_a_program_without_an_engine(self):
        self.run_script("""
engine = Cdd.MockEngine.new()
service = engine.get_service()
run = Cdd.MockRun.new("hello\\n", None, None)
run.exit_code = 3
engine.add_run("debian", run)
seen = []
handler = Cdd.OutputHandler.new(lambda _stream, data, *_data: seen.append(bytes(data)))
result = service.run_container_sync(Cdd.ContainerSpec.new("debian", ["ls"]), handler, None)
assert (result.exit_code, seen) == (3, [b"hello\\n"]), (result.exit_code, seen)
engine.add_answer("GET", "/containers/json", 200, '[{"Id": "abc", "Names": ["/web"]}]')
assert [one.names for one in service.list_containers_sync(False, None, None)] == [["web"]]
engine.add_file("web", "/etc/greeting", GLib.Bytes.new(b"hello"))
assert service.stat_path_sync("web", "/etc/greeting", None).size == 5
created = engine.dup_requests("POST", "/containers/create")
assert len(created) == 1 and b'["ls"]' in created[0].body.get_data() and created[0].was_expected
assert engine.check()
try:
    service.remove_volume_sync("v", False, None)
    raise AssertionError("removed")
except GLib.Error as error:
    assert "no answer to DELETE /volumes/v" in error.message, error
try:
    engine.check()
    raise AssertionError("checked")
except GLib.Error as error:
    assert "no answer to DELETE /volumes/v" in error.message, error
""")
