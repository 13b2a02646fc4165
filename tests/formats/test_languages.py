"""Language tags: which are sound, and which of several texts is taken."""

import pytest

from leadmodel.formats.intake.languages import LANGUAGES, best_language, language_fault

TAG = "is no language tag"
CODE = "is no language of ISO 639-1"


@pytest.mark.parametrize(
    "tag",
    "en EN de-AT pt-BR es-419 zh-Hant-TW sr-Latn-RS zh-yue sl-rozaj-biske de-CH-1901 und mul yue x-ours en-x-us-mine "
    "i-klingon de-DE-u-co-phonebk hy-Latn-IT-arevela sh iw".split(),
)
def test_registered_shapes_are_sound(tag: str) -> None:
    """Language, script, region, variants, extensions and private use are accepted in their places."""
    assert language_fault(tag) == ""


@pytest.mark.parametrize(
    ("tag", "fault"),
    [
        ("", TAG),
        ("e", TAG),
        ("en_US", TAG),
        ("en-", TAG),
        ("de-419-DE", TAG),
        ("en-US-GB", TAG),
        ("English language", TAG),
        ("dé", TAG),
        ("en-" * 10_000 + "x", TAG),
        ("sp", CODE),
        ("cz-CZ", CODE),
    ],
)
def test_other_tags_are_refused(tag: str, fault: str) -> None:
    """A second region, an underscore and languages that do not exist are told."""
    assert language_fault(tag) == fault


def test_table_of_languages_is_whole() -> None:
    """ISO 639-1 has 183 codes in force, and seven that were withdrawn stay registered."""
    withdrawn = {"bh", "in", "iw", "ji", "jw", "mo", "sh"}

    assert len(LANGUAGES - withdrawn) == 183
    assert withdrawn <= LANGUAGES


@pytest.mark.parametrize(
    ("tags", "default", "best"),
    [
        (["fr", "en", "und", "de"], "de", "und"),
        (["fr", "en", "de"], "de", "de"),
        (["fr", "en", "de-AT"], "DE", "de-AT"),
        (["fr", "en-GB"], "", "en-GB"),
        (["enm", "fr"], "", "enm"),
        (["fr", "es"], "de", "fr"),
        ([], "de", ""),
    ],
)
def test_best_language_is_chosen(tags: list[str], default: str, best: str) -> None:
    """Undetermined comes before the document's own language, that before English, and that before the first."""
    assert best_language(tags, default) == best
