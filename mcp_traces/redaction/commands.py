"""Finds passwords where commands and files take them without a name: `curl -u user:password`, `.netrc`, `sshpass`."""

import re
from collections.abc import Iterator

from mcp_traces.redaction.patterns import Finding, compile_search
from mcp_traces.redaction.values import is_placeholder

_FAR = 400
"""How far before `-u` its `curl` may stand."""

_FLAG = r"""(?:-u|--user|--proxy-user)\\*["']?[ =,]{1,3}\\*["']?[^\s:"'\\]+:"""
_MACHINE = r"\blogin\s+[^\s/]+\s+password\s+"
_SSHPASS = r"""\bsshpass\s+-p\s?\\*["']?"""
_SQL = r"""\bIDENTIFIED\s+(?:WITH\s+\S+\s+)?BY\s+(?:PASSWORD\s+)?\\*["']"""
_SERVERS = r"""\bredis-cli[^\r\n"']{0,80}\s-a\s+|\bmysql[a-z]{0,6}[^\r\n"']{0,80}\s-p|\bwandb\s+login\s+"""
_BEFORE = rf"(?P<flag>[\s\"'\[]{_FLAG})|{_MACHINE}|{_SSHPASS}|{_SQL}|{_SERVERS}"

_ANY_COMMAND = compile_search(rf"(?:{_BEFORE})[^\s\"'\x60\\]+".replace("?P<flag>", "?:"), any_case=True)
_COMMAND = re.compile(_BEFORE.encode(), re.IGNORECASE)
_CLIENTS = (b"curl", b"wget", b"http")


def find_in_commands(data: bytes) -> Iterator[Finding]:
    position = 0
    while hit := _ANY_COMMAND(data, position):
        start, position = hit
        before = _COMMAND.match(data, start)
        if before is None:
            continue
        value = data[before.end() : position]
        if (not before["flag"] or _is_of_client(data, start)) and not value.isdigit() and not is_placeholder(value):
            yield Finding(before.end(), position, "password")


def _is_of_client(data: bytes, flag: int) -> bool:
    return any(data.rfind(client, max(flag - _FAR, 0), flag) != -1 for client in _CLIENTS)
