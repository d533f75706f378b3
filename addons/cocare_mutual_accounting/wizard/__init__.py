from . import cocare_vat_status_change
from . import cocare_combined_accounts
from . import cocare_combined_accounts_line
from . import cocare_combined_accounts_difference
