from . import test_allocation
from . import test_books_security
from . import test_fec_import
from . import test_fec_reader
from . import test_fec_real_ledger
from . import test_fec_security
from . import test_run
from . import test_tours
