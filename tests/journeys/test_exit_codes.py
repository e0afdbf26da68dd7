"""How the command answers: its exit codes, one JSON object a call, no colour where none is wanted, and help at once.

Whatever it is given, nobody ever sees a traceback.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import pty
import random
import resource
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer
from tests.journeys.kettle import RECTIFY, cold, warm
from tests.journeys.world_by_hand import RECALL, Answer, Hand, copy_of, desk_at, recall, served_now, write_market

from rectify.cli.main import COMMANDS, app, in_front
from rectify.cli.show import told
from rectify.measures.bodies import MeasureSet
from rectify.steps import accept, carry_out, confirm, decide, keep, receive, sweep
from rectify.terms.case import Judgement
from rectify.terms.errors import Broken, Faulty, Missing, PartlyDone, Refused, Unknown

pytestmark = pytest.mark.slow
HELP_BOUND = 0.3  # seconds of CPU that help may take; twice as much is a fault of ours, whatever else runs


def approved_set(folder: Path) -> MeasureSet:
    """A market in which a set of the recall waits to be carried out."""
    write_market(folder, served=served_now())
    with desk_at(folder, served_now(0)) as desk:
        workspace = desk.workspace
        keep.add_authorities(workspace, folder / "authorities.yaml", as_="awu")
        receive.receive(workspace, (folder / "recall.yaml").read_bytes(), "recall.yaml", as_="kim")
        call = confirm.Call("+999 20 0117", "Ms Vale", workspace.now)
        confirm.confirm(workspace, RECALL, call=call, as_="awu")
        accept.accept(workspace, RECALL, as_="awu")
        sweep.sweep(workspace, RECALL, workers=0, as_="kim")
        with workspace.ledger.reading() as connection:
            from rectify.cases.show import listed

            waiting = [one.id for one in listed(workspace.ledger, connection, book=RECALL)]
        for case in waiting:
            decide.decide(workspace, case, Judgement.VIOLATION, "The same bar code.", as_="blin")
        (made,) = carry_out.rehearse(workspace, RECALL, as_="blin")
        return carry_out.approve(workspace, made.id, len(made.lines), as_="mroy")


@pytest.fixture(scope="module")
def market(tmp_path_factory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("exit") / "market"
    return folder, approved_set(folder).id


# exit codes, each through the installed command


def typed(folder: Path, *words: object) -> Answer:
    """A call of the installed command in a process of its own."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8", "TMPDIR": str(folder)}
    answer = Answer(*cold([str(word) for word in words], folder, environment))
    assert "Traceback" not in answer.out + answer.err
    return answer


def test_0_is_done(tmp_path):
    answer = typed(tmp_path, "--version")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("rectify ")


def test_1_is_a_fault_in_what_was_given_or_a_state_that_forbids_it(market, tmp_path):
    folder, _ = market
    (tmp_path / "o.yaml").write_text("order: X\n")
    assert typed(tmp_path, "order", "check", "o.yaml").code == 1
    Hand(tmp_path)("order", "check", "nothing.yaml", code=1)
    Hand(copy_of(folder, tmp_path / "market"))("--as", "awu", "order", "accept", RECALL, code=1)


def test_2_is_wrong_usage_and_the_nearest_name_is_told(tmp_path):
    answer = typed(tmp_path, "order", "recieve", "x.yaml")
    assert (answer.code, answer.out) == (2, "")
    assert "receive" in answer.err
    Hand(tmp_path)("order", "check", code=2)
    Hand(tmp_path)("order", "check", "x.yaml", "--nonsense", code=2)


def test_3_is_done_in_part(market, tmp_path):
    folder, digest = market
    folder = copy_of(folder, tmp_path / "market")
    settings = (folder / "rectify.yaml").read_text().replace("connector: shop", "connector: dry")
    (folder / "rectify.yaml").write_text(settings.replace("connectors:\n", "connectors:\n  dry: {type: rehearsal}\n"))
    answer = typed(folder, "--as", "mroy", "measures", "carry-out", digest)
    assert answer.code == 3
    assert "left out" in answer.out or "refused" in answer.out
    assert "some measures are not done" in answer.err


