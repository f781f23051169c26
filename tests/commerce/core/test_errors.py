"""Errors that a caller can act on."""

from commerce.core.errors import CommerceError, InvalidInput, NotFound, Rejected


def test_a_caller_puts_the_path_of_a_field_below_its_own() -> None:
    error = InvalidInput("Too many.", path=("quantity",), available=3).at("lines", "2")
    assert error.path == ("lines", "2", "quantity")
    assert error.facts == {"available": 3}
    assert isinstance(error, InvalidInput)


def test_every_error_has_a_stable_code() -> None:
    assert NotFound("Gone.").code == "NOT_FOUND"
    codes = {kind.__name__: kind.code for kind in CommerceError.__subclasses__()}
    assert all(code and code == code.upper() for code in codes.values())


def test_several_refusals_are_told_at_once() -> None:
    refusal = Rejected([InvalidInput("One."), NotFound("Two.")])
    assert [error.code for error in refusal.errors] == ["INVALID", "NOT_FOUND"]
    assert str(refusal) == "One.; Two."
