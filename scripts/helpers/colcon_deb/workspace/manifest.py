# SPDX-License-Identifier: Apache-2.0
"""Read a package.xml with catkin_pkg, and report the line of each mistake."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from xml.parsers import expat

from catkin_pkg.package import InvalidPackage, Package, parse_package_string

from .discovery import MANIFEST

MAX_SIZE = 1024 * 1024
_QUOTED_TAG = re.compile(r'"([a-z_]+)" (?:root )?tag|following tags: ([a-z_]+)|Package (name|version|description) ')
# Names become file names and Debian names. catkin_pkg only warns about others.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_+-]*\Z")
_CLAIM = re.compile(r"<name>\s*(?P<name>[^<]*?)\s*</")
_VERSION = re.compile(r"\d+\.\d+\.\d+\Z")


class ManifestError(Exception):
    """A package.xml that cannot be used."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line, self.column = line, column


def claimed_name(directory: str) -> str | None:
    """The name in a package.xml that cannot be used; "" if no package can have that name, as in a template.

    None if the file does not even open: then any package may be meant.
    """
    try:
        text = _read(os.path.join(directory, MANIFEST)).decode("utf-8", "replace")
    except ManifestError:
        return None
    match = _CLAIM.search(text)
    return match["name"] if match and _NAME.match(match["name"]) else ""


def read_manifest(directory: str, context: Mapping[str, str]) -> tuple[Package, list[str]]:
    """(catkin_pkg Package with its conditions evaluated, warnings) of the package in that directory."""
    path = os.path.join(directory, MANIFEST)
    data = _read(path)
    positions = _element_positions(data)
    warnings: list[str] = []
    try:
        # catkin_pkg reads UTF-8 only, whatever the XML declaration names.
        package = parse_package_string(data.decode("utf-8"), path, warnings=warnings)
        package.evaluate_conditions(context)
        package.get_build_type()
        if not _NAME.match(package.name):
            raise InvalidPackage('The "name" tag is %r: use letters, digits, "_", "-" and "+" only' % package.name)
        if not _VERSION.match(package.version):
            raise InvalidPackage('The "version" tag is %r: use three numbers separated by dots' % package.version)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ManifestError("is not UTF-8", line, error.start - data.rfind(b"\n", 0, error.start)) from error
    except Exception as error:  # InvalidPackage, and the AssertionError and ValueError that escape catkin_pkg
        raise _located(error, path, positions) from error
    return package, [_one_line(text, path) for text in warnings]


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as stream:
            data = stream.read(MAX_SIZE + 1)
    except OSError as error:
        raise ManifestError("cannot be read: %s" % error.strerror) from error
    if len(data) > MAX_SIZE:
        raise ManifestError("is larger than %d bytes" % MAX_SIZE)
    return data


def _element_positions(data: bytes) -> dict[str, tuple[int, int]]:
    """First (line, column) of every element name. Raises ManifestError where the XML is not well-formed."""
    positions: dict[str, tuple[int, int]] = {}
    parser = expat.ParserCreate()

    def start(name: str, _attributes: object) -> None:
        positions.setdefault(name, (parser.CurrentLineNumber, parser.CurrentColumnNumber + 1))

    def entity(*_arguments: object) -> None:
        raise ManifestError("declares an entity, which no package.xml needs", parser.CurrentLineNumber,
                            parser.CurrentColumnNumber + 1)

    parser.StartElementHandler = start
    parser.EntityDeclHandler = entity
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise ManifestError("is not well-formed XML: %s" % expat.ErrorString(error.code), error.lineno,
                            error.offset + 1) from error
    return positions


def _located(error: Exception, path: str, positions: Mapping[str, tuple[int, int]]) -> ManifestError:
    text = _one_line(str(error) or type(error).__name__, path)
    match = _QUOTED_TAG.search(text)
    name = next(group for group in match.groups() if group) if match else ""
    line, column = positions.get(name) or positions.get("package") or (1, 1)
    return ManifestError(text, line, column)


def _one_line(text: str, path: str) -> str:
    """A report of catkin_pkg without its file name and its list layout."""
    text = text.replace("Error(s) in package '%s':" % path, "").replace("Error(s):", "").replace(path, MANIFEST)
    return "; ".join(part.strip(" -\t") for part in text.splitlines() if part.strip(" -\t"))
