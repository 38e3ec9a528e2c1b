//! Semantics, not looks: a rewritten query finds, among converted events, what its precision
//! says that it finds.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test states what must hold; a panic is its report"
)]

mod common;

use common::{NOW, TABLES, TIMES, converted, event, filter, finds};
use events2logs_filter::{Filter, parse};
use events2logs_mapping::query::{
    Options, Precision, Rewrite, Strategy as Rewriting, legacy_view, read_time, rewrite,
};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

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
    let after = finds(&rewritten.requests, &log_event);
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
        prop_assert_eq!(before, finds(exact, &log_event), "exact form: {}", told());
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
