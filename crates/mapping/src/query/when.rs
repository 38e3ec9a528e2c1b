//! Times as legacy queries spell them.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::time;

/// A time read from a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct When {
    pub(crate) time: Timestamp,
    /// Whether the text names its zone.
    pub(crate) zoned: bool,
}

/// Reads a time in any format that the old API took: RFC 3339, ISO 8601 with or without time,
/// zone and milliseconds, an offset whose plus sign became a space in a URL, or epoch
/// milliseconds. `None` if it is none, or a placeholder.
pub(crate) fn read(text: &str) -> Option<When> {
    let text = text.trim();
    let zoned = |time| When { time, zoned: true };
    if text.len() >= 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Timestamp::from_millisecond(text.parse().ok()?)
            .ok()
            .map(zoned);
    }
    if let Ok(date) = text.parse::<Date>()
        && text.len() == "2017-10-01".len()
    {
        let time = date.to_zoned(TimeZone::UTC).ok()?.timestamp();
        return Some(When { time, zoned: false });
    }
    if let Some(time) = time::parse(text) {
        let clock = text.get(10..).unwrap_or_default();
        let zoned = clock.contains(['Z', 'z', '+', '-']);
        return Some(When { time, zoned });
    }
    // "2017-10-01T00:00:00 0000": in a URL, a plus sign stands for a space.
    let (local, offset) = text.rsplit_once(' ')?;
    let is_offset = matches!(offset.len(), 4 | 5)
        && offset
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b':');
    (is_offset && local.contains('T'))
        .then(|| time::parse(&format!("{local}+{offset}")))?
        .map(zoned)
}

/// Reads a time in any format that the old API took.
///
/// # Examples
/// ```
/// use events2logs_mapping::query::read_time;
///
/// let time = read_time("2017-10-01").unwrap();
/// assert_eq!(time, read_time("1506816000000").unwrap());
/// ```
#[must_use]
pub fn read_time(text: &str) -> Option<Timestamp> {
    read(text).map(|when| when.time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_met() {
        for (text, expected) in [
            ("2017-10-01T00:00:00.000Z", "2017-10-01T00:00:00.000Z"),
            ("2013-01-01T12:00:00.000-07:00", "2013-01-01T19:00:00.000Z"),
            ("2016-05-01T00:00:00.0-08:00", "2016-05-01T08:00:00.000Z"),
            ("2017-10-01T00:00:00Z", "2017-10-01T00:00:00.000Z"),
            ("2017-10-01T00:00:00", "2017-10-01T00:00:00.000Z"),
            ("2017-10-01T00:00:00.000+0000", "2017-10-01T00:00:00.000Z"),
            ("2017-10-01T00:00:00.000 0000", "2017-10-01T00:00:00.000Z"),
            ("2017-10-01T02:00:00 02:00", "2017-10-01T00:00:00.000Z"),
            ("2017-10-01", "2017-10-01T00:00:00.000Z"),
            ("1506816000000", "2017-10-01T00:00:00.000Z"),
            ("1506816000123", "2017-10-01T00:00:00.123Z"),
            (" 2017-10-01 ", "2017-10-01T00:00:00.000Z"),
        ] {
            let when = read(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(time::spelled(when.time).unwrap(), expected, "{text}");
        }
        for text in [
            "",
            "yesterday",
            "20171001",
            "2017-13-01",
            "${since}",
            "2017-10-01T",
            "yyyy-MM-dd'T'HH:mm:ss.SSSZZ",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_zone_is_told() {
        for (text, zoned) in [
            ("2017-10-01", false),
            ("2017-10-01T00:00:00", false),
            ("2017-10-01T00:00:00-07:00", true),
            ("1506816000000", true),
        ] {
            assert_eq!(read(text).unwrap().zoned, zoned, "{text}");
        }
    }
}
