from . import cocare_agreement_paper
from . import cocare_agreement_termination
from . import cocare_consent_withdrawal
from . import cocare_firm_completion
from . import cocare_firm_completion_line
from . import cocare_firm_onboarding
from . import cocare_governed_decision
from . import cocare_membership_step
