//! Numbers that look random and are the same everywhere.

/// SplitMix64 (Steele, Lea and Flood, 2014): one addition and three mixes a number.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`; 0 for a bound of 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next().checked_rem(bound).unwrap_or(0)
    }

    /// True `per_mille` times out of a thousand.
    pub(crate) fn happens(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// One of `choices`, all as likely.
    pub(crate) fn pick<'c, T>(&mut self, choices: &'c [T]) -> Option<&'c T> {
        let at = usize::try_from(self.below(choices.len() as u64)).ok()?;
        choices.get(at)
    }

    /// One of `choices`, the first ones far more often: the place is the least of three draws.
    pub(crate) fn pick_early<'c, T>(&mut self, choices: &'c [T]) -> Option<&'c T> {
        let len = choices.len() as u64;
        let at = self.below(len).min(self.below(len)).min(self.below(len));
        choices.get(usize::try_from(at).ok()?)
    }

    /// Appends `len` characters of the base64url alphabet.
    pub(crate) fn id(&mut self, len: usize, out: &mut Vec<u8>) {
        const ALPHABET: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let mut bits = 0;
        for at in 0..len {
            if at.is_multiple_of(10) {
                bits = self.next();
            }
            let six = usize::try_from(bits & 63).unwrap_or(0);
            out.push(ALPHABET.get(six).copied().unwrap_or(b'A'));
            bits >>= 6;
        }
    }
}
