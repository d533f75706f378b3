from . import portal_clearing
