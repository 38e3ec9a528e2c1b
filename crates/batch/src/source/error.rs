//! Why an input is not, or not wholly, read.

use std::io;
use std::path::PathBuf;

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
    /// A zstd stream that is cut off or damaged. What came before is converted.
    #[error(
        "damaged zstd at byte {decoded} of its content: {problem}; the events before it are kept"
    )]
    Zstd {
        /// Bytes decoded before the damage.
        decoded: u64,
        /// What the decoder found.
        problem: io::Error,
    },
    /// A zstd frame whose decoder would need more memory than there is for one.
    #[error(
        "zstd with a window of more than {} at byte {decoded} of its content: decode it first \
         (zstd -d --long=31); the events before it are kept",
        in_binary(*most)
    )]
    Window {
        /// Bytes decoded before it.
        decoded: u64,
        /// The largest window, in bytes.
        most: u64,
    },
    /// Bytes behind the last gzip member that start no other one.
    #[error(
        "holds something else behind its gzip data, at byte {at} of the file: not read; the \
         events before it are kept"
    )]
    Trailing {
        /// Bytes of the file before them.
        at: u64,
    },
    /// A file that is written to while it is read. What was read is converted.
    #[error(
        "changed while it was read: {before} bytes when it was opened, {after} now; {read} were read and are kept, convert it again when it is complete"
    )]
    Changed {
        /// Its size when it was opened.
        before: u64,
        /// Its size now.
        after: u64,
        /// Bytes that were read of it.
        read: u64,
    },
    /// Zero bytes behind the last gzip member, as tapes and block devices leave them.
    #[error("ends in {zeros} zero bytes behind its gzip data: passed over")]
    Padding {
        /// How many.
        zeros: u64,
    },
    /// What is decoded is out of all proportion to what is stored.
    #[error(
        "holds {decoded} bytes in {stored}, more than {most} times as many: taken for a \
         decompression bomb and not read on; the events before it are kept"
    )]
    Ratio {
        /// Bytes decoded.
        decoded: u64,
        /// Bytes read for them.
        stored: u64,
        /// How many times as many there may be.
        most: u64,
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
    #[error(
        "is {found}: expected JSON in UTF-8, or CSV with a column such as action.objectType, plain, gzip \
         or zstd"
    )]
    Format {
        /// The format's name.
        found: &'static str,
    },
    /// An archive in an archive.
    #[error("is {found} within an archive: not read; take it out and convert it by itself")]
    Nested {
        /// The format's name.
        found: &'static str,
    },
    /// A tar archive that is damaged, or not whole. What came before is converted.
    #[error("damaged tar archive: {problem}; the members before the damage are kept")]
    Tar {
        /// What was found.
        problem: io::Error,
    },
    /// A zip archive whose directory is damaged, or not there: it is cut off.
    #[error(
        "damaged zip archive: {problem}; the directory at its end tells where its members are, so \
         none is read; mend it first (zip -FF)"
    )]
    Zip {
        /// What was found.
        problem: io::Error,
    },
    /// A member of a zip archive that is not where the directory says.
    #[error("cannot be found in the archive: {problem}; not read")]
    ZipMember {
        /// What was found.
        problem: io::Error,
    },
    /// A member whose name would lead out of the folder that its archive is.
    #[error("has no safe name in the archive (absolute, with .. or a drive, or none): not read")]
    MemberName,
    /// A member that is no file.
    #[error("is {found} in the archive: not read")]
    MemberKind {
        /// What it is.
        found: &'static str,
    },
    /// A member with the name of one before.
    #[error("is in the archive twice: the first one is read, this one is not")]
    MemberTwice,
    /// Members that the directory of an archive has under one name.
    #[error(
        "holds several members under the same name: one of each is read, the others are not; take \
         them out and convert them by themselves"
    )]
    MembersTwice,
    /// A member that shares bytes of the archive with another.
    #[error("shares its bytes with another member: taken for a decompression bomb, not read")]
    MemberOverlap,
    /// A member that only a password opens.
    #[error("is encrypted: not read; take it out and convert it by itself")]
    Encrypted,
    /// A member compressed by what is not known here.
    #[error(
        "is compressed in another way than deflate or zstd (method {method} of zip): not read; take \
         it out and convert it by itself"
    )]
    MemberMethod {
        /// The number that the format has for it.
        method: u16,
    },
    /// An archive that cannot be read twice, or not at any place.
    #[error("is {found} on stdin: give it as a file, and it is read as a folder")]
    ArchiveOnStdin {
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

/// A number of bytes that is a power of two.
fn in_binary(bytes: u64) -> String {
    match (bytes >> 20, bytes >> 10) {
        (0, kib) => format!("{kib} KiB"),
        (mib, _) => format!("{mib} MiB"),
    }
}

impl InputError {
    /// Whether there is something that was not read; else the input is only odd.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        !matches!(
            self,
            Self::Empty | Self::Loop | Self::NoFile | Self::Padding { .. } | Self::Changed { .. }
        )
    }

    /// Whether `problem`, as a manifest has it, is one of those with which an input was read to its
    /// end. What nobody here says is not.
    pub(crate) fn is_odd_only(problem: &str) -> bool {
        let mut numbers = numbers(problem);
        let mut next = || numbers.next().unwrap_or_default();
        let (first, second, third) = (next(), next(), next());
        // Told by its whole text, so that no other problem that starts alike goes for it.
        [
            Self::Empty,
            Self::Padding { zeros: first },
            Self::Changed {
                before: first,
                after: second,
                read: third,
            },
        ]
        .iter()
        .any(|it| it.to_string() == problem)
    }

    /// Whether with more memory there is more of the input.
    pub(crate) fn is_for_lack_of_memory(&self) -> bool {
        matches!(self, Self::TooLong { .. } | Self::Window { .. })
    }

    /// Whether `problem`, as a manifest has it, is a record that was too long for the memory of the
    /// run: with more of it there is more of the input.
    pub(crate) fn is_too_long(problem: &str) -> bool {
        let mut numbers = numbers(problem);
        let (at, longest) = (numbers.next(), numbers.next());
        let longest = longest.and_then(|it| usize::try_from(it).ok());
        let told = at
            .zip(longest)
            .map(|(at, longest)| Self::TooLong { at, longest });
        told.is_some_and(|it| it.to_string() == problem)
    }

    /// What `problem` is: one of these that came through a reader, or else what `otherwise` makes
    /// of it.
    pub(crate) fn of(problem: io::Error, otherwise: impl FnOnce(io::Error) -> Self) -> Self {
        problem.downcast().unwrap_or_else(otherwise)
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

/// The numbers that `text` tells.
fn numbers(text: &str) -> impl Iterator<Item = u64> {
    text.split(|it: char| !it.is_ascii_digit())
        .filter_map(|it| it.parse().ok())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_odd_only_is_told_by_its_text() {
        let changed = |before, after, read| InputError::Changed {
            before,
            after,
            read,
        };
        for odd in [
            InputError::Empty,
            InputError::Padding { zeros: 512 },
            changed(0, 7, u64::MAX),
        ] {
            assert!(!odd.is_unreadable());
            assert!(InputError::is_odd_only(&odd.to_string()), "{odd}");
        }
        for cut in [
            InputError::Unclosed { at: 2731 },
            InputError::Trailing { at: 1 },
            InputError::Gzip {
                decoded: 7,
                problem: io::Error::other("empty: expected JSON events, found nothing"),
            },
        ] {
            assert!(cut.is_unreadable());
            assert!(!InputError::is_odd_only(&cut.to_string()), "{cut}");
        }
        assert!(!InputError::is_odd_only(""));
        let too_long = |problem: &InputError| InputError::is_too_long(&problem.to_string());
        assert!(too_long(&InputError::TooLong { at: 1, longest: 2 }));
        assert!(!too_long(&InputError::Unclosed { at: 1 }));
    }
}
