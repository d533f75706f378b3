from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CocareDisclosure(models.Model):
    """Somebody of a firm looked at a contact which is theirs by a consent only.

    Once per user, contact, day and way. The firm that shared the contact reads it, and
    so does the person.
    """

    _name = "cocare.disclosure"
    _description = "Disclosure of a contact"
    _order = "date desc, id desc"

    partner_id = fields.Many2one(
        "res.partner", string="Person", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", string="Shared by", required=True, index=True
    )
    to_company_id = fields.Many2one(
        "res.company", string="Seen by", required=True, index=True
    )
    user_id = fields.Many2one("res.users", string="Who", required=True, index=True)
    date = fields.Date(required=True)
    kind = fields.Selection(
        [("read", "Read"), ("export", "Exported")], required=True, string="How"
    )

    _once_a_day = models.UniqueIndex(
        "(user_id, partner_id, to_company_id, date, kind)",
        "Noted already.",
    )

    @api.depends("partner_id", "date")
    def _compute_display_name(self):
        for disclosure in self:
            disclosure.display_name = self.env._(
                "%(firm)s, %(date)s",
                firm=disclosure.to_company_id.sudo().name,
                date=disclosure.date and disclosure.date.strftime("%d/%m/%Y"),
            )

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("What was disclosed stays written."))

    @api.model
    def _note(self, partners, kind):
        """Note that the current user sees contacts; those shared with them count.

        :param partners: ``res.partner`` that the user reads
        :param str kind: ``read`` or ``export``

        In SQL, because it comes with every reading of contacts: one statement that
        mostly finds nothing, and an insertion that two readings at once cannot double.
        Only the first sight of a day writes; on a replica that reads only, Odoo starts
        that request again where it may write.
        """
        self.env["cocare.consent"].flush_model()
        self.env["res.partner"].flush_model(["company_id", "parent_id"])
        seen = self._seen(partners, kind)
        if not self.env.execute_query(SQL("%s LIMIT 1", seen)):
            return
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO cocare_disclosure (
                    partner_id, company_id, to_company_id, user_id, date, kind,
                    create_uid, create_date, write_uid, write_date
                )
                %s
                ON CONFLICT DO NOTHING
                """,
                seen,
            )
        )
        self.invalidate_model()

    def _seen(self, partners, kind):
        """The rows that are not noted yet, as ``SQL``."""
        today = fields.Date.context_today(self)
        return SQL(
            """
            SELECT DISTINCT ON (consent.partner_id, consent.to_company_id)
                   consent.partner_id, consent.from_company_id,
                   consent.to_company_id, %(user)s, %(today)s::date, %(kind)s,
                   %(user)s, now() AT TIME ZONE 'utc',
                   %(user)s, now() AT TIME ZONE 'utc'
              FROM res_partner seen
              JOIN cocare_consent consent
                ON consent.partner_id IN (seen.id, seen.parent_id)
               AND consent.withdrawn_at IS NULL
               AND consent.to_company_id IN %(companies)s
               AND consent.from_company_id != consent.to_company_id
             WHERE seen.id IN %(partners)s
               AND (seen.company_id IS NULL OR seen.company_id NOT IN %(companies)s)
               AND NOT EXISTS (
                   SELECT FROM cocare_disclosure noted
                    WHERE noted.user_id = %(user)s
                      AND noted.partner_id = consent.partner_id
                      AND noted.to_company_id = consent.to_company_id
                      AND noted.date = %(today)s
                      AND noted.kind = %(kind)s
               )
          ORDER BY consent.partner_id, consent.to_company_id, consent.id
            """,
            user=self.env.uid,
            today=today,
            kind=kind,
            companies=tuple(self.env.companies.ids),
            partners=tuple(partners.ids),
        )
