//! Is a string a date? The same question as `Instant::parse` answers, one
//! character at a time.

/// What is known of the offset before it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Offset {
    /// Nothing: whatever a leap second needs is kept in mind until the zone.
    Open,
    /// It is this one, in minutes.
    Known(i64),
    /// Nothing, and a leap second may be anywhere: more than the dates.
    Loose,
}

/// Reads a date. A state holds the place in the date and what is to be kept in
/// mind of the characters so far.
pub(in super::super) struct DateScan;

/// A state, taken apart.
#[derive(Clone, Copy)]
struct At {
    /// How many characters were read; all digits of the fraction are one.
    place: u32,
    /// What is kept in mind, never above `MEMORY`.
    memory: u32,
}

/// The bits of the memory.
const MEMORY_BITS: u32 = 26;
/// A leap second must end a day in UTC: this is kept in mind until the zone,
/// as one more than the minute of the day, times two for the sign of the
/// offset, times the steps of the offset.
const SIGNS: u32 = 2;
const OFFSETS: u32 = 24 * 60;
const DAY: i64 = 1440;

impl DateScan {
    /// The characters that make a difference, those preferred first.
    pub(in super::super) const CHARACTERS: [char; 18] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '-', ':', '.', '+', 'T', 'Z', 't', 'z',
    ];

    /// The state in which the string is a date.
    pub(in super::super) const END: u32 = 27 << MEMORY_BITS;

    /// Whether the zone may come next.
    pub(in super::super) const fn at_zone(state: u32) -> bool {
        matches!(state >> MEMORY_BITS, 19 | 21)
    }

    /// The state after one more character; none where that is no date any
    /// more. Where more is known of the offset, less is kept in mind.
    pub(in super::super) fn step(offset: Offset, state: u32, c: char) -> Option<u32> {
        let at = At {
            place: state.checked_shr(MEMORY_BITS)?,
            memory: state & (1_u32.checked_shl(MEMORY_BITS)?.checked_sub(1)?),
        };
        let next = at.step(offset, c)?;
        Some(next.place.checked_shl(MEMORY_BITS)? | next.memory)
    }
}

impl At {
    fn step(self, offset: Offset, c: char) -> Option<Self> {
        let place = self.place.checked_add(1)?;
        let to = |memory| Some(Self { place, memory });
        match self.place {
            // All that matters of a year is whether it is a leap year.
            0 => to(self.digits(c)?.checked_rem(2)?),
            1 => to(self.digits(c)?.checked_rem(4)?),
            2 => to(self.digits(c)?.checked_rem(40)?),
            3 => {
                let year = self.digits(c)?;
                let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
                to(u32::from(leap))
            }
            4 | 7 => (c == '-').then(|| to(self.memory))?,
            // 0 and 1 for a month in January to September, of a common or a
            // leap year; 2 for the rest.
            5 => match c {
                '0' => to(self.memory),
                '1' => to(2),
                _ => None,
            },
            6 => to(month_length(self.memory, digit(c)?)?),
            8 => to(self.memory.checked_mul(4)?.checked_add(below(c, 4)?)?),
            9 => {
                let day = (self.memory % 4).checked_mul(10)?.checked_add(digit(c)?)?;
                (1..=self.memory / 4).contains(&day).then(|| to(0))?
            }
            10 => matches!(c, 'T' | 't').then(|| to(0))?,
            11 => to(below(c, 3)?),
            12 => to(self.digits(c).filter(|hour| *hour < 24)?),
            13 | 16 => (c == ':').then(|| to(self.memory))?,
            14 => to(self.memory.checked_mul(6)?.checked_add(below(c, 6)?)?),
            15 => to(ends_day(self.digits(c)?, offset)),
            17 => to(self.memory.checked_mul(7)?.checked_add(below(c, 7)?)?),
            18 => match (self.memory % 7, digit(c)?) {
                // With the memory of it from here on.
                (6, 0) => to((self.memory / 7).checked_add(1)?),
                (6, _) => None,
                _ => to(0),
            },
            19 if c == '.' => to(self.memory),
            20 => digit(c).and_then(|_| to(self.memory)),
            21 if c.is_ascii_digit() => Some(self),
            19 | 21 => self.zone(c, offset),
            22 => self.offset_digit(below(c, 3)?, 1, to),
            23 => self.hour_of_offset(c, offset, to),
            24 => (c == ':').then(|| to(self.memory))?,
            25 => self.offset_digit(below(c, 6)?, 6, to),
            26 => {
                let last = self.offset_digit(digit(c)?, 10, to)?;
                ends_in_utc(last.memory, offset).then(|| to(0))?
            }
            _ => None,
        }
    }

