"""The conversion with orjson: the rules of straightforward.rs, without leftovers of parties."""

import csv
import ipaddress
import sys
import uuid

import orjson

NAMESPACE = uuid.UUID("8ca230f2-e4e3-590e-bc38-a2d27537c056")


def entity(party):
    return {
        "id": party.get("id"),
        "type": party.get("objectType"),
        "alternateId": party.get("login"),
        "displayName": party.get("displayName"),
        "detailEntry": None,
    }


def convert(event, types):
    action = event["action"]
    legacy_type = action["objectType"]
    row = types.get(legacy_type)
    actors = event.get("actors") or []
    targets = event.get("targets") or []
    client = next((it for it in actors if it.get("objectType") == "Client"), None)
    actor = next((it for it in actors if it.get("objectType") != "Client"), None)
    if actor is None and client is not None and targets:
        actor = targets[0]
    version = None
    address = client.get("ipAddress") if client else None
    if address:
        try:
            version = "V%d" % ipaddress.ip_address(address).version
        except ValueError:
            address = None
    else:
        address = None
    if actor is not None:
        actor = entity(actor)
        if actor["id"] == "":
            actor["id"] = "unknown"
        elif actor["id"] and actor["id"].startswith("spr") and actor["type"] == "User":
            actor["type"] = "SystemPrincipal"
    kept = {k: v for k, v in event.items() if k not in KNOWN}
    kept["eventId"] = event["eventId"]
    rest = {k: v for k, v in action.items() if k not in KNOWN_ACTION}
    if rest:
        kept["action"] = rest
    if len(actors) > 2 or not targets:
        kept["actors"], kept["targets"] = actors, targets
    result, reason = (row["outcome_result"] or None, row["outcome_reason"] or None) if row else (None, None)
    request_uri = action.get("requestUri")
    return {
        "actor": actor,
        "client": {
            "userAgent": {"rawUserAgent": client.get("id"), "os": None, "browser": client.get("displayName")}
            if client
            else None,
            "zone": None,
            "device": None,
            "id": None,
            "ipAddress": address,
            "geographicalContext": None,
        },
        "device": None,
        "authenticationContext": {
            "authenticationProvider": None,
            "credentialProvider": None,
            "credentialType": None,
            "issuer": None,
            "interface": None,
            "authenticationStep": 0,
            "externalSessionId": event.get("sessionId"),
        },
        "displayMessage": action.get("message"),
        "eventType": (row["event_type"] if row else None) or legacy_type,
        "outcome": {"result": result, "reason": reason} if result or reason else None,
        "published": event["published"],
        "securityContext": {"asNumber": None, "asOrg": None, "isp": None, "domain": None, "isProxy": None},
        "severity": (row["severity"] or None) if row else None,
        "debugContext": {"debugData": {"requestUri": request_uri, "legacyEvent": kept}},
        "legacyEventType": legacy_type,
        "transaction": {
            "type": "JOB" if request_uri == "Background" else "WEB",
            "id": event.get("requestId"),
            "detail": {},
        },
        "uuid": str(uuid.uuid5(NAMESPACE, event["eventId"])),
        "version": "0",
        "request": {
            "ipChain": [{"ip": address, "geographicalContext": None, "version": version, "source": None}]
            if address
            else []
        },
        "target": [entity(it) for it in targets] or None,
    }


KNOWN = {"eventId", "sessionId", "requestId", "published", "action", "actors", "targets"}
KNOWN_ACTION = {"message", "objectType", "requestUri"}


def main():
    with open(sys.argv[1], newline="") as table:
        types = {row["legacy_event_type"]: row for row in csv.DictReader(table)}
    out = sys.stdout.buffer
    with open(sys.argv[2], "rb") as archive:
        for line in archive:
            try:
                event = orjson.loads(line)
            except orjson.JSONDecodeError:
                continue
            out.write(orjson.dumps(convert(event, types)))
            out.write(b"\n")


main()
