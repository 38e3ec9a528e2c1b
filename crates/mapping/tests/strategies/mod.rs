//! Records of every kind, for property tests.

use std::fmt::Write as _;

use events2logs_mapping::tables::{EVENT_TYPES_CSV, EventTypes};
use proptest::prelude::*;

/// JSON text, spelled any way that JSON allows.
pub(crate) fn json() -> impl Strategy<Value = String> {
    leaf().prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec((space(), inner.clone(), space()), 0..5).prop_map(|elements| {
                let elements: Vec<_> = elements
                    .into_iter()
                    .map(|(before, element, after)| format!("{before}{element}{after}"))
                    .collect();
                format!("[{}]", elements.join(","))
            }),
            prop::collection::vec((string(), inner), 0..5).prop_map(object),
        ]
    })
}

fn leaf() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("false".to_owned()),
        number(),
        string(),
    ]
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        prop::sample::select(vec![
            "-0",
            "0.0",
            "-0.0",
            "1.0",
            "1e3",
            "1E+3",
            "1e-3",
            "1.50",
            "1e400",
            "-1e-400",
            "12345678901234567890123",
            "0.1000000000000000055511151231257827",
        ])
        .prop_map(str::to_owned),
    ]
}

fn space() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["", "", "", " ", "\n", "\t ", "\r\n"])
}

/// A quoted string; some of its characters as escapes, some very long.
fn string() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => any::<String>().prop_map(|text| quoted(&text, false)),
        2 => any::<String>().prop_map(|text| quoted(&text, true)),
        1 => "[a-z]{1,3}".prop_map(|text| quoted(&text.repeat(3000), false)),
        2 => prop::sample::select(vec!["", "spr1", "User", "Client", "\u{e9}", "Background"])
            .prop_map(|text| quoted(text, false)),
    ]
}

fn quoted(text: &str, escape_all: bool) -> String {
    if !escape_all {
        return serde_json::to_string(text).unwrap();
    }
    let mut out = String::from("\"");
    for unit in text.encode_utf16() {
        write!(out, "\\u{unit:04X}").unwrap();
    }
    out.push('"');
    out
}

/// An object of these members, of which a key that comes twice is left out.
fn object(members: Vec<(String, String)>) -> String {
    let mut seen = std::collections::HashSet::new();
    let members: Vec<_> = members
        .into_iter()
        .filter(|(key, _)| seen.insert(serde_json::from_str::<String>(key).unwrap()))
        .map(|(key, value)| format!("{key}:{value}"))
        .collect();
    format!("{{{}}}", members.join(","))
}

/// One of the usual values of an attribute, mostly; or anything at all, or nothing.
fn attribute(
    name: &'static str,
    usual: BoxedStrategy<String>,
) -> BoxedStrategy<Vec<(String, String)>> {
    prop_oneof![
        6 => usual.prop_map(Some),
        2 => json().prop_map(Some),
        2 => Just(None),
    ]
    .prop_map(move |value| {
        value
            .map(|value| (format!("\"{name}\""), value))
            .into_iter()
            .collect()
    })
    .boxed()
}

fn with_unknown(known: Vec<BoxedStrategy<Vec<(String, String)>>>) -> BoxedStrategy<String> {
    let unknown = prop_oneof![
        3 => Just(Vec::new()),
        1 => prop::collection::vec((string(), json()), 0..3),
    ];
    (known, unknown, any::<prop::sample::Index>())
        .prop_map(|(known, unknown, turn)| {
            let mut members: Vec<_> = known.into_iter().flatten().chain(unknown).collect();
            // Attributes may come in any order.
            let turn = turn.index(members.len().max(1));
            let turn = turn.min(members.len());
            members.rotate_left(turn);
            object(members)
        })
        .boxed()
}

fn one_of(values: &[&'static str]) -> BoxedStrategy<String> {
    prop::sample::select(values.to_vec())
        .prop_map(|text| quoted(text, false))
        .boxed()
}

fn party() -> BoxedStrategy<String> {
    with_unknown(vec![
        attribute(
            "id",
            one_of(&[
                "",
                "00u1",
                "spr1",
                "Mozilla/5.0 (Windows NT 10.0)",
                "Demisto/1.0",
            ]),
        ),
        attribute("displayName", one_of(&["", "Sample User", "CHROME"])),
        attribute("login", one_of(&["", "someone@example.com"])),
        attribute(
            "ipAddress",
            one_of(&["", "192.0.2.1", "2001:db8::1", "nowhere"]),
        ),
        attribute(
            "objectType",
            one_of(&[
                "User",
                "User",
                "Client",
                "Client",
                "AppInstance",
                "SystemPrincipal",
                "",
            ]),
        ),
    ])
}

/// Actors or targets: none, the usual two, ten, and with elements that are no objects.
fn parties() -> BoxedStrategy<String> {
    prop::collection::vec(prop_oneof![9 => party(), 1 => json().boxed()], 0..11)
        .prop_map(|parties| format!("[{}]", parties.join(",")))
        .boxed()
}

pub(crate) fn event() -> BoxedStrategy<String> {
    let types = EventTypes::read("event_types.csv", EVENT_TYPES_CSV).unwrap();
    let legacy_types: Vec<String> = types
        .rows()
        .iter()
        .map(|row| quoted(&row.legacy_event_type, false))
        .collect();
    let action = with_unknown(vec![
        attribute("message", one_of(&["Sign-in Failed - Not Specified ", "User set up SMS_FACTOR factor", ""])),
        attribute("categories", prop::collection::vec(string(), 0..3).prop_map(|it| format!("[{}]", it.join(","))).boxed()),
        attribute("requestUri", one_of(&["Background", "/login", ""])),
        prop_oneof![
            9 => prop::sample::select(legacy_types).prop_map(|it| vec![("\"objectType\"".to_owned(), it)]),
            1 => attribute("objectType", string().boxed()),
        ]
        .boxed(),
    ]);
    with_unknown(vec![
        attribute("eventId", one_of(&["", "tev1"])),
        attribute("sessionId", one_of(&["", "trs1", "102abc"])),
        attribute("requestId", one_of(&["", "req1", "W@1"])),
        prop_oneof![
            8 => one_of(&["2018-01-31T23:59:59.000Z", "2018-01-31T23:59:59Z", "2018-01-31T23:59:59.123456-0800"])
                .prop_map(|it| vec![("\"published\"".to_owned(), it)]),
            1 => attribute("published", one_of(&["yesterday"])),
        ]
        .boxed(),
        prop_oneof![
            9 => action.prop_map(|it| vec![("\"action\"".to_owned(), it)]),
            1 => attribute("action", string().boxed()),
        ]
        .boxed(),
        attribute("actors", parties()),
        attribute("targets", parties()),
    ])
}
