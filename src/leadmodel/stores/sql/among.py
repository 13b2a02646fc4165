"""
Large questions within the limits of SQL (CRIT-9): long lists as one parameter, and many conditions as a balanced tree.
"""

import json
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import BindParameter, Boolean, ColumnElement, Integer, Table, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import FunctionElement
from sqlalchemy.types import TypeEngine

from leadmodel.values.text import sound


class Members(FunctionElement[str]):
    """
    The members of a list of texts that is bound as one parameter, written as JSON.
    """

    inherit_cache: bool | None = True
    type: TypeEngine[str] = Text()


@compiles(Members, "sqlite")
def _in_sqlite(element: Members, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401  (SQLAlchemy's own)
    listed = compiler.process(element.clauses, **options)  # a parameter, never a text
    return f"(SELECT value FROM json_each({listed}))"  # noqa: S608


@compiles(Members, "postgresql")
def _in_postgresql(element: Members, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401  (as above)
    return f"(SELECT jsonb_array_elements_text(CAST({compiler.process(element.clauses, **options)} AS jsonb)))"


class Within(FunctionElement[bool]):
    """
    Whether a column holds one of few values, those of a query: they are found first, and then looked up in the index.

    PostgreSQL is told so, since it would weigh other ways by what it knows of the tables, which may be nothing yet.
    """

    inherit_cache: bool | None = True
    type: TypeEngine[bool] = Boolean()
    _is_implicitly_boolean = True  # it is no column that holds 0 or 1


@compiles(Within, "sqlite")
def _is_in(element: Within, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401  (as above)
    column, query = (compiler.process(part, **options) for part in element.clauses)
    return f"({column} IN {query})"


@compiles(Within, "postgresql")
def _is_any(element: Within, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401  (as above)
    column, query = (compiler.process(part, **options) for part in element.clauses)
    return f"({column} = ANY (ARRAY {query}))"


class Position(FunctionElement[int]):
    """
    Where a text stands in another one, from 1 on; 0 where it does not.
    """

    inherit_cache: bool | None = True
    type: TypeEngine[int] = Integer()
    name = "instr"


@compiles(Position, "sqlite")
def _position(element: Position, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401  (as above)
    return f"instr({compiler.process(element.clauses, **options)})"


@compiles(Position, "postgresql")
def _strpos(element: Position, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401  (as above)
    return f"strpos({compiler.process(element.clauses, **options)})"


class Whole(FunctionElement[bool]):
    """
    A condition in parentheses, which stays one of its own where conditions are joined.
    """

    inherit_cache: bool | None = True
    type: TypeEngine[bool] = Boolean()
    _is_implicitly_boolean = True  # it is no column that holds 0 or 1


@compiles(Whole)
def _in_parentheses(element: Whole, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401  (as above)
    (condition,) = element.clauses
    return f"({compiler.process(condition, **options)})"


def among(column: Any, keys: Collection[str]) -> ColumnElement[bool]:  # noqa: ANN401  (a column)
    """
    Ask whether a column holds one of some keys, however many they are.
    """
    return within(column, bindparam(None, listed(keys), Text()))


def within(column: Any, members: BindParameter[str]) -> ColumnElement[bool]:  # noqa: ANN401  (as above)
    """
    Ask whether a column holds a member of a list that is bound.
    """
    return Within(column, Members(members))


def in_keys(column: Any) -> ColumnElement[bool]:  # noqa: ANN401  (as above)
    """
    Ask whether a column holds a member of the list that is bound as `keys`.
    """
    return within(column, bindparam("keys"))


def own(table: Table) -> ColumnElement[bool]:
    """
    Ask for the rows of the tenant that is bound as `tenant`.
    """
    return table.c.tenant == bindparam("tenant")


def listed(keys: Iterable[str]) -> str:
    """
    Write a list as its one parameter; what no record can hold is left out.
    """
    return json.dumps(sorted(filter(sound, keys)), ensure_ascii=False)
