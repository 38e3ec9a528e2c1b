//! A nested value on one line.

use std::borrow::Cow;

use hashbrown::HashSet;

use super::{JsonError, MAX_DEPTH, Raw};

/// One open array or object.
enum Open<'a> {
    Array,
    /// The keys met so far, and whether the next string is a key.
    Object(Keys<'a>, bool),
}

/// From here on keys are sorted in the end: that takes less memory, and all at once.
const MANY: usize = 1 << 12;

/// The keys of an object, decoded.
#[derive(Default)]
struct Keys<'a> {
    first: HashSet<Cow<'a, str>>,
    /// The others, with where they stand.
    others: Vec<(Cow<'a, str>, usize)>,
}

impl<'a> Keys<'a> {
    /// Adds the key at `at`.
    fn add(&mut self, key: Cow<'a, str>, at: usize) -> Result<(), JsonError> {
        if self.first.len() >= MANY {
            self.others.push((key, at));
            return Ok(());
        }
        if self.first.contains(&key) {
            return Err(JsonError::DuplicateKey {
                key: key.into_owned(),
                offset: at,
            });
        }
        self.first.insert(key);
        Ok(())
    }

    /// Tells of the first duplicate among those that were not looked at.
    fn close(mut self) -> Result<(), JsonError> {
        if self.others.is_empty() {
            return Ok(());
        }
        // These stand before all others.
        self.others.extend(self.first.drain().map(|key| (key, 0)));
        self.others.sort_unstable();
        let neighbours = self.others.iter().zip(self.others.iter().skip(1));
        let again = neighbours.filter(|((key, _), (next, _))| key == next);
        match again.map(|(_, next)| next).min_by_key(|(_, at)| *at) {
            Some((key, offset)) => Err(JsonError::DuplicateKey {
                key: key.clone().into_owned(),
                offset: *offset,
            }),
            None => Ok(()),
        }
    }
}

/// Appends `value` to `out` without the white space between tokens; all else stays as it is
/// spelled. `depth` levels are open around it.
///
/// # Errors
/// [`JsonError::DuplicateKey`] and [`JsonError::TooDeep`], offsets from the start of `value`.
/// `out` then holds a part.
pub(crate) fn compact(value: Raw<'_>, depth: usize, out: &mut Vec<u8>) -> Result<(), JsonError> {
    if !value.is_object() && !value.is_array() {
        out.extend_from_slice(value.bytes());
        return Ok(());
    }
    let text = value.text();
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut rest = text;
    while let Some(&byte) = rest.as_bytes().first() {
        let at = text.len().saturating_sub(rest.len());
        let token = token_len(rest);
        let (token, tail) = rest.split_at_checked(token).unwrap_or((rest, ""));
        rest = tail;
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => continue,
            b'{' | b'[' => {
                if open.len().saturating_add(depth) >= MAX_DEPTH {
                    return Err(JsonError::TooDeep { offset: at });
                }
                open.push(if byte == b'{' {
                    Open::Object(Keys::default(), true)
                } else {
                    Open::Array
                });
            }
            b'}' | b']' => {
                if let Some(Open::Object(keys, _)) = open.pop() {
                    keys.close()?;
                }
            }
            b',' => {
                if let Some(Open::Object(_, key_next)) = open.last_mut() {
                    *key_next = true;
                }
            }
            b'"' => {
                if let Some(Open::Object(keys, key_next @ true)) = open.last_mut() {
                    *key_next = false;
                    let key = Raw::new(token).decode().ok_or_else(|| JsonError::Syntax {
                        offset: at,
                        problem: "a key that is no Unicode text".to_owned(),
                    })?;
                    keys.add(key, at)?;
                }
            }
            _ => {}
        }
        out.extend_from_slice(token.as_bytes());
    }
    Ok(())
}

/// The length of the token that starts `rest`, which is valid JSON from there on.
fn token_len(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    match bytes.first() {
        Some(b'"') => {
            let mut escaped = false;
            bytes
                .iter()
                .skip(1)
                .position(|&byte| {
                    let closes = byte == b'"' && !escaped;
                    escaped = byte == b'\\' && !escaped;
                    closes
                })
                .map_or(bytes.len(), |inside| inside.saturating_add(2))
        }
        Some(b'{' | b'}' | b'[' | b']' | b',' | b':' | b' ' | b'\t' | b'\n' | b'\r') => 1,
        _ => bytes
            .iter()
            .position(|byte| b"{}[],: \t\n\r\"".contains(byte))
            .unwrap_or(bytes.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compacted(text: &str) -> Result<String, JsonError> {
        let mut out = Vec::new();
        compact(Raw::new(text), 1, &mut out).map(|()| String::from_utf8(out).unwrap())
    }

    #[test]
    fn only_white_space_between_tokens_goes() {
        let text = "{ \"a b\" : [ 1.0 ,\n\t-0e+1, \"x \\\" } y\\\\\" ] ,\"c\":{ } , \"d\" : null }";
        assert_eq!(
            compacted(text).unwrap(),
            "{\"a b\":[1.0,-0e+1,\"x \\\" } y\\\\\"],\"c\":{},\"d\":null}"
        );
    }

    #[test]
    fn a_duplicate_key_is_found_at_any_depth_and_in_any_spelling() {
        let found = compacted(r#"[{"a":{"b":1,"\u0062":2}}]"#).unwrap_err();
        assert_eq!(
            found,
            JsonError::DuplicateKey {
                key: "b".to_owned(),
                offset: 13
            }
        );
        // The same key in two objects is none.
        assert!(compacted(r#"[{"a":1},{"a":"a"}]"#).is_ok());
    }

    #[test]
    fn a_duplicate_is_found_among_any_number_of_keys() {
        for (first, again) in [(0, 1), (10, MANY + 9), (MANY + 1, MANY + 5)] {
            let keys = (0..MANY + 10).map(|at| if at == again { first } else { at });
            let members: Vec<_> = keys.map(|key| format!("\"k{key}\":1")).collect();
            let text = format!("{{{}}}", members.join(","));
            let offset = 1 + members[..again]
                .iter()
                .map(|it| it.len() + 1)
                .sum::<usize>();
            let key = format!("k{first}");
            assert_eq!(
                compacted(&text).unwrap_err(),
                JsonError::DuplicateKey { key, offset }
            );
            let found = crate::json::Members::parse(&text).unwrap_err();
            assert!(matches!(found, JsonError::DuplicateKey { .. }), "{found}");
            let unique = text.replace(&format!("\"k{first}\""), "\"x\"");
            assert!(compacted(&unique.replacen("\"x\"", "\"y\"", 1)).is_ok());
        }
    }

    #[test]
    fn depth_is_bounded() {
        let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(compacted(&deep(MAX_DEPTH - 1)).is_ok());
        assert_eq!(
            compacted(&deep(100_000)).unwrap_err(),
            JsonError::TooDeep {
                offset: MAX_DEPTH - 1
            }
        );
    }
}
