//! Converts the records of a block.

use data_encoding::BASE64;
use events2logs_mapping::{
    ConvertOptions, Converted, Converter, Reject, Restored, Tables, TypeMatch, restore,
};
use serde::Serialize;

use crate::block::{Block, LineCounter, Record};
use crate::tally::Tally;

/// What to do with each record.
#[derive(Debug, Clone, Copy)]
pub enum Action<'t> {
    /// Legacy events become LogEvents.
    Convert {
        /// The tables to go by.
        tables: &'t Tables,
        /// How.
        options: ConvertOptions,
    },
    /// LogEvents become the legacy events they were.
    Restore,
}

/// What became of a block.
#[derive(Debug, Default)]
pub(crate) struct Processed {
    /// One event a line.
    pub(crate) out: Vec<u8>,
    /// One rejected record a line, as the rejects file has them.
    pub(crate) rejects: Vec<u8>,
    pub(crate) tally: Tally,
}

/// A line of the rejects file.
#[derive(Serialize)]
struct RejectLine<'r> {
    source: &'r str,
    /// From 1, in the decoded input.
    line: u64,
    /// From 0, in the decoded input.
    byte: u64,
    code: &'static str,
    reason: String,
    /// The record as it stood.
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<&'r str>,
    /// The same, where it is no UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    record_base64: Option<String>,
}

/// Why a record is rejected before its JSON is looked at.
const INVALID_UTF8: &str = "invalid-utf8";

/// Converts the records of `block`, which is a part of the input `source`.
pub(crate) fn process(action: Action<'_>, block: &Block, source: &str) -> Processed {
    let mut processed = Processed::default();
    // Twice the input is what LogEvents take.
    processed.out.reserve(block.bytes.len().saturating_mul(2));
    match action {
        Action::Convert { tables, options } => {
            let mut converter = Converter::new(tables, options);
            each(block, source, &mut processed, |text, out, tally| {
                match converter.convert(text, out)? {
                    Converted::LegacyEvent(type_match) => {
                        tally.convert(match &type_match {
                            TypeMatch::Successor(row) | TypeMatch::NoSuccessor(row) => {
                                &row.legacy_event_type
                            }
                            TypeMatch::Unknown(legacy_event_type) => legacy_event_type,
                        });
                    }
                    Converted::PassedThrough => tally.pass_through(),
                }
                Ok(())
            });
        }
        Action::Restore => each(block, source, &mut processed, |text, out, tally| {
            match restore(text, out)? {
                Restored::LegacyEvent => tally.restore(),
                Restored::PassedThrough => tally.pass_through(),
            }
            Ok(())
        }),
    }
    processed
}

fn each(
    block: &Block,
    source: &str,
    processed: &mut Processed,
    mut convert: impl FnMut(&str, &mut Vec<u8>, &mut Tally) -> Result<(), Reject>,
) {
    let mut lines = LineCounter::default();
    let records = block.records().flat_map(|record| {
        let page = block.page(record);
        // Most records are themselves.
        let itself = page.is_none().then_some(record);
        itself.into_iter().chain(page.into_iter().flatten())
    });
    for record in records {
        let (code, reason) = match std::str::from_utf8(record.bytes) {
            Ok(text) => match convert(text, &mut processed.out, &mut processed.tally) {
                Ok(()) => {
                    processed.out.push(b'\n');
                    continue;
                }
                Err(reject) => (reject.code(), reject.to_string()),
            },
            Err(error) => {
                let at = error.valid_up_to();
                let found = record.bytes.get(at).copied().unwrap_or_default();
                let reason = format!("not UTF-8: 0x{found:02x} at byte {at} of the record");
                (INVALID_UTF8, reason)
            }
        };
        let line = lines.line_of(block, record);
        reject(block, record, line, source, code, reason, processed);
    }
}

fn reject(
    block: &Block,
    record: Record<'_>,
    line: u64,
    source: &str,
    code: &'static str,
    reason: String,
    processed: &mut Processed,
) {
    let text = std::str::from_utf8(record.bytes).ok();
    processed
        .tally
        .reject(code, || (format!("{source}:{line}"), reason.clone()));
    let entry = RejectLine {
        source,
        line,
        byte: block.byte_of(record),
        code,
        reason,
        record: text,
        record_base64: text.is_none().then(|| BASE64.encode(record.bytes)),
    };
    // Strings and numbers into a vector: neither can fail.
    let _ = serde_json::to_writer(&mut processed.rejects, &entry);
    processed.rejects.push(b'\n');
}
