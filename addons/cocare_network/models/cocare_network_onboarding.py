from odoo import fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .. import registration_numbers as numbers


class CocareNetwork(models.Model):
    """Who may come into a network: numbers that verify, firms that are not in it yet."""

    _inherit = "cocare.network"

    def _check_newcomers(self, values_list, company=None):
        """Refuse firms whose numbers are wrong, or that are in the network already.

        :param list values_list: dicts of ``res.company`` values
        :param company: the ``res.company`` that comes in, when it exists
        :raise ValidationError: what is wrong, firm by firm
        """
        self.ensure_one()
        if self.sudo()._firm_origin().country_id.code not in (False, "FR"):
            return
        Registration = self.env["cocare.registration.mixin"]
        seen = {}
        for values in values_list:
            name = values["name"]
            refusals = Registration._cocare_refusals(values)
            siren = numbers.siren_of(values.get("company_registry"))
            if siren in seen:
                refusals.append(
                    self.env._("%(firm)s has the same SIREN.", firm=seen[siren])
                )
            elif siren:
                seen[siren] = name
                twin = self._firm_of_siren(siren, company)
                refusals += self._told_twin(twin) if twin else []
            if refusals:
                raise ValidationError("\n".join([f"{name}:", *refusals]))

    def _firm_of_siren(self, siren, but=None):
        """The firm of the network that has a SIREN, of whoever's companies it is.

        Runs as superuser: the same firm must not come in twice, also when who brings
        it in does not see the first one. Names are told by ``_told_twin`` only.

        :param but: ``res.company`` that may have it
        """
        self.ensure_one()
        firms = self.sudo().with_context(active_test=False).company_ids
        if but:
            firms -= but.sudo()
        return firms.filtered(
            lambda firm: firm.company_registry
            and numbers.siren_of(firm.company_registry) == siren
        )[:1]

    def _told_twin(self, twin):
        """:return: list of one sentence; names only a firm that the user may see"""
        if twin in self.env.user.company_ids:
            return [
                self.env._(
                    "This SIREN is in the network already: %(firm)s.", firm=twin.name
                )
            ]
        return [self.env._("This SIREN is in the network already.")]

    def _adopt(self, company, values, users=None):
        """Take an existing company into the network, as it is.

        What it has is left alone; what it lacks is shown and added by
        ``cocare.firm.completion``.

        :param company: ``res.company`` of no network
        :param dict values: ``res.company`` values that are written, the empty ones not
        :param users: ``res.users`` of the shared office who will work for it
        :raise UserError: it belongs to a network, or is a template

        Runs as superuser: a facilitator takes firms in, and writes no companies.
        """
        self.ensure_one()
        self._check_facilitator()
        if company not in self.env.user.company_ids:
            raise AccessError(
                self.env._("A company is taken in by somebody who works for it.")
            )
        self.check_access("read")
        network = self.sudo()
        network._serialise()
        taken = network.search([("template_id", "=", company.id)], limit=1)
        if company.sudo().cocare_network_id or taken:
            raise UserError(
                self.env._(
                    "%(company)s already belongs to a network.", company=company.name
                )
            )
        kept = {"name": company.name, **values}
        self._check_newcomers([kept], company)
        own = self.env["cocare.registration.mixin"]._cocare_cleaned(values)
        company.sudo().write(
            {
                "cocare_joined_on": fields.Date.context_today(self),
                **own,
                "cocare_network_id": self.id,
            }
        )
        network._give_to_office(company, users)
        return company

    def _check_facilitator(self):
        if not self.env.su and not self.env.user.has_group(
            "cocare_network.group_facilitator"
        ):
            raise AccessError(
                self.env._("Only a facilitator can bring a firm into the network.")
            )

    def _give_to_office(self, companies, users):
        """Let people of the shared office work for firms."""
        office = (users or self.env["res.users"]) & self._office_users()
        office.sudo().write(
            {"company_ids": [fields.Command.link(c.id) for c in companies]}
        )

    def _model_company(self):
        """What a new firm would be today: the golden company, made if need be."""
        self.ensure_one()
        self._serialise()
        return self.env["cocare.golden.firm"]._for(self).company_id
