from odoo import models


class DiscussChannel(models.Model):
    _name = "discuss.channel"
    _inherit = ["discuss.channel", "cocare.firm.mark.mixin"]
