"""Whatever stands in protocol.toml, the check answers with problems and never with a traceback."""

import copy
import tomllib
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from stegvis.methods import study
from stegvis.methods.study.instrument_checks import instrument_findings
from stegvis.methods.study.problems import key_of, shape_findings
from stegvis.methods.study.sense import sense_findings
from tests.studies.folders import THREE_ARMS

SOUND = tomllib.loads((THREE_ARMS / "protocol.toml").read_text())
ANYTHING = st.recursive(
    st.none().map(lambda _: "") | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, part in inner for found in places(part, (*path, key)))]


PLACES = [path for path in places(SOUND) if path]


def has(holder: Any, key: str | int) -> bool:
    if isinstance(holder, list):
        return isinstance(key, int) and key < len(holder)
    return isinstance(holder, dict) and key in holder


def put(raw: Any, path: tuple[str | int, ...], value: Any) -> None:
    """Write the value at the place, if what was written before has left that place."""
    for key in path[:-1]:
        if not has(raw, key):
            return
        raw = raw[key]
    if has(raw, path[-1]):
        raw[path[-1]] = value


@cache
def files() -> dict[str, Any]:
    """The instruments of the trial; no fixture, because Hypothesis would write all of it out beside a value that fails."""
    return {file.code: file for file in study.load(THREE_ARMS).instruments}


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), ANYTHING), min_size=1, max_size=4))
def test_values_of_any_kind_in_any_place_are_answered_with_sentences(changes):
    raw = copy.deepcopy(SOUND)
    for path, value in changes:
        put(raw, path, value)

    for finding in [*shape_findings(raw), *sense_findings(raw), *instrument_findings(raw, files())]:
        assert key_of(finding.path, raw)
        assert finding.wrong
        assert finding.right


def test_a_list_in_any_place_is_passed_over_by_what_looks_for_sense():
    for path in PLACES:
        raw = SOUND | {path[0]: copy.deepcopy(SOUND[path[0]])}
        put(raw, path, [])

        assert all(finding.wrong and finding.right for finding in sense_findings(raw)), path


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([path for path in PLACES if isinstance(path[-1], str)]))
def test_a_needed_key_that_is_gone_is_told_and_an_optional_one_is_not_missed_as_missing(path):
    raw = copy.deepcopy(SOUND)
    holder: Any = raw
    for key in path[:-1]:
        holder = holder[key]
    del holder[path[-1]]

    missing = [finding.path for finding in shape_findings(raw) if finding.wrong == "is missing"]
    assert missing in ([], [path])
