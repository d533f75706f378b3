from odoo import models


class Base(models.AbstractModel):
    _inherit = "base"

    def onchange(self, values, field_names, fields_spec):
        """Fill a form in from records that its user may read, and no other.

        Fields related to another record are read as superuser, so that a form that
        names somebody else's record would be told of it.
        """
        if not self.env.su:
            self._cocare_check_named(values)
        return super().onchange(values, field_names, fields_spec)

    def _cocare_check_named(self, values):
        """Refuse values that lead to a record out of reach.

        :param dict values: as a form sends them, with commands for its lines
        :raise AccessError: as if one tried to read that record
        """
        for name, value in values.items():
            field = self._fields.get(name)
            if not value or field is None or not field.relational:
                continue
            comodel = self.env[field.comodel_name]
            if field.type == "many2one":
                record = comodel.browse(
                    value["id"] if isinstance(value, dict) else value
                )
                # what has no right at all is named by Odoo, and says nothing more
                if record.id and comodel.has_access("read"):
                    record.check_access("read")
                continue
            for command in value:
                if len(command) == 3 and isinstance(command[2], dict):
                    comodel._cocare_check_named(command[2])
