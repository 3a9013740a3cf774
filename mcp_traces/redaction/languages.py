"""Finds passwords behind the word for one in other languages than English: `пароль: …`, `mot de passe : …`."""

import re
from collections.abc import Iterator

from mcp_traces.redaction.patterns import Finding, compile_search
from mcp_traces.redaction.values import is_password_like, is_placeholder

_WORDS = (
    "mot de passe|Mot de passe|contraseña|Contraseña|senha|Senha|parola|Parola|hasło|Hasło|wachtwoord|Wachtwoord"
    "|lösenord|Lösenord|adgangskode|salasana|şifre|Şifre|пароль|Пароль|密码|密碼|パスワード"
    "|비밀번호|كلمة المرور|סיסמה|पासवर्ड"
)


def _also_spelled_out(words: str) -> str:
    """The same, or as JSON in ASCII has it: MLflow writes `пароль` as `\\u043f\\u0430…`."""
    spelled = "".join(one if one.isascii() else rf"\\{{1,8}}u{ord(one):04x}" for one in words)
    return f"(?:{words}|{spelled})"


_JOINED = rf"{_also_spelled_out(_WORDS)}\s{{0,3}}{_also_spelled_out(':|=|：|は|是')}\s{{0,3}}"
_VALUE = r"[^\s\"'\x60\\<>,;]+"
_ANY = compile_search(_JOINED + _VALUE)
_BEFORE = re.compile(_JOINED.encode())


def find_in_other_languages(data: bytes) -> Iterator[Finding]:
    position = 0
    while hit := _ANY(data, position):
        start, position = hit
        if before := _BEFORE.match(data, start):
            value = data[before.end() : position].rstrip(b".")
            if value.isascii() and is_password_like(value) and not is_placeholder(value):
                yield Finding(before.end(), before.end() + len(value), "password")
