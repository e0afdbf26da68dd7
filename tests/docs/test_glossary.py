import importlib
import inspect
import re
from pathlib import Path

import rectify.terms

PAGE = Path(__file__).parents[2] / "docs" / "glossary.md"
ROW = re.compile(r"\| \*\*(.+?)\*\* \| .+? \| `(.+?)` \|")
# Parts of a term that stand on its own line of the page, enumerations of its words, and records of errors.
PARTS = {
    "Act", "SubjectAct", "OrderState", "AuthorityNamed", "Served", "LegalBasis", "DeadlineStated", "Addressee", "ItemNamed",
    "ProviderNamed", "Subject", "Search", "Role", "Kind", "ItemKey", "Contact", "Verdict", "Judgement", "CaseState",
    "FindingSeen", "MeasureName", "MeasureKind", "Place", "Seen", "Change", "OutcomeKind", "TaskAtPlace", "Occasion",
    "DeliveryState", "Private", "Draft", "Opened", "EntryKind", "Fault",
}  # fmt: skip


def rows():
    return ROW.findall(PAGE.read_text())


def test_every_term_of_the_page_is_a_class_of_the_code():
    for term, name in rows():
        module, _, attribute = name.rpartition(".")
        assert hasattr(importlib.import_module(module), attribute), term


def test_every_class_of_the_terms_is_on_the_page_or_a_part_of_one_that_is():
    named = {name.rpartition(".")[2] for _, name in rows()}
    found = set()
    for path in Path(rectify.terms.__file__).parent.glob("*.py"):
        module = importlib.import_module(f"rectify.terms.{path.stem}") if path.stem != "__init__" else rectify.terms
        found |= {
            n for n, c in inspect.getmembers(module, inspect.isclass)
            if c.__module__ == module.__name__ and not issubclass(c, Exception) and not n.startswith("_")
        }  # fmt: skip
    assert found - named - PARTS == set()


def test_every_error_has_an_exit_code_and_a_docstring():
    from rectify.terms import errors

    for _, error in inspect.getmembers(errors, inspect.isclass):
        if issubclass(error, errors.RectifyError):
            assert error.__doc__
            assert error.exit_code in (1, 3, 4)
