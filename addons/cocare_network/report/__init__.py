from . import agreement_pdf
from . import cocare_agreement_document
