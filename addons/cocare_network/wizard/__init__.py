from . import cocare_firm_onboarding
from . import cocare_governed_decision
