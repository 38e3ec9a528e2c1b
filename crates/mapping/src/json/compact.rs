//! A nested value on one line.

use hashbrown::HashSet;

use super::{JsonError, MAX_DEPTH, Raw};

/// One open array or object.
enum Open<'a> {
    Array,
    /// The keys met so far, decoded, and whether the next string is a key.
    Object(HashSet<std::borrow::Cow<'a, str>>, bool),
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
                    Open::Object(HashSet::new(), true)
                } else {
                    Open::Array
                });
            }
            b'}' | b']' => {
                open.pop();
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
                    if !keys.insert(key.clone()) {
                        return Err(JsonError::DuplicateKey {
                            key: key.into_owned(),
                            offset: at,
                        });
                    }
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
