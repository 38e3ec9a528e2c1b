//! Bounds on what the parser takes on.

/// Bounds on a filter that is parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest text read, in bytes of UTF-8. Default: 1 MiB, far more than
    /// any URL carries.
    pub max_bytes: usize,
    /// How deep parentheses (those of `not` included) may nest. Default, and
    /// the most that can be set: [`Limits::DEEPEST`].
    pub max_depth: usize,
}

impl Limits {
    /// No deeper nesting is read, so that a tree never overflows the stack of
    /// whoever walks or drops it.
    pub const DEEPEST: usize = 128;

    pub(crate) fn depth(self) -> usize {
        self.max_depth.min(Self::DEEPEST)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 1 << 20,
            max_depth: Self::DEEPEST,
        }
    }
}
