//! Lines of the rejects file.

use data_encoding::BASE64;
use serde::Serialize;

use crate::block::{Block, Record};
use crate::record::Unfit;

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
    /// The same, where it is no UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    record_base64: Option<String>,
}

/// Appends the line of `record` of `block`, which starts on `line` of the input `source`.
pub(crate) fn push_reject(
    block: &Block,
    record: Record<'_>,
    line: u64,
    source: &str,
    unfit: &Unfit,
    rejects: &mut Vec<u8>,
) {
    let text = std::str::from_utf8(record.bytes).ok();
    let entry = RejectLine {
        source,
        line,
        byte: block.byte_of(record),
        code: unfit.code,
        reason: &unfit.reason,
        record: text,
        record_base64: text.is_none().then(|| BASE64.encode(record.bytes)),
    };
    // Strings and numbers into a vector: neither can fail.
    let _ = serde_json::to_writer(&mut *rejects, &entry);
    rejects.push(b'\n');
}
