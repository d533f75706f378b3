from . import cocare_firm_onboarding
from . import cocare_vat_status_change
