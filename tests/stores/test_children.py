"""The processes of the tests do what is said of them: whoever checks others is checked."""

import os
import signal
import time

import pytest

from tests.stores.children import Tell, children


def test_children_tell_and_end() -> None:
    """What they tell arrives in order, and then nothing."""

    def work(tell: Tell) -> None:
        tell(1)
        tell({"a": None})

    with children(work, work) as both:
        assert [child.lines() for child in both] == [[1, {"a": None}]] * 2


def test_failure_of_a_child_is_the_tests() -> None:
    """It is told with its story."""

    def work(_: Tell) -> None:
        raise ZeroDivisionError

    with pytest.raises(AssertionError, match="ZeroDivisionError"), children(work) as (child,):
        child.lines()


def test_killed_child_tells_no_more() -> None:
    """What it told before is heard."""

    def work(tell: Tell) -> None:
        tell(os.getpid())
        time.sleep(600)
        tell("awake")

    with children(work) as (child,):
        process = child.line()
        child.kill()
        rest = child.lines()

    assert rest == []
    with pytest.raises(ProcessLookupError):
        os.kill(process, signal.SIGCONT)
