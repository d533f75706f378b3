"""The people of the firms look at them, and the template grew after they came in."""

from odoo.fields import Command

MEMBER = "cocare_network.group_worker_member"

#: a firm under review whose number comes out of a spreadsheet, without its zeros
NEWCOMER, LOST_ZEROS = "Brasserie de la Vieille Zorn", "620266700017"
BREWER = ("Maud Zimmer", "maud@vieille-zorn.example")


def open_portal(files, companies, people):
    """Open the accounts of worker-members by the product, under their demo logins.

    The invitations are taken back: nobody reads them, and the passwords are known.

    :param dict files: {key of the story: ``cocare.membership``}
    :param dict companies: {key of the story: ``res.company``}
    :param list people: lines of ``data/logins.csv``
    """
    for person in people:
        if person["group"] != MEMBER:
            continue
        key = person["companies"]
        worker = files[key].worker_ids.filtered(
            lambda w, name=person["name"]: w.name == name
        )
        worker.email = f"{person['login']}@co-care.example"
        worker.action_open_portal()
        user = worker.user_id
        mails = worker.env["mail.mail"].search([("state", "=", "outgoing")])
        mails.filtered(lambda m, u=user: u.partner_id in m.recipient_ids).unlink()
        user.write({name: person[name] for name in ("login", "password")})
        user.write({"tz": "Europe/Paris", "company_id": companies[key].id})


def extend_template(network):
    """What the template was given since the firms came in: they are offered it."""
    env = network.env
    template = network.template_id
    env["account.journal"].with_company(template).create(
        {
            "name": "Caisse des marchés",
            "code": "CAIM",
            "type": "cash",
            "company_id": template.id,
        }
    )
    plan = env["account.analytic.plan"].search([], order="id", limit=1)
    env["account.analytic.account"].create(
        {"name": "Marchés", "plan_id": plan.id, "company_id": template.id}
    )


def note_newcomer(files):
    """What the facilitator copied from the brewery's spreadsheet into its file."""
    file = files[NEWCOMER]
    name, email = BREWER
    file.write(
        {
            "company_registry": LOST_ZEROS,
            "vat_status": "taxable",
            "worker_ids": [
                Command.create(
                    {
                        "name": name,
                        "email": email,
                        "role": "Brassage",
                        "status": "manager",
                        "weekly_hours": 40,
                        "date_start": "2024-03-01",
                    }
                )
            ],
        }
    )
