from . import cocare_firm_onboarding
