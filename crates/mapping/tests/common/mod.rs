//! Random legacy filters and events over real types, for the tests of rewriting and comparing.

use std::sync::LazyLock;

use events2logs_filter::parse;
use events2logs_mapping::query::{Request, read_time};
use events2logs_mapping::{ConvertOptions, Converter, Tables};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

pub(crate) static TABLES: LazyLock<Tables> = LazyLock::new(|| Tables::shipped().unwrap());

/// Legacy types that share successors with others, have two, have none, or an open outcome.
const TYPES: [&str; 22] = [
    "core.user_auth.login_failed",
    "core.user_auth.login_success",
    "core.user_auth.login_denied",
    "core.user_auth.login_failed.policy_denied",
    "core.user_auth.invalid_certificate",
    "core.user_auth.session_created_using_token",
    "core.user_auth.session_clear",
    "app.auth.sso",
    "app.generic.provision.assign_user_to_app",
    "app.ad.login.success",
    "app.ad.login.bad_password",
    "app.ad.agent.user_auth",
    "app.ad.agent.user_auth.error",
    "app.ad.agent.scan",
    "iwa.ping",
    "policy.created",
    "core.concurrency.org.limit.violation",
    "core.user.config.user_creation.failure",
    "core.user.config.user_creation.success",
    "app.api.error.create_user",
    "app.boxnet.api.error.create_new_user",
    "app.user_management.push_new_user",
];

const IDS: [&str; 5] = ["00u1", "00u2", "spr1", "0oa1", ""];
const NAMES: [&str; 4] = ["Sample User", "Other", "a\"b\\c", ""];
pub(crate) const TIMES: [&str; 4] = [
    "2018-01-01T00:00:01.000Z",
    "2018-01-10T00:00:01.000Z",
    "2018-01-20T00:00:01+02:00",
    "2018-02-01T00:00:01Z",
];
const BOUNDS: [&str; 4] = [
    "2018-01-05",
    "2018-01-15T00:00:00.000Z",
    "2018-01-25T00:00:00+01:00",
    "1517961600000",
];
pub(crate) const NOW: &str = "2018-03-01T00:00:00Z";

fn real_type() -> BoxedStrategy<String> {
    let all: Vec<String> = TABLES
        .event_types
        .rows()
        .iter()
        .map(|row| row.legacy_event_type.clone())
        .collect();
    prop_oneof![3 => select(&TYPES[..]).prop_map(str::to_owned), 1 => select(all)].boxed()
}

prop_compose! {
    fn party(object_types: &'static [&'static str])(
        id in select(&IDS[..]), name in select(&NAMES[..]), login in select(&["", "a@example.com", "b@example.com"][..]),
        object_type in select(object_types),
    ) -> Value {
        json!({"id": id, "displayName": name, "login": login, "objectType": object_type})
    }
}

prop_compose! {
    pub(crate) fn event()(
        legacy_event_type in real_type(),
        published in select(&TIMES[..]),
        users in prop::collection::vec(party(&["User"]), 0..2),
        client in prop::option::of(select(&["192.0.2.1", "2001:db8::1"][..])),
        targets in prop::collection::vec(party(&["User", "AppInstance"]), 0..3),
        session in prop::option::of(select(&["", "trs1", "102a"][..])),
        request in prop::option::of(select(&["req1", "W@1"][..])),
        uri in prop::option::of(select(&["Background", "/login"][..])),
        message in prop::option::of(select(&["Sign-in Failed - Not Specified", "done", ""][..])),
    ) -> Value {
        let mut actors = users;
        if let Some(address) = client {
            actors.push(json!({"id": "agent", "displayName": "CHROME", "ipAddress": address, "objectType": "Client"}));
        }
        json!({
            "published": published, "sessionId": session, "requestId": request,
            "action": {"objectType": legacy_event_type, "requestUri": uri, "message": message},
            "actors": actors, "targets": targets,
        })
    }
}

