//! What must hold of any bytes, for `fuzz/`, which tries without an end, and for the tests here,
//! which try for a second.

use std::io::{ErrorKind, Read as _};
use std::path::{Component, Path};
use std::sync::Arc;

use serde::de::IgnoredAny;

use crate::archive::{Archive, safe_name};
use crate::csv::{RowScanner, Table};
use crate::find::Opened;
use crate::source::Limits;

/// Bytes that start like a table are cut into the same rows however they come, none is lost, and a
/// row that is one spells JSON.
///
/// # Panics
/// Where that does not hold.
pub fn csv(bytes: &[u8]) {
    let Some(table) = Table::of(bytes, true) else {
        return;
    };
    let table = Arc::new(table);
    let whole = rows(&table, bytes, bytes.len());
    let piece = usize::from(bytes.last().copied().unwrap_or_default() % 7).saturating_add(1);
    assert_eq!(rows(&table, bytes, piece), whole, "in pieces of {piece}");
    assert!(
        bytes.ends_with(&whole.concat()),
        "what is in rows is the end of all"
    );
    let header = bytes.iter().position(|byte| *byte == b'\n');
    let header = header.map_or(bytes.len(), |end| end.saturating_add(1));
    assert_eq!(header.saturating_add(whole.concat().len()), bytes.len());
    let mut cells = table.cells();
    for row in whole {
        let row = row.trim_ascii_end();
        let mut event = Vec::new();
        if let Ok(row) = std::str::from_utf8(row)
            && table.event(row, &mut cells, &mut event, usize::MAX).is_ok()
        {
            assert!(
                serde_json::from_slice::<IgnoredAny>(&event).is_ok(),
                "{row:?}"
            );
        }
    }
}

/// The rows below the header, of bytes that come in pieces.
fn rows(table: &Arc<Table>, bytes: &[u8], piece: usize) -> Vec<Vec<u8>> {
    let mut scanner = RowScanner::new(Arc::clone(table));
    let (mut buffer, mut found, mut all) = (Vec::new(), Vec::new(), Vec::new());
    let mut take = |found: &mut Vec<_>, buffer: &[u8]| {
        let rows = found
            .drain(..)
            .filter_map(|row| buffer.get::<std::ops::Range<_>>(row));
        all.extend(rows.map(<[u8]>::to_vec));
    };
    for piece in bytes.chunks(piece.max(1)) {
        buffer.extend_from_slice(piece);
        scanner.scan(&buffer, &mut found);
        take(&mut found, &buffer);
        let done = scanner.open_row();
        buffer.drain(..done);
        scanner.taken(done);
    }
    scanner.finish(&buffer, &mut found);
    take(&mut found, &buffer);
    all
}

/// A file of these bytes, if it is an archive, has members with safe names alone, and none holds
/// more than the limits allow.
///
/// # Panics
/// Where that does not hold, or no temporary file can be written.
#[expect(clippy::expect_used, reason = "without a file there is nothing to try")]
pub fn archive(bytes: &[u8]) {
    const LIMITS: Limits = Limits {
        ratio: 100,
        free: 1 << 18,
        ..Limits::USUAL
    };
    const PIECE: usize = 1 << 14;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("archive");
    std::fs::write(&path, bytes).expect("a temporary file");
    let Some(archive) = Archive::at(&path, LIMITS, &Arc::default()) else {
        return;
    };
    let most = LIMITS
        .free
        .max(LIMITS.ratio.saturating_mul(bytes.len() as u64));
    for member in archive.list().members.into_iter().flatten() {
        assert!(is_safe(member.name()), "{:?}", member.name());
        let Ok(Opened { mut content, .. }) = member.open(LIMITS.window) else {
            continue;
        };
        let (mut piece, mut read) = (vec![0; PIECE], 0_u64);
        loop {
            match content.read(&mut piece) {
                Ok(0) => break,
                Ok(more) => read = read.saturating_add(more as u64),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => break,
            }
            assert!(read <= most, "{read} bytes, where {most} may be");
        }
    }
}

/// A name of a member is refused, or leads nowhere but below the folder that its archive is.
///
/// # Panics
/// Where that does not hold.
pub fn name(bytes: &[u8]) {
    if let Some(name) = safe_name(bytes) {
        assert!(is_safe(&name), "{name:?}");
    }
}

fn is_safe(name: &Path) -> bool {
    let is_name = |part: Component<'_>| matches!(part, Component::Normal(_));
    name.file_name().is_some() && name.components().all(is_name)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    /// A zip and a tar archive that are whole.
    const WHOLE: [&[u8]; 2] = [
        include_bytes!("../../../fixtures/formats/sign-ins.zip"),
        include_bytes!("../../../fixtures/formats/sign-ins.tar.gz"),
    ];

    #[test]
    fn fixtures() {
        super::csv(include_bytes!("../../../fixtures/formats/sign-ins.csv"));
        WHOLE.iter().for_each(|it| super::archive(it));
    }

    /// Bytes of an archive that are others than they were, by their places.
    fn damaged(
        mut archive: Vec<u8>,
        changes: Vec<(prop::sample::Index, u8)>,
        cut: Option<prop::sample::Index>,
    ) -> Vec<u8> {
        for (at, byte) in changes {
            let at = at.index(archive.len());
            archive[at] = byte;
        }
        archive.truncate(cut.map_or(archive.len(), |cut| cut.index(archive.len())));
        archive
    }

    fn plain_tar() -> Vec<u8> {
        let mut tar = Vec::new();
        let mut decoder = flate2::read::GzDecoder::new(WHOLE[1]);
        std::io::Read::read_to_end(&mut decoder, &mut tar).unwrap();
        tar
    }

    proptest! {
        #[test]
        fn tables(
            header in r#"(eventId|published|"actors.0.id")[,;\t]?(action.objectType)?\r?\n"#,
            rows in vec(r#"[",;\t\r\n]{1,3}|[a-c]|\{""x"":1\}"#, 0..60),
        ) {
            super::csv([header, rows.concat()].concat().as_bytes());
        }

        #[test]
        fn archives(
            which in 0..3_usize,
            changes in vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
            cut in proptest::option::weighted(0.2, any::<prop::sample::Index>()),
        ) {
            let whole = WHOLE.get(which).map_or_else(plain_tar, |it| it.to_vec());
            super::archive(&damaged(whole, changes, cut));
        }

        #[test]
        fn names(parts in vec(r#"\.{0,3}|[a-c\\/:\x00\xe9]|."#, 0..12)) {
            super::name(parts.concat().as_bytes());
        }
    }
}
