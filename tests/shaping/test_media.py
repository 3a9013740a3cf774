"""Images, audio and files are found in recorded texts, and shown as marks that say what they are and how large."""

import base64
import json
import random
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_traces.expressions import compile_expression
from mcp_traces.results import Picture
from mcp_traces.shaping.conversation import conversation_page
from mcp_traces.shaping.find import find_page
from mcp_traces.shaping.media import (
    MAX_PICTURE_BYTES,
    Media,
    marked,
    marked_page,
    media_in,
    picture_in,
    with_marks,
)
from mcp_traces.shaping.paths import resolve
from mcp_traces.shaping.previews import as_preview
from mcp_traces.shaping.rows import trace_row
from mcp_traces.shaping.span_pages import whole_spans
from mcp_traces.shaping.span_tree import build_tree
from mcp_traces.shaping.text import as_text, compact
from mcp_traces.shaping.values import MAX_ELISIONS, fit, size_of_all
from tests.builders import make_exception_event, make_span, make_trace, make_trace_info
from tests.fake_gateway import STORE
from tests.pictures import FILES, as_base64, as_data_url, png

PNG = png()
DATA = as_base64(PNG)
MARK = f"[image image/png {len(PNG):,} bytes]"
REFERENCE = "mlflow-attachment://0b9f6c1e-1111-4a2b-8c3d-5e6f70819293?content_type=image%2Fpng&trace_id=tr-1&size=12345"


@pytest.mark.parametrize("name", FILES)
def test_base64_is_known_by_its_first_bytes(name: str) -> None:
    """Alone, in URL-safe letters, wrapped into lines, in JSON, and in JSON within JSON."""
    content, mime = FILES[name]
    data = as_base64(content)
    mark = next(media_in(data)).mark

    assert mime in mark and f"{len(content):,} bytes" in mark
    assert marked(data) == mark
    assert marked(base64.urlsafe_b64encode(content).decode()) == mark
    wrapped = base64.encodebytes(content).decode()
    assert marked(f"{wrapped}The picture.") == f"{mark}\nThe picture."
    assert marked(json.dumps({"a": wrapped})) == f'{{"a": "{mark}\\n"}}'
    assert marked(json.dumps([json.dumps({"a": data})])) == json.dumps([json.dumps({"a": mark})])
    assert marked(f"{data[:80]}x y") == f"{data[:80]}x y", "too short to be a file"


@pytest.mark.parametrize(
    "text",
    [
        "AAAA" * 200,
        "Qk" + "A" * 400,
        as_base64(bytes(random.Random(1).randbytes(3_000))),
        "/9j/" + "A" * 300,
        as_base64(b"\xff\xfb\x90\x00" + bytes(1_000)),
        as_base64(b"RIFF1234AVI " + bytes(300)),
        "path/iVBORw0KGgo" + "A" * 300,
        "word " * 1_000,
        "a" * 5_000,
        "data:image/png;base64,abc",
        "data:text/plain,hello",
        "mlflow-attachment://1?content_type=image%2Fpng",
        as_base64(json.dumps({"token": "x" * 300}).encode()),
    ],
    ids=lambda text: text[:30],
)
def test_what_is_no_picture_stays(text: str) -> None:
    """A mark in place of something else would hide it."""
    assert list(media_in(text)) == []
    assert with_marks({"a": [text]}) == {"a": [text]}


def test_random_base64_is_hardly_ever_taken_for_a_file() -> None:
    """Embeddings, keys and signatures are base64 too."""
    numbers = random.Random(7)

    assert sum(bool(marked(text) != text) for text in (as_base64(numbers.randbytes(300)) for _ in range(3_000))) == 0


def test_of_a_data_url_only_the_data_is_marked() -> None:
    """Its type is what its first bytes say, where they say any; the text around it stays."""
    assert marked(f"Look: ![a]({as_data_url(PNG, 'image/jpeg')}) and ") == (
        f"Look: ![a](data:image/jpeg;base64,{MARK}) and "
    )
    assert marked(f"url({as_data_url(b'<svg>' * 50, 'image/svg+xml')})") == (
        "url(data:image/svg+xml;base64,[image image/svg+xml 250 bytes])"
    )
    assert marked(REFERENCE) == "[image image/png 12,345 bytes]"


def test_data_that_was_cut_has_no_size() -> None:
    """MLflow cuts previews, with three dots behind."""
    assert marked(DATA[:400] + "...") == "[image image/png]..."
    (one,) = media_in(DATA[:400] + "...")
    assert picture_in(DATA, one) == "The data was cut before it was recorded."


def test_a_picture_that_was_cut_without_a_word_is_not_returned() -> None:
    """Model APIs refuse the whole conversation for one broken image."""
    (one,) = media_in(DATA[:800])

    assert picture_in(DATA[:800], one) == "The data is incomplete."


def test_what_can_be_seen_and_heard() -> None:
    """The images that models take, and audio; in the standard letters of base64."""
    for content, mime in FILES.values():
        (one,) = media_in(data := base64.urlsafe_b64encode(content).decode())
        found = picture_in(data, one)
        seen = mime in ("image/png", "image/jpeg", "image/gif", "image/webp") or mime.startswith("audio/")
        assert found == Picture(mime, as_base64(content), len(content)) if seen else "Only PNG" in str(found)


