from odoo import api, models

from .cocare_firm_completer import Difference, Kind

#: what of a warehouse is its own way of working; Odoo makes the rest
STEPS = ("reception_steps", "delivery_steps")


class CocareFirmCompleter(models.AbstractModel):
    """The stock of a firm, where Odoo's is installed: this addon does without it.

    Locations outside warehouses (adjustment, production, scrap, transit) are records
    like others. A warehouse is made by Odoo, with its locations, operation types and
    sequences.
    """

    _inherit = "cocare.firm.completer"

    @api.model
    def _kinds(self):
        kinds = super()._kinds()
        if "stock.location" in self.env:
            kinds.append(
                Kind(
                    "location",
                    "stock.location",
                    key=lambda location: not location.warehouse_id
                    and (location.usage, location.name),
                    watched=("active",),
                    also=("name", "active"),
                    own=("parent_path", "barcode"),
                )
            )
        return kinds

    @api.model
    def _kind_labels(self):
        return {
            "warehouse": self.env._("Warehouses"),
            "location": self.env._("Locations"),
            **super()._kind_labels(),
        }

    def _own_differences(self, twins):
        found = super()._own_differences(twins)
        own = self._warehouses(twins.company)
        for code, warehouse in self._warehouses(twins.reference).items():
            if code not in own:
                found.append(Difference("warehouse", code, warehouse.name))
        return found

    def _add_own(self, twins, keys, made):
        result = super()._add_own(twins, keys, made)
        own = self._warehouses(twins.company)
        for code, warehouse in self._warehouses(twins.reference).items():
            if ("warehouse", code) in keys and code not in own:
                self.env["stock.warehouse"].with_company(twins.company).create(
                    {
                        "name": twins.company.name
                        if warehouse.name == twins.reference.name
                        else warehouse.name,
                        "code": code,
                        "company_id": twins.company.id,
                        "partner_id": twins.company.partner_id.id,
                        **{name: warehouse[name] for name in STEPS},
                    }
                )
        return result

    def _warehouses(self, company):
        """:return: ``{code: stock.warehouse}``, nothing without Odoo's stock"""
        if "stock.warehouse" not in self.env:
            return {}
        warehouses = (
            self.env["stock.warehouse"]
            .with_context(active_test=False, allowed_company_ids=company.ids)
            .search([("company_id", "=", company.id)])
        )
        return {warehouse.code: warehouse for warehouse in warehouses}
