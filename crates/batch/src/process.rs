//! Converts the records of a block.

use data_encoding::BASE64;
use events2logs_mapping::{
    ConvertOptions, Converted, Converter, Reject, Restored, Tables, restore,
};
use serde::{Serialize, Serializer};

use crate::block::{Block, LineCounter, Record};
use crate::buffer::Spare;
use crate::split::BLOCK;
use crate::tally::{Tally, Types};

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
pub(crate) struct Processed<'t> {
    /// One event a line.
    pub(crate) out: Vec<u8>,
    /// One rejected record a line, as the rejects file has them.
    pub(crate) rejects: Vec<u8>,
    /// The counts, those by type aside.
    pub(crate) tally: Tally,
    pub(crate) types: Types<'t>,
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
    /// The same, where it is no UTF-8, or too long for all the escapes it would need.
    #[serde(skip_serializing_if = "Option::is_none")]
    record_base64: Option<Base64<'r>>,
}

/// Bytes that are written in base64, without a second copy of them.
struct Base64<'r>(&'r [u8]);

impl Serialize for Base64<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&BASE64.encode_display(self.0))
    }
}

/// `record` as text, unless it is none, or takes more memory as a string of JSON than it should:
/// a record of control characters becomes six times as long.
fn as_text(record: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(record).ok()?;
    if record.len() > BLOCK {
        let escapes = record
            .iter()
            .filter(|byte| matches!(byte, 0..=0x1f | b'"' | b'\\'));
        let escaped: usize = escapes.map(|byte| if *byte < b' ' { 5 } else { 1 }).sum();
        // In base64 it becomes longer by a third.
        if escaped > record.len() / 3 {
            return None;
        }
    }
    Some(text)
}

/// Why a record is rejected before its JSON is looked at.
const INVALID_UTF8: &str = "invalid-utf8";

/// What becomes of one record.
enum Fate {
    Converted,
    PassedThrough,
}

/// What the threads of a run work with, and what they use again block after block.
#[derive(Debug)]
pub(crate) struct Workshop<'t> {
    pub(crate) action: Action<'t>,
    converters: Spare<Converter<'t>>,
    /// Memory of blocks that were worked off.
    pub(crate) blocks: Spare<Vec<u8>>,
    outs: Spare<Vec<u8>>,
}

impl<'t> Workshop<'t> {
    /// For a pool of so many threads.
    pub(crate) fn new(action: Action<'t>, threads: usize) -> Self {
        Self {
            action,
            converters: Spare::new(threads),
            blocks: Spare::new(threads),
            outs: Spare::new(threads),
        }
    }

    /// Converts the records of `block`, which is a part of the input `source`.
    pub(crate) fn process(&self, block: Block, source: &str) -> Processed<'t> {
        let mut processed = Processed {
            out: self.outs.take().unwrap_or_default(),
            ..Processed::default()
        };
        // Twice the input is what LogEvents take.
        processed.out.reserve(block.bytes().len().saturating_mul(2));
        self.work(&block, source, &mut processed);
        if let Some(memory) = block.buffer.into_spare(BLOCK) {
            self.blocks.give(memory);
        }
        processed
    }

    /// Takes back what a block was converted to, once it is written.
    pub(crate) fn written(&self, mut out: Vec<u8>) {
        // A longer one was made for a record of unusual length.
        if out.capacity() <= BLOCK.saturating_mul(4) {
            out.clear();
            self.outs.give(out);
        }
    }

    fn work(&self, block: &Block, source: &str, processed: &mut Processed<'t>) {
        match self.action {
            Action::Convert { tables, options } => {
                let converter = self.converters.take();
                let mut converter = converter.unwrap_or_else(|| Converter::new(tables, options));
                let mut types = Types::default();
                each(block, source, processed, |text, out| {
                    Ok(match converter.convert(text, out)? {
                        Converted::LegacyEvent(type_match) => {
                            types.add(&type_match);
                            Fate::Converted
                        }
                        Converted::PassedThrough => Fate::PassedThrough,
                    })
                });
                processed.types = types;
                self.converters.give(converter);
            }
            Action::Restore => each(block, source, processed, |text, out| {
                Ok(match restore(text, out)? {
                    Restored::LegacyEvent => Fate::Converted,
                    Restored::PassedThrough => Fate::PassedThrough,
                })
            }),
        }
    }
}

fn each(
    block: &Block,
    source: &str,
    processed: &mut Processed<'_>,
    mut convert: impl FnMut(&str, &mut Vec<u8>) -> Result<Fate, Reject>,
) {
    let mut lines = LineCounter::default();
    // Looked at once for all records, unless one of them is at fault.
    let whole = simdutf8::basic::from_utf8(block.bytes()).ok();
    let mut one = |record: Record<'_>| {
        let text = whole.and_then(|whole| whole.get(Block::place_of(record)));
        let text = text.map_or_else(|| std::str::from_utf8(record.bytes), Ok);
        let (code, reason) = match text {
            Ok(text) => match convert(text, &mut processed.out) {
                Ok(fate) => {
                    match fate {
                        Fate::Converted => processed.tally.convert(),
                        Fate::PassedThrough => processed.tally.pass_through(),
                    }
                    processed.out.push(b'\n');
                    return;
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
    };
    for record in block.records() {
        match block.page(record) {
            None => one(record),
            Some(page) => page.into_iter().for_each(&mut one),
        }
    }
}

fn reject(
    block: &Block,
    record: Record<'_>,
    line: u64,
    source: &str,
    code: &'static str,
    reason: String,
    processed: &mut Processed<'_>,
) {
    let text = as_text(record.bytes);
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
        record_base64: text.is_none().then_some(Base64(record.bytes)),
    };
    // Strings and numbers into a vector: neither can fail.
    let _ = serde_json::to_writer(&mut processed.rejects, &entry);
    processed.rejects.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_record_of_escapes_is_rejected_in_base64() {
        let long = |text: &str| text.repeat(BLOCK);
        assert!(as_text(b"\x01\x02").is_some());
        assert!(as_text(b"\xff").is_none());
        assert!(as_text(long("abcd\"").as_bytes()).is_some());
        assert!(as_text(long("a\"").as_bytes()).is_none());
        assert!(as_text(long("abcdefgh\x01").as_bytes()).is_none());
        let base64 = serde_json::to_string(&Base64(b"7\xff")).unwrap();
        assert_eq!(base64, "\"N/8=\"");
    }
}
