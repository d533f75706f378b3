import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import UserError


class CocareClearing(models.Model):
    """What the firms are told when a clearing is sent to them."""

    _inherit = "cocare.clearing"

    told = fields.Json(
        readonly=True,
        copy=False,
        export_string_translation=False,
        help="Digest of what each firm was told of last: the same is told once.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_not_told(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_not_told(vals)
        return super().write(vals)

    def _check_not_told(self, vals):
        """Refuse what the form does not offer; a remote call could still send it."""
        if vals.get("told"):
            raise UserError(self.env._("Firms are told when the clearing is sent."))

    def _notify_sent(self):
        """Ask the people of each firm to check its documents.

        A firm is told again only if the clearing was taken back and what its page shows
        is no longer the same. Runs as superuser: the office writes to people whose
        accounts it may not read.
        """
        self.ensure_one()
        clearing = self.sudo()
        documents = clearing.document_ids
        known, told = clearing.told or {}, {}
        for firm in (documents.company_id | documents.debtor_id).sorted("id"):
            told[str(firm.id)] = digest = clearing._digest_of(firm)
            if digest != known.get(str(firm.id)):
                clearing._notify_firm(firm)
        clearing._set_told({**known, **told})

    def _set_told(self, told):
        """As ``_set_state``: nobody types it."""
        return super().write({"told": told})

    def _digest_of(self, firm):
        """SHA-256 of what the page of a firm shows of the clearing.

        :param firm: ``res.company``
        """
        documents = self.document_ids.filtered(
            lambda d: firm in d.company_id | d.debtor_id
        )
        shown = sorted([*d._key(), d.state, d._signed_amount(firm)] for d in documents)
        text = json.dumps([str(self.objection_until), shown])
        return hashlib.sha256(text.encode()).hexdigest()

    def _notify_firm(self, firm):
        """Write to the people of a firm, each in their language.

        :param firm: ``res.company``
        """
        link = firm._cocare_link(f"/my/clearing/{firm.id}")
        for lang, users in firm._cocare_members().grouped("lang").items():
            clearing = self.with_context(lang=lang)
            date = clearing.env["ir.qweb.field.date"]
            self.env["mail.thread"].message_notify(
                partner_ids=users.partner_id.ids,
                subject=clearing.env._(
                    "%(clearing)s: please check what your firm will pay or receive "
                    "(%(firm)s)",
                    clearing=clearing.display_name,
                    firm=firm.name,
                ),
                body=clearing.env._(
                    "If a document is wrong, object to it until %(date)s; what nobody "
                    "objects to is accepted: %(link)s",
                    date=date.value_to_html(self.objection_until, {}),
                    link=link,
                ),
            )
