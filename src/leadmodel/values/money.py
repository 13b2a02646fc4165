"""
Money: an exact amount in one currency.

Amounts are Decimals with at most 4 decimals and 14 digits before the point, so that an amount is a 64-bit count of
ten-thousandths in every engine. Two currencies are never added or compared.
"""

from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from typing import Final

import attrs

from leadmodel.errors import InvalidValue, Problem, nearest, shown

#: ISO 4217: the codes in use, then those withdrawn since 1999 that old deals still carry.
CURRENCIES: Final = frozenset(
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW
    CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL
    HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA
    MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD
    RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD
    USN UYI UYU UYW UZS VED VES VND VUV WST XAD XAF XAG XAU XBA XBB XBC XBD XCD XCG XDR XOF XPD XPF XPT XSU XTS XUA
    YER ZAR ZMW ZWG
    ANG ATS AZM BEF BGN BYR CSD CUC CYP DEM EEK ESP FIM FRF GHC GRD HRK IEP ITL LTL LUF LVL MRO MTL MZM NLG PTE ROL SDD
    SIT SKK SLL SRG STD TMM TRL VEB VEF XEU YUM ZMK ZWD ZWL ZWN ZWR
    """.split()
)

_DIGITS, _DECIMALS = 14, 4
_LIMIT = Decimal(10) ** _DIGITS
_FINEST = Decimal(10) ** -_DECIMALS
#: Our own context: whatever precision the program around us has set, no digit of an amount is lost.
_EXACT = Context(prec=_DIGITS + _DECIMALS + 2)

#: The same for shares, which have six decimals before they are rounded.
_ROUNDING = Context(prec=_DIGITS + _DECIMALS + 6, rounding=ROUND_HALF_EVEN)


def _as_amount(value: Decimal | int | str) -> Decimal:
    """
    Read an amount exactly; what cannot be read is left for the check, which says why.
    """
    if isinstance(value, str):
        try:
            return Decimal(value.strip())
        except InvalidOperation:
            return value  # type: ignore[return-value]  # refused by the check below
    return Decimal(value) if type(value) is int else value  # type: ignore[return-value]  # refused by the check below


@attrs.frozen(repr=False)
class Money:
    """
    An amount in a currency: `Money("120000.00", "EUR")`.

    The scale is no part of the value: 1.5 EUR equals 1.50 EUR.
    Amounts of one currency can be added, subtracted, negated and ordered.

    Args:
        amount: Text, a whole number or a Decimal; at most 4 decimals and 14 digits before the point.
        currency: An ISO 4217 code in capitals.

    Raises:
        InvalidValue: The amount is a float, not finite, too long or too fine, or the currency is unknown.
    """

    amount: Decimal = attrs.field(converter=_as_amount)
    currency: str

    def __attrs_post_init__(self) -> None:
        problems = [*_amount_problems(self.amount), *_currency_problems(self.currency)]
        if problems:
            raise InvalidValue(subject="money", problems=tuple(problems))

    def __repr__(self) -> str:
        return f"Money({str(self.amount)!r}, {self.currency!r})"

    def __str__(self) -> str:
        places = max(2, -int(_EXACT.normalize(self.amount).as_tuple().exponent))
        return f"{self.amount:z,.{places}f} {self.currency}"

    def share(self, percent: int) -> "Money":
        """
        Give so many hundredths of the amount, to four decimals; what lies half-way goes to the even neighbour.
        """
        exact = _ROUNDING.multiply(self.amount, Decimal(percent).scaleb(-2))
        return Money(exact.quantize(_FINEST, context=_ROUNDING), self.currency)

    def __add__(self, other: "Money") -> "Money":
        return Money(_EXACT.add(self.amount, self._same(other)), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(_EXACT.subtract(self.amount, self._same(other)), self.currency)

    def __neg__(self) -> "Money":
        return Money(self.amount.copy_negate(), self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.amount > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.amount >= self._same(other)

    def _same(self, other: "Money") -> Decimal:
        """
        Give the other amount, once it is known to be money of this currency.
        """
        if not isinstance(other, Money):
            raise TypeError(
                f"money goes with money, not with {type(other).__name__}; write Money(…, {self.currency!r})"
            )
        if other.currency != self.currency:
            what = f"{self.currency} and {other.currency} cannot be added or compared"
            hint = "convert one of them first, at a rate that you choose"
            raise InvalidValue(subject="money", problems=(Problem(what=what, hint=hint, field="currency"),))
        return other.amount


def _amount_problems(amount: object) -> list[Problem]:
    if isinstance(amount, bool) or not isinstance(amount, Decimal):
        shape = "a float is not exact" if isinstance(amount, float) else f"{shown(amount)} is no amount"
        return [Problem(what=shape, hint='write the amount as text, such as "120000.00"', field="amount", value=amount)]
    if not amount.is_finite():
        return [Problem(what=f"{amount} is no amount", hint="leave the money out", field="amount", value=amount)]
    if amount.copy_abs() >= _LIMIT or amount.quantize(_FINEST, context=_EXACT) != amount:
        what = f"{shown(str(amount))} has more than {_DIGITS} digits before the point or {_DECIMALS} after it"
        return [Problem(what=what, hint="round it first", field="amount", value=amount)]
    return []


def _currency_problems(currency: object) -> list[Problem]:
    if isinstance(currency, str) and currency in CURRENCIES:
        return []
    close = nearest(currency, CURRENCIES) if isinstance(currency, str) else ""
    hint = f"did you mean {close!r}?" if close else 'use the three capitals of the currency, such as "EUR"'
    what = f"{shown(currency)} is no ISO 4217 code"
    return [Problem(what=what, hint=hint, field="currency", value=currency)]
