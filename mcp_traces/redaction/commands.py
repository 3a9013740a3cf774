"""Finds passwords where commands and files take them without a name: `curl -u user:password`, `.netrc`, `sshpass`."""

import re
from collections.abc import Iterator

from mcp_traces.redaction.patterns import Finding, compile_search
from mcp_traces.redaction.values import is_placeholder

_FAR = 400
"""How far before `-u` its `curl` may stand."""

_VALUE = r"""[^\s"'\x60\\]+"""
_ANY = compile_search(
    rf"""(?:-u|--user|--proxy-user)[ =]?\\*["']?[^\s:"'\\]+:{_VALUE}"""
    rf"""|\blogin\s+\S+\s+password\s+{_VALUE}"""
    rf"""|\bsshpass\s+-p\s?\\*["']?{_VALUE}"""
    rf"""|\bIDENTIFIED\s+(?:WITH\s+\S+\s+)?BY\s+(?:PASSWORD\s+)?\\*["']?{_VALUE}""",
    any_case=True,
)
_CURL = re.compile(
    rb"(?i)(?P<flag>-u|--user|--proxy-user)[ =]?\\*[\"']?[^\s:\"'\\]+:"
    rb"|login\s+\S+\s+password\s+|sshpass\s+-p\s?\\*[\"']?"
    rb"|IDENTIFIED\s+(?:WITH\s+\S+\s+)?BY\s+(?:PASSWORD\s+)?\\*[\"']?"
)
_CLIENTS = (b"curl", b"wget", b"http")


def find_in_commands(data: bytes) -> Iterator[Finding]:
    position = 0
    while hit := _ANY(data, position):
        start, position = hit
        before = _CURL.match(data, start)
        if before is None:
            continue
        value = data[before.end() : position]
        if (not before["flag"] or _is_of_client(data, start)) and not value.isdigit() and not is_placeholder(value):
            yield Finding(before.end(), position, "password")


def _is_of_client(data: bytes, flag: int) -> bool:
    return any(data.rfind(client, max(flag - _FAR, 0), flag) != -1 for client in _CLIENTS)
