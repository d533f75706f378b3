from . import portal_clearing
from . import portal_recharges
