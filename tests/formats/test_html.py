"""HTML of posts to plain text: what is kept, what is dropped, and that nothing upsets it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadmodel.formats.intake.html import plain_text, storable
from leadmodel.values.text import sound

MANY = 50_000

CASES = {
    "paragraphs are parted by a blank line": ("<p>One</p><p>Two</p>", "One\n\nTwo"),
    "a break is a line break": ("<p>One<br>two<br />three</p>", "One\ntwo\nthree"),
    "two breaks are a paragraph, and more are no more": ("a<br><br>b<br><br><br><br>c", "a\n\nb\n\nc"),
    "list items stand in lines of their own": (
        "<p>Buy</p><ul><li>a</li><li>b</li></ul><p>Go</p>",
        "Buy\n\n- a\n- b\n\nGo",
    ),
    "a list within a list stays with it": ("<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>", "- a\n- b\n- c"),
    "an empty item leaves nothing": ("<ul><li></li></ul>x", "x"),
    "cells are parted by a space and rows by a line": ("<table><tr><th>a</th><td>b<tr><td>c</table>d", "a b\nc\n\nd"),
    "entities are decoded": ("Q&amp;A &lt;3 &#39;x&#39; &eacute; &#x1F600;", "Q&A <3 'x' é 😀"),
    "decoded markup is text": ("&lt;b&gt;bold&lt;/b&gt;", "<b>bold</b>"),
    "space is one space": ("<p>  a \n\t b  <b> c</b> </p>", "a b c"),
    "no space is left before a line break": ("a <br> b", "a\nb"),
    "no-break space is kept": ("a&nbsp;b", "a\xa0b"),
    "preformatted text keeps its lines": ("x<pre>a\n  b</pre>y  z", "x\n\na\n  b\n\ny z"),
    "scripts and styles are dropped": ("a<script>if (x<y) '</p>'</script><STYLE>p{}</style >b", "ab"),
    "a script takes no other end tag": ("<script></scripty>x</script>b", "b"),
    "a script takes no letter that only looks like one of its own": ("<script>a</ſcript>b</script>c", "c"),
    "a script that never ends takes the rest": ("a<script>alert(1)", "a"),
    "a script whose tag never ends takes the rest": ("a<script src='x'", "a"),
    "a script within what is hidden ends where its tag does": ("<video><script></video></script></video>a", "a"),
    "templates are dropped, also in each other": ("a<template>b<template>c</template><br>d</template>e", "ae"),
    "what stands in for a recording is dropped": (
        '<p>a</p><video><source src="v.mp4"><p>No video?</p></video> <AUDIO>x</audio><p>b</p>',
        "a\n\nb",
    ),
    "a recording within another kind changes nothing": ("a<video><audio></video>b", "ab"),
    "a reference that a tag cuts is none": ("&am<b>p;</b> &<i>lt;", "&amp; &lt;"),
    "comments are dropped": ("a<!-- <b>x</b> > -->b<!-->c<!DOCTYPE html>d<?php x ?>e</>f", "abcdef"),
    "a comment that never ends takes the rest": ("a<!-- b > c", "a"),
    "a tag that never ends takes the rest": ("a<b title=", "a"),
    "a declaration that never ends takes the rest": ("a<!x", "a"),
    "what is no tag stays": ("1 < 2, a <3 b, <, <", "1 < 2, a <3 b, <, <"),
    "a bracket in quotes ends no tag": ("<a title=\"a > b\" alt='>'>x</a>", "x"),
    "a quote without an equals sign is no quote": ("<a it's>x</a> it's", "x it's"),
    "a quote that never closes is no quote": ('<a href="x>y</a>', "y"),
    "end tags without a start do no harm": ("</template></ul></pre></p>a", "a"),
    "NUL and lone surrogates are replaced": ("a\x00b\ud800c&#0;&#xD800;", "a\ufffdb\ufffdc\ufffd\ufffd"),
    "a reference to no character is replaced": (f"&#{'9' * 10_000};", "\ufffd"),
    "leading zeros of a reference do not count": (f"&#{'0' * 10_000}65; &#00000000;", "A \ufffd"),
    "nothing is nothing": (" <p> </p> ", ""),
}


@pytest.mark.parametrize(("html", "text"), CASES.values(), ids=CASES)
def test_html_is_read_as_text(html: str, text: str) -> None:
    """Of HTML, what a person would read is kept, and nothing else."""
    read = plain_text(html)

    assert read == text


def test_hidden_parts_of_a_link_are_kept() -> None:
    """Mastodon hides parts of an address from view; the record has it whole."""
    html = (
        '<p>See <a href="https://shop.example/a/b"><span class="invisible">https://</span>'
        '<span class="ellipsis">shop.example/a</span><span class="invisible">/b</span></a></p>'
    )

    assert plain_text(html) == "See https://shop.example/a/b"


@pytest.mark.parametrize(
    ("piece", "length"),
    [
        ("<", MANY),
        ("<p>", 0),
        ("<p", 0),
        ("</", 0),
        ("<!--", 0),
        ("<!", 0),
        ("<!-", 0),
        ("<!-- -", 0),
        ("<style><", 0),
        ("<style></styl>", 0),
        ("<a b=", 0),
        ("<a b='\">", 0),
        ("<div>x", 3 * MANY - 2),
        ("<template>", 0),
        ("<script>", 0),
        ("<script></script>", 0),
        ("<li>", 0),
        ("<br>", 0),
        ("&#", 2 * MANY),
        ("&", MANY),
    ],
)
def test_hostile_html_is_read_to_its_end(piece: str, length: int) -> None:
    """Nesting, unclosed tags and stray signs by the ten thousand are read like anything else."""
    read = plain_text(piece * MANY)

    assert len(read) == length


@given(st.text(st.sampled_from("<>/!-&#;='\" \n\x00\ud800apbrlitemscx0"), max_size=60))
def test_any_text_is_read(html: str) -> None:
    """Whatever the input is, the result can be stored and has no space around it."""
    read = plain_text(html)

    assert sound(read)
    assert read == read.strip()


@given(st.text())
def test_escaped_text_comes_back(text: str) -> None:
    """Text that was escaped is given back, its white space aside."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")

    assert plain_text(escaped).split() == storable(text).split()


def test_sound_text_is_storable_as_it_is() -> None:
    """Only what no database keeps is replaced."""
    assert storable("<b> & \u202e") == "<b> & \u202e"
    assert storable("\x00\udfff") == "\ufffd\ufffd"
