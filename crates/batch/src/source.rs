//! An input as decoded bytes, counted and hashed on the way.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::PathBuf;

use data_encoding::HEXLOWER;
use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};

use crate::find::Place;
use crate::foreign::foreign;
use crate::manifest::FileDigest;
use crate::output::OutputError;

/// Why an input is not, or not wholly, read.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// The operating system refuses: missing, no permission, a folder.
    #[error("cannot be read: {0}")]
    Io(io::Error),
    /// Zero bytes, or white space only.
    #[error("empty: expected JSON events, found nothing")]
    Empty,
    /// The operating system refuses half-way. What came before is converted.
    #[error("cannot be read on from byte {at}: {problem}; the events before it are kept")]
    CutShort {
        /// Bytes of content read before.
        at: u64,
        /// What the operating system says.
        problem: io::Error,
    },
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
    /// A record longer than the memory allows. What came before is converted.
    #[error(
        "holds a record at byte {at} that is longer than {longest} bytes, the most that the memory given allows; the events before it are kept"
    )]
    TooLong {
        /// Bytes of content before it.
        at: u64,
        /// The length of the longest record there may be.
        longest: usize,
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
    /// The output of another input stands where this one needs a folder, or the other way round.
    #[error("would be written to {}, which does not go together with the output of {by}; rename it or convert it by itself", output.display())]
    OutputBlocked {
        /// The path it wants.
        output: PathBuf,
        /// The other input.
        by: String,
    },
    /// A path without a name for the output, such as `/` or `..`.
    #[error("has no name that its output could have: give it by its full path, or by itself")]
    NoName,
    /// Its output cannot be written under its name; others can.
    #[error(transparent)]
    Output(OutputError),
    /// A folder that a run has not finished, or is writing.
    #[error("was left unfinished by an earlier run: run that again first")]
    Unfinished,
    /// A FIFO, a socket or a device met in a folder: reading it might never end.
    #[error("is no regular file: left out; name it to read it")]
    NoFile,
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
        !matches!(self, Self::Empty | Self::Loop | Self::NoFile)
    }

    /// The operating system refuses to read on from byte `at`.
    pub(crate) fn read(at: u64, problem: io::Error) -> Self {
        if at == 0 {
            Self::Io(problem)
        } else {
            Self::CutShort { at, problem }
        }
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
const HEAD: usize = 1 << 16;

impl Source {
    /// Opens `place` and tells its compression by its content.
    pub(crate) fn open(place: &Place) -> Result<Self, InputError> {
        Self::over(match place {
            Place::Stdin => Box::new(io::stdin()),
            Place::File(path) => Box::new(File::open(path).map_err(InputError::Io)?),
        })
    }

    /// Reads `file` and tells its compression by its content.
    pub(crate) fn over(mut file: Box<dyn Read + Send>) -> Result<Self, InputError> {
        const GZIP: [u8; 2] = [0x1f, 0x8b];
        let mut magic = Vec::new();
        (&mut file)
            .take(GZIP.len() as u64)
            .read_to_end(&mut magic)
            .map_err(InputError::Io)?;
        let gzip = magic == GZIP;
        let hashed = Hashed {
            inner: io::Cursor::new(magic).chain(file),
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
        source.read_ahead()?;
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

    /// Reads the head, refuses it if it is nothing to convert, and passes over a byte order mark.
    fn read_ahead(&mut self) -> Result<(), InputError> {
        const MARK: &[u8] = b"\xef\xbb\xbf";
        let mut head = vec![0; HEAD];
        let mut read = 0;
        while read < head.len() {
            match self.read(head.get_mut(read..).unwrap_or_default()) {
                Ok(0) => break,
                Ok(more) => read = read.saturating_add(more),
                Err(problem) => {
                    self.problem = Some(problem);
                    break;
                }
            }
        }
        head.truncate(read);
        if let Some(found) = foreign(&head) {
            return Err(InputError::Format { found });
        }
        self.decoded = 0;
        if head.starts_with(MARK) {
            head.drain(..MARK.len());
            self.decoded = MARK.len() as u64;
        }
        self.ahead = head;
        Ok(())
    }

    /// Decoded bytes given out, or passed over as a byte order mark.
    pub(crate) fn decoded(&self) -> u64 {
        self.decoded
    }

    /// Bytes read of the file as it is stored.
    pub(crate) fn stored(&self) -> u64 {
        match &self.decoder {
            Decoder::Plain(plain) => plain.bytes,
            Decoder::Gzip(gzip) => gzip.get_ref().get_ref().bytes,
        }
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
                            Decoder::Plain(_) => InputError::read(self.decoded, problem),
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives some bytes, then fails.
    struct Failing(io::Cursor<Vec<u8>>);

    impl Read for Failing {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            match self.0.read(into)? {
                0 => Err(io::Error::other("the disk is on fire")),
                read => Ok(read),
            }
        }
    }

    /// The bytes read, and the problem.
    fn read_all(reader: impl Read + Send + 'static) -> (u64, String) {
        let mut source = match Source::over(Box::new(reader)) {
            Ok(source) => source,
            Err(problem) => return (0, problem.to_string()),
        };
        let mut buffer = vec![0; 1000];
        loop {
            match source.read(&mut buffer) {
                Ok(0) => return (source.decoded(), String::new()),
                Ok(_) => {}
                Err(problem) => return (source.decoded(), problem.to_string()),
            }
        }
    }

    #[test]
    fn a_disk_that_fails_half_way_is_told_with_the_place() {
        for bytes in [100, HEAD, 3 * HEAD + 7] {
            let content = "{}\n".repeat(bytes).into_bytes();
            let content = content.get(..bytes).unwrap().to_vec();
            let (read, problem) = read_all(Failing(io::Cursor::new(content)));
            assert_eq!(read, bytes as u64);
            assert_eq!(
                problem,
                format!(
                    "cannot be read on from byte {bytes}: the disk is on fire; the events before \
                     it are kept"
                )
            );
        }
        let (_, problem) = read_all(Failing(io::Cursor::new(Vec::new())));
        assert_eq!(problem, "cannot be read: the disk is on fire");
    }

    #[test]
    fn a_byte_order_mark_is_passed_over_and_counted() {
        let mut source =
            Source::over(Box::new(io::Cursor::new(b"\xef\xbb\xbf{}".to_vec()))).unwrap();
        assert_eq!(source.decoded(), 3);
        let mut buffer = [0; 10];
        assert_eq!(source.read(&mut buffer).unwrap(), 2);
        assert_eq!(source.decoded(), 5);
    }
}
