# SPDX-License-Identifier: Apache-2.0
"""What has to be installed before the build: found out for all packages, installed by one apt-get call."""

import os
import subprocess
import tempfile

from ..base.selection import closure
from ..packaging import control, overrides
from ..packaging.saved_edits import edited_files
from ..workspace.discovery import MANIFEST

# What bloom's templates add to Build-Depends by themselves.
TEMPLATE_RELATIONS = {"ament_python": ["python3-all", "python3-setuptools", "dh-python"]}
# Keys that the ROS build farm adds by itself; used when something resolves them, never required.
FARM_KEYS = ("ros_workspace", "rosidl_typesupport_fastrtps_c", "rosidl_typesupport_fastrtps_cpp")
_LISTS = "/var/lib/apt/lists"


class Needs:
    """resolved: key -> names for apt. relations: what apt must satisfy. unresolved: (package, key). pip: (package, key,
    installer, whether it is needed for the build)."""

    def __init__(self):
        self.resolved, self.relations, self.unresolved, self.other = {}, [], [], []


def collect(settings, plan, resolver):
    """The Needs of the plan. Raises overrides.OverrideError or control.ControlError for an unusable override."""
    needs = Needs()
    provided = {package["deb"] for package in plan["packages"]}
    relations = ["debhelper (>= 13~)"]
    generated = []
    concerned = closure([package["name"] for package in plan["packages"] if package["selected"]],
                        {package["name"]: package["deps"] for package in plan["packages"]})
    for package in plan["packages"]:
        override = overrides.find(settings.debian_dirs, package["name"])
        if override.whole:
            # Its control file is the truth, so a key that nothing resolves is no obstacle.
            stanzas = read_control(os.path.join(override.whole, "control"))
            provided.update(control.binary_names(stanzas))
            relations += control.build_relations(stanzas) if package["name"] in concerned else []
            continue
        generated.append(package)
        if package["name"] not in concerned:
            continue
        relations += TEMPLATE_RELATIONS.get(package["build_type"], [])
        relations += override.fields.get("build_depends", []) + override.fields.get("depends", [])
        saved = os.path.join(settings.debian_dirs, package["name"], "debian")
        if "control" in edited_files(saved):
            relations += control.build_relations(read_control(os.path.join(saved, "control")))
    _resolve(settings, generated, concerned, resolver, needs)
    for package in generated:
        for key in _installed_keys(settings, package) if package["name"] in concerned else []:
            relations += needs.resolved.get(key, [])
    wanted = control.for_profiles(relations, set() if settings.run_tests else {"nocheck"})
    needs.relations = sorted({relation for relation in wanted
                              if not provided.intersection(control.alternative_names(relation))})
    return needs


def _installed_keys(settings, package):
    keys = package["keys"]
    return keys["build"] + keys["run"] + (keys["test"] if settings.run_tests else [])


def _resolve(settings, packages, concerned, resolver, needs):
    """Keys of all packages, so that they are known to be as they were; those of the concerned ones have to be resolved."""
    keys = set(FARM_KEYS)
    for package in packages:
        keys.update(*package["keys"].values())
    answers = resolver(sorted(keys))
    needs.resolved = {key: answer.packages for key, answer in answers.items()}
    for package in packages:
        for key in sorted(set(_installed_keys(settings, package))) if package["name"] in concerned else []:
            answer = answers.get(key)
            if answer is None:
                needs.unresolved.append((package["name"], key))
            elif answer.other:
                needs.other.append((package["name"], key, answer.other, key in package["keys"]["build"]))


def read_control(path):
    try:
        with open(path, encoding="utf-8") as stream:
            return control.parse(stream.read())
    except (OSError, UnicodeDecodeError, control.ControlError) as error:
        raise control.ControlError("%s: %s" % (path.replace("/workspace/", "", 1), error)) from error


def unsatisfied(relations):
    """What of the relations is not installed, as dpkg-checkbuilddeps words it; "" when nothing is missing."""
    with tempfile.NamedTemporaryFile("w", prefix="control-") as stream:
        stream.write("Source: colcon-deb\n\nPackage: colcon-deb\nArchitecture: any\n")
        stream.flush()
        answer = subprocess.run(["dpkg-checkbuilddeps", "-d", ", ".join(relations), stream.name], stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
                                env=dict(os.environ, LC_ALL="C.UTF-8"))
    return answer.stdout.strip() or "?" if answer.returncode else ""


def forget_archives(log):
    """Remove the archives of packages that apt has kept."""
    return _apt(["clean"], log)


def install(relations, log):
    """Let apt satisfy all relations at once; whether it did. The image's package lists are refreshed when they are missing,
    or when what they know did not do."""
    have_lists = os.path.isdir(_LISTS) and any(name.endswith(("_Packages", "_Packages.lz4", "_InRelease"))
                                               for name in os.listdir(_LISTS))
    satisfy = ["satisfy", "--yes", "--no-install-recommends", ", ".join(relations)]
    if have_lists and _apt(satisfy, log):
        return True
    return _apt(["update"], log) and _apt(satisfy, log)


def _apt(arguments, log):
    command = ["apt-get", "-o", "DPkg::Options::=--force-unsafe-io", "-o", "Acquire::Retries=3",
               "-o", "APT::Update::Error-Mode=any", *arguments]
    log.write(("$ apt-get %s\n" % " ".join(arguments)).encode())
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive", LC_ALL="C.UTF-8")
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=environment,
                          check=False).returncode == 0


def manifest_of(package):
    return os.path.normpath(os.path.join("src", package["path"], MANIFEST))
