"""
What the library says in Python, said in the words of the command.
"""

import re
from typing import Final

#: What is said, and what a user of the command does about it.
_WORDS: Final = tuple(
    (re.compile(said), meant)
    for said, meant in (
        (r"there is no such file; check the path(?!,)", "there is no such file; check the path, or: leadmodel init"),
        (r"leadmodel init, or SqlStore\.open\(…, create=True\)", "leadmodel init"),
        (r"then migrate: SqlStore\.open\(…, migrate=True\)", "then: leadmodel init --migrate"),
        (r"try again, or pass a longer timeout", "try again, or give it longer with --wait"),
        (r"look for it: crm\.find\(where\(\w+, …\)\)", "leadmodel find lists what there is"),
        (r"given=\{'(\w+)': …\}", r"--given \1=…"),
        (r"it is set by move_(?:deal|lead)", "leadmodel move sets it"),
        (r"it is set by convert_lead", "leadmodel convert sets it"),
        (r'map a column to "currency", or pass currency="EUR"', 'write it as "1200.00 EUR"'),
        (r", or pass the zone, such as zone=ZoneInfo\(\"Europe/Berlin\"\)", ", or name one with --zone"),
    )
)


def in_words_of_the_command(text: str) -> str:
    """
    Say what an error says with the options of the command.
    """
    for said, meant in _WORDS:
        text = said.sub(meant, text)
    return text
