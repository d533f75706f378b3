from . import cocare_vat_status_change
from . import cocare_combined_accounts
from . import cocare_combined_accounts_line
from . import cocare_combined_accounts_difference
from . import cocare_document_ask
from . import cocare_document_upload
from . import cocare_bank_upload
from . import cocare_treasury
