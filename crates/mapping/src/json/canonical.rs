//! One form for all spellings of the same JSON value.

use super::{JsonError, MAX_DEPTH, Members, Raw, elements};

/// Appends the canonical form of the JSON text `text` to `out`: object keys sorted by code
/// point, no white space, strings with as few escapes as JSON allows, numbers as they are
/// spelled.
///
/// RFC 8785 rewrites numbers through a 64-bit float; this form does not, since `1.0`, `1`
/// and `12345678901234567890` must stay what they were.
///
/// # Errors
/// Every [`JsonError`].
pub fn canonical(text: &str, out: &mut String) -> Result<(), JsonError> {
    let value: &serde_json::value::RawValue =
        serde_json::from_str(text).map_err(|error| JsonError::from_serde(&error, text))?;
    write(Raw::new(value.get()), text, 0, out)
}

/// Whether two texts are the same JSON value: key order, white space and the spelling of
/// strings are free, the spelling of numbers is not.
///
/// # Errors
/// Every [`JsonError`], of either text.
pub fn same_json(left: &str, right: &str) -> Result<bool, JsonError> {
    let (mut a, mut b) = (String::new(), String::new());
    canonical(left, &mut a)?;
    canonical(right, &mut b)?;
    Ok(a == b)
}

fn write(value: Raw<'_>, record: &str, depth: usize, out: &mut String) -> Result<(), JsonError> {
    let start = value.offset_in(record);
    let deeper = depth.saturating_add(1);
    if (value.is_object() || value.is_array()) && deeper > MAX_DEPTH {
        return Err(JsonError::TooDeep { offset: start });
    }
    if value.is_object() {
        let members = Members::parse(value.text()).map_err(|error| error.shifted(start))?;
        let mut members: Vec<_> = members.into_iter().collect();
        members.sort_by(|(a, _), (b, _)| a.cmp(b));
        let mut separator = '{';
        for (key, value) in members {
            out.push(separator);
            push_string(&key, out);
            out.push(':');
            write(value, record, deeper, out)?;
            separator = ',';
        }
        if separator == '{' {
            out.push('{');
        }
        out.push('}');
    } else if value.is_array() {
        let mut separator = '[';
        for element in elements(value.text()).map_err(|error| error.shifted(start))? {
            out.push(separator);
            write(element, record, deeper, out)?;
            separator = ',';
        }
        if separator == '[' {
            out.push('[');
        }
        out.push(']');
    } else if let Some(string) = value.decode() {
        push_string(&string, out);
    } else if let Some(rest) = value.text().strip_prefix('"')
        && let Some(escaped) = rest.strip_suffix('"')
    {
        push_no_text(escaped, out);
    } else {
        // Numbers and literals.
        out.push_str(value.text());
    }
    Ok(())
}

/// Appends a string that holds a lone surrogate, which no Unicode text can: those stay escapes,
/// in lower case, and all else is what it is in other strings.
fn push_no_text(escaped: &str, out: &mut String) {
    out.push('"');
    let mut rest = escaped;
    while let Some(at) = rest.find("\\") {
        // Without the escape at hand, then with ever longer ones, till it is text: `\n` is two
        // bytes, `\u0041` six, a pair of surrogates twelve.
        let (plain, tail) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(plain);
        let decoded = [2, 12, 6].into_iter().find_map(|len| {
            let text = tail.get(..len)?;
            let text: String = serde_json::from_str(&format!("\"{text}\"")).ok()?;
            let mut characters = text.chars();
            let first = characters.next()?;
            characters.as_str().is_empty().then_some((first, len))
        });
        rest = match decoded {
            Some((character, len)) => {
                push_character(character, out);
                tail.get(len..)
            }
            None => {
                out.push_str(&tail.get(..6).unwrap_or(tail).to_ascii_lowercase());
                tail.get(6..)
            }
        }
        .unwrap_or_default();
    }
    out.push_str(rest);
    out.push('"');
}

/// Appends `string` quoted, with as few escapes as JSON allows.
fn push_string(string: &str, out: &mut String) {
    out.push('"');
    for character in string.chars() {
        push_character(character, out);
    }
    out.push('"');
}

fn push_character(character: char, out: &mut String) {
    match character {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        control if control < ' ' => {
            const HEX: &[u8; 16] = b"0123456789abcdef";
            let code = control as usize;
            out.push_str("\\u00");
            for nibble in [code >> 4, code & 15] {
                out.push(HEX.get(nibble).map_or('0', |digit| char::from(*digit)));
            }
        }
        other => out.push(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_the_same_value_are_the_same() {
        let left = "{\"b\": [1.0, true, null, {}, []], \"a\":\"\\u0041\\/\\n\" }";
        let right = r#"{"a":"A/\u000a","b":[1.0,true,null,{},[]]}"#;
        assert!(same_json(left, right).unwrap());
        let mut text = String::new();
        canonical(left, &mut text).unwrap();
        assert_eq!(text, right);
    }

    #[test]
    fn a_lone_surrogate_has_one_spelling_too() {
        let left = r#"["\uD800","a\u0041\ud83d\ude00\n\uDC00é"]"#;
        let right = r#"["\ud800","\u0061A😀\u000a\udc00\u00e9"]"#;
        assert!(same_json(left, right).unwrap());
        assert!(!same_json(r#""\ud800""#, r#""\ud801""#).unwrap());
    }

    #[test]
    fn numbers_differ_by_their_text() {
        assert!(!same_json("1.0", "1").unwrap());
        assert!(!same_json("[1e2]", "[100]").unwrap());
        assert!(!same_json("12345678901234567890", "12345678901234567891").unwrap());
        assert!(!same_json("\"1\"", "1").unwrap());
    }
}
