"""Pack folders written for a test: the licence example of the design, whole, and with one thing changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from rectify.rules.pack import Pack
from rectify.rules.reader import read_pack
from rectify.terms.errors import Faulty

PACK = r"""pack: unlicensed-vpn
title: {en: VPN services offered without a licence, zh: 未经许可提供VPN服务}
acts: [sell, set_up]
kinds: [listing, app, comment]
registers: [licensed-vpn-providers]
words:
  service:
    terms: {en: [vpn, virtual private network, -vpn], zh: [翻墙, 科学上网]}
    not_in: [vpn passthrough, no vpn needed, 防翻墙]
    disguises: all
  plan:
    terms: {en: [monthly, lifetime], zh: [包月, 套餐]}
    patterns: ['\d+\s*(元|¥|usd|\$)\s*/\s*(月|month|mo)']
offer: {listing: plan, app: true, other: "near(service, plan, 40)"}
rules:
  - id: vpn-service-for-sale
    when: (service in (title, variants) and offer or near(service, plan, 40)) and not registered
    verdict: violation
    measure: remove_item
    why: "Offers a VPN service (“{service}”) for sale; the account is not on the register."
"""
TRIALS = """- {text: "V-P-N 包月 15元/月", expect: violation, rule: vpn-service-for-sale}
- {item: {kind: comment, text: no vpn needed}, registered: false, expect: none, why: "a wish, no offer"}
"""


def write(folder: Path, pack: str = PACK, trials: str | None = TRIALS, **sheets: bytes) -> Path:
    """A pack folder. Sheets are named service_csv, plan_xlsx ..."""
    (folder / "trials").mkdir(parents=True)
    (folder / "words").mkdir()
    (folder / "pack.yaml").write_text(pack, encoding="utf-8")
    if trials is not None:
        (folder / "trials" / "trials.yaml").write_text(trials, encoding="utf-8")
    for name, data in sheets.items():
        stem, _, ending = name.rpartition("_")
        (folder / "words" / f"{stem}.{ending}").write_bytes(data)
    return folder


def read(folder: Path, pack: str = PACK, trials: str | None = TRIALS, **sheets: bytes) -> Pack:
    return read_pack(write(folder / "pack", pack, trials, **sheets))


def faults(folder: Path, pack: str = PACK, trials: str | None = TRIALS, **sheets: bytes) -> str:
    """All faults of a folder, a line each."""
    with pytest.raises(Faulty) as caught:
        read(folder, pack, trials, **sheets)
    return "\n".join(str(fault) for fault in caught.value.faults)


def changed(old: str, new: str) -> str:
    """The example pack with one thing changed."""
    assert old in PACK
    return PACK.replace(old, new)
