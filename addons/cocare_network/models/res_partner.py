from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import html2plaintext

from .. import personal_data


class ResPartner(models.Model):
    """Contacts belong to a firm; another one reaches them by a consent only.

    The rules are in ``security/res_partner_security.xml``. A contact without a firm is
    seen by nobody, so what internal users create belongs to their firm.
    """

    _inherit = "res.partner"

    cocare_consent_ids = fields.One2many(
        "cocare.consent",
        "partner_id",
        string="Consents",
        groups="cocare_network.group_network_reader",
    )
    cocare_consent_count = fields.Integer(
        string="Number of consents",
        compute="_compute_cocare_consent_count",
        groups="cocare_network.group_network_reader",
    )
    # To search with only: forms offer these contacts beside those of the firm.
    cocare_given_to_id = fields.Many2one(
        "res.company",
        string="Given to",
        store=False,
        search="_search_cocare_given_to_id",
    )

    def _compute_cocare_consent_count(self):
        counts = dict(
            self.env["cocare.consent"]._read_group(
                [("partner_id", "in", self.ids), ("live", "=", True)],
                ["partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.cocare_consent_count = counts.get(partner, 0)

    # Whose contact

    @api.model_create_multi
    def create(self, vals_list):
        if self._cocare_owned_by_default():
            vals_list = [self._cocare_with_owner(vals) for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        if "company_id" in vals and not vals["company_id"] and not self.env.su:
            if self.filtered("company_id"):
                raise UserError(
                    self.env._(
                        "A contact belongs to a firm: without one, nobody would see it."
                    )
                )
        result = super().write(vals)
        if "company_id" in vals:
            # Odoo checks the rules on what the contact was: it stays within the
            # firms of whoever writes it.
            self.check_access("write")
        return result

    def _cocare_owned_by_default(self):
        """What people create belongs to a firm; what the system creates is explicit,
        and the contact of a company belongs to nobody."""
        return (
            self.env.uid != SUPERUSER_ID
            and self.env.user._is_internal()
            and not self.env.context.get("cocare_contact_of_company")
        )

    def _cocare_with_owner(self, vals):
        """Values with a firm: the parent's, else the one the user works in."""
        company_id = vals.get("company_id") or self.env.context.get(
            "default_company_id"
        )
        if not company_id and vals.get("parent_id"):
            parent = self.browse(vals["parent_id"]).sudo()
            company_id = (parent.company_id or parent.ref_company_ids[:1]).id
        return {**vals, "company_id": company_id or self.env.company.id}

    # Whose documents may name it

    def _check_company_domain(self, companies):
        """Odoo lets a document name contacts of its own company; one may deliver to,
        or invoice, whoever consented too."""
        domain = super()._check_company_domain(companies)
        if not companies:
            return domain
        if isinstance(companies, str):  # a domain for the web client
            return ["|", ("cocare_given_to_id", "in", companies), *domain]
        company_ids = models.to_record_ids(companies)
        if self and set(self.sudo().company_id.ids) <= set(company_ids):
            return (
                domain  # their own contacts, or those of companies: nothing to look up
            )
        given = self._cocare_given_domain(company_ids)
        if self:
            given &= Domain("id", "in", self.ids)
        return ["|", ("id", "in", self._cocare_search_given(given)), *domain]

    def _search_cocare_given_to_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        # whom a person gave their particulars to is for the firms of both sides
        firms = [
            firm for firm in value if self.env.su or firm in self.env.companies.ids
        ]
        return Domain(
            "id", "in", self._cocare_search_given(self._cocare_given_domain(firms))
        )

    def _cocare_search_given(self, domain):
        """``Query`` of contacts. Runs as superuser: not everybody reads consents, and
        what may be read of the contacts found is another question."""
        return self.sudo().with_context(active_test=False)._search(domain)

    @api.model
    def _cocare_given_domain(self, company_ids):
        """Contacts of others that firms may name in their documents: those who
        consented, with their addresses, and those whom the firms go on naming."""
        consented = Domain(
            "cocare_consent_ids",
            "any",
            Domain("to_company_id", "in", company_ids)
            & Domain("withdrawn_at", "=", False),
        )
        address = Domain("type", "!=", "contact") & Domain(
            "parent_id", "any", consented & Domain("is_company", "=", False)
        )
        return consented | address | self._cocare_kept_domain(company_ids)

    @api.model
    def _cocare_kept_domain(self, company_ids):
        """Contacts named in what firms have to keep, whatever the person withdraws.

        The record rule reads it too, with the rights of who reads: an addon whose
        documents are kept names their contacts, to those who read these documents.
        """
        return Domain.FALSE

    # What for

    @api.model
    def _cocare_use_domain(self, purpose, company):
        """The contacts a firm may use for a purpose: those who mail or deliver ask it.

        :param str purpose: code of the purpose
        :param company: ``res.company``
        :return: ``Domain``; what the user may see is another question, which record
            rules answer
        """
        purpose = self.env["cocare.consent.purpose"].sudo()._of_code(purpose)
        consented = Domain(
            "cocare_consent_ids",
            "any!",
            Domain("to_company_id", "=", company.id)
            & Domain("purpose_id", "=", purpose.id)
            & Domain("withdrawn_at", "=", False),
        )
        if purpose.owner_needs_consent:
            return consented
        return consented | Domain("company_id", "=", company.id)

    def _cocare_may_use(self, purpose, company):
        """Those of ``self`` that a firm may use for a purpose.

        :param str purpose: code of the purpose
        :param company: ``res.company``
        :return: ``res.partner``
        """
        return self & self.search(
            Domain("id", "in", self.ids) & self._cocare_use_domain(purpose, company)
        )

    # Who saw

    def _read_format(self, fnames, load="_classic_read"):
        self._cocare_note_disclosure("read")
        return super()._read_format(fnames, load)

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        self._cocare_note_disclosure("export")
        return super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)

    @api.model
    def _read_group(
        self,
        domain,
        groupby=(),
        aggregates=(),
        having=(),
        offset=0,
        limit=None,
        order=None,
    ):
        if not self._cocare_groups_tell(*groupby, *aggregates):
            return super()._read_group(
                domain, groupby, aggregates, having, offset, limit, order
            )
        # asked with the groups, so that those beyond the limit are not noted
        rows = super()._read_group(
            domain,
            groupby,
            [*aggregates, "id:array_agg"],
            having,
            offset,
            limit,
            order,
        )
        return self._cocare_note_groups(rows)

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        specs = [spec for groupby in grouping_sets for spec in groupby]
        if not self._cocare_groups_tell(*specs, *aggregates):
            return super()._read_grouping_sets(domain, grouping_sets, aggregates, order)
        return [
            self._cocare_note_groups(rows)
            for rows in super()._read_grouping_sets(
                domain, grouping_sets, [*aggregates, "id:array_agg"], order
            )
        ]

    def _cocare_groups_tell(self, *specs):
        """Whether groups show a text of their contacts: a name, an e-mail, a street.
        Countries, tags or dates are shown of many, and tell of nobody."""
        names = (spec.partition(":")[0] for spec in specs)
        return self._cocare_is_noted() and any(
            self._fields[name].type in ("char", "text", "html")
            for name in names
            if name in self._fields
        )

    def _cocare_note_groups(self, rows):
        """Note the contacts of groups, which are their last column, and take it off."""
        seen = {contact for row in rows for contact in row[-1] or ()}
        self.browse(seen)._cocare_note_disclosure("read")
        return [row[:-1] for row in rows]

    def _cocare_is_noted(self):
        """What the system reads is not seen by anybody; the portal has its own pages"""
        return not self.env.su and self.env.user._is_internal()

    def _cocare_note_disclosure(self, kind):
        if self.ids and self._cocare_is_noted():
            self.env["cocare.disclosure"]._note(self, kind)

    # What a person may ask for

    def action_cocare_consents(self):
        """The consents of this person, live and withdrawn."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "cocare_network.cocare_consent_action"
        )
        return {
            **action,
            "domain": [("partner_id", "=", self.id)],
            "context": {"default_partner_id": self.id},
        }

    def action_cocare_export(self):
        """Download what the network holds of this person."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/cocare/person/{self.id}/data",
            "target": "self",
        }

    def _cocare_person_archive(self):
        """The zip of a person's data (art. 15 and 20 GDPR): JSON and a table each.

        :return: bytes

        Runs as superuser: the data of a person are theirs wherever they stand in the
        network; callers check that it is the person, or somebody of their firm.
        """
        self.ensure_one()
        return personal_data.archive(self.sudo()._cocare_person_data())

    def _cocare_person_data(self):
        """What is held of a person; addons add theirs.

        :return: ``{name of the table: list of dicts}``, of texts
        """
        self.ensure_one()
        return {
            "contact": [
                self._cocare_facts(partner, self._cocare_person_fields())
                for partner in self | self.child_ids
            ],
            "consents": [
                self._cocare_facts(consent, self._cocare_consent_fields())
                for consent in self.cocare_consent_ids
            ],
            "disclosures": [
                self._cocare_facts(
                    disclosure, ("date", "kind", "company_id", "to_company_id")
                )
                for disclosure in self.env["cocare.disclosure"].search(
                    [("partner_id", "=", self.id)]
                )
            ],
            "memberships": [
                self._cocare_facts(
                    file, ("name", "kind", "stage", "stage_since", "presentation")
                )
                for file in self.env["cocare.membership"]
                .with_context(active_test=False)
                .search([("partner_id", "in", (self | self.parent_id).ids)])
            ],
            "leads": [
                self._cocare_facts(
                    lead,
                    ("name", "cocare_intent", "create_date", "email_from", "phone")
                    + ("partner_name", "contact_name", "city", "description"),
                )
                for lead in self.env["crm.lead"]
                .with_context(active_test=False)
                .search([("partner_id", "=", self.id)])
            ],
        }

    def _cocare_person_fields(self):
        return (
            ("name", "type", "email", "phone", "street", "street2", "zip", "city")
            + ("country_id", "lang", "function", "website", "vat", "company_registry")
            + ("company_id", "create_date")
        )

    def _cocare_consent_fields(self):
        return (
            "purpose_id",
            "from_company_id",
            "to_company_id",
            "body",
            "given_at",
        ) + ("channel", "note", "withdrawn_at", "withdrawn_why")

    def _cocare_facts(self, record, names):
        """``{label of the field: its value as a text}``."""
        facts = {}
        for name in names:
            field = record._fields[name]
            value = record[name]
            if field.type == "many2one":
                value = value.display_name
            elif field.type == "selection" and value:
                value = dict(field._description_selection(self.env)).get(value, value)
            elif field.type == "html" and value:
                value = html2plaintext(value)
            facts[field._description_string(self.env)] = str(value or "")
        return facts
