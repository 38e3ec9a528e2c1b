//! How much a compressed input may hold.

use super::InputError;

/// How much a compressed input may hold for its size: an output of a thousand times the input
/// fills a disk with what somebody made to fill it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many decoded bytes there may be for each stored one; 0 for any number.
    pub ratio: u64,
    /// Decoded bytes up to which the ratio does not matter.
    pub free: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self::USUAL
    }
}

impl Limits {
    /// A thousand for one, from 1 GiB on: real events shrink to a tenth or twentieth.
    pub const USUAL: Self = Self {
        ratio: 1000,
        free: 1 << 30,
    };

    /// Any number.
    pub(crate) const NONE: Self = Self {
        ratio: 0,
        free: u64::MAX,
    };

    /// Refuses `decoded` bytes that came from `stored` ones.
    pub(crate) fn check(self, decoded: u64, stored: u64) -> Result<(), InputError> {
        let too_many =
            self.ratio > 0 && decoded > self.free && decoded > stored.saturating_mul(self.ratio);
        if too_many {
            return Err(InputError::Ratio {
                decoded,
                stored,
                most: self.ratio,
            });
        }
        Ok(())
    }
}
