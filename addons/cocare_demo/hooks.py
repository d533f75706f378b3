"""Play the story of ``story.py`` through the product, when the addon is installed.

Everything goes by the ways a person would take (a firm is brought in, a ledger is taken
over, a month is closed), so that the demonstration shows what the product does and
fails when the product does not.
"""

import base64
import calendar
import csv

from odoo import fields
from odoo.fields import Command
from odoo.tools import file_open

from . import (
    agreements,
    bank,
    budget,
    clearing,
    closings,
    documents,
    keys,
    ledger_files,
    memberships,
    obligations,
    onboarding,
    rebillings,
    reviews,
    story,
    till,
    timesheets,
    transparency,
    treasury,
    usages,
    vat,
)
from .books import ledger
from .people import receive

LANG = "fr_FR"
CHART = "fr"
LOGINS = "cocare_demo/data/logins.csv"


def post_init_hook(env):
    """Make the network, its people, its books, and close its first months."""
    _activate_french(env)
    env = env(context=dict(env.context, lang=LANG, tracking_disable=True))
    companies = _create_companies(env)
    network = companies["operator"].cocare_network_id
    people = _people()
    _create_users(env, companies, people)
    files = memberships.play(network, companies)
    onboarding.open_portal(files, companies, people)
    onboarding.note_newcomer(files)
    for key, firm in story.BOOKS.items():
        _take_over_books(companies[key], firm)
    services = _create_services(network)
    _create_pools(network, services)
    _create_keys(network, services, companies)
    agreements.play(network, services, companies)
    vat.play(services, companies)
    reviews.set_up(network)
    for month in (*story.CLOSED, story.OCTOBER):
        _read_meters(services, companies, month)
        _hold_meetings(services, files, month)
        if month == story.SEPTEMBER:
            rebillings.repair(network, services, companies)
            rebillings.registry_fees(network, companies)
        if month in story.CLOSED:
            run = _close(network, month, companies, services, files)
            # what is due for the last one is cleared
            if month != story.CLOSED[-1]:
                _collect(run, fields.Date.add(run.date_to, days=story.COLLECTION_DAY))
    rebillings.open_month(network, services, companies)
    budget.propose(network, services)
    keys.offer(network)
    keys.refine(network, services, companies)
    transparency.decide(network)
    receive(network, companies)
    onboarding.extend_template(network)
    usages.play(network, services, companies)
    clearing.play(network, companies, story.CLOSED[-1])
    obligations.play(network, companies)
    documents.play(network, companies)
    bank.play(network, companies)
    ledger_files.play(network, companies)
    till.play(network, companies)
    closings.play(network, companies)
    treasury.play(companies)
    timesheets.play(network, companies)


def _activate_french(env):
    if LANG not in dict(env["res.lang"].get_installed()):
        env["res.lang"]._activate_lang(LANG)
        installed = env["ir.module.module"].search([("state", "=", "installed")])
        installed._update_translations([LANG])
    # whom one adds is written to in French
    env["ir.default"].set("res.partner", "lang", LANG)


# Companies


def _create_companies(env):
    """Return {key of the story: company}; the main company is the operator."""
    operator = _main_company(env)
    currency = operator.currency_id
    operator.partner_id.lang = LANG
    operator.write(_company_values(env, "operator"))
    template = _create_company(env, "template")
    template._cocare_load_chart(CHART)
    network = env["cocare.network"].create(
        {
            "name": story.NETWORK,
            "operator_id": operator.id,
            "template_id": template.id,
        }
    )
    operator._cocare_apply_template(template)
    operator.cocare_joined_on = story.JOINED
    # One currency in use: otherwise all documents ask for theirs.
    (currency - operator.currency_id).active = False
    firms = {
        key: network._create_firm(_company_values(env, key)) for key in story.FIRMS
    }
    return {"operator": operator, "template": template, **firms}


def _main_company(env):
    """The main company when it has no books yet, else a new one."""
    main = env.ref("base.main_company")
    if main.sudo()._existing_accounting():
        return _create_company(env, "operator")
    # The template's chart replaces the one it may have, and the one that accounting
    # means to load when it is being installed in the same run.
    main.chart_template = False
    vars(env.registry).pop("_auto_install_template", None)
    return main


def _create_company(env, key):
    # The context key keeps Odoo from installing localisation modules meanwhile.
    Company = env["res.company"].with_context(chart_template_load=True)
    return Company.create(_company_values(env, key))


