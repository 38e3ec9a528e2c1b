//! Where two JSON values first differ.

use std::borrow::Cow;

use hashbrown::{HashMap, HashSet};
use serde_json::value::RawValue;

use super::{JsonError, MAX_DEPTH, Members, Raw, canonical, elements};

/// Where two JSON values first differ, in the order of the left one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// A JSON pointer (RFC 6901), such as `/action/message`; empty for the whole.
    pub pointer: String,
    /// The value on the left as it stands; `None` where there is none.
    pub left: Option<String>,
    /// The value on the right as it stands; `None` where there is none.
    pub right: Option<String>,
}

/// Where two texts first differ as JSON; `None` where [`same_json`](super::same_json) holds.
///
/// Parts that are equal to the letter are equal, and not looked into: whether a key stands twice in
/// them is not asked. So two texts that are almost the same are compared in little time.
///
/// # Errors
/// Every [`JsonError`], of either text.
///
/// # Examples
/// ```
/// use events2logs_mapping::first_difference;
///
/// let found = first_difference(r#"{"a":[1,2]}"#, r#"{"a":[1,3]}"#)?.unwrap();
/// assert_eq!(found.pointer, "/a/1");
/// assert_eq!((found.left.as_deref(), found.right.as_deref()), (Some("2"), Some("3")));
/// # Ok::<(), events2logs_mapping::JsonError>(())
/// ```
pub fn first_difference(left: &str, right: &str) -> Result<Option<Difference>, JsonError> {
    if left == right {
        parse(left)?;
        return Ok(None);
    }
    let (left, right) = (left.trim_ascii(), right.trim_ascii());
    let (a, b) = if left.starts_with('{') && right.starts_with('{') {
        // Read as objects in a moment.
        (Raw::new(left), Raw::new(right))
    } else {
        (parse(left)?, parse(right)?)
    };
    walk(a, b, 1, &mut String::new())
}

fn parse(text: &str) -> Result<Raw<'_>, JsonError> {
    let value: Result<&RawValue, _> = serde_json::from_str(text);
    let value = value.map_err(|error| JsonError::from_serde(&error, text))?;
    Ok(Raw::new(value.get()))
}

fn walk(
    left: Raw<'_>,
    right: Raw<'_>,
    depth: usize,
    pointer: &mut String,
) -> Result<Option<Difference>, JsonError> {
    if left == right {
        return Ok(None);
    }
    let objects_or_arrays =
        left.is_object() && right.is_object() || left.is_array() && right.is_array();
    if objects_or_arrays && depth > MAX_DEPTH {
        return Err(JsonError::TooDeep { offset: 0 });
    }
    let deeper = depth.saturating_add(1);
    if left.is_object() && right.is_object() {
        return objects(left, right, deeper, pointer);
    }
    if left.is_array() && right.is_array() {
        let (left, right) = (elements(left.text())?, elements(right.text())?);
        for at in 0..left.len().max(right.len()) {
            let (left, right) = (left.get(at).copied(), right.get(at).copied());
            if left == right {
                continue;
            }
            let found = member(&at.to_string(), left, right, deeper, pointer)?;
            if found.is_some() {
                return Ok(found);
            }
        }
        return Ok(None);
    }
    let (mut a, mut b) = (String::new(), String::new());
    canonical(left.text(), &mut a)?;
    canonical(right.text(), &mut b)?;
    Ok((a != b).then(|| difference(Some(left), Some(right), pointer)))
}

