# SPDX-License-Identifier: Apache-2.0
#
# Debian 12 (bookworm) with Debian's own ROS: a builder image for robots that run plain Debian and take ROS from
# Debian's archive, not from packages.ros.org. Debian gives its ROS no name; here it is called rolling, of which it is a
# state of 2022.
#
#   colcon-deb image build -t colcon-deb-builder:rolling -f docker/bookworm.Dockerfile docker
#   colcon-deb build ~/ros_ws --ros-distro rolling
#
# BASE may be any image of Debian 12. Without a registry, 'colcon-deb image create' makes the same image from a mirror.
ARG BASE=debian:bookworm
FROM ${BASE}

ARG ROS_DISTRO=rolling
ENV ROS_DISTRO=${ROS_DISTRO}
LABEL colcon-deb.role=builder colcon-deb.suite=bookworm

# The tools of a build, then packages that builds often need.
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
        python3-rosdep2 \
        python3-setuptools \
        sudo \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        ament-cmake \
        ament-cmake-python \
        libpython3-dev \
        pkg-config \
        python3-empy \
        python3-numpy \
    && apt-get clean \
    && rm -rf /var/lib/apt/lists/*

# Links for the compilers that are installed now; a build mounts ccache's volume on the directory.
RUN update-ccache-symlinks && mkdir -p /var/cache/colcon-deb/ccache

# A build downloads rosdep's rules when it needs them. For an image that has them, see docs/images.md.
CMD ["/bin/bash"]
