//! Where an object ends, told 64 bytes at a time.

use wide::u8x16;

/// How deep brackets may nest for this: as many as there are bits.
const DEPTH: u32 = 64;

/// How many bytes the object takes that `bytes` start with, if all of it is on one line.
///
/// Only quotes, backslashes and brackets are looked at: every bracket goes with one of its kind.
///
/// # Errors
/// How far was looked in vain: the object does not end in `bytes`, or not on its line, or two
/// brackets do not go together, or it nests too deep.
pub(crate) fn object_len(bytes: &[u8]) -> Result<usize, usize> {
    let mut nesting = Nesting::default();
    let (mut in_string, mut is_escaped) = (0_u64, false);
    let (chunks, rest) = bytes.as_chunks::<64>();
    let mut last = [b' '; 64];
    for (place, byte) in last.iter_mut().zip(rest) {
        *place = *byte;
    }
    let mut start = 0_usize;
    for chunk in chunks.iter().chain([&last]) {
        let marks = Marks::of(chunk);
        let escaped = escaped(marks.backslashes, &mut is_escaped);
        // Each bit the parity of the quotes up to there: set from an opening one to its end.
        let strings = parity(marks.quotes & !escaped) ^ in_string;
        in_string = 0_u64.wrapping_sub(strings >> 63);
        let line = marks.line_breaks.wrapping_sub(1) & !marks.line_breaks;
        // No JSON has a backslash outside a string.
        let mut brackets = (marks.brackets | marks.backslashes) & !strings & line;
        while brackets != 0 {
            let at = brackets.trailing_zeros() as usize;
            brackets &= brackets.wrapping_sub(1);
            let end = start.saturating_add(at).saturating_add(1);
            match chunk.get(at).and_then(|bracket| nesting.after(*bracket)) {
                Some(0) => return Ok(end),
                Some(_) => {}
                None => return Err(end),
            }
        }
        if marks.line_breaks != 0 {
            return Err(start);
        }
        start = start.saturating_add(chunk.len());
    }
    Err(bytes.len())
}

/// The brackets that are open.
#[derive(Debug, Default)]
struct Nesting {
    depth: u32,
    /// A bit for each, the innermost last: whether it is that of an object.
    objects: u64,
}

impl Nesting {
    /// How many are open after `bracket`; `None` if it does not go with the one before it, or is
    /// one too many.
    fn after(&mut self, bracket: u8) -> Option<u32> {
        let is_object = u64::from(matches!(bracket, b'{' | b'}'));
        match bracket {
            b'{' | b'[' => {
                self.depth = self.depth.checked_add(1).filter(|it| *it <= DEPTH)?;
                self.objects = self.objects << 1 | is_object;
            }
            b'}' | b']' if self.objects & 1 == is_object => {
                self.depth = self.depth.checked_sub(1)?;
                self.objects >>= 1;
            }
            _ => return None,
        }
        Some(self.depth)
    }
}

/// A bit for each byte of a chunk.
struct Marks {
    quotes: u64,
    backslashes: u64,
    line_breaks: u64,
    brackets: u64,
}

impl Marks {
    #[inline]
    fn of(chunk: &[u8; 64]) -> Self {
        let mut marks = Self {
            quotes: 0,
            backslashes: 0,
            line_breaks: 0,
            brackets: 0,
        };
        let (parts, _) = chunk.as_chunks::<16>();
        for (part, shift) in parts.iter().zip([0_u32, 16, 32, 48]) {
            let part = u8x16::new(*part);
            let bits = |found: u8x16| u64::from(found.to_bitmask()) << shift;
            marks.quotes |= bits(part.simd_eq(u8x16::splat(b'"')));
            marks.backslashes |= bits(part.simd_eq(u8x16::splat(b'\\')));
            marks.line_breaks |= bits(part.simd_eq(u8x16::splat(b'\n')));
            // The square ones and the others differ by one bit.
            let round = part | u8x16::splat(b'{' ^ b'[');
            let opening = round.simd_eq(u8x16::splat(b'{'));
            marks.brackets |= bits(opening | round.simd_eq(u8x16::splat(b'}')));
        }
        marks
    }
}

/// The bytes that a backslash stands before, and whether one stands before the next chunk.
#[inline]
fn escaped(mut backslashes: u64, is_escaped: &mut bool) -> u64 {
    let mut escaped = u64::from(std::mem::take(is_escaped));
    backslashes &= !escaped;
    while backslashes != 0 {
        let backslash = backslashes & backslashes.wrapping_neg();
        let next = backslash << 1;
        *is_escaped = next == 0;
        escaped |= next;
        backslashes &= !(backslash | next);
    }
    escaped
}

/// For each bit, whether the number of bits up to it is odd.
#[inline]
fn parity(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same, a byte at a time.
    fn slow(bytes: &[u8]) -> Option<usize> {
        let (mut open, mut in_string, mut is_escaped) = (Vec::new(), false, false);
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                b'\n' => return None,
                _ if is_escaped => is_escaped = false,
                b'\\' if in_string => is_escaped = true,
                b'\\' => return None,
                b'"' => in_string = !in_string,
                _ if in_string => {}
                b'{' | b'[' => open.push(*byte),
                b'}' | b']' => {
                    let opening = if *byte == b'}' { b'{' } else { b'[' };
                    if open.pop() != Some(opening) {
                        return None;
                    }
                    if open.is_empty() {
                        return Some(at + 1);
                    }
                }
                _ => {}
            }
            if open.len() > 64 {
                return None;
            }
        }
        None
    }

    proptest! {
        #[test]
        fn many_at_a_time_or_one(text in "\\{[\\[\\]{}{}\"\"\\\\a1 ]{0,200}\n?") {
            prop_assert_eq!(object_len(text.as_bytes()).ok(), slow(text.as_bytes()));
        }

        #[test]
        fn an_event_ends_where_it_ends(seed in any::<u64>(), behind in "[,\\]}\\[{\" \n]{0,80}") {
            let mut event = Vec::new();
            events2logs_generate::Events::new(seed).append(&mut event);
            let len = event.len();
            let is_whole = serde_json::from_slice::<serde::de::IgnoredAny>(&event).is_ok();
            event.extend_from_slice(behind.as_bytes());
            if is_whole {
                prop_assert_eq!(object_len(&event), Ok(len));
            }
        }
    }

    #[test]
    fn what_does_not_end_is_told() {
        let nested = |depth: usize| [b"{\"a\":".repeat(depth), b"}".repeat(depth)].concat();
        for (text, expected) in [
            (&b"{}"[..], Ok(2)),
            (b"{\"}\\\"}\": [ ] } {}", Ok(14)),
            (b"{", Err(1)),
            (b"{\n}", Err(0)),
            (b"{]", Err(2)),
            (b"", Err(0)),
            (&nested(64), Ok(384)),
            (&nested(65), Err(321)),
        ] {
            let shown = String::from_utf8_lossy(text);
            assert_eq!(object_len(text), expected, "{shown}");
        }
    }
}
