"""Arrow schemas derived from the record classes: one declaration, used for files, checks and the web UI."""

import dataclasses
import datetime as dt
import types
from collections.abc import Iterable
from functools import cache
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import pyarrow as pa

Record = TypeVar("Record")

_SCALARS: dict[type, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    dt.datetime: pa.timestamp("us", tz="UTC"),
}


def _arrow_type(annotation: Any) -> tuple[pa.DataType, bool, str]:
    """(Arrow type, nullable, description) of one field's annotation."""
    doc = ""
    if get_origin(annotation) is Annotated:
        annotation, doc, *_ = get_args(annotation)
    nullable = False
    if get_origin(annotation) in (Union, types.UnionType):
        members = [member for member in get_args(annotation) if member is not type(None)]
        nullable = len(members) < len(get_args(annotation))
        annotation = members[0]
    if annotation in _SCALARS:
        return _SCALARS[annotation], nullable, doc
    if get_origin(annotation) is tuple:
        inner = get_args(annotation)[0]
        # Vectors are stored as float32: half the bytes, and what the encoders return.
        item = pa.float32() if inner is float else _arrow_type(inner)[0]
        return pa.list_(item), nullable, doc
    if dataclasses.is_dataclass(annotation):
        return pa.struct(list(_fields(annotation))), nullable, doc
    raise TypeError(f"no Arrow type is declared for {annotation!r}")


def _fields(record: Any) -> Iterable[pa.Field]:
    hints = get_type_hints(record, include_extras=True)
    for field in dataclasses.fields(record):
        arrow, nullable, doc = _arrow_type(hints[field.name])
        yield pa.field(field.name, arrow, nullable=nullable, metadata={"doc": doc} if doc else None)


@cache
def schema_of(record: Any) -> pa.Schema:
    """The Arrow schema of a record class; every field's description is in its metadata under `doc`."""
    return pa.schema(list(_fields(record)))


@cache
def _decoders(record: Any) -> tuple[tuple[str, Any], ...]:
    """(field, nested record class or None) for each field, so that rows can be rebuilt with their types."""
    decoders = []
    for name, hint in get_type_hints(record).items():
        members = [hint] if get_origin(hint) not in (Union, types.UnionType) else list(get_args(hint))
        nested = None
        for member in members:
            inner = get_args(member)[0] if get_origin(member) is tuple else member
            if dataclasses.is_dataclass(inner):
                nested = inner
        decoders.append((name, nested))
    return tuple(decoders)


def _decode(record: Any, row: dict[str, Any]) -> Any:
    values: dict[str, Any] = {}
    for name, nested in _decoders(record):
        if name not in row:
            continue  # a field with a default, in a file from before there was the field
        value = row[name]
        if isinstance(value, list):
            value = tuple(_decode(nested, item) if nested else item for item in value)
        elif nested and value is not None:
            value = _decode(nested, value)
        values[name] = value
    return record(**values)


def to_arrow(record: type[Record], rows: Iterable[Record]) -> pa.Table:
    """Rows as an Arrow table of the record's declared schema (also when there are no rows)."""
    dicts = [dataclasses.asdict(row) for row in rows]  # type: ignore[call-overload]
    return pa.Table.from_pylist(dicts, schema=schema_of(cast(Any, record)))


def from_arrow(record: type[Record], table: pa.Table) -> list[Record]:
    """Typed rows of a table.

    A field with a default may be missing, so that records can grow. Raises ValueError when the table lacks another column of the record:
    a file of another version is refused, not guessed at."""
    optional = {field.name for field in dataclasses.fields(cast(Any, record)) if field.default is not dataclasses.MISSING}
    absent = [name for name in schema_of(cast(Any, record)).names if name not in table.column_names]
    missing = [name for name in absent if name not in optional]
    if missing:
        raise ValueError(f"the table lacks the columns {missing} of {record.__name__}; materialise it again")
    return [_decode(record, row) for row in table.to_pylist()]
