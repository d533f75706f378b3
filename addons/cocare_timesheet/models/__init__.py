from . import cocare_mission
from . import cocare_service
from . import cocare_time_entry
