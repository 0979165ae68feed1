"""In what people speak, and how long anybody waits for what they said."""

from datetime import timedelta

from banyan.parties.people import Language as PersonLanguage

KEPT = timedelta(days=1)
"""How long is known what was heard."""
TAKINGS_MAX = 3
"""How often somebody tries to hear a voice at most."""

SPOKEN = {PersonLanguage.ZH: "zh_CN", PersonLanguage.EN: "en_US"}
"""In what people speak who read these languages."""
