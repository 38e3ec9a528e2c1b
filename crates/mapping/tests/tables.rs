//! Walks every row of the tables: what must hold of each, and that the evidence is met.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test states what must hold; a panic is its report"
)]

use std::collections::{BTreeMap, BTreeSet};

use events2logs_filter::{AttributePath, Operator};
use events2logs_mapping::Tables;
use events2logs_mapping::tables::{
    ATTRIBUTES_CSV, CATALOG_CSV, EVENT_TYPES_CSV, Evidence, FILTER_ATTRIBUTES_CSV,
    LEGACY_FILTER_ATTRIBUTES_CSV, MESSAGE_REASONS_CSV, Status, USER_AGENTS_CSV,
};

const OBSERVED_OUTCOMES: &str = include_str!("../../../mappings/evidence/observed_outcomes.csv");
const OBSERVED_USER_AGENTS: &str =
    include_str!("../../../mappings/evidence/observed_user_agents.csv");
const LOGIN_FAILED_MESSAGES: &str =
    include_str!("../../../mappings/evidence/login_failed_messages.csv");

fn tables() -> Tables {
    Tables::shipped().unwrap()
}

fn rows(csv: &str) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_reader(csv.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .unwrap()
}

/// The values of the first `columns` columns, joined.
fn keys(csv: &str, columns: usize) -> Vec<String> {
    csv::Reader::from_reader(csv.as_bytes())
        .records()
        .map(|record| {
            let record = record.unwrap();
            record.iter().take(columns).collect::<Vec<_>>().join(",")
        })
        .collect()
}

#[test]
fn every_table_is_sorted_and_has_no_row_twice() {
    for (name, csv, columns) in [
        ("event_types.csv", EVENT_TYPES_CSV, 1),
        ("catalog.csv", CATALOG_CSV, 1),
        ("attributes.csv", ATTRIBUTES_CSV, 2),
        ("message_reasons.csv", MESSAGE_REASONS_CSV, 2),
        ("user_agents.csv", USER_AGENTS_CSV, 1),
        ("filter_attributes.csv", FILTER_ATTRIBUTES_CSV, 1),
        (
            "legacy_filter_attributes.csv",
            LEGACY_FILTER_ATTRIBUTES_CSV,
            1,
        ),
    ] {
        let keys = keys(csv, columns);
        let wrong: Vec<_> = keys.windows(2).filter(|pair| pair[0] >= pair[1]).collect();
        assert!(wrong.is_empty(), "{name}: not in order: {wrong:?}");
    }
}

#[test]
fn all_legacy_types_are_there() {
    let tables = tables();
    let listed = |from: &str| {
        tables
            .event_types
            .rows()
            .iter()
            .filter(|row| {
                row.first_listed
                    .as_deref()
                    .is_some_and(|it| it.starts_with(from))
            })
            .count()
    };
    // The catalogues since 2019 list 1,227 types, older ones 21 more; 15 are in none.
    assert_eq!(tables.event_types.rows().len(), 1263);
    assert_eq!(listed("2018-"), 21);
    assert_eq!(listed("20") - listed("2018-"), 1227);
}

#[test]
fn every_successor_is_in_the_catalogue() {
    let tables = tables();
    let mut by_status: BTreeMap<&str, usize> = BTreeMap::new();
    for row in tables.event_types.rows() {
        for event_type in row.successors() {
            let entry = tables.catalog.get(event_type);
            let entry = entry.unwrap_or_else(|| panic!("{event_type} is not in catalog.csv"));
            *by_status
                .entry(match entry.status {
                    Status::Current => "current",
                    Status::Beta => "beta",
                    Status::Retired => "retired",
                })
                .or_default() += 1;
        }
        assert_eq!(
            row.event_type.is_none(),
            row.note
                .as_deref()
                .unwrap_or_default()
                .starts_with("no successor"),
            "{}: a note says so where there is no successor",
            row.legacy_event_type
        );
        if let Some(other) = &row.other_event_type {
            let note = row.note.as_deref().unwrap_or_default();
            assert!(note.contains(other), "{}", row.legacy_event_type);
        }
    }
    insta::assert_debug_snapshot!(by_status);
}

#[test]
fn four_types_have_two_successors() {
    let tables = tables();
    let two: Vec<_> = tables
        .event_types
        .rows()
        .iter()
        .filter(|row| row.successors().count() == 2)
        .map(|row| row.legacy_event_type.as_str())
        .collect();
    assert_eq!(
        two,
        [
            "app.generic.provision.assign_user_to_app",
            "core.user_auth.invalid_certificate",
            "core.user_auth.login_failed",
            "core.user_auth.login_success",
        ]
    );
}

