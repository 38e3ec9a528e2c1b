//! A file's text, read once and written whole.

use std::borrow::Cow;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use super::Unchecked;

/// Files larger than this are data, not text that someone wrote.
pub const MAX_BYTES: u64 = 32 << 20;

const BOM: &str = "\u{feff}";

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// With its byte order mark.
    whole: String,
    encoding: Encoding,
}

/// How characters are bytes in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    /// With a byte order mark, as PowerShell writes it.
    Utf16 {
        big_endian: bool,
    },
    /// What is no UTF-8: each byte a character. Whatever code page it is in, what queries are
    /// made of is the same, and the rest stays as it is.
    Bytes,
}

impl Text {
    /// Reads bytes as text.
    ///
    /// # Errors
    /// What they are instead.
    pub fn new(bytes: Vec<u8>) -> Result<Self, Skipped> {
        if bytes.len() as u64 > MAX_BYTES {
            return Err(Skipped::TooLarge);
        }
        for (mark, big_endian) in [(b"\xff\xfe", false), (b"\xfe\xff", true)] {
            if bytes.starts_with(mark) {
                let whole = utf16(&bytes, big_endian).ok_or(Skipped::Utf16)?;
                let encoding = Encoding::Utf16 { big_endian };
                return Ok(Self { whole, encoding });
            }
        }
        if memchr::memchr(0, &bytes).is_some() {
            return Err(Skipped::Binary);
        }
        Ok(match String::from_utf8(bytes) {
            Ok(whole) => Self {
                whole,
                encoding: Encoding::Utf8,
            },
            Err(error) => Self {
                whole: error.as_bytes().iter().copied().map(char::from).collect(),
                encoding: Encoding::Bytes,
            },
        })
    }

    /// The text, without a byte order mark.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.whole.strip_prefix(BOM).unwrap_or(&self.whole)
    }

    /// Another text, with a byte order mark if this one has it, in the same encoding; `None` where
    /// that has no place for it.
    #[must_use]
    pub fn with(&self, text: &str) -> Option<Self> {
        let is_byte = |it: char| u8::try_from(it).is_ok();
        if self.encoding == Encoding::Bytes && !text.chars().all(is_byte) {
            return None;
        }
        let mark = if self.whole.starts_with(BOM) { BOM } else { "" };
        Some(Self {
            whole: [mark, text].concat(),
            encoding: self.encoding,
        })
    }

    /// All of it, with a byte order mark if there is one.
    #[must_use]
    pub fn whole(&self) -> &str {
        &self.whole
    }

    /// All of it, as the file holds it.
    #[must_use]
    pub fn to_bytes(&self) -> Cow<'_, [u8]> {
        match self.encoding {
            Encoding::Utf8 => self.whole.as_bytes().into(),
            Encoding::Utf16 { big_endian } => {
                let units = self.whole.encode_utf16();
                let bytes = units.flat_map(|unit| {
                    if big_endian {
                        unit.to_be_bytes()
                    } else {
                        unit.to_le_bytes()
                    }
                });
                bytes.collect()
            }
            // `with` lets no other characters in.
            Encoding::Bytes => {
                let characters = self.whole.chars();
                characters.filter_map(|it| u8::try_from(it).ok()).collect()
            }
        }
    }
}

/// UTF-16 that is whole.
fn utf16(bytes: &[u8], big_endian: bool) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| {
        if big_endian {
            u16::from_be_bytes(*pair)
        } else {
            u16::from_le_bytes(*pair)
        }
    });
    let text: Result<String, _> = char::decode_utf16(units).collect();
    text.ok().filter(|it| rest.is_empty() && !it.contains('\0'))
}

/// Why a file is passed over: it is no text that can be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Skipped {
    /// It holds a NUL byte.
    Binary,
    /// It is larger than [`MAX_BYTES`].
    TooLarge,
    /// It begins as UTF-16 does, and does not go on so.
    Utf16,
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Binary => "binary",
            Self::TooLarge => "larger than 32 MiB",
            Self::Utf16 => "broken UTF-16",
        })
    }
}

/// What can go wrong with a file.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The operating system refuses: missing, no permission.
    #[error("cannot be read: {0}")]
    Read(io::Error),
    /// The operating system refuses: no permission, no space.
    #[error("cannot be written: {0}")]
    Write(io::Error),
    /// A fix would go through a symbolic link.
    #[error("cannot be written: it is a symbolic link; name the file it stands for")]
    Link,
    /// A fix would change what its owner protects.
    #[error("cannot be written: it is read-only")]
    ReadOnly,
    /// Someone else wrote to it since it was read.
    #[error("was not written: it changed while it was checked")]
    Changed,
    /// The walk of a folder failed.
    #[error("cannot be read: {0}")]
    Walk(ignore::Error),
    /// A mistake of this program.
    #[error("could not be checked: this program failed on it, please report it")]
    Panicked,
    /// No threads to check on.
    #[error("no threads: {0}")]
    Threads(rayon::ThreadPoolBuildError),
}

