"""
What is known of a person or an organisation: e-mail addresses, phone numbers, an address, consent.
"""

import re
from enum import StrEnum

import attrs

from leadmodel.errors import InvalidValue, Problem, masked
from leadmodel.values.choice import choice
from leadmodel.values.text import LINE_LIMIT, identity_fault, lower, text_fault

#: Longest address that mail systems pass on (RFC 5321: 64 for the local part, 255 for the domain, and the at sign).
EMAIL_LIMIT = 320
PHONE_LIMIT = 64

_EMAIL = re.compile(r"[^\s@<>\"(),:;]+@[^\s@<>\"(),:;]+|\"[^\"\s]+\"@[^\s@<>\"(),:;]+")
_NAMED = re.compile(r"[^<>]*<\s*([^<>\s]+)\s*>\s*")
_DIGIT = re.compile(r"\d")
_EXTENSION = re.compile(r"(?:x|ext\.?|extension|#)\s*(\d+)\s*$", re.IGNORECASE)


def _as_address(value: str) -> str:
    """
    Take the address out of a header form, `"Wong, Amy" <amy@wong.example>`, and drop the space around it.
    """
    if not _is_text(value) or len(value) > EMAIL_LIMIT * 2:
        return value  # refused by the check
    named = _NAMED.fullmatch(value)
    return named[1] if named else value.strip()


def _is_text(value: object) -> bool:
    return isinstance(value, str)


@attrs.frozen(repr=False)
class EmailAddress:
    """
    An e-mail address as it was given; two are equal when they differ in case at most.

    Case is ignored in both parts: no mail system in use tells `Ada@` from `ada@`.

    Args:
        address: `name@domain`, or the header form with a display name, which is dropped.

    Raises:
        InvalidValue: The text is no e-mail address, or holds characters that cannot be seen.
    """

    address: str = attrs.field(converter=_as_address, eq=False)
    #: The address in lower case: what is compared.
    key: str = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        fault = _email_fault(self.address)
        if fault:
            problem = Problem(what=fault, hint="write name@domain", field="address", value=self.address)
            raise InvalidValue(subject="e-mail address", problems=(problem,))
        object.__setattr__(self, "key", lower(self.address))

    def __repr__(self) -> str:
        return f"EmailAddress({masked(self.address)})"

    def __str__(self) -> str:
        return self.address


def _email_fault(address: object) -> str:
    if not isinstance(address, str):
        return f"a {type(address).__name__} is no e-mail address"
    fault = identity_fault(address, EMAIL_LIMIT)
    if fault:
        return f"the address {fault}"
    return "" if _EMAIL.fullmatch(address) else f"{masked(address)} is no e-mail address"


class PhoneKind(StrEnum):
    """
    What a phone number is for. *main* is the switchboard of the organisation, *work* a person's own line there.
    """

    MAIN = "main"
    WORK = "work"
    MOBILE = "mobile"
    HOME = "home"
    FAX = "fax"
    ASSISTANT = "assistant"
    OTHER = "other"


def _as_phone_kind(value: PhoneKind | str) -> PhoneKind:
    return choice(PhoneKind, value, "kind")


@attrs.frozen(repr=False)
class PhoneNumber:
    """
    A phone number as it was given, and what it is for; two are equal when their digits and kinds are.

    Numbers are not completed or validated against a numbering plan: without a country that would be a guess.

    Raises:
        InvalidValue: The text holds no digit, or is longer than 64 characters.
    """

    number: str = attrs.field(eq=False)
    kind: PhoneKind = attrs.field(default=PhoneKind.MAIN, converter=_as_phone_kind)
    #: What is compared: a leading plus, the digits, and the extension after an "x".
    key: str = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        fault = _phone_fault(self.number)
        if fault:
            problem = Problem(what=fault, hint="write its digits", field="number", value=self.number)
            raise InvalidValue(subject="phone number", problems=(problem,))
        number = self.number.strip()
        extension = _EXTENSION.search(number)
        if extension and not _DIGIT.search(number, 0, extension.start()):
            extension = None  # nothing stands before it that it could extend: "Fax 5551234"
        main = number[: extension.start()] if extension else number
        digits = "".join(_DIGIT.findall(main))
        plus = "+" if number.startswith("+") else ""
        object.__setattr__(self, "key", plus + digits + (f"x{extension[1]}" if extension else ""))

    def __repr__(self) -> str:
        return f"PhoneNumber({masked(self.number)}, {self.kind.value!r})"

    def __str__(self) -> str:
        return f"{self.number} ({self.kind})"


def _phone_fault(number: object) -> str:
    if not isinstance(number, str):
        return f"a {type(number).__name__} is no phone number"
    fault = identity_fault(number, PHONE_LIMIT)
    if fault:
        return f"the number {fault}"
    return "" if _DIGIT.search(number) else f"{masked(number)} holds no digit"


@attrs.frozen(kw_only=True, repr=False)
class Address:
    """
    A postal address: one block, taken or left as a whole (CONV-5).

    Raises:
        InvalidValue: A part breaks the text policy.
    """

    #: Street and number; several lines may be needed.
    street: str = ""
    city: str = ""
    #: State, province, county, canton.
    region: str = ""
    postal_code: str = ""
    country: str = ""

    def __attrs_post_init__(self) -> None:
        problems = []
        for name in ADDRESS_PARTS:
            part = getattr(self, name)
            fault = text_fault(part, LINE_LIMIT * 4) if isinstance(part, str) else "is no text"
            if fault:
                problems.append(Problem(what=f"{masked(part)} {fault}", field=name, value=part))
            elif part and not part.strip():
                object.__setattr__(self, name, "")
        if problems:
            raise InvalidValue(subject="address", problems=tuple(problems))

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in ADDRESS_PARTS)

    def __repr__(self) -> str:
        return f"Address({', '.join(name for name in ADDRESS_PARTS if getattr(self, name))})"

    def __str__(self) -> str:
        town = " ".join(part for part in (self.postal_code, self.city) if part)
        parts = (*self.street.splitlines(), town, self.region, self.country)
        return ", ".join(part.strip(" ,") for part in parts if part.strip(" ,"))


ADDRESS_PARTS = tuple(field.name for field in attrs.fields(Address))


class Consent(StrEnum):
    """
    Whether a person agreed to be contacted on a channel; the order is the order of precedence (CONV-6).
    """

    DENIED = "denied"
    GRANTED = "granted"
    UNKNOWN = "unknown"
