"""Which names say that their value is a credential: `db_password`, `X-Api-Key`, `clientSecret`; not `max_tokens`."""

import re
from typing import NamedTuple

MAX_NAME = 64

_WORDS = re.compile(rb"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SPACED = re.compile(
    rb"(?i)(?<![a-z0-9_])(api|app|secret|access|private|account|auth|bearer|refresh|session|client|license|encryption|master"
    rb"|shared|signing|subscription|bot|seed|recovery)[ ]\Z"
)


class SecretName(NamedTuple):
    """`strong`: whatever the value is, it is secret; otherwise only a value that looks random."""

    kind: str
    strong: bool


_STRONG = {
    "password": (
        "password passwort passwd passwrd passphrase passcode pwd kennwort motdepasse contrasena mnemonic seedphrase "
        "recoveryphrase recoverycode backupcode"
    ),
    "secret": "secret",
    "api_key": (
        "apikey appkey applicationkey subscriptionkey functionkey functionskey servicekey licensekey integrationkey "
        "ingestionkey writekey serverkey"
    ),
    "secret_key": (
        "secretkey accesskey signingkey encryptionkey decryptionkey masterkey sharedkey sharedaccesskey accountkey "
        "storagekey authkey hmackey sshkey deploykey aeskey secretaccesskey"
    ),
    "private_key": "privatekey privkey",
    "token": (
        "accesstoken refreshtoken authtoken authenticationtoken authorizationtoken bearertoken idtoken sessiontoken "
        "apitoken bottoken securitytoken csrftoken xsrftoken csrfmiddlewaretoken oauthtoken privatetoken vaulttoken "
        "deploytoken jwttoken logintoken resettoken usertoken identitytoken githubtoken gitlabtoken slacktoken "
        "sastoken hftoken npmtoken personaltoken"
    ),
    "authorization": "authorization",
    "cookie": "cookie",
}
"""By kind: what a name ends with, without its word breaks."""

_WEAK = {"token": "token", "credential": "credential auth bearer", "jwt": "jwt", "secret_key": "psk"}

_ABBREVIATIONS = {"pass": "password", "pw": "password", "psw": "password", "pat": "token"}
"""Strong behind one of these, and as a name of their own weak: `db_pass`, `smtp_pw`, `GITHUB_PAT`."""
_OWNERS = _words(
    "db database user usr smtp mysql pg postgres redis root admin ftp mail email proxy http ssh my github gitlab azure "
    "devops login account service ldap imap sftp"
)

_SAID_OF_VALUES = _words(
    "value val text txt raw plain plaintext clear string str b64 base64 encoded encrypted hash hashed prod production "
    "dev development staging stage live sandbox default old new current previous primary secondary main backup "
    "confirmation confirm repeat"
)
"""May end a name without changing what it names: `password_hash`, `API_KEY_PROD`, `password2`."""

_DENIED = _words(
    "public pub has is use uses no without with show hide require requires required enable enabled disable forgot "
    "invalid wrong missing max min num count total expired valid validate verify check get set generate create parse "
    "read load fetch find rotate decrypt encrypt input output prompt completion cached reasoning next page pagination "
    "continuation sync eos bos pad unk sep cls mask stop special last first per image audio cancellation design resume "
    "cursor start end placeholder logprob top bytes message subword word sub byte mean"
)
"""Words that make something else of a name: what is public, counted, asked about or done, and tokens of text."""


def secret_name(name: bytes) -> SecretName | None:
    """What `name` says of its value, None when that is no credential."""
    words = [word.lower().decode() for word in _WORDS.findall(name[-MAX_NAME:])]
    while words and (words[-1].isdigit() or (len(words) > 1 and words[-1] in _SAID_OF_VALUES)):
        words.pop()
    if not words:
        return None
    if found := _abbreviated(words):
        return found
    joined = "".join(words)
    found = _ending(joined) or _ending(joined.removesuffix("s"))
    if found is None or (found.kind != "cookie" and not _DENIED.isdisjoint(words[:-1])):
        return None
    return found


def spaced_name(before: bytes, name: bytes) -> SecretName | None:
    """What `name` says together with the word before it, as in `API key` and `Access token`."""
    word = _SPACED.search(before[-MAX_NAME:])
    return secret_name(word[1] + name) if word else None


def _ending(joined: str) -> SecretName | None:
    if not joined.endswith(_ANY_ENDING):
        return None
    return next(found for ends, found in _ENDINGS if joined.endswith(ends))


def _abbreviated(words: list[str]) -> SecretName | None:
    kind = _ABBREVIATIONS.get(words[-1])
    if kind is None:
        return None
    owned = len(words) > 1 and words[-2] in _OWNERS
    return SecretName(kind, owned) if owned or kind == "password" else None


_ENDINGS = [
    (ends, SecretName(kind, strong))
    for table, strong in ((_STRONG, True), (_WEAK, False))
    for kind, all_ends in table.items()
    for ends in all_ends.split()
]
"""The strong first, so that `api_token` is one although it ends as `token` does."""
_ANY_ENDING = tuple(ends for ends, _ in _ENDINGS)