def test_4_is_broken_inside_and_the_log_is_named(market, tmp_path, monkeypatch, capsys):
    folder, _ = market
    folder = copy_of(folder, tmp_path / "market")
    for name in folder.glob("rectify.db*"):
        name.write_bytes(b"no database " * 1000)
    assert typed(folder, "order", "list").code == 4

    def fails() -> None:
        raise ZeroDivisionError("a bug of ours\x1b[2J")

    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    assert told(fails, ["rectify", "order", "list"]) == 4
    said = capsys.readouterr()
    assert said.out == ""
    assert "error: failed inside: ZeroDivisionError: a bug of ours[U+001B][2J" in said.err
    assert "Traceback" not in said.err
    log = Path(said.err.split("the whole story is in ")[1].split(";")[0])
    assert "Traceback" in log.read_text()


def test_5_is_found_where_that_was_asked_for(tmp_path):
    write_market(tmp_path, served=served_now())
    screen = ["screen", "items.csv", "-p", "identical-products", "--order", "recall.yaml", "-o", "found.csv"]
    Hand(tmp_path)(*screen)
    assert typed(tmp_path, *screen, "--fail-on", "violation").code == 5
    assert (tmp_path / "found.csv").read_text().count("violation") > 3


def test_130_is_stopped_and_the_command_that_goes_on_is_told_and_does(tmp_path):
    many = (
        "sku,headline,ean\n" + "".join(f"N-{n},Lamp number {n},\n" for n in range(60_000)) + "P-1,Pram,9521234543213\n"
    )
    (tmp_path / "many.csv").write_text(many)
    (tmp_path / "recall.yaml").write_text(recall(served_now()))
    call = [str(RECTIFY), "run", "recall.yaml", "--catalogue", "many.csv", "--out", "out"]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    going = subprocess.Popen(call, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             text=True, start_new_session=True)  # fmt: skip
    until = time.monotonic() + 120
    while not list(tmp_path.glob("out/sweeps/**/plan.json")) and going.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    os.killpg(going.pid, signal.SIGINT)  # as a terminal does it
    out, err = going.communicate(timeout=120)
    assert going.returncode == 130, (out, err)
    assert "Traceback" not in out + err
    again = err.split("to go on: ")[1].splitlines()[0]
    assert again == shlex.join(["rectify", *call[1:]])
    answer = typed(tmp_path, *shlex.split(again)[1:])
    assert answer.code == 0
    assert "Seen 60,001   violation 1   review 0" in answer.out


def test_a_reader_who_leaves_early_breaks_nothing(market):
    folder, _ = market
    line = f"{shlex.quote(str(RECTIFY))} order list --all | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", line], cwd=folder, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "0"
    assert "Traceback" not in done.stderr


def test_the_exit_code_belongs_to_the_kind_of_error():
    codes = {Faulty: 1, Refused: 1, Unknown: 1, PartlyDone: 3, Broken: 4, Missing: 4}
    assert {kind: kind.exit_code for kind in codes} == codes


# JSON


