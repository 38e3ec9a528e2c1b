//! What stands before, between and behind the pieces of an output.

use std::io;

use crate::compress::{Encoded, Encoder};
use crate::formats::{Format, Formats};

/// What stands before, between and behind the pieces of an output, ready to be written.
#[derive(Debug, Default)]
pub(crate) struct Seams {
    before: Vec<u8>,
    between: Vec<u8>,
    behind: Vec<u8>,
    /// All there is where there are no events.
    alone: Vec<u8>,
}

impl Seams {
    /// Those of `formats`; `header` is the first line of CSV.
    pub(crate) fn new(formats: &Formats, header: &[u8]) -> io::Result<Self> {
        let (before, between, behind, alone): (&[u8], &[u8], &[u8], &[u8]) = match formats.to {
            Format::Ndjson => (b"", b"", b"", b""),
            Format::Json => (b"[\n", b",\n", b"\n]\n", b"[]\n"),
            Format::Csv => (header, b"", b"", header),
        };
        let mut encoder = Encoder::new(formats.compress)?;
        let mut encoded = |plain: &[u8]| match encoder.encode(plain.to_vec(), || None)? {
            Encoded::AsItIs(bytes) | Encoded::Compressed { bytes, .. } => io::Result::Ok(bytes),
        };
        let mut some = |plain: &[u8]| match plain {
            b"" => Ok(Vec::new()),
            plain => encoded(plain),
        };
        Ok(Self {
            before: some(before)?,
            between: some(between)?,
            behind: some(behind)?,
            // Nothing at all is no gzip or zstd.
            alone: encoded(alone)?,
        })
    }
}

/// How far an output is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Joints<'s> {
    seams: &'s Seams,
    begun: bool,
}

impl<'s> Joints<'s> {
    pub(crate) fn new(seams: &'s Seams) -> Self {
        Self::after(seams, false)
    }

    /// Those of an output that may have `begun`.
    pub(crate) fn after(seams: &'s Seams, begun: bool) -> Self {
        Self { seams, begun }
    }

    /// Whether there is anything in the output.
    pub(crate) fn have_begun(&self) -> bool {
        self.begun
    }

    /// Puts before the next `piece` what stands there; pieces come in their order.
    pub(crate) fn join(&mut self, piece: &mut Vec<u8>) {
        if piece.is_empty() {
            return;
        }
        let seam = if self.begun {
            &self.seams.between
        } else {
            &self.seams.before
        };
        self.begun = true;
        if !seam.is_empty() {
            piece.splice(..0, seam.iter().copied());
        }
    }

    /// What stands behind the last piece.
    pub(crate) fn end(&self) -> &'s [u8] {
        if self.begun {
            &self.seams.behind
        } else {
            &self.seams.alone
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::Compression;

    #[test]
    fn an_array_of_any_number_of_pieces() {
        let formats = Formats {
            to: Format::Json,
            ..Formats::default()
        };
        let seams = Seams::new(&formats, b"").unwrap();
        for (pieces, expected) in [
            (&[][..], "[]\n"),
            (&[""], "[]\n"),
            (&["", "1", "", "2,\n3"], "[\n1,\n2,\n3\n]\n"),
        ] {
            let mut joints = Joints::new(&seams);
            let mut out = Vec::new();
            for piece in pieces {
                let mut piece = piece.as_bytes().to_vec();
                joints.join(&mut piece);
                out.extend(piece);
            }
            out.extend(joints.end());
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }

    #[test]
    fn nothing_compressed_is_something() {
        for compress in [Compression::Gzip, Compression::Zstd] {
            let formats = Formats {
                compress,
                ..Formats::default()
            };
            let seams = Seams::new(&formats, b"").unwrap();
            assert!(!Joints::new(&seams).end().is_empty());
        }
    }
}
