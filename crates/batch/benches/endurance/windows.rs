//! zstd inputs whose windows take as much memory as they may.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context as _, Result};
use zstd::stream::Encoder;

use crate::inputs::{self, Long, Whole};

/// How many files there are with such a window, and with a usual one.
const EACH: u64 = 3;

/// The window of `zstd` itself.
const USUAL: u32 = 21;

/// Writes files that are longer than their windows of `window` bytes, an archive with such a
/// window, files with usual ones, and a record that is as long as a window, plain. Returns the
/// number of events.
pub(crate) fn write(seed: u64, window: u64, folder: &Path) -> Result<u64> {
    fs::create_dir_all(folder)?;
    let log = window.checked_ilog2().context("no window")?;
    let mut events = Whole::new(seed);
    let mut count = 0_u64;
    for (name, log) in [("large", log), ("usual", USUAL)] {
        for number in 0..EACH {
            let file = folder.join(format!("{name}-{number}.ndjson.zst"));
            let mut zstd = encoder(inputs::create(&file)?, log)?;
            let content = content(&mut events, 1 << log)?;
            zstd.write_all(&content.0)?;
            zstd.finish()?.flush()?;
            count = count.saturating_add(content.1);
        }
    }
    let zstd = encoder(inputs::create(&folder.join("archive.tar.zst"))?, log)?;
    let mut archive = tar::Builder::new(zstd);
    for name in ["a.ndjson", "b.ndjson"] {
        let content = content(&mut events, window / 2)?;
        let mut header = tar::Header::new_gnu();
        header.set_size(content.0.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, name, content.0.as_slice())?;
        count = count.saturating_add(content.1);
    }
    archive.into_inner()?.finish()?.flush()?;
    let long = inputs::create(&folder.join("long.ndjson"))?;
    Ok(count.saturating_add(inputs::long(Long::Text, window, long)?))
}

fn encoder<W: Write>(out: W, log: u32) -> Result<Encoder<'static, W>> {
    let mut encoder = Encoder::new(out, 1)?;
    encoder.window_log(log)?;
    Ok(encoder)
}

/// A quarter more than `size` bytes of events, and their number.
fn content(events: &mut Whole, size: u64) -> Result<(Vec<u8>, u64)> {
    let wanted = usize::try_from(size.saturating_add(size / 4))?;
    let (mut content, mut count) = (Vec::new(), 0_u64);
    while content.len() < wanted {
        content.extend_from_slice(events.next().trim_ascii_end());
        content.push(b'\n');
        count = count.saturating_add(1);
    }
    Ok((content, count))
}
