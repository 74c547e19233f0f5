# SPDX-License-Identifier: Apache-2.0
from lantern_py.reader import read


def test_words_and_unknown_codes():
    assert read('... --- ... / ........') == 'SOS ?'
