"""The declarative base: naming of constraints, the types that columns share, and which service owns a table."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column


class Base(DeclarativeBase):
    """Every constraint has a name, so that a race that breaks it can be told to a person in a sentence."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        str: Text,
        int: BigInteger,
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
    }


Id = Annotated[int, mapped_column(BigInteger, Identity(always=True), primary_key=True)]


def reference_to(table: str) -> ForeignKey:
    """A link to another table's row; nothing that is linked to is ever deleted."""
    return ForeignKey(f"{table}.id", ondelete="RESTRICT")


def one_of(column: str, words: type[StrEnum] | Iterable[str]) -> CheckConstraint:
    """The column holds one of these code words."""
    allowed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({allowed})", name=f"{column}_known")


def owned_by(table: str) -> str:
    """Whose login may write the table: `plan`, `kpi`, `reporting`, `worker`, `every` (each may append) or `nobody`."""
    return str(Base.metadata.tables[table].info["owner"])
