//! The quick path and the path by serde_json say the same of every record: what it becomes, to
//! the byte, or why it does not become a LogEvent.
//!
//! `PROPTEST_CASES=100000` tries each for longer; `fuzz/` does the same without an end.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test states what must hold; a panic is its report"
)]

mod strategies;

use std::cell::RefCell;
use std::sync::LazyLock;

use events2logs_generate::Events;
use events2logs_mapping::{ConvertOptions, Converter, Tables, UnknownTypes};
use proptest::prelude::*;
use strategies::{event, json};

static TABLES: LazyLock<Tables> = LazyLock::new(|| Tables::shipped().unwrap());

/// A converter for each of the paths.
struct Both {
    quick: Converter<'static>,
    reference: Converter<'static>,
}

impl Both {
    fn new(options: ConvertOptions) -> Self {
        Self {
            quick: Converter::new(&TABLES, options),
            reference: Converter::new(&TABLES, options),
        }
    }

    /// Converts `record` both ways, a second time by templates; whether it converts.
    fn check(&mut self, record: &str) -> bool {
        let mut expected = b"before".to_vec();
        let reference = self.reference.convert_by_reference(record, &mut expected);
        for _ in 0..2 {
            let mut out = b"before".to_vec();
            let quick = self.quick.convert(record, &mut out);
            assert_eq!(quick, reference, "{record}");
            assert_eq!(
                String::from_utf8(out).unwrap(),
                String::from_utf8(expected.clone()).unwrap(),
                "{record}"
            );
        }
        reference.is_ok()
    }
}

thread_local! {
    /// Kept from record to record: what one leaves behind must not change another.
    static BOTH: RefCell<[Both; 2]> = RefCell::new([
        Both::new(ConvertOptions::default()),
        Both::new(ConvertOptions { omit_nulls: true, unknown_types: UnknownTypes::Reject }),
    ]);
}

fn check(record: &str) -> bool {
    BOTH.with_borrow_mut(|both| {
        let [usual, other] = both;
        other.check(record);
        usual.check(record)
    })
}

/// One change of a record's bytes.
#[derive(Debug, Clone)]
enum Edit {
    Replace(prop::sample::Index, u8),
    Insert(prop::sample::Index, &'static str),
    Remove(prop::sample::Index, usize),
    /// Copies so many bytes from the one place to the other.
    Copy(prop::sample::Index, prop::sample::Index, usize),
    Cut(prop::sample::Index),
}

fn edit() -> impl Strategy<Value = Edit> {
    let place = any::<prop::sample::Index>;
    // What JSON is made of, what it must not hold, and names of attributes.
    let pieces = vec![
        "\"",
        "\\",
        ",",
        ":",
        "{",
        "}",
        "[",
        "]",
        " ",
        "\n",
        "\t",
        "\r",
        "\u{1}",
        "\u{7f}",
        "null",
        "true",
        "0",
        "01",
        "-",
        ".",
        "e9",
        "\\u0041",
        "\\ud800",
        "\\/",
        "\\x",
        "{}",
        "[]",
        "\"\"",
        "\"a\":1,",
        "\"id\":\"\",",
        "\"objectType\":\"Client\",",
        "\"published\":null,",
        ",\"eventId\":\"x\"",
        ", ",
        ": ",
        "\u{e9}",
        "\u{1f600}",
        "Client",
        "spr",
        "\"\\u0069d\":1,",
    ];
    prop_oneof![
        4 => (place(), any::<u8>()).prop_map(|(at, byte)| Edit::Replace(at, byte & 0x7f)),
        6 => (place(), prop::sample::select(pieces)).prop_map(|(at, piece)| Edit::Insert(at, piece)),
        3 => (place(), 1..24_usize).prop_map(|(at, len)| Edit::Remove(at, len)),
        3 => (place(), place(), 1..60_usize).prop_map(|(from, to, len)| Edit::Copy(from, to, len)),
        1 => place().prop_map(Edit::Cut),
    ]
}

/// The record after `edits`; `None` if it is no text any more.
fn edited(record: &str, edits: &[Edit]) -> Option<String> {
    let mut bytes = record.as_bytes().to_vec();
    for edit in edits {
        if bytes.is_empty() {
            break;
        }
        let len = bytes.len();
        match edit {
            Edit::Replace(at, byte) => bytes[at.index(len)] = *byte,
            Edit::Insert(at, piece) => {
                let at = at.index(len);
                bytes.splice(at..at, piece.bytes());
            }
            Edit::Remove(at, count) => {
                let at = at.index(len);
                bytes.drain(at..len.min(at + count));
            }
            Edit::Copy(from, to, count) => {
                let (from, to) = (from.index(len), to.index(len));
                let piece = bytes[from..len.min(from + count)].to_vec();
                bytes.splice(to..to, piece);
            }
            Edit::Cut(at) => bytes.truncate(at.index(len)),
        }
    }
    String::from_utf8(bytes).ok()
}

fn generated(seed: u64) -> String {
    let mut record = Vec::new();
    Events::new(seed).append(&mut record);
    String::from_utf8(record).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn events_of_every_shape(record in event()) {
        check(&record);
    }

    #[test]
    fn any_json(record in json()) {
        check(&record);
    }

    #[test]
    fn realistic_events_with_a_few_changes(seed in 0..2000_u64, edits in prop::collection::vec(edit(), 1..4)) {
        let record = generated(seed);
        check(&record);
        if let Some(record) = edited(&record, &edits) {
            check(&record);
        }
    }

    #[test]
    fn odd_events_with_a_few_changes(record in event(), edits in prop::collection::vec(edit(), 1..4)) {
        if let Some(record) = edited(&record, &edits) {
            check(&record);
        }
    }

    #[test]
    fn white_space_anywhere(seed in 0..2000_u64, python in any::<bool>()) {
        let record = generated(seed);
        let Ok(value) = serde_json::from_str::<serde_json::Value>(&record) else { return Ok(()) };
        let spaced = if python {
            record.replace("\":", "\": ").replace(",\"", ", \"")
        } else {
            serde_json::to_string_pretty(&value).unwrap()
        };
        check(&spaced);
    }
}

/// Both would agree on rejecting everything.
#[test]
fn most_changed_events_are_not_rejected_alone() {
    let mut converted = 0;
    for seed in 0..1000 {
        converted += usize::from(check(&generated(seed)));
    }
    assert!(converted > 990, "{converted}");
}

/// The fixtures have each quirk that was ever met.
#[test]
fn every_fixture() {
    let mut records = 0;
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/archive");
    for folder in std::fs::read_dir(root).unwrap() {
        let Ok(files) = std::fs::read_dir(folder.unwrap().path()) else {
            continue;
        };
        for file in files {
            let Ok(text) = std::fs::read_to_string(file.unwrap().path()) else {
                continue;
            };
            for line in text.lines() {
                check(line.trim_end_matches(','));
                records += 1;
            }
        }
    }
    assert!(records > 200, "{records}");
}