def _company_values(env, key):
    return {
        "country_id": env.ref("base.fr").id,
        "currency_id": env.ref("base.EUR").id,
        "logo": _logo(key),
        **story.COMPANIES[key],
    }


def _logo(key):
    """The drawing of a company, False when it has none."""
    try:
        with file_open(f"cocare_demo/static/img/logo_{key}.png", "rb") as stream:
            return base64.b64encode(stream.read())
    except FileNotFoundError:
        return False


# People


def _people():
    """The lines of ``data/logins.csv``."""
    with file_open(LOGINS) as stream:
        return list(csv.DictReader(stream))


def _create_users(env, companies, people):
    """One account a line of the shared office, with no more than the role needs.

    Those of worker-members are opened by the product, see ``onboarding.py``.
    """
    for person in people:
        if person["group"] == onboarding.MEMBER:
            continue
        if person["companies"] == "all":
            allowed = env["res.company"].search([])
        else:
            keys = person["companies"].split()
            allowed = env["res.company"].union(*(companies[key] for key in keys))
        company = companies["operator"] & allowed or allowed[:1]
        values = {
            "name": person["name"],
            "lang": LANG,
            "tz": "Europe/Paris",
            "company_id": company.id,
            "company_ids": [Command.set(allowed.ids)],
            # Its greeting covers the first page on a telephone.
            "odoobot_state": "disabled",
        }
        user = env["res.users"].search([("login", "=", person["login"])])
        if user:
            # The administrator keeps their password: "admin" in a new database.
            user.write(values)
        else:
            values |= {name: person[name] for name in ("login", "password")}
            user = _create_user(env, person["group"], values)
        # A contact of no company would be seen by all the firms.
        user.partner_id.write(
            {
                "email": f"{person['login']}@co-care.example",
                "company_id": company.id,
            }
        )


def _create_user(env, group, values):
    group = env.ref(group)
    return env["res.users"].create({**values, "group_ids": [Command.set(group.ids)]})


# Books


def _take_over_books(company, firm):
    take_over = company.env["cocare.fec.import"].create(
        {
            "company_id": company.id,
            "filename": firm.filename,
            "file": base64.b64encode(ledger(firm)),
        }
    )
    take_over.action_import()
    _archive_twin_journals(company)


def _archive_twin_journals(company):
    """The firm goes on in its own journals: those of the chart would be twins."""
    journals = company.env["account.journal"].search([("company_id", "=", company.id)])
    kept = journals.filtered("cocare_fec_code")
    kept |= company.cocare_recharge_sale_journal_id
    kept |= company.cocare_recharge_purchase_journal_id
    types = set(kept.filtered("cocare_fec_code").mapped("type")) - {"general"}
    (journals - kept).filtered(lambda j: j.type in types).action_archive()


# What is shared


def _create_services(network):
    env = network.env
    units = {}
    services = {}
    for code, spec in story.SERVICES.items():
        unit = spec["unit"]
        units[unit] = units.get(unit) or _unit(env, unit)
        fixed, price, source = spec["alone"]
        services[code] = env["cocare.service"].create(
            {
                "name": spec["name"],
                "code": code,
                "description": spec["description"],
                "network_id": network.id,
                "family": spec["family"],
                "uom_id": units[unit].id,
                "meter": spec.get("meter", "manual"),
                "expense_account_code": spec["expense_account_code"],
                "alone_cost_ids": [
                    Command.create(
                        {
                            "valid_from": "2026-01-01",
                            "monthly_amount": fixed,
                            "unit_price": price,
                            "source": source,
                        }
                    )
                ],
            }
        )
        reference = services[code].alone_cost_ids
        reference.action_propose()
        reference.cocare_pending_change_id._cocare_decide(True, *story.FOUNDING)
    return services


def _unit(env, name):
    known = {
        "Unité": "uom.product_uom_unit",
        "Heure": "uom.product_uom_hour",
        "Palettes-jours": "cocare_network.uom_pallet_day",
    }
    if name in known:
        return env.ref(known[name])
    return env["uom.uom"].create({"name": name})


def _create_pools(network, services):
    env = network.env
    Pool = env["cocare.cost.pool"].with_company(network.operator_id)
    Key = env["cocare.allocation.key"]
    for code, service in services.items():
        spec = story.SERVICES[code]
        key = Key.create({"name": spec["key"][0], "network_id": network.id})
        Pool.create(
            {
                "name": service.name,
                "network_id": network.id,
                "date_start": story.JOINED,
                "service_id": service.id,
                "key_id": key.id,
                "account_ids": [Command.set(_accounts(network, spec["pool"]).ids)],
            }
        )
    for name, codes in story.SUPPORT.items():
        Pool.create(
            {
                "name": name,
                "network_id": network.id,
                "date_start": story.JOINED,
                "kind": "support",
                "account_ids": [Command.set(_accounts(network, codes).ids)],
            }
        )


