"""
E-mail addresses by the letter of the standards, with the extra `email`.

Records take whatever has the form of an address, because real ones break the standards now and then. Whoever would
rather refuse what cannot be delivered says so here, or by the option `strict_emails` of the readers of tables and
records. No server is asked: whether somebody reads mail there, nobody can say without sending some.
"""

from functools import cache
from typing import Any

from leadmodel.errors import InvalidValue, MissingExtra, Problem, masked
from leadmodel.values import EmailAddress

__all__ = ["check_library", "strict_email"]


def strict_email(address: str) -> EmailAddress:
    """
    Read an e-mail address that mail systems pass on.

    Quoted names (`"ada lovelace"@acme.example`) and addresses of machines (`ada@[192.0.2.1]`) are refused: they are
    allowed by the standards, and in a CRM they are mistakes. Names that only look like others are not told: see NET-4.

    Args:
        address: `name@domain`, or the header form with a display name, which is dropped.

    Raises:
        InvalidValue: It is no such address.
        MissingExtra: The library email-validator is not installed.

    Rule:
        RFC 5321, RFC 5322, RFC 6531.
    """
    given = EmailAddress(address)
    if "\n" in address or "\r" in address:  # in the head of a message, what comes after it would be another line
        raise _undeliverable(given, "it holds a line break")
    library = _library()
    try:
        library.validate_email(given.address, strict=True, check_deliverability=False, globally_deliverable=False)
    except library.EmailNotValidError as error:
        raise _undeliverable(given, _said(error)) from error
    return given


def check_library() -> None:
    """
    Check that addresses can be read strictly.

    Raises:
        MissingExtra: The library email-validator is not installed.
    """
    _library()


def _undeliverable(given: EmailAddress, why: str) -> InvalidValue:
    what = f"{masked(given.address)} cannot be delivered: {why}"
    problem = Problem(what=what, hint="correct it", field="address", value=given.address)
    return InvalidValue(subject="e-mail address", problems=(problem,))


def _said(error: Exception) -> str:
    """
    Give the library's sentence as the end of ours.
    """
    text = str(error).strip().rstrip(".")
    return text[:1].lower() + text[1:]


@cache
def _library() -> Any:  # noqa: ANN401  (a module that is not always there)
    try:
        import email_validator
    except ImportError as error:
        raise MissingExtra(library="email-validator", extra="email", purpose="reading addresses strictly") from error
    return email_validator
