"""
The updates that a feed is made of: files, the files of folders, and standard input, each in a format of its own.
"""

import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs
import click

from leadmodel.cli.printing import named, note
from leadmodel.cli.reading import STANDARD_INPUT, Wrong
from leadmodel.entities import SocialUpdate
from leadmodel.errors import InvalidInput, LeadmodelError, suggestion
from leadmodel.formats.updates import FORMATS, is_feed, read_updates


@attrs.frozen
class PerFile:
    """
    What is said of the files of a feed: of all of them, and of single ones.
    """

    all: str = ""
    single: Mapping[Path, str] = attrs.field(factory=dict)

    def of(self, file: str) -> str:
        """
        Give what is said of a file.
        """
        return self.single.get(Path(file), self.all)


def per_file(known: Iterable[str] = ()) -> Callable[..., PerFile]:
    """
    Give what reads VALUE, which is said of all files, and FILE=VALUE, which is said of one.

    Args:
        known: The values that there are; any will do where none is named.
    """
    choices = tuple(known)

    def read(_: click.Context, __: click.Parameter, texts: Iterable[str]) -> PerFile:
        pairs = [text.rpartition("=") for text in texts]
        wrong = next((value for _, _, value in pairs if choices and value not in choices), None)
        if wrong is not None:
            raise click.BadParameter(f"{wrong!r} is not one of {', '.join(map(repr, choices))}.")
        of_all = [value for _, sign, value in pairs if not sign]
        if len(of_all) > 1:
            what = f"{' and '.join(map(repr, of_all))} are both said of every file"
            raise click.BadParameter(f"{what}; write FILE={of_all[1]} to say it of one")
        return PerFile("".join(of_all), {Path(file): value for file, sign, value in pairs if sign})

    return read


@attrs.frozen
class _File:
    """
    One file of the feed; *folder* is the one that was named in its place.
    """

    path: str
    folder: str = ""


class Updates:
    """
    The updates of all files, one after the other; what is wrong with the files is kept until all good ones are out.

    Of a folder come the files in it, in the order of their names; those that hold no updates are left out, and named.
    """

    def __init__(
        self, files: Iterable[str], *, formats: PerFile, servers: PerFile, zone: ZoneInfo | None
    ) -> None:  # fmt: skip
        """
        Look into the folders.

        Raises:
            click.UsageError: There is nothing in a folder, standard input is named twice, or something is said of a
                file that is none of them.
        """
        self._files = tuple(_listed(files))
        self._formats, self._servers, self._zone = formats, servers, zone
        self.wrong: Wrong = Wrong()
        self._check()

    @property
    def paths(self) -> tuple[str, ...]:
        """
        Where the updates come from.
        """
        return tuple(file.path for file in self._files)

    def __iter__(self) -> Iterator[SocialUpdate]:
        """
        Give the updates; where there is none because all is wrong, say so at once.
        """
        given, left_out = False, dict[str, list[str]]()
        for file in self._files:
            here = False
            try:
                for update in self._in(file):
                    given = here = True
                    yield update
            except LeadmodelError as error:
                if here or not _is_left_out(file, error):
                    self.wrong.errors.append(error)
                else:
                    left_out.setdefault(file.folder, []).append(Path(file.path).name)
        for folder, names in left_out.items():
            note(f"{folder}: left out, as they hold no updates: {named(names)}")
        if not given:
            self.wrong.check()

    def how(self, path: str) -> dict[str, Any]:
        """
        Say how a file is to be read, in the words of `read_updates`.
        """
        return {"format": self._formats.of(path), "server": self._servers.of(path), "zone": self._zone}

    def _in(self, file: _File) -> Iterator[SocialUpdate]:
        if file.path == STANDARD_INPUT:
            return read_updates(sys.stdin.buffer, name="standard input", **self.how(file.path))
        return read_updates(Path(file.path), **self.how(file.path))

    def wrong_alone(self) -> list[LeadmodelError]:
        """
        Read all files for what is wrong with them, and give that; standard input is left alone.
        """
        alone = Wrong()
        for file in self._files:
            if file.path != STANDARD_INPUT:
                alone.tried(deque, self._in(file), 0)
                if alone.errors and _is_left_out(file, alone.errors[-1]):
                    alone.errors.pop()
        return alone.errors

    def _check(self) -> None:
        paths = [file.path for file in self._files]
        if paths.count(STANDARD_INPUT) > 1:
            raise click.UsageError("--updates -: standard input can be read once; name it once")
        known = {Path(path): path for path in paths}
        for option, said in (("--format", self._formats), ("--server", self._servers)):
            for path, value in said.single.items():
                if path not in known:
                    close = suggestion(str(path), known.values())
                    raise click.UsageError(f"{option} {path}={value}: there is no such file of updates; {close}")


def _listed(names: Iterable[str]) -> Iterator[_File]:
    """
    Give the files that are meant: one that is named, and all of a folder but hidden ones.

    Raises:
        click.UsageError: There is nothing in a folder.
    """
    for name in names:
        if name == STANDARD_INPUT or not Path(name).is_dir():
            yield _File(name)
            continue
        within = sorted(path for path in Path(name).iterdir() if not path.name.startswith("."))
        files = [path for path in within if not path.is_dir()]
        if not files:
            raise click.UsageError(f"--updates {name}: there is no file in this folder")
        if folders := [path.name for path in within if path.is_dir()]:
            note(f"{name}: folders within it are not read, unless they are named as well: {named(folders)}")
        yield from (_File(str(path), name) for path in files)


def _is_left_out(file: _File, error: LeadmodelError) -> bool:
    """
    Say whether a file that cannot be read is none of a feed, but one that stands in the same folder.
    """
    return bool(file.folder) and isinstance(error, InvalidInput) and not is_feed(Path(file.path))


#: The formats of updates, by what they are called in the command.
NAMES: Final = tuple(row.key for row in FORMATS)
