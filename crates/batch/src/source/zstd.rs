//! zstd streams whose windows are as large as there is memory for.

use std::io::{self, BufRead, Read};

use super::InputError;

/// A zstd stream, of any number of frames, none of which may have a larger window than is allowed.
pub(crate) struct Zstd<R: BufRead> {
    decoder: zstd::stream::read::Decoder<'static, R>,
    /// A power of two.
    window: u32,
    decoded: u64,
}

impl<R: BufRead> Zstd<R> {
    /// Decodes `file`, with windows of up to `1 << window` bytes, and always those of a KiB.
    ///
    /// # Errors
    /// Where there is no memory for a decoder.
    pub(crate) fn new(file: R, window: u32) -> io::Result<Self> {
        /// The least that there is.
        const LEAST: u32 = 10;
        let window = window.max(LEAST);
        let mut decoder = zstd::stream::read::Decoder::with_buffer(file)?;
        decoder.window_log_max(window)?;
        Ok(Self {
            decoder,
            window,
            decoded: 0,
        })
    }

    pub(super) fn get_mut(&mut self) -> &mut R {
        self.decoder.get_mut()
    }

    pub(super) fn into_inner(self) -> R {
        self.decoder.finish()
    }
}

impl<R: BufRead> Read for Zstd<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        // The library tells its errors by their texts alone.
        const TOO_LARGE: &str = "too much memory";
        let read = self.decoder.read(into).map_err(|problem| {
            if problem.to_string().contains(TOO_LARGE) {
                io::Error::other(InputError::Window {
                    decoded: self.decoded,
                    most: 1_u64.checked_shl(self.window).unwrap_or(u64::MAX),
                })
            } else {
                problem
            }
        })?;
        self.decoded = self.decoded.saturating_add(read as u64);
        Ok(read)
    }
}
