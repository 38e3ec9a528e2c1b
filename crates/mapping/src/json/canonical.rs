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
    } else {
        // Numbers and literals; and strings that are no Unicode text, which have one spelling.
        out.push_str(value.text());
    }
    Ok(())
}

/// Appends `string` quoted, with as few escapes as JSON allows.
fn push_string(string: &str, out: &mut String) {
    out.push('"');
    for character in string.chars() {
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
    out.push('"');
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
    fn numbers_differ_by_their_text() {
        assert!(!same_json("1.0", "1").unwrap());
        assert!(!same_json("[1e2]", "[100]").unwrap());
        assert!(!same_json("12345678901234567890", "12345678901234567891").unwrap());
        assert!(!same_json("\"1\"", "1").unwrap());
    }
}
