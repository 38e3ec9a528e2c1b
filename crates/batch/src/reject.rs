//! Lines of the rejects file.

use std::io::{self, Write as _};

use data_encoding::BASE64;
use serde::{Serialize, Serializer};

use crate::block::{Block, Record};
use crate::process::Making;
use crate::record::Unfit;
use crate::run::RunError;

/// A longer record is written as what takes fewer bytes.
const LONG: usize = 1 << 17;

/// A line of the rejects file.
#[derive(Serialize)]
struct RejectLine<'r> {
    source: &'r str,
    /// From 1, in the decoded input.
    line: u64,
    /// From 0, in the decoded input.
    byte: u64,
    code: &'static str,
    reason: &'r str,
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
    if record.len() > LONG {
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

/// Appends the line of `record` of `block`, which starts on `line` of the input `source`.
pub(crate) fn push_reject(
    block: &Block,
    record: Record<'_>,
    line: u64,
    source: &str,
    unfit: &Unfit,
    rejects: &mut Making<'_, '_>,
) -> Result<(), RunError> {
    let text = as_text(record.bytes);
    let entry = RejectLine {
        source,
        line,
        byte: block.byte_of(record),
        code: unfit.code,
        reason: &unfit.reason,
        record: text,
        record_base64: text.is_none().then_some(Base64(record.bytes)),
    };
    // Strings and numbers: only handing them on can fail.
    let written = serde_json::to_writer(&mut *rejects, &entry).map_err(io::Error::from);
    written
        .and_then(|()| rejects.write_all(b"\n"))
        .map_err(|error| error.downcast().unwrap_or_else(RunError::Rejects))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_record_of_escapes_is_rejected_in_base64() {
        let long = |text: &str| text.repeat(LONG);
        assert!(as_text(b"\x01\x02").is_some());
        assert!(as_text(b"\xff").is_none());
        assert!(as_text(long("abcd\"").as_bytes()).is_some());
        assert!(as_text(long("a\"").as_bytes()).is_none());
        assert!(as_text(long("abcdefgh\x01").as_bytes()).is_none());
        let base64 = serde_json::to_string(&Base64(b"7\xff")).unwrap();
        assert_eq!(base64, "\"N/8=\"");
    }
}