#[test]
fn observed_outcomes_are_reproduced() {
    let tables = tables();
    let mut seen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for fact in rows(OBSERVED_OUTCOMES) {
        let legacy = &fact["legacy_event_type"];
        let row = tables.event_types.get(legacy).unwrap();
        assert_eq!(row.evidence, Some(Evidence::Observed), "{legacy}");
        assert_eq!(
            row.event_type.as_ref(),
            Some(&fact["event_type"]),
            "{legacy}"
        );
        assert_eq!(row.severity.unwrap().as_str(), fact["severity"], "{legacy}");
        seen.entry(legacy.clone())
            .or_default()
            .insert(fact["outcome_result"].clone());
    }
    for (legacy, results) in &seen {
        let row = tables.event_types.get(legacy).unwrap();
        let result = row.outcome_result.map_or("", |it| it.as_str());
        // A type that was seen with both results has neither in the table.
        let expected = match results.len() {
            1 => results.first().unwrap().as_str(),
            _ => "",
        };
        assert_eq!(result, expected, "{legacy}");
    }
    let claimed = tables.event_types.rows().iter();
    for row in claimed.filter(|row| row.evidence == Some(Evidence::Observed)) {
        assert!(seen.contains_key(&row.legacy_event_type), "{row:?}");
    }
}

#[test]
fn what_is_inferred_says_something() {
    for row in tables().event_types.rows() {
        if row.evidence == Some(Evidence::Inferred) && row.first_listed.is_some() {
            assert!(
                row.outcome_result.is_some() || row.severity.is_some(),
                "{}: nothing was inferred",
                row.legacy_event_type
            );
        }
    }
}

#[test]
fn observed_user_agents_are_reproduced() {
    let tables = tables();
    for fact in rows(OBSERVED_USER_AGENTS) {
        let raw = &fact["raw_user_agent"];
        let found = tables.user_agents.find(raw);
        assert_eq!(found.os, Some(fact["os"].as_str()), "{raw}");
        assert_eq!(found.browser, Some(fact["browser"].as_str()), "{raw}");
        assert_eq!(found.device, Some(fact["device"].as_str()), "{raw}");
    }
}

#[test]
fn the_reason_of_a_failed_sign_in_is_its_message_key() {
    let tables = tables();
    for fact in rows(LOGIN_FAILED_MESSAGES) {
        let message = fact["message"].replace("<name>", "someone@example.com");
        let found = tables
            .message_reasons
            .find("core.user_auth.login_failed", &format!("{message}  "))
            .unwrap_or_else(|| panic!("no rule for {message}"));
        let key = match fact["message_key"].as_str() {
            // Two keys, one message: the general one is given.
            "sunone_password_expired" => "password_expired",
            key => key,
        };
        assert_eq!(found.outcome_reason, Some(key.to_uppercase().as_str()));
    }
}

#[test]
fn every_attribute_of_legacy_filters_becomes_one_of_log_events_or_says_why_not() {
    let tables = tables();
    for row in tables.legacy_attributes.rows() {
        assert!(
            AttributePath::parse(&row.legacy_path).is_ok(),
            "{}",
            row.legacy_path
        );
        match &row.log_event_path {
            Some(paths) => {
                for path in paths.split(' ') {
                    AttributePath::parse(path).unwrap();
                    assert!(tables.filter_attributes.get(path).is_some(), "{path}");
                }
            }
            None => assert!(row.note.is_some(), "{}: what to do?", row.legacy_path),
        }
    }
}

#[test]
fn refused_operators_are_operators() {
    for row in tables().filter_attributes.rows() {
        for word in &row.refused_operators {
            assert!(
                word == "pr" || Operator::from_word(word).is_some(),
                "{}: {word}",
                row.path
            );
        }
    }
}

/// The counts that mappings/README.md states.
#[test]
fn the_readme_states_the_counts_by_evidence() {
    let tables = tables();
    let readme = include_str!("../../../mappings/README.md");
    for (evidence, word) in [
        (Evidence::Documented, "documented"),
        (Evidence::Observed, "observed"),
        (Evidence::Inferred, "inferred"),
    ] {
        let count = tables
            .event_types
            .rows()
            .iter()
            .filter(|row| row.evidence == Some(evidence))
            .count();
        let line = format!("| {word} | {count} |");
        assert!(readme.contains(&line), "mappings/README.md lacks: {line}");
    }
}

#[test]
fn an_overlay_replaces_and_adds_rows() {
    let mut tables = tables();
    let shipped = tables.sha256().to_owned();
    tables
        .overlay(
            "own.csv",
            "legacy_event_type,event_type,outcome_result\n\
             app.auth.sso,user.authentication.sso,SUCCESS\n\
             app.acme.export,app.acme.exported,FAILURE\n",
        )
        .unwrap();
    assert_eq!(tables.event_types.rows().len(), 1264);
    let own = tables.event_types.get("app.acme.export").unwrap();
    assert_eq!(own.event_type.as_deref(), Some("app.acme.exported"));
    assert_ne!(tables.sha256(), shipped);
}

#[test]
fn a_bad_overlay_is_told_with_its_line() {
    let errors: Vec<String> = [
        "legacy_event_type,event_type\n,x\n",
        "legacy_event_type,event_type\na,x\na,y\n",
        "legacy_event_type,event_type,severity\na,x,LOUD\n",
        "event_type\nx\n",
        "legacy_event_type,event_type\na,x,y\n",
    ]
    .into_iter()
    .map(|csv| {
        Tables::shipped()
            .unwrap()
            .overlay("own.csv", csv)
            .unwrap_err()
            .to_string()
    })
    .collect();
    insta::assert_debug_snapshot!(errors);
}
