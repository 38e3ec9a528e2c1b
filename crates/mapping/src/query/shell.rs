//! The words of a shell command, with their places.

use std::ops::Range;

/// One word of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Where it stands, quotes included.
    pub(super) place: Range<usize>,
    /// Without quotes and escapes.
    pub(super) text: String,
    quote: Quote,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quote {
    None,
    Single,
    Double,
}

impl Word {
    /// Writes `text` as a word, quoted as this one is.
    pub(super) fn like(&self, text: &str) -> String {
        let plain = |it: char| it.is_ascii_alphanumeric() || "-._~/:=%+,@".contains(it);
        match self.quote {
            Quote::None if text.chars().all(plain) => text.to_owned(),
            Quote::None | Quote::Single => format!("'{}'", text.replace('\'', r"'\''")),
            Quote::Double => {
                let mut out = String::from("\"");
                for character in text.chars() {
                    // $ stays: it stands for a variable here as it did before.
                    if matches!(character, '"' | '\\' | '`') {
                        out.push('\\');
                    }
                    out.push(character);
                }
                out.push('"');
                out
            }
        }
    }
}

/// Splits a command into words as a POSIX shell does, variables left alone.
///
/// # Errors
/// Where a quote opens that is never closed.
pub(super) fn words(command: &str) -> Result<Vec<Word>, usize> {
    let mut words = Vec::new();
    let mut word: Option<Word> = None;
    let mut characters = command.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        if character.is_whitespace() {
            words.extend(word.take());
            continue;
        }
        let open = word.get_or_insert_with(|| Word {
            place: at..at,
            text: String::new(),
            quote: Quote::None,
        });
        match character {
            '\\' => match characters.next() {
                // A line that goes on in the next.
                Some((_, '\n')) if open.text.is_empty() && open.place.start == at => {
                    word = None;
                    continue;
                }
                Some((_, '\n')) | None => {}
                Some((_, escaped)) => open.text.push(escaped),
            },
            '\'' | '"' => {
                open.quote = if character == '"' {
                    Quote::Double
                } else {
                    Quote::Single
                };
                loop {
                    match characters.next() {
                        None => return Err(at),
                        Some((_, end)) if end == character => break,
                        Some((_, '\\')) if character == '"' => match characters.next() {
                            Some((_, escaped @ ('"' | '\\' | '$' | '`'))) => {
                                open.text.push(escaped);
                            }
                            Some((_, '\n')) => {}
                            Some((_, other)) => {
                                open.text.push('\\');
                                open.text.push(other);
                            }
                            None => return Err(at),
                        },
                        Some((_, inside)) => open.text.push(inside),
                    }
                }
            }
            other => open.text.push(other),
        }
        let end = characters.peek().map_or(command.len(), |(next, _)| *next);
        open.place.end = end;
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_quoted_in_every_way() {
        let command = "curl -G 'a \"b\"' \"c $d \\\"e\\\"\" \\\n  f\\ g h'i'j";
        let words = words(command).unwrap();
        let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        assert_eq!(texts, ["curl", "-G", "a \"b\"", "c $d \"e\"", "f g", "hij"]);
        let places: Vec<&str> = words
            .iter()
            .map(|word| command.get(word.place.clone()).unwrap())
            .collect();
        assert_eq!(
            places,
            [
                "curl",
                "-G",
                "'a \"b\"'",
                "\"c $d \\\"e\\\"\"",
                "f\\ g",
                "h'i'j"
            ]
        );
        assert_eq!(words[2].like("x='y'"), r#"'x='\''y'\'''"#);
        assert_eq!(words[3].like("x=\"y\" $z"), r#""x=\"y\" $z""#);
        assert_eq!(words[0].like("a b"), "'a b'");
        assert_eq!(words[0].like("a=b"), "a=b");
    }

    #[test]
    fn an_open_quote_is_told() {
        assert_eq!(words("curl 'a"), Err(5));
        assert_eq!(words("curl \"a\\"), Err(5));
    }
}
