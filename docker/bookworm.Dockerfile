# SPDX-License-Identifier: Apache-2.0
#
# Debian 12 (bookworm) with Debian's own ROS: a builder image for whoever targets plain Debian machines and takes ROS from
# Debian's archive, not from packages.ros.org. The distribution is called rolling here, since Debian gives it no name of its own.
#
#   colcon-deb image build -t colcon-deb-builder:rolling -f docker/bookworm.Dockerfile docker
#   colcon-deb build ~/ros_ws --ros-distro rolling
#
# BASE may be any image of Debian 12. Where there is no registry, 'colcon-deb image create' makes the same from a mirror.
ARG BASE=debian:bookworm
FROM ${BASE}

ARG ROS_DISTRO=rolling
ENV ROS_DISTRO=${ROS_DISTRO}
LABEL colcon-deb.role=builder colcon-deb.suite=bookworm

# The tools of a build, then what builds often ask for.
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

# The links of ccache exist for the compilers that were there before it; the directory is where a build mounts its cache.
RUN update-ccache-symlinks && mkdir -p /var/cache/colcon-deb/ccache

# rosdep's own rules come from the network when a build needs them. For rules that are in the image, see docs/images.md.
CMD ["/bin/bash"]