    /// The number kept in mind, with one more digit.
    fn digits(self, c: char) -> Option<u32> {
        self.memory.checked_mul(10)?.checked_add(digit(c)?)
    }

    fn zone(self, c: char, offset: Offset) -> Option<Self> {
        let to = |place, memory| Some(Self { place, memory });
        match c {
            'Z' | 'z' => {
                let fine = match (self.memory, offset) {
                    (0, _) => true,
                    (minute, Offset::Open) => i64::from(minute) == DAY,
                    (fits, _) => fits == 2,
                };
                fine.then(|| to(27, 0))?
            }
            // Without a leap second the sign does not matter.
            '+' | '-' if self.memory == 0 || offset != Offset::Open => {
                to(22, self.memory_of_offset(0)?)
            }
            '+' => to(22, self.memory_of_offset(0)?),
            '-' => to(22, self.memory_of_offset(1)?),
            _ => None,
        }
    }

    /// The minute in mind, with room for the sign and the offset.
    fn memory_of_offset(self, negative: u32) -> Option<u32> {
        self.memory
            .checked_mul(SIGNS)?
            .checked_add(negative)?
            .checked_mul(OFFSETS)
    }

    /// The hour of the offset, which must stay below 24.
    fn hour_of_offset(
        self,
        c: char,
        offset: Offset,
        to: impl Fn(u32) -> Option<Self>,
    ) -> Option<Self> {
        let first = self.memory % OFFSETS;
        if first == 2 && digit(c)? > 3 {
            return None;
        }
        let next = self.offset_digit(digit(c)?, 10, &to)?;
        // Which hour it was matters for a leap second only.
        if self.memory / OFFSETS < SIGNS || offset != Offset::Open {
            to(next.memory.checked_sub(next.memory % OFFSETS)?)
        } else {
            Some(next)
        }
    }

    /// One more digit of the offset, each worth `base` times the next.
    fn offset_digit(self, digit: u32, base: u32, to: impl Fn(u32) -> Option<Self>) -> Option<Self> {
        let so_far = self.memory % OFFSETS;
        let rest = self.memory.checked_sub(so_far)?;
        to(rest.checked_add(so_far.checked_mul(base)?.checked_add(digit)?)?)
    }
}

/// After the minute is read: that minute, to be kept until the second says
/// whether it matters; or at once whether it ends a day in UTC: 1 or 0.
fn ends_day(minute_of_day: u32, offset: Offset) -> u32 {
    match offset {
        Offset::Open => minute_of_day,
        Offset::Loose => 1,
        Offset::Known(offset) => {
            let minute = i64::from(minute_of_day).saturating_sub(offset);
            u32::from(minute.rem_euclid(DAY) == DAY.saturating_sub(1))
        }
    }
}

/// Whether a leap second, if the memory says so, ends a day in UTC.
fn ends_in_utc(memory: u32, offset: Offset) -> bool {
    let (minute, rest) = (memory / OFFSETS / SIGNS, memory % (OFFSETS * SIGNS));
    match (minute, offset) {
        (0, _) => true,
        (minute, Offset::Known(_) | Offset::Loose) => minute == 2,
        (minute, Offset::Open) => {
            let shift = i64::from(rest % OFFSETS);
            let shift = if rest / OFFSETS == 0 {
                shift
            } else {
                shift.saturating_neg()
            };
            i64::from(minute).saturating_sub(shift).rem_euclid(DAY) == 0
        }
    }
}

