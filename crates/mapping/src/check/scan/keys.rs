//! The attribute that a detection compares an event type with, in whichever language.

use std::ops::Range;

use super::call::opening;
use super::operators::{BETWEEN, METHODS, STARTS, TAKES};
use super::text::{head, line_start, part, prefix, tail};
use super::words::is_word;

/// An attribute that detections go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) enum Attribute {
    /// Of LogEvents.
    EventType,
    /// Of LogEvents, null for whatever has no legacy type. As it is written.
    Legacy(&'static str),
    /// Of legacy events only.
    ObjectType,
}

/// An attribute, and how a name is compared with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) attribute: Attribute,
    /// Whether its value need only start so.
    pub(super) starts: bool,
}

/// How far an attribute is looked for.
const REACH: usize = 4096;

/// How far it is looked for after the name.
const REACH_AFTER: usize = 600;

/// Among so many words of what it is compared with there.
const WORDS: usize = 4;

/// The attribute that a word names.
pub(super) fn attribute(word: &str) -> Option<Attribute> {
    let lower = word.to_ascii_lowercase();
    let path: Vec<&str> = lower
        .split(['.', '$'])
        .filter(|it| !it.is_empty() && !METHODS.contains(it))
        .collect();
    let (last, parents) = path.split_last()?;
    let last = last.strip_suffix("_s").unwrap_or(last);
    let plain: String = last.chars().filter(|it| *it != '_').collect();
    let plain = plain.strip_prefix("get").unwrap_or(&plain);
    if plain.ends_with("legacyeventtype") {
        let shown = if last.ends_with("legacy_event_type") {
            "legacy_event_type"
        } else {
            "legacyEventType"
        };
        return Some(Attribute::Legacy(shown));
    }
    match plain {
        "eventtype" | "oktaeventtype" | "eventeventtype" => Some(Attribute::EventType),
        "actionobjecttype" => Some(Attribute::ObjectType),
        // As Elastic's integration calls it.
        "action" if parents.last() == Some(&"event") => Some(Attribute::EventType),
        // By itself it is known by what it is compared with.
        "objecttype"
            if parents
                .last()
                .is_none_or(|it| *it == "action" || *it == "getaction") =>
        {
            Some(Attribute::ObjectType)
        }
        _ => None,
    }
}

/// What stands between an attribute and a name.
#[derive(Debug, Default)]
struct Between {
    /// The attribute itself is followed by a sign: it is no head of a table.
    follows: bool,
    /// More than what data has: a colon, quotes, a list.
    compares: bool,
    /// One equals sign by itself.
    single: bool,
    starts: bool,
    /// A word that compares.
    worded: bool,
}

impl Between {
    fn signs(&mut self, gap: &str) {
        let signs = gap.trim_matches(|it: char| !"=!~<>".contains(it));
        self.follows = gap.contains([':', '=', '~', '(']);
        self.compares |= !signs.is_empty();
        self.single |= signs == "=" && !gap.contains("~=");
    }

    fn word(&mut self, lower: &str) {
        self.worded = true;
        self.compares = true;
        self.starts |= STARTS.contains(&lower);
    }
}

/// The attribute before the name at `at`, with nothing but an operator and further names in
/// between. `within`: the literal around a place.
pub(super) fn before(
    text: &str,
    at: usize,
    is_code: bool,
    within: impl Fn(usize) -> Option<Range<usize>>,
) -> Option<Key> {
    let mut rest = head(text, at);
    let limit = at.saturating_sub(REACH);
    let mut between = Between::default();
    // Whether the word after was a name, so that nothing joins it to this one.
    let mut is_next = true;
    let mut is_loose = false;
    if is_comment(text, at) {
        return None;
    }
    while rest.len() > limit {
        let end = rest.trim_end_matches(is_between).len();
        let gap = tail(rest, end);
        between.signs(gap);
        rest = head(rest, end);
        if gap.contains('\n')
            && let Some(comment) = comment_start(rest)
        {
            rest = head(rest, comment);
            is_next = false;
            continue;
        }
        let start = rest.trim_end_matches(is_word).len();
        let written = tail(rest, start);
        let word = written.trim_start_matches('-');
        if word.is_empty() {
            return None;
        }
        if let Some(attribute) = attribute(word) {
            between.starts |= word
                .rsplit('.')
                .next()
                .is_some_and(|it| STARTS.contains(&it.to_ascii_lowercase().as_str()));
            // `like(eventType, "…")`
            let opens = head(rest, start)
                .trim_end_matches(['"', '\''])
                .ends_with('(');
            between.follows |= between.worded || opens && gap.contains(',');
            let is_there = is_compared(attribute, word, &between)
                && !(is_code && is_assigned(attribute, &between) && within(start).is_none())
                // `eventType=a.b "c.d"` are two terms of a search.
                && (!is_loose || opens_list(part(text, start..at)));
            return is_there.then_some(Key {
                attribute,
                starts: between.starts,
            });
        }
        let lower = word.to_ascii_lowercase();
        let is_name = word.contains('.')
            && word.starts_with(|it: char| it.is_ascii_lowercase())
            && !lower.ends_with("type");
        if !is_name {
            if matches!(lower.as_str(), "case" | "when") {
                return switched(text, start);
            }
            let word = operator(&lower, written.len() > word.len())?;
            between.word(word);
        } else if is_next
            && gap
                .chars()
                .all(|it| it.is_whitespace() || "\"'`\\".contains(it))
        {
            is_loose = true;
        }
        is_next = is_name;
        rest = head(rest, start);
    }
    None
}