fn objects(
    left: Raw<'_>,
    right: Raw<'_>,
    depth: usize,
    pointer: &mut String,
) -> Result<Option<Difference>, JsonError> {
    let left: Vec<(Cow<'_, str>, Raw<'_>)> = Members::parse(left.text())?.into_iter().collect();
    let right: Vec<(Cow<'_, str>, Raw<'_>)> = Members::parse(right.text())?.into_iter().collect();
    let others = Lookup::new(&right);
    for (at, (key, value)) in left.iter().enumerate() {
        let found = match others.get(key, at) {
            Some(other) if other == *value => continue,
            other => member(key, Some(*value), other, depth, pointer)?,
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    if left.len() == right.len() {
        // No key stands twice, so each has its own.
        return Ok(None);
    }
    let on_the_left: HashSet<&str> = left.iter().map(|(key, _)| key.as_ref()).collect();
    for (key, value) in &right {
        if !on_the_left.contains(key.as_ref()) {
            return member(key, None, Some(*value), depth, pointer);
        }
    }
    Ok(None)
}

/// Finds members by their keys.
enum Lookup<'m, 'a> {
    /// Up to so many, comparing beats hashing.
    Few(&'m [(Cow<'a, str>, Raw<'a>)]),
    Many(HashMap<&'m str, Raw<'a>>),
}

impl<'m, 'a> Lookup<'m, 'a> {
    fn new(members: &'m [(Cow<'a, str>, Raw<'a>)]) -> Self {
        const FEW: usize = 16;
        if members.len() <= FEW {
            return Self::Few(members);
        }
        let by_key = members.iter().map(|(key, value)| (key.as_ref(), *value));
        Self::Many(by_key.collect())
    }

    /// The value of `key`, which is at `at` mostly.
    fn get(&self, key: &str, at: usize) -> Option<Raw<'a>> {
        match self {
            Self::Few(members) => members
                .get(at)
                .filter(|(other, _)| other == key)
                .or_else(|| members.iter().find(|(other, _)| other == key))
                .map(|(_, value)| *value),
            Self::Many(by_key) => by_key.get(key).copied(),
        }
    }
}

/// Compares what stands under `key` on both sides.
fn member(
    key: &str,
    left: Option<Raw<'_>>,
    right: Option<Raw<'_>>,
    depth: usize,
    pointer: &mut String,
) -> Result<Option<Difference>, JsonError> {
    let before = pointer.len();
    pointer.push('/');
    pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
    let found = match (left, right) {
        (Some(left), Some(right)) => walk(left, right, depth, pointer)?,
        (None, None) => None,
        (left, right) => Some(difference(left, right, pointer)),
    };
    pointer.truncate(before);
    Ok(found)
}

fn difference(left: Option<Raw<'_>>, right: Option<Raw<'_>>, pointer: &str) -> Difference {
    let text = |value: Raw<'_>| value.text().to_owned();
    Difference {
        pointer: pointer.to_owned(),
        left: left.map(text),
        right: right.map(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(left: &str, right: &str) -> Option<(String, String, String)> {
        let shown = |value: Option<String>| value.unwrap_or_else(|| "nothing".to_owned());
        first_difference(left, right)
            .unwrap()
            .map(|it| (it.pointer, shown(it.left), shown(it.right)))
    }

    #[test]
    fn the_first_difference_is_named_by_its_pointer() {
        let many: Vec<String> = (0..40).map(|it| format!("\"k{it}\":{it}")).collect();
        let many = many.join(",");
        for (left, right, pointer, a, b) in [
            ("1", "1.0", "", "1", "1.0"),
            (r#"{"a":1}"#, "[1]", "", r#"{"a":1}"#, "[1]"),
            (
                r#"{"a":{"b":"x"},"c":2}"#,
                r#"{"c":3,"a":{"b":"y"}}"#,
                "/a/b",
                r#""x""#,
                r#""y""#,
            ),
            (r#"{"a":1,"b":2}"#, r#"{"a":1}"#, "/b", "2", "nothing"),
            (r#"{"a":1}"#, r#"{"a":1,"b":null}"#, "/b", "nothing", "null"),
            ("[1,2]", "[1,2,3]", "/2", "nothing", "3"),
            ("[1,[2]]", "[1]", "/1", "[2]", "nothing"),
            (r#"{"a/b~c":1}"#, r#"{"a/b~c":2}"#, "/a~1b~0c", "1", "2"),
            (
                &format!("{{{many},\"z\":1}}"),
                &format!("{{\"z\":2,{many}}}"),
                "/z",
                "1",
                "2",
            ),
            (r#"{"\u0061":1}"#, r#"{"a":2}"#, "/a", "1", "2"),
        ] {
            let expected = Some((pointer.to_owned(), a.to_owned(), b.to_owned()));
            assert_eq!(found(left, right), expected, "{left} {right}");
        }
        assert_eq!(
            found(r#" {"b":[1],"a":"A"} "#, r#"{"a":"\u0041","b":[ 1 ]}"#),
            None
        );
    }

    #[test]
    fn what_is_no_json_is_an_error() {
        assert!(first_difference("{", "{}").is_err());
        assert!(first_difference("{}", r#"{"a":1,"a":1}"#).is_err());
        assert!(first_difference("nonsense", "nonsense").is_err());
        let at_the_limit = |inner: &str, depth| "[".repeat(depth) + inner + &"]".repeat(depth);
        let found = |depth| first_difference(&at_the_limit("1", depth), &at_the_limit("2", depth));
        assert!(found(MAX_DEPTH).unwrap().is_some());
        assert!(found(MAX_DEPTH + 1).is_err());
    }
}
