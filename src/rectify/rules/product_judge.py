"""One product against one item: by number, and by brand and exact model."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rapidfuzz import fuzz

from rectify.rules.product_brand import DASHES, key
from rectify.rules.product_codes import CODE, misprint, upright
from rectify.rules.product_heads import Stand
from rectify.rules.product_judging import BRAND_AHEAD, Judging
from rectify.rules.product_names import same_but_check
from rectify.rules.product_row import Grade, Judged, Seen
from rectify.terms.product import read_gtin

_TWICE = 40  # characters before a model in which it may stand a first time
_LIKE_NAME = 88  # of 100
_BRAND_NEAR, _CROWD = 80, 80  # characters
_FEW = 3  # signs of a model that any text may hold


def judge_gtin(judging: Judging) -> Judged:
    """By number: as an attribute, else written in a text."""
    names, row = judging.names, judging.row
    if not names.product.gtin:
        return Judged(Grade.NO)
    judged = _gtin_stated(judging)
    if judged.grade is Grade.NO:
        judged = _gtin_written(judging)
    other = judging.other_model or judging.other_number or (judging.other_codes and names.model_key not in row.codes)
    if judged.grade is Grade.SURE and (other or judging.batch is None):
        return Judged(Grade.POSSIBLE, judged.seen)
    return Judged(judged.grade, judged.seen + (judging.batch or ())) if judged.seen else judged


def _gtin_stated(judging: Judging) -> Judged:
    own, row = judging.names.product.gtin, judging.row
    equal = [name for name, digits in row.gtins if read_gtin(digits) == own]
    if equal:
        others = {read_gtin(digits) for _, digits in row.gtins} - {own, ""}
        doubt = others or judging.title_stand is not Stand.CLEAN or _named_foreign(judging)
        return Judged(Grade.POSSIBLE if doubt else Grade.SURE, (judging.whole(f"attributes.{equal[0]}"),))
    for name, digits in row.gtins:
        if same_but_check(own, digits):
            return Judged(Grade.POSSIBLE, (judging.whole(f"attributes.{name}"),))
    return Judged(Grade.NO)


def _named_foreign(judging: Judging) -> bool:
    title = judging.row.title
    stands = [judging.stand(title, m.start(), m.end()) for m in judging.names.models(title)]
    return bool(stands) and max(stands) is not Stand.CLEAN


def _gtin_written(judging: Judging) -> Judged:
    names = judging.names
    for place, text in judging.row.texts:
        match = names.gtin.search(text)
        if match:
            stand = judging.stand(text, match.start(), match.end())
            if stand is Stand.FOREIGN or judging.title_stand is Stand.FOREIGN:
                return Judged(Grade.NO)
            short = len(names.digits) == 8 and not names.heads.called_number(text[: match.start()])
            clean = stand is Stand.CLEAN and judging.title_stand is Stand.CLEAN and not judging.other_gtin
            sure = clean and not short and not _other_numbers(judging, text) and not _named_foreign(judging)
            return Judged(Grade.SURE if sure else Grade.POSSIBLE, (judging.seen(place, match),))
        near = names.near_gtin.search(text)
        if near and same_but_check(names.product.gtin, re.sub(r"\D", "", near[0])):
            return Judged(Grade.POSSIBLE, (judging.seen(place, near),))
    return Judged(Grade.NO)


def _other_numbers(judging: Judging, text: str) -> bool:
    """Whether other valid article numbers stand in the text: a list of what something fits."""
    found = {read_gtin(match[0]) for match in re.finditer(rf"(?<![\d{DASHES}])\d{{12,14}}(?![\d{DASHES}])", text)}
    return bool(found - {"", judging.names.product.gtin})


def judge_model(judging: Judging) -> Judged:
    """By brand and exact model, in the title, the attributes or the text; names that are only like it are possible."""
    if not judging.names.model_key:
        return _by_name(judging)
    judged = _in_title(judging) or _in_attributes(judging) or _in_text(judging)
    if judged is None:
        return _misspelt_model(judging) or _by_name(judging)
    contradicted = judging.other_brand or judging.other_model or judging.other_gtin or judging.other_number
    doubtful = judging.other_codes or judging.either_model or judging.doubtful or judging.batch is None
    if judged.grade is Grade.SURE and (contradicted or doubtful):
        return Judged(Grade.POSSIBLE, judged.seen)
    return Judged(judged.grade, judged.seen + (judging.batch or ())) if judged.seen else judged


def _in_title(judging: Judging) -> Judged | None:
    title = judging.row.title
    matches = judging.names.models(title)
    if not matches:
        return None
    stands = [judging.stand(title, match.start(), match.end()) for match in matches]
    if all(_family(judging, title, match) is Stand.FOREIGN for match in matches):
        return Judged(Grade.POSSIBLE if _stated(judging) else Grade.NO, (judging.seen("title", matches[0]),))
    first = judging.seen("title", matches[stands.index(max(stands))])
    if max(stands) is Stand.FOREIGN or judging.title_stand is Stand.FOREIGN:
        return Judged(Grade.POSSIBLE, (first,)) if _stated(judging) else Judged(Grade.NO)
    exact = any(_exact(judging, title, match) for match in matches)
    clean = min(stands) is Stand.CLEAN and judging.title_stand is Stand.CLEAN
    return _with_brand(judging, first, title, matches[0], exact and clean)


def _exact(judging: Judging, text: str, match: re.Match[str]) -> bool:
    """Whether a model ends where its code ends: no "-B" or ".2" behind it, no other code before it, no "Plus"."""
    before, behind = text[: match.start()], text[match.end() :]
    ahead = re.search(rf"([^\W_]+)[{DASHES}_./]$", before)
    if match["brand"] or judging.names.model.search(before[-_TWICE:]):
        ahead = None
    if ahead and not (ahead[1].isalpha() and len(ahead[1]) > 3):
        return False
    again = judging.names.model.match(text, match.end() + 1)  # "X100/X100", as shops write it
    whole = bool(again or not re.match(rf"[{DASHES}_./][^\W_]", behind))
    return whole and _family(judging, text, match) is Stand.CLEAN


def _family(judging: Judging, text: str, match: re.Match[str]) -> Stand:
    """What a word behind a model makes of it: "Plus" is another member of the family."""
    names, behind = judging.names, text[match.end() :]
    if names.product.model.rstrip().endswith("+"):
        behind = behind.removeprefix("+")
    return names.heads.family(behind, names.own_words | set(names.model_runs))


def _stated(judging: Judging) -> bool:
    """Whether the attributes say this model (and no other brand)."""
    names = judging.names
    if not judging.model_attribute or judging.other_brand:
        return False
    known = not names.brand or names.distinct == 2 or judging.brand_stated or judging.branded_title
    return known or judging.misspelt


def _in_attributes(judging: Judging) -> Judged | None:
    if not _stated(judging):
        return None
    seen = judging.whole(f"attributes.{judging.model_attribute}")
    if not judging.names.brand:
        clean = judging.title_stand is Stand.CLEAN
        return Judged(_unbranded(judging, clean) if judging.title_stand else Grade.NO, (seen,))
    branded = judging.brand_stated or judging.branded_title
    if judging.names.distinct == 0 and not judging.brand_stated:
        branded = False
    if judging.title_stand is Stand.FOREIGN or not (branded or judging.names.distinct == 2 or judging.misspelt):
        return Judged(Grade.NO)
    sure = branded and judging.title_stand is Stand.CLEAN
    return Judged(Grade.SURE if sure else Grade.POSSIBLE, (seen,))


def _in_text(judging: Judging) -> Judged | None:
    """The first mention outside the title decides; in a list of codes it decides nothing."""
    for place, text in judging.row.texts[1:]:
        match = next(iter(judging.names.models(text)), None)
        if not match:
            continue
        stand = judging.stand(text, match.start(), match.end())
        if stand is Stand.FOREIGN or judging.title_stand is Stand.FOREIGN:
            return Judged(Grade.NO)
        crowd = text[max(0, match.start() - _CROWD) : match.start()] + " " + text[match.end() : match.end() + _CROWD]
        codes = {k for m in CODE.finditer(crowd) if (k := key(m[0])) not in judging.siblings}
        mixed = [k for k in codes if len(k) >= 4 and any(c.isdigit() for c in k) and any(c.isalpha() for c in k)]
        led = judging.names.heads.seeks(text)
        clean = stand is Stand.CLEAN and judging.title_stand is Stand.CLEAN and len(mixed) <= 2 and not led
        sure = clean and judging.names.distinct > 0 and not judging.own_code and _exact(judging, text, match)
        return _with_brand(judging, judging.seen(place, match), text, match, sure)
    return None


def _with_brand(judging: Judging, seen: Seen, text: str, match: re.Match[str], sure: bool) -> Judged:
    """A model that was seen, weighed by where the brand stands and by how much the model says by itself."""
    names, row, start = judging.names, judging.row, match.start()
    if match["brand"]:
        return Judged(Grade.SURE if sure else Grade.POSSIBLE, (seen,))
    if not names.brand:
        return Judged(_unbranded(judging, sure), (seen,))
    ahead = names.brand_pattern.search(text[max(0, start - BRAND_AHEAD) : start])
    near = names.brand_pattern.search(text[max(0, start - _BRAND_NEAR) : start + _BRAND_NEAR])
    in_title = judging.branded_title
    little = names.distinct == 0 or (names.common and text is not row.title)  # any number may stand in a description
    if little:
        branded = (
            _close(judging, text[max(0, start - BRAND_AHEAD) : start], ahead)
            or _by_brand(judging, text, match)
            or (judging.brand_stated and bool(in_title or near))
        )
    elif names.distinct == 1:
        branded = bool(near or in_title or judging.brand_stated)
    else:
        branded = bool(near or in_title or judging.brand_stated or names.brand_pattern.search(row.text))
    if branded:
        return Judged(Grade.SURE if sure else Grade.POSSIBLE, (seen,))
    some = bool(near or in_title or judging.brand_stated or judging.misspelt)
    if little and names.called and not (judging.kind_said and (near or text == row.title)):
        some = False  # a common word or number somewhere beside a brand says nothing of another kind of thing
    alone = names.distinct == 2 and len(names.model_key) > 6 and not judging.other_brand
    return Judged(Grade.POSSIBLE, (seen,)) if some or alone else Judged(Grade.NO)


def _close(judging: Judging, text: str, brand: re.Match[str] | None) -> bool:
    """Whether a brand stands so close before the end of a text that a common word behind it is its model."""
    if not brand:
        return False
    between = text[brand.end() :]
    if not judging.names.called:
        return len(between.split()) <= 2
    others = [word for word in re.findall(r"[^\W_]+", between) if word not in judging.names.own]
    return len(others) <= 1 and not re.search(r"[.,;!?|\n]", between)


def _by_brand(judging: Judging, text: str, match: re.Match[str]) -> bool:
    """Whether the brand stands right behind a model that is a word, at most "by" between."""
    names = judging.names
    brand = names.brand_pattern.search(text, match.end(), match.end() + _BRAND_NEAR)
    if brand is None or len(names.model_key) <= _FEW:
        return False
    return names.heads.only_fillers(text[match.end() : brand.start()])


def _unbranded(judging: Judging, sure: bool) -> Grade:
    """The exact model where the order names no brand: what the item is must agree, and no brand be stated."""
    strong, kind = judging.names.distinct == 2, judging.kind_said
    stated = bool(judging.row.brand) and not judging.names.heads.unbranded(judging.row.brand)
    if strong and kind and not stated:
        return Grade.SURE if sure else Grade.POSSIBLE
    return Grade.POSSIBLE if kind or (strong and not stated) else Grade.NO


def _misspelt_model(judging: Judging) -> Judged | None:
    """A code of the title that is the model but for one letter; another digit is another model."""
    names, title = judging.names, judging.row.title
    branded = judging.brand_stated or bool(names.brand_pattern.search(title))
    if names.slip is None or judging.other_model or not branded:
        return None
    model = upright(names.model_key)
    for code, match in judging.row.spelled:
        if abs(len(code) - len(model)) > 1 or not misprint(code, model) or key(match[0]) in judging.siblings:
            continue
        if judging.stand(title, match.start(), match.end()) is not Stand.FOREIGN:
            return Judged(Grade.POSSIBLE, (judging.seen("title", match),))
    return None


def _by_name(judging: Judging) -> Judged:
    """Brand, and a title with the words of the product's name, and no model of its own or other size: possible."""
    names, title = judging.names, judging.row.title
    said = judging.row.said - names.no_name
    brand = names.brand_pattern.search(title) if len(names.called & said) > 1 else None
    if not brand or fuzz.token_set_ratio(" ".join(sorted(names.called)), " ".join(sorted(said))) < _LIKE_NAME:
        return Judged(Grade.NO)
    if judging.other_model or judging.other_codes or judging.own_code:
        return Judged(Grade.NO)
    if judging.other_number or judging.other_words or judging.other_size:
        return Judged(Grade.NO)
    spans = [match.span() for match in names.brand_pattern.finditer(title)]
    if names.words.called_otherwise(title, spans, names.model_runs):
        return Judged(Grade.NO)
    if judging.stand(title, brand.start(), brand.end()) is Stand.FOREIGN or judging.title_stand is Stand.FOREIGN:
        return Judged(Grade.NO)
    return Judged(Grade.POSSIBLE, (judging.seen("title", brand),))


def strictest(judged: Iterable[Judged]) -> Judged:
    """The highest grade, with what all of that grade rest on."""
    found = list(judged)
    grade = max((one.grade for one in found), default=Grade.NO)
    return Judged(grade, tuple(seen for one in found if one.grade is grade and grade for seen in one.seen))
