//! Legacy event types by name, outside of filters.

use std::ops::Range;

use crate::tables::{EventType, Tables};

use super::text::{byte, byte_before, head, line_start, part, tail};
use super::words::is_word;

/// A legacy event type's id in a text.
#[derive(Debug, Clone)]
pub(in crate::check) struct Id<'t> {
    /// Where it stands.
    pub(in crate::check) span: Range<usize>,
    /// Its row.
    pub(in crate::check) row: &'t EventType,
    /// The attribute that it is compared with, if it is.
    pub(in crate::check) key: Option<&'static str>,
}

/// How far back an attribute is looked for.
const REACH: usize = 4096;

/// The names under which detections know the legacy type, as they are shown.
const KEYS: [(&str, &str); 8] = [
    ("legacyeventtype", "legacyEventType"),
    ("legacy_event_type", "legacy_event_type"),
    ("x_legacy_event_type", "legacy_event_type"),
    ("event_legacyeventtype", "legacyEventType"),
    ("action.objecttype", "action.objectType"),
    ("action_objecttype", "action.objectType"),
    ("action.object_type", "action.objectType"),
    ("action_object_type", "action.objectType"),
];

/// The id that the word at `span` is.
pub(in crate::check) fn id<'t>(
    text: &str,
    span: Range<usize>,
    tables: &'t Tables,
    about_okta: impl Fn() -> bool,
) -> Option<Id<'t>> {
    let word = part(text, span.clone());
    let row = tables.event_types.get(word)?;
    // Some ids are System Log types as well.
    if tables.catalog.get(word).is_some() || is_part(text, &span) {
        return None;
    }
    let about_okta = about_okta();
    let key = key_before(text, span.start);
    let is_quoted = matches!(byte_before(text, span.start), b'"' | b'\'' | b'`' | b'2')
        && matches!(byte(text, span.end), b'"' | b'\'' | b'`' | b'\\' | b'%');
    let is_named = key.is_some()
        || (word.starts_with("core.") && word.matches('.').count() > 1)
        || (is_quoted && (about_okta || word.matches('.').count() > 2))
        || (about_okta && word.matches('.').count() > 1 && !is_import(text, span.start));
    is_named.then_some(Id { span, row, key })
}

/// Whether it is a part of a longer name, of a path or of a call.
fn is_part(text: &str, span: &Range<usize>) -> bool {
    let before = byte_before(text, span.start);
    let after = byte(text, span.end);
    matches!(before, b'/' | b'@' | b':' | b'>') && before != b':'
        || matches!(after, b'(' | b'*' | b'/' | b'[' | b'@' | b'{')
        || (after == b'.' && byte(text, span.end.saturating_add(1)).is_ascii_alphanumeric())
}

fn is_import(text: &str, at: usize) -> bool {
    let line = part(text, line_start(text, at)..at).trim_start();
    ["import ", "from ", "package ", "require", "using "]
        .iter()
        .any(|it| line.starts_with(it))
}

/// The attribute before `at`, with nothing but an operator and further ids in between.
fn key_before(text: &str, at: usize) -> Option<&'static str> {
    let mut before = head(text, at);
    let limit = at.saturating_sub(REACH);
    while before.len() > limit {
        let end = before
            .trim_end_matches(|it: char| {
                it.is_whitespace()
                    || matches!(
                        it,
                        '"' | '\''
                            | '`'
                            | '='
                            | '!'
                            | '~'
                            | ':'
                            | '('
                            | ')'
                            | '['
                            | ']'
                            | ','
                            | '|'
                            | '-'
                            | '\\'
                            | '^'
                            | '?'
                            | '*'
                            | '{'
                            | '%'
                            | '#'
                            | '>'
                    )
            })
            .len();
        before = head(before, end);
        let start = before.trim_end_matches(is_word).len();
        let word = tail(before, start);
        if word.is_empty() {
            return None;
        }
        let lower = word.to_ascii_lowercase();
        let known = KEYS.iter().find(|(key, _)| {
            lower == *key
                || lower
                    .strip_suffix(key)
                    .is_some_and(|it| it.ends_with('.') || it.ends_with('$'))
        });
        if let Some((_, shown)) = known {
            return Some(shown);
        }
        let goes_on = word.matches('.').count() > 0
            && word.starts_with(|it: char| it.is_ascii_lowercase())
            && !lower.ends_with("type")
            || matches!(
                lower.as_str(),
                "in" | "or"
                    | "eq"
                    | "ne"
                    | "is"
                    | "not"
                    | "like"
                    | "ilike"
                    | "contains"
                    | "any"
                    | "all"
                    | "has"
                    | "has_any"
                    | "in~"
                    | "get"
                    | "startswith"
                    | "endswith"
                    | "i"
                    | "deep_get"
                    | "event"
                    | "re"
                    | "rlike"
                    | "cased"
                    | "20"
                    | "22"
                    | "2c"
                    | "u0022"
            );
        if !goes_on {
            return None;
        }
        before = head(before, start);
    }
    None
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;

    static TABLES: LazyLock<Tables> = LazyLock::new(|| Tables::shipped().unwrap());

    #[test]
    fn keys_of_every_query_language() {
        let id = "core.user_auth.login_failed";
        for (text, key) in [
            (format!("legacyEventType=\"{id}\""), Some("legacyEventType")),
            (
                format!("\"action.objectType\"=\"{id}\""),
                Some("action.objectType"),
            ),
            (
                format!("legacyEventType|contains:\n    - '{id}'"),
                Some("legacyEventType"),
            ),
            (
                format!("legacyEventType:\n    - core.user_auth.account_locked\n    - '{id}'"),
                Some("legacyEventType"),
            ),
            (
                format!("event.get(\"legacyEventType\") == \"{id}\""),
                Some("legacyEventType"),
            ),
            (
                format!("event.get('legacyEventType') in ('app.auth.sso', '{id}')"),
                Some("legacyEventType"),
            ),
            (
                format!("okta.legacy_event_type : \"{id}\""),
                Some("legacy_event_type"),
            ),
            (
                format!("legacyEventType IN ('app.auth.sso','{id}')"),
                Some("legacyEventType"),
            ),
            (
                format!("where legacyeventtype == \"{id}\""),
                Some("legacyEventType"),
            ),
            (
                format!("event_legacyEventType=~`(?i)^{id}$`"),
                Some("legacyEventType"),
            ),
            (format!("case '{id}':"), None),
            (format!("eventType: '{id}'"), None),
            (format!("# legacyEventType is old\nx = \"{id}\""), None),
        ] {
            let at = text.rfind(id).unwrap();
            assert_eq!(key_before(&text, at), key, "{text}");
        }
    }

    #[test]
    fn names_of_other_things() {
        for text in [
            "import app.auth.sso",
            "app.auth.sso(x)",
            "https://x/app.auth.sso",
            "zone.update",
        ] {
            let at = text.find("app.").or(text.find("zone")).unwrap();
            let span = super::super::words::word_at(text, at);
            assert!(id(text, span, &TABLES, || true).is_none(), "{text}");
        }
    }
}
