//! The window of a request.

use jiff::{SignedDuration, Timestamp};

use crate::check::rules::{refused as rules, requests};
use crate::query::read_time;
use crate::time;

use super::super::{Sink, shown};
use super::Param;

/// How far back `since` may lie.
const OLDEST: i64 = 180;

/// A date of `since` or `until`.
pub(super) fn date(sink: &mut Sink<'_>, param: &Param) {
    if param.is_open() {
        return;
    }
    let value = param.value.trim();
    let Some(time) = rfc_3339(value) else {
        bad_date(sink, param, value);
        return;
    };
    if param.name == "since" && is_before_oldest(time, sink.context.now) {
        sink.add(
            &rules::TOO_OLD,
            param.place.whole(),
            format!("since={value} is more than 180 days ago"),
        )
        .help("the server answers E0000053, and keeps 90 days at most: search an archive");
    }
}

/// Whether the server refuses a `since`, where the time is known.
pub(super) fn is_too_old(since: &str, now: Option<Timestamp>) -> bool {
    rfc_3339(since).is_some_and(|time| is_before_oldest(time, now))
}

fn is_before_oldest(time: Timestamp, now: Option<Timestamp>) -> bool {
    let oldest = now.and_then(|now| {
        now.checked_sub(SignedDuration::from_hours(OLDEST.saturating_mul(24)))
            .ok()
    });
    oldest.is_some_and(|oldest| time < oldest)
}

fn bad_date(sink: &mut Sink<'_>, param: &Param, value: &str) {
    let meant = crate::query::read_when(value);
    // `YYYY-MM-DD` stands for a date.
    if meant.is_none() && value.to_ascii_uppercase().contains("YYYY") {
        return;
    }
    let spelled = meant.and_then(|it| time::spelled(it.time));
    let edit = spelled
        .as_ref()
        .and_then(|it| param.place.edit(0..param.value.len(), it));
    let is_plus = value
        .rsplit_once(' ')
        .is_some_and(|(_, zone)| zone.len() < 6);
    let help = match &spelled {
        Some(it) if is_plus => {
            format!("the server answers E0000001: a plus sign is written %2B in a URL; write {it}")
        }
        Some(it) => format!("the server answers E0000001: write {it}"),
        None => "the server answers E0000001: write a date as in 2026-01-01T00:00:00Z".to_owned(),
    };
    sink.add(
        &rules::BAD_DATE,
        param.place.whole(),
        format!(
            "{}={} is no RFC 3339 date",
            param.name,
            shown(value).trim_matches('`')
        ),
    )
    .help(help)
    .fix(meant.is_some_and(|it| it.zoned), edit);
}

/// Both ends, in the wrong order.
pub(super) fn order(sink: &mut Sink<'_>, params: &[Param]) {
    let end = |name: &str| {
        let param = params.iter().find(|param| param.name == name)?;
        if param.is_open() {
            return None;
        }
        Some((param, rfc_3339(param.value.trim())?))
    };
    if let Some(((_, since), (param, until))) = end("since").zip(end("until"))
        && until <= since
    {
        sink.add(
            &requests::EMPTY_WINDOW,
            param.place.whole(),
            "until is not after since: nothing is in this window".to_owned(),
        )
        .help("exchange the two");
    }
}

/// Reads a date as RFC 3339 has it, and nothing else.
fn rfc_3339(text: &str) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    let separators = [(4, b'-'), (7, b'-'), (13, b':'), (16, b':')];
    let is_shaped = bytes.len() >= 20
        && matches!(bytes.get(10), Some(b'T' | b't'))
        && separators.iter().all(|(at, it)| bytes.get(*at) == Some(it));
    let zone = text
        .get(19..)?
        .trim_start_matches(|it: char| it == '.' || it.is_ascii_digit());
    let is_zone = matches!(zone, "Z" | "z")
        || (zone.len() == 6 && zone.starts_with(['+', '-']) && zone.get(3..4) == Some(":"));
    (is_shaped && is_zone).then(|| read_time(text))?
}

#[cfg(test)]
mod tests {
    use super::rfc_3339;

    #[test]
    fn dates_as_the_server_takes_them() {
        for text in [
            "2026-01-01T00:00:00Z",
            "2026-01-01T00:00:00.000Z",
            "2026-01-01T00:00:00+02:00",
        ] {
            assert!(rfc_3339(text).is_some(), "{text}");
        }
        for text in [
            "2026-01-01",
            "2026-01-01T00:00Z",
            "2026-01-01 00:00:00Z",
            "2026-01-01T00:00:00",
            "2026-01-01T00:00:00+0200",
            "2026-13-01T00:00:00Z",
            "-72h",
            "1506816000000",
        ] {
            assert!(rfc_3339(text).is_none(), "{text}");
        }
    }
}
