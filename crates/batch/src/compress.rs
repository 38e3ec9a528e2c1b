//! Compression of outputs, a piece at a time.
//!
//! Each piece becomes a gzip member or a zstd frame of its own, so that the threads compress side
//! by side. Where pieces end the input says, so that the bytes do not depend on the threads.

use std::fmt;
use std::io::{self, Write as _};

use flate2::write::GzEncoder;

use crate::formats::Compression;

/// What `gzip` itself does when nobody says anything; three times as fast at level 1, and a
/// quarter larger.
const GZIP_LEVEL: u32 = 6;

/// What `zstd` itself does when nobody says anything.
const ZSTD_LEVEL: i32 = 3;

/// Compresses pieces.
pub(crate) enum Encoder {
    None,
    Gzip,
    Zstd(Box<zstd::bulk::Compressor<'static>>),
}

impl fmt::Debug for Encoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Encoder")
    }
}

impl Encoder {
    pub(crate) fn new(compression: Compression) -> io::Result<Self> {
        Ok(match compression {
            Compression::None => Self::None,
            Compression::Gzip => Self::Gzip,
            Compression::Zstd => {
                let mut zstd = zstd::bulk::Compressor::new(ZSTD_LEVEL)?;
                zstd.include_checksum(true)?;
                Self::Zstd(Box::new(zstd))
            }
        })
    }

    /// The bytes to write for `plain`, in `memory` of before if there is any; `plain` comes back as
    /// it is where nothing compresses it.
    ///
    /// # Errors
    /// Where there is no memory for it.
    pub(crate) fn encode(
        &mut self,
        plain: Vec<u8>,
        memory: impl FnOnce() -> Option<Vec<u8>>,
    ) -> io::Result<Encoded> {
        if matches!(self, Self::None) {
            return Ok(Encoded::AsItIs(plain));
        }
        let mut out = memory().unwrap_or_default();
        match self {
            Self::None => {}
            Self::Gzip => {
                let level = flate2::Compression::new(GZIP_LEVEL);
                let mut encoder = GzEncoder::new(out, level);
                encoder.write_all(&plain)?;
                out = encoder.finish()?;
            }
            Self::Zstd(zstd) => {
                out.reserve(zstd::zstd_safe::compress_bound(plain.len()));
                zstd.compress_to_buffer(&plain, &mut out)?;
            }
        }
        Ok(Encoded::Compressed {
            bytes: out,
            spare: plain,
        })
    }
}

/// What is written for a piece.
pub(crate) enum Encoded {
    AsItIs(Vec<u8>),
    Compressed {
        bytes: Vec<u8>,
        /// The memory of the plain bytes.
        spare: Vec<u8>,
    },
}
