//! What must hold of rows: an event that becomes one comes back from it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test states what must hold; a panic is its report"
)]

mod strategies;

use std::sync::LazyLock;

use events2logs_mapping::rows::{
    Cell, Column, LEGACY_EVENT, LOG_EVENT, Nulls, RowError, RowReader, RowWriter,
};
use events2logs_mapping::{ConvertOptions, Converter, Tables, UnknownTypes, restore, same_json};
use proptest::prelude::*;
use strategies::{event, json};

static TABLES: LazyLock<Tables> = LazyLock::new(|| Tables::shipped().unwrap());

/// `record` as a row of `columns`, and that row as an event again.
fn there_and_back(record: &str, columns: &'static [Column], nulls: Nulls) -> String {
    let mut writer = RowWriter::new(columns);
    let reader = RowReader::new(writer.header());
    let cells = writer.cells(record, nulls).unwrap();
    read(&reader, cells).unwrap()
}

fn read<S: AsRef<str>>(reader: &RowReader, cells: &[S]) -> Result<String, RowError> {
    let mut out = Vec::new();
    reader.event(cells, &mut out)?;
    Ok(String::from_utf8(out).unwrap())
}

fn is_usable(record: &str) -> bool {
    let mut out = String::new();
    record.trim_start().starts_with('{') && events2logs_mapping::canonical(record, &mut out).is_ok()
}

proptest! {
    #[test]
    fn any_object_comes_back(record in prop_oneof![json(), event()]) {
        prop_assume!(is_usable(&record));
        for columns in [LOG_EVENT, LEGACY_EVENT] {
            let back = there_and_back(&record, columns, Nulls::Keep);
            prop_assert!(same_json(&record, &back).unwrap(), "{record}\n{back}");
        }
    }

    #[test]
    fn the_legacy_event_comes_back_through_the_row_of_its_log_event(record in event()) {
        for omit_nulls in [false, true] {
            let unknown_types = UnknownTypes::Keep;
            let options = ConvertOptions { omit_nulls, unknown_types };
            let mut out = Vec::new();
            if Converter::new(&TABLES, options).convert(&record, &mut out).is_err() {
                continue;
            }
            let log_event = String::from_utf8(out).unwrap();
            let back = there_and_back(&log_event, LOG_EVENT, Nulls::Drop);
            let mut restored = Vec::new();
            restore(&back, &mut restored).unwrap();
            let restored = String::from_utf8(restored).unwrap();
            prop_assert!(same_json(&record, &restored).unwrap(), "{record}\n{log_event}\n{back}\n{restored}");
        }
    }

    /// Whatever the header and the cells, there is an event or a reason.
    #[test]
    fn any_row_is_an_event_or_an_error(
        header in proptest::collection::vec("(a|b|0|1|\\.|other|otherAttributes|actors|target){0,5}", 0..5),
        cells in proptest::collection::vec("(|x|1|\\{\\}|\\{\"a\":\\{\"b\":1\\}\\}|\\[1\\])", 0..5),
    ) {
        let reader = RowReader::new(header.iter().map(String::as_str));
        if let Ok(event) = read(&reader, &cells) {
            prop_assert!(serde_json::from_str::<serde_json::Value>(&event).unwrap().is_object(), "{event}");
        }
    }
}

#[test]
fn rows_of_other_tables() {
    for (header, cells, expected) in [
        (
            "eventId,action.objectType,actors.0.id,actors.1.id,actors.1.ipAddress,note",
            "tev1|app.auth.sso|00u1||192.0.2.1|",
            r#"{"eventId":"tev1","action":{"objectType":"app.auth.sso"},"actors":[{"id":"00u1"},{"ipAddress":"192.0.2.1"}]}"#,
        ),
        // The order of the columns is not that of the elements.
        ("a.10,a.9,a.1.b", "x|y|z", r#"{"a":[{"b":"z"},"y","x"]}"#),
        ("a.0,a.b", "x|y", r#"{"a":{"0":"x","b":"y"}}"#),
        (
            "action.categories",
            "[ \"x\",\n1.0]",
            "{\"action\":{\"categories\":[ \"x\",\n1.0]}}",
        ),
        (
            "action.categories",
            "not JSON",
            r#"{"action":{"categories":"not JSON"}}"#,
        ),
        ("action.message", "[1]", r#"{"action":{"message":"[1]"}}"#),
        ("a,b", "|", "{}"),
        (
            "action.message,otherAttributes",
            r#"|{"action":{"message":"","x":1}}"#,
            r#"{"action":{"message":"","x":1}}"#,
        ),
        ("a,a", "x|", r#"{"a":"x"}"#),
        // Errors.
        ("a,b", "x", "expected 2 cells, as in the header, found 1"),
        (
            "a,b",
            "x|y|z",
            "expected 2 cells, as in the header, found 3",
        ),
        ("a,a", "x|y", "two cells say what a is"),
        ("a.b,a.b.c", "x|y", "two cells say what a.b is"),
        (
            "a,otherAttributes",
            r#"x|{"a":1}"#,
            "two cells say what a is",
        ),
        (
            "a.0,otherAttributes",
            r#"x|{"a":[1]}"#,
            "two cells say what a is",
        ),
        (
            "otherAttributes",
            "x",
            "expected a JSON object in the column otherAttributes: not JSON: expected value at byte 0 of the record",
        ),
    ] {
        let reader = RowReader::new(header.split(','));
        let cells: Vec<&str> = cells.split('|').collect();
        let read = read(&reader, &cells).unwrap_or_else(|error| error.to_string());
        assert_eq!(read, expected, "{header}");
    }
}

#[test]
fn a_very_deep_or_wide_header_is_read() {
    let deep = "a.".repeat(100_000);
    let wide: Vec<String> = (0..20_000).map(|number| format!("a{number}")).collect();
    for header in [vec![deep], wide] {
        let reader = RowReader::new(header.iter().map(String::as_str));
        let cells = vec!["x"; header.len()];
        assert!(read(&reader, &cells).is_ok());
    }
}

#[test]
fn the_documentation_has_every_column() {
    let text = include_str!("../../../docs/formats.md");
    let mut listed = text.lines().filter_map(|line| {
        let (path, rest) = line.strip_prefix("| `")?.split_once("` | ")?;
        let cell = match rest {
            "text |" => Cell::Text,
            "JSON |" => Cell::Json,
            _ => return None,
        };
        Some((path, cell))
    });
    for column in LOG_EVENT.iter().chain(LEGACY_EVENT) {
        assert_eq!(
            listed.next(),
            Some((column.path, column.cell)),
            "docs/formats.md lists the columns of crates/mapping/src/rows/columns.rs in their order"
        );
    }
    assert_eq!(listed.next(), None);
}
