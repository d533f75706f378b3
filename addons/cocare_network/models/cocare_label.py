from odoo import fields, models


class CocareLabel(models.Model):
    """A label or an approval that a firm may hold: organic farming, ESUS…"""

    _name = "cocare.label"
    _description = "Label"
    _order = "name"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    description = fields.Char(translate=True)

    _name_unique = models.UniqueIndex("(name)", "This label exists already.")
