//! How the records of an input stand in it.

use serde::de::IgnoredAny;

/// How the records of an input stand in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// One to a line. A broken line is one reject, and the next line a new start.
    Lines,
    /// Arrays of records, or records one after the other, over any number of lines.
    Values,
}

/// Tells the layout by the first bytes of an input; `None` while they are white space only.
///
/// A record that is broken must not make lines look like values, or the rest would go down
/// with it: lines are assumed wherever the second line starts like a record.
pub(crate) fn detect(head: &[u8]) -> Option<Layout> {
    let head = head.trim_ascii_start();
    match head.first()? {
        b'[' => return Some(Layout::Values),
        b'{' => {}
        _ => return Some(Layout::Lines),
    }
    let mut lines = head.splitn(2, |byte| *byte == b'\n');
    let first = lines.next().unwrap_or_default();
    let mut values = serde_json::Deserializer::from_slice(first).into_iter::<IgnoredAny>();
    let starts_whole = values.next().is_some_and(|value| value.is_ok());
    let more = starts_whole && matches!(values.next(), Some(Ok(_)));
    if more {
        return Some(Layout::Values);
    }
    let rest = lines.next().unwrap_or_default().trim_ascii_start();
    let next_is_record = matches!(rest.first(), None | Some(b'{'));
    Some(if starts_whole || next_is_record {
        Layout::Lines
    } else {
        Layout::Values
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layout() {
        for (head, layout) in [
            ("", None),
            (" \n\t", None),
            ("[{}]", Some(Layout::Values)),
            ("\n [", Some(Layout::Values)),
            ("{\"a\":1}\n{\"a\":2}\n", Some(Layout::Lines)),
            ("{\"a\":1}", Some(Layout::Lines)),
            ("{\"a\":1}{\"a\":2}", Some(Layout::Values)),
            ("{\"a\":1} {\"a\":2}\n", Some(Layout::Values)),
            ("{\n  \"a\": 1\n}\n", Some(Layout::Values)),
            ("{\"a\":\n{\"b\":1}\n", Some(Layout::Lines)),
            ("{\"a\":", Some(Layout::Lines)),
            ("{\"a\":1,}\n\n{\"a\":2}\n", Some(Layout::Lines)),
            ("garbage\n{\"a\":2}\n", Some(Layout::Lines)),
        ] {
            assert_eq!(detect(head.as_bytes()), layout, "{head:?}");
        }
    }
}
