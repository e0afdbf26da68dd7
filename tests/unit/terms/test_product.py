from hypothesis import given
from hypothesis import strategies as st

from rectify.terms.product import check_digit, read_gtin, unit_gtin

digits = st.text("0123456789", min_size=12, max_size=12)


@given(digits)
def test_one_wrong_digit_is_always_seen(body):
    whole = body + check_digit(body)
    for at, digit in enumerate(whole):
        other = whole[:at] + str((int(digit) + 1) % 10) + whole[at + 1 :]
        assert check_digit(other[:-1]) != other[-1]


def test_all_lengths_and_spellings_give_one_form():
    assert read_gtin("4006381333931") == "04006381333931"
    assert read_gtin("4006381 333931") == read_gtin("４００６３８１３３３９３１") == read_gtin("0-4006381333931")
    assert read_gtin("036000291452") == "00036000291452"
    assert read_gtin("96385074") == "00000096385074"


def test_what_is_no_gtin_of_a_product_is_empty():
    assert read_gtin("4006381333932") == ""  # check digit
    assert read_gtin("2012345678900") == ""  # in store
    assert read_gtin("0000000000000") == ""
    assert read_gtin("12345") == read_gtin("abc") == read_gtin("") == ""


def test_a_carton_names_its_unit():
    inner = read_gtin("4006381333931")
    carton = "1" + inner[1:13]
    carton += check_digit(carton)
    assert unit_gtin(carton) == inner
    assert unit_gtin(inner) == inner
    assert unit_gtin("9" + carton[1:]) == ""
