//! Legacy event types by name, outside of filters.

use std::ops::Range;

use crate::tables::{EventType, Tables};

use super::Scanner;
use super::call;
use super::keys::{self, Attribute, Key};
use super::text::{byte, byte_before, line_start, part, prefix, tail};

/// A legacy event type's id in a text.
#[derive(Debug, Clone)]
pub(in crate::check) struct Id<'t> {
    /// Where it stands.
    pub(in crate::check) span: Range<usize>,
    /// What it names.
    pub(in crate::check) what: What<'t>,
    /// The attribute that it is compared with, if it is.
    pub(in crate::check) key: Option<Attribute>,
}

/// What a word names.
#[derive(Debug, Clone)]
pub(in crate::check) enum What<'t> {
    /// One type.
    Type(&'t EventType),
    /// All that start so; there is one at least.
    Start(String),
}

/// The id, or the start of ids, that the word at `span` is.
pub(super) fn id<'t>(scanner: &Scanner<'_, 't>, span: Range<usize>) -> Option<Id<'t>> {
    let (text, tables) = (scanner.text, scanner.tables);
    let word = part(text, span.clone());
    let wildcard = wildcard(text, span.end);
    let row = tables
        .event_types
        .get(word)
        // Some ids are System Log types as well.
        .filter(|_| tables.catalog.get(word).is_none());
    // A word is told apart before its surroundings are looked at: there are many.
    if row.is_none() && !tables.markers().is_start(word) || is_part(text, &span, wildcard) {
        return None;
    }
    let key = key(scanner, &span);
    if let Some(key) = key
        && (wildcard > 0 || row.is_none() && (key.starts || byte(text, span.end) == b'.'))
    {
        return start(text, span, wildcard, key.attribute, tables);
    }
    let row = row.filter(|_| wildcard == 0)?;
    let about_okta = scanner.about_okta();
    let is_quoted = matches!(byte_before(text, span.start), b'"' | b'\'' | b'`' | b'2')
        && matches!(byte(text, span.end), b'"' | b'\'' | b'`' | b'\\' | b'%');
    let is_named = key.is_some()
        || (word.starts_with("core.") && word.matches('.').count() > 1)
        || (is_quoted && (about_okta || word.matches('.').count() > 2))
        || (about_okta && word.matches('.').count() > 1 && !is_import(text, span.start));
    is_named.then_some(Id {
        span,
        what: What::Type(row),
        key: key.map(|it| it.attribute),
    })
}

/// What the name at `span` is compared with. In a list, the same as the name before it.
fn key(scanner: &Scanner<'_, '_>, span: &Range<usize>) -> Option<Key> {
    /// No longer gap is between two names of a list.
    const GAP: usize = 120;
    let text = scanner.text;
    let listed = scanner.recent.get().filter(|(end, _)| {
        let gap = part(text, *end..span.start);
        !gap.is_empty()
            && gap.len() < GAP
            && gap.contains(',')
            && gap
                .chars()
                .all(|it| it.is_whitespace() || "\"'`,".contains(it))
    });
    let key = match listed {
        // A key is a value of nothing.
        _ if keys::is_key(text, span) => None,
        Some((_, key)) => key,
        None => {
            let is_code = scanner.family.is_code();
            keys::before(text, span.start, is_code, |at| scanner.literal_around(at))
                .or_else(|| keys::after(text, span.end))
                .or_else(|| held(scanner, span.start))
        }
    };
    scanner.recent.set(Some((span.end, key)));
    key
}

/// What the variable is compared with that a program puts the id into: `LOCKS = {"…", "…"}` and
/// then `event.get("eventType") in LOCKS`.
fn held(scanner: &Scanner<'_, '_>, at: usize) -> Option<Key> {
    /// How far the start of a list is looked for.
    const REACH: usize = 1200;
    /// How many variables of a text are looked for, and how often each.
    const MOST: usize = 64;
    let text = scanner.text;
    let floor = text.floor_char_boundary(at.saturating_sub(REACH));
    let defined = call::opening(text, at, floor).unwrap_or(at);
    let name = call::variable(part(text, line_start(text, defined)..defined))
        .filter(|it| it.len() > 2 && keys::attribute(it).is_none())?;
    if let Some(known) = scanner.held.borrow().get(&name) {
        return *known;
    }
    if scanner.held.borrow().len() > MOST {
        return None;
    }
    let is_code = scanner.family.is_code();
    let key = text.match_indices(&name).take(MOST).find_map(|(found, _)| {
        let end = found.saturating_add(name.len());
        let is_name = |it: u8| it.is_ascii_alphanumeric() || it == b'_';
        let is_other = is_name(byte_before(text, found))
            || is_name(byte(text, end))
            // `MOVED[old]` stands for what it became.
            || tail(text, end).starts_with(['[', '('])
            || tail(text, end).starts_with(".get(")
            || line_start(text, found) == line_start(text, defined)
            // The same key of another entry is no use of this one.
            || keys::is_key(text, &(found..end));
        if is_other {
            return None;
        }
        keys::before(text, found, is_code, |at| scanner.literal_around(at))
            .or_else(|| keys::after(text, end))
    });
    scanner.held.borrow_mut().insert(name, key);
    key
}

