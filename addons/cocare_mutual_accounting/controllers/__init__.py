from . import portal_recharges
