//! Numbers as JSON writes them, compared exactly and without computing powers.

use std::cmp::Ordering;

/// A decimal number: `0.DIGITS × 10^exponent`, with neither leading nor
/// trailing zeros in its digits, so equal numbers are equal field by field.
///
/// Exponents of more than 37 digits are held at that bound.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Decimal {
    negative: bool,
    /// Empty for zero.
    digits: String,
    exponent: i128,
}

/// The parts of a JSON number's text.
struct Parts<'a> {
    negative: bool,
    integer: &'a str,
    fraction: &'a str,
    exponent: &'a str,
}

impl Decimal {
    /// Reads a number in JSON's grammar: `-12.5e+3`, but not `+1`, `01`, `1.`
    /// or `.5`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let parts = split(text)?;
        let all: String = [parts.integer, parts.fraction].concat();
        let significant = all.trim_start_matches('0');
        let leading = all.len().saturating_sub(significant.len());
        let digits = significant.trim_end_matches('0');
        if digits.is_empty() {
            return Some(Self {
                negative: false,
                digits: String::new(),
                exponent: 0,
            });
        }
        let point = i128::try_from(parts.integer.len()).ok()?;
        let leading = i128::try_from(leading).ok()?;
        Some(Self {
            negative: parts.negative,
            digits: digits.to_owned(),
            exponent: exponent(parts.exponent)
                .saturating_add(point)
                .saturating_sub(leading),
        })
    }

    /// The largest integer that is not larger; none beyond 20 digits, where no
    /// integer of 64 bits lies.
    pub(crate) fn floor(&self) -> Option<i128> {
        let Ok(places) = usize::try_from(self.exponent) else {
            // Less than 0.1 on either side of zero.
            return Some(if self.negative { -1 } else { 0 });
        };
        if places > 20 {
            return None;
        }
        let (whole, rest) = self
            .digits
            .split_at_checked(places)
            .unwrap_or((&self.digits, ""));
        let size: i128 = format!("{whole:0<places$}0").parse().ok()?;
        let size = size.checked_div(10)?;
        match (self.negative, rest.is_empty()) {
            (false, _) => Some(size),
            (true, true) => size.checked_neg(),
            (true, false) => size.checked_neg()?.checked_sub(1),
        }
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let rank = |number: &Self| match (number.digits.is_empty(), number.negative) {
            (true, _) => 0_i8,
            (false, true) => -1,
            (false, false) => 1,
        };
        rank(self).cmp(&rank(other)).then_with(|| {
            // Digits without leading zeros: text order is the order of value.
            let magnitude = (self.exponent, &self.digits).cmp(&(other.exponent, &other.digits));
            if self.negative {
                magnitude.reverse()
            } else {
                magnitude
            }
        })
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn split(text: &str) -> Option<Parts<'_>> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => {
            let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            (mantissa, is_digits(digits).then_some(exponent)?)
        }
        None => (rest, ""),
    };
    let (integer, fraction) = match mantissa.split_once('.') {
        Some((integer, fraction)) => (integer, is_digits(fraction).then_some(fraction)?),
        None => (mantissa, ""),
    };
    let leading_zero = integer.len() > 1 && integer.starts_with('0');
    (is_digits(integer) && !leading_zero).then_some(Parts {
        negative,
        integer,
        fraction,
        exponent,
    })
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// An exponent of any length; the empty text is 0.
fn exponent(text: &str) -> i128 {
    const BOUND: i128 = 10_i128.pow(37);
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let digits = digits.trim_start_matches('0');
    let value = if digits.is_empty() {
        0
    } else {
        digits.parse().map_or(BOUND, |value: i128| value.min(BOUND))
    };
    if negative {
        value.saturating_neg()
    } else {
        value
    }
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    fn number(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn equal_numbers() {
        for (left, right) in [
            ("1", "1.0"),
            ("1", "10e-1"),
            ("0", "-0.0"),
            ("0", "0e999999999999999999999999999999999999999999"),
            ("100", "1E+2"),
            ("0.00120", "12e-4"),
        ] {
            assert_eq!(number(left), number(right), "{left} {right}");
        }
    }

    #[test]
    fn ordered_numbers() {
        let ascending = [
            "-1e99999999999999999999999",
            "-10",
            "-9.5",
            "-1e-99999999999999999999999",
            "0",
            "1e-99999999999999999999999",
            "0.09",
            "0.1",
            "0.11",
            "9007199254740992",
            "9007199254740993",
            "1e400",
            "1e99999999999999999999999",
        ];
        for pair in ascending.windows(2) {
            assert!(number(pair[0]) < number(pair[1]), "{pair:?}");
        }
    }

    #[test]
    fn floors() {
        for (text, floor) in [
            ("0", Some(0)),
            ("-0.0", Some(0)),
            ("1", Some(1)),
            ("1.5", Some(1)),
            ("-1.5", Some(-2)),
            ("-1", Some(-1)),
            ("0.001", Some(0)),
            ("-0.001", Some(-1)),
            ("12e3", Some(12_000)),
            ("9007199254740993.5", Some(9_007_199_254_740_993)),
            ("9.0071992547409935e15", Some(9_007_199_254_740_993)),
            ("18446744073709551616", Some(18_446_744_073_709_551_616)),
            ("1e30", None),
            ("1e-30", Some(0)),
        ] {
            assert_eq!(number(text).floor(), floor, "{text}");
        }
    }

    #[test]
    fn no_numbers() {
        for text in [
            "", "-", "+1", "01", "1.", ".5", "1e", "1e+", "0x1", "1 ", "NaN", "1e5.0", "--1",
            "1_000",
        ] {
            assert!(Decimal::parse(text).is_none(), "{text}");
        }
    }
}
