# Holds what it reads to be an Atom feed as RFC 4287 wants it, and prints its entries.
#   read_feed.py URL < FEED      URL: the feed's own address, to which its links are relative
import re
import sys
import urllib.parse
import xml.etree.ElementTree as ET

ATOM = "{http://www.w3.org/2005/Atom}"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
URN = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
OWN = {"feed", "id", "title", "updated", "author", "name", "link", "entry", "category", "summary"}


def only(element, name):
    found = element.findall(ATOM + name)
    assert len(found) == 1, f"{len(found)} of {name} in {element.tag}"
    return found[0]


def text_of(element, name):
    """Of a text construct: it is plain text, unless it says otherwise (3.1.1)."""
    one = only(element, name)
    assert one.get("type", "text") == "text" and len(one) == 0, f"{name} isn't text"
    return one.text or ""


def link(element, relation):
    found = [one for one in element.findall(ATOM + "link") if one.get("rel") == relation]
    assert len(found) == 1, f"{len(found)} links {relation}"
    return urllib.parse.urljoin(sys.argv[1], found[0].get("href"))


def checked(element):
    """What a feed and an entry have in common (4.1.1, 4.1.2): id and time."""
    identity, updated = text_of(element, "id"), text_of(element, "updated")
    assert URN.fullmatch(identity), identity
    assert TIME.fullmatch(updated), updated
    return identity, updated


feed = ET.fromstring(sys.stdin.buffer.read())
assert feed.tag == ATOM + "feed", feed.tag
for element in feed.iter():
    assert element.tag.startswith(ATOM) and element.tag[len(ATOM) :] in OWN, element.tag
feed_id, feed_updated = checked(feed)
assert text_of(feed, "title")
assert text_of(only(feed, "author"), "name")  # entries without an author have the feed's
entries = feed.findall(ATOM + "entry")
times = [checked(entry)[1] for entry in entries]
assert feed_updated >= max(times, default="")
ids = [checked(entry)[0] for entry in entries]
assert len(set(ids + [feed_id])) == len(ids) + 1, "an id comes twice"
print(link(feed, "self"))
for entry in entries:
    assert all(category.get("term") for category in entry.findall(ATOM + "category"))
    print(text_of(entry, "id"), link(entry, "alternate"), text_of(entry, "title"))
