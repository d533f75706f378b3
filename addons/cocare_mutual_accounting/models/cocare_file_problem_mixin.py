from odoo import api, fields, models


class CocareFileProblemMixin(models.AbstractModel):
    """One thing to correct (error) or to know (warning) in a file that was given.

    The code and its values are stored, not the sentence: each reader sees it in their
    own language. The model has the file, and says ``_message(code, details)``.
    """

    _name = "cocare.file.problem.mixin"
    _description = "Problem in a file"
    _order = "level, line, id"
    _rec_name = "message"

    level = fields.Selection(
        [("error", "To correct"), ("warning", "To know")], required=True
    )
    line = fields.Integer()
    code = fields.Char(required=True)
    details = fields.Json()
    message = fields.Text(compute="_compute_message")

    @api.depends_context("lang")
    @api.depends("code", "details")
    def _compute_message(self):
        for problem in self:
            problem.message = self._message(problem.code, problem.details or {})
