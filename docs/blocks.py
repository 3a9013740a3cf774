"""Blocks of a Markdown file that are written by a program: what stands between two marks."""

import re
from collections.abc import Callable, Mapping

_BLOCK = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def render(text: str, blocks: Mapping[str, Callable[[], str]]) -> str:
    """The text with its generated blocks written anew."""
    return _BLOCK.sub(lambda match: f"{match[1]}{blocks[match[2]]()}\n{match[3]}", text)
