"""
Social networks and the profiles on them.
"""

from leadmodel.networks.lookalikes import CONFUSABLES, skeleton
from leadmodel.networks.profile import Profile, identity_of
from leadmodel.networks.rows import NETWORKS, Network, network_of

__all__ = ["CONFUSABLES", "NETWORKS", "Network", "Profile", "identity_of", "network_of", "skeleton"]
