"""Read the machine's APT sources: where its Debian mirror is, and who signs it."""

import os
import re
from pathlib import Path
from typing import NamedTuple

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


class Source(NamedTuple):
    """One suite of one mirror."""

    uri: str
    suite: str
    components: tuple
    signed_by: str = ""

    @property
    def line(self):
        """The source as one line of a ``sources.list``."""
        option = f"[signed-by={self.signed_by}] " if self.signed_by else ""
        return f"deb {option}{self.uri} {self.suite} {' '.join(self.components)}"


def parse_list(text):
    """Read the one-line form.

    >>> parse_list("deb [arch=amd64 signed-by=/k.gpg] http://m/debian stable main # x")
    [Source(uri='http://m/debian', suite='stable', components=('main',), \
signed_by='/k.gpg')]
    """
    found = []
    for raw in text.splitlines():
        line = raw.split("#")[0].strip()
        match = re.fullmatch(r"deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+(.+)", line)
        if match:
            options, uri, suite, components = match.groups()
            key = re.search(r"signed-by=(\S+)", options or "", re.IGNORECASE)
            found.append(
                Source(uri, suite, tuple(components.split()), key[1] if key else "")
            )
    return found


def parse_deb822(text):
    """Read the paragraph form.

    >>> parse_deb822('''Types: deb deb-src
    ... URIs: http://m/debian
    ... # a comment
    ... Suites: stable
    ...  stable-updates
    ... Components: main''')[1].suite
    'stable-updates'
    """
    found = []
    for paragraph in re.split(r"\n\s*\n", text):
        fields = _fields(paragraph)
        if "deb" not in fields.get("types", "").split():
            continue
        if fields.get("enabled", "yes").strip().lower() in ("no", "false", "0"):
            continue
        key = fields.get("signed-by", "").strip()
        # a key written inside the file cannot be put on one line: the keyring has it
        key = key if key.startswith("/") and "\n" not in key else ""
        found += [
            Source(uri, suite, tuple(fields.get("components", "").split()), key)
            for uri in fields.get("uris", "").split()
            for suite in fields.get("suites", "").split()
        ]
    return found


def _fields(paragraph):
    fields, name = {}, ""
    for line in paragraph.splitlines():
        if line.startswith("#"):
            continue
        if line[:1] in (" ", "\t"):
            fields[name] = fields.get(name, "") + "\n" + line.strip()
        elif ":" in line:
            name, _colon, value = line.partition(":")
            name = name.strip().lower()
            fields[name] = value.strip()
    return fields


def read(etc="/etc/apt"):
    """Return every binary source that the machine has set, in APT's order."""
    etc = Path(etc)
    found = []
    files = [etc / "sources.list", *sorted((etc / "sources.list.d").glob("*"))]
    for path in files:
        if path.suffix not in (".list", ".sources") or not os.access(path, os.R_OK):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += (parse_deb822 if path.suffix == ".sources" else parse_list)(text)
    return found


def private_list(sources, codename=""):
    """Return the lines of a private APT: the machine's Debian suites, and unstable.

    Only unstable has ``odoo-19``; it is read from the mirror that the machine uses for
    its own suite. Archives of security updates, backports or other vendors are left.
    """
    suites = {codename, "oldstable", "stable", "testing", "unstable", "sid"}
    debian = [
        source
        for source in sources
        if source.suite in suites and "main" in source.components
    ]
    debian.sort(key=lambda source: "debian" not in source.uri)
    lines = {source.line: None for source in debian}
    if debian:
        mirror = debian[0]
        signed_by = mirror.signed_by or (KEYRING if Path(KEYRING).exists() else "")
        lines[Source(mirror.uri, "unstable", ("main",), signed_by).line] = None
    return list(lines)
