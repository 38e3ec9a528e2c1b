//! zip and tar archives, read as folders: their members are inputs of their own.

mod guard;
mod name;
mod parked;
mod tar;
mod zip;

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::find::Opened;
use crate::source::{InputError, Limits, Zstd};
use guard::{Counted, Guarded};
#[cfg(any(test, fuzzing))]
pub(crate) use name::safe as safe_name;
pub(crate) use parked::Parked;

/// A file with others in it.
#[derive(Debug)]
pub struct Archive {
    path: PathBuf,
    kind: Kind,
    limits: Limits,
    /// Where its streams are between two members, with those of others.
    parked: Arc<Parked>,
    /// Where the last member starts: behind it nobody reads.
    last: AtomicU64,
}

/// One file in an archive.
#[derive(Debug, Clone)]
pub struct Member {
    archive: Arc<Archive>,
    name: PathBuf,
    spot: Spot,
}

/// Where in its archive a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spot {
    Zip(zip::Spot),
    Tar {
        /// Bytes of the archive, decoded, before it.
        offset: u64,
        size: u64,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Zip,
    Tar(Wrapped),
}

/// What a tar archive is compressed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrapped {
    Plain,
    Gzip,
    Zstd,
}

/// What is in an archive, in order.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// Members, or what keeps them from being read, by their paths.
    pub(crate) members: Vec<Result<Member, (PathBuf, InputError)>>,
    /// Members whose names start with a dot.
    pub(crate) hidden: u64,
}

impl PartialEq for Member {
    fn eq(&self, other: &Self) -> bool {
        self.archive.path == other.archive.path
            && self.name == other.name
            && self.spot == other.spot
    }
}

impl Eq for Member {}

impl Member {
    /// The archive's path and its own in it, as in `logs.zip!/2018/a.json`.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.archive.path_of(&self.name)
    }

    /// The archive's path.
    #[must_use]
    pub fn archive(&self) -> &Path {
        &self.archive.path
    }

    /// Its path in the archive: names only, so that it leads nowhere else.
    #[must_use]
    pub fn name(&self) -> &Path {
        &self.name
    }

    /// Gives up what is kept to read on from, in all archives that were found with this one.
    pub(crate) fn let_go(&self) {
        self.archive.parked.clear();
    }

    /// Its content, as it was before it came into the archive; read with windows of up to
    /// `1 << window` bytes.
    pub(crate) fn open(&self, window: u32) -> Result<Opened, InputError> {
        match self.spot {
            Spot::Zip(spot) => zip::open(&self.archive, spot, window),
            Spot::Tar { offset, size } => Ok(Opened {
                content: tar::open(&self.archive, offset, size, window)?,
                has_window: self.archive.kind == Kind::Tar(Wrapped::Zstd),
            }),
        }
    }
}

/// How much is read to tell an archive.
const HEAD: u64 = 512;