fn comparison() -> BoxedStrategy<String> {
    let operators = || select(&["eq", "eq", "eq", "ne", "sw", "co", "ew", "gt", "le"][..]);
    let on = |paths: &'static [&'static str], values: Vec<String>| {
        (select(paths), operators(), select(values)).prop_map(|(path, operator, value)| {
            format!("{path} {operator} {}", Value::String(value))
        })
    };
    let texts = |values: &[&str]| values.iter().map(|&it| it.to_owned()).collect::<Vec<_>>();
    prop_oneof![
        6 => (select(&["action.objectType", "action.objectType", "action.eventType", "eventType"][..]), real_type())
            .prop_map(|(path, value)| {
                // Under eventType only a legacy id that is no event type as well is a legacy type.
                let path = if TABLES.catalog.get(&value).is_some() { "action.objectType" } else { path };
                format!("{path} eq \"{value}\"")
            }),
        2 => on(&["action.objectType"], texts(&["core.user_auth.", "app.", "login", "error", "success", "core.user_auth.login_failed"])),
        1 => real_type().prop_map(|value| format!("action.objectType ne \"{value}\"")),
        1 => Just("action.objectType eq \"app.acme.export\"".to_owned()),
        2 => on(&["target.id", "targets.id", "actor.id", "actors.id"], texts(&["00u1", "0oa1", "unknown", "u", "spr1", "agent", ""])),
        2 => on(&["target.displayName", "actor.displayName", "actors.displayName", "actors.login", "target.login", "actor.login"], texts(&["Sample User", "a\"b\\c", "a@example.com", "CHROME", ""])),
        2 => on(&["target.objectType", "actor.objectType"], texts(&["User", "AppInstance", "Sys", "SystemPrincipal"])),
        2 => on(&["action.message", "sessionId", "requestId", "client.ipAddress", "actor.ipAddress"], texts(&["done", "trs1", "req1", "192.0.2.1", ""])),
        1 => (select(&["eq", "sw", "ew", "ne"][..]), select(&["Background", "/login", "in"][..]))
            .prop_map(|(operator, value)| format!("action.requestUri {operator} \"{value}\"")),
        1 => select(&["target.id pr", "actor.id pr", "actor.objectType pr", "sessionId pr", "action.message pr", "action.objectType pr", "published pr"][..]).prop_map(str::to_owned),
        4 => (select(&["gt", "ge", "lt", "le", "eq", "ne"][..]), select(&BOUNDS[..]))
            .prop_map(|(operator, value)| format!("published {operator} \"{value}\"")),
    ]
    .boxed()
}

pub(crate) fn filter() -> impl Strategy<Value = String> {
    comparison().prop_recursive(4, 12, 3, |inner| {
        prop_oneof![
            3 => prop::collection::vec(inner.clone(), 2..4).prop_map(|terms| format!("({})", terms.join(" and "))),
            3 => prop::collection::vec(inner.clone(), 2..4).prop_map(|terms| format!("({})", terms.join(" or "))),
            1 => inner.prop_map(|inner| format!("not ({inner})")),
        ]
    })
}

pub(crate) fn converted(event: &Value) -> Value {
    let mut out = Vec::new();
    Converter::new(&TABLES, ConvertOptions::default())
        .convert(&event.to_string(), &mut out)
        .unwrap();
    serde_json::from_slice(&out).unwrap()
}

/// Whether one of the requests finds an event: each from `since` on, to just before `until`.
pub(crate) fn finds(requests: &[Request], log_event: &Value) -> bool {
    let time = |text: &str| read_time(text).unwrap();
    let published = time(log_event["published"].as_str().unwrap());
    requests.iter().any(|request| {
        request
            .since
            .as_ref()
            .is_none_or(|since| published >= time(since))
            && request
                .until
                .as_ref()
                .is_none_or(|until| published < time(until))
            && request
                .filter
                .as_ref()
                .is_none_or(|filter| parse(filter).unwrap().matches(log_event).unwrap())
    })
}
