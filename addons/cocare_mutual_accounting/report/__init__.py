from . import cocare_recharge_statement
from . import report_xlsx_abstract