impl Archive {
    /// The archive at `path`, if it is one.
    pub(crate) fn at(path: &Path, limits: Limits, parked: &Arc<Parked>) -> Option<Arc<Self>> {
        // Anything else may not be read twice.
        if !path.metadata().ok()?.is_file() {
            return None;
        }
        let mut head = Vec::new();
        let mut file = File::open(path).ok()?;
        (&mut file).take(HEAD).read_to_end(&mut head).ok()?;
        let kind = match head.as_slice() {
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Kind::Zip,
            [0x1f, 0x8b, ..] => Kind::Tar(Wrapped::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Kind::Tar(Wrapped::Zstd),
            _ => Kind::Tar(Wrapped::Plain),
        };
        let archive = Self {
            path: path.to_owned(),
            kind,
            limits,
            parked: Arc::clone(parked),
            last: AtomicU64::new(0),
        };
        if let Kind::Tar(wrapped) = kind {
            if wrapped != Wrapped::Plain {
                head.clear();
                let decoded = archive.decoded(wrapped, limits.window).ok()?;
                // A stream that is cut off has a head as well.
                let _ = decoded.take(HEAD).read_to_end(&mut head);
            }
            if !is_tar(&head) {
                return None;
            }
        }
        Some(Arc::new(archive))
    }

    /// What is in it.
    pub(crate) fn list(self: &Arc<Self>) -> Listing {
        match self.kind {
            Kind::Zip => zip::list(self),
            Kind::Tar(wrapped) => tar::list(self, wrapped),
        }
    }

    /// The path of the member `name`, as messages have it.
    fn path_of(&self, name: &Path) -> PathBuf {
        let mut path = self.path.clone().into_os_string();
        path.push("!/");
        path.push(name);
        path.into()
    }

    /// What is compressed, from the start, as far as its limits allow, with windows of up to
    /// `1 << window` bytes.
    fn decoded(&self, wrapped: Wrapped, window: u32) -> io::Result<Box<dyn Read + Send>> {
        let (file, stored) = Counted::new(File::open(&self.path)?);
        let mut file = BufReader::with_capacity(1 << 16, file);
        file.fill_buf()?;
        Ok(match wrapped {
            Wrapped::Plain => Box::new(file),
            Wrapped::Gzip => {
                let decoder = flate2::bufread::MultiGzDecoder::new(file);
                Box::new(Guarded::new(decoder, stored, self.limits))
            }
            Wrapped::Zstd => {
                let decoder = Zstd::new(file, window)?;
                Box::new(Guarded::new(decoder, stored, self.limits))
            }
        })
    }
}

fn is_tar(head: &[u8]) -> bool {
    const AT: usize = 257;
    head.get(AT..)
        .is_some_and(|magic| magic.starts_with(b"ustar"))
}

/// Collects what is in an archive.
struct Lister<'a> {
    archive: &'a Arc<Archive>,
    listing: Listing,
    names: hashbrown::HashSet<PathBuf>,
}

impl<'a> Lister<'a> {
    fn new(archive: &'a Arc<Archive>) -> Self {
        Self {
            archive,
            listing: Listing::default(),
            names: hashbrown::HashSet::new(),
        }
    }

    /// Adds the member of this name, as the archive has it, or what is wrong with it.
    fn add(&mut self, name: &[u8], spot: Result<Spot, InputError>) {
        let Some(safe) = name::safe(name) else {
            let shown = String::from_utf8_lossy(name).into_owned();
            return self.problem(Path::new(&shown), InputError::MemberName);
        };
        if name::is_hidden(&safe) {
            self.listing.hidden = self.listing.hidden.saturating_add(1);
            return;
        }
        match spot {
            Err(error) => self.problem(&safe, error),
            Ok(_) if !self.names.insert(safe.clone()) => {
                self.problem(&safe, InputError::MemberTwice);
            }
            Ok(spot) => {
                if let Spot::Tar { offset, .. } = spot {
                    self.archive.last.fetch_max(offset, Ordering::Relaxed);
                }
                self.listing.members.push(Ok(Member {
                    archive: Arc::clone(self.archive),
                    name: safe,
                    spot,
                }));
            }
        }
    }

    fn problem(&mut self, name: &Path, error: InputError) {
        let path = self.archive.path_of(name);
        self.listing.members.push(Err((path, error)));
    }

    /// What is wrong with the archive as a whole.
    fn damaged(&mut self, problem: io::Error) {
        let kind = self.archive.kind;
        let error = InputError::of(problem, |problem| match kind {
            Kind::Zip => InputError::Zip { problem },
            Kind::Tar(_) => InputError::Tar { problem },
        });
        self.whole(error);
    }

    /// Adds a problem of the archive itself.
    fn whole(&mut self, error: InputError) {
        let path = self.archive.path.clone();
        self.listing.members.push(Err((path, error)));
    }
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test may panic")]
mod tests {
    use std::io::Write as _;

    use super::*;

    const SMALL: Limits = Limits {
        window: Limits::USUAL.window,
        ratio: 10,
        free: 1 << 16,
    };

