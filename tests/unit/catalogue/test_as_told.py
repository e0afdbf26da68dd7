"""What a person says of columns comes before any guess; columns that nobody reads, and files without words, are known."""

from rectify.catalogue.guess import as_told, guess_map

COLUMNS = ("sku", "name", "zzz", "attributes.colour", "stock")


def guessed(told: dict[str, str], columns: tuple[str, ...] = COLUMNS):
    return as_told(guess_map(columns, {}), columns, told)


def test_what_was_said_takes_the_place_of_the_guess():
    plain, told = guessed({}), guessed({"zzz": "title"})
    assert (plain.map["name"], plain.unknown) == ("title", ("zzz", "stock"))
    assert told.map == {"sku": "id", "zzz": "title"}
    assert told.unknown == ("name", "stock")
    assert told.reasons["name"] == 'would fill title, which "zzz" fills'


def test_a_column_of_a_field_s_own_name_counts_as_read():
    assert "attributes.colour" not in guessed({}).unknown
    assert not guessed({}, ("id", "attributes.colour")).wordless


def test_a_file_without_words_is_known_as_such():
    assert guessed({}, ("id", "stock")).wordless
    assert not guessed({"stock": "text"}, ("id", "stock")).wordless
    assert guessed({"stock": "price"}, ("id", "stock")).wordless


def test_a_kind_that_was_said_leaves_none_to_guess():
    assert guessed({"zzz": "kind"}, ("sku", "zzz", "price")).kind == ""
