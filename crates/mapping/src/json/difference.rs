//! Where two JSON values first differ.

use std::borrow::Cow;

use hashbrown::{HashMap, HashSet};

use super::{JsonError, Members, Raw, canonical, elements};

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
    // Both are known to be JSON, and not too deep, after this.
    let (mut a, mut b) = (String::new(), String::new());
    canonical(left, &mut a)?;
    canonical(right, &mut b)?;
    if a == b {
        return Ok(None);
    }
    let mut pointer = String::new();
    let values = (Raw::new(left.trim_ascii()), Raw::new(right.trim_ascii()));
    walk(values.0, values.1, &mut pointer)
}

fn walk(
    left: Raw<'_>,
    right: Raw<'_>,
    pointer: &mut String,
) -> Result<Option<Difference>, JsonError> {
    if left.is_object() && right.is_object() {
        return objects(left, right, pointer);
    }
    if left.is_array() && right.is_array() {
        let (left, right) = (elements(left.text())?, elements(right.text())?);
        for at in 0..left.len().max(right.len()) {
            let found = member(
                &at.to_string(),
                left.get(at).copied(),
                right.get(at).copied(),
                pointer,
            )?;
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
    pointer: &mut String,
) -> Result<Option<Difference>, JsonError> {
    let left: Vec<(Cow<'_, str>, Raw<'_>)> = Members::parse(left.text())?.into_iter().collect();
    let right: Vec<(Cow<'_, str>, Raw<'_>)> = Members::parse(right.text())?.into_iter().collect();
    let on_the_right: HashMap<&str, Raw<'_>> = right
        .iter()
        .map(|(key, value)| (key.as_ref(), *value))
        .collect();
    for (key, value) in &left {
        let other = on_the_right.get(key.as_ref()).copied();
        let found = member(key, Some(*value), other, pointer)?;
        if found.is_some() {
            return Ok(found);
        }
    }
    let on_the_left: HashSet<&str> = left.iter().map(|(key, _)| key.as_ref()).collect();
    for (key, value) in &right {
        if !on_the_left.contains(key.as_ref()) {
            return member(key, None, Some(*value), pointer);
        }
    }
    Ok(None)
}

/// Compares what stands under `key` on both sides.
fn member(
    key: &str,
    left: Option<Raw<'_>>,
    right: Option<Raw<'_>>,
    pointer: &mut String,
) -> Result<Option<Difference>, JsonError> {
    let before = pointer.len();
    pointer.push('/');
    pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
    let found = match (left, right) {
        (Some(left), Some(right)) => walk(left, right, pointer)?,
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
        let deep = "[".repeat(200) + &"]".repeat(200);
        assert!(first_difference("[]", &deep).is_err());
    }
}
