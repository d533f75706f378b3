from . import cocare_vat_status_change