/// The days of the month whose second digit is `digit`.
fn month_length(first: u32, digit: u32) -> Option<u32> {
    match (first, digit) {
        (0, 2) => Some(28),
        (1, 2) => Some(29),
        (0 | 1, 4 | 6 | 9) | (2, 1) => Some(30),
        (0 | 1, 1 | 3 | 5 | 7 | 8) | (2, 0 | 2) => Some(31),
        _ => None,
    }
}

fn digit(c: char) -> Option<u32> {
    // The digits of ASCII only.
    c.to_digit(10)
}

fn below(c: char, bound: u32) -> Option<u32> {
    digit(c).filter(|digit| *digit < bound)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{DateScan, Offset};
    use crate::date::Instant;

    fn reads(offset: Offset, text: &str) -> bool {
        let end = text
            .chars()
            .try_fold(0, |state, c| DateScan::step(offset, state, c));
        end == Some(DateScan::END)
    }

    /// Nearly always a date, or nearly one.
    fn dates() -> impl Strategy<Value = String> {
        let edge = |values: &[u32]| prop::sample::select(values.to_vec());
        (
            (
                prop_oneof![
                    edge(&[0, 4, 100, 1900, 2000, 2016, 2023, 2400, 9999]),
                    0_u32..10_000
                ],
                0_u32..14,
                edge(&[0, 1, 9, 10, 28, 29, 30, 31, 32]),
            ),
            (
                0_u32..25,
                edge(&[0, 1, 58, 59, 60]),
                edge(&[0, 9, 59, 60, 61]),
            ),
            prop::sample::select(vec!["", ".", ".5", ".00", ".123456789012"]),
            (
                prop::sample::select(vec!["Z", "z", "+", "-", ""]),
                0_u32..25,
                0_u32..61,
            ),
            prop::sample::select(vec!["T", "t", " "]),
        )
            .prop_map(|((y, m, d), (h, min, s), fraction, (sign, oh, om), t)| {
                let zone = if matches!(sign, "+" | "-") {
                    format!("{sign}{oh:02}:{om:02}")
                } else {
                    sign.to_owned()
                };
                format!("{y:04}-{m:02}-{d:02}{t}{h:02}:{min:02}:{s:02}{fraction}{zone}")
            })
    }

    /// Leap seconds that end a day in UTC, and some that do not.
    fn leap_seconds() -> impl Strategy<Value = (String, i64)> {
        (
            -1439_i64..1440,
            -1_i64..2,
            prop::sample::select(vec!["", ".5"]),
        )
            .prop_map(|(offset, off_by, fraction)| {
                let minute = offset
                    .saturating_add(off_by)
                    .saturating_sub(1)
                    .rem_euclid(1440);
                let sign = if offset < 0 { '-' } else { '+' };
                let (oh, om) = (offset.abs() / 60, offset.abs() % 60);
                let (h, m) = (minute / 60, minute % 60);
                (
                    format!("2016-12-31T{h:02}:{m:02}:60{fraction}{sign}{oh:02}:{om:02}"),
                    offset,
                )
            })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn agrees_with_the_parser(text in dates(), cut in 0_usize..40, extra in "[0Z]?") {
            let text = text.get(..cut).unwrap_or(&text).to_owned() + &extra;
            prop_assert_eq!(reads(Offset::Open, &text), Instant::parse(&text).is_some(), "{}", text);
        }

        #[test]
        fn agrees_on_leap_seconds((text, offset) in leap_seconds()) {
            let expected = Instant::parse(&text).is_some();
            prop_assert_eq!(reads(Offset::Open, &text), expected, "{}", text);
            prop_assert_eq!(reads(Offset::Known(offset), &text), expected, "{}", text);
            prop_assert!(reads(Offset::Loose, &text), "{}", text);
        }
    }
}
