//! What must hold of every record: it becomes a LogEvent from which restoring brings back the
//! same JSON, or it is rejected with a reason.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test states what must hold; a panic is its report"
)]

mod strategies;

use events2logs_mapping::{
    ConvertOptions, Converted, Converter, Reject, Restored, Tables, UnknownTypes, canonical,
    restore, same_json,
};
use proptest::prelude::*;
use std::sync::LazyLock;
use strategies::{event, json};

static TABLES: LazyLock<Tables> = LazyLock::new(|| Tables::shipped().unwrap());

fn converted(record: &str, omit_nulls: bool) -> Result<String, Reject> {
    let options = ConvertOptions {
        omit_nulls,
        unknown_types: UnknownTypes::Keep,
    };
    let mut out = b"before".to_vec();
    let result = Converter::new(&TABLES, options).convert(record, &mut out);
    if result.is_err() {
        assert_eq!(out, b"before", "a rejected record left something behind");
    }
    result.map(|converted| {
        assert!(matches!(converted, Converted::LegacyEvent(_)));
        String::from_utf8(out.split_off(6)).unwrap()
    })
}

fn restored(log_event: &str) -> String {
    let mut out = Vec::new();
    assert_eq!(restore(log_event, &mut out), Ok(Restored::LegacyEvent));
    String::from_utf8(out).unwrap()
}

/// The promise, for both ways to write nulls.
fn check(record: &str) -> Result<(), TestCaseError> {
    for omit_nulls in [false, true] {
        match converted(record, omit_nulls) {
            Ok(log_event) => {
                prop_assert!(!log_event.contains(['\n', '\r']), "more than one line");
                let restored = restored(&log_event);
                prop_assert!(!restored.contains(['\n', '\r']), "more than one line");
                prop_assert!(
                    same_json(record, &restored).unwrap(),
                    "\n record: {record}\n  event: {log_event}\nrestored: {restored}"
                );
                if omit_nulls {
                    continue;
                }
                let shape: serde_json::Map<String, serde_json::Value> =
                    match serde_json::from_str(&log_event) {
                        Ok(shape) => shape,
                        // A number that serde_json cannot hold, such as 1e400.
                        Err(_) => continue,
                    };
                prop_assert_eq!(shape.len(), 17, "a top-level key is missing: {}", log_event);
            }
            Err(reject) => {
                prop_assert!(!reject.to_string().is_empty());
                prop_assert!(reject.offset() <= record.len());
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_event_is_restored_as_it_was(record in event()) {
        check(&record)?;
    }

    #[test]
    fn any_object_is_restored_or_rejected(record in json()) {
        check(&record)?;
    }

    #[test]
    fn no_text_panics(record in any::<String>()) {
        let mut out = Vec::new();
        let _ = Converter::new(&TABLES, ConvertOptions::default()).convert(&record, &mut out);
        let _ = restore(&record, &mut out);
        let _ = canonical(&record, &mut String::new());
    }

    #[test]
    fn no_cut_or_changed_event_panics(record in event(), at in any::<prop::sample::Index>(), with in any::<char>()) {
        let mut characters: Vec<char> = record.chars().collect();
        let at = at.index(characters.len());
        let cut: String = characters.iter().take(at).collect();
        prop_assert!(converted(&cut, false).is_err());
        characters[at] = with;
        check(&characters.into_iter().collect::<String>())?;
    }

    #[test]
    fn a_converted_event_passes_through_unchanged(record in event()) {
        if let Ok(log_event) = converted(&record, false) {
            let mut out = Vec::new();
            let result = Converter::new(&TABLES, ConvertOptions::default()).convert(&log_event, &mut out);
            prop_assert_eq!(result, Ok(Converted::PassedThrough));
            prop_assert_eq!(String::from_utf8(out).unwrap(), log_event);
        }
    }
}

/// The generator would prove nothing if it made only events that are rejected.
#[test]
fn the_generator_makes_mostly_good_events() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let good = (0..200)
        .filter(|_| {
            let record = event().new_tree(&mut runner).unwrap().current();
            converted(&record, false).is_ok()
        })
        .count();
    assert!(good > 120, "only {good} of 200 convert");
}
