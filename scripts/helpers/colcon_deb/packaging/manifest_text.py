# SPDX-License-Identifier: Apache-2.0
"""The texts of a package.xml, as they may stand in a field of debian/control, a changelog or a copyright file."""

from __future__ import annotations

import os
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    import catkin_pkg.package

# White space and control characters, also the separators of Unicode.
_BLANK = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_MAX_NAME = 200


class TextError(Exception):
    """A text that cannot be used; the message says which."""


def one_line(text: str) -> str:
    return _BLANK.sub(" ", text).strip()


def normalise(manifest: catkin_pkg.package.Package) -> None:
    """Make one line of each text. Raises TextError for a license file that is not text."""
    manifest.description = one_line(manifest.description or "")
    for person in manifest.maintainers + manifest.authors:
        person.email = _BLANK.sub("", person.email) if person.email else person.email
        # dpkg takes what is between the last < and > for the address.
        name = one_line(re.sub(r"[<>]", " ", person.name or ""))[:_MAX_NAME].strip()
        person.name = name or (person.email or "nobody").partition("@")[0]
    for url in manifest.urls:
        url.url = _BLANK.sub("%20", url.url.strip())
    manifest.licenses = [_license(manifest, text) for text in manifest.licenses]


def _license(manifest: catkin_pkg.package.Package, text: str) -> str:
    name, file = one_line(text) or "unknown", getattr(text, "file", None)
    if not hasattr(text, "file"):
        return name
    if file is not None:
        try:
            with open(os.path.join(os.path.dirname(manifest.filename), file), encoding="utf-8") as stream:
                stream.read()
        except (OSError, ValueError) as error:
            raise TextError("package.xml names the license file %r, which cannot be read as UTF-8 text: %s" % (
                file, getattr(error, "strerror", None) or error)) from error
    license_type: type = type(text)
    result: str = license_type(name, file)
    return result
