//! An input as decoded bytes, counted and hashed on the way.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::PathBuf;

use data_encoding::HEXLOWER;
use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};

use crate::find::Place;
use crate::manifest::FileDigest;

/// Why an input is not, or not wholly, read.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// The operating system refuses: missing, no permission, a folder.
    #[error("cannot be read: {0}")]
    Io(io::Error),
    /// Zero bytes, or white space only.
    #[error("empty: expected JSON events, found nothing")]
    Empty,
    /// A gzip stream that is cut off or damaged. What came before is converted.
    #[error(
        "damaged gzip at byte {decoded} of its content: {problem}; the events before it are kept"
    )]
    Gzip {
        /// Bytes decoded before the damage.
        decoded: u64,
        /// What the decoder found.
        problem: io::Error,
    },
    /// An array that does not end. What came before is converted.
    #[error("ends inside an array at byte {at}: expected ]; the events before it are kept")]
    Unclosed {
        /// Bytes of content.
        at: u64,
    },
    /// A format that is recognised and not read.
    #[error("is {found}: expected JSON in UTF-8, plain or gzip")]
    Format {
        /// The format's name.
        found: &'static str,
    },
    /// Another input has the same output.
    #[error("would be written to {}, which belongs to {by}; rename it or convert it by itself", output.display())]
    OutputTaken {
        /// The path both want.
        output: PathBuf,
        /// The input that has it.
        by: String,
    },
    /// A folder that contains itself by a symbolic link.
    #[error("is a symbolic link to a folder above it: not followed")]
    Loop,
}

impl InputError {
    /// Whether there is something that was not read; else the input is only odd.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        !matches!(self, Self::Empty | Self::Loop)
    }
}

impl From<walkdir::Error> for InputError {
    fn from(error: walkdir::Error) -> Self {
        if error.loop_ancestor().is_some() {
            return Self::Loop;
        }
        Self::Io(
            error
                .into_io_error()
                .unwrap_or_else(|| io::Error::other("the walk failed")),
        )
    }
}

/// An open input.
pub(crate) struct Source {
    decoder: Decoder,
    decoded: u64,
    /// Read ahead to tell the format, and not given out yet.
    ahead: Vec<u8>,
    /// Met while reading ahead, and not told yet.
    problem: Option<InputError>,
}

enum Decoder {
    Plain(Hashed),
    Gzip(Box<MultiGzDecoder<BufReader<Hashed>>>),
}

/// Reads and counts, and hashes, what the input's file holds.
struct Hashed {
    inner: io::Chain<io::Cursor<Vec<u8>>, Box<dyn Read + Send>>,
    /// `None` where nobody asks for it: it takes as long as all the rest.
    hash: Option<Sha256>,
    bytes: u64,
}

impl Read for Hashed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        if let (Some(hash), Some(bytes)) = (&mut self.hash, into.get(..read)) {
            hash.update(bytes);
        }
        self.bytes = self.bytes.saturating_add(read as u64);
        Ok(read)
    }
}

/// How much is read to tell a format.
const HEAD: usize = 8192;

impl Source {
    /// Opens `place` and tells its compression by its content.
    pub(crate) fn open(place: &Place) -> Result<Self, InputError> {
        let mut file: Box<dyn Read + Send> = match place {
            Place::Stdin => Box::new(io::stdin()),
            Place::File(path) => Box::new(File::open(path).map_err(InputError::Io)?),
        };
        let mut head = Vec::with_capacity(HEAD);
        (&mut file)
            .take(HEAD as u64)
            .read_to_end(&mut head)
            .map_err(InputError::Io)?;
        let gzip = head.starts_with(&[0x1f, 0x8b]);
        if !gzip {
            refuse_foreign(&head)?;
        }
        let hashed = Hashed {
            inner: io::Cursor::new(head).chain(file),
            hash: Some(Sha256::new()),
            bytes: 0,
        };
        let mut source = Self {
            decoder: if gzip {
                Decoder::Gzip(Box::new(MultiGzDecoder::new(BufReader::with_capacity(
                    1 << 16,
                    hashed,
                ))))
            } else {
                Decoder::Plain(hashed)
            },
            decoded: 0,
            ahead: Vec::new(),
            problem: None,
        };
        source.skip_byte_order_mark();
        Ok(source)
    }

