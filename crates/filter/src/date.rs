//! Dates in RFC 3339, so that filters can compare them chronologically.

use std::cmp::Ordering;

use jiff::ToSpan;
use jiff::civil::Date;

/// A point in time with whatever precision it was written in.
///
/// Kept by minutes, since offsets are whole minutes: a leap second then sorts
/// after second 59 and before the next minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Instant<'a> {
    minutes: i64,
    second: u8,
    /// The digits after the point, without trailing zeros.
    fraction: &'a str,
}

impl<'a> Instant<'a> {
    /// Reads `date-time` of RFC 3339, section 5.6: date, `T`, time with
    /// seconds, optional fraction, `Z` or offset. Nothing else is a date here.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let bytes = text.as_bytes();
        // Rules out nearly every string that is no date, at no cost.
        if bytes.len() < 20 || !matches!(bytes.get(10), Some(b'T' | b't')) {
            return None;
        }
        let fixed = text.get(..19)?;
        let separators = [(4, b'-'), (7, b'-'), (13, b':'), (16, b':')];
        if separators
            .iter()
            .any(|(at, separator)| fixed.as_bytes().get(*at) != Some(separator))
        {
            return None;
        }
        let number = |from: usize, to: usize| digits(fixed.get(from..to)?);
        let date = Date::new(
            i16::try_from(number(0, 4)?).ok()?,
            i8::try_from(number(5, 7)?).ok()?,
            i8::try_from(number(8, 10)?).ok()?,
        )
        .ok()?;
        let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
        if hour > 23 || minute > 59 || second > 60 {
            return None;
        }

        let rest = text.get(19..)?;
        let (fraction, zone) = match rest.strip_prefix('.') {
            Some(rest) => {
                let len = rest.bytes().take_while(u8::is_ascii_digit).count();
                (rest.get(..len).filter(|f| !f.is_empty())?, rest.get(len..)?)
            }
            None => ("", rest),
        };
        let days = date
            .duration_since(Date::constant(1970, 1, 1))
            .as_hours()
            .checked_div(24)?;
        let minutes = days
            .saturating_mul(1440)
            .saturating_add(hour.saturating_mul(60))
            .saturating_add(minute)
            .saturating_sub(offset_minutes(zone)?);
        // A leap second ends a day in UTC.
        if second == 60 && minutes.rem_euclid(1440) != 1439 {
            return None;
        }
        Some(Self {
            minutes,
            second: u8::try_from(second).ok()?,
            fraction: fraction.trim_end_matches('0'),
        })
    }

    /// The same instant on a clock that is `offset` minutes ahead of UTC:
    /// `2017-10-01T00:00:00` and the digits of the fraction. Where the year
    /// has no four digits there: whether it is too early or too late.
    pub(crate) fn on_clock(&self, offset: i64) -> Result<(String, &'a str), Ordering> {
        let local = self.minutes.saturating_add(offset);
        let (days, minute) = (local.div_euclid(1440), local.rem_euclid(1440));
        // Years 0 to 9999 and a day or so around them: well within bounds.
        let date = Date::constant(1970, 1, 1)
            .checked_add(days.days())
            .map_err(|_| days.cmp(&0))?;
        if !(0..=9999).contains(&date.year()) {
            return Err(date.year().cmp(&0));
        }
        let text = format!(
            "{date}T{:02}:{:02}:{:02}",
            minute.div_euclid(60),
            minute.rem_euclid(60),
            self.second
        );
        Ok((text, self.fraction))
    }
}

impl Ord for Instant<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        // Fractions without trailing zeros: text order is the order of value.
        (self.minutes, self.second, self.fraction).cmp(&(
            other.minutes,
            other.second,
            other.fraction,
        ))
    }
}

impl PartialOrd for Instant<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn offset_minutes(zone: &str) -> Option<i64> {
    if matches!(zone, "Z" | "z") {
        return Some(0);
    }
    let (sign, rest) = match zone.as_bytes().first()? {
        b'+' => (1, zone.get(1..)?),
        b'-' => (-1, zone.get(1..)?),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    if hours.len() != 2 || minutes.len() != 2 {
        return None;
    }
    let (hours, minutes) = (digits(hours)?, digits(minutes)?);
    (hours <= 23 && minutes <= 59).then(|| {
        hours
            .saturating_mul(60)
            .saturating_add(minutes)
            .saturating_mul(sign)
    })
}

fn digits(text: &str) -> Option<i64> {
    text.bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::Instant;

    fn instant(text: &str) -> Instant<'_> {
        Instant::parse(text).unwrap()
    }

    #[test]
    fn the_same_instant() {
        for (left, right) in [
            ("2017-10-01T00:00:00Z", "2017-10-01T00:00:00.000Z"),
            ("2017-10-01T00:00:00Z", "2017-09-30T17:00:00-07:00"),
            ("2017-10-01t00:00:00z", "2017-10-01T00:00:00+00:00"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:59:60+01:00"),
            ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00-00:00"),
        ] {
            assert_eq!(instant(left), instant(right), "{left} {right}");
        }
    }

    #[test]
    fn in_order() {
        let ascending = [
            "1969-12-31T23:59:59Z",
            "1970-01-01T00:00:00Z",
            "2016-12-31T23:59:59.999999999999Z",
            "2016-12-31T23:59:60Z",
            "2017-01-01T00:00:00Z",
            "2017-01-01T00:00:00.0000000001Z",
            "2017-01-01T00:00:00.09Z",
            "2017-01-01T00:00:00.1Z",
            "9999-12-31T23:59:59-23:59",
        ];
        for pair in ascending.windows(2) {
            assert!(instant(pair[0]) < instant(pair[1]), "{pair:?}");
        }
    }

    #[test]
    fn no_dates() {
        for text in [
            "",
            "2017-10-01",
            "2017-10-01T00:00:00",
            "2017-10-01 00:00:00Z",
            "2017-13-01T00:00:00Z",
            "2017-02-29T00:00:00Z",
            "2017-10-01T24:00:00Z",
            "2017-10-01T00:00:60Z",
            "2017-10-01T00:00:00.Z",
            "2017-10-01T00:00:00+0000",
            "2017-10-01T00:00:00+24:00",
            "2017-10-01T00:00:00Zx",
            "+017-10-01T00:00:00Z",
            "2017-10-01T00:00:0äZ",
        ] {
            assert!(Instant::parse(text).is_none(), "{text}");
        }
    }
}
