//! The time of an event, in the one spelling that LogEvents have.

use crate::time;

/// The bytes of `2018-01-31T23:59:59.000Z`.
const SYSTEM_LOG_LEN: usize = 24;

/// A time as a LogEvent spells it, and whether it was spelled so.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Published {
    /// RFC 3339 with milliseconds and `Z` already.
    AsItStands,
    /// Rewritten; the original has to be kept.
    Normalised(String),
}

/// Reads `text` as the time of an event, in any spelling that [`time::parse`] takes. `None` if
/// it is none.
pub(super) fn read(text: &str) -> Option<Published> {
    let timestamp = time::parse(text)?;
    if is_system_log_spelling(text) {
        return Some(Published::AsItStands);
    }
    let spelled = time::spelled(timestamp)?;
    Some(Published::Normalised(spelled))
}

/// Whether `text`, a readable time, is `YYYY-MM-DDThh:mm:ss.sssZ` to the letter.
fn is_system_log_spelling(text: &str) -> bool {
    const SHAPE: &[u8; SYSTEM_LOG_LEN] = b"dddd-dd-ddTdd:dd:dd.dddZ";
    text.len() == SYSTEM_LOG_LEN
        && text.bytes().zip(SHAPE).all(|(byte, shape)| match shape {
            b'd' => byte.is_ascii_digit(),
            other => byte == *other,
        })
        // A leap second is readable, but no time of the System Log.
        && text.get(17..19) != Some("60")
}

/// Whether `text` is surely a time in the one spelling, and so [`Published::AsItStands`].
#[inline]
pub(super) fn is_usual(text: &[u8]) -> bool {
    /// The least and the greatest that may stand at each place, in the years that need no
    /// second look.
    const LEAST: [u8; SYSTEM_LOG_LEN] = *b"1000-00-00T00:00:00.000Z";
    const GREATEST: [u8; SYSTEM_LOG_LEN] = *b"8999-19-39T29:59:59.999Z";
    let Some(bytes) = text.as_array::<SYSTEM_LOG_LEN>() else {
        return false;
    };
    let mut within = true;
    for ((byte, least), greatest) in bytes.iter().zip(LEAST).zip(GREATEST) {
        within &= (*byte >= least) & (*byte <= greatest);
    }
    let [_, _, _, _, _, m0, m1, _, d0, d1, _, h0, h1, ..] = *bytes;
    let (month, day) = (u16::from_be_bytes([m0, m1]), u16::from_be_bytes([d0, d1]));
    let two = |digits: [u8; 2]| u16::from_be_bytes(digits);
    within
        && (two(*b"01")..=two(*b"12")).contains(&month)
        // The days that every month has, and for most of them the 29th and 30th.
        && (two(*b"01")..=two(*b"30")).contains(&day)
        && (day <= two(*b"28") || month != two(*b"02"))
        && two([h0, h1]) <= two(*b"23")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normalised(text: &str) -> String {
        match read(text) {
            Some(Published::AsItStands) => text.to_owned(),
            Some(Published::Normalised(spelled)) => format!("-> {spelled}"),
            None => "unreadable".to_owned(),
        }
    }

    #[test]
    fn every_spelling() {
        for (text, expected) in [
            ("2018-01-31T23:59:59.000Z", "2018-01-31T23:59:59.000Z"),
            ("2018-01-31T23:59:59Z", "-> 2018-01-31T23:59:59.000Z"),
            ("2018-01-31t23:59:59.000z", "-> 2018-01-31T23:59:59.000Z"),
            ("2018-01-31 23:59:59.000Z", "-> 2018-01-31T23:59:59.000Z"),
            ("2018-01-31T23:59:59.1Z", "-> 2018-01-31T23:59:59.100Z"),
            (
                "2018-01-31T23:59:59.9999999Z",
                "-> 2018-01-31T23:59:59.999Z",
            ),
            (
                "2018-01-31T23:59:59.000+01:00",
                "-> 2018-01-31T22:59:59.000Z",
            ),
            ("2018-01-31T23:59:59.0-08:00", "-> 2018-02-01T07:59:59.000Z"),
            (
                "2018-01-31T23:59:59.000+0000",
                "-> 2018-01-31T23:59:59.000Z",
            ),
            ("2018-01-31T23:59:59.000", "-> 2018-01-31T23:59:59.000Z"),
            ("2018-01-31T23:59", "-> 2018-01-31T23:59:00.000Z"),
            ("1969-12-31T23:59:59.9999Z", "-> 1969-12-31T23:59:59.999Z"),
            ("2018-01-31", "unreadable"),
            ("2018-02-31T00:00:00.000Z", "unreadable"),
            ("2018-01-31T25:00:00.000Z", "unreadable"),
            ("2018-01-31T23:59:59.000+", "unreadable"),
            ("2018-01-31T23:59:59.000X", "unreadable"),
            ("2018-01-31T23:59:59Z[Europe/Paris]", "unreadable"),
            ("yesterday", "unreadable"),
            ("", "unreadable"),
            ("1517443199000", "unreadable"),
            ("+999999-01-01T00:00:00Z", "unreadable"),
        ] {
            assert_eq!(normalised(text), expected, "{text}");
        }
    }
}
