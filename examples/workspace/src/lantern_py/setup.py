# SPDX-License-Identifier: Apache-2.0
from setuptools import setup

package_name = 'lantern_py'

setup(
    name=package_name,
    version='0.4.0',
    packages=[package_name],
    data_files=[
        ('share/ament_index/resource_index/packages', ['resource/' + package_name]),
        ('share/' + package_name, ['package.xml']),
    ],
    install_requires=['setuptools'],
    zip_safe=True,
    maintainer='The colcon-deb developers',
    maintainer_email='colcon-deb@example.org',
    description='Reads the flashes of a signal lantern back into text.',
    license='Apache-2.0',
    entry_points={'console_scripts': ['read_lantern = lantern_py.reader:main']},
)