/// Reads a file.
///
/// # Errors
/// [`Unchecked`], where it is no text or cannot be read.
pub fn read(path: &Path) -> Result<Text, Unchecked> {
    let failed = |error| Unchecked::Failed(FileError::Read(error));
    let mut file = File::open(path).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    if length > MAX_BYTES {
        return Err(Unchecked::Skipped(Skipped::TooLarge));
    }
    let capacity = usize::try_from(length).unwrap_or_default();
    let mut bytes = Vec::with_capacity(capacity.saturating_add(1));
    // It may grow while it is read.
    (&mut file)
        .take(MAX_BYTES.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    Text::new(bytes).map_err(Unchecked::Skipped)
}

/// Puts `new` where `old` was read from: under a temporary name beside it first, then under its
/// own, with the permissions it had.
///
/// # Errors
/// [`FileError`]; the file is then as it was.
pub fn replace(path: &Path, old: &Text, new: &Text) -> Result<(), FileError> {
    let found = fs::symlink_metadata(path).map_err(FileError::Read)?;
    if found.is_symlink() {
        return Err(FileError::Link);
    }
    if found.permissions().readonly() {
        return Err(FileError::ReadOnly);
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut file = tempfile::Builder::new()
        .prefix(".events2logs-")
        .tempfile_in(folder)
        .map_err(FileError::Write)?;
    file.write_all(&new.to_bytes()).map_err(FileError::Write)?;
    file.as_file()
        .set_permissions(found.permissions())
        .and_then(|()| file.as_file().sync_all())
        .map_err(FileError::Write)?;
    if fs::read(path).map_err(FileError::Read)? != *old.to_bytes() {
        return Err(FileError::Changed);
    }
    file.persist(path)
        .map_err(|error| FileError::Write(error.error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_text() {
        let text = |bytes: &[u8]| Text::new(bytes.to_vec()).map(|text| text.as_str().to_owned());
        assert_eq!(text(b""), Ok(String::new()));
        assert_eq!(text("\u{feff}é".as_bytes()), Ok("é".to_owned()));
        assert_eq!(text(b"a\0b"), Err(Skipped::Binary));
        assert_eq!(text(b"\xff\xfea\0"), Ok("a".to_owned()));
        assert_eq!(text(b"\xfe\xff\0a"), Ok("a".to_owned()));
        assert_eq!(text(b"\xff\xfea"), Err(Skipped::Utf16));
        assert_eq!(text(b"\xff\xfe\x00\xd8"), Err(Skipped::Utf16));
        assert_eq!(text(b"\xff\xfe\0\0"), Err(Skipped::Utf16));
        assert_eq!(text(b"caf\xe9"), Ok("café".to_owned()));
    }

    #[test]
    fn another_text_has_the_same_encoding() {
        let cases: [(&[u8], &[u8]); 5] = [
            (b"old", b"n\xc3\xa9w"),
            (b"\xef\xbb\xbfold", b"\xef\xbb\xbfn\xc3\xa9w"),
            (b"\xff\xfeo\0", b"\xff\xfen\0\xe9\0w\0"),
            (b"\xfe\xff\0o", b"\xfe\xff\0n\0\xe9\0w"),
            (b"caf\xe9 \x80", b"n\xe9w"),
        ];
        for (old, new) in cases {
            let text = Text::new(old.to_vec()).unwrap();
            assert_eq!(*text.to_bytes(), *old);
            assert_eq!(*text.with("néw").unwrap().to_bytes(), *new, "{old:?}");
        }
        let bytes = Text::new(b"caf\xe9".to_vec()).unwrap();
        assert_eq!(bytes.with("“"), None);
    }

    #[test]
    fn large_files_are_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("large");
        File::create(&path).unwrap().set_len(MAX_BYTES + 1).unwrap();
        let skipped = read(&path);
        assert!(matches!(
            skipped,
            Err(Unchecked::Skipped(Skipped::TooLarge))
        ));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_is_replaced_whole_with_its_permissions() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("script");
        fs::write(&path, "\u{feff}old\r\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o754)).unwrap();
        let old = read(&path).unwrap();
        replace(&path, &old, &old.with("new\r\n").unwrap()).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "\u{feff}new\r\n");
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o754);

        // Not what it was when it was read.
        let changed = replace(&path, &old, &old.with("newer").unwrap()).unwrap_err();
        assert!(matches!(changed, FileError::Changed), "{changed}");

        let link = folder.path().join("link");
        symlink(&path, &link).unwrap();
        let read_by_link = read(&link).unwrap();
        let linked = replace(&link, &read_by_link, &old).unwrap_err();
        assert!(matches!(linked, FileError::Link), "{linked}");

        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
        let old = read(&path).unwrap();
        let protected = replace(&path, &old, &old.with("newer").unwrap()).unwrap_err();
        assert!(matches!(protected, FileError::ReadOnly), "{protected}");

        assert_eq!(fs::read_to_string(&path).unwrap(), "\u{feff}new\r\n");
        // No temporary file stays.
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
