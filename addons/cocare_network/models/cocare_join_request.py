import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import email_normalize

from .. import join_form

#: days a request may be confirmed, and days it is kept when it is not
CONFIRM_WITHIN, KEPT = 7, 30

#: requests an hour from one address, a day for one e-mail
PER_ADDRESS, PER_EMAIL = 10, 3


class CocareJoinRequest(models.Model):
    """What came in by the public form and nobody vouched for yet.

    A quarantine: it becomes a lead, a contact and a consent once the e-mail was
    confirmed by its owner. Nobody writes it; ``_receive`` and ``_confirm`` do.
    """

    _name = "cocare.join.request"
    _description = "Request to join, help or found"
    _order = "id desc"

    network_id = fields.Many2one(
        "cocare.network", required=True, index=True, ondelete="cascade"
    )
    intent = fields.Selection(
        [
            ("join", "Join with a firm"),
            ("help", "Help the network"),
            ("project", "Start a project"),
        ],
        required=True,
    )
    name = fields.Char(required=True)
    email = fields.Char(string="E-mail", required=True)
    phone = fields.Char()
    organisation = fields.Char()
    zip = fields.Char(string="Postcode")
    city = fields.Char()
    helper = fields.Selection(
        [
            ("individual", "Individual"),
            ("company", "Company"),
            ("public", "Public body"),
        ],
        string="Who helps",
    )
    offer = fields.Selection(
        [("time", "Time or know-how"), ("gift", "Money or goods")], string="Offers"
    )
    message = fields.Text()
    text_id = fields.Many2one(
        "cocare.consent.text",
        string="Text consented to",
        required=True,
        index=True,
        ondelete="restrict",
    )
    state = fields.Selection(
        [("waiting", "Waits for the e-mail"), ("confirmed", "Confirmed")],
        required=True,
        default="waiting",
        index=True,
    )
    token_digest = fields.Char(groups="base.group_system", index=True)
    expires_at = fields.Datetime(string="To confirm until", required=True)
    confirmed_at = fields.Datetime(string="Confirmed on")
    lead_id = fields.Many2one("crm.lead", index="btree_not_null", ondelete="set null")

    _token_unique = models.UniqueIndex("(token_digest)", "This token exists already.")

    @api.model
    def _receive(self, network, intent, values):
        """Keep what was sent, and write to its e-mail to have it confirmed.

        :param network: ``cocare.network`` that is open to applications
        :param str intent: one of ``join_form.INTENTS``
        :param dict values: from ``join_form.read``, without problems
        :return: the request, empty when this e-mail asked too often

        Runs as superuser: the public has no right on any table. Fields are named one
        by one; what is not named here is not written.
        """
        email = email_normalize(values["email"])
        if self.env["cocare.throttle"]._hit("join-email", email, 86400) > PER_EMAIL:
            return self.browse()
        network = network.sudo()
        text = network._contact_text()
        token = secrets.token_urlsafe(32)
        request = self.sudo().create(
            {
                "network_id": network.id,
                "intent": intent,
                "name": values["name"],
                "email": email,
                "phone": values.get("phone"),
                "organisation": values.get("organisation"),
                "zip": values.get("zip"),
                "city": values.get("city"),
                "helper": intent == "help" and values.get("helper"),
                "offer": intent == "help" and values.get("offer"),
                "message": values.get("message"),
                "text_id": text.id,
                "token_digest": self._digest(token),
                "expires_at": fields.Datetime.now() + timedelta(days=CONFIRM_WITHIN),
            }
        )
        request._ask_to_confirm(token)
        return request

    def _digest(self, token):
        return hashlib.sha256(token.encode()).hexdigest()

    def _ask_to_confirm(self, token):
        """Queue the e-mail with the link; the address is the only one it goes to."""
        operator = self.network_id.operator_id
        body = self.env["ir.qweb"]._render(
            "cocare_network.join_mail",
            {
                "join_request": self,
                "network": self.network_id,
                "url": f"{self.get_base_url()}/join/confirm/{token}",
                "days": CONFIRM_WITHIN,
            },
        )
        self.env["mail.mail"].create(
            {
                "subject": self.env._(
                    "%(network)s: confirm your message", network=self.network_id.name
                ),
                "body_html": body,
                "email_from": operator.email_formatted or self.env.user.email_formatted,
                "email_to": self.email,
                "auto_delete": True,
            }
        )
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()

    @api.model
    def _find(self, token):
        """The request of a link, empty when it is none, or too late.

        Runs as superuser: whoever has the token is the one it was sent to.
        """
        request = self.sudo().search([("token_digest", "=", self._digest(token))])
        if request.state == "waiting" and request.expires_at < fields.Datetime.now():
            return self.sudo().browse()
        return request

    def _confirm(self):
        """The owner of the e-mail vouches for the request: it becomes a lead.

        Runs as superuser, on a request found by its token. Safe to repeat: the row is
        written first, so that a second click waits, is retried, and finds it done.
        """
        self.ensure_one()
        if self.state == "confirmed":
            return
        self.write({"state": "confirmed", "confirmed_at": fields.Datetime.now()})
        self.flush_recordset()
        partner = self._contact()
        self.lead_id = self.env["crm.lead"].create(self._prepare_lead(partner))
        purpose = self.text_id.purpose_id
        operator = self.network_id.operator_id
        known = self.env["cocare.consent"].search_count(
            [
                ("partner_id", "=", partner.id),
                ("purpose_id", "=", purpose.id),
                ("from_company_id", "=", operator.id),
                ("to_company_id", "=", operator.id),
                ("live", "=", True),
            ],
            limit=1,
        )
        if not known:
            self.env["cocare.consent"].create(
                {
                    "partner_id": partner.id,
                    "purpose_id": purpose.id,
                    "from_company_id": operator.id,
                    "to_company_id": operator.id,
                    "text_id": self.text_id.id,
                    # without its fraction: the clock of consents has none
                    "given_at": self.create_date.replace(microsecond=0),
                    "channel": "form",
                    "note": self.env._(
                        "Public form, e-mail confirmed (request %(number)s)",
                        number=self.id,
                    ),
                }
            )

    def _contact(self):
        """The operator's contact with this e-mail, else a new one.

        What is known of an older contact is not overwritten by what a form says, and
        nobody with an account is taken for an applicant.
        """
        operator = self.network_id.operator_id
        Partner = self.env["res.partner"]
        known = Partner.search(
            [
                ("email_normalized", "=", self.email),
                ("company_id", "=", operator.id),
                ("is_company", "=", False),
                ("user_ids", "=", False),
            ],
            order="id",
            limit=1,
        )
        return known or Partner.create(
            {
                "name": self.name,
                "email": self.email,
                "phone": self.phone,
                "zip": self.zip,
                "city": self.city,
                "company_id": operator.id,
                "lang": operator.partner_id.lang,
            }
        )

    def _prepare_lead(self, partner):
        kind, supporter_type = join_form.kind(self.intent, self.helper, self.offer)
        return {
            "type": "opportunity",
            "name": self.organisation or self.name,
            "cocare_intent": self.intent,
            "cocare_kind": kind,
            "cocare_supporter_type": supporter_type,
            "cocare_network_id": self.network_id.id,
            "team_id": self.network_id._lead_team().id,
            "company_id": self.network_id.operator_id.id,
            "user_id": False,
            "partner_id": partner.id,
            "contact_name": self.name,
            "partner_name": self.organisation,
            "email_from": self.email,
            "phone": self.phone,
            "zip": self.zip,
            "city": self.city,
            "cocare_message": self.message,
        }

    @api.model
    def _cron_forget(self):
        """Delete what was not confirmed: it may not be theirs who is named there."""
        before = fields.Datetime.now() - timedelta(days=KEPT)
        self.search([("state", "=", "waiting"), ("create_date", "<", before)]).unlink()
