//! A legacy event as legacy filters see it.

use serde_json::{Map, Value};

use crate::time;

/// The event that a legacy filter is evaluated on.
///
/// A filter says `target` for any of the targets, `actor` for the actor that is no Client,
/// `client` for the one that is, and `actors` for either: this is the event with its attributes under those names, and
/// `published` spelled as the System Log does. Assumed, since Okta documents only
/// `target.objectType` and `target.id`.
#[must_use]
pub fn legacy_view(legacy_event: &Value) -> Value {
    let mut view = legacy_event.as_object().cloned().unwrap_or_default();
    if let Some(spelled) = view
        .get("published")
        .and_then(Value::as_str)
        .and_then(time::parse)
        .and_then(time::spelled)
    {
        view.insert("published".to_owned(), Value::String(spelled));
    }
    let is_client = |actor: &&Map<String, Value>| {
        actor.get("objectType").and_then(Value::as_str) == Some("Client")
    };
    let list = |name: &str| -> Vec<Map<String, Value>> {
        let elements = legacy_event.get(name).and_then(Value::as_array);
        let objects = elements.into_iter().flatten().filter_map(Value::as_object);
        objects.cloned().collect()
    };
    let (actors, targets) = (list("actors"), list("targets"));
    let client = actors.iter().find(is_client).cloned();
    let mut actor = actors.iter().find(|actor| !is_client(actor)).cloned();
    if actor.is_none() && client.is_some() {
        actor = targets.first().cloned();
    }
    if let Some(address) = client.as_ref().and_then(|client| client.get("ipAddress")) {
        actor
            .get_or_insert_default()
            .insert("ipAddress".to_owned(), address.clone());
    }
    let both = |view: &mut Map<String, Value>, one: &str, many: &str, value: Value| {
        view.insert(one.to_owned(), value.clone());
        view.insert(many.to_owned(), value);
    };
    let either = actor.iter().chain(&client).cloned().map(Value::Object);
    view.insert("actors".to_owned(), either.collect());
    view.insert("actor".to_owned(), actor.map_or(Value::Null, Value::Object));
    let targets = targets.into_iter().map(Value::Object).collect();
    both(&mut view, "target", "targets", Value::Array(targets));
    view.insert(
        "client".to_owned(),
        client.map_or(Value::Null, Value::Object),
    );
    if let Some(Value::Object(action)) = view.get_mut("action")
        && let Some(object_type) = action.get("objectType").cloned()
    {
        action.insert("eventType".to_owned(), object_type);
    }
    Value::Object(view)
}
