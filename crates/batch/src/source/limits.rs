//! How much a compressed input may hold, and take.

use super::InputError;
use crate::permits::Shares;

/// How much a compressed input may hold for its size, as an output of a thousand times the input
/// fills a disk with what somebody made to fill it; and how much memory it may take to read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many decoded bytes there may be for each stored one; 0 for any number.
    pub ratio: u64,
    /// Decoded bytes up to which the ratio does not matter.
    pub free: u64,
    /// The largest window of a zstd frame, as a power of two; a run takes none that is too large for
    /// its memory.
    pub window: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self::USUAL
    }
}

impl Limits {
    /// A thousand for one, from 1 GiB on: real events shrink to a tenth or twentieth. Windows as
    /// large as `zstd` itself decodes without being told to.
    pub const USUAL: Self = Self {
        ratio: 1000,
        free: 1 << 30,
        window: 27,
    };

    /// Any number of bytes.
    pub(crate) const NONE: Self = Self {
        ratio: 0,
        free: u64::MAX,
        ..Self::USUAL
    };

    /// The same, with no window that is too large for so many bytes of memory.
    #[must_use]
    pub fn within(self, memory: usize) -> Self {
        self.with_window(Shares::of(memory).window)
    }

    /// The same, with windows of no more than `1 << most` bytes.
    pub(crate) fn with_window(self, most: u32) -> Self {
        let window = self.window.min(most);
        Self { window, ..self }
    }

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
