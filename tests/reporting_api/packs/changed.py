"""A pack in which one figure says something else."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from typing import Any

from services.reporting_api.packs.content import Figure, Pack


def figures_in(node: Any) -> Iterator[Figure]:
    """Every figure of a pack, or of a part of one, in the order of the paper."""
    if isinstance(node, Figure):
        yield node
    elif isinstance(node, tuple):
        for each in node:
            yield from figures_in(each)
    elif is_dataclass(node):
        for each in fields(node):
            yield from figures_in(getattr(node, each.name))


def with_figure_changed(pack: Pack, at: int, by: int | Decimal) -> Pack:
    """The pack whose figure number `at` (of `figures_in`) says `by` more."""
    places = iter(range(len(list(figures_in(pack)))))

    def changed(node: Any) -> Any:
        if isinstance(node, Figure):
            if next(places) != at:
                return node
            assert node.value is not None
            return replace(node, value=node.value + by, text=str(node.value + by))
        if isinstance(node, tuple):
            return tuple(changed(each) for each in node)
        if is_dataclass(node) and not isinstance(node, type):
            within = {each.name: changed(getattr(node, each.name)) for each in fields(node) if each.init}
            return replace(node, **within)
        return node

    again = changed(pack)
    assert isinstance(again, Pack)
    return again
