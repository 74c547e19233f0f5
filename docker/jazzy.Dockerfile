# SPDX-License-Identifier: Apache-2.0
#
# Ubuntu 24.04 (noble) with ROS 2 Jazzy from packages.ros.org: a builder image for robots with that Ubuntu and ROS.
# Jazzy is supported until May 2029.
#
#   colcon-deb image build -t colcon-deb-builder:jazzy -f docker/jazzy.Dockerfile docker
#   colcon-deb build ~/ros_ws --ros-distro jazzy
#
# It needs a registry for BASE, and the archives of Ubuntu and ROS. BASE may be any image of Ubuntu 24.04, with ROS or
# without.
# Not tried: the tests of colcon-deb check only the form of this file and the names of its packages. They build
# bookworm.Dockerfile, which has the same steps.
ARG BASE=ubuntu:noble
FROM ${BASE}

ARG ROS_DISTRO=jazzy
# Where the archive and its key are; may be a mirror.
ARG ROS_ARCHIVE=http://packages.ros.org/ros2/ubuntu
ARG ROS_KEY=https://raw.githubusercontent.com/ros/rosdistro/master/ros.key
ENV ROS_DISTRO=${ROS_DISTRO} LANG=C.UTF-8
LABEL colcon-deb.role=builder colcon-deb.suite=noble

# The key is trusted because it is fetched over TLS, the archive's packages because of the key.
# An image with ROS has the archive already, and apt refuses a second entry for it with another key.
RUN if grep -rqs -e "${ROS_ARCHIVE}" -e packages.ros.org/ros2 /etc/apt/sources.list /etc/apt/sources.list.d; then exit 0; fi \
    && apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates curl \
    && curl -fsSL "${ROS_KEY}" -o /usr/share/keyrings/ros-archive-keyring.gpg \
    && . /etc/os-release \
    && echo "deb [signed-by=/usr/share/keyrings/ros-archive-keyring.gpg] ${ROS_ARCHIVE} ${VERSION_CODENAME} main" \
        >/etc/apt/sources.list.d/ros2.list

# The tools of a build, then packages that builds often need. Bloom, catkin_pkg and rosdep come from ROS's archive.
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        apt-utils \
        build-essential \
        ca-certificates \
        ccache \
        cmake \
        debhelper \
        dh-python \
        dpkg-dev \
        fakeroot \
        lsb-release \
        python3-all \
        python3-bloom \
        python3-catkin-pkg \
        python3-pytest \
        python3-rosdep \
        python3-setuptools \
        sudo \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        libpython3-dev \
        pkg-config \
        python3-empy \
        python3-numpy \
        "ros-${ROS_DISTRO}-ament-cmake" \
        "ros-${ROS_DISTRO}-ament-cmake-python" \
        "ros-${ROS_DISTRO}-ros-workspace" \
    && apt-get clean \
    && rm -rf /var/lib/apt/lists/*

# Links for the compilers that are installed now; a build mounts ccache's volume on the directory.
RUN update-ccache-symlinks && mkdir -p /var/cache/colcon-deb/ccache

# rosdep's rules of today, so that no build downloads them. Build the image again for newer ones.
RUN { [ -e /etc/ros/rosdep/sources.list.d/20-default.list ] || rosdep init; } \
    && rosdep update --rosdistro "${ROS_DISTRO}"

CMD ["/bin/bash"]
