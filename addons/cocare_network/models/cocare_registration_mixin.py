from odoo import api, fields, models

from .. import registration_numbers as numbers

#: legal forms that may have no number of the register: an association gets one when
#: it employs somebody or is given public money
WITHOUT_NUMBER = frozenset({"association_1901", "association_alsace_moselle", "other"})


class CocareRegistrationMixin(models.AbstractModel):
    """Says beside a SIRET, a VAT number and a postcode what is wrong with them.

    The model has the fields ``company_registry``, ``vat`` and ``zip``. A number that can
    be put right is offered, and taken by one click; nothing is put right by itself.
    What is checked, and how, is in ``registration_numbers.py``.
    """

    _name = "cocare.registration.mixin"
    _description = "Numbers of a firm, checked"

    cocare_registry_note = fields.Char(compute="_compute_cocare_registry_note")
    cocare_registry_offer = fields.Char(compute="_compute_cocare_registry_note")
    cocare_vat_note = fields.Char(compute="_compute_cocare_vat_note")
    cocare_vat_offer = fields.Char(compute="_compute_cocare_vat_note")
    cocare_zip_note = fields.Char(compute="_compute_cocare_zip_note")
    cocare_zip_offer = fields.Char(compute="_compute_cocare_zip_note")

    @api.depends("company_registry")
    @api.depends_context("lang")
    def _compute_cocare_registry_note(self):
        for record in self:
            note = offer = False
            if record.company_registry and record._cocare_in_france():
                check = numbers.check_siret(record.company_registry)
                note, offer = self._cocare_told("siret", check), check.offer
                note = note or record._cocare_twin_note()
            record.cocare_registry_note = note
            record.cocare_registry_offer = offer

    @api.depends("vat", "company_registry")
    @api.depends_context("lang")
    def _compute_cocare_vat_note(self):
        for record in self:
            note = offer = False
            registry = record.company_registry
            if record.vat and record._cocare_in_france():
                check = numbers.check_vat(record.vat, registry)
                note, offer = self._cocare_told("vat", check), check.offer
            elif record._cocare_wants_vat() and numbers.siren_of(registry):
                offer = numbers.vat_of(numbers.siren_of(registry))
                note = self.env._("If it charges VAT, this is its number.")
            record.cocare_vat_note = note
            record.cocare_vat_offer = offer

    @api.depends("zip")
    @api.depends_context("lang")
    def _compute_cocare_zip_note(self):
        for record in self:
            note = offer = False
            if record.zip and record._cocare_in_france():
                check = numbers.check_postcode(record.zip)
                note, offer = self._cocare_told("zip", check), check.offer
            record.cocare_zip_note = note
            record.cocare_zip_offer = offer

    def action_cocare_take_registry(self):
        """Take the SIRET that is offered instead of the one that does not verify."""
        return self._cocare_take("company_registry", self.cocare_registry_offer)

    def action_cocare_take_vat(self):
        return self._cocare_take("vat", self.cocare_vat_offer)

    def action_cocare_take_zip(self):
        return self._cocare_take("zip", self.cocare_zip_offer)

    def _cocare_take(self, name, offer):
        """Write an offered number.

        :param str name: the field
        :param offer: what is offered, nothing when the number was put right meanwhile
        """
        self.ensure_one()
        if offer:
            self[name] = offer

    def _cocare_in_france(self):
        """Whether the numbers are those of France."""
        return True

    def _cocare_wants_vat(self):
        """Whether a missing VAT number is worth a word."""
        return False

    def _cocare_twin_note(self):
        """What is said when the network has a firm with this SIREN, False when not."""
        return False

    @api.model
    def _cocare_told(self, what, check):
        """A problem in words, in the user's language.

        :param str what: ``siret``, ``vat``, ``zip`` or ``iban``
        :param check: ``registration_numbers.Check``
        :return: str, False when there is no problem
        """
        if not check.problem:
            return False
        return self._cocare_words()[what].get(check.problem) or self.env._(
            "“%(number)s” has a character that does not belong there.",
            number=check.number,
        )

    @api.model
    def _cocare_words(self):
        """:return: ``{what: {problem: words}}``"""
        wrong_digit = self.env._(
            "This number does not exist: a digit is wrong, or two changed places."
        )
        rounded = self.env._(
            "A spreadsheet rounded this number: its last digits are lost. Copy it "
            "from the document again."
        )
        return {
            "siret": {
                "missing_zero": self.env._(
                    "Zeros are missing at the beginning: spreadsheets remove them. "
                    "With them the number is right."
                ),
                "rounded": rounded,
                "length": self.env._("A SIRET has 14 digits."),
                "siren": self.env._(
                    "This is the SIREN of the firm; a SIRET has 5 digits more, those "
                    "of the establishment."
                ),
                "checksum": wrong_digit,
            },
            "vat": {
                "length": self.env._(
                    "A French VAT number has FR, two characters and the 9 digits of "
                    "the SIREN."
                ),
                "country": self.env._("A French VAT number starts with FR."),
                "checksum": wrong_digit,
                "other_firm": self.env._(
                    "This VAT number is that of another SIREN than the SIRET's."
                ),
            },
            "zip": {
                "missing_zero": self.env._(
                    "The zero at the beginning is missing: spreadsheets remove it."
                ),
                "rounded": rounded,
                "length": self.env._("A postcode has 5 digits."),
                "checksum": self.env._("No French postcode starts so."),
            },
            "iban": {
                "length": self.env._("This is no IBAN."),
                "checksum": self.env._(
                    "This account does not exist: a character is wrong, or two "
                    "changed places."
                ),
            },
        }

    @api.model
    def _cocare_refusals(self, values):
        """What keeps a firm with these numbers out, in words.

        :param dict values: of ``res.company``
        :return: list of str, empty when all is well
        """
        registry, form = values.get("company_registry"), values.get("cocare_legal_form")
        checks = []
        if registry:
            checks.append(("siret", self.env._("SIRET"), numbers.check_siret(registry)))
        if values.get("vat"):
            check = numbers.check_vat(values["vat"], registry)
            checks.append(("vat", self.env._("VAT number"), check))
        if values.get("zip"):
            check = numbers.check_postcode(values["zip"])
            checks.append(("zip", self.env._("Postcode"), check))
        refusals = [
            self.env._(
                "%(field)s “%(number)s”: %(problem)s",
                field=field,
                number=check.number,
                problem=self._cocare_told(what, check),
            )
            if not check.offer
            else self.env._(
                "%(field)s “%(number)s”: %(problem)s Take “%(offer)s”?",
                field=field,
                number=check.number,
                problem=self._cocare_told(what, check),
                offer=check.offer,
            )
            for what, field, check in checks
            if check.problem
        ]
        if not registry and form and form not in WITHOUT_NUMBER:
            forms = dict(
                self.env["res.company"]
                ._fields["cocare_legal_form"]
                ._description_selection(self.env)
            )
            refusals.append(
                self.env._(
                    "SIRET: a firm of this legal form (%(form)s) has one.",
                    form=forms[form],
                )
            )
        return refusals

    @api.model
    def _cocare_cleaned(self, values):
        """Values with their numbers as the registers write them."""
        return {
            name: numbers.cleaned(value)
            if value and name in ("company_registry", "vat", "zip")
            else value
            for name, value in values.items()
        }