/// Whether a list is still open at the end of `text`.
fn opens_list(text: &str) -> bool {
    let mut closed = 0_usize;
    for byte in text.bytes().rev() {
        match byte {
            b')' | b']' | b'}' => closed = closed.saturating_add(1),
            b'(' | b'[' | b'{' if closed == 0 => return true,
            b'(' | b'[' | b'{' => closed = closed.saturating_sub(1),
            _ => {}
        }
    }
    false
}

/// Whether the name at `span` is itself the key of something: `"core.…": {…}`, `core.…:`.
pub(super) fn is_key(text: &str, span: &Range<usize>) -> bool {
    let blank = |it: char| it == ' ' || it == '\t';
    let rest = tail(text, span.end)
        .trim_start_matches(['"', '\'', '`'])
        .trim_start_matches(blank);
    let Some(value) = rest.strip_prefix("=>").or_else(|| rest.strip_prefix(':')) else {
        return false;
    };
    let start = line_start(text, span.start);
    let line = part(text, start..span.start).trim_start();
    // `case "…":` and `if eventType == "…":` end with a colon, too.
    if ["case ", "when "].iter().any(|it| line.starts_with(it)) {
        return false;
    }
    let quotes = ['"', '\'', '`', '\\'];
    let before = part(text, start..span.start).trim_end_matches(quotes);
    let has_value = !head(value, prefix(value, |it| it != '\n'))
        .trim()
        .is_empty();
    match before.trim_end().chars().next_back() {
        Some('{') => true,
        Some(',') => has_value,
        // The first of its line, or of an item of YAML.
        None | Some('-' | '?') if before.trim().len() < 2 => {
            let above = head(text, start).trim_end();
            has_value && above.ends_with(',')
                || !above.ends_with(['=', '(', '[', '|', '&', ',', '~'])
        }
        _ => false,
    }
}

/// The attribute that a `switch` goes by: `switch (event.eventType) { … case "…":`.
fn switched(text: &str, at: usize) -> Option<Key> {
    let floor = text.floor_char_boundary(at.saturating_sub(REACH));
    let open = opening(text, at, floor)?;
    let header = part(text, line_start(text, open)..open);
    header.contains("switch").then(|| {
        let attribute = header.split(|it| !is_word(it)).find_map(attribute)?;
        Some(Key {
            attribute,
            starts: false,
        })
    })?
}

/// The word if it may stand between; of PowerShell's `-cnotlike`, the last part.
fn operator(word: &str, is_dashed: bool) -> Option<&str> {
    let known =
        |word: &&str| BETWEEN.contains(word) || STARTS.contains(word) || METHODS.contains(word);
    let word = word.trim_start_matches('.');
    let forms = [
        Some(word),
        word.strip_prefix(['c', 'i']),
        word.strip_prefix("not"),
        word.strip_prefix("cnot"),
        word.strip_prefix("inot"),
    ];
    let count = if is_dashed { forms.len() } else { 1 };
    forms.into_iter().take(count).flatten().find(known)
}

/// Whether the attribute is compared with a name, rather than an event that has it or prose that
/// says both.
fn is_compared(attribute: Attribute, word: &str, between: &Between) -> bool {
    match attribute {
        Attribute::Legacy(_) => true,
        Attribute::EventType => between.follows && !is_constant(word),
        // An event has it under `action`; a detection names the path, or compares.
        Attribute::ObjectType => {
            between.follows && (between.compares || word.contains(['.', '_'])) && !is_constant(word)
        }
    }
}

/// `EVENT_TYPE` is a variable of somebody's own.
fn is_constant(word: &str) -> bool {
    !word.contains(|it: char| it.is_ascii_lowercase())
}

/// Whether a program gives the name to a variable.
fn is_assigned(attribute: Attribute, between: &Between) -> bool {
    between.single && !matches!(attribute, Attribute::Legacy(_))
}

