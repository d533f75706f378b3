from odoo import api, fields, models
from odoo.exceptions import UserError


class CocareConsentText(models.Model):
    """The words that people consent to, from a date on. Frozen once somebody did."""

    _name = "cocare.consent.text"
    _inherit = "cocare.guarded.mixin"
    _description = "Version of a text of consent"
    _order = "network_id, purpose_id, valid_from desc, id desc"

    network_id = fields.Many2one(
        "cocare.network",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env["cocare.network"].search([], limit=1),
    )
    purpose_id = fields.Many2one(
        "cocare.consent.purpose", required=True, index=True, ondelete="restrict"
    )
    valid_from = fields.Date(required=True, default=fields.Date.context_today)
    body = fields.Text(string="What the person reads", required=True)
    used = fields.Boolean(compute="_compute_used")

    _one_a_day = models.UniqueIndex(
        "(network_id, purpose_id, valid_from)",
        "Another text for this purpose is valid from the same date.",
    )

    @api.depends("purpose_id", "valid_from")
    def _compute_display_name(self):
        for text in self:
            text.display_name = self.env._(
                "%(purpose)s, from %(date)s",
                purpose=text.purpose_id.name,
                date=text.valid_from and text.valid_from.strftime("%d/%m/%Y"),
            )

    def _compute_used(self):
        used = self._used_ids()
        for text in self:
            text.used = text.id in used

    def _used_ids(self):
        """Ids of the texts that somebody read and answered.

        Runs as superuser: it may be a person of any firm.
        """
        readers = ("cocare.consent", "cocare.join.request")
        return {
            text.id
            for model in readers
            for (text,) in self.env[model]
            .sudo()
            ._read_group([("text_id", "in", self.ids)], ["text_id"])
        }

    def write(self, vals):
        self._check_not_used()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_not_used(self):
        self._check_not_used()

    def _check_not_used(self):
        used = self.filtered("used")[:1]
        if used:
            raise UserError(
                self.env._(
                    "“%(text)s” was consented to: write a new version instead.",
                    text=used.display_name,
                )
            )

    @api.model
    def _current(self, network, purpose, day=None):
        """The text of a day.

        :param network: ``cocare.network``
        :param purpose: ``cocare.consent.purpose``
        :param date day: today by default
        :return: ``cocare.consent.text``, empty when there is none yet
        """
        return self.search(
            [
                ("network_id", "=", network.id),
                ("purpose_id", "=", purpose.id),
                ("valid_from", "<=", day or fields.Date.context_today(self)),
            ],
            order="valid_from desc",
            limit=1,
        )

    @api.model
    def _load_usual(self, network):
        """A first text for each purpose, in the user's language.

        Runs as superuser: a network starts with them, whoever makes it.
        """
        Purpose = self.env["cocare.consent.purpose"].sudo()
        usual = self._usual(network)
        return self.sudo().create(
            [
                {
                    "network_id": network.id,
                    "purpose_id": purpose.id,
                    "valid_from": "2000-01-01",
                    "body": usual[purpose.code],
                }
                for purpose in Purpose.search([("code", "in", list(usual))])
            ]
        )

    def _usual(self, network):
        """What people are usually asked, until the network has words of its own.

        :return: ``{code of the purpose: text}``
        """
        names = {"network": network.name, "operator": network.operator_id.name}
        withdraw = self.env._(
            "I can withdraw this consent at any time, on my page or in a message."
        )
        return {
            "contact": self.env._(
                "%(operator)s may keep what I write here to answer me about the "
                "network %(network)s, for three years after our last exchange. It "
                "gives it to no other firm.",
                **names,
            )
            + " "
            + withdraw,
            "delivery": self.env._(
                "The firm I buy from may give my name, address and telephone to the "
                "firm named here, to deliver what I ordered and for nothing else."
            )
            + " "
            + withdraw,
            "newsletter": self.env._(
                "The firm named here may send me its news by e-mail."
            )
            + " "
            + withdraw,
            "shared_catalogue": self.env._(
                "The firms of the network %(network)s that are named here may see my "
                "name and what I order, to serve me from one catalogue.",
                **names,
            )
            + " "
            + withdraw,
            "bookkeeping": self.env._(
                "%(operator)s may read my particulars where they stand on the "
                "documents whose books it keeps.",
                **names,
            )
            + " "
            + withdraw,
        }
