//! An input as decoded bytes, counted and hashed on the way.

mod decode;
mod error;
mod limits;
mod watched;
mod zstd;

use std::io::{self, Read};

use crate::find::{Opened, Place};
use crate::foreign::{foreign, is_archive};
use crate::manifest::FileDigest;
use decode::{Decoder, Trouble};
pub use error::InputError;
pub use limits::Limits;
use watched::Watched;
pub(crate) use zstd::Zstd;

/// An open input.
pub(crate) struct Source {
    decoder: Decoder,
    limits: Limits,
    /// Whether it comes through the window of an archive.
    has_window: bool,
    decoded: u64,
    /// Read ahead to tell the format, and not given out yet.
    ahead: Vec<u8>,
    /// Met while reading ahead, and not told yet.
    problem: Option<InputError>,
    /// The file it was opened from.
    watched: Option<Watched>,
}

/// How much is read to tell a format.
const HEAD: usize = 1 << 16;

/// By how much smaller, as a power of two, the window of a member is that comes through one.
const INNER: u32 = 4;

impl Source {
    /// Opens `place` and tells its compression by its content, which is read as far as `limits`
    /// allow.
    pub(crate) fn open(place: &Place, limits: Limits) -> Result<Self, InputError> {
        // An archive as a file is not opened, but what is in it.
        let archive = |found| match place {
            Place::Stdin => InputError::ArchiveOnStdin { found },
            Place::Member(_) => InputError::Nested { found },
            Place::File(_) => InputError::Format { found },
        };
        let watched = match place {
            Place::File(path) => Watched::file(path),
            Place::Member(_) | Place::Stdin => None,
        };
        let Opened {
            content,
            has_window,
        } = place.open(limits.window)?;
        let limits = if has_window {
            limits.with_window(limits.window.saturating_sub(INNER))
        } else {
            limits
        };
        let source = Self::over(content, limits).map_err(|error| match error {
            InputError::Format { found } if is_archive(found) => archive(found),
            error => error,
        })?;
        Ok(Self {
            watched,
            has_window,
            ..source
        })
    }

    /// Reads `file` and tells its compression by its content, which is read as far as `limits`
    /// allow.
    fn over(mut file: Box<dyn Read + Send>, limits: Limits) -> Result<Self, InputError> {
        let mut magic = Vec::new();
        (&mut file)
            .take(decode::MAGIC)
            .read_to_end(&mut magic)
            .map_err(|problem| InputError::of(problem, InputError::Io))?;
        let hashed = decode::stored(magic.clone(), file);
        let mut source = Self {
            decoder: Decoder::new(&magic, hashed, limits.window).map_err(InputError::Io)?,
            limits,
            has_window: false,
            decoded: 0,
            ahead: Vec::new(),
            problem: None,
            watched: None,
        };
        source.read_ahead()?;
        Ok(source)
    }

