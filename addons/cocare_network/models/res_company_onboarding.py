from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .. import registration_numbers as numbers
from .cocare_firm_completer import Difference
from .res_company import HAS_VAT_NUMBER

#: differences that are people: a new firm is given its own
PEOPLE = frozenset({"user", "portal"})


class ResCompany(models.Model):
    """A company is compared with what a new firm would be, and completed."""

    _name = "res.company"
    _inherit = ["res.company", "cocare.registration.mixin"]

    @api.depends("company_registry", "cocare_network_id")
    def _compute_cocare_registry_note(self):
        return super()._compute_cocare_registry_note()

    @api.depends("cocare_vat_status")
    def _compute_cocare_vat_note(self):
        return super()._compute_cocare_vat_note()

    def _cocare_in_france(self):
        return self.country_id.code in (False, "FR")

    def _cocare_wants_vat(self):
        has_number = self.cocare_vat_status in HAS_VAT_NUMBER
        return has_number and bool(self.cocare_network_id)

    def _cocare_twin_note(self):
        network = self.cocare_network_id
        twin = network and network._firm_of_siren(
            numbers.siren_of(self.company_registry), self
        )
        return network._told_twin(twin)[0] if twin else False

    def _cocare_take(self, name, offer):
        """Runs as superuser: a facilitator puts right the number of a firm of theirs,
        to the one that verifies, and writes nothing else of companies."""
        self._cocare_check_mine()
        return super(ResCompany, self.sudo())._cocare_take(name, offer)

    def _cocare_check_mine(self):
        """Refuse whoever is no facilitator, or works in other firms."""
        self.ensure_one()
        user = self.env.user
        if not self.env.su and (
            not user.has_group("cocare_network.group_facilitator")
            or self not in user.company_ids
        ):
            raise AccessError(
                self.env._("Only a facilitator of the firm can complete its set-up.")
            )

    def _check_cocare_in_network(self):
        """Refuse to complete a company of no network, or a firm that left."""
        self.ensure_one()
        if not self.cocare_network_id or self.cocare_left_on:
            raise UserError(
                self.env._("%(company)s is no firm of a network.", company=self.name)
            )

    def action_cocare_complete(self):
        """Compare the firm's set-up with that of a new firm, and add what it lacks."""
        self._cocare_check_mine()
        return self.env["cocare.firm.completion"]._open(self)

    def _cocare_people_differences(self):
        """Who could have access to the firm and has not: the shared office, and those
        who work there."""
        self.ensure_one()
        found = [
            Difference(
                "user",
                user.login,
                f"{user.name} ({user.cocare_role})",
                ticked=False,
            )
            for user in self.cocare_network_id._office_users()
            if self not in user.company_ids
        ]
        workers = self.env["cocare.worker"].search([("company_id", "=", self.id)])
        for worker in workers.filtered(
            lambda w: w.portal_state in ("none", "closed") and not w._has_ended()
        ):
            if worker.email:
                found.append(
                    Difference(
                        "portal", str(worker.id), f"{worker.name}, {worker.email}"
                    )
                )
            else:
                found.append(
                    Difference(
                        "portal",
                        str(worker.id),
                        worker.name,
                        "different",
                        self.env._("No e-mail address: write it in the file first."),
                        False,
                    )
                )
        return found

    def _cocare_add_people(self, wanted):
        """Give access to those of ``_cocare_people_differences`` that are wanted.

        :param wanted: list of ``Difference``
        """
        self.ensure_one()
        logins = [d.key for d in wanted if d.kind == "user"]
        office = self.cocare_network_id._office_users()
        chosen = office.filtered(lambda user: user.login in logins)
        chosen.sudo().write({"company_ids": [fields.Command.link(self.id)]})
        ids = [int(d.key) for d in wanted if d.kind == "portal"]
        self.env["cocare.worker"].browse(ids).action_open_portal()

    def _cocare_open_bank_account(self, iban):
        """The firm has a bank account. Safe to repeat.

        :param str iban: a number that verifies
        :return: ``res.partner.bank``

        Each addon of the suite does with it what it is for.
        """
        self.ensure_one()
        number = numbers.check_iban(iban).number
        Account = self.env["res.partner.bank"].with_context(active_test=False)
        account = Account.search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("sanitized_acc_number", "=", number),
            ]
        )
        return account or Account.create(
            {"partner_id": self.partner_id.id, "acc_number": number}
        )
