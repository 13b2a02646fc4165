"""
Phone numbers by the numbering plans of the world, with the extra `phones`: 0450 00 12 34 in Belgium is +32450001234.

Records keep a number as it was given, since without a country anything else would be a guess. Whoever knows the country
says so here, or by the option `region` of the readers of tables and records.
"""

from functools import cache
from typing import Any

from leadmodel.errors import InvalidValue, MissingExtra, Problem, masked, nearest, shown
from leadmodel.values import PhoneKind, PhoneNumber

__all__ = ["check_region", "completed", "phone_number"]


def phone_number(number: str, *, region: str, kind: PhoneKind = PhoneKind.MAIN) -> PhoneNumber:
    """
    Read a phone number by the numbering plan of a country, and write it as it is dialled from anywhere.

    Every digit is kept but those that are only dialled within the country; an extension stays behind an "x".

    Args:
        number: The number as people write it; one that begins with a plus names its country itself.
        region: The country of numbers that name none, two letters of ISO 3166 such as "BE".
        kind: What it is for.

    Raises:
        InvalidValue: It is no number that anybody could have there, or there is no such country.
        MissingExtra: The library phonenumbers is not installed.

    Rule:
        ITU-T E.164.
    """
    check_region(region)
    return PhoneNumber(_dialled(PhoneNumber(number).number, region), kind)


def completed(number: str, *, region: str, kind: PhoneKind = PhoneKind.MAIN) -> PhoneNumber:
    """
    Give a phone number as `phone_number` does, and one that no plan knows as it was given.

    Raises:
        InvalidValue: The text holds no digit, or is too long.
        MissingExtra: The library phonenumbers is not installed.
    """
    given = PhoneNumber(number, kind)
    try:
        return PhoneNumber(_dialled(given.number, region), kind)
    except InvalidValue:
        return given


def check_region(region: str) -> None:
    """
    Check that a country has numbering plans.

    Raises:
        InvalidValue: It has none, or is no country.
        MissingExtra: The library phonenumbers is not installed.
    """
    known = _library().SUPPORTED_REGIONS
    if region not in known:
        close = nearest(region, known)
        hint = f"did you mean {shown(close)}?" if close else 'write two capitals of ISO 3166, such as "BE"'
        problem = Problem(what=f"{shown(region)} is no country with phones", hint=hint, field="region", value=region)
        raise InvalidValue(subject="phone number", problems=(problem,))


def _dialled(number: str, region: str) -> str:
    library = _library()
    try:
        parsed = library.parse(number, region)
    except library.NumberParseException as error:
        raise _unknown(number, region) from error
    if not library.is_possible_number(parsed):
        raise _unknown(number, region)
    written = library.format_number(parsed, library.PhoneNumberFormat.E164)
    extension = parsed.extension
    return f"{written} x{extension}" if extension else str(written)


def _unknown(number: str, region: str) -> InvalidValue:
    what = f"{masked(number)} is no phone number that can be dialled in {region}"
    problem = Problem(what=what, hint="correct it, or begin with a plus and its country", field="number", value=number)
    return InvalidValue(subject="phone number", problems=(problem,))


@cache
def _library() -> Any:  # noqa: ANN401  (a module that is not always there)
    try:
        import phonenumbers
    except ImportError as error:
        raise MissingExtra(library="phonenumbers", extra="phones", purpose="completing phone numbers") from error
    return phonenumbers