def test_large_pictures_are_not_returned() -> None:
    """One block may be 1 MB."""
    data = as_base64(png(600))
    (one,) = media_in(data)

    assert one.size is not None and one.size > MAX_PICTURE_BYTES
    assert "more than the 1 MB" in str(picture_in(data, one))


PIECES = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=30),
    st.sampled_from([DATA, as_data_url(PNG), f"![]({as_data_url(PNG)})", REFERENCE, f'{{"a":"{DATA}"}}', "word " * 90]),
)
VALUES = st.recursive(
    st.none() | st.integers() | st.lists(PIECES, max_size=4).map(" ".join),
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(st.text(max_size=8), inner, max_size=8),
    max_leaves=40,
)


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(["inputs", "outputs", "attributes"]), VALUES, min_size=1), st.integers(400, 3_000)
)
def test_no_data_is_shown_within_any_budget_and_every_picture_has_a_handle(values: dict[str, Any], budget: int) -> None:
    """A handle leads to the text that holds the picture, or to what holds several such texts."""
    fitted, cuts = fit(values, budget, span_id="s")

    assert len(compact(fitted)) + size_of_all(cuts) <= budget
    assert DATA[:60] not in compact(fitted)
    assert [type(text) for text in _texts(fitted)] == [str] * len(_texts(fitted))
    assert len(cuts) <= 20 * MAX_ELISIONS
    for cut in cuts:
        assert len(as_text(resolve(values, cut.path))) == cut.total
    if " bytes]" in compact(fitted):
        assert cuts


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for one in inner for text in _texts(one)]


@settings(deadline=None)
@given(st.lists(PIECES, max_size=6).map(" ".join), st.integers(30, 400))
def test_pages_with_marks_end_and_lose_nothing(text: str, room: int) -> None:
    """Each begins where the one before ended; without its marks a text is what stands between its media."""
    pages: list[str] = []
    position = 0
    while position < len(text):
        page, end = marked_page(text, position, room)
        assert end > position
        pages.append(page)
        position = end

    assert "".join(pages) == marked(text)


def test_many_pictures_share_a_handle() -> None:
    """Forty handles would take the room of what was said."""
    values = {"inputs": {"messages": [{"content": as_data_url(PNG), "n": n} for n in range(40)]}}

    fitted, cuts = fit(values, 20_000, span_id="s")

    assert compact(fitted).count(MARK) == 40
    assert len(cuts) <= MAX_ELISIONS
    assert cuts[-1].path == "inputs.messages"


def test_every_view_shows_marks() -> None:
    """Overview, opened spans, conversation, matches and rows; the handles lead to the picture."""
    answer = {"choices": [{"message": {"role": "assistant", "content": f"Here: ![]({as_data_url(PNG)})"}}]}
    part = {"type": "image_url", "image_url": {"url": as_data_url(PNG)}}
    asked = {"messages": [{"role": "user", "content": [{"type": "text", "text": "What is it?"}, part]}]}
    event = make_exception_event("ValueError", f"bad image {DATA}", f"ValueError: bad image {DATA}")
    call = make_span("llm", span_type="LLM", inputs=asked, outputs=answer)
    tool = make_span("shot", call, span_type="TOOL", outputs={"screen": DATA}, status="ERROR", events=(event,))
    info = make_trace_info("tr-1", request_preview=compact(part)[:200] + "...", tags={"icon": DATA})
    trace = make_trace(call, tool, info=info)
    tree = build_tree(trace.spans)

    opened = whole_spans(tree, tree.nodes, 0, 8_000)
    assert {cut.path for cut in opened.elided} >= {
        "inputs.messages[0].content[1].image_url.url",
        "outputs.choices[0].message.content",
        "outputs.screen",
        'events[0].attributes["exception.message"]',
    }
    assert [span.outputs for span in opened.spans if span.name == "shot"] == [{"screen": MARK}]
    said = conversation_page(tree, 0, 8_000)
    assert [message.text for message in said.messages][:2] == [
        f"What is it?\n{MARK}",
        f"Here: ![](data:image/png;base64,{MARK})",
    ]
    assert {cut.path for cut in said.elided} == {
        "inputs.messages[0].content[1].image_url.url",
        "outputs.choices[0].message.content",
    }
    found = find_page(trace.info, tree, None, compile_expression("find", "base64,|image|[0-9]A"), 0, 8_000)
    row = trace_row(trace.info, STORE, detailed=True)
    shown = compact([one.model_dump(mode="json") for one in (*opened.spans, *said.messages, *found.matches, row)])
    assert DATA[:40] not in shown and not re.search(r"[\w+/]{60}", shown)
    assert as_preview({"screen": DATA}, 120) == MARK
    assert row.tags["icon"] == MARK
    assert "[image image/png]" in (row.request_preview or "")


def test_matches_within_data_are_left_out() -> None:
    """In a million random letters there is any word."""
    word = DATA[300:303]
    trace = make_trace(make_span("a", outputs={"image": DATA, "text": f"say {word}"}))

    page = find_page(trace.info, build_tree(trace.spans), None, compile_expression("find", word), 0, 8_000)

    assert [match.path for match in page.matches] == ["outputs.text"]


def test_an_attachment_says_whose_it_is() -> None:
    """Bytes are asked for by these two ids."""
    (one,) = media_in(f"see {REFERENCE} there")

    assert one == Media(
        4,
        4 + len(REFERENCE),
        "image/png",
        12_345,
        attachment="0b9f6c1e-1111-4a2b-8c3d-5e6f70819293",
        trace_id="tr-1",
    )
