//! What a record takes in memory, told before it is parsed.
//!
//! A record is parsed as a whole, and a hostile one of `{}` takes sixty times its bytes. So a
//! record that is not short is looked at first: one pass that keeps nothing.

use events2logs_mapping::Tables;

use crate::formats::{Compression, Format, Formats};
use crate::process::Action;
use crate::record::Unfit;

/// A shorter record is not looked at: the worst there is takes about 1 MiB.
pub(crate) const SHORT: usize = 1 << 14;

/// A record that needs less needs no right of its own.
pub(crate) const LIGHT: usize = 1 << 20;

/// The code of the reason why a record is rejected that takes more memory than there is for one.
pub const OVER_MEMORY: &str = "over-memory";

/// Says so.
pub(crate) fn over_memory(needed: usize, most: usize) -> Unfit {
    let mib = |bytes: usize| bytes.div_ceil(1 << 20);
    Unfit {
        code: OVER_MEMORY,
        reason: format!(
            "needs up to {} MiB of memory, more than the {} MiB that there are for one record",
            mib(needed),
            most >> 20
        ),
    }
}

/// What a member of an object at the top takes: in the list of members, in that of unknown ones,
/// and where duplicates are looked for.
const MEMBER: usize = 128;

/// What an element of `targets` takes.
const ELEMENT: usize = 136;

/// What is written for a target beyond its own text.
const WRITTEN: usize = 96;

/// The list of a target's unknown members, if it has any.
const LIST: usize = 176;

/// An unknown member of a target.
const UNKNOWN: usize = 80;

/// A member further in, while its object is copied or read for its canonical form.
const DEEPER: usize = 96;

/// An element further in, while its array is read.
const ITEM: usize = 24;

/// The members of a target that its list of unknown ones has no place for.
const KNOWN: [&[u8]; 5] = [
    b"\"id\"",
    b"\"displayName\"",
    b"\"login\"",
    b"\"ipAddress\"",
    b"\"objectType\"",
];

/// What a record is made of, as far as it matters.
#[derive(Debug, Default, PartialEq, Eq)]
struct Parts<'r> {
    /// Members at the first and second level.
    members: usize,
    /// Elements and objects at the third level, where targets are.
    elements: usize,
    targets: usize,
    /// Members at the third level of what is no list.
    third: usize,
    /// Targets with unknown members, and these.
    lists: usize,
    unknown: usize,
    deeper: usize,
    items: usize,
    /// The longest string that is not the same decoded, in bytes when decoded: the one that is
    /// the event's message, and any other.
    message: usize,
    decoded: usize,
    /// The event's type, with its quotes.
    object_type: Option<&'r [u8]>,
    /// Whether the event says which one it is.
    has_id: bool,
}

/// How much memory it takes at most to make of `event`, besides its own bytes, what `action` makes of it.
pub(crate) fn weight(event: &[u8], action: Action<'_>, formats: &Formats) -> usize {
    let len = event.len();
    let (parse, written) = if event.first() == Some(&b'{') {
        let id_level = match action {
            Action::Convert { .. } => 1,
            Action::Restore => 4,
        };
        let parts = Parts::of(event, id_level);
        (
            parts.parsed(len, action),
            match action {
                Action::Convert { .. } => len.saturating_add(parts.targets.saturating_mul(WRITTEN)),
                Action::Restore => len,
            },
        )
    } else {
        // Rejected for what it starts with.
        (0, 0)
    };
    let copies: usize = match formats.to {
        // The event, the row, and the cells on their way there.
        Format::Csv => 4,
        Format::Ndjson | Format::Json => 1,
    };
    let compressed = usize::from(formats.compress != Compression::None);
    parse.saturating_add(written.saturating_mul(copies.saturating_add(compressed)))
}

impl<'r> Parts<'r> {
    /// What reading takes.
    fn parsed(&self, len: usize, action: Action<'_>) -> usize {
        let message = match action {
            Action::Convert { tables, .. } if !self.decodes_message(tables) => 0,
            _ => self.message,
        };
        let all_members = [self.members, self.third, self.unknown, self.deeper]
            .into_iter()
            .chain([self.targets.saturating_mul(KNOWN.len())])
            .fold(0, usize::saturating_add);
        // The canonical form, of which its uuid is made.
        let canonical = if self.has_id {
            0
        } else {
            len.saturating_add(all_members.saturating_mul(DEEPER))
                .saturating_add(self.elements.saturating_mul(ITEM))
        };
        // A restored target is gone when the next one comes.
        let (element, list, unknown) = match action {
            Action::Convert { .. } => (ELEMENT, LIST, UNKNOWN),
            Action::Restore => (ITEM, 0, 0),
        };
        [
            (self.members, MEMBER),
            (self.elements, element),
            (self.lists, list),
            (self.unknown, unknown),
            (self.third, DEEPER),
            (self.deeper, DEEPER),
            (self.items, ITEM),
            // Decoded in one place and copied to another.
            (self.decoded.max(message), 2),
        ]
        .into_iter()
        .map(|(count, each)| count.saturating_mul(each))
        .fold(canonical, usize::saturating_add)
    }

