//! The few characters that stand for all.

use std::collections::BTreeSet;
use std::ops::Range;

/// Every character of `used`, and between each two of them (and before and
/// after) one that stands for all there: no comparison tells those apart.
/// What reads well comes first.
pub(super) fn reduced(used: &BTreeSet<char>) -> Vec<char> {
    let mut all: Vec<char> = used.iter().copied().collect();
    let mut from = 0_u32;
    let ends = used.iter().map(|c| u32::from(*c)).chain([0x11_0000]);
    for end in ends {
        all.extend(readable(from..end));
        from = end.saturating_add(1);
    }
    all.sort_by_key(|c| (rank(*c), *c));
    all
}

/// The character in the range that reads best.
fn readable(range: Range<u32>) -> Option<char> {
    let preferred = ('a'..='z')
        .chain('A'..='Z')
        .chain('0'..='9')
        .chain(' '..='~');
    // The scalar values start again after the surrogates.
    let edges = [range.start, 0xa1, 0xe000];
    preferred
        .chain(edges.into_iter().filter_map(char::from_u32))
        .find(|c| range.contains(&u32::from(*c)))
}

fn rank(c: char) -> u8 {
    match c {
        'a'..='z' => 0,
        '0'..='9' | 'A'..='Z' => 1,
        '!'..='~' => 2,
        _ if c.is_control() => 4,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::reduced;

    #[test]
    fn one_character_for_each_gap() {
        assert_eq!(reduced(&[].into()), ['a']);
        assert_eq!(reduced(&['a'].into()), ['a', 'b', 'A']);
        assert_eq!(reduced(&['a', 'b'].into()), ['a', 'b', 'c', 'A']);
        assert_eq!(
            reduced(&['\0', '\u{10ffff}'].into()),
            ['a', '\u{10ffff}', '\0']
        );
        // Between these lie only surrogates, which are no characters.
        assert_eq!(
            reduced(&['\u{d7ff}', '\u{e000}'].into()),
            ['a', '\u{d7ff}', '\u{e000}', '\u{e001}'],
        );
        assert_eq!(
            reduced(&['\u{d7fe}', '\u{e001}'].into()),
            ['a', '\u{d7fe}', '\u{d7ff}', '\u{e001}', '\u{e002}'],
        );
    }
}
