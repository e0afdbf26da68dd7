from datetime import date

from rectify.rules.language import parse
from rectify.rules.pack import Pack, Rule, Term, Words
from rectify.rules.registers import Register, RegisterEntry
from rectify.screening.compile import compile_plan
from rectify.screening.recipe import Recipe
from rectify.screening.sweep import sweep
from rectify.terms.finding import Disguise, Verdict
from rectify.terms.item import Account


def test_a_worker_asks_for_accounts_and_goes_on(tmp_path):
    (tmp_path / "items.csv").write_text("id,account,title\n1,s1,a kettle\n2,s2,a kettle\n")
    words = Words("w", (Term("kettle", "en"),), (), (), frozenset(Disguise))
    condition = parse("w and not registered", ["w"])
    rule = Rule(
        "r", "w and not registered", condition, Verdict.VIOLATION, "", "Names it.", False, ("sell",), ("listing",)
    )
    pack = Pack("p", 1, {"en": "p"}, ("sell",), ("listing",), ("reg",), {"w": words}, {}, (rule,))
    entry = RegisterEntry("e", "E", frozenset({"XA"}), accounts=("c/s1",))
    register = Register("reg", "test", date(2026, 11, 1), 90, (entry,))
    plan = compile_plan([pack], [register], [], [], date(2026, 11, 20), territory=frozenset({"XA"}))
    recipe = Recipe("files", {"name": "c", "files": ["items.csv"], "folder": str(tmp_path), "kind": "listing"})
    asked, told = [], []

    def accounts(ids):
        asked.extend(ids)
        return [Account("c", one) for one in ids]

    result = sweep(plan, recipe, tmp_path / "sweep", accounts=accounts, progress=told.append, workers=1)
    assert [finding.item.id for finding in result.found()] == ["2"]
    assert set(asked) == {"s1", "s2"}
    assert told[-1].done == 2
