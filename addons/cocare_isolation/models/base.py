from collections import defaultdict

from odoo import models


class Base(models.AbstractModel):
    _inherit = "base"

    def onchange(self, values, field_names, fields_spec):
        """Fill a form in from records that its user may read, and no other.

        Fields related to another record are read as superuser, so that a form that
        names somebody else's record would be told of it.
        """
        if not self.env.su:
            for name, ids in self._cocare_named(values).items():
                model = self.env[name]
                # what has no right at all is named by Odoo, and says nothing more
                if model.has_access("read"):
                    model.browse(ids).check_access("read")
        return super().onchange(values, field_names, fields_spec)

    def _cocare_named(self, values):
        """The records that a form names, model by model: one question for each model.

        :param dict values: as a form sends them: commands for lines, and for the parent
            of a line the values of the form it is on
        :return: ``{model name: set of ids}`` of many2one fields
        """
        found = defaultdict(set)
        for name, value in values.items():
            field = self._fields.get(name)
            if not value or field is None or not field.relational:
                continue
            forms = []
            if field.type != "many2one":
                forms = [c[2] for c in value if len(c) == 3 and isinstance(c[2], dict)]
            elif isinstance(value, dict):
                # a line is sent with the form it is on, which may be new
                forms = [value]
                value = value.get("id")
            if field.type == "many2one" and value:
                found[field.comodel_name].add(value)
            for form in forms:
                named = self.env[field.comodel_name]._cocare_named(form)
                for model, ids in named.items():
                    found[model] |= ids
        return found
