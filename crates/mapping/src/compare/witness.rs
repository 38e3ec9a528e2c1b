//! A whole event around the few attributes that tell two queries apart.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::event::{ConvertOptions, Converter};
use crate::tables::Tables;
use crate::time;

/// Makes a LogEvent of the attributes in `witness`, and the legacy event it could come from; of
/// those that `agrees` takes, the most complete. `None` if it takes none.
pub(super) fn event(
    witness: &Value,
    is_unlisted: bool,
    at: Timestamp,
    tables: &Tables,
    agrees: impl Fn(&Value) -> bool,
) -> Option<(Option<Value>, Value)> {
    let mut witness = witness.as_object()?.clone();
    if is_unlisted && let Some(legacy_event_type) = witness.get("legacyEventType").cloned() {
        // A type in no table has no successor: converted, it stands unchanged.
        witness.insert("eventType".to_owned(), legacy_event_type);
    }
    let mut witness = Value::Object(witness);
    let published = time::spelled(at)?;
    if let Some(legacy) = legacy_event(&witness, &published) {
        for candidate in [with_defaults(&legacy), legacy] {
            let Some(mut log_event) = converted(&candidate, tables) else {
                continue;
            };
            merge(&mut log_event, &witness);
            if agrees(&log_event) {
                return Some((Some(candidate), log_event));
            }
        }
    }
    // An event that the Events API could not have had.
    merge(&mut witness, &json!({"published": published}));
    agrees(&witness).then_some((None, witness))
}

fn converted(legacy: &Value, tables: &Tables) -> Option<Value> {
    let mut out = Vec::new();
    let mut converter = Converter::new(tables, ConvertOptions::default());
    converter.convert(&legacy.to_string(), &mut out).ok()?;
    serde_json::from_slice(&out).ok()
}

/// The legacy event that has what the LogEvent `witness` says, and nothing else.
fn legacy_event(witness: &Value, published: &str) -> Option<Value> {
    let at = |pointer: &str| {
        witness
            .pointer(pointer)
            .filter(|value| value.is_string())
            .cloned()
    };
    let object = |members: [(&str, Option<Value>); 5]| -> Map<String, Value> {
        let members = members.into_iter();
        members
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect()
    };
    let party = |value: &Value| {
        let named = |name: &str| value.get(name).filter(|value| value.is_string()).cloned();
        Value::Object(object([
            ("id", named("id")),
            ("displayName", named("displayName")),
            ("login", named("alternateId")),
            ("objectType", named("type")),
            ("ipAddress", None),
        ]))
    };
    let mut event = object([
        ("eventId", Some(json!("tev1"))),
        ("sessionId", at("/authenticationContext/externalSessionId")),
        ("requestId", at("/transaction/id")),
        ("published", Some(json!(published))),
        (
            "action",
            Some(Value::Object(object([
                ("message", at("/displayMessage")),
                ("objectType", Some(at("/legacyEventType")?)),
                ("requestUri", at("/debugContext/debugData/requestUri")),
                ("categories", None),
                ("", None),
            ]))),
        ),
    ]);
    let mut actors = Vec::new();
    if let Some(actor) = witness.get("actor").filter(|actor| actor.is_object()) {
        let mut legacy = party(actor);
        let is = |name: &str, text: &str| actor.get(name).and_then(Value::as_str) == Some(text);
        if is("id", "unknown") {
            merge(&mut legacy, &json!({"id": ""}));
        }
        if is("type", "SystemPrincipal") {
            merge(&mut legacy, &json!({"objectType": "User"}));
            if actor.get("id").is_none() {
                merge(&mut legacy, &json!({"id": "spr1"}));
            }
        }
        actors.push(legacy);
    }
    let client = object([
        ("id", at("/client/userAgent/rawUserAgent")),
        ("displayName", at("/client/userAgent/browser")),
        ("ipAddress", at("/client/ipAddress")),
        ("", None),
        ("", None),
    ]);
    if !client.is_empty() {
        let mut client = client;
        client.insert("objectType".to_owned(), json!("Client"));
        if actors.is_empty() {
            // With a Client only, the first target would be the actor.
            actors.push(json!({"objectType": "User"}));
        }
        actors.push(Value::Object(client));
    }
    if !actors.is_empty() {
        event.insert("actors".to_owned(), Value::Array(actors));
    }
    if let Some(Value::Array(targets)) = witness.get("target") {
        let targets = targets.iter().map(party).collect();
        event.insert("targets".to_owned(), Value::Array(targets));
    }
    Some(Value::Object(event))
}

/// The same event with what real ones have besides.
fn with_defaults(legacy: &Value) -> Value {
    let mut event = json!({
        "eventId": "tev1",
        "sessionId": "102a",
        "requestId": "req1",
        "published": null,
        "action": {"message": "", "categories": [], "objectType": null, "requestUri": "/"},
        "actors": [{"id": "00u1", "displayName": "Sample User", "login": "someone@example.com", "objectType": "User"}],
        "targets": [],
    });
    merge(&mut event, legacy);
    event
}

/// Puts `over` over `under`, member by member and element by element.
fn merge(under: &mut Value, over: &Value) {
    match (under, over) {
        (Value::Object(under), Value::Object(over)) => {
            for (name, value) in over {
                merge(under.entry(name.clone()).or_insert(Value::Null), value);
            }
        }
        (Value::Array(under), Value::Array(over)) => {
            for (at, value) in over.iter().enumerate() {
                match under.get_mut(at) {
                    Some(element) => merge(element, value),
                    None => under.push(value.clone()),
                }
            }
        }
        (under, over) => *under = over.clone(),
    }
}