def test_json_is_one_versioned_object_a_call_whatever_happens(market, tmp_path):
    folder, digest = market
    hand = Hand(copy_of(folder, tmp_path / "market"))
    (hand.folder / "broken.yaml").write_text("order: [\n")
    case = hand.json("cases", "list", RECALL, "--state", "violation")["cases"][0]["case"]
    calls: list[tuple[int, list[object]]] = [
        (0, ["order", "check", "recall.yaml"]), (1, ["order", "check", "broken.yaml"]), (0, ["order", "list", "--all"]),
        (0, ["order", "show", RECALL]), (0, ["--as", "kim", "order", "receive", "recall.yaml"]),
        (1, ["--as", "awu", "order", "accept", RECALL]), (1, ["order", "show", "nothing"]), (0, ["--as", "kim", "sweep", RECALL]),
        (0, ["findings", RECALL]), (0, ["cases", "show", case]), (1, ["--as", "blin", "cases", "decide", case, "violation"]),
        (0, ["--as", "blin", "measures", "rehearse", RECALL]), (0, ["measures", "list"]), (1, ["--as", "kim", "measures", "approve", digest, "--count", 1]),
        (0, ["--as", "mroy", "measures", "carry-out", digest]), (0, ["--as", "kim", "letters", "write", RECALL]), (0, ["letters", "list"]),
        (0, ["--as", "kim", "letters", "send"]), (0, ["--as", "kim", "appeal", "record", case, "appeal.txt"]), (0, ["appeal", "list"]),
        (0, ["tasks", "list"]), (0, ["authority", "list"]), (0, ["--as", "kim", "register", "take", "licensed.yaml"]), (0, ["register", "list"]),
        (1, ["--as", "awu", "account", "bind", "market/V71", "licensed-vpn-providers/LVP-1", "-r", "x"]),
        (0, ["--as", "awu", "account", "bind", "market/V71", "licensed-vpn-providers/LVP-01", "-r", "Their licence was seen."]),
        (0, ["pack", "list"]), (0, ["pack", "show", "identical-products"]), (0, ["pack", "check", "identical-products"]),
        (0, ["pack", "try", "unlicensed-vpn", "a monthly vpn"]), (1, ["pack", "check", "identical-product"]),
        (0, ["--as", "awu", "report", RECALL, "--format", "json"]), (1, ["--as", "awu", "report", RECALL, "--state", "finel"]),
        (0, ["ledger", "verify"]), (0, ["--as", "awu", "ledger", "export", RECALL, "-o", "x.json"]), (0, ["config", "show"]), (0, ["doctor"]),
        (0, ["screen", "items.csv", "-p", "unlicensed-vpn", "-o", "f.csv"]), (5, ["screen", "items.csv", "-p", "unlicensed-vpn", "-o", "f.csv", "--fail-on", "violation"]),
        (0, ["run", "recall.yaml", "-c", "items.csv", "-o", "out"]), (2, ["nonsense"]), (2, ["order", "check"]), (1, ["-w", "nowhere", "order", "list"]), (1, ["-w", "nowhere", "ledger", "verify"]),
        (0, ["--as", "awu", "order", "annul", RECALL, "--reasons", "The court said so."]),
    ]  # fmt: skip
    kinds = set()
    for code, words in calls:
        answer = hand("--json", *words, code=code)
        assert answer.out.endswith("}\n"), words
        assert answer.out.count("\n") == 1, words
        told_ = answer.json
        assert (told_["kind"] == "error") == (code not in (0, 5)), words
        assert "NaN" not in answer.out
        kinds.add(told_["kind"])
    assert len(kinds) > 30


def test_what_is_done_in_part_is_told_as_one_object_too(market, tmp_path):
    folder, digest = market
    hand = Hand(copy_of(folder, tmp_path / "market"))
    settings = (hand.folder / "rectify.yaml").read_text().replace("connector: shop", "connector: dry")
    (hand.folder / "rectify.yaml").write_text(
        settings.replace("connectors:\n", "connectors:\n  dry: {type: rehearsal}\n")
    )
    answer = hand("--json", "--as", "mroy", "measures", "carry-out", digest, code=3)
    assert answer.json["kind"] == "carried out"
    assert set(answer.json["outcomes"]) <= {"left out", "refused"}
    assert json.loads(answer.err)["kind"] == "error"


