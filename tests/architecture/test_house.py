"""The rules of the house that an import linter cannot see."""

import ast
import importlib
import re
from collections.abc import Callable
from inspect import Parameter, getmembers, isfunction, signature
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from importlinter.api import read_configuration

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "stegvis"
ROOMS = sorted(path.parent.name for path in SOURCE.glob("*/apps.py") if path.parent.name != "web")


def floors() -> dict[str, int]:
    """Each room's floor, from the one place where floors are written down; higher is further up."""
    contract = read_configuration(str(ROOT / "pyproject.toml"))["contracts_options"][0]
    layers = contract["layers"]
    return {room.strip(): len(layers) - n for n, layer in enumerate(layers) for room in layer.split("|")}


def models_of_the_house() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("stegvis.")]


def modules(pattern: str) -> list[Path]:
    return sorted(path for path in SOURCE.rglob(pattern) if "migrations" not in path.parts)


def test_foreign_keys_go_down_and_leave_no_stairs_up():
    floor = floors()
    for model in models_of_the_house():
        for field in model._meta.get_fields():
            if not (isinstance(field, models.ForeignKey) and field.concrete):
                continue
            here, there = model._meta.app_label, field.related_model._meta.app_label
            if here == there:
                continue
            assert floor[there] < floor[here], f"{model.__name__}.{field.name} climbs from {here} to {there}"
            assert field.remote_field.hidden, f"{model.__name__}.{field.name} leaves a stair: related_name must be '+'"


def test_every_foreign_key_protects_what_it_points_to():
    for model in models_of_the_house():
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey) and field.concrete:
                assert field.remote_field.on_delete is models.PROTECT, f"{model.__name__}.{field.name}"


def actions_of(room: str) -> list[tuple[str, Callable[..., Any]]]:
    """The public functions of a room's actions, a module or a package of modules, and of a corner of the room."""
    paths = [*(SOURCE / room).glob("**/actions.py"), *(SOURCE / room).glob("actions/[!_]*.py")]
    there = [importlib.import_module(".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)) for path in paths]
    found = [(name, one, module) for module in there for name, one in getmembers(module, isfunction)]
    return [(name, one) for name, one, module in found if one.__module__ == module.__name__ and name[0] != "_"]


def test_actions_are_found_in_modules_and_in_packages():
    assert "submit" in dict(actions_of("assessments"))
    assert {"send_homework", "keep", "share"} <= set(dict(actions_of("programme")))
    assert {"randomise", "withdraw", "submit_assessment"} <= set(dict(actions_of("trial")))


@pytest.mark.parametrize("room", ROOMS)
def test_every_public_function_of_a_rooms_actions_is_recorded(room):
    for name, function in actions_of(room):
        assert hasattr(function, "__stegvis_verb__"), f"{room}.{name} writes without leaving an event"
        assert function.__stegvis_verb__.startswith(f"{room}."), f"{room}.{name} is recorded under another room"
        kinds = {p.kind for p in signature(function).parameters.values()}
        assert kinds == {Parameter.KEYWORD_ONLY}


def test_every_field_says_whom_it_could_reveal():
    for model in models_of_the_house():
        classified = [name for names in model.Privacy.fields.values() for name in names]
        own = {field.name for field in model._meta.concrete_fields if field.name != "id"}
        assert sorted(classified) == sorted(own), f"{model.__name__}.Privacy does not match its fields"


def test_every_folder_of_the_house_stands_on_a_floor_and_carries_its_sign():
    floor = floors()
    for sign in SOURCE.glob("*/__init__.py"):
        room = sign.parent.name
        assert room in floor, f"{room} has no floor"
        tree = ast.parse(sign.read_text())
        assert ast.get_docstring(tree), f"{room} has no sign"
        assert len(tree.body) == 1, f"the sign of {room} holds code"


def test_every_module_opens_with_what_it_is_for():
    for path in SOURCE.rglob("*.py"):
        if path.name == "__init__.py" and path.parent.name in {"migrations", "commands", "templatetags"}:
            continue
        assert ast.get_docstring(ast.parse(path.read_text())), f"{path.relative_to(ROOT)} does not say what it is for"


def test_no_room_signals_another():
    for path in modules("*.py"):
        text = path.read_text()
        assert "@receiver" not in text, path
        assert not re.search(r"\bsignals?\.\w+\.connect\(", text), path


def test_nothing_but_the_clock_asks_what_time_it_is():
    asks = re.compile(r"datetime\.now\(|timezone\.now\(|date\.today\(|datetime\.utcnow\(|auto_now")
    for path in modules("*.py"):
        if path == SOURCE / "audit" / "clock.py":
            continue
        assert not asks.search(path.read_text()), f"{path.relative_to(ROOT)} asks the time past the clock"


def test_only_the_top_floor_touches_the_environment():
    for path in modules("*.py"):
        text = path.read_text()
        if SOURCE / "config" not in path.parents:
            assert "os.environ" not in text, path
            assert "os.getenv" not in text, path


def test_no_furniture_without_a_name():
    assert not [p for p in SOURCE.rglob("*.py") if p.stem in {"utils", "helpers", "misc", "common"}]


def test_decisions_have_unique_numbers_and_fit_a_page():
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [path.name[:4] for path in decisions]
    assert decisions
    assert len(set(numbers)) == len(numbers)
    for path in decisions:
        assert len(path.read_text().splitlines()) <= 40, path.name


def test_the_map_in_the_architecture_says_what_the_rooms_say():
    floor = floors()
    text = (ROOT / "ARCHITECTURE.md").read_text()
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \| (.+) \|$", text, flags=re.M)
    assert {room for _, room, _ in rows} == set(floor)
    for number, room, sign in rows:
        assert int(number) == floor[room], room
        assert sign == ast.get_docstring(ast.parse((SOURCE / room / "__init__.py").read_text())), room
