//! Members of tar archives, plain or compressed.
//!
//! A compressed one can only be read from its start. Its members are found in a first pass; then
//! whoever reads one goes on with a stream that has come to it, or starts another. Those that read
//! members in their order, one thread or several, so never start one each.

use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use tar::EntryType;

use super::{Archive, Kind, Lister, Listing, Spot, Wrapped};
use crate::source::InputError;

/// A tar archive, decoded up to some byte.
pub(super) struct Stream {
    reader: Box<dyn Read + Send>,
    /// The archive's path.
    pub(super) archive: PathBuf,
    pub(super) at: u64,
    /// The largest window that it is read with.
    pub(super) window: u32,
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stream").field("at", &self.at).finish()
    }
}

pub(super) fn list(archive: &Arc<Archive>, wrapped: Wrapped) -> Listing {
    let mut lister = Lister::new(archive);
    let listed = match wrapped {
        Wrapped::Plain => File::open(&archive.path).and_then(|file| {
            let mut tar = tar::Archive::new(file);
            entries(tar.entries_with_seek()?, &mut lister)
        }),
        wrapped => archive
            .decoded(wrapped, archive.limits.window)
            .and_then(|decoded| {
                let mut tar = tar::Archive::new(decoded);
                entries(tar.entries()?, &mut lister)
            }),
    };
    if let Err(problem) = listed {
        lister.damaged(problem);
    }
    lister.listing
}

fn entries<R: Read>(entries: tar::Entries<'_, R>, lister: &mut Lister<'_>) -> io::Result<()> {
    for entry in entries {
        let mut entry = entry?;
        let kind = entry.header().entry_type();
        if kind.is_dir() || kind.is_pax_global_extensions() {
            continue;
        }
        let spot = match kind_of(kind) {
            _ if is_sparse(&mut entry)? => Err("a file with holes (sparse)"),
            Some(other) => Err(other),
            None => Ok(Spot::Tar {
                offset: entry.raw_file_position(),
                size: entry.size(),
            }),
        };
        let spot = spot.map_err(|found| InputError::MemberKind { found });
        lister.add(&entry.path_bytes(), spot);
    }
    Ok(())
}

/// What a member is that is no file; `None` for one.
fn kind_of(kind: EntryType) -> Option<&'static str> {
    Some(match kind {
        EntryType::Regular | EntryType::Continuous => return None,
        EntryType::Symlink => "a symbolic link",
        EntryType::Link => "a hard link",
        EntryType::Char | EntryType::Block => "a device",
        EntryType::Fifo => "a FIFO",
        EntryType::GNUSparse => "a file with holes (sparse)",
        _ => "of a kind that is not known",
    })
}

/// Whether the member is stored without its holes, in the newer way, which its type does not tell.
fn is_sparse<R: Read>(entry: &mut tar::Entry<'_, R>) -> io::Result<bool> {
    let Some(extensions) = entry.pax_extensions()? else {
        return Ok(false);
    };
    for extension in extensions {
        if extension?.key_bytes().starts_with(b"GNU.sparse.") {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The member of `size` bytes at `offset`, read with windows of up to `1 << window` bytes.
pub(super) fn open(
    archive: &Arc<Archive>,
    offset: u64,
    size: u64,
    window: u32,
) -> Result<Box<dyn Read + Send>, InputError> {
    let stream = match archive.kind {
        Kind::Tar(wrapped) if wrapped != Wrapped::Plain => {
            let mut stream = match archive.parked.take(&archive.path, offset, window) {
                Some(stream) => stream,
                None => Stream {
                    reader: archive.decoded(wrapped, window).map_err(InputError::Io)?,
                    archive: archive.path.clone(),
                    at: 0,
                    window,
                },
            };
            stream.skip_to(offset)?;
            stream
        }
        _ => {
            let mut file = File::open(&archive.path).map_err(InputError::Io)?;
            file.seek(SeekFrom::Start(offset)).map_err(InputError::Io)?;
            Stream {
                reader: Box::new(file),
                archive: archive.path.clone(),
                at: offset,
                window,
            }
        }
    };
    Ok(Box::new(Content {
        archive: Arc::clone(archive),
        stream: Some(stream),
        left: size,
    }))
}

impl Archive {
    /// Keeps a stream for a later member, if there is one.
    fn park(&self, stream: Stream) {
        if stream.at > self.last.load(Ordering::Relaxed) {
            return;
        }
        // With the largest window one is read at a time, else one on each thread.
        let most = if stream.window < self.limits.window {
            rayon::current_num_threads()
        } else {
            1
        };
        self.parked.park(stream, most);
    }
}

impl Stream {
    fn skip_to(&mut self, offset: u64) -> Result<(), InputError> {
        let wanted = offset.saturating_sub(self.at);
        let skipped = io::copy(&mut (&mut self.reader).take(wanted), &mut io::sink());
        let skipped = skipped.map_err(|problem| InputError::of(problem, InputError::Io))?;
        self.at = self.at.saturating_add(skipped);
        if skipped < wanted {
            return Err(InputError::Io(cut_off()));
        }
        Ok(())
    }
}

fn cut_off() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the archive ends too early")
}

/// What a member holds.
struct Content {
    archive: Arc<Archive>,
    /// None once it has failed.
    stream: Option<Stream>,
    left: u64,
}

impl Read for Content {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let wanted = usize::try_from(self.left).map_or(into.len(), |left| left.min(into.len()));
        let into = into.get_mut(..wanted).unwrap_or_default();
        if into.is_empty() {
            return Ok(0);
        }
        let Some(stream) = &mut self.stream else {
            return Err(cut_off());
        };
        let read = match stream.reader.read(into) {
            Ok(0) => Err(cut_off()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
            read => read,
        };
        let read = read.inspect_err(|_| self.stream = None)?;
        self.left = self.left.saturating_sub(read as u64);
        if let Some(stream) = &mut self.stream {
            stream.at = stream.at.saturating_add(read as u64);
        }
        Ok(read)
    }
}

impl Drop for Content {
    fn drop(&mut self) {
        let is_compressed = !matches!(self.archive.kind, Kind::Tar(Wrapped::Plain));
        if let (true, Some(stream)) = (is_compressed, self.stream.take()) {
            self.archive.park(stream);
        }
    }
}
