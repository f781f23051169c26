"""The demo's pictures, by the addresses that its file of products has: `demo:mug/2f5d8a` is a mug in that blue."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from deploy.demo import household, workshop
from deploy.demo.canvas import Canvas, Colour, colour

PICTURES: Final = Path(__file__).with_name("pictures")
"""They are kept, because drawing all of them takes ten seconds."""

_ADDRESS: Final = re.compile(r"demo:([a-z_]+)/([0-9a-f]{6})\Z")

SHAPES: Final[dict[str, Callable[[Canvas, Colour], None]]] = {
    shape.__name__: shape
    for shape in (
        household.mug, household.bowl, household.plate, household.teapot, household.jar, household.board,
        household.spoons, household.cushion, household.blanket, household.towel, household.tote, household.apron,
        household.candle, household.lamp,
        workshop.notebook, workshop.pencils, workshop.cards, workshop.tape, workshop.pen, workshop.calendar,
        workshop.pot, workshop.can, workshop.seeds, workshop.trowel, workshop.gloves, workshop.basket,
        workshop.print_hills, workshop.print_moon, workshop.print_citrus, workshop.print_leaves,
    )
}  # fmt: skip


def illustration(address: str) -> bytes | None:
    """The picture at one of our own addresses as a WebP file; None for any other address."""
    name = _name(address)
    return (PICTURES / name).read_bytes() if name and (PICTURES / name).is_file() else None


def draw(address: str) -> bytes:
    """Draw the picture of an address anew. Raises ValueError for one that is not ours."""
    found = _ADDRESS.match(address)
    if found is None or found[1] not in SHAPES:
        raise ValueError(f"There is no drawing for {address}.")
    tone = colour(found[2])
    canvas = Canvas(tone)
    SHAPES[found[1]](canvas, tone)
    return canvas.webp()


def draw_all(addresses: Iterable[str]) -> None:
    """Draw what PICTURES holds; to be called by hand after a change of the drawings or of the products."""
    for address in addresses:
        (PICTURES / str(_name(address))).write_bytes(draw(address))


def _name(address: str) -> str | None:
    found = _ADDRESS.match(address)
    return f"{found[1]}-{found[2]}.webp" if found else None
