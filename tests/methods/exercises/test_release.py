"""A release is read back as the very same library, and named by what is in it."""

import pytest

from stegvis.methods.exercises import check, release
from stegvis.methods.exercises.release import ReleaseUnreadable


def test_a_release_is_read_back_as_it_was(small):
    library = check.read(small)
    assert release.from_data(release.to_data(library)) == library


def test_one_changed_word_or_line_is_another_release(small, change):
    before = release.sha256(check.read(small))
    changed = release.sha256(check.read(change("chair-stand.toml", "Stand tall", "Stand quite tall")))
    redrawn = release.sha256(check.read(change("drawings/chair-stand.toml", "trunk = 84", "trunk = 83")))
    assert len({before, changed, redrawn}) == 3


@pytest.mark.parametrize(("data", "said"), [({"format": 9}, "has format 9"), ({"format": 1}, "differ")])
def test_what_is_no_release_of_this_format_says_so(data, said):
    with pytest.raises(ReleaseUnreadable, match=said):
        release.from_data(data)
