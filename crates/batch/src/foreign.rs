//! Content that is nothing to convert.

use crate::block::trim_start;
use crate::csv::Table;

/// Names what `head`, the decoded start of an input, is if no events can be in it: converting it
/// would only make a reject of each line.
pub(crate) fn foreign(head: &[u8]) -> Option<&'static str> {
    const TAR: &[u8] = b"ustar";
    const TAR_AT: usize = 257;
    if head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        Some("zstd, compressed again")
    } else if head.starts_with(&[0x1f, 0x8b]) {
        Some("gzip, compressed again")
    } else if head.starts_with(b"PK\x03\x04") {
        Some("a zip archive")
    } else if head.starts_with(b"BZh") {
        Some("bzip2")
    } else if head.starts_with(&[0xfd, b'7', b'z', b'X', b'Z', 0]) {
        Some("xz")
    } else if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        Some("UTF-16 text")
    } else if head.get(TAR_AT..).is_some_and(|at| at.starts_with(TAR)) {
        Some("a tar archive")
    } else if head.trim_ascii().is_empty() || has_json(head) || is_table(head) {
        None
    } else if head.contains(&0) {
        Some("a binary file")
    } else {
        Some("text that is not JSON")
    }
}

/// Whether what [`foreign`] names has files in it.
pub(crate) fn is_archive(found: &str) -> bool {
    found.ends_with(" archive")
}

/// Whether there are rows of events, or that hold them.
fn is_table(head: &[u8]) -> bool {
    Table::of(head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head), true).is_some()
}

/// Whether some line starts as an object or array does. Links and labels of documents,
/// `[like](this)`, do not.
fn has_json(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    head.split(|byte| *byte == b'\n').any(|line| {
        let line = trim_start(line).trim_ascii_end();
        match line.split_first() {
            Some((b'{', _)) => true,
            Some((b'[', rest)) => matches!(
                rest.trim_ascii_start().first(),
                None | Some(b'{' | b'[' | b']' | b'"' | b'0'..=b'9')
            ),
            _ => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_no_events_is_named() {
        let tar = {
            let mut tar = vec![0; 512];
            tar[..6].copy_from_slice(b"a.json");
            tar[257..262].copy_from_slice(b"ustar");
            tar.extend_from_slice(b"{\"a\":1}\n");
            tar
        };
        for (head, found) in [
            (&b""[..], None),
            (b" \n", None),
            (b"{\"a\":1}", None),
            (b"\xef\xbb\xbf[", None),
            (b"garbage\n  {\"a\":1}\n", None),
            (b"{\"a\":\"\0\"}\n", None),
            (b"{\"cut\n\0\n{\"a\":1}", None),
            (b"\0\0PNG", Some("a binary file")),
            (
                b"# Title\n\n[link](x)\n[![badge](y)]\n",
                Some("text that is not JSON"),
            ),
            (b"id,published\n1,2018\n", Some("text that is not JSON")),
            (&tar, Some("a tar archive")),
        ] {
            assert_eq!(foreign(head), found, "{:?}", String::from_utf8_lossy(head));
        }
    }
}
