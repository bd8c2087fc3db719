"""Line numbers of keys in TOML."""

from stegvis.methods.study.lines import LineNumbers

SOURCE = '''\
title = "x"
[a]
b = 1
c.d = 2
list = [
  "one",
  "[not.a.header]",
]
text = """
[[not]]
e = 1
"""
f = { g = 1 } # [not]
[[rows]]
code = "first"
[[rows]]
code = "second"
[[rows.inner]]
x = 1
[rows.one]
y = 1
'''


def test_keys_are_found_on_their_lines():
    lines = LineNumbers(SOURCE)

    assert lines.of(("title",)) == 1
    assert lines.of(("a",)) == 2
    assert lines.of(("a", "b")) == 3
    assert lines.of(("a", "c", "d")) == 4
    assert lines.of(("a", "f")) == 13
    assert lines.of(("rows", 0, "code")) == 15
    assert lines.of(("rows", 1, "code")) == 17
    assert lines.of(("rows", 1, "inner", 0, "x")) == 19
    assert lines.of(("rows", 1, "one", "y")) == 21


def test_what_has_no_line_of_its_own_is_found_by_what_holds_it():
    lines = LineNumbers(SOURCE)

    assert lines.of(("a", "list", 1)) == 5
    assert lines.of(("a", "f", "g")) == 13
    assert lines.of(("rows", 1, "missing")) == 16
    assert lines.of(("nowhere",)) == 1
    assert lines.of(("not",)) == 1
