//! How the records of an input stand in it.

use serde::de::IgnoredAny;

use crate::block::{is_blank, trim_start};

/// How the records of an input stand in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// One to a line. A broken line is one reject, and the next line a new start.
    Lines,
    /// Arrays of records, or records one after the other, over any number of lines.
    Values,
    /// Rows of a table.
    Rows,
}

/// How many lines are looked at.
const LINES: usize = 200;

/// Tells the layout by the first bytes of an input; `None` while they do not tell, which they do
/// when there are no more (`at_end`), unless they are white space only.
///
/// A broken record must not make lines look like values, or the rest would go down with it. So
/// the lines have a vote: a whole object on a line speaks for lines, a line that can only be a
/// piece of a record against. What is neither, such as a record that is cut off, says nothing.
pub(crate) fn detect(head: &[u8], at_end: bool) -> Option<Layout> {
    let start = head.iter().position(|byte| !is_blank(*byte))?;
    let before = head.get(..start).unwrap_or_default();
    let text = head.get(start..).unwrap_or_default();
    let line_start = memchr::memrchr(b'\n', before).map_or(0, |at| at.saturating_add(1));
    let indent = before.get(line_start..).unwrap_or_default().len();
    let is_array = text.first() == Some(&b'[');
    let record: &[u8] = if is_array { b"[" } else { b"" };

    // The last line may be cut off by the end of the head.
    let whole_lines = if at_end {
        text.len()
    } else {
        memchr::memrchr(b'\n', text).unwrap_or_default()
    };
    let text_lines = text.get(..whole_lines).unwrap_or_default();
    if text_lines.is_empty() {
        return if is_array {
            Some(Layout::Values)
        } else {
            one_long_line(text)
        };
    }
    let mut lines = 0_usize;
    let mut pieces = 0_usize;
    let with_indent = text_lines
        .split(|byte| *byte == b'\n')
        .enumerate()
        .map(|(number, line)| {
            let start = trim_start(line);
            let indent = if number == 0 {
                indent
            } else {
                line.len().saturating_sub(start.len())
            };
            (indent, start.trim_ascii_end())
        });
    let with_indent = with_indent.filter(|(_, line)| !line.is_empty());
    for (its_indent, line) in with_indent.take(LINES) {
        match kind(line) {
            // Deeper ones are parts of pretty-printed records.
            // Of what starts as an array, other arrays: objects on lines of their own are its.
            Kind::Record if its_indent == indent && line.starts_with(record) => {
                lines = lines.saturating_add(1);
            }
            Kind::Piece => pieces = pieces.saturating_add(1),
            Kind::Record | Kind::Neither => {}
        }
    }
    Some(if is_array {
        // One array, unless it is one of those that stand one to a line.
        if lines > 1 && lines > pieces {
            Layout::Lines
        } else {
            Layout::Values
        }
    } else if pieces > lines {
        Layout::Values
    } else {
        Layout::Lines
    })
}

enum Kind {
    /// An object, or an array of them, and nothing else.
    Record,
    /// What a line of its own cannot be, but a part of a record or array over several lines can:
    /// or several records.
    Piece,
    /// Cut off or garbage.
    Neither,
}

fn kind(line: &[u8]) -> Kind {
    let mut values = serde_json::Deserializer::from_slice(line).into_iter::<IgnoredAny>();
    let first_is_whole = values.next().is_some_and(|value| value.is_ok());
    match (line.first(), line.last()) {
        (Some(b'{'), _) if first_is_whole => {
            let rest = line.get(values.byte_offset()..).unwrap_or_default();
            match rest.trim_ascii().first() {
                None => Kind::Record,
                Some(b',' | b'{') => Kind::Piece,
                Some(_) => Kind::Neither,
            }
        }
        (Some(b'['), _) if first_is_whole && values.byte_offset() == line.len() => Kind::Record,
        (Some(b'"' | b'}' | b']'), _) | (_, Some(b'{' | b'[')) => Kind::Piece,
        _ => Kind::Neither,
    }
}

/// The layout of a head that is not even one line: whether a second record follows the first.
fn one_long_line(text: &[u8]) -> Option<Layout> {
    if text.first() != Some(&b'{') {
        return Some(Layout::Lines);
    }
    match kind(text) {
        Kind::Piece => Some(Layout::Values),
        Kind::Record | Kind::Neither => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layout() {
        let lines = Some(Layout::Lines);
        let values = Some(Layout::Values);
        let good = "{\"a\":1}\n".repeat(1000);
        let first_is_cut = format!("{{\"actors\":[\ngarbage\n{good}");
        let compact_then_pretty = format!("{{\"a\":1}}\n{}", "{\n  \"a\": 1\n}\n".repeat(9));
        let pages = "[{\"a\":1},{\"b\":2}]\n".repeat(3);
        let pages_first_cut = format!("[{{\"a\":1}},{{\"b\":\n{pages}");
        for (head, layout) in [
            ("", None),
            (" \n\t", None),
            ("[{}]", values),
            ("\n [", values),
            ("[\n{\"a\":1},\n{\"a\":2}\n]\n", values),
            ("[\n{\"a\":1}\n,\n{\"a\":2}\n]\n", values),
            ("[\n{\"a\":1}\n,\n{\"a\":2}\n,\n{\"a\":3}\n,\n{}\n]", values),
            ("[{\"a\":1},\n{\"a\":2},\n{\"a\":3}]\n", values),
            ("[{\"a\":1}]\n[{\"a\":2}]\n", lines),
            (&pages_first_cut, lines),
            ("{\"a\":1}\n{\"a\":2}\n", lines),
            ("{\"a\":1}", lines),
            ("{\"a\":1}{\"a\":2}", values),
            ("{\"a\":1} {\"a\":2}\n", values),
            ("{\"a\":1},\n{\"a\":2},\n", values),
            ("{\n  \"a\": 1\n}\n", values),
            ("{\"actors\": [\n  {\n    \"id\": 1\n  }\n]}\n", values),
            (
                "{\n  \"actors\": [\n    {\"id\": 1}\n  ]\n}\n{\n  \"a\": 1\n}\n",
                values,
            ),
            ("{\n\"actors\":[\n{\"id\":1}\n]\n}\n", values),
            ("{\"a\":\n{\"b\":1}\n", lines),
            ("{\"a\":", lines),
            ("{\"a\":1,}\n\n{\"a\":2}\n", lines),
            ("garbage\n{\"a\":2}\n", lines),
            (&first_is_cut, lines),
            (&compact_then_pretty, values),
            // JSON text sequences.
            ("\x1e{\"a\":1}\n\x1e{\"a\":2}\n", lines),
            ("\x1e{\n  \"a\":1\n}\n\x1e{\n  \"a\":2\n}\n", values),
        ] {
            assert_eq!(detect(head.as_bytes(), true), layout, "{head:?}");
        }
    }

    #[test]
    fn a_head_that_ends_within_its_first_record_does_not_tell() {
        for (head, layout) in [
            ("{\"a\":", None),
            ("{\"a\":1}", None),
            ("{\"a\":1} ", None),
            ("{\"a\":1}{", Some(Layout::Values)),
            ("{\"a\":1}\n{", Some(Layout::Lines)),
            ("[{\"a\":", Some(Layout::Values)),
            ("garbage", Some(Layout::Lines)),
        ] {
            assert_eq!(detect(head.as_bytes(), false), layout, "{head:?}");
        }
    }
}
