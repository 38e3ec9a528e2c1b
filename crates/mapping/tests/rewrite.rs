//! Semantics, not looks: a rewritten query finds, among converted events, what its precision
//! says that it finds.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test states what must hold; a panic is its report"
)]

use std::sync::LazyLock;

use events2logs_filter::{Filter, parse};
use events2logs_mapping::query::{
    Options, Precision, Request, Rewrite, Strategy as Rewriting, legacy_view, read_time, rewrite,
};
use events2logs_mapping::{ConvertOptions, Converter, Tables};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

static TABLES: LazyLock<Tables> = LazyLock::new(|| Tables::shipped().unwrap());

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
const TIMES: [&str; 4] = [
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
const NOW: &str = "2018-03-01T00:00:00Z";

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
    fn event()(
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
        2 => on(&["target.id", "targets.id", "actor.id", "actors.id"], texts(&["00u1", "0oa1", "unknown", "u", "spr1", ""])),
        2 => on(&["target.displayName", "actor.displayName", "target.login", "actor.login"], texts(&["Sample User", "a\"b\\c", "a@example.com", ""])),
        2 => on(&["target.objectType", "actor.objectType", "actors.objectType"], texts(&["User", "AppInstance", "Sys", "SystemPrincipal"])),
        2 => on(&["action.message", "sessionId", "requestId", "client.ipAddress", "actor.ipAddress"], texts(&["done", "trs1", "req1", "192.0.2.1", ""])),
        1 => (select(&["eq", "sw", "ew", "ne"][..]), select(&["Background", "/login", "in"][..]))
            .prop_map(|(operator, value)| format!("action.requestUri {operator} \"{value}\"")),
        1 => select(&["target.id pr", "actor.id pr", "actor.objectType pr", "sessionId pr", "action.message pr", "action.objectType pr", "published pr"][..]).prop_map(str::to_owned),
        4 => (select(&["gt", "ge", "lt", "le", "eq", "ne"][..]), select(&BOUNDS[..]))
            .prop_map(|(operator, value)| format!("published {operator} \"{value}\"")),
    ]
    .boxed()
}

fn filter() -> impl Strategy<Value = String> {
    comparison().prop_recursive(4, 12, 3, |inner| {
        prop_oneof![
            3 => prop::collection::vec(inner.clone(), 2..4).prop_map(|terms| format!("({})", terms.join(" and "))),
            3 => prop::collection::vec(inner.clone(), 2..4).prop_map(|terms| format!("({})", terms.join(" or "))),
            1 => inner.prop_map(|inner| format!("not ({inner})")),
        ]
    })
}

fn converted(event: &Value) -> Value {
    let mut out = Vec::new();
    Converter::new(&TABLES, ConvertOptions::default())
        .convert(&event.to_string(), &mut out)
        .unwrap();
    serde_json::from_slice(&out).unwrap()
}

