//! Decompression, told by the first bytes.

use std::io::{self, BufRead as _, BufReader, Read};

use flate2::bufread::GzDecoder;

use super::InputError;
use super::zstd::Zstd;
use crate::hashed::Hashed;

/// The file as it is stored, behind what was read of it already.
pub(super) type Stored = Hashed<io::Chain<io::Cursor<Vec<u8>>, Box<dyn Read + Send>>>;

/// Decodes what a file holds.
pub(super) enum Decoder {
    Plain(Stored),
    Gzip(Box<Gzip>),
    Zstd(Box<Zstd<BufReader<Stored>>>),
}

/// Why decoding ends early.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The file cannot be read, or is damaged.
    Io(io::Error),
    /// Other bytes behind the last member, `at` bytes into the file.
    Trailing { at: u64 },
    /// Nothing but zeros behind the last member.
    Padding { zeros: u64 },
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// How many first bytes tell the compression.
pub(super) const MAGIC: u64 = 4;

/// What is read of a compressed file at a time.
const BUFFER: usize = 1 << 16;

/// Whether bytes that start like `magic` are gzip.
fn is_gzip(magic: &[u8]) -> bool {
    magic.starts_with(&[0x1f, 0x8b])
}

/// The same for zstd; files for reading at random may start with a frame to be skipped.
fn is_zstd(magic: &[u8]) -> bool {
    matches!(
        magic,
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..]
    )
}

/// `file`, of which `head` was read already.
pub(super) fn stored(head: Vec<u8>, file: Box<dyn Read + Send>) -> Stored {
    Hashed::new(io::Cursor::new(head).chain(file))
}

impl Decoder {
    /// Decodes `file`, which starts with `magic`; a zstd stream with windows of up to `1 << window`
    /// bytes.
    pub(super) fn new(magic: &[u8], file: Stored, window: u32) -> io::Result<Self> {
        let buffered = |file| BufReader::with_capacity(BUFFER, file);
        Ok(if is_gzip(magic) {
            Self::Gzip(Box::new(Gzip::Member(GzDecoder::new(buffered(file)))))
        } else if is_zstd(magic) {
            Self::Zstd(Box::new(Zstd::new(buffered(file), window)?))
        } else {
            Self::Plain(file)
        })
    }

    pub(super) fn read(&mut self, into: &mut [u8]) -> Result<usize, Trouble> {
        match self {
            Self::Plain(plain) => Ok(plain.read(into)?),
            Self::Gzip(gzip) => gzip.read(into),
            Self::Zstd(zstd) => Ok(zstd.read(into)?),
        }
    }

    /// What `trouble` after `decoded` bytes means for the input.
    pub(super) fn error(&self, trouble: Trouble, decoded: u64) -> InputError {
        let (problem, otherwise): (_, fn(u64, io::Error) -> InputError) = match (trouble, self) {
            (Trouble::Trailing { at }, _) => return InputError::Trailing { at },
            (Trouble::Padding { zeros }, _) => return InputError::Padding { zeros },
            (Trouble::Io(problem), Self::Plain(_)) => (problem, InputError::read),
            (Trouble::Io(problem), Self::Gzip(_)) => (problem, |decoded, problem| {
                InputError::Gzip { decoded, problem }
            }),
            (Trouble::Io(problem), Self::Zstd(_)) => (problem, |decoded, problem| {
                InputError::Zstd { decoded, problem }
            }),
        };
        // What reads an archive, or a window, says it that way.
        InputError::of(problem, |problem| otherwise(decoded, problem))
    }

    /// The file, of which a compressed one may have been read further than was decoded.
    pub(super) fn file(&mut self) -> &mut Stored {
        match self {
            Self::Plain(plain) => plain,
            Self::Gzip(gzip) => gzip.file().get_mut(),
            Self::Zstd(zstd) => zstd.get_mut().get_mut(),
        }
    }

    pub(super) fn is_compressed(&self) -> bool {
        !matches!(self, Self::Plain(_))
    }

    /// Whether it has a window.
    pub(super) fn is_zstd(&self) -> bool {
        matches!(self, Self::Zstd(_))
    }

    pub(super) fn into_file(self) -> Stored {
        match self {
            Self::Plain(plain) => plain,
            Self::Gzip(gzip) => gzip.into_file().into_inner(),
            Self::Zstd(zstd) => zstd.into_inner().into_inner(),
        }
    }
}

/// A gzip stream, of any number of members.
#[expect(
    clippy::large_enum_variant,
    reason = "there is one for each open input"
)]
pub(super) enum Gzip {
    Member(GzDecoder<BufReader<Stored>>),
    /// Behind the last one.
    Ended(BufReader<Stored>),
}

impl Gzip {
    fn read(&mut self, into: &mut [u8]) -> Result<usize, Trouble> {
        loop {
            let Self::Member(member) = self else {
                return Ok(0);
            };
            let read = member.read(into)?;
            if read > 0 || into.is_empty() {
                return Ok(read);
            }
            let nothing = stored(Vec::new(), Box::new(io::empty()));
            let ended = std::mem::replace(self, Self::Ended(BufReader::with_capacity(0, nothing)));
            let mut file = ended.into_file();
            let another = starts_another(&mut file);
            *self = if matches!(another, Ok(true)) {
                Self::Member(GzDecoder::new(file))
            } else {
                Self::Ended(file)
            };
            another?;
        }
    }

    fn file(&mut self) -> &mut BufReader<Stored> {
        match self {
            Self::Member(member) => member.get_mut(),
            Self::Ended(file) => file,
        }
    }

    fn into_file(self) -> BufReader<Stored> {
        match self {
            Self::Member(member) => member.into_inner(),
            Self::Ended(file) => file,
        }
    }
}

/// Whether another member follows in `file`, or nothing.
fn starts_another(file: &mut BufReader<Stored>) -> Result<bool, Trouble> {
    let mut zeros = 0_u64;
    loop {
        let ahead = match file.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            ahead => ahead?,
        };
        match ahead.first() {
            None if zeros > 0 => return Err(Trouble::Padding { zeros }),
            None => return Ok(false),
            Some(0) => {
                let run = ahead.iter().take_while(|byte| **byte == 0).count();
                file.consume(run);
                zeros = zeros.saturating_add(run as u64);
            }
            // Whether the rest of its header is one, its decoder says.
            Some(0x1f) if zeros == 0 => return Ok(true),
            Some(_) => {
                let ahead = ahead.len() as u64;
                return Err(Trouble::Trailing {
                    at: file.get_ref().counted().saturating_sub(ahead),
                });
            }
        }
    }
}