    /// The same without a checksum: that of [`Self::finish`] is then empty.
    pub(crate) fn without_checksum(mut self) -> Self {
        self.decoder.file().forget_hash();
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

    /// Whether reading a block takes about as long as to work on it.
    pub(crate) fn takes_long(&self) -> bool {
        self.decoder.is_compressed()
    }

    /// What was met while its format was told, behind the bytes that are given out first.
    pub(crate) fn problem(&self) -> Option<&InputError> {
        self.problem.as_ref()
    }

    /// Whether it is read through a zstd window.
    pub(crate) fn has_window(&self) -> bool {
        self.has_window || self.decoder.is_zstd()
    }

    /// Bytes read of the file as it is stored.
    pub(crate) fn stored(&mut self) -> u64 {
        self.decoder.file().counted()
    }

    /// Decoded bytes given out, or passed over as a byte order mark.
    pub(crate) fn decoded(&self) -> u64 {
        self.decoded
    }

    /// Reads decoded bytes; 0 at the end.
    pub(crate) fn read(&mut self, into: &mut [u8]) -> Result<usize, InputError> {
        let read = if self.ahead.is_empty() {
            if let Some(problem) = self.problem.take() {
                return Err(problem);
            }
            self.decode(into)?
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

    fn decode(&mut self, into: &mut [u8]) -> Result<usize, InputError> {
        let read = loop {
            match self.decoder.read(into) {
                Ok(read) => break read,
                Err(Trouble::Io(error)) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(trouble) => return Err(self.decoder.error(trouble, self.decoded)),
            }
        };
        if self.decoder.is_compressed() {
            let decoded = self.decoded.saturating_add(read as u64);
            self.limits.check(decoded, self.decoder.file().counted())?;
        }
        Ok(read)
    }

    /// Bytes and SHA-256 of the file as it is stored, all of it: what a damaged stream left
    /// unread is read here.
    ///
    /// Beside it, whether the file has changed since it was opened.
    pub(crate) fn finish(self) -> io::Result<(FileDigest, Option<InputError>)> {
        let digest = self.decoder.into_file().finish()?;
        let change = self.watched.and_then(|file| file.change(digest.bytes));
        Ok((digest, change))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

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
        let mut source = match Source::over(Box::new(reader), Limits::USUAL) {
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
        let content = io::Cursor::new(b"\xef\xbb\xbf{}".to_vec());
        let mut source = Source::over(Box::new(content), Limits::USUAL).unwrap();
        assert_eq!(source.decoded(), 3);
        let mut buffer = [0; 10];
        assert_eq!(source.read(&mut buffer).unwrap(), 2);
        assert_eq!(source.decoded(), 5);
    }

    fn gzip(content: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(content: &[u8]) -> Vec<u8> {
        ::zstd::encode_all(content, 1).unwrap()
    }

    /// What is decoded of `stored`, and the problem.
    fn decoded(stored: impl AsRef<[u8]>) -> (String, String) {
        let stored = stored.as_ref().to_vec();
        let mut source = match Source::over(Box::new(io::Cursor::new(stored)), Limits::USUAL) {
            Ok(source) => source,
            Err(problem) => return (String::new(), problem.to_string()),
        };
        let mut content = Vec::new();
        let mut buffer = [0; 1000];
        loop {
            match source.read(&mut buffer) {
                Ok(0) => return (String::from_utf8(content).unwrap(), String::new()),
                Ok(read) => content.extend_from_slice(&buffer[..read]),
                Err(problem) => return (String::from_utf8(content).unwrap(), problem.to_string()),
            }
        }
    }

    #[test]
    fn members_and_frames_one_after_the_other_are_one_content() {
        let skipped = b"\x50\x2a\x4d\x18\x03\0\0\0abc";
        for stored in [
            [gzip(b"{}\n"), gzip(b""), gzip(b"[]")].concat(),
            [zstd(b"{}\n"), zstd(b""), zstd(b"[]")].concat(),
            [skipped.to_vec(), zstd(b"{}\n[]"), skipped.to_vec()].concat(),
        ] {
            assert_eq!(decoded(stored), ("{}\n[]".to_owned(), String::new()));
        }
    }

    #[test]
    fn what_stands_behind_compressed_content_is_told() {
        let content = "{}\n".repeat(50_000);
        for (compressed, behind, expected) in [
            (
                gzip(content.as_bytes()),
                "\0".repeat(10_000),
                "ends in 10000 zero bytes behind its gzip data: passed over",
            ),
            (
                gzip(content.as_bytes()),
                "\0\0garbage".to_owned(),
                "holds something else behind its gzip data, at byte AT: not read; the events \
                 before it are kept",
            ),
            (
                gzip(content.as_bytes()),
                "garbage".to_owned(),
                "holds something else behind its gzip data, at byte AT: not read; the events \
                 before it are kept",
            ),
            (
                gzip(content.as_bytes()),
                "\x1f".to_owned(),
                "damaged gzip at byte 150000 of its content: unexpected end of file; the events \
                 before it are kept",
            ),
            (
                zstd(content.as_bytes()),
                "garbage".to_owned(),
                "damaged zstd at byte 150000 of its content: Unknown frame descriptor; the events \
                 before it are kept",
            ),
        ] {
            let zeros = behind.bytes().take_while(|byte| *byte == 0).count();
            let at = compressed.len() + zeros;
            let (read, problem) = decoded([compressed.as_slice(), behind.as_bytes()].concat());
            assert_eq!(read, content);
            let expected = expected.replace("AT", &format!("{at} of the file"));
            assert_eq!(problem, expected, "{behind:?}");
        }
    }

    #[test]
    fn a_stream_that_is_cut_off_gives_what_comes_before_the_cut() {
        let content: String = (0..50_000_u64)
            .map(|number| format!("[{}]\n", number.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
            .collect();
        for (name, whole) in [
            ("gzip", gzip(content.as_bytes())),
            ("zstd", zstd(content.as_bytes())),
        ] {
            for cut in [5, whole.len() / 2, whole.len() - 1] {
                let (read, problem) = decoded(whole.get(..cut).unwrap());
                let start = format!("damaged {name} at byte {} of its content: ", read.len());
                assert!(problem.starts_with(&start), "{problem}");
                assert!(content.starts_with(&read));
                let least = content.len() * cut / whole.len();
                assert!(read.len() + 300_000 > least, "{} of {least}", read.len());
            }
        }
    }

    #[test]
    fn a_window_that_takes_too_much_memory_is_refused() {
        // A window of 2^28 bytes, and an empty raw block.
        let frame = b"\x28\xb5\x2f\xfd\x00\x90\x01\0\0";
        let (_, problem) = decoded(frame);
        assert_eq!(
            problem,
            "zstd with a window of more than 128 MiB at byte 0 of its content: decode it first \
             (zstd -d --long=31); the events before it are kept"
        );
    }

    #[test]
    fn what_decodes_to_too_much_is_not_read_on() {
        let content = " ".repeat(1 << 21);
        for (name, stored) in [
            ("gzip", gzip(content.as_bytes())),
            ("zstd", zstd(content.as_bytes())),
        ] {
            let length = stored.len() as u64;
            let limited = |ratio, free| {
                let limits = Limits {
                    ratio,
                    free,
                    ..Limits::USUAL
                };
                let stored = io::Cursor::new(stored.clone());
                let mut source = Source::over(Box::new(stored), limits).unwrap();
                let mut buffer = vec![0; 1 << 16];
                loop {
                    match source.read(&mut buffer) {
                        Ok(0) => return None,
                        Ok(_) => {}
                        Err(problem) => return Some((source.decoded(), problem.to_string())),
                    }
                }
            };
            let (read, problem) = limited(10, 1 << 20).expect(name);
            assert_eq!(read, 1 << 20, "what is allowed is given out");
            assert_eq!(
                problem,
                format!(
                    "holds {} bytes in {length}, more than 10 times as many: taken for a \
                     decompression bomb and not read on; the events before it are kept",
                    (1 << 20) + (1 << 16)
                )
            );
            assert_eq!(limited(0, 1 << 20), None);
            assert_eq!(limited(10, 1 << 21), None);
            assert_eq!(limited(1 << 20, 0), None);
        }
    }
}
