"""
The types of ActivityStreams 2.0, and what an object of each makes.

Rule:
    W3C Recommendation Activity Vocabulary.
"""

from enum import StrEnum
from typing import Final

__all__ = ["TYPES", "Makes"]


class Makes(StrEnum):
    """
    What an object of a type makes.
    """

    #: An update of its own.
    ITSELF = "itself"
    #: The object as an update, under the object's id.
    POST = "post"
    #: The object as an update, under the activity's id: it may not be the first about that object.
    NEWS = "news"
    #: The object as an update that the actor passed on.
    REPOST = "repost"
    #: An update by the actor that answers the object.
    REACTION = "reaction"
    #: What its members make.
    MEMBERS = "members"
    #: Nothing; it is read for mistakes only.
    NOTHING = "nothing"


# fmt: off
_ROWS: Final = (
    (Makes.POST,     "Create"),
    (Makes.NEWS,     "Add Update"),
    (Makes.REPOST,   "Announce"),
    (Makes.REACTION, "Accept Arrive Dislike Follow Invite Join Like Listen Offer Read TentativeAccept Travel View"),
    (Makes.REACTION, "EmojiReact EmojiReaction"),  # not of the vocabulary, and sent by Pleroma, Akkoma and others
    (Makes.NOTHING,  "Block Delete Flag Ignore Leave Move Reject Remove TentativeReject Undo"),
    (Makes.ITSELF,   "Article Audio Document Event Image Note Page Question Video"),
    (Makes.MEMBERS,  "Collection CollectionPage OrderedCollection OrderedCollectionPage"),
    (Makes.NOTHING,  "Application Group Organization Person Service"),
    (Makes.NOTHING,  "Link Mention Place Profile Relationship Tombstone"),
)
# fmt: on
#: What each type of the vocabulary makes. An object of no type here makes itself if it has content, else nothing.
TYPES: Final = {name: makes for makes, names in _ROWS for name in names.split()}
