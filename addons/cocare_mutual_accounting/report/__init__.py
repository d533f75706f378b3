from . import cocare_recharge_statement
