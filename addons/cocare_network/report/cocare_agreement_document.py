import base64
import io

from PIL import Image

from odoo import api, models
from odoo.tools.misc import format_date, format_datetime, formatLang

from . import agreement_pdf
from .fonts import font_files


class CocareAgreementDocument(models.AbstractModel):
    """The facts of an agreement as its document states them, in the firm's language."""

    _name = "cocare.agreement.document"
    _description = "Document of an agreement"

    @api.model
    def _pdf(self, agreement):
        """The document of an agreement as it stands, with the signatures it has.

        :param agreement: ``cocare.agreement``, readable by the caller
        :return: bytes
        """
        lang = agreement.company_id.partner_id.lang or self.env.lang
        agreement = agreement.with_context(lang=lang)
        document = self.with_context(lang=lang)._facts(agreement)
        return agreement_pdf.render(document, font_files())

    def _facts(self, agreement):
        operator = agreement.network_id.operator_id
        return agreement_pdf.Document(
            title=self.env._("Service agreement"),
            subtitle=agreement.service_id.name,
            reference=agreement.reference or "",
            parties=[
                self._party(self.env._("The operator"), operator),
                self._party(self.env._("The firm"), agreement.company_id),
            ],
            sections=[
                (self.env._("What is agreed on"), self._service(agreement)),
                (self.env._("For how long"), self._term(agreement)),
                (self.env._("Price and key"), self._price(agreement)),
            ],
            clauses_heading=self.env._("Clauses"),
            clauses=agreement.clauses or "",
            signatures_heading=self.env._("Signatures"),
            signatures=[
                self._signature(
                    self.env._("For the operator"), agreement.operator_signature_id
                ),
                self._signature(
                    self.env._("For the firm"), agreement.firm_signature_id
                ),
            ],
            page=self.env._("Page {page}"),
        )

    def _party(self, role, company):
        partner = company.partner_id
        city = " ".join(filter(None, (partner.zip, partner.city)))
        registry = company.company_registry
        forms = dict(
            company._fields["cocare_legal_form"]._description_selection(self.env)
        )
        return agreement_pdf.Party(
            role=role,
            name=company.name,
            lines=[
                forms.get(company.cocare_legal_form),
                partner.street,
                city,
                registry and self.env._("SIRET: %(number)s", number=registry),
                company.vat and self.env._("VAT: %(number)s", number=company.vat),
            ],
            logo=self._picture(company.logo),
        )

    def _service(self, agreement):
        rows = [(self.env._("Service"), agreement.service_id.name)]
        if agreement.service_id.description:
            rows.append((self.env._("What it does"), agreement.service_id.description))
        rows.append((self.env._("Counted in"), agreement.uom_id.name))
        if agreement.volume:
            used = agreement.service_id._quantity_text(agreement.volume)
            rows.append((self.env._("Expected use a month"), used))
        if agreement.replaces_id:
            rows.append((self.env._("Replaces"), agreement.replaces_id.reference))
        if agreement.note:
            rows.append((self.env._("Particular"), agreement.note))
        return rows

    def _term(self, agreement):
        rows = [(self.env._("From"), format_date(self.env, agreement.date_start))]
        if agreement.duration:
            months = self.env._("%(count)s months", count=agreement.duration)
            rows.append((self.env._("Duration"), months))
        else:
            rows.append((self.env._("Duration"), self.env._("Until notice is given")))
        if agreement.date_end:
            end = format_date(self.env, agreement.date_end)
            rows.append((self.env._("Last day"), end))
        if agreement.renewal:
            text = self.env._(
                "By %(count)s months at a time, unless notice is given",
                count=agreement.renewal,
            )
            rows.append((self.env._("Renewal"), text))
        notice = self.env._("%(count)s months, by either side", count=agreement.notice)
        if agreement.notice_month_end:
            notice = self.env._("%(notice)s, to the end of a month", notice=notice)
        rows.append((self.env._("Notice"), notice))
        return rows

    def _price(self, agreement):
        rows = []
        if agreement.price_text:
            rows.append((self.env._("Announced price"), agreement.price_text))
            tariff = agreement._tariff()
            if tariff.decision_ref:
                rows.append((self.env._("Price adopted by"), tariff.decision_ref))
            month, year = (
                formatLang(self.env, amount, currency_obj=agreement.currency_id)
                for amount in (agreement.expected_month, agreement.expected_year)
            )
            expected = self.env._(
                "%(month)s a month, %(year)s a year", month=month, year=year
            )
            rows.append((self.env._("Expected cost, before tax"), expected))
        rows.append(
            (
                self.env._("What is paid"),
                self.env._(
                    "The real cost of the service, shared by the key in force each "
                    "month. The announced price serves to foresee it."
                ),
            )
        )
        key = agreement.key_text or agreement.key_id.name
        if key:
            rows.append((self.env._("Key in force"), key))
        return rows

    def _signature(self, role, signature):
        if not signature:
            return agreement_pdf.Signature(role=role)
        when = format_datetime(
            self.env, signature.signed_at, tz="UTC", dt_format="dd/MM/yyyy HH:mm:ss"
        )
        lines = [
            self.env._("Signed on %(when)s UTC", when=when),
            self.env._("Account: %(login)s", login=signature.user_id.login),
        ]
        if signature.ip_address:
            lines.append(
                self.env._("IP address: %(address)s", address=signature.ip_address)
            )
        return agreement_pdf.Signature(
            role=role,
            name=signature.signatory,
            lines=lines,
            image=self._picture(signature.image),
        )

    def _picture(self, encoded):
        """A stored picture as PNG bytes; none when it is no raster image (e.g. SVG)."""
        if not encoded:
            return b""
        content = base64.b64decode(encoded)
        if content[:5] in (b"<?xml", b"<svg "):
            return b""
        png = io.BytesIO()
        Image.open(io.BytesIO(content)).convert("RGBA").save(png, "PNG")
        return png.getvalue()