/// The id, or the start of ids, in a regular expression at `at`: `core\.user_auth\..*`.
pub(super) fn escaped<'t>(scanner: &Scanner<'_, 't>, at: usize) -> Option<Id<'t>> {
    let (text, tables) = (scanner.text, scanner.tables);
    let is_name = |it: char| it.is_ascii_alphanumeric() || it == '_';
    if is_name(char::from(byte_before(text, at))) {
        return None;
    }
    /// No id is longer.
    const LONGEST: usize = 120;
    let mut name = String::new();
    let mut end = at;
    while name.len() < LONGEST {
        let len = prefix(tail(text, end), is_name);
        name.push_str(part(text, end..end.saturating_add(len)));
        end = end.saturating_add(len);
        // In a string of a program or of JSON, the backslash is escaped itself.
        let rest = tail(text, end);
        let Some(dot) = ["\\.", "\\\\."].into_iter().find(|it| rest.starts_with(it)) else {
            break;
        };
        name.push('.');
        end = end.saturating_add(dot.len());
    }
    let key = keys::before(text, at, scanner.family.is_code(), |at| {
        scanner.literal_around(at)
    })
    .or_else(|| keys::after(text, end))?;
    let row = tables.event_types.get(&name);
    let is_whole = tail(text, end).starts_with(['$', '"', '\'', '`', ')', '/', '|']);
    let what = match row.filter(|_| is_whole && tables.catalog.get(&name).is_none()) {
        Some(row) => What::Type(row),
        None if is_legacy_start(&name, key.attribute, tables) => What::Start(name),
        None => return None,
    };
    Some(Id {
        span: at..end,
        what,
        key: Some(key.attribute),
    })
}

/// The length of the mark after a name by which all names that start so are meant.
fn wildcard(text: &str, at: usize) -> usize {
    let rest = tail(text, at);
    let dot = usize::from(rest.starts_with('.'));
    let rest = tail(rest, dot);
    let is_percent = rest.strip_prefix('%').is_some_and(|it| {
        it.is_empty() || it.starts_with(|it: char| it.is_whitespace() || "\"'`),;".contains(it))
    });
    if rest.starts_with(".*") {
        dot.saturating_add(2)
    } else if rest.starts_with('*') || is_percent {
        dot.saturating_add(1)
    } else {
        0
    }
}

/// The legacy types that start so.
pub(in crate::check) fn covered<'t>(
    start: &str,
    tables: &'t Tables,
) -> impl Iterator<Item = &'t EventType> {
    tables
        .event_types
        .rows()
        .iter()
        .filter(move |row| row.legacy_event_type.starts_with(start))
}

/// How many System Log types start so, and how many types are legacy ones only; `None` where
/// nothing is wrong with such a start under `eventType`: `app.` is for many of either.
pub(in crate::check) fn shares(start: &str, tables: &Tables) -> Option<(usize, usize)> {
    /// Among so many legacy types for each of the System Log's, the legacy ones are meant.
    const MANY: usize = 4;
    let rows = tables.catalog.rows().iter();
    let listed = rows.filter(|row| row.event_type.starts_with(start)).count();
    let is_legacy_only = |row: &&EventType| tables.catalog.get(&row.legacy_event_type).is_none();
    let others = covered(start, tables).filter(is_legacy_only).count();
    (others > listed.saturating_mul(MANY)).then_some((listed, others))
}

/// Whether legacy types start so; under `eventType`, hardly any other.
fn is_legacy_start(start: &str, key: Attribute, tables: &Tables) -> bool {
    if key != Attribute::EventType {
        return covered(start, tables).next().is_some();
    }
    shares(start, tables).is_some()
}

/// The start of names at `span`.
fn start<'t>(
    text: &str,
    span: Range<usize>,
    wildcard: usize,
    key: Attribute,
    tables: &'t Tables,
) -> Option<Id<'t>> {
    let dot = usize::from(byte(text, span.end) == b'.');
    let start = part(text, span.start..span.end.saturating_add(dot));
    if !is_legacy_start(start, key, tables) {
        return None;
    }
    Some(Id {
        span: span.start..span.end.saturating_add(wildcard.max(dot)),
        what: What::Start(start.to_owned()),
        key: Some(key),
    })
}

/// Whether it is a part of a longer name, of a path or of a call.
fn is_part(text: &str, span: &Range<usize>, wildcard: usize) -> bool {
    let before = byte_before(text, span.start);
    let after = byte(text, span.end);
    matches!(before, b'/' | b'@' | b'>')
        || (matches!(after, b'(' | b'*' | b'/' | b'[' | b'@' | b'{') && wildcard == 0)
        || (after == b'.' && byte(text, span.end.saturating_add(1)).is_ascii_alphanumeric())
}

fn is_import(text: &str, at: usize) -> bool {
    let line = part(text, line_start(text, at)..at).trim_start();
    ["import ", "from ", "package ", "require", "using "]
        .iter()
        .any(|it| line.starts_with(it))
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;

    static TABLES: LazyLock<Tables> = LazyLock::new(|| Tables::shipped().unwrap());

    #[test]
    fn names_of_other_things() {
        for text in [
            "import app.auth.sso",
            "app.auth.sso(x)",
            "https://x/app.auth.sso",
            "zone.update",
        ] {
            let found = super::super::scan(&format!("{text} # okta"), "a.py", &TABLES);
            assert!(found.is_empty(), "{text}: {found:?}");
        }
    }
}
