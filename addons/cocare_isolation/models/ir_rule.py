from odoo import models
from odoo.fields import Domain

from ..rules import RULES

ADDON = "cocare_isolation"


class IrRule(models.Model):
    _inherit = "ir.rule"

    def _register_hook(self):
        """Write the rules again when modules were installed or updated.

        Rules are about models of modules that may come after this addon; that is why
        they are no data file.
        """
        result = super()._register_hook()
        if self.pool.updated_modules:
            self.sudo()._cocare_isolate()
        return result

    def _cocare_isolate(self):
        """Have each rule of ``RULES`` on the models that are there, as stated."""
        self._load_records(
            [
                {
                    "xml_id": f"{ADDON}.{model.replace('.', '_')}_comp_rule",
                    "noupdate": True,
                    "values": {
                        "name": f"Isolation of firms: {model}",
                        "model_id": self.env["ir.model"]._get_id(model),
                        "domain_force": domain,
                    },
                }
                for model, domain in RULES.items()
                if model in self.env and not self.env[model]._abstract
            ],
            update=False,
        )

    def _compute_domain(self, model_name, mode="read"):
        """Leave an open form to who opened it, as Odoo's documentation has it.

        Since record rules came to transient models nothing says so any more, and a form
        holds what was typed in or read from a file before any rule looks at it.
        """
        domain = super()._compute_domain(model_name, mode)
        if self.env[model_name]._transient and not self.env.su:
            domain &= Domain("create_uid", "=", self.env.uid)
        return domain

    def _make_access_error(self, operation, records):
        """Never name what is refused: in debug mode Odoo would, by id."""
        error = super()._make_access_error(operation, records)
        message = error.args[0]
        for record in records[:6].sudo():
            where = f" ({record._name}: {record.id}"
            message = message.replace(f", {record.display_name}{where}", where)
        records.invalidate_recordset()
        error.args = (message, *error.args[1:])
        return error
