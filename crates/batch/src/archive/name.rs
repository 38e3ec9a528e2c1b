//! Names of members, made safe.

use std::path::{Path, PathBuf};

use crate::names::path_of_bytes;

/// The path that `name` spells, of names only: nothing that is written under it can lead out of
/// its folder. `None` for an absolute one, one with `..` or a drive, and for none at all.
///
/// `\` stands for `/`: archives made on Windows have it, and there a name with it would lead on.
pub(crate) fn safe(name: &[u8]) -> Option<PathBuf> {
    let is_drive = matches!(name, [letter, b':', ..] if letter.is_ascii_alphabetic());
    if is_drive || name.contains(&0) || matches!(name.first(), None | Some(b'/' | b'\\')) {
        return None;
    }
    let mut path = PathBuf::new();
    for part in name.split(|byte| matches!(byte, b'/' | b'\\')) {
        match part {
            b"" | b"." => {}
            b".." => return None,
            part => path.push(path_of_bytes(part.to_vec())?),
        }
    }
    (!path.as_os_str().is_empty()).then_some(path)
}

/// Whether some part of `path` starts with a dot.
pub(super) fn is_hidden(path: &Path) -> bool {
    path.iter()
        .any(|part| part.as_encoded_bytes().starts_with(b"."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_its_folder() {
        for (name, expected) in [
            ("a.json", Some("a.json")),
            ("./a//b/./c.json", Some("a/b/c.json")),
            ("a\\b.json", Some("a/b.json")),
            ("...", Some("...")),
            ("a/", Some("a")),
            ("../a", None),
            ("a/../../b", None),
            ("a\\..\\b", None),
            ("/etc/passwd", None),
            ("\\\\server\\share", None),
            ("C:\\a", None),
            ("c:a", None),
            ("a\0b", None),
            (".", None),
            ("", None),
        ] {
            assert_eq!(safe(name.as_bytes()), expected.map(PathBuf::from), "{name}");
        }
        assert!(is_hidden(Path::new("a/.b/c")));
        assert!(!is_hidden(Path::new("a/b.c")));
    }
}
