# SPDX-License-Identifier: Apache-2.0
"""The lights of the charts, and what they say."""

import csv
import os

from ament_index_python.packages import get_package_share_directory
from lantern_py.reader import read


def lights(directory=None):
    """Yield (name, colour, text of its signal) of every light in the charts."""
    directory = directory or os.path.join(get_package_share_directory('harbor_charts'), 'charts')
    for name in sorted(os.listdir(directory)):
        with open(os.path.join(directory, name), newline='', encoding='utf-8') as stream:
            for row in csv.DictReader(stream):
                yield row['name'], row['colour'], read(row['flashes'])


def main():
    for name, colour, text in lights():
        print(f'{name}: {colour}, {text}')
    return 0
