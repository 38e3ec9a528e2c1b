//! The event within a record that another system wrapped it in.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::Deserializer as _;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::record::cut;

/// A JSON pointer (RFC 6901) to the event within a record, such as `/result/_raw`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointer {
    text: String,
    parts: Vec<String>,
}

/// Why a text is no pointer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PointerError {
    /// `result/_raw`
    #[error("expected a JSON pointer, which starts with /, such as /result/_raw")]
    NoSlash,
    /// `/a~2`
    #[error("expected ~0 (for ~) or ~1 (for /) in a JSON pointer, found another ~")]
    Tilde,
}

impl FromStr for Pointer {
    type Err = PointerError;

    fn from_str(text: &str) -> Result<Self, PointerError> {
        let Some(parts) = text.strip_prefix('/') else {
            return Err(PointerError::NoSlash);
        };
        let unescaped = |part: &str| {
            let mut pieces = part.split('~');
            let mut name = pieces.next().unwrap_or_default().to_owned();
            for piece in pieces {
                let (what, rest) = match piece.split_at_checked(1) {
                    Some(("0", rest)) => ('~', rest),
                    Some(("1", rest)) => ('/', rest),
                    _ => return Err(PointerError::Tilde),
                };
                name.push(what);
                name.push_str(rest);
            }
            Ok(name)
        };
        Ok(Self {
            text: text.to_owned(),
            parts: parts.split('/').map(unescaped).collect::<Result<_, _>>()?,
        })
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Why there is no event in a record.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UnwrapError {
    #[error("not JSON: {0}")]
    Json(serde_json::Error),
    #[error("expected the event under {pointer}, found {found}")]
    Nothing { pointer: Pointer, found: String },
}

/// How many names of a wrapper an error tells.
const NAMES: usize = 12;

/// How much of each.
const LONG: usize = 100;

impl Pointer {
    /// The event within `record`: what the pointer leads to, or the text that is a string there.
    pub(crate) fn follow<'r>(&self, record: &'r str) -> Result<Cow<'r, str>, UnwrapError> {
        let mut within = record;
        for part in &self.parts {
            within = match member(within, part).map_err(UnwrapError::Json)? {
                Step::To(value) => value,
                Step::Among(names) => {
                    let found = match names.as_slice() {
                        [] => "no names at all".to_owned(),
                        names => format!("{part:?} not among {}", names.join(", ")),
                    };
                    return Err(self.nothing(found));
                }
                Step::In(what) => return Err(self.nothing(format!("{part:?} wanted of {what}"))),
            };
        }
        if !within.starts_with('"') {
            return Ok(Cow::Borrowed(within));
        }
        let text: String = serde_json::from_str(within).map_err(UnwrapError::Json)?;
        Ok(Cow::Owned(text))
    }

    /// To the one legacy event that `record` wraps; `None` where there is none, or several, of which
    /// a pointer would leave out all but one.
    pub(crate) fn to_wrapped(record: &str) -> Option<Self> {
        /// Members that lead to it.
        const DEEPEST: usize = 3;
        let record: Value = serde_json::from_str(record).ok()?;
        let mut found = None;
        let mut left = vec![(String::new(), &record, 0_usize)];
        while let Some((text, value, depth)) = left.pop() {
            if depth > 0 && holds_event(value) {
                if found.is_some() {
                    return None;
                }
                found = Some(text);
                continue;
            }
            let members = value.as_object().filter(|_| depth < DEEPEST);
            for (name, value) in members.into_iter().flatten() {
                let name = name.replace('~', "~0").replace('/', "~1");
                left.push((format!("{text}/{name}"), value, depth.saturating_add(1)));
            }
        }
        found?.parse().ok()
    }

    fn nothing(&self, found: String) -> UnwrapError {
        UnwrapError::Nothing {
            pointer: self.clone(),
            found,
        }
    }
}

/// Whether `value` is a legacy event, or a text that is one.
fn holds_event(value: &Value) -> bool {
    let is_event = |it: &Value| {
        let action = it.get("action");
        let name = action.and_then(|action| action.get("objectType"));
        name.is_some_and(Value::is_string)
    };
    match value {
        Value::String(text) if text.trim_start().starts_with('{') => {
            serde_json::from_str(text).is_ok_and(|it| is_event(&it))
        }
        value => is_event(value),
    }
}

/// Where a part of a pointer leads.
enum Step<'r> {
    To(&'r str),
    /// There is none of that name, but these.
    Among(Vec<String>),
    /// What has no members at all.
    In(&'static str),
}

fn member<'r>(value: &'r str, name: &str) -> Result<Step<'r>, serde_json::Error> {
    match value.as_bytes().first() {
        Some(b'{') => {
            let mut deserializer = serde_json::Deserializer::from_str(value);
            let step = deserializer.deserialize_map(Find { name })?;
            deserializer.end()?;
            Ok(step)
        }
        Some(b'[') => {
            let mut deserializer = serde_json::Deserializer::from_str(value);
            let at = name.parse().ok();
            let step = deserializer.deserialize_seq(Element { at })?;
            deserializer.end()?;
            Ok(step)
        }
        first => {
            serde_json::from_str::<IgnoredAny>(value)?;
            Ok(Step::In(match first {
                Some(b'"') => "a string",
                Some(b'n') => "null",
                Some(b't' | b'f') => "a boolean",
                _ => "a number",
            }))
        }
    }
}

