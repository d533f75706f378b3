"""The public form: what may be sent, how long it may be, who is no person.

Pure: no Odoo here. Nothing of what is sent is used but through ``read``.
"""

import hashlib
import hmac
import re

INTENTS = ("join", "help", "project")

#: field of the form: longest value; nothing else is read
LENGTHS = {
    "name": 80,
    "email": 254,
    "phone": 30,
    "organisation": 120,
    "city": 80,
    "zip": 10,
    "message": 3000,
    "helper": 20,
    "offer": 20,
}
REQUIRED = {
    "join": ("name", "email", "organisation", "message"),
    "project": ("name", "email", "message"),
    "help": ("name", "email", "helper", "offer"),
}
HELPERS = ("individual", "company", "public")
OFFERS = ("time", "gift")

#: the field that people do not see and robots fill in
HONEYPOT = "website"

#: seconds in which nobody fills the form in, and after which it is shown anew
FASTEST, SLOWEST = 3, 24 * 3600

EMAIL = re.compile(
    r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24}"
)
PHONE = re.compile(r"[0-9+(). /-]{6,30}")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")


def read(intent, sent):
    """Read what was sent, and say what is wrong with it.

    :param str intent: one of ``INTENTS``
    :param dict sent: what the browser sent
    :return: ``(values, problems)``: texts of the known fields; ``{field: "missing",
        "long", "email", "phone" or "choice"}``

    >>> read("help", {"name": "Léna", "email": "x", "company_id": "7"})[0]
    {'name': 'Léna', 'email': 'x'}
    >>> sorted(read("help", {"name": "Léna", "email": "x"})[1].items())
    [('email', 'email'), ('helper', 'missing'), ('offer', 'missing')]
    >>> read("join", {"name": "a" * 81})[1]["name"]
    'long'
    """
    values, problems = {}, {}
    for name, longest in LENGTHS.items():
        value = sent.get(name)
        if not isinstance(value, str):
            continue
        value = clean(value, lines=name == "message")
        if value:
            values[name] = value[: longest + 1]
        if len(value) > longest:
            problems[name] = "long"
    for name in REQUIRED[intent]:
        if name not in values:
            problems[name] = "missing"
    if "email" in values and not EMAIL.fullmatch(values["email"]):
        problems.setdefault("email", "email")
    if "phone" in values and not PHONE.fullmatch(values["phone"]):
        problems.setdefault("phone", "phone")
    for name, choices in (("helper", HELPERS), ("offer", OFFERS)):
        if name in values and values[name] not in choices:
            problems[name] = "choice"
            del values[name]
    return values, problems


def clean(text, lines=False):
    r"""A text without control characters; on one line unless ``lines``.

    >>> clean("a\x00b\r\nBcc: c"), clean("a\r\nb", lines=True)
    ('ab Bcc: c', 'a\nb')
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = CONTROL.sub("", text)
    return text.strip() if lines else " ".join(text.split())


def kind(intent, helper=None, offer=None):
    """What the file of somebody is, and what kind of supporter.

    >>> kind("join"), kind("help", "individual", "time")
    (('firm', False), ('person', False))
    >>> kind("help", "public", "time"), kind("help", "individual", "gift")
    (('supporter', 'public'), ('supporter', 'individual'))
    """
    if intent == "join":
        return "firm", False
    if intent == "project":
        return "project", False
    if offer != "gift" and helper in (None, False, "individual"):
        return "person", False
    return "supporter", helper or "individual"


def stamp(secret, moment):
    """Sign the moment at which the form was shown.

    :param str secret: of the database
    :param int moment: seconds since 1970

    >>> stamp("s", 12).split(".")[0]
    '12'
    """
    digest = hmac.new(secret.encode(), str(moment).encode(), hashlib.sha256)
    return f"{moment}.{digest.hexdigest()}"


def age(secret, signed, now):
    """Seconds since the form was shown; None when the stamp is not ours.

    >>> age("s", stamp("s", 100), 104), age("t", stamp("s", 100), 104)
    (4, None)
    >>> age("s", "x", 1), age("s", None, 1)
    (None, None)
    """
    moment = (signed or "").partition(".")[0]
    if not re.fullmatch(r"[0-9]{1,12}", moment):
        return None
    if not hmac.compare_digest(stamp(secret, int(moment)).encode(), signed.encode()):
        return None
    return now - int(moment)
