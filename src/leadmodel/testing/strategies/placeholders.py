"""
Placeholders: what `personal=False` puts where personal data would stand.

Every one of them says that it is nobody's: there is the word "nobody" in it or, where there can be no word, a number
that nobody has been given. Names are "Nobody 1", e-mail addresses "nobody1@nobody.example", handles "nobody1" or what
comes closest on their network, phone numbers "+00 555 0101", texts "A text about nobody 1."; everybody was born on
1 January 1900.
"""

from datetime import date
from typing import Final

from hypothesis import strategies as st

_NUMBERS: Final = range(1, 5)


def _each(form: str) -> tuple[str, ...]:
    return tuple(form.format(number) for number in _NUMBERS)


#: What handles of nobody keep, whatever they look like.
WORDS: Final = ("nobody", ".example")
NAME, MAIL = "Nobody 1", "nobody1@nobody.example"
#: What stands for a person or an organisation, and for whatever else one line may tell of them.
NAMES: Final = st.sampled_from(_each("Nobody {}"))
TEXTS: Final = st.sampled_from(_each("A text about nobody {}."))
PAGES: Final = st.sampled_from(_each("https://nobody.example/{}"))
MAILS: Final = st.sampled_from(_each("nobody{}@nobody.example"))
#: There is no country whose code is 00.
PHONES: Final = st.sampled_from(_each("+00 555 010{}"))
STREETS: Final = st.sampled_from(_each("{} Nobody's Lane"))
BIRTHDAYS: Final = st.just(date(1900, 1, 1))

#: Handles and stable ids; each network takes those that its pattern admits. Stable ids that are numbers are higher than
#: those that networks have come to.
HANDLES: Final = (
    *_each("nobody{}"), *_each("nobody{}@nobody.example"), *_each("nobody{}.example"), *_each("company/nobody{}"),
)  # fmt: skip
UIDS: Final = (
    *_each("900000000000000000{}"), *_each("did:plc:nobody{}"), *_each("https://nobody.example/users/{}"),
    *_each("UCnobodynobodynobodynob{}"),
)  # fmt: skip
