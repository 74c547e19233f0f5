# SPDX-License-Identifier: Apache-2.0
from glob import glob

from setuptools import setup

package_name = 'harbor_charts'

setup(
    name=package_name,
    version='0.4.1',
    packages=[package_name],
    data_files=[
        ('share/ament_index/resource_index/packages', ['resource/' + package_name]),
        ('share/' + package_name, ['package.xml']),
        ('share/' + package_name + '/charts', sorted(glob('charts/*.csv'))),
    ],
    install_requires=['setuptools'],
    zip_safe=True,
    maintainer='The colcon-deb developers',
    maintainer_email='colcon-deb@example.org',
    description='Lists the lights of a harbour, from data files.',
    license='Apache-2.0',
    entry_points={'console_scripts': ['harbor_lights = harbor_charts.lights:main']},
)
