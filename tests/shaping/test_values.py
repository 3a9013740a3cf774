"""Values are cut to their budget, and every cut says where the rest is, to the character."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_traces.shaping.paths import MAX_PATH, resolve
from mcp_traces.shaping.span_pages import open_value
from mcp_traces.shaping.text import as_text, compact, cut, longest_prefix
from mcp_traces.shaping.values import MAX_ELISIONS, fit

TEXT = st.text(st.characters(codec="utf-8"), max_size=60)
LONG = st.builds(
    lambda part, times: part * times, st.text(st.characters(codec="utf-8"), min_size=1), st.integers(1, 400)
)
KEYS = TEXT | st.sampled_from(["k" * 500, "ü." * 250, '"' * 500, "k" * 5_000])
# NaN and infinities are texts before a value is cut.
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT | LONG,
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(KEYS, inner, max_size=8),
    max_leaves=30,
)


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(["inputs", "outputs", "attributes"]), VALUES, min_size=1), st.integers(80, 3_000)
)
def test_what_was_cut_is_named_with_its_size_and_can_be_read_whole(values: dict[str, object], budget: int) -> None:
    """`shown` characters are there, `total` exist, and reading on from `shown` gives the others."""
    fitted, cuts = fit(values, budget, span_id="s")

    assert len(compact(fitted)) <= budget
    assert cuts or fitted == values
    for one in cuts:
        assert len(one.path) <= MAX_PATH
        original = as_text(resolve(values, one.path))
        assert (len(original), original[: one.shown]) == (one.total, original[: one.shown])
        assert read_whole(values, one.path, one.shown) == original[one.shown :]


@settings(deadline=None)
@given(VALUES)
def test_what_fits_is_not_touched(value: object) -> None:
    """A budget that suffices changes nothing."""
    assert fit(value, len(compact(value)), span_id="s") == (value, [])


def test_small_values_stay_whole_beside_a_large_one() -> None:
    """The model name next to a huge prompt is worth more than fifty characters of the prompt."""
    values = {"model": "gpt-4o", "temperature": 0.2, "prompt": "word " * 10_000}

    fitted, (cut,) = fit(values, 500, span_id="s")

    assert fitted["model"] == "gpt-4o"
    assert fitted["temperature"] == 0.2
    assert fitted["prompt"].startswith("word word") and fitted["prompt"].endswith("…")
    assert (cut.path, cut.total) == ("prompt", 50_000)
    assert cut.shown == len(fitted["prompt"]) - 1 > 350


def test_many_cuts_in_one_value_become_one() -> None:
    """Twelve handles into a hundred messages help nobody; one of the list does."""
    messages = [{"content": "x" * 500} for _ in range(40)]

    _, cuts = fit(messages, 6_000, span_id="s", path=("inputs", "messages"))

    assert [cut.path for cut in cuts] == ["inputs.messages"]
    assert len(cuts) <= MAX_ELISIONS


@given(st.text(st.characters(codec="utf-8"), max_size=200), st.integers(0, 100))
def test_a_prefix_fits_its_budget_as_json(text: str, budget: int) -> None:
    """Quotes, control characters and the like take several characters in JSON."""
    shown = longest_prefix(text, budget)

    assert len(json.dumps(text[:shown], ensure_ascii=False)) - 2 <= budget


def read_whole(values: object, path: str, offset: int) -> str:
    """All that is left at `path` from `offset`, in pages of 200 characters, as an agent would read it."""
    text = ""
    while True:
        page, _ = open_value(values, path, offset, span_id="s").page(200)
        text += page.text
        if page.next_offset is None:
            return text
        assert page.next_offset > offset
        offset = page.next_offset


def test_a_text_that_is_cut_twice_has_one_mark() -> None:
    """A preview of a preview must not look as if the application had written dots."""
    text = "MLflow has some tools for this and that."

    assert cut(cut(text, 16), 16) == "MLflow has some…"
    assert cut(cut(text, 17), 16) == "MLflow has some…"
