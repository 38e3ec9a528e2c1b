//! Percent-encoding, the way a text already has it.

use percent_encoding::{percent_decode_str, percent_encode_byte};

/// How a parameter's value is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Style {
    /// As it is, blanks and quotes among it; only what would end the value is encoded.
    Raw,
    /// As it is altogether: something else encodes it later.
    Untouched,
    /// Percent-encoded.
    Encoded {
        /// A blank is `+`, not `%20`.
        plus: bool,
        /// Marks that stand unencoded.
        literal: String,
    },
}

impl Style {
    /// The style of a value as it is written in a URL.
    pub(crate) fn of(raw: &str) -> Self {
        // `eq+"x"`: blanks are encoded, quotes are not.
        let has_encoded = raw.contains(['+', '%']);
        if raw.contains(' ') || (raw.contains('"') && !has_encoded) {
            return Self::Raw;
        }
        let marks = raw.chars().filter(|it| it.is_ascii_punctuation());
        let mut literal: String = marks.filter(|it| !matches!(it, '%' | '+')).collect();
        if !raw.contains('%') {
            // Nobody encoded what need not be.
            literal.push_str(":,/()'");
        }
        Self::Encoded {
            plus: raw.contains('+') && !raw.contains("%20"),
            literal,
        }
    }

    /// The value that `raw` stands for; as it stands where it decodes to no text.
    pub(crate) fn decode(&self, raw: &str) -> String {
        let spaced = match self {
            Self::Untouched => return raw.to_owned(),
            Self::Raw => raw.to_owned(),
            Self::Encoded { .. } => raw.replace('+', " "),
        };
        // `%05d` is no control character and a `d`.
        let padded = spaced.match_indices("%0").any(|(at, _)| {
            let rest = spaced.get(at..).unwrap_or_default();
            printf(rest).is_some()
        });
        match percent_decode_str(&spaced).decode_utf8() {
            Ok(text) if !padded => text.into_owned(),
            _ => spaced,
        }
    }

    /// Writes `value`. Placeholders stay as they are.
    pub(crate) fn encode(&self, value: &str) -> String {
        match self {
            Self::Untouched => value.to_owned(),
            Self::Raw => encode(value, false, |character| {
                !matches!(character, '&' | '#' | '+' | '%') && !character.is_control()
            }),
            Self::Encoded { plus, literal } => encode(value, *plus, |character| {
                character.is_ascii_alphanumeric()
                    || matches!(character, '-' | '.' | '_' | '~')
                    || literal.contains(character)
            }),
        }
    }
}

/// Encodes all characters but those that `stays` picks, and placeholders.
fn encode(value: &str, plus: bool, stays: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(character) = rest.chars().next() {
        if let Some(placeholder) = placeholder_at(rest) {
            out.push_str(placeholder);
            rest = rest.get(placeholder.len()..).unwrap_or_default();
            continue;
        }
        if stays(character) {
            out.push(character);
        } else if plus && character == ' ' {
            out.push('+');
        } else {
            let mut bytes = [0; 4];
            for byte in character.encode_utf8(&mut bytes).bytes() {
                out.push_str(percent_encode_byte(byte));
            }
        }
        rest = rest.get(character.len_utf8()..).unwrap_or_default();
    }
    out
}

/// The placeholder that `text` starts with: `${x}`, `{x}`, `{{x}}`, `<x>`, and those of printf:
/// `%s`, `%05d`, `%1$s`, `%(x)s`.
fn placeholder_at(text: &str) -> Option<&str> {
    let bracketed = |open: &str, close: &str| {
        let inner = text.strip_prefix(open)?;
        let end = inner.find(close)?;
        let name = inner.get(..end)?;
        let is_name = !name.is_empty()
            && name
                .chars()
                .all(|it| it.is_alphanumeric() || "_.-:$ {[]}'".contains(it));
        is_name
            .then(|| text.get(..open.len().checked_add(end)?.checked_add(close.len())?))
            .flatten()
    };
    bracketed("${", "}")
        .or_else(|| bracketed("{{", "}}"))
        .or_else(|| bracketed("{", "}"))
        .or_else(|| bracketed("<", ">"))
        .or_else(|| printf(text))
}

/// The placeholder of printf that `text` starts with. What two hexadecimal digits could be is one
/// only with a zero before its width: `%2d` is a `-`.
fn printf(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('%')?;
    let named = rest
        .strip_prefix('(')
        .and_then(|inner| inner.split_once(')'))
        .filter(|(name, _)| {
            !name.is_empty()
                && name
                    .chars()
                    .all(|it| it.is_alphanumeric() || "_.-".contains(it))
        })
        .map(|(_, rest)| rest);
    let rest = named.unwrap_or(rest);
    let width = rest.trim_start_matches(|it: char| it.is_ascii_digit());
    let digits = rest.len().saturating_sub(width.len());
    let is_width = digits == 0 || named.is_some() || rest.starts_with('0') && digits > 1;
    let conversion = match width.strip_prefix('$') {
        Some(conversion) if digits > 0 => conversion,
        _ if is_width => width,
        _ => return None,
    };
    let mut letters = conversion.chars();
    let letter = letters.next()?;
    let is_one = matches!(letter, 's' | 'd' | 'i' | 'q' | 'v');
    let after = letters.as_str();
    // `%define` is a word, `%dT00` a date that is put together.
    let ends = letter == 's' || !after.starts_with(|it: char| it.is_ascii_lowercase());
    (is_one && ends)
        .then(|| text.get(..text.len().checked_sub(after.len())?))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_written_as_the_one_it_replaces() {
        let value = "eventType eq \"a b\" and (c co \"ü&+%\")";
        for (like, expected) in [
            (
                "published gt \"x\"",
                "eventType eq \"a b\" and (c co \"ü%26%2B%25\")",
            ),
            (
                "published%20gt%20%22x%22",
                "eventType%20eq%20%22a%20b%22%20and%20%28c%20co%20%22%C3%BC%26%2B%25%22%29",
            ),
            (
                "published+gt+%22x%22+and+(y)",
                "eventType+eq+%22a+b%22+and+(c+co+%22%C3%BC%26%2B%25%22)",
            ),
        ] {
            let style = Style::of(like);
            let written = style.encode(value);
            assert_eq!(written, expected);
            assert_eq!(style.decode(&written), value);
        }
    }

    #[test]
    fn placeholders_stay() {
        let style = Style::of("a%20b");
        assert_eq!(
            style.encode("x eq \"${type}\" {a} %s <b> {{c}} %(d)s"),
            "x%20eq%20%22${type}%22%20{a}%20%s%20<b>%20{{c}}%20%(d)s"
        );
    }

    #[test]
    fn placeholders_of_printf_stay() {
        for text in [
            "%s",
            "%d",
            "%i",
            "%q",
            "%v",
            "%05d",
            "%(name)s",
            "%(n)05d",
            "%1$s",
            "%2$d",
            "%s-%d-%dT00",
            "%d&",
        ] {
            for like in ["a%20b", text] {
                let style = Style::of(like);
                let written = text.trim_end_matches('&');
                assert_eq!(style.decode(written), written, "{text}");
                assert_eq!(style.encode(written), written, "{text}");
            }
        }
        let style = Style::of("a%20b");
        for text in ["100%", "5 % define", "%define", "%2d", "%x"] {
            assert_eq!(style.encode(text).matches("%25").count(), 1, "{text}");
        }
    }
}