def _accounts(network, codes):
    operator = network.operator_id
    return (
        network.env["account.account"]
        .with_company(operator)
        .search([("code", "in", codes), ("company_ids", "in", operator.ids)])
    )


def _create_keys(network, services, companies):
    """Adopt a version of every key; the fixed one changes when a firm joins."""
    Version = network.env["cocare.allocation.key.version"]
    for code, service in services.items():
        pool = network.pool_ids.filtered(lambda p, s=service: p.service_id == s)
        method = story.SERVICES[code]["key"][1]
        values = {"key_id": pool.key_id.id, "method": method}
        if method == "usage":
            values["service_id"] = service.id
        versions = (
            story.PERCENTAGES
            if method == "percent"
            else ((story.AUGUST, {}, story.FOUNDING),)
        )
        for valid_from, percentages, decision in versions:
            version = Version.create(
                {
                    **values,
                    "valid_from": valid_from,
                    "line_ids": [
                        Command.create(
                            {"company_id": companies[key].id, "percent": percent}
                        )
                        for key, percent in percentages.items()
                    ],
                }
            )
            version.action_propose()
            version.cocare_pending_change_id._cocare_decide(True, *decision)


# Months


def _read_meters(services, companies, month):
    """What people typed in during the month: pallets in store."""
    readings = []
    last = calendar.monthrange(month.year, month.month)[1]
    for key, months in story.PALLETS.items():
        halves = zip(months.get(month, ()), (15, last), (15, last - 15), strict=False)
        for pallets, day, days in halves:
            readings.append(
                {
                    "service_id": services["entrepot"].id,
                    "company_id": companies[key].id,
                    "date": month.replace(day=day),
                    "quantity": pallets * days,
                    "name": f"{pallets} palettes pendant {days} jours",
                }
            )
    companies["operator"].env["cocare.reading"].create(readings)


def _hold_meetings(services, files, month):
    """The coach met the firms; the hours are shared like any other use."""
    coach = next(iter(files.values())).user_id
    for key, months in story.COACHING.items():
        for day, hours, name in months.get(month, ()):
            files[key].env["cocare.coaching.meeting"].create(
                {
                    "membership_id": files[key].id,
                    "service_id": services["accompagnement"].id,
                    "date": month.replace(day=day),
                    "duration": hours,
                    "name": name,
                    "user_id": coach.id,
                }
            )


def _close(network, month, companies, services, files):
    if month == story.SEPTEMBER:
        reviews.mistake(files)
    run = network.env["cocare.allocation.run"].create(
        {"network_id": network.id, "date_from": month}
    )
    run.action_compute()
    if month == story.SEPTEMBER:
        reviews.play(run, companies, services, files)
    else:
        run.no_review_reason = reviews.UNREVIEWED
    run.action_post()
    return run


def _collect(run, day):
    """The operator collects what it invoiced: a bank entry in both books."""
    for recharge in run.recharge_ids:
        for move in (recharge.invoice_id, recharge.bill_id):
            _settle(move, day)


def _settle(move, day):
    env = move.with_company(move.company_id).env
    open_line = move.line_ids.filtered(
        lambda line: line.account_type in ("asset_receivable", "liability_payable")
    )
    bank = env["account.journal"].search(
        [("company_id", "=", move.company_id.id), ("cocare_fec_code", "=", "BQ")]
    )
    label = f"Prélèvement {story.NETWORK} {move.invoice_date:%m/%Y}"
    common = {"name": label, "partner_id": open_line.partner_id.id}
    payment = env["account.move"].create(
        {
            "move_type": "entry",
            "journal_id": bank.id,
            "date": day,
            "ref": label,
            "line_ids": [
                Command.create(
                    {
                        **common,
                        "account_id": open_line.account_id.id,
                        "balance": -open_line.balance,
                    }
                ),
                Command.create(
                    {
                        **common,
                        "account_id": bank.default_account_id.id,
                        "balance": open_line.balance,
                    }
                ),
            ],
        }
    )
    payment.action_post()
    settled = payment.line_ids.filtered(
        lambda line: line.account_id == open_line.account_id
    )
    (open_line | settled).reconcile()
