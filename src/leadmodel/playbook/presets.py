"""
The preset playbooks.

Their namespace is published, so ids derived under it are no secret: it is for samples and tests, and an organisation
sets one of its own.
"""

from typing import Final

from leadmodel.playbook.playbook import Playbook
from leadmodel.processes import pipelines, statuses

#: The least that a playbook can be.
SIMPLE: Final = Playbook(key="simple", label="Simple", pipelines=pipelines.SIMPLE, statuses=statuses.SIMPLE)

#: Zoho CRM's stages, statuses and field mapping.
ZOHO: Final = Playbook(key="zoho", label="Zoho CRM", pipelines=pipelines.ZOHO, statuses=statuses.ZOHO)

#: The presets by key.
PRESETS: Final = {playbook.key: playbook for playbook in (SIMPLE, ZOHO)}
