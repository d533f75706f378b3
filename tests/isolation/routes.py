"""Every address of the suite and of the portal, filled with what is somebody else's."""

import inspect
import io
import re
import zipfile

from odoo.tools.pdf import OdooPdfFileReader

#: what the numbers in addresses are ids of
PARAMETERS = {
    "agreement_id": "cocare.agreement",
    "company_id": "res.company",
    "consent_id": "cocare.consent",
    "contest_id": "cocare.contest",
    "document_id": "cocare.clearing.document",
    "invoice_id": "account.move",
    "journal_id": "account.journal",
    "line_id": "cocare.forecast.line",
    "partner_id": "res.partner",
    "received_id": "cocare.document",
    "recharge_id": "cocare.recharge",
    "service_id": "cocare.service",
    "share_id": "cocare.allocation.share",
}

#: other parts of addresses, with a value that leads somewhere and is nobody's
PLAIN = {
    "address_type": "billing",
    "counters": "",
    "country": "75",
    "intent": "join",
    "page": "1",
    "password": "x",
    "text_sha256": "0" * 64,
    "token": "x" * 43,
    "validation": "x",
}

#: what addresses ask for beside; names of ``PARAMETERS`` are filled like parts of them
ARGUMENTS = {
    "/my/address/archive": {"partner_id": None},
    '/my/address/country_info/<model("res.country"):country>': {
        "address_type": "billing"
    },
    "/my/counters": {"counters": ["invoice_count"]},
    "/my/deactivate_account": {"validation": "x", "password": "x"},
}

_CONVERTER = re.compile(r"<(?:[^:<>]+:)?([^:<>]+)>")


def routes(env):
    """The addresses that the suite answers to, and those of one's own account.

    :return: list of ``(address, method, type)``, where type is ``http`` or ``jsonrpc``

    The web client's own pages are left out: they show what its calls bring.
    """
    found = set()
    modules = sorted(env.registry._init_modules)
    for address, endpoint in env["ir.http"]._generate_routing_rules(modules, {}):
        ours = inspect.unwrap(endpoint.func).__module__.startswith(
            "odoo.addons.cocare_"
        )
        client = address.startswith(("/web", "/odoo", "/scoped_app"))
        if (ours and not client) or address.startswith("/my"):
            kind = endpoint.routing["type"]
            methods = endpoint.routing.get("methods") or ["GET"]
            posted = kind == "jsonrpc" or "GET" not in methods
            found.add((address, "POST" if posted else "GET", kind))
    return sorted(found)


def parameters(address):
    """Names of what an address is filled with, and of what it asks for beside."""
    return [*_CONVERTER.findall(address), *ARGUMENTS.get(address, ())]


def filled(address, chosen):
    """An address with values in place of its parameters.

    :param dict chosen: ``{parameter: value}`` of those that are ids
    """
    values = {**PLAIN, **chosen}
    return _CONVERTER.sub(lambda match: str(values[match[1]]), address)


def text_of(response):
    """Everything that can be read in an answer: a page, a PDF or an archive."""
    content = response.content
    if content.startswith(b"%PDF"):
        pages = OdooPdfFileReader(io.BytesIO(content)).pages
        return "\n".join(page.extract_text() for page in pages)
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(
                name + archive.read(name).decode(errors="replace")
                for name in archive.namelist()
            )
    return response.text