def test_what_fails_inside_is_told_as_one_object_too(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def fails() -> None:
        raise ZeroDivisionError("a bug of ours")

    def stops() -> None:
        raise KeyboardInterrupt

    assert told(fails, ["rectify", "--json", "order", "list"]) == 4
    assert "failed inside" in json.loads(capsys.readouterr().out)["error"]
    assert told(stops, ["rectify", "--json", "run", "my order.yaml"]) == 130
    assert json.loads(capsys.readouterr().out)["remedy"] == "to go on: rectify --json run 'my order.yaml'"


# colour


def at_a_terminal(folder: Path, *words: str, **environment: str) -> str:
    """What a call writes to a terminal."""
    ours, theirs = pty.openpty()
    env = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8", "TERM": "xterm-256color", **environment}
    going = subprocess.Popen([str(RECTIFY), *words], cwd=folder, env=env, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    said = b""
    with contextlib.suppress(OSError):  # the other end is closed: the call has ended
        while piece := os.read(ours, 1 << 16):
            said += piece
    os.close(ours)
    assert going.wait(60) == 0
    return said.decode()


def test_a_terminal_gets_colour_and_nobody_else(tmp_path):
    assert "\x1b[" in at_a_terminal(tmp_path, "pack", "list")
    assert "\x1b[" not in at_a_terminal(tmp_path, "pack", "list", NO_COLOR="1")
    assert "\x1b[" not in at_a_terminal(tmp_path, "pack", "list", TERM="dumb")
    assert "\x1b[" not in at_a_terminal(tmp_path, "--no-color", "pack", "list")
    hand = Hand(tmp_path)
    for words in (["pack", "list"], ["order", "check", "nothing.yaml"], ["doctor"], ["--help"]):
        answer = hand(*words, code=1 if "check" in words else 0)
        assert "\x1b" not in answer.out + answer.err


def test_talk_goes_to_stderr_and_quiet_says_only_what_went_wrong(tmp_path):
    write_market(tmp_path, served=served_now())
    hand = Hand(tmp_path)
    call = ["screen", "items.csv", "-p", "unlicensed-vpn", "-o", "f.csv"]
    loud = hand(*call)
    assert "note: " in loud.err  # without a register nobody is treated as registered
    assert "note: " not in loud.out
    assert hand("--quiet", *call).err == ""


# help


def commands() -> Iterator[list[str]]:
    """Every command and group, as words."""
    group = typer.main.get_command(app)
    context = typer.Context(group)
    yield []
    for name in COMMANDS:
        command = group.get_command(context, name)  # type: ignore[attr-defined]
        yield [name]
        for inner in getattr(command, "commands", {}):
            yield [name, inner]


def test_help_of_every_command_comes_at_once(tmp_path, record_property):
    """What a group's commands load is loaded with the group, so groups and single commands are measured, started anew."""
    took: dict[str, float] = {}
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    for words in commands():
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        code, out, err = (cold if len(words) < 2 else warm)([*words, "--help"], tmp_path, environment)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert (code, err) == (0, ""), words
        assert out.startswith("Usage: rectify"), words
        assert len(out.splitlines()) > 3
        if len(words) < 2:
            took[" ".join(words)] = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    slowest, median = max(took, key=lambda name: took[name]), sorted(took.values())[len(took) // 2]
    record_property("help_cpu_seconds", {name: round(seconds, 3) for name, seconds in took.items()})
    print(f"help of {len(took)} commands: slowest {slowest!r} {took[slowest]:.2f} s of CPU, median {median:.2f} s")
    assert took[slowest] < 2 * HELP_BOUND, slowest


# never a traceback

CHANCE = random.Random(20261120)
BROKEN: dict[str, bytes] = {
    "empty": b"", "blank": b" \n\n", "binary": CHANCE.randbytes(4000), "nul": b"\0" * 500, "huge-line": b"a" * 3_000_000,
    "huge-value": b"a: " + b"x" * 300_000, "latin1": "authorité: café\n".encode("latin-1"), "utf16": "order: X\n".encode("utf-16"),
    "deep-list": b"[" * 5000, "deep-map": b"{a: " * 3000, "anchors": b"a: &a [x]\nb: *a\n",
    "tag": b"a: !!python/object/apply:os.system [ls]\n", "half-json": b'{"order": [1, 2', "list": b"- a\n- b\n", "number": b"42",
    "null": b"null", "nan": b'{"a": NaN}', "big-number": b"rectify: " + b"9" * 5000, "control": b'order: "a\x07b"\n',
    "surrogate": b'{"\\ud800": 1}', "tab": b"a:\t- b\n\t- c", "date": b"valid: 2026-99-99\n", "half-yaml": b"order: yes\nact: [\n",
    "half-csv": b'a,b\n1,2,3\n"x', "parquet": b"PAR1" + b"\0" * 40 + b"\xff\xff\xff\x7fPAR1", "gzip": b"\x1f\x8b\x08" + b"zz" * 30,
    "zstd": b"\x28\xb5\x2f\xfd" + b"junk" * 10, "zip": b"PK\x03\x04" + b"0" * 50, "sqlite": b"SQLite format 3\0" + b"\0" * 500,
}  # fmt: skip
# Where what is broken elsewhere is a file without a fault.
SOUND = {"appeal": set(BROKEN) - {"empty", "blank"}}
TAKES: dict[str, Callable[[str], list[str]]] = {
    "order check": lambda file: ["order", "check", file],
    "order receive": lambda file: ["--as", "kim", "order", "receive", file],
    "token": lambda file: ["--as", "awu", "order", "confirm", f"{RECALL}-9", "--token", file],
    "run order": lambda file: ["run", file, "-c", "items.csv", "-o", "out"],
    "run catalogue": lambda file: ["run", "recall.yaml", "-c", file, "-o", f"out-{Path(file).name}"],
    "run register": lambda file: ["run", "recall.yaml", "-c", "items.csv", "--register", file, "-o", "out-register"],
    "screen": lambda file: ["screen", file, "-p", "unlicensed-vpn", "-o", "o.csv"],
    "screen order": lambda file: ["screen", "items.csv", "-p", "identical-products", "--order", file, "-o", "o.csv"],
    "screen register": lambda file: ["screen", "items.csv", "-p", "unlicensed-vpn", "--register", file, "-o", "o.csv"],
    "init": lambda file: ["-w", f"init-{Path(file).name}", "init", "--from", file],
    "authority": lambda file: ["--as", "awu", "authority", "add", file],
    "register": lambda file: ["--as", "kim", "register", "take", file],
    "appeal": lambda file: ["--as", "kim", "appeal", "record", "CASE", file],
    "verify": lambda file: ["ledger", "verify", file],
    "checkpoint": lambda file: ["ledger", "verify", "--checkpoint", file],
    "export since": lambda file: ["--as", "awu", "ledger", "export", RECALL, "-o", "x.json", "--since", file],
    "eval": lambda file: ["eval", file, "-p", "identical-products", "-t", "x"],
    "findings": lambda file: ["findings", file],
    "pack check": lambda file: ["pack", "check", f"packs-{Path(file).name}"],
    "settings": lambda file: ["-w", f"ws-{Path(file).name}", "config", "show"],
}


@pytest.fixture(scope="module")
def junkyard(market, tmp_path_factory) -> Path:
    """A market with every broken file in it, as a file and as pack.yaml and rectify.yaml of a folder."""
    folder = copy_of(market[0], tmp_path_factory.mktemp("junk") / "market")
    (folder / "junk").mkdir()
    for name, data in BROKEN.items():
        (folder / "junk" / name).write_bytes(data)
        for kind, file in (("packs", "pack.yaml"), ("ws", "rectify.yaml")):
            (folder / f"{kind}-{name}").mkdir()
            (folder / f"{kind}-{name}" / file).write_bytes(data)
    (folder / "junk" / "folder").mkdir()
    (folder / "junk" / "dangling").symlink_to("nowhere")
    (folder / "junk" / "loop").symlink_to("loop")
    (folder / "junk" / "unreadable").write_bytes(b"order: X\n")
    (folder / "junk" / "unreadable").chmod(0)
    (folder / "other.yaml").write_text(recall(served_now(), order=f"{RECALL}-9"))
    with desk_at(folder, served_now(0)) as desk:
        receive.receive(desk.workspace, (folder / "other.yaml").read_bytes(), "other.yaml", as_="kim")
    return folder


@pytest.mark.parametrize("taking", TAKES)
def test_no_broken_file_breaks_a_command(taking, junkyard, monkeypatch):
    """Each is told as a fault in what was given; called in this process, so that a thousand calls take a minute."""
    monkeypatch.chdir(junkyard)
    case = ""
    if taking == "appeal":
        case = Hand(junkyard).json("cases", "list", "--state", "violation")["cases"][0]["case"]
    for name in sorted(path.name for path in (junkyard / "junk").iterdir()):
        words = [word if word != "CASE" else case for word in TAKES[taking](f"junk/{name}")]
        if taking in ("pack check", "settings") and name not in BROKEN:
            continue
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = told(lambda words=words: app(in_front(words), standalone_mode=False), ["rectify", *words])  # type: ignore[misc]
        readable_by_root = name == "unreadable" and os.geteuid() == 0
        allowed = {0, 1} if name in SOUND.get(taking, ()) or readable_by_root else {1}
        assert code in allowed, (taking, name, code, out.getvalue(), err.getvalue()[:2000])
        if code:
            assert err.getvalue().startswith("error: "), (taking, name)
            assert "failed inside" not in err.getvalue()
            assert len(err.getvalue()) < 40_000, (taking, name)
        assert "\x07" not in out.getvalue() + err.getvalue()


def test_a_broken_catalogue_stops_a_sweep_with_its_name(market, tmp_path):
    hand = Hand(copy_of(market[0], tmp_path / "market"))
    for name in ("empty", "binary", "parquet", "nul"):
        (hand.folder / "items.csv").write_bytes(BROKEN[name])
        answer = hand("--as", "kim", "sweep", RECALL, code=1)
        assert "items.csv" in answer.err, name
        assert "failed inside" not in answer.err


@pytest.mark.parametrize(
    "words",
    [
        ["--as", "awu", "report", RECALL, "-o", "items.csv"], ["--as", "awu", "report", RECALL, "-o", "items.csv/x"],
        ["screen", "items.csv", "-p", "unlicensed-vpn", "-o", "items.csv/x.csv"], ["screen", "items.csv", "-p", "unlicensed-vpn", "-o", "sub.csv"],
        ["run", "recall.yaml", "-c", "items.csv", "-o", "items.csv"], ["run", "recall.yaml", "-c", "items.csv", "-o", "items.csv/x"],
        ["--as", "awu", "ledger", "export", RECALL, "-o", "items.csv/x"], ["--as", "awu", "ledger", "export", RECALL, "-o", "sub.csv"],
        ["-w", "items.csv", "init"], ["-w", "/proc/nowhere", "init"],
    ],
)  # fmt: skip
def test_a_place_where_nothing_can_be_written_is_a_fault_in_what_was_given(market, tmp_path, words):
    hand = Hand(copy_of(market[0], tmp_path / "market"))
    (hand.folder / "sub.csv").mkdir()
    catalogue = (hand.folder / "items.csv").read_bytes()
    answer = hand(*words, code=1)
    assert answer.err.startswith("error: ")
    assert "failed inside" not in answer.err
    assert (hand.folder / "items.csv").read_bytes() == catalogue


def test_a_folder_that_is_not_there_yet_is_made(market, tmp_path):
    hand = Hand(copy_of(market[0], tmp_path / "market"))
    hand("screen", "items.csv", "-p", "unlicensed-vpn", "-o", "new/deep/found.csv")
    hand("--as", "awu", "ledger", "export", RECALL, "-o", "new/book.json")
    assert (hand.folder / "new" / "deep" / "found.csv").is_file()
    assert (hand.folder / "new" / "book.json").is_file()


def test_the_python_of_these_tests_has_the_command_beside_it():
    assert RECTIFY.is_file(), sys.executable