/// Whether a name stands in a comment right from its start: `- a.b # core.c`.
fn is_comment(text: &str, at: usize) -> bool {
    let line = part(text, line_start(text, at)..at);
    let gap = tail(line, line.trim_end_matches(is_between).len());
    gap.trim_end_matches(['"', '\'', '`']).ends_with("# ")
        || gap.ends_with("//")
        || gap.ends_with("// ")
}

/// Where the comment of the last line starts.
fn comment_start(text: &str) -> Option<usize> {
    let start = line_start(text, text.len());
    let line = tail(text, start);
    let found = if line.trim_start().starts_with(['#', ';']) {
        Some(0)
    } else {
        [" #", " //", " --"].iter().find_map(|it| line.find(it))
    };
    found.map(|at| start.saturating_add(at))
}

fn is_between(character: char) -> bool {
    character.is_whitespace() || "\"'`=!~:()[],|-\\^?*{}%#><;@&+".contains(character)
}

/// The attribute after the name that ends at `end`: `"…".equals(event.getEventType())`, and the
/// same for a list.
pub(super) fn after(text: &str, end: usize) -> Option<Key> {
    let limit = text.floor_char_boundary(end.saturating_add(REACH_AFTER).min(text.len()));
    let rest = part(text, end..limit).trim_start_matches(['"', '\'', '`']);
    let list = prefix(rest, |it| {
        is_word(it) || it.is_whitespace() || "\"',`".contains(it)
    });
    // `.equals` would be taken for a part of it.
    let list = rest
        .find("\".")
        .filter(|it| *it < list)
        .map_or(list, |it| it.saturating_add(1));
    let listed = tail(rest, list).trim_start_matches([')', ']', '}']);
    let method = |it: &'_ str| {
        TAKES
            .iter()
            .find(|method| it.starts_with(**method))
            .copied()
    };
    let taken = if let Some(method) = method(rest) {
        rest.strip_prefix(method)?
    } else if let Some(method) = method(listed) {
        listed.strip_prefix(method)?
    } else {
        let equal = rest.trim_start_matches(' ');
        equal
            .strip_prefix("===")
            .or_else(|| equal.strip_prefix("=="))?
    };
    let line = head(taken, prefix(taken, |it| !"\n;&|".contains(it)));
    line.split(|it| !is_word(it))
        .filter(|it| !it.is_empty())
        .take(WORDS)
        .find_map(attribute)
        .map(|attribute| Key {
            attribute,
            starts: false,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "core.user_auth.login_failed";
    const LEGACY: Attribute = Attribute::Legacy("legacyEventType");
    const SNAKE: Attribute = Attribute::Legacy("legacy_event_type");

    fn key(text: &str, is_code: bool) -> Option<Key> {
        let at = text.rfind(ID).unwrap();
        before(text, at, is_code, |_| None).or_else(|| after(text, at.saturating_add(ID.len())))
    }

    #[test]
    fn keys_of_every_query_language() {
        for (text, attribute) in [
            (r#"legacyEventType="ID""#, LEGACY),
            (r#""action.objectType"="ID""#, Attribute::ObjectType),
            ("legacyEventType|contains:\n    - 'ID'", LEGACY),
            (
                "legacyEventType:\n    - core.user_auth.account_locked\n    - 'ID'",
                LEGACY,
            ),
            (
                "legacyEventType:\n    # all\n    - a.b  # locked\n    - 'ID'",
                LEGACY,
            ),
            ("event.get(\"legacyEventType\") == \"ID\"", LEGACY),
            (
                "event.get('legacyEventType') in ('app.auth.sso', 'ID')",
                LEGACY,
            ),
            ("okta.legacy_event_type : \"ID\"", SNAKE),
            ("legacyEventType IN ('app.auth.sso','ID')", LEGACY),
            ("where legacyeventtype == \"ID\"", LEGACY),
            ("event_legacyEventType=~`(?i)^ID$`", LEGACY),
            ("| where legacyEventType_s == \"ID\"", LEGACY),
            ("where { $_.legacyEventType -eq 'ID' }", LEGACY),
            (
                "where { $_.legacyEventType -cnotin @('a.b', 'ID') }",
                LEGACY,
            ),
            ("deep_get(event, 'legacyEventType') == 'ID'", LEGACY),
            (
                "- Key: legacyEventType\n  Condition: Equals\n  Value: ID",
                LEGACY,
            ),
            ("\"ID\".equals(event.getLegacyEventType())", LEGACY),
            (
                "event[\"action\"][\"objectType\"] == \"ID\"",
                Attribute::ObjectType,
            ),
            (
                "event.get('action', {}).get('objectType') == 'ID'",
                Attribute::ObjectType,
            ),
            (
                "deep_get(event, 'action', 'objectType') in ['ID']",
                Attribute::ObjectType,
            ),
            (
                "- DeepKey:\n    - action\n    - objectType\n  Condition: Equals\n  Value: ID",
                Attribute::ObjectType,
            ),
            ("action_objectType_s =~ \"ID\"", Attribute::ObjectType),
            ("event.action.objectType === 'ID'", Attribute::ObjectType),
            ("eventType: ID", Attribute::EventType),
            (
                "eventType|endswith|cased:\n  - x.y\n  - 'ID'",
                Attribute::EventType,
            ),
            ("eventType IN (\"a.b\", \"ID\")", Attribute::EventType),
            ("(eventType=\"a.b\" OR eventType=ID)", Attribute::EventType),
            ("okta.event_type:(a.b or ID)", Attribute::EventType),
            ("okta.event_type:(a.b ID)", Attribute::EventType),
            (
                "\"okta.event_type.keyword\": [\"ID\"]",
                Attribute::EventType,
            ),
            (
                "event.get(\"eventType\", \"\") == \"ID\"",
                Attribute::EventType,
            ),
            ("raw:eventType::string = 'ID'", Attribute::EventType),
            (
                "switch (e.eventType) {\n case 'a.b':\n  f({});\n case 'a.c', 'ID':",
                Attribute::EventType,
            ),
            ("event.action:(a.b or ID)", Attribute::EventType),
            (
                "event.get(\"eventType\").asText().equals(\"ID\")",
                Attribute::EventType,
            ),
            (
                "['a.b', 'ID'].includes(event.eventType)",
                Attribute::EventType,
            ),
            (
                "Set.of(\"ID\", \"a.b\").contains(e.getEventType())",
                Attribute::EventType,
            ),
            ("event['eventType'].downcase == 'ID'", Attribute::EventType),
        ] {
            let text = text.replace("ID", ID);
            let found = key(&text, false).map(|it| it.attribute);
            assert_eq!(found, Some(attribute), "{text}");
        }
    }

    #[test]
    fn what_is_no_key() {
        for text in [
            "case 'ID':",
            "# legacyEventType is old\nx = \"ID\"",
            "the eventType ID",
            "EVENT_TYPE=\"ID\"",
            "old_event_type: ID",
            "\"action\": {\"objectType\": \"ID\"}",
            "target.objectType eq \"ID\"",
            "event_type: str = 'ID'",
            "| legacy | eventType |\n|---|---|\n| `ID` | `a.b` |",
            "legacy,event_type\na.b,c.d\nID,a.b",
            "successor('ID') == event.eventType",
            "eventType=a.b \"ID\"",
            "eventType=a.b\neventType=\"a.c\"\n\"ID\"",
        ] {
            let text = text.replace("ID", ID);
            assert_eq!(key(&text, false), None, "{text}");
        }
        // A program's variable; within a literal, SPL or SQL compares with it.
        let text = format!("event_type = '{ID}'");
        assert_eq!(key(&text, true), None);
        let at = text.find(ID).unwrap();
        assert!(before(&text, at, true, |_| Some(0..9)).is_some());
    }

    #[test]
    fn names_that_are_keys() {
        for (text, expected) in [
            ("{\"ID\": {}", true),
            ("x = {'a.b': 1, 'ID': 2}", true),
            ("{\n  \"a.b\": 1,\n  \"ID\": {\n", true),
            ("types:\n  ID:\n    eventType: a.b", true),
            ("{ 'ID' => 'a.b' }", true),
            ("case 'ID':", false),
            ("case 'a.b', 'ID':", false),
            ("case 'a.b',\n  'ID':\n", false),
            ("if eventType == 'ID':", false),
            ("if eventType ==\n  'ID':", false),
            ("eventType: ID", false),
            ("- ID", false),
        ] {
            let text = text.replace("ID", ID);
            let at = text.rfind(ID).unwrap();
            assert_eq!(is_key(&text, &(at..at + ID.len())), expected, "{text}");
        }
    }

    #[test]
    fn starts_are_told() {
        for (text, starts) in [
            ("like(legacyEventType, \"ID\")", false),
            ("legacyEventType LIKE 'ID'", true),
            ("startswith(eventType, \"ID\")", false),
            ("legacyEventType|startswith: 'ID'", true),
            ("$_.legacyEventType -like 'ID'", true),
            ("event.legacyEventType.startsWith('ID')", true),
            ("legacyEventType_s startswith \"ID\"", true),
            ("legacyEventType: ID", false),
        ] {
            let text = text.replace("ID", ID);
            assert_eq!(
                key(&text, false).map(|it| it.starts),
                Some(starts),
                "{text}"
            );
        }
    }
}
