//! Members of zip archives: the directory tells where they are, each is read by itself.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek as _, SeekFrom};
use std::sync::Arc;

use zip::ZipArchive;

use super::guard::{Counted, Guarded};
use super::{Archive, Lister, Listing, Spot as Place};
use crate::find::Opened;
use crate::source::{InputError, Zstd};

/// What the directory tells of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spot {
    /// Where its own header is.
    header: u64,
    /// Bytes as they are stored.
    stored: u64,
    /// Bytes of content.
    size: u64,
    /// CRC-32 of the content.
    sum: u32,
}

pub(super) fn list(archive: &Arc<Archive>) -> Listing {
    let mut lister = Lister::new(archive);
    if let Err(problem) = entries(archive, &mut lister) {
        lister.damaged(problem);
    }
    lister.listing
}

fn entries(archive: &Archive, lister: &mut Lister<'_>) -> io::Result<()> {
    let file = BufReader::new(File::open(&archive.path)?);
    let directory = ZipArchive::new(file)?;
    let mut entries = Vec::new();
    for number in 0..directory.len() {
        let entry = directory.by_index_data(number)?;
        if entry.is_dir() {
            continue;
        }
        let spot = Spot {
            header: entry.header_start(),
            stored: entry.compressed_size(),
            size: entry.size(),
            sum: entry.crc32(),
        };
        let spot = if entry.encrypted() {
            Err(InputError::Encrypted)
        } else if entry.is_symlink() {
            let found = "a symbolic link";
            Err(InputError::MemberKind { found })
        } else {
            Ok(spot)
        };
        // Names that are no UTF-8 are of the old code page, which the library knows.
        let name = match entry.name() {
            Ok(name) => name.into_owned().into_bytes(),
            Err(_) => entry.name_raw().to_vec(),
        };
        entries.push((name, spot));
    }
    refuse_overlaps(&mut entries);
    entries.sort_by(|(one, _), (other, _)| one.cmp(other));
    for (name, spot) in entries {
        lister.add(&name, spot.map(Place::Zip));
    }
    if directory.has_duplicate_names() {
        lister.whole(InputError::MembersTwice);
    }
    Ok(())
}

/// Refuses members that share bytes with one before: a small archive can hold any number of large
/// ones that way.
fn refuse_overlaps(entries: &mut [(Vec<u8>, Result<Spot, InputError>)]) {
    // A stable sort: of two at one place the first stays.
    let mut spots: Vec<_> = entries
        .iter_mut()
        .map(|(_, spot)| spot)
        .filter(|spot| spot.is_ok())
        .collect();
    spots.sort_by_key(|spot| spot.as_ref().map_or(0, |spot| spot.header));
    let mut end = 0;
    for spot in spots {
        if let Ok(Spot { header, stored, .. }) = spot {
            let next = header.saturating_add(*stored).saturating_add(HEADER as u64);
            if *header < end {
                *spot = Err(InputError::MemberOverlap);
            }
            end = end.max(next);
        }
    }
}

/// The method of compression that is zstd.
const ZSTD: u16 = 93;

/// How long the header of a member is, before its name.
const HEADER: usize = 30;

/// The content of the member at `spot`, read with windows of up to `1 << window` bytes.
pub(super) fn open(archive: &Archive, spot: Spot, window: u32) -> Result<Opened, InputError> {
    let mut file = File::open(&archive.path).map_err(InputError::Io)?;
    let method =
        start(&mut file, spot.header).map_err(|problem| InputError::ZipMember { problem })?;
    let (file, stored) = Counted::new(file.take(spot.stored));
    let content: Box<dyn Read + Send> = match method {
        0 => Box::new(file),
        8 => Box::new(flate2::read::DeflateDecoder::new(file)),
        ZSTD => {
            let file = BufReader::new(file);
            Box::new(Zstd::new(file, window).map_err(InputError::Io)?)
        }
        method => return Err(InputError::MemberMethod { method }),
    };
    Ok(Opened {
        content: Box::new(Checked {
            content: Guarded::new(content, stored, archive.limits),
            left: spot.size,
            sum: crc32fast::Hasher::new(),
            expected: spot.sum,
        }),
        has_window: method == ZSTD,
    })
}

/// Passes over the header at `at`, and tells the method of compression.
fn start(file: &mut File, at: u64) -> io::Result<u16> {
    let mut header = [0; HEADER];
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut header)?;
    let number = |at: usize| {
        let bytes = [header.get(at), header.get(at.saturating_add(1))];
        u16::from_le_bytes(bytes.map(|byte| byte.copied().unwrap_or_default()))
    };
    if !header.starts_with(b"PK\x03\x04") {
        let problem = "no header where the directory says there is one";
        return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
    }
    let names = i64::from(number(26)).saturating_add(i64::from(number(28)));
    file.seek_relative(names)?;
    Ok(number(8))
}

/// Content that must be as long as the directory says, and have the checksum that it says.
struct Checked {
    content: Guarded<Box<dyn Read + Send>>,
    left: u64,
    sum: crc32fast::Hasher,
    expected: u32,
}

impl Read for Checked {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let wrong = |problem| io::Error::new(io::ErrorKind::InvalidData, problem);
        if into.is_empty() {
            return Ok(0);
        }
        let wanted = usize::try_from(self.left).map_or(into.len(), |left| left.min(into.len()));
        // At the end, a byte more than there may be.
        let read = match into.get_mut(..wanted) {
            Some(into) if wanted > 0 => self.content.read(into)?,
            _ => self.content.read(&mut [0])?,
        };
        if read == 0 {
            if self.left > 0 {
                return Err(wrong("it is shorter than the directory says"));
            }
            if self.sum.clone().finalize() != self.expected {
                return Err(wrong("its checksum is wrong"));
            }
            return Ok(0);
        }
        self.left = (self.left)
            .checked_sub(read as u64)
            .ok_or_else(|| wrong("it is longer than the directory says"))?;
        self.sum.update(into.get(..read).unwrap_or_default());
        Ok(read)
    }
}
