import base64
import hashlib
import io

from PIL import Image
from pypdf import PdfReader

from odoo.tests import HttpCase, tagged

from .agreement_common import AgreementCommon


def ink(image):
    """Whether the line of the tour is drawn: on its diagonal, and not beside it."""
    paper = Image.new("RGBA", image.size, "white")
    paper.alpha_composite(image.convert("RGBA"))
    width, height = image.size

    def darkest(x, y):
        around = (x * width - 9, y * height - 9, x * width + 9, y * height + 9)
        return paper.convert("L").crop(tuple(map(int, around))).getextrema()[0]

    return darkest(0.5, 0.5) < 100 and darkest(0.75, 0.25) > 200


@tagged("post_install", "-at_install")
class TestAgreementTour(AgreementCommon, HttpCase):
    """A worker-member draws a signature, in a browser."""

    def test_a_member_draws_a_signature(self):
        agreement = self._proposed()
        member = self.members[self.firm_a]
        self.start_tour("/my/agreements", "cocare_sign_agreement", login=member.login)
        self.assertEqual(agreement.state, "signed")
        signature = agreement.sudo().firm_signature_id
        self.assertEqual(signature.signatory, "Zoé Müller")
        self.assertEqual(signature.user_id, member)
        drawn = Image.open(io.BytesIO(base64.b64decode(signature.image)))
        self.assertTrue(ink(drawn))
        content = signature.document_id.raw
        self.assertEqual(signature.sha256, hashlib.sha256(content).hexdigest())
        # beside the operator's logo
        (printed,) = (
            shown.image
            for page in PdfReader(io.BytesIO(content)).pages
            for shown in page.images
            if shown.image.size == drawn.size
        )
        self.assertTrue(ink(printed))
