"""Searches for a text that the engines read apart, led by what the plain engine comes through (atheris, libFuzzer).

    python -m tests.kernel.fuzz_engines PLAN SECONDS [FOLDER]

The bytes are cut into titles and texts; whatever they are, both engines must tell the same. FOLDER keeps what led on,
for the next time. Needs the packages of requirements/faults.txt.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["rectify.screening", "rectify.catalogue.html"]):
    import numpy as np
    import pyarrow as pa

    from rectify.screening.match import Matcher
    from rectify.screening.text import TextColumns

from tests.contract.nasty_texts import NASTY
from tests.contract.test_engines_agree import SIGNS, found
from tests.kernel.lists import PLANS

BETWEEN = b"\xfe"  # no byte of UTF-8: cells are cut there
MOST = 512  # bytes


def columns(data: bytes) -> TextColumns:
    """Cells of these bytes, in turn titles and texts."""
    cells = data.split(BETWEEN)
    cells += [b""] * (len(cells) % 2)

    def column(of: Sequence[bytes]) -> pa.StringArray:
        offsets = np.cumsum([0, *map(len, of)], dtype=np.int32)
        return pa.StringArray.from_buffers(len(of), pa.py_buffer(offsets), pa.py_buffer(b"".join(of)))

    return TextColumns.of(pa.record_batch({"title": column(cells[::2]), "text": column(cells[1::2])}))


def main(plan: str, seconds: int, folder: Path) -> None:
    matcher = Matcher.compile(PLANS[plan])

    def one(data: bytes) -> None:
        texts = columns(data)
        native, plain = found(matcher.scan(texts)), found(matcher.plain.scan(texts))
        if native != plain:
            raise AssertionError(f"{data.hex()}\nnative {native}\nplain  {plain}")

    seeds = folder / "seeds"
    seeds.mkdir(exist_ok=True)
    for n, data in enumerate([text.data for text in NASTY] + [sign.encode() for sign in SIGNS]):
        (seeds / f"{n:04}").write_bytes(data[:MOST])
    words = sorted({term.text for words in PLANS[plan] for term in words.terms} | set(SIGNS))
    quoted = ['"' + "".join(f"\\x{byte:02x}" for byte in word.encode()) + '"' for word in words]
    (folder / "words").write_text("\n".join(quoted) + "\n")
    kept = folder / "kept"
    kept.mkdir(exist_ok=True)
    options = [f"-max_total_time={seconds}", f"-max_len={MOST}", f"-dict={folder / 'words'}", "-print_final_stats=1",
               f"-artifact_prefix={folder}/", "-rss_limit_mb=4096", "-timeout=60"]  # fmt: skip
    atheris.Setup([sys.argv[0], *options, str(kept), str(seeds)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3] if len(sys.argv) == 4 else tempfile.mkdtemp()))
