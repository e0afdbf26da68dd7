"""How long a case takes: the median between decisions of one person, pauses left out, lots shared out."""

from datetime import UTC, datetime, timedelta

from rectify.cases.pace import ASSUMED, ENOUGH, Pace, pace_of

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


def steady(who: str, seconds: float, n: int) -> list[tuple[str, datetime]]:
    return [(who, AT + timedelta(seconds=seconds * k)) for k in range(n)]


def test_too_few_decisions_tell_nothing():
    assert pace_of([]) == Pace(ASSUMED, 0)
    assert pace_of(steady("a", 10, ENOUGH)) == Pace(ASSUMED, 0)  # the first has none before it
    assert pace_of(steady("a", 10, ENOUGH + 1)) == Pace(10, ENOUGH)


def test_a_pause_is_no_work_on_a_case():
    morning = steady("a", 30, 15)
    evening = [(who, at + timedelta(hours=8)) for who, at in steady("a", 30, 15)]
    assert pace_of([*morning, *evening]) == Pace(30, 28)


def test_each_person_is_counted_alone():
    assert pace_of([*steady("a", 20, 14), *steady("b", 60, 14)]) == Pace(40, 26)


def test_a_lot_shares_its_time():
    lots = [("a", AT + timedelta(seconds=100 * k)) for k in range(4) for _ in range(10)]
    assert pace_of(lots) == Pace(10, 30)


def test_hours():
    assert Pace(36, 20).hours(200) == 2
