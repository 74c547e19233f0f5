# SPDX-License-Identifier: Apache-2.0
"""What in the log of a failed build is the cause. Each recogniser knows the messages of one tool.

A log has many lines that look like errors and are none, and the last lines only repeat that something failed. So the
failing step of debhelper is looked for first, and in its output the messages of the tools that end a build with them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .cause import Cause
from .host_paths import HostPaths

TYPE_CHECKING = False
if TYPE_CHECKING:
    # (lines, number of a line) -> the cause, if that line begins one.
    Recogniser = Callable[["Step", int], "Cause | None"]

_STEP_FAILED = re.compile(r"^(?P<step>dh_\w+): error: ")
_STEP_BEGINS = r"^\s*%s(?:$|\s)"
# The first target of make that failed, and its like: what it printed stands before.
_TARGET_FAILED = re.compile(r"^(?:gmake|make)(?:\[\d+\])?: \*\*\* \[[^\]]*\] (?!.*\(ignored\))|^ninja: build stopped"
                            r"|^E: pybuild |^dh_\w+: error: ")
_NOISE = re.compile(r"^\s*$|^(?:gmake|make)(?:\[\d+\])?: (?:Entering|Leaving|Nothing|warning|\*\*\* (?:\[|Waiting))")
_STATUS = re.compile(r"^\s*-- |^\[ *\d+%\]")
_MAX_NAMES = 10
_MAX_MESSAGE = 300  # characters
_LOOK_BACK = 200


@dataclass(frozen=True)
class Step:
    """The output of the failing step. end: where its first failing target is reported."""

    lines: Sequence[str]
    paths: HostPaths
    end: int


def find(lines: Sequence[str], paths: HostPaths) -> Cause | None:
    """The cause of the failure; None if no recogniser knows it."""
    step = _failing_step(lines, paths)
    for group in _GROUPS:
        for number in range(len(step.lines)):
            if not _STATUS.match(step.lines[number]):
                cause = next(filter(None, (recognise(step, number) for recognise in group)), None)
                if cause:
                    return cause
    return _python(step) or _last_words(step)


def _failing_step(lines: Sequence[str], paths: HostPaths) -> Step:
    name, failed = next(((match["step"], number) for number, line in reversed(list(enumerate(lines)))
                         for match in [_STEP_FAILED.match(line)] if match), ("", len(lines)))
    begins = re.compile(_STEP_BEGINS % name) if name else None
    start = next((number for number in range(failed - 1, -1, -1) if begins and begins.match(lines[number])), 0)
    part = lines[start:]
    end = next((number for number, line in enumerate(part) if _TARGET_FAILED.match(line)), len(part))
    return Step(part, paths, end)


# --- dpkg and debhelper

_UNMET = re.compile(r"^dpkg-checkbuilddeps: error: (?P<what>Unmet build (?:dependencies|conflicts): .*)")
_NOT_INSTALLED = re.compile(r"^dh_\w+: warning: Cannot find \(any matches for\) \"(?P<file>[^\"]+)\"")
_MISSING_FILES = re.compile(r"^(?P<tool>dh_\w+): error: missing files, aborting")
_DPKG = re.compile(r"^(?P<tool>dpkg-(?!buildpackage)\w+|dh_(?!auto_)\w+|tar|dpkg-deb): error: (?P<text>.*)")
_ONLY_REPEATS = re.compile(r"returned exit code|subprocess returned|aborting")


def _unmet(step: Step, number: int) -> Cause | None:
    match = _UNMET.match(step.lines[number])
    if not match:
        return None
    return Cause("%s, which %s or an override asks for" % (match["what"], step.paths.of_file("package.xml")))


def _missing_files(step: Step, number: int) -> Cause | None:
    match = _MISSING_FILES.match(step.lines[number])
    if not match:
        return None
    files = [found["file"] for line in step.lines[:number] for found in [_NOT_INSTALLED.match(line)] if found]
    return Cause("%s does not find %s, which a file in debian/ names" % (match["tool"], _listed(files))) if files else None


def _packaging(step: Step, number: int) -> Cause | None:
    match = _DPKG.match(step.lines[number])
    if not match or _ONLY_REPEATS.search(match["text"]):
        return None
    return Cause("%s: %s" % (match["tool"], step.paths.of_text(match["text"])))


# --- tests

_CTEST = re.compile(r"^The following tests FAILED:")
_CTEST_NAME = re.compile(r"^\s+\d+ - (?P<name>.+?) \((?P<how>[^()]*)\)(?: \S+)*\s*$")
_PART = re.compile(r"^(?:\d+: )?(?:\[  FAILED  \] (?P<gtest>[\w/]+\.[\w/]+)|FAILED (?P<pytest>\S+::\S+)(?: - (?P<why>.*))?"
                   r"|(?:FAIL|ERROR): (?P<unittest>test\w* \(\S+\)))")
_PYTEST_ENDS = re.compile(r"^(?:\d+: )?(?:=+ .*\d+ (?:failed|error).* =+|FAILED \((?:failures|errors)=)")


def _tests(step: Step, number: int) -> Cause | None:
    ctest = _CTEST.match(step.lines[number])
    if not ctest and not _PYTEST_ENDS.match(step.lines[number]):
        return None
    parts: dict[str, str] = {}
    for match in filter(None, map(_PART.match, step.lines)):
        name = next(group for group in (match["gtest"], match["pytest"], match["unittest"]) if group)
        parts[name] = " (%s)" % match["why"] if match["why"] else parts.get(name, "")
    inside = _listed([name + why for name, why in parts.items()])
    if not ctest:
        return Cause("tests failed: %s" % inside) if parts else None
    names = [match["name"] + ("" if match["how"] == "Failed" else " (%s)" % match["how"])
             for match in map(_CTEST_NAME.match, step.lines[number + 1:]) if match]
    return Cause("tests failed: %s%s" % (_listed(names), "; in them %s" % inside if parts else ""))


# --- compilers and linkers

_COMPILER = re.compile(r"^(?P<path>[^\s:()][^:()]*):(?P<line>\d+):(?:(?P<column>\d+):)? (?P<text>(?:fatal )?error: .*)")
_NVCC = re.compile(r"^(?P<path>[^\s:()][^:()]*)\((?P<line>\d+)\): (?P<text>(?:fatal )?error: .*)")
_DRIVER = re.compile(r"^(?:\S*/)?(?P<tool>cc1\w*|cc|c\+\+|gcc|g\+\+|clang|clang\+\+|nvcc)(?:-\d+)?: (?P<text>(?:fatal )?error: .*)")
_DRIVER_REPEATS = re.compile(r"warnings being treated as errors|linker command failed")
_UNDEFINED = re.compile(r"(?:undefined reference to|undefined symbol:) (?P<symbol>[`'‘].*?['’]|\S.*)$")
_TWICE = re.compile(r"multiple definition of (?P<symbol>[`'‘].*?['’]);? (?:(?P<first>\S+?\.o)\S*: first defined here)?")
_NO_LIBRARY = re.compile(r"^(?:\S*/)?ld\S*: (?:error: unable|cannot) (?:to )?find (?:library )?-l(?P<name>\S+?)(?:: .*)?$")
_NO_INPUT = re.compile(r"^(?:\S*/)?ld\S*: (?:error: )?(?P<text>cannot find .*|cannot open .*|.*file not recognized.*"
                       r"|.*relocation .* can not be used.*|.*hidden symbol .*|.*DSO missing from command line)$")
_IN_FUNCTION = re.compile(r"^(?:\S*/)?(?:ld\S*: )?(?P<object>\S+\.o\)?): in function [`'‘](?P<function>.*)['’]:")
_OBJECT = re.compile(r"CMakeFiles/[^/]+\.dir/(?P<source>\S+?)\.o\b")
_LINKING = re.compile(r"^(?:cd \S*?/\.obj-[^/\s]+/?(?P<directory>\S*) && )?.*cmake_link_script ")


def _compiler(step: Step, number: int) -> Cause | None:
    match = _COMPILER.match(step.lines[number]) or _NVCC.match(step.lines[number])
    if match:
        column = ":" + match["column"] if match.groupdict().get("column") else ""
        return _at(step.paths.of_file(match["path"]), match["line"], "%s: %s" % (column, step.paths.of_text(match["text"])))
    match = _DRIVER.match(step.lines[number])
    if match and not _DRIVER_REPEATS.search(match["text"]):
        return Cause("%s: %s" % (match["tool"], step.paths.of_text(match["text"])))
    return None


def _at(file: str, line: str, rest: str) -> Cause:
    """A message that begins with its place."""
    return Cause("%s:%s%s" % (file, line, rest), file, _number(line))


def _number(line: str) -> int:
    """Of a line; 0 for what is none."""
    return int(line) if 0 < len(line) < 10 else 0


def _linker(step: Step, number: int) -> Cause | None:
    line = step.lines[number]
    library = _NO_LIBRARY.match(line)
    if library:
        return Cause("the linker does not find the library %s (-l%s)" % (library["name"], library["name"]))
    other = _NO_INPUT.match(line)
    if other:
        return Cause("the linker: %s" % step.paths.of_text(other["text"]))
    undefined, twice = _UNDEFINED.search(line), _TWICE.search(line)
    if not undefined and not twice:
        return None
    function = _in_function(step, number)
    where = _source_of(step, number, function["object"] if function else line)
    if twice:
        first = _source_of(step, number, twice["first"] or "")
        return Cause("multiple definition of %s%s%s" % (twice["symbol"], _in(where), ", first defined" + _in(first) if first else ""))
    assert undefined
    within = " (%s)" % function["function"] if function and where else ""
    return Cause("undefined reference to %s%s%s" % (undefined["symbol"], _in(where), within))


def _in_function(step: Step, number: int) -> re.Match[str] | None:
    """The line of the linker that says in which object file the following lines are."""
    for line in reversed(step.lines[max(0, number - _LOOK_BACK):number + 1]):
        match = _IN_FUNCTION.match(line)
        if match:
            return match
        if not re.search(r"undefined reference|multiple definition|first defined|more undefined", line):
            break
    return None


def _source_of(step: Step, number: int, text: str) -> str:
    """The source of an object file that CMake has made."""
    match = _OBJECT.search(text)
    if not match:
        return ""
    linking = next(filter(None, map(_LINKING.match, reversed(step.lines[:number]))), None)
    return step.paths.of_file(match["source"], linking["directory"] or "" if linking else "")


def _in(where: str) -> str:
    return " in %s" % where if where else ""


# --- CMake, make and ninja

_CMAKE = re.compile(r"^CMake Error(?: \(dev\))?(?: (?:at|in) (?P<file>\S+?)(?::(?P<line>\d+))?(?: \((?P<command>[^)]*)\))?)?:"
                    r"(?P<rest>.*)$")
_CALLER = re.compile(r"^\s+(?P<file>\S+):(?P<line>\d+) \((?P<command>[^)]*)\)$")
_CONFIG_FILE = re.compile(r"package configuration file provided by \"(?P<name>[^\"]+)\"")
_ANOTHER_PROGRAM = re.compile(r"returned error code|error code:|exit(?:ed)? (?:with )?(?:code|status)|Child return value")
_NO_RULE = re.compile(r"^(?:gmake|make)(?:\[\d+\])?: \*\*\* (?P<text>No rule to make target .*?)\.?\s*(?:Stop\.)?$")
_MAKEFILE = re.compile(r"^(?P<file>[^\s:]+):(?P<line>\d+): \*\*\* (?P<text>.*?)\.?\s*Stop\.$")
_NINJA = re.compile(r"^ninja: (?:error|fatal): (?P<text>.*)")


def _cmake(step: Step, number: int) -> Cause | None:
    match = _CMAKE.match(step.lines[number])
    if not match:
        return None
    text, callers = _message_of_cmake(step.lines, number, match["rest"])
    if _ANOTHER_PROGRAM.search(text):
        # The message only repeats that a program failed, which may have said why.
        why = _python(Step(step.lines[:number], step.paths, number))
        if why:
            return why
    place, file, line, command = "", "", "", match["command"]
    if match["file"]:
        file, line = match["file"], match["line"] or ""
        inside = next((caller for caller in callers if step.paths.in_package(caller["file"])), None)
        if inside and not step.paths.in_package(file):
            file, line, command = inside["file"], inside["line"], inside["command"]
        file = step.paths.of_file(file)
        place = " at " + file + (":" + line if line else "") + (" (%s)" % command if command else "")
    package = _CONFIG_FILE.search(text)
    if package:
        text = "the package %s is not found. Is it in package.xml?" % package["name"]
    return Cause("CMake Error%s: %s" % (place, step.paths.of_text(text)), file, _number(line))


def _message_of_cmake(lines: Sequence[str], number: int, rest: str) -> tuple[str, list[re.Match[str]]]:
    """The beginning of a message, which CMake indents and breaks into lines, and the calls that led to it."""
    paragraphs: list[list[str]] = [[rest.strip()] if rest.strip() else []]
    callers: list[re.Match[str]] = []
    in_stack = False
    for line in lines[number + 1:number + _LOOK_BACK]:
        if line.startswith("Call Stack"):
            in_stack = True
        elif line.strip() and not line.startswith(" "):
            break
        elif in_stack:
            caller = _CALLER.match(line)
            if not caller:
                break
            callers.append(caller)
        elif line.strip():
            paragraphs[-1].append(line.strip())
        elif paragraphs[-1]:
            paragraphs.append([])
    texts = [" ".join(paragraph) for paragraph in paragraphs if paragraph]
    text = ""
    while texts and (len(text) + len(texts[0]) < _MAX_MESSAGE or not text or text.endswith(":")):
        text += (" " if text else "") + texts.pop(0)
    return text, callers


def _make(step: Step, number: int) -> Cause | None:
    line = step.lines[number]
    match = _MAKEFILE.match(line)
    if match:
        return _at(step.paths.of_file(match["file"]), match["line"], ": " + match["text"])
    match = _NO_RULE.match(line) or _NINJA.match(line)
    return Cause(step.paths.of_text(match["text"])) if match else None


# --- Python

_FRAME = re.compile(r"^(?:\d+: )?\s*File \"(?P<file>[^\"]+)\", line (?P<line>\d+)")
_TRACEBACK = re.compile(r"^(?:\d+: )?\s*Traceback \(most recent call last\):")
_EXCEPTION = re.compile(r"^(?P<text>[A-Za-z_][\w.]*(?:: .*|))$")
_SETUPTOOLS = re.compile(r"^error: (?P<text>.*)")


def _python(step: Step) -> Cause | None:
    """The last exception before the failing target is reported. Earlier ones did not end anything."""
    frames = [number for number in range(min(step.end, len(step.lines))) if _FRAME.match(step.lines[number])]
    if not frames:
        return None
    indent = _indent(step.lines[frames[-1]])
    number = next((number for number in range(frames[-1] + 1, len(step.lines))
                   if step.lines[number].strip() and _indent(step.lines[number]) < indent), None)
    exception = _EXCEPTION.match(step.lines[number].strip()) if number is not None else None
    if not exception:
        return None
    file, line = _innermost(step, frames[-1])
    return _at(file, line, ": " + step.paths.of_text(exception["text"]))


def _innermost(step: Step, last: int) -> tuple[str, str]:
    """File and line of the innermost frame in the package; without one, the innermost."""
    frames = []
    for number in range(last, max(-1, last - _LOOK_BACK), -1):
        match = _FRAME.match(step.lines[number])
        if match:
            frames.append(match)
        if _TRACEBACK.match(step.lines[number]):
            break
    found = next((frame for frame in frames if frame["file"].startswith("/") and step.paths.in_package(frame["file"])),
                 frames[0])
    file = step.paths.of_text(found["file"]) if found["file"].startswith(("/", "<")) else step.paths.of_file(found["file"])
    return file, found["line"]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _setuptools(step: Step, number: int) -> Cause | None:
    match = _SETUPTOOLS.match(step.lines[number])
    return Cause("%s: %s" % (step.paths.of_file("setup.py"), step.paths.of_text(match["text"]))) if match else None


# --- programs that nobody knows

_WEAK = re.compile(r"(?:^|[\s:])(?:error|Error|ERROR|fatal|FATAL|fatal error): \S|^E: (?!pybuild )")

_OF_A_PROGRAM = re.compile(r"[\w./+-]+: \S")


def _weak(step: Step, number: int) -> Cause | None:
    line = step.lines[number]
    if number >= step.end or _NOISE.match(line) or _ONLY_REPEATS.search(line) or not _WEAK.search(line):
        return None
    return Cause(step.paths.of_text(line.strip()))


def _last_words(step: Step) -> Cause | None:
    """The first line that looks like an error; else what was printed last before the failing target was reported."""
    weak = next(filter(None, (_weak(step, number) for number in range(step.end)
                              if not _STATUS.match(step.lines[number]))), None)
    if weak or step.end == len(step.lines):
        return weak
    last = next((line for line in reversed(step.lines[:step.end]) if not _NOISE.match(line)), "")
    if not last or _STATUS.match(last):
        return None
    text = step.paths.of_text(last.strip())
    return Cause(text if _OF_A_PROGRAM.match(text) else "a command failed; the last line before that: %s" % text)


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MAX_NAMES
    return ", ".join(names[:_MAX_NAMES]) + (" and %d more" % more if more > 0 else "")


# In each group the first message of the failing step counts; a group comes before those after it.
_GROUPS: tuple[tuple[Recogniser, ...], ...] = (
    (_unmet, _missing_files),
    (_tests,),
    (_compiler, _linker, _cmake, _make),
    (_setuptools, _packaging),
)
