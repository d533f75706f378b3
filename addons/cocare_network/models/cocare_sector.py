from odoo import fields, models


class CocareSector(models.Model):
    """A trade that firms are found by: market gardening, joinery, care…"""

    _name = "cocare.sector"
    _description = "Sector"
    _order = "name"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)

    _name_unique = models.UniqueIndex("(name)", "This sector exists already.")
