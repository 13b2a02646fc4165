"""
Pipelines as other products list them: their stages become those of a pipeline, with the keys that their deals hold.

One row for each product says under which names a stage has its key, its label and the rest. What a stage means for the
sale is what the product says it means: a flag, or, where there is none, what the product calls won and lost.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, TypeAlias

import attrs

from leadmodel.errors import InvalidInput, InvalidTable, InvalidValue, Problem, UnknownName, shown
from leadmodel.formats.headers import plain
from leadmodel.formats.intake.sources import Source, lines_of, name_of
from leadmodel.formats.products.objects import answered_error, payloads_of
from leadmodel.formats.tables.cells import number, text, truth, whole_number
from leadmodel.formats.tables.files import Table
from leadmodel.processes import Forecast, Outcome, Pipeline, Stage

__all__ = ["PRODUCTS", "Product", "read_pipelines"]

#: A stage as a product lists it, with the letters and digits of its names.
Row: TypeAlias = Mapping[str, Any]


@attrs.frozen(kw_only=True)
class Product:
    """
    How one product lists stages: a row of `PRODUCTS`.
    """

    key: str
    label: str
    #: Names of what a stage holds, the surest first, in letters and digits.
    stage_key: tuple[str, ...]
    stage_label: tuple[str, ...]
    probability: tuple[str, ...]
    order: tuple[str, ...]
    forecast: tuple[str, ...] = ()
    #: Names of flags that a stage of today has, and of those that one of former times has.
    active: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    #: A name that every stage of this product has, and no stage of another one.
    telling: tuple[str, ...]
    #: Says what a stage means for the sale.
    outcome: Callable[[Row], Outcome]
    #: What a whole probability is.
    whole: int = 100
    #: Names of the pipeline that a stage is in, where stages stand in one table.
    pipeline: tuple[str, ...] = ()


def _first(row: Row, names: Iterable[str]) -> Any:  # noqa: ANN401  (whatever the product holds)
    return next((row[name] for name in names if row.get(name) not in (None, "")), None)


def _flag(row: Row, name: str) -> bool | None:
    value = row.get(name)
    return None if value in (None, "") else truth(value)


def _of_salesforce(row: Row) -> Outcome:
    if _flag(row, "iswon"):
        return Outcome.WON
    return Outcome.LOST if truth(row["isclosed"]) else Outcome.OPEN


def _of_hubspot(row: Row) -> Outcome:
    """
    Go by the flags; a probability of 1 is what HubSpot calls won, and one of 0 lost, where no flag says it is open.
    """
    closed, won = _flag(row, "isclosed"), _flag(row, "closedwon")
    probability = number(text(row.get("probability", "")).strip() or " ")
    if won or (probability == 1 and closed is not False):
        return Outcome.WON
    if probability == 0 and closed is not False:
        return Outcome.LOST
    if closed:
        what = f"the stage is closed at {probability}, which is neither won nor lost"
        hint = "in HubSpot a closed stage has a probability of 1 or 0"
        raise InvalidValue(subject="stage", problems=(Problem(what=what, hint=hint, field="probability"),))
    return Outcome.OPEN


def _of_zoho(row: Row) -> Outcome:
    kind = plain(text(row["forecasttype"]))
    if kind not in _ZOHO_TYPES:
        what, hint = (
            f"{shown(row['forecasttype'])} says neither open, won nor lost",
            "write Open, Closed Won or Closed Lost",
        )
        problem = Problem(what=what, hint=hint, field="forecast_type", value=row["forecasttype"])
        raise InvalidValue(subject="stage", problems=(problem,))
    return _ZOHO_TYPES[kind]


_ZOHO_TYPES: Final[Mapping[str, Outcome]] = {
    "open": Outcome.OPEN, "closedwon": Outcome.WON, "closedlost": Outcome.LOST,
}  # fmt: skip
#: What products call the categories of a forecast.
_FORECASTS: Final[Mapping[str, Forecast]] = {
    "pipeline": Forecast.PIPELINE,
    "bestcase": Forecast.BEST_CASE,
    "mostlikely": Forecast.BEST_CASE,
    "forecast": Forecast.COMMIT,
    "commit": Forecast.COMMIT,
    "committed": Forecast.COMMIT,
    "closed": Forecast.CLOSED,
    "omitted": Forecast.OMITTED,
}
#: Lists of stages in a pipeline, and of pipelines in an answer.
_STAGES: Final = ("stages", "maps", "picklistvalues")
_PIPELINES: Final = ("results", "pipeline", "pipelines", "records", "data", "result", "fields")

#: The products, the most telling names first.
PRODUCTS: Final = (
    Product(
        key="salesforce", label="Salesforce", telling=("isclosed", "iswon"), outcome=_of_salesforce,
        stage_key=("apiname", "masterlabel"), stage_label=("masterlabel", "apiname"),
        probability=("defaultprobability",), order=("sortorder",), active=("isactive",),
        forecast=("forecastcategory", "forecastcategoryname"),
    ),
    Product(
        key="zoho", label="Zoho CRM", telling=("forecasttype",), outcome=_of_zoho,
        stage_key=("actualvalue", "displayvalue"), stage_label=("displayvalue", "displaylabel", "actualvalue"),
        probability=("probability",), order=("sequencenumber",), forecast=("forecastcategory",), retired=("delete",),
    ),
    Product(
        key="hubspot", label="HubSpot", telling=("probability",), outcome=_of_hubspot, whole=1,
        stage_key=("id", "stageid"), stage_label=("label",), probability=("probability",), order=("displayorder",),
        active=("active",), retired=("archived", "fivetrandeleted"), pipeline=("pipelineid",),
    ),
)  # fmt: skip
_BY_KEY: Final = {product.key: product for product in PRODUCTS}


@attrs.frozen
class _Listed:
    """
    A pipeline as it is listed.
    """

    key: str
    label: str
    rows: list[tuple[Row, str]]
    past: bool = False


def read_pipelines(
    source: Source, *, product: str = "", key: str = "", name: str = "", encoding: str = "utf-8-sig"
) -> tuple[Pipeline, ...]:
    """
    Read the pipelines that Salesforce, HubSpot or Zoho CRM lists, in JSON or in a table with a stage in each row.

    Stages that are in use no longer are retired ones. The order is that of the product.

    Args:
        source: A path, bytes, text or an open file: rows of Salesforce's OpportunityStage; pipelines of HubSpot, or the
            stages of a connector's table; pipelines of Zoho, or the values of its field Stage.
        product: The key of a row of `PRODUCTS`; "" tells it from the names.
        key: The key of a pipeline that has none of its own, as Salesforce's; without it, the product's.
        name: What errors call the source.
        encoding: How the bytes of a table are read.

    Raises:
        InvalidInput: The source holds no stages, or some of them are wrong, or they make no pipeline; all of it is
            reported.
        UnknownName: There is no such product.
    """
    if product and product not in _BY_KEY:
        raise UnknownName(kind="product", name=product, known=tuple(_BY_KEY))
    name = name_of(source, name)
    first, whole = _peeked(source, name, encoding)
    listed = list(_in_json(whole, name) if first in ("{", "[") else _in_table(whole, name))
    if not any(one.rows for one in listed):
        what, hint = "there are no stages in it", "a stage has a key, an outcome and a probability"
        raise InvalidInput(subject=name, problems=(Problem(what=what, hint=hint),))
    problems: list[Problem] = []
    made = [pipeline for one in listed for pipeline in _made(one, product, key, name, problems)]
    if problems:
        raise InvalidInput(subject=name, problems=tuple(problems))
    return tuple(made)


def _peeked(source: Source, name: str, encoding: str) -> tuple[str, str]:
    whole = "".join(lines_of(source, name=name, encoding=encoding))
    return whole.lstrip("\ufeff \t\r\n")[:1], whole + "\n"


def _in_table(whole: str, name: str) -> Iterator[_Listed]:
    table = Table(whole, name=name)
    problems: list[Problem] = []
    words = [plain(column) for column in table.header]
    by_pipeline: dict[str, list[tuple[Row, str]]] = {}
    for line, cells in table.rows(problems):
        row = dict(zip(words, (cell.strip() for cell in cells), strict=True))
        by_pipeline.setdefault(row.get("pipelineid", ""), []).append((row, table.place(line)))
    if problems:
        raise InvalidInput(subject=name, problems=tuple(problems))
    yield from (_Listed(key, "", rows) for key, rows in by_pipeline.items())


def _in_json(whole: str, name: str) -> Iterator[_Listed]:
    loose: list[tuple[Row, str]] = []
    for payload, where in payloads_of(whole, name):
        if error := answered_error(payload, where):
            raise InvalidInput(subject=name, problems=(error,))
        for found in _found(payload, where):
            if found.key or found.label:
                yield found
            else:
                loose += found.rows
    if loose:
        yield _Listed("", "", loose)


def _found(content: object, where: str) -> Iterator[_Listed]:
    """
    Find pipelines, and stages that stand in none, in a document.
    """
    if isinstance(content, list):
        for number_, one in enumerate(content):
            yield from _found(one, f"{where} [{number_}]")
    elif isinstance(content, dict):
        stages = next((content[_named(content, key)] for key in _STAGES if _is_list(content, key)), None)
        within = next((_named(content, key) for key in _PIPELINES if _is_held(content, key)), None)
        if stages is not None:
            rows = [(_row(one), f"{where} stages[{i}]") for i, one in enumerate(stages) if isinstance(one, dict)]
            yield _listed(content, rows)
        elif within is not None:
            yield from _found(content[within], f"{where} {within}")
        else:
            yield _Listed("", "", [(_row(content), where)])


def _named(content: Mapping[str, Any], key: str) -> str:
    return next((name for name in content if plain(name) == key), "")


def _is_list(content: Mapping[str, Any], key: str) -> bool:
    return isinstance(content.get(_named(content, key)), list)


def _is_held(content: Mapping[str, Any], key: str) -> bool:
    return isinstance(content.get(_named(content, key)), (list, dict))


def _listed(content: Mapping[str, Any], rows: list[tuple[Row, str]]) -> _Listed:
    row = _row(content)
    label = _first(row, ("label", "displayvalue"))
    if _first(row, ("apiname", "fieldlabel")) is not None:  # a field of Zoho with its values
        return _Listed("", "", rows)
    key = _first(row, ("actualvalue", "displayvalue") if "displayvalue" in row else ("id", "pipelineid"))
    past = row.get("archived") is True or row.get("active") is False
    return _Listed(str(key or ""), str(label or ""), rows, past)


def _row(content: Mapping[str, Any]) -> Row:
    """
    Give a stage with what its metadata hold beside it, and objects by their names.
    """
    metadata = content.get("metadata")
    both = {**content, **(metadata if isinstance(metadata, dict) else {})}
    return {plain(key): value.get("name") if isinstance(value, dict) else value for key, value in both.items()}


def _made(listed: _Listed, product: str, key: str, name: str, problems: list[Problem]) -> Iterator[Pipeline]:
    """
    Make a pipeline, or add what is wrong with it to *problems*.
    """
    stages: list[tuple[Decimal, bool, Stage]] = []
    start = len(problems)
    found: Product | None = None
    for row, where in listed.rows:
        found = _BY_KEY.get(product) or next((one for one in PRODUCTS if _has_all(row, one.telling)), None)
        if found is None:
            what, hint = "this is no stage of a product that is known", f"known: {', '.join(_BY_KEY)}; product= says it"
            problems.append(Problem(what=what, hint=hint, where=where, options=tuple(row)))
            continue
        try:
            stages.append(_stage(row, found, len(stages)))
        except InvalidValue as error:
            problems += [problem.at(where) for problem in error.problems]
    if len(problems) > start or found is None:
        return
    stages.sort(key=lambda stage: stage[0])
    used = [stage for _, past, stage in stages if not (past or listed.past)]
    keys = {stage.key for stage in used}
    retired = {stage.key: stage for _, past, stage in stages if (past or listed.past) and stage.key not in keys}
    try:
        yield Pipeline(
            key=listed.key or key or found.key, label=listed.label or found.label, stages=used,
            retired=retired.values(),
        )  # fmt: skip
    except InvalidTable as error:
        problems += [
            problem.at(f"{name} pipeline {shown(listed.key or key or found.key)}") for problem in error.problems
        ]


def _has_all(row: Row, names: Sequence[str]) -> bool:
    return all(row.get(name) not in (None, "") for name in names)


def _stage(row: Row, product: Product, place: int) -> tuple[Decimal, bool, Stage]:
    """
    Give a stage with its place in the order, and whether it is one of former times.
    """
    key = _first(row, product.stage_key)
    if key is None or not _has_all(row, product.telling):
        lacks = product.stage_key[:1] if key is None else product.telling
        what, hint = f"the stage has no {' or '.join(lacks)}", f"a stage of {product.label} has one"
        raise InvalidValue(subject="stage", problems=(Problem(what=what, hint=hint, options=tuple(row)),))
    outcome = product.outcome(row)
    given = _first(row, product.probability)
    probability = number(text(given)) if given is not None else Decimal(100 if outcome is Outcome.WON else 0)
    if given is not None and product.whole == 1:
        probability = (probability * 100).to_integral_value()
    forecast = _FORECASTS.get(plain(str(_first(row, product.forecast) or "")), outcome.forecast)
    order = _first(row, product.order)
    past = any(_flag(row, name) is False for name in product.active) or any(_flag(row, n) for n in product.retired)
    stage = Stage(
        text(key), text(_first(row, product.stage_label) or key), outcome, whole_number(probability), forecast
    )  # fmt: skip
    return (Decimal(place) if order is None else number(text(order)), past, stage)
