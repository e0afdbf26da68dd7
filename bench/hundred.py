"""A hundred patterns as moderators write them, made up around the terms of the benchmark."""

from __future__ import annotations

from collections.abc import Sequence

ALONE = (
    r"\b1[3-9]\d{9}\b",
    r"\b\d{17}[\dx]\b",
    r"\b[a-z0-9._%+]{1,32}@[a-z0-9]{1,32}\.(?:ru|onion|cc)\b",
    r"\bt\.me/[a-z0-9_]{4,32}",
    r"(?:微信|vx|wx|加v)[:： ]{0,3}[a-z0-9_]{5,20}",
    r"\b(?:no|without) (?:prescription|serial|invoice)\b",
    r"\bbc1[a-z0-9]{25,39}\b",
    r"\b0x[0-9a-f]{40}\b",
    r"办(?:理)?.{0,6}(?:驾照|文凭|学位证)",
    r"\b(?:buy|sell) .{0,20}(?:passport|cocaine)\b",
)
COUNT = 100


def hundred_patterns(terms: Sequence[str]) -> tuple[str, ...]:
    """Ten of their own, and ninety that hold terms: a measure behind one, two near one another, one on offer."""
    latin = [term for term in terms if term.isascii()]
    chinese = [term for term in terms if not term.isascii()]
    made = list(ALONE)
    for n in range(COUNT - len(ALONE)):
        a, b = latin[n * 7 % len(latin)], latin[(n * 7 + 1) % len(latin)]
        first, second, third = (chinese[(n * 5 + k) % len(chinese)] for k in range(3))
        made.append((
            rf"\b{a}[ -]?\d{{2,4}}(?:mg|ml|mm)\b",
            rf"(?:{first}|{second}).{{0,12}}{third}",
            rf"\b(?:{a}|{b})s? (?:for sale|online|cheap)\b",
        )[n % 3])  # fmt: skip
    return tuple(made)
