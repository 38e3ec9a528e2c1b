//! Times, as events and queries spell them.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{RoundMode, Timestamp, TimestampRound, Unit};

/// Reads a date and time: RFC 3339, or ISO 8601 with an offset without a colon, a space for the
/// `T`, or without an offset, which is read as UTC. `None` if it is none.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    // Neither a time zone in brackets nor a date alone says when something was.
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

/// RFC 3339 with milliseconds and `Z`, as the System Log spells times. Digits after the
/// milliseconds are cut, never rounded: an event must not move past the end of a window.
pub(crate) fn spelled(time: Timestamp) -> Option<String> {
    let cut = time
        .round(
            TimestampRound::new()
                .smallest(Unit::Millisecond)
                .mode(RoundMode::Floor),
        )
        .ok()?;
    Some(format!("{cut:.3}"))
}