    fn deflated(content: &[u8]) -> Vec<u8> {
        let level = flate2::Compression::default();
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), level);
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    /// A zip archive of one member that holds `content`, deflated.
    fn zip_of(content: &[u8]) -> Vec<u8> {
        let options = ::zip::write::SimpleFileOptions::default()
            .compression_method(::zip::CompressionMethod::Stored);
        let mut writer = ::zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        writer.start_file("a.json", options).unwrap();
        writer.write_all(&deflated(content)).unwrap();
        let mut file = writer.finish().unwrap().into_inner();
        let directory = memchr::memmem::find(&file, b"PK\x01\x02").unwrap();
        let mut sum = crc32fast::Hasher::new();
        sum.update(content);
        let size = u32::try_from(content.len()).unwrap();
        file[8] = 8;
        file[directory + 10] = 8;
        file[directory + 16..directory + 20].copy_from_slice(&sum.finalize().to_le_bytes());
        file[directory + 24..directory + 28].copy_from_slice(&size.to_le_bytes());
        file
    }

    fn tar_of(content: &[u8]) -> Vec<u8> {
        let mut tar = ::tar::Builder::new(Vec::new());
        for name in ["a.json", "b.json"] {
            let mut header = ::tar::Header::new_gnu();
            header.set_size(content.len() as u64);
            tar.append_data(&mut header, name, content).unwrap();
        }
        tar.into_inner().unwrap()
    }

    /// What is said of the archive `file`, and of reading its members.
    fn problems(file: &[u8], limits: Limits) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("archive");
        std::fs::write(&path, file).unwrap();
        let members = Archive::at(&path, limits, &Arc::default())
            .unwrap()
            .list()
            .members;
        let read = |member: Result<Member, (PathBuf, InputError)>| {
            let member = member.map_err(|(_, error)| error.to_string())?;
            let opened = member.open(limits.window);
            let mut content = opened.map_err(|error| error.to_string())?.content;
            io::copy(&mut content, &mut io::sink()).map_err(|error| error.to_string())
        };
        members
            .into_iter()
            .filter_map(|member| read(member).err())
            .collect()
    }

    #[test]
    fn a_bomb_in_an_archive_is_not_read_on() {
        let content = vec![b' '; 1 << 20];
        let tar = tar_of(&content);
        let gzip = {
            let level = flate2::Compression::default();
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), level);
            encoder.write_all(&tar).unwrap();
            encoder.finish().unwrap()
        };
        let zstd = ::zstd::encode_all(tar.as_slice(), 1).unwrap();
        for file in [zip_of(&content), gzip, zstd] {
            let told = problems(&file, SMALL);
            assert!(!told.is_empty());
            for problem in told {
                assert!(problem.contains("decompression bomb"), "{problem}");
            }
            let unlimited = Limits {
                ratio: 0,
                free: 0,
                ..Limits::USUAL
            };
            assert_eq!(problems(&file, unlimited), [""; 0]);
            assert_eq!(problems(&file, Limits::USUAL), [""; 0]);
        }
        assert_eq!(problems(&tar, SMALL), [""; 0]);
    }

    #[test]
    fn members_of_a_compressed_tar_can_be_read_in_any_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("archive");
        let mut tar = ::tar::Builder::new(Vec::new());
        for name in ["0", "1", "2", "3"] {
            let mut header = ::tar::Header::new_gnu();
            header.set_size(100_000);
            let content = name.repeat(100_000);
            tar.append_data(&mut header, name, content.as_bytes())
                .unwrap();
        }
        let tar = tar.into_inner().unwrap();
        std::fs::write(&path, ::zstd::encode_all(tar.as_slice(), 1).unwrap()).unwrap();
        let archive = Archive::at(&path, Limits::USUAL, &Arc::default()).unwrap();
        let members: Vec<Member> = archive
            .list()
            .members
            .into_iter()
            .map(Result::unwrap)
            .collect();
        let open = |at: usize| members[at].open(Limits::USUAL.window).unwrap().content;
        let mut all: Vec<_> = [2, 0, 3, 1, 1]
            .into_iter()
            .map(|at| (at, open(at)))
            .collect();
        for (at, content) in &mut all {
            let mut text = String::new();
            // Half of it, so that the next one has to pass over the rest.
            content.take(50_000).read_to_string(&mut text).unwrap();
            assert_eq!(text, at.to_string().repeat(50_000));
        }
        drop(all);
        let mut text = String::new();
        open(3).read_to_string(&mut text).unwrap();
        assert_eq!(text, "3".repeat(100_000));
    }
}
