"""The reference is current: what is made from code is made anew, what is written by hand is held against the code."""

import importlib.util
import json
import re
from importlib import resources
from pathlib import Path

import pytest

from rectify.cli.main import COMMANDS
from rectify.reports.lines import COLUMNS
from rectify.settings import read_settings
from rectify.settings.reading import KEYS, VARIABLES
from rectify.terms.letter import Occasion
from rectify.terms.measure import OutcomeKind
from rectify.terms.person import ALLOWED, Role

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "reference"


def tool():
    spec = importlib.util.spec_from_file_location("write_reference", ROOT / "tools" / "write_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def page(name):
    return (PAGES / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["cli.md", "python.md", "ledger.md"])
def test_the_made_parts_of_a_page_are_current(name):
    assert tool().made(PAGES / name) == page(name), "run  python tools/write_reference.py"


def test_a_stale_page_is_told():
    made = tool()
    text = page("ledger.md").replace("The ledger begins.", "The ledger ends.")
    assert text != page("ledger.md")
    assert made.kinds_part() in page("ledger.md")
    assert made.kinds_part() not in text


def test_every_command_has_a_heading_and_a_twin_that_is_there():
    made = tool()
    names = [command.name for command in made.commands()]
    assert {name.split()[0] for name in names} == set(COMMANDS)
    assert set(names) == set(made.TWINS)
    for name in names:
        assert f"### rectify {name}\n" in page("cli.md")
        twin = made.resolved(made.TWINS[name])
        assert (twin.fget if isinstance(twin, property) else twin).__doc__


def test_every_argument_and_option_says_what_it_is():
    for command in tool().commands():
        assert command.parsed.help, command.name
        for parameter in command.parsed.params:
            assert parameter.help, f"{command.name}: {parameter.name}"


def test_every_exit_code_that_errors_have_is_on_the_page():
    from rectify.terms import errors

    codes = set(re.findall(r"^\| (\d+) \|", page("cli.md"), re.M))
    used = {str(e.exit_code) for e in vars(errors).values() if isinstance(e, type) and hasattr(e, "exit_code")}
    assert used | {"0", "2", "5", "130"} == codes


def test_every_key_of_the_settings_has_its_heading_and_its_default_or_need():
    text = page("settings.md")
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", text, re.M | re.S))
    assert set(sections) == set(KEYS)
    for key, section in sections.items():
        assert "Default" in section or "Needed" in section or "not used yet" in section, key
        assert "```yaml" in section, key
    for variable, key in VARIABLES.items():
        assert re.search(rf"`{variable}` \| `(--as|{key})`", text)


def test_the_examples_of_the_settings_are_settings():
    text = "\n".join(re.findall(r"```yaml\n(.*?)```", page("settings.md"), re.S))
    found = read_settings(text.encode(), "rectify.yaml", Path(), {})
    assert set(found.sources.values()) == {"rectify.yaml"}


def test_what_each_role_may_is_what_the_page_says():
    said = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", page("settings.md"), re.M))
    words = {
        "receive": "receive", "confirm": "confirm", "accept": "accept", "end": "annul and end orders", "decide": "decide cases",
        "lot": "decide lots", "rehearse": "rehearse", "approve": "approve", "carry out": "carry out", "appeal": "answer appeals",
        "record appeal": "record appeals", "letters": "send letters", "register": "registers", "authority": "register of authorities",
        "bind": "bind accounts", "sweep": "sweep", "report": "report", "pack": "packs into shadow", "promote": "packs in force",
    }  # fmt: skip
    assert set(words) == set(ALLOWED)
    more = {Role.LEAD: (Role.REVIEWER,), Role.LEGAL: (Role.LEAD, Role.REVIEWER)}
    for role in Role:
        told = " ".join(said[r] for r in (role, *more.get(role, ())))
        for act, roles in ALLOWED.items():
            assert (words[act] in told) == (role in roles), (role, act)


def properties(node, path=""):
    for name, value in node.get("properties", {}).items():
        yield path + name
        for form in [value, *value.get("anyOf", [])]:
            yield from properties(form, f"{path}{name}.")
            yield from properties(form.get("items", {}), f"{path}{name}.*.")


def test_every_field_of_the_report_is_explained():
    schema = json.loads(resources.files("rectify.reports").joinpath("report-1.schema.json").read_text())
    said = set(re.findall(r"`([\w.*]+)`", page("report.md")))
    fields = set(properties(schema))
    for field in fields:
        inner = any(other.startswith(f"{field}.") for other in fields)
        assert field in said or inner, field
    heads = {f for f in said if "." in f and f.split(".")[0] in schema["properties"]}
    assert heads <= fields, "a field that the schema does not have"


def test_every_column_of_the_annex_is_explained():
    annex = page("report.md").partition("## annex.csv")[2]
    assert set(COLUMNS) <= set(re.findall(r"`(\w+)`", annex))


def test_every_outcome_and_state_is_explained():
    text = page("report.md")
    assert all(f"`{str(kind).replace(' ', '_')}`" in text for kind in OutcomeKind)
    assert all(f"| `{state}` |" in text for state in ("rehearsal", "interim", "final", "corrected"))


def test_every_occasion_of_a_letter_is_listed():
    assert {str(o) for o in Occasion} <= set(re.findall(r"`(\w+)`", page("letters.md")))