    /// The same without a checksum: that of [`Self::finish`] is then empty.
    pub(crate) fn without_checksum(mut self) -> Self {
        match &mut self.decoder {
            Decoder::Plain(plain) => plain.hash = None,
            Decoder::Gzip(gzip) => gzip.get_mut().get_mut().hash = None,
        }
        self
    }

    fn skip_byte_order_mark(&mut self) {
        const MARK: &[u8] = b"\xef\xbb\xbf";
        let mut first = vec![0; MARK.len()];
        let mut read = 0;
        while read < first.len() {
            match self.read(first.get_mut(read..).unwrap_or_default()) {
                Ok(0) => break,
                Ok(more) => read = read.saturating_add(more),
                Err(problem) => {
                    self.problem = Some(problem);
                    break;
                }
            }
        }
        first.truncate(read);
        if first != MARK {
            self.decoded = self.decoded.saturating_sub(first.len() as u64);
            self.ahead = first;
        }
    }

    /// Decoded bytes that were passed over: a byte order mark.
    pub(crate) fn skipped(&self) -> u64 {
        self.decoded
    }

    /// Reads decoded bytes; 0 at the end.
    pub(crate) fn read(&mut self, into: &mut [u8]) -> Result<usize, InputError> {
        let read = if self.ahead.is_empty() {
            if let Some(problem) = self.problem.take() {
                return Err(problem);
            }
            loop {
                let read = match &mut self.decoder {
                    Decoder::Plain(plain) => plain.read(into),
                    Decoder::Gzip(gzip) => gzip.read(into),
                };
                match read {
                    Ok(read) => break read,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(problem) => {
                        return Err(match self.decoder {
                            Decoder::Plain(_) => InputError::Io(problem),
                            Decoder::Gzip(_) => InputError::Gzip {
                                decoded: self.decoded,
                                problem,
                            },
                        });
                    }
                }
            }
        } else {
            let mut ahead = std::mem::take(&mut self.ahead);
            let read = ahead.len().min(into.len());
            let rest = ahead.split_off(read);
            if let Some(into) = into.get_mut(..read) {
                into.copy_from_slice(&ahead);
            }
            self.ahead = rest;
            read
        };
        self.decoded = self.decoded.saturating_add(read as u64);
        Ok(read)
    }

    /// Bytes and SHA-256 of the file as it is stored, all of it: what a damaged stream left
    /// unread is read here.
    pub(crate) fn finish(self) -> io::Result<FileDigest> {
        let mut hashed = match self.decoder {
            Decoder::Plain(plain) => plain,
            Decoder::Gzip(gzip) => gzip.into_inner().into_inner(),
        };
        io::copy(&mut hashed, &mut io::sink())?;
        Ok(FileDigest {
            bytes: hashed.bytes,
            sha256: hashed
                .hash
                .map(|hash| HEXLOWER.encode(&hash.finalize()))
                .unwrap_or_default(),
        })
    }
}

/// Names formats that would only make a reject of each line.
fn refuse_foreign(head: &[u8]) -> Result<(), InputError> {
    let found = if head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        "zstd"
    } else if head.starts_with(b"PK\x03\x04") {
        "a zip archive"
    } else if head.starts_with(b"BZh") {
        "bzip2"
    } else if head.starts_with(&[0xfd, b'7', b'z', b'X', b'Z', 0]) {
        "xz"
    } else if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        "UTF-16 text"
    } else if head.contains(&0) {
        "a binary file"
    } else {
        return Ok(());
    };
    Err(InputError::Format { found })
}
