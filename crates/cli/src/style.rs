//! Styles, and text made safe to show.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

/// Headings.
pub(crate) const BOLD: Style = Style::new().bold();
/// What matters less.
pub(crate) const DIM: Style = Style::new().dimmed();
/// Errors.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// What is as it should be.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// What wants a look.
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();

/// `text` in `style`.
pub(crate) fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Whether a terminal obeys `character`: control characters, and those that turn the direction
/// of writing.
pub(crate) fn obeyed(character: char) -> bool {
    let turns = matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    character.is_control() || turns
}

/// `text` with what a terminal obeys escaped: logs hold text that an attacker chose.
pub(crate) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if obeyed(character) {
            // Writing to a string cannot fail.
            let _ = write!(out, "{}", character.escape_default());
        } else {
            out.push(character);
        }
    }
    out
}

/// `number` with commas between its thousands.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && digits.len().saturating_sub(at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `count` with the noun that goes with it.
pub(crate) fn counted(count: u64, one: &str, many: &str) -> String {
    format!(
        "{} {}",
        thousands(count),
        if count == 1 { one } else { many }
    )
}

/// A size as people say it, in powers of 1,000.
pub(crate) fn size(bytes: u64) -> String {
    // The largest unit first, each with a tenth of it in bytes.
    for (name, tenth) in [
        ("TB", 100_000_000_000),
        ("GB", 100_000_000),
        ("MB", 100_000),
        ("KB", 100),
    ] {
        let tenths = bytes.checked_div(tenth).unwrap_or_default();
        if tenths >= 10 {
            return format!("{}.{} {name}", thousands(tenths / 10), tenths % 10);
        }
    }
    format!("{bytes} B")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_sizes() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1_000), "1,000");
        assert_eq!(thousands(12_345_678), "12,345,678");
        assert_eq!(size(999), "999 B");
        assert_eq!(size(255_373), "255.3 KB");
        assert_eq!(size(2_000_000), "2.0 MB");
        assert_eq!(size(u64::MAX), "18,446,744.0 TB");
    }

    #[test]
    fn what_a_terminal_would_obey_is_escaped() {
        assert_eq!(visible("a\u{1b}[2Jb\u{202e}é"), "a\\u{1b}[2Jb\\u{202e}é");
    }
}