    /// Whether the message is looked at, and so decoded.
    fn decodes_message(&self, tables: &Tables) -> bool {
        let object_type = self
            .object_type
            .and_then(|it| std::str::from_utf8(it).ok())
            .map(|it| it.trim_matches('"'));
        // One that is spelled with escapes could be any.
        object_type.is_none_or(|it| it.contains('\\') || tables.message_reasons.knows(it))
    }

    fn of(record: &'r [u8], id_level: usize) -> Self {
        let mut parts = Self::default();
        let mut level = 0_usize;
        // Of the target at hand.
        let mut has_list = false;
        // Whether what is open at the second level is an array.
        let mut in_list = false;
        // The last string, and the last key of the second level.
        let (mut string, mut key): (&[u8], &[u8]) = (b"", b"");
        let mut at = 0;
        while let Some(byte) = record.get(at) {
            let mut next = at.saturating_add(1);
            match byte {
                b'"' => {
                    let (end, decoded) = end_of_string(record, next);
                    next = end;
                    string = record.get(at..next).unwrap_or_default();
                    match (level, key) {
                        (2, b"\"message\"") => parts.message = parts.message.max(decoded),
                        _ => parts.decoded = parts.decoded.max(decoded),
                    }
                    if (level, key) == (2, b"\"objectType\"") {
                        parts.object_type = Some(string);
                    }
                    if level == id_level && string == b"\"eventId\"" {
                        let rest = record.get(next..).unwrap_or_default().trim_ascii_start();
                        let rest = rest.strip_prefix(b":").unwrap_or_default();
                        let value = rest.trim_ascii_start();
                        parts.has_id |= value.starts_with(b"\"") && !value.starts_with(b"\"\"");
                    }
                }
                b':' => {
                    if level == 2 {
                        key = string;
                    }
                    match level {
                        1 | 2 => add(&mut parts.members),
                        3 if !in_list => add(&mut parts.third),
                        3 if KNOWN.contains(&string) => {}
                        3 => {
                            add(&mut parts.unknown);
                            if !has_list {
                                add(&mut parts.lists);
                                has_list = true;
                            }
                        }
                        _ => add(&mut parts.deeper),
                    }
                }
                b'{' | b'[' => {
                    level = level.saturating_add(1);
                    key = b"";
                    if level == 2 {
                        in_list = *byte == b'[';
                    }
                    if *byte == b'[' {
                        parts.element(level);
                    } else if level == 3 && in_list {
                        add(&mut parts.targets);
                        has_list = false;
                    }
                }
                b'}' | b']' => {
                    level = level.saturating_sub(1);
                    key = b"";
                }
                b',' => {
                    key = b"";
                    parts.element(level);
                }
                _ => {}
            }
            at = next;
        }
        parts
    }

    /// Counts an element at this level, or the member of an object twice.
    fn element(&mut self, level: usize) {
        if level == 2 {
            add(&mut self.elements);
        } else {
            add(&mut self.items);
        }
    }
}

fn add(count: &mut usize) {
    *count = count.saturating_add(1);
}

/// Where the string ends whose first character is at `start`, and how long it is decoded if it
/// has escapes.
fn end_of_string(record: &[u8], start: usize) -> (usize, usize) {
    let (mut at, mut less, mut has_escapes) = (start, 0_usize, false);
    loop {
        let rest = record.get(at..).unwrap_or_default();
        let Some(found) = memchr::memchr2(b'"', b'\\', rest) else {
            return (record.len(), 0);
        };
        at = at.saturating_add(found).saturating_add(1);
        if rest.get(found) == Some(&b'"') {
            let len = at.saturating_sub(start).saturating_sub(less);
            return (at, if has_escapes { len } else { 0 });
        }
        has_escapes = true;
        // A `\u` with its four digits becomes at most three bytes.
        let is_unicode = record.get(at) == Some(&b'u');
        less = less.saturating_add(if is_unicode { 3 } else { 1 });
        at = at.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_counts_is_counted() {
        let event = r#"{"eventId": "a,[{","action":{"objectType":"x.y","message":"a\nb"},
            "targets":[{},{"id":"1"},{"k":[1,2],"l":{"m":1}},7],"x":{"y":[]}}"#;
        let parts = Parts::of(event.as_bytes(), 1);
        assert_eq!((parts.targets, parts.lists, parts.unknown), (3, 1, 2));
        assert_eq!(parts.members, 4 + 2 + 1);
        assert_eq!(parts.object_type, Some(b"\"x.y\"".as_slice()));
        assert_eq!((parts.deeper, parts.has_id), (1, true));
        assert!(parts.message > 0 && parts.decoded == 0);
        let without = event.replace("eventId", "event");
        assert!(!Parts::of(without.as_bytes(), 1).has_id);
        assert!(!Parts::of(event.as_bytes(), 4).has_id);
        for cut in 0..event.len() {
            Parts::of(&event.as_bytes()[..cut], 1);
        }
    }
}