/// Whether the requests find an event; a bound's own time is not asked about.
fn find(requests: &[Request], log_event: &Value) -> bool {
    let published = read_time(log_event["published"].as_str().unwrap()).unwrap();
    requests.iter().any(|request| {
        let time = |text: &String| read_time(text).unwrap();
        request
            .since
            .as_ref()
            .is_none_or(|since| published > time(since))
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

/// Whether the legacy filter finds an event. `published` compares as times.
fn legacy_finds(filter: &Filter, event: &Value) -> bool {
    let spelled = filter.expr.clone().map_comparisons(|mut comparison| {
        use events2logs_filter::{Test, Value};
        if comparison.path.as_str() == "published"
            && let Test::Value(_, Value::String(text)) = &mut comparison.test
        {
            *text = read_time(text).unwrap().to_string();
        }
        // A legacy id under eventType is a mistake that means the type.
        if comparison.path.as_str() == "eventType" {
            comparison.path = "action.objectType".parse().unwrap();
        }
        comparison.into()
    });
    spelled.matches(&legacy_view(event)).unwrap()
}

fn rewritten(text: &str, strategy: Rewriting) -> Rewrite {
    let options = Options {
        strategy,
        now: read_time(NOW),
    };
    rewrite(text, &TABLES, options).unwrap()
}

fn check(text: &str, rewritten: &Rewrite, event: &Value) -> Result<(), TestCaseError> {
    if rewritten.precision == Precision::Unsupported {
        // requestUri co, and nothing else that is drawn here.
        return Ok(());
    }
    let log_event = converted(event);
    let before = legacy_finds(&parse(text).unwrap(), event);
    let after = find(&rewritten.requests, &log_event);
    let told = || format!("{text}\n{event}\n{log_event}\n{rewritten:#?}");
    match rewritten.precision {
        Precision::Exact => prop_assert_eq!(before, after, "{}", told()),
        Precision::Wider => {
            prop_assert!(after || !before, "missed: {}", told());
            let adds: Vec<&String> = rewritten.parts.iter().flat_map(|part| &part.adds).collect();
            let legacy_event_type = event.pointer("/action/objectType").unwrap();
            let is_named = adds
                .iter()
                .any(|it| Some(it.as_str()) == legacy_event_type.as_str());
            prop_assert!(before || !after || is_named, "not named: {}", told());
        }
        Precision::Narrower => prop_assert!(before || !after, "added: {}", told()),
        Precision::Different | Precision::Unsupported => {}
    }
    if let Some(exact) = &rewritten.exact {
        prop_assert_eq!(before, find(exact, &log_event), "exact form: {}", told());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn native_rewrites_keep_their_word(text in filter(), events in prop::collection::vec(event(), 6)) {
        let rewritten = rewritten(&text, Rewriting::Native);
        for request in &rewritten.requests {
            if let Some(filter) = &request.filter {
                prop_assert_eq!(&parse(filter).unwrap().to_string(), filter, "not canonical");
            }
        }
        for event in &events {
            check(&text, &rewritten, event)?;
        }
    }

    #[test]
    fn exact_rewrites_are_exact(text in filter(), events in prop::collection::vec(event(), 6)) {
        let rewritten = rewritten(&text, Rewriting::Exact);
        let precision = rewritten.precision;
        prop_assert!(precision == Precision::Exact || precision == Precision::Unsupported, "{text}: {precision:?}");
        for event in &events {
            check(&text, &rewritten, event)?;
        }
    }

    #[test]
    fn no_text_panics(text in any::<String>(), prefix in select(&["", "curl ", "filter=", "/api/v1/events?", "startDate="][..])) {
        let _ = rewrite(&format!("{prefix}{text}"), &TABLES, Options::default());
    }
}

/// Each type by itself, under both strategies, against an event of each type.
#[test]
fn every_type_of_the_table() {
    let events: Vec<(&str, Value)> = TABLES
        .event_types
        .rows()
        .iter()
        .map(|row| {
            let event =
                json!({"published": TIMES[0], "action": {"objectType": row.legacy_event_type}});
            (row.legacy_event_type.as_str(), converted(&event))
        })
        .collect();
    for (wanted, _) in &events {
        for strategy in [Rewriting::Native, Rewriting::Exact] {
            let options = Options {
                strategy,
                now: read_time(NOW),
            };
            let text = format!("action.objectType eq \"{wanted}\"");
            let rewritten = rewrite(&text, &TABLES, options).unwrap();
            let filter = parse(rewritten.requests[0].filter.as_ref().unwrap()).unwrap();
            let adds = &rewritten.parts[0].adds;
            let expected = if adds.is_empty() {
                Precision::Exact
            } else {
                Precision::Wider
            };
            assert_eq!(rewritten.precision, expected, "{wanted}");
            for (legacy_event_type, log_event) in &events {
                let found = filter.matches(log_event).unwrap();
                if legacy_event_type == wanted {
                    assert!(found, "{wanted}: missed");
                } else if found {
                    assert!(
                        adds.iter().any(|it| it == legacy_event_type),
                        "{wanted}: {legacy_event_type} is not named"
                    );
                }
            }
        }
    }
}

/// An instant is found by `published eq`, though only its own millisecond.
#[test]
fn an_instant() {
    let text = "published eq \"2018-01-01T00:00:01.000Z\"";
    let request = &rewrite(text, &TABLES, Options::default()).unwrap().requests[0];
    assert_eq!(request.since.as_deref(), Some("2018-01-01T00:00:01.000Z"));
    assert_eq!(request.until.as_deref(), Some("2018-01-01T00:00:01.001Z"));
}
