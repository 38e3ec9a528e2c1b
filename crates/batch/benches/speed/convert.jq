# The conversion in jq: the rules of straightforward.rs, without uuid (jq has no SHA-1),
# addresses as they stand, leftovers of the action only.
def entity: {id, type: .objectType, alternateId: .login, displayName, detailEntry: null};
fromjson? | . as $event
| ($types[.action.objectType] // {}) as $row
| (.actors // []) as $actors
| (first($actors[] | select(.objectType == "Client")) // null) as $client
| (first($actors[] | select(.objectType != "Client")) // .targets[0] // null) as $actor
| {
    actor: ($actor | if . == null then null else entity end),
    client: {
      userAgent: ($client | if . == null then null else {rawUserAgent: .id, os: null, browser: .displayName} end),
      zone: null, device: null, id: null, ipAddress: $client.ipAddress, geographicalContext: null
    },
    device: null,
    authenticationContext: {
      authenticationProvider: null, credentialProvider: null, credentialType: null, issuer: null,
      interface: null, authenticationStep: 0, externalSessionId: .sessionId
    },
    displayMessage: .action.message,
    eventType: ($row.event_type // .action.objectType),
    outcome: {result: $row.outcome_result, reason: null},
    published,
    securityContext: {asNumber: null, asOrg: null, isp: null, domain: null, isProxy: null},
    severity: $row.severity,
    debugContext: {debugData: {
      requestUri: .action.requestUri,
      legacyEvent: {eventId, action: (.action | del(.message, .objectType, .requestUri))}
    }},
    legacyEventType: .action.objectType,
    transaction: {type: (if .action.requestUri == "Background" then "JOB" else "WEB" end), id: .requestId, detail: {}},
    version: "0",
    request: {ipChain: [$client.ipAddress // empty | {ip: ., geographicalContext: null, version: "V4", source: null}]},
    target: [.targets[]? | entity]
  }
