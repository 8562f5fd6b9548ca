"""One v11 record into a `Record`. The shapes are those of the interface's own description (`V11VmOpenApi…`)."""

from typing import Any

from catalogue.ptv.reading import Feed
from catalogue.ptv.reasons import Reason, Remark
from catalogue.ptv.records import Kind, Record, Refusal
from catalogue.ptv.texts import one_line
from catalogue.ptv.v11.channels import channel, is_channel
from catalogue.ptv.v11.services import general_description, provider, service
from catalogue.ptv.v11.values import Json, all_in_languages, objects, uuid_of
from catalogue.ptv.v11.wrong import NotTaken

_NAMES = ("serviceNames", "serviceChannelNames", "organizationNames", "names")
# What the source says of a record that it shows no longer.
_GONE = {"Archived", "Deleted", "Removed", "Withdrawn", "OldPublished"}


def feed_of(item: Json) -> Feed | None:
    """What kind of record it is, by what it alone has; None for none of ours."""
    if is_channel(item):
        return Feed.CHANNEL
    if "organizationNames" in item or "organizationType" in item:
        return Feed.PROVIDER
    if "generalDescriptionType" in item or ("names" in item and "serviceNames" not in item):
        return Feed.GENERAL
    if "serviceNames" in item or "serviceDescriptions" in item or "serviceClasses" in item:
        return Feed.SERVICE
    return None


def is_gone(item: Json) -> bool:
    return str(item.get("publishingStatus")) in _GONE


def read(item: object) -> Record | Refusal:
    """The record, or why it is refused."""
    if not isinstance(item, dict):
        return Refusal("", "", "", Remark(Reason.NOT_A_RECORD, detail=type(item).__name__))
    feed = feed_of(item)
    try:
        if feed is None:
            raise NotTaken(Reason.UNKNOWN_TYPE, ", ".join(sorted(map(str, item)))[:100])
        ptv_id = uuid_of(item.get("id"))
        if ptv_id is None:
            raise NotTaken(Reason.WITHOUT_ID, item.get("id"))
        status = item.get("publishingStatus")
        if status not in (None, "Published"):
            raise NotTaken(Reason.NOT_PUBLISHED, status)
        read_one = {
            Feed.GENERAL: general_description,
            Feed.PROVIDER: provider,
            Feed.CHANNEL: channel,
            Feed.SERVICE: service,
        }[feed]
        record = read_one(item, ptv_id)
        if not record.name:
            raise NotTaken(Reason.WITHOUT_NAME)
        return record
    except NotTaken as wrong:
        remark = Remark(wrong.reason, detail=str(wrong.detail or ""))
        return Refusal(_kind(feed, item), one_line(item.get("id"))[:80], _name(item), remark)


def _kind(feed: Feed | None, item: Json) -> str:
    if feed is Feed.CHANNEL:
        return Kind.LOCATION if item.get("serviceChannelType") == "ServiceLocation" else Kind.CHANNEL
    kinds = {Feed.GENERAL: Kind.GENERAL, Feed.PROVIDER: Kind.PROVIDER, Feed.SERVICE: Kind.SERVICE}
    return kinds[feed] if feed else ""


def _name(item: dict[str, Any]) -> str:
    for key in _NAMES:
        for row in objects(item.get(key)):
            names = all_in_languages([row])
            for told in names.values():
                return told[0][:200]
    return ""
