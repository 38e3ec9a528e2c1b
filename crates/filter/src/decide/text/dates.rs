//! Strings that are dates in RFC 3339.

mod clock;
mod shape;

use crate::date::Instant;

use super::super::effort::{Budget, Undecided};
use super::Sorted;
use super::scan::Scan;
use super::search::{Hopeful, can_end_with, hopeful, shortest, shortest_among};

pub(super) use clock::Clock;
pub(super) use shape::{DateScan, Offset};

/// No offset is larger, in minutes.
const LARGEST_OFFSET: i64 = 23 * 60 + 59;

/// Dates to try first: those asked about, a little before and after each, and
/// the start of the days asked about.
pub(super) fn candidates(sorted: &Sorted<'_>) -> Vec<String> {
    let mut all = Vec::new();
    for (text, instant, _) in &sorted.dates {
        all.push((*text).to_owned());
        all.extend(neighbours(text, instant));
    }
    for text in &sorted.ordered {
        let midnight = format!("{text}T00:00:00.000Z");
        if let Some(instant) = Instant::parse(&midnight) {
            all.extend(neighbours(&midnight, &instant));
            all.push(midnight);
        }
    }
    all.push("2020-01-01T00:00:00.000Z".to_owned());
    all
}

/// Dates a millisecond, a second and a day after and before, in UTC.
fn neighbours(text: &str, instant: &Instant<'_>) -> Vec<String> {
    let plain = instant.on_clock(0).ok().and_then(|(clock, fraction)| {
        let millis: String = fraction.chars().chain("000".chars()).take(3).collect();
        format!("{clock}.{millis}Z").parse::<jiff::Timestamp>().ok()
    });
    let Some(plain) = plain.or_else(|| text.parse().ok()) else {
        return Vec::new();
    };
    [1, -1, 1000, -1000, 86_400_000, -86_400_000]
        .into_iter()
        .filter_map(|millis| {
            plain
                .checked_add(jiff::SignedDuration::from_millis(millis))
                .ok()
        })
        .map(|timestamp| format!("{timestamp:.3}"))
        .collect()
}

/// A date that is as asked. With `utc` only one that ends with `Z`.
pub(super) fn find(
    sorted: &Sorted<'_>,
    utc: bool,
    budget: &mut Budget,
) -> Result<Option<String>, Undecided> {
    let in_utc = first(sorted, ["Z".to_owned()], None, budget)?;
    if in_utc.is_some() || utc {
        return Ok(in_utc);
    }
    // Without anything asked of the text the extremes will do: between two
    // instants there is always another.
    let extremes = [zone(LARGEST_OFFSET), zone(LARGEST_OFFSET.saturating_neg())];
    let trivial = |scan: &Scan| matches!(scan, Scan::Nonempty { .. });
    if sorted.scans.iter().all(trivial) {
        return first(sorted, extremes, None, budget);
    }
    // Text and time may each be impossible by themselves, which is soon found.
    let any_text = Sorted {
        dates: sorted.dates.clone(),
        ..Sorted::default()
    };
    let textual = textual(sorted);
    let hopeful = hopeful(&textual, budget)?;
    if hopeful.is_empty() || find(&any_text, false, budget)?.is_none() {
        return Ok(None);
    }
    // A search for each offset there is, if the text may end with it.
    let before_zone = |states: &&[u32]| states.last().is_some_and(|date| DateScan::at_zone(*date));
    let ends: Vec<&[u32]> = hopeful
        .iter()
        .map(AsRef::as_ref)
        .filter(before_zone)
        .collect();
    let offsets = (0..LARGEST_OFFSET).flat_map(|minutes| [minutes, minutes.saturating_neg()]);
    let zones = extremes.into_iter().chain(offsets.map(zone));
    for zone in zones.chain(["-00:00".to_owned(), "z".to_owned()]) {
        if can_end_with(&textual, &ends, &zone, budget)?
            && let Some(text) = first(sorted, [zone], Some(&hopeful), budget)?
        {
            return Ok(Some(text));
        }
    }
    Ok(None)
}

/// What is asked of the text alone: all that, and that it looks like a date.
fn textual(sorted: &Sorted<'_>) -> Vec<Scan> {
    let mut scans = sorted.scans.clone();
    scans.push(Scan::Date {
        offset: Offset::Loose,
        wanted: true,
    });
    scans
}

/// A date of the first zone that has one as asked.
fn first(
    sorted: &Sorted<'_>,
    zones: impl IntoIterator<Item = String>,
    hopeful: Option<&Hopeful>,
    budget: &mut Budget,
) -> Result<Option<String>, Undecided> {
    for zone in zones {
        budget.spend(50)?;
        let found = match (on_zone(sorted, &zone), hopeful) {
            (None, _) => None,
            (Some(scans), None) => shortest(&scans, budget)?,
            (Some(scans), Some(hopeful)) => shortest_among(&scans, hopeful, budget)?,
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// What is asked of a date that ends with `zone`; none where the end alone
/// rules it out.
fn on_zone(sorted: &Sorted<'_>, zone: &str) -> Option<Vec<Scan>> {
    let offset = offset(zone)?;
    let mut scans = textual(sorted);
    for scan in &scans {
        if let Scan::Suffix { wanted: true, .. } = scan {
            let end: String = scan.characters().iter().collect();
            if !end.ends_with(zone) && !zone.ends_with(&end) {
                return None;
            }
        }
    }
    for (_, instant, wanted) in &sorted.dates {
        match instant.on_clock(offset) {
            Ok((clock, fraction)) => scans.push(Scan::Clock {
                clock: Clock::new(&clock, fraction),
                wanted: *wanted,
            }),
            // No date of this zone is that early, or that late.
            Err(other) if wanted.allows(other.reverse()) => {}
            Err(_) => return None,
        }
    }
    scans.push(Scan::Date {
        offset: Offset::Known(offset),
        wanted: true,
    });
    scans.push(Scan::suffix(zone, true));
    Some(scans)
}

fn zone(offset: i64) -> String {
    let sign = if offset < 0 { '-' } else { '+' };
    let minutes = offset.abs();
    format!(
        "{sign}{:02}:{:02}",
        minutes.div_euclid(60),
        minutes.rem_euclid(60)
    )
}

fn offset(zone: &str) -> Option<i64> {
    if matches!(zone, "Z" | "z") {
        return Some(0);
    }
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let minutes = hours
        .parse::<i64>()
        .ok()?
        .checked_mul(60)?
        .checked_add(minutes.parse().ok()?)?;
    Some(if zone.starts_with('-') {
        minutes.saturating_neg()
    } else {
        minutes
    })
}
