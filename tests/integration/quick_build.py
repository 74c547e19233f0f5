# SPDX-License-Identifier: Apache-2.0
"""Fake builds that take no time, for tests/integration and bench/build/unchanged.py."""
import pathlib
import shutil

from support import TOP, add_package

# Prints the events of a build and makes empty packages.
ENTRYPOINT = """\
#!/bin/sh
cd /workspace/output
mkdir -p debs apt
set -- $(ls /workspace/src)
total=$#
echo ::progress::type=plan,total=$total
for name in "$@"; do
    echo $name >debs/$name.deb
    echo ::progress::type=plan_package,name=$name,version=1.0.0,path=$name,build_type=cmake,deb=$name,deps=
    echo ::progress::type=package_start,name=$name,total=$total
    echo ::progress::type=artifact,name=$name,path=debs/$name.deb,size=$(stat -c %s debs/$name.deb),sha256=00,kind=deb
    echo ::progress::type=package_complete,name=$name,success=true,ms=1
done
chown -R $HOST_UID:$HOST_GID debs apt
echo ::progress::type=repository,path=apt,count=$total,signed=false
echo ::progress::type=build_complete,success=true,built=$total,failed=0,skipped=0,ms=1
"""


def copy_scripts(place):
    """The scripts of the tree, so that one of them can be replaced; the path of their entry point."""
    shutil.copytree(TOP / "scripts", place, ignore=shutil.ignore_patterns("__pycache__"))
    return pathlib.Path(place) / "entrypoint.sh"


def make_large_workspace(workspace, packages=100, files=100):
    """Packages of so many files each, in several directories."""
    for number in range(packages):
        place = add_package(workspace, "package_%03d" % number)
        for file in range(files - 2):
            directory = place / ("part_%d" % (file // 14))
            directory.mkdir(exist_ok=True)
            (directory / ("file_%02d.cpp" % file)).write_text("int x%d;\n" % file * 100)
