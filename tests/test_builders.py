"""Records for tests fit together without a word about what does not matter."""

from tests.builders import make_exception_event, make_span, make_trace


def test_builders_derive_the_trace_from_its_root() -> None:
    """A test states what matters to it; the rest fits together."""
    event = make_exception_event("ValueError", "bad", at_ms=10)
    root = make_span("job", span_type="AGENT", duration_ms=2000, status="ERROR", events=(event,))
    child = make_span("step", root, start_ms=5, inputs=[1], attributes={"k": "v"})

    trace = make_trace(root, child, tags={"team": "a"})

    info = trace.info
    assert (info.name, info.state, info.execution_duration_ms, info.tags["team"]) == ("job", "ERROR", 2000, "a")
    assert (child.parent_id, child.inputs, child.attributes["k"]) == (root.span_id, [1], "v")
    assert make_span("step", root, start_ms=5) != child
    assert make_span("step", root, start_ms=5).span_id == child.span_id
    assert make_trace(make_span(duration_ms=None)).info.state == "IN_PROGRESS"
