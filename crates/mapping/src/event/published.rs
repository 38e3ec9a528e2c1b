//! The time of an event, in the one spelling that LogEvents have.

use std::fmt::Write as _;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit};

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

/// Reads `text` as the time of an event: RFC 3339, or ISO 8601 with an offset without a colon,
/// a space for the `T`, or without an offset, which is read as UTC. `None` if it is none.
///
/// Digits after the milliseconds are cut, never rounded: an event must not move past the end
/// of a window.
pub(super) fn read(text: &str) -> Option<Published> {
    let timestamp = parse(text)?;
    if is_system_log_spelling(text) {
        return Some(Published::AsItStands);
    }
    let cut = timestamp
        .round(
            jiff::TimestampRound::new()
                .smallest(Unit::Millisecond)
                .mode(jiff::RoundMode::Floor),
        )
        .ok()?;
    let mut spelled = String::with_capacity(SYSTEM_LOG_LEN);
    // Writing to a string fails only if the time cannot be printed.
    write!(spelled, "{cut:.3}").ok()?;
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

fn parse(text: &str) -> Option<Timestamp> {
    // Neither a time zone in brackets nor a date alone says when an event was.
    if text.contains('[') || text.len() < "2018-01-01T00:00".len() {
        return None;
    }
    text.parse::<Timestamp>().ok().or_else(|| {
        // Without an offset; one that is there but wrong must not be passed over.
        let time = text.get(10..)?;
        if time.contains(['+', '-', 'Z', 'z']) {
            return None;
        }
        let civil: DateTime = text.parse().ok()?;
        TimeZone::UTC.to_timestamp(civil).ok()
    })
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
    fn what_is_usual_is_a_time() {
        let parts: [&[&str]; 6] = [
            &["0999", "1000", "1970", "2000", "2016", "8999", "9999"],
            &["00", "01", "02", "04", "12", "13"],
            &["00", "01", "28", "29", "30", "31", "32"],
            &["00", "23", "24"],
            &["00", "59", "60"],
            &["00", "59", "60", "61"],
        ];
        let mut texts = vec![String::new()];
        for (choices, end) in parts.iter().zip(["-", "-", "T", ":", ":", ".000Z"]) {
            texts = texts
                .iter()
                .flat_map(|text| choices.iter().map(move |it| format!("{text}{it}{end}")))
                .collect();
        }
        let usual: Vec<_> = texts
            .into_iter()
            .filter(|text| is_usual(text.as_bytes()))
            .collect();
        assert!(usual.contains(&"2016-04-30T23:59:59.000Z".to_owned()));
        for text in usual {
            assert_eq!(read(&text), Some(Published::AsItStands), "{text}");
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
            if is_usual(text.as_bytes()) {
                assert_eq!(expected, text);
            }
        }
    }
}
