from . import portal_clearing
from . import portal_deadlines
from . import portal_documents
from . import portal_recharges
from . import portal_treasury
