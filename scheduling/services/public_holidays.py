"""Public holidays, as the `holidays` library knows them: for a country, and a part of it where it has some of its own.

Loading a country costs up to half a second, so each year of each place is asked for once in a process.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

import holidays

# What our column holds; the few longer names are districts that share the days of their country.
LONGEST_SUBDIVISION = 8
ENGLISH = "en_US"
NONE: Mapping[date, str] = MappingProxyType({})


@lru_cache(maxsize=1)
def countries() -> Mapping[str, tuple[str, ...]]:
    """ISO 3166-1 codes of the countries that are known, in their order, each with the codes of its parts."""
    known = holidays.list_supported_countries(include_aliases=False)
    return MappingProxyType(
        {
            code: tuple(part for part in parts if len(part) <= LONGEST_SUBDIVISION)
            for code, parts in sorted(known.items())
            if len(code) == 2
        }
    )


@lru_cache(maxsize=1)
def country_names() -> Mapping[str, str]:
    """The English names of the countries by code, as the library calls its classes: "UnitedStates" is in words."""
    named = {}
    for cls, code, *_rest in holidays.registry.COUNTRIES.values():
        named[code] = "".join(f" {sign}" if sign.isupper() else sign for sign in cls).strip()
    return MappingProxyType(named)


@lru_cache(maxsize=512)
def days_of(country: str, subdivision: str, year: int) -> Mapping[date, str]:
    """The public holidays of one year with their names, in English where the library has that.

    Empty for no country, and for one (or a part of one) that the library does not know any more.
    """
    parts = countries().get(country)
    if parts is None or (subdivision and subdivision not in parts):
        return NONE
    part = subdivision or None
    known = holidays.country_holidays(country, subdiv=part, years=year)
    if ENGLISH in known.supported_languages:
        known = holidays.country_holidays(country, subdiv=part, years=year, language=ENGLISH)
    return MappingProxyType({day: name for day, name in sorted(known.items()) if day.year == year})
