"""What `stegvis demo` prints."""

from io import StringIO

from rich.console import Console

from stegvis.config.display import Display


def test_the_welcome_tells_where_to_look_and_whom_to_be_in_full():
    shown = StringIO()
    rows = [
        ["participant", "person-123@stegvis.example", "a-calm-walk", "", "randomised, with the programme"],
        ["physiotherapist", "physiotherapist-1@stegvis.example", "a-calm-walk", "/demo/", "the whole trial"],
    ]

    Display(Console(file=shown, width=80)).welcome("http://127.0.0.1:8000/", rows)

    said = shown.getvalue()
    assert "physiotherapist" in said
    assert "physiotherapist-1@stegvis.example" in said
    assert "with the programme" in said.replace("\n", " ")
    assert "http://127.0.0.1:8000/demo/ shows it" in said
    assert "The example trial is served at http://127.0.0.1:8000/" in said


def test_long_work_shows_how_far_it_has_come():
    shown = StringIO()
    with Display(Console(file=shown, width=80)).progress() as report:
        report("Living through the trial", 1, 2)
        report("Living through the trial", 2, 2)

    assert "Living through the trial" in shown.getvalue()
    assert "2/2" in shown.getvalue()