/// Finds one element of an array.
struct Element {
    at: Option<usize>,
}

impl<'de> Visitor<'de> for Element {
    type Value = Step<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        let mut number = 0_usize;
        while let Some(element) = elements.next_element::<&'de RawValue>()? {
            if Some(number) == self.at {
                found = Some(element.get());
            }
            number = number.saturating_add(1);
        }
        Ok(found.map_or(Step::In("an array that has none of that number"), Step::To))
    }
}

/// Finds one member of an object.
struct Find<'n> {
    name: &'n str,
}

impl<'de> Visitor<'de> for Find<'_> {
    type Value = Step<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut names = Vec::new();
        let mut found = None;
        while let Some(name) = map.next_key::<String>()? {
            if name == self.name && found.is_none() {
                let value: &'de RawValue = map.next_value()?;
                found = Some(value.get());
                continue;
            }
            if name == self.name {
                return Err(serde::de::Error::custom(format_args!(
                    "the name {name:?} twice"
                )));
            }
            map.next_value::<IgnoredAny>()?;
            if names.len() < NAMES {
                names.push(format!("{:?}", cut(&name, LONG)));
            } else if names.len() == NAMES {
                names.push("…".to_owned());
            }
        }
        Ok(found.map_or(Step::Among(names), Step::To))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_an_event_is_wrapped() {
        let event = r#"{"action":{"objectType":"a.b"}}"#;
        let text = serde_json::to_string(event).unwrap();
        for (record, expected) in [
            (
                format!(r#"{{"result":{{"_raw":{text}}}}}"#),
                Some("/result/_raw"),
            ),
            (
                format!(r#"{{"_source":{event},"x":"{{"}}"#),
                Some("/_source"),
            ),
            (
                format!(r#"{{"a/b":{{"~":{{"":{event}}}}}}}"#),
                Some("/a~1b/~0/"),
            ),
            (format!(r#"{{"a":{{"b":{{"c":{{"d":{event}}}}}}}}}"#), None),
            // Which of two?
            (format!(r#"{{"a":{event},"b":{event}}}"#), None),
            (event.to_owned(), None),
            (r#"{"a":{"action":{"objectType":7}}}"#.to_owned(), None),
            ("7".to_owned(), None),
            ("{".to_owned(), None),
        ] {
            let found = Pointer::to_wrapped(&record).map(|it| it.to_string());
            assert_eq!(found.as_deref(), expected, "{record}");
        }
    }

    #[test]
    fn what_a_pointer_leads_to() {
        for (pointer, record, expected) in [
            ("/_source", r#"{"_source":{"a":1}}"#, r#"{"a":1}"#),
            ("/_raw", r#"{"_raw":"{\"a\":\"b\"}"}"#, r#"{"a":"b"}"#),
            ("/a/1/b", r#"{"a":[{},{"b":[2]}]}"#, "[2]"),
            ("/a~1b/~0", r#"{"a/b":{"~":7}}"#, "7"),
            ("/", r#"{"":null}"#, "null"),
            (
                "/b",
                r#"{"a":1,"c\n":2}"#,
                r#"expected the event under /b, found "b" not among "a", "c\n""#,
            ),
            (
                "/b",
                "{}",
                "expected the event under /b, found no names at all",
            ),
            (
                "/b/c",
                r#"{"b":"{}"}"#,
                r#"expected the event under /b/c, found "c" wanted of a string"#,
            ),
            (
                "/2",
                "[1]",
                r#"expected the event under /2, found "2" wanted of an array that has none of that number"#,
            ),
            (
                "/b",
                r#"{"b":{},"b":{}}"#,
                r#"not JSON: the name "b" twice at line 1 column 11"#,
            ),
            (
                "/b",
                r#"{"b":{}"#,
                "not JSON: EOF while parsing an object at line 1 column 7",
            ),
            (
                "/b",
                r#"{"b":{}} x"#,
                "not JSON: trailing characters at line 1 column 10",
            ),
            ("/b", "gar", "not JSON: expected value at line 1 column 1"),
            (
                "/b",
                r#"{"b":"\ud800"}"#,
                "not JSON: unexpected end of hex escape at line 1 column 8",
            ),
        ] {
            let pointer: Pointer = pointer.parse().unwrap();
            let found = pointer.follow(record);
            let found = found.map_or_else(|error| error.to_string(), Cow::into_owned);
            assert_eq!(found, expected, "{record}");
        }
        for wrong in ["", "a", "/a~2", "/~"] {
            assert!(wrong.parse::<Pointer>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_wrapper_of_many_names_is_told_in_part() {
        let many: Vec<String> = (0..100).map(|at| format!("\"{at}\":0")).collect();
        let record = format!("{{{}}}", many.join(","));
        let error = "/x"
            .parse::<Pointer>()
            .unwrap()
            .follow(&record)
            .unwrap_err();
        assert!(error.to_string().ends_with("\"10\", \"11\", …"), "{error}");
    }
}
