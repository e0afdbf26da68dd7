"""How long words take to compile in a new process: python -m bench.words [--terms 5000] [--rounds 5].

CPU time, each round in a new process. "Tables" are those of signs, characters and pictures, read from the package once
a process; "other words" are as many that were not seen before, by the tables that are there; "the same again" is what a
pack costs that is compiled beside another, or for its trials.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def once(terms: Path) -> dict[str, float]:
    """CPU seconds of each step in this process, the words in a file of JSON."""
    began = time.process_time()
    from rectify.rules.pack import Term  # here, because imports are measured
    from rectify.screening.match import Matcher, WordList
    from rectify.terms.finding import ALL

    imported = time.process_time()
    words = json.loads(terms.read_text(encoding="utf-8"))
    lists = [WordList("bench/terms", tuple(Term(text, "") for text in part), disguises=ALL) for part in words]
    steps = {"imports, s": imported - began}
    for name, one in zip(
        ("in a new process, s", "other words, s", "the same again, s"), (*lists, lists[-1]), strict=True
    ):
        began = time.process_time()
        Matcher.compile([one])
        steps[name] = time.process_time() - began
    return steps


def measure(terms: int, rounds: int) -> dict[str, object]:
    """Medians over new processes."""
    import tempfile  # here, because the processes measured need none of these

    from bench.listings import corpus

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "words.json"
        file.write_text(json.dumps([corpus(1, terms, seed=seed).terms for seed in (7, 8)]), encoding="utf-8")
        command = [sys.executable, "-m", "bench.words", "--once", str(file)]
        runs = [json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)
                for _ in range(rounds)]  # fmt: skip
    median = {name: round(statistics.median(run[name] for run in runs), 3) for name in runs[0]}
    tables = median["in a new process, s"] - median["other words, s"]
    return {"words, all disguises": terms, **median, "of it tables, s": round(tables, 3)}


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--terms", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--once", type=Path, help="measure in this process, with the words of this file")
    given = parser.parse_args()
    found = once(given.once) if given.once else measure(given.terms, given.rounds)
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
