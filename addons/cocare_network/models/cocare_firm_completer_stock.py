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
        return [
            *super()._own_differences(twins),
            *(
                Difference("warehouse", warehouse.code, warehouse.name)
                for warehouse in self._missing_warehouses(twins)
            ),
        ]

    def _add_own(self, twins, keys, made):
        result = super()._add_own(twins, keys, made)
        for warehouse in self._missing_warehouses(twins):
            if ("warehouse", warehouse.code) in keys:
                self.env["stock.warehouse"].with_company(twins.company).create(
                    {
                        "name": self._warehouse_name(warehouse, twins.company),
                        "code": warehouse.code,
                        "company_id": twins.company.id,
                        "partner_id": twins.company.partner_id.id,
                        **{name: warehouse[name] for name in STEPS},
                    }
                )
        return result

    def _missing_warehouses(self, twins):
        """Warehouses of the model that the company has neither by code nor by name."""
        codes, names = set(), set()
        for warehouse in self._warehouses(twins.company):
            codes.add(warehouse.code)
            names.add(warehouse.name)
        return [
            warehouse
            for warehouse in self._warehouses(twins.reference)
            if warehouse.code not in codes
            and self._warehouse_name(warehouse, twins.company) not in names
        ]

    def _warehouse_name(self, warehouse, company):
        """The main warehouse has the name of its company."""
        named_after = warehouse.name == warehouse.company_id.name
        return company.name if named_after else warehouse.name

    def _warehouses(self, company):
        """All the ``stock.warehouse`` of a company, none without Odoo's stock."""
        if "stock.warehouse" not in self.env:
            return []
        return (
            self.env["stock.warehouse"]
            .with_context(active_test=False, allowed_company_ids=company.ids)
            .search([("company_id", "=", company.id)])
        )
