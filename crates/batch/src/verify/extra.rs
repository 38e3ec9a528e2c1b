//! What else is in the output folder, and what of it is an output that is missed.

use std::io;
use std::path::{Path, PathBuf};

use hashbrown::{HashMap, HashSet};
use walkdir::WalkDir;

use super::account::{Outputs, path_fingerprint};
use super::finding::{Finding, Part, What};
use super::{Verified, holds};
use crate::folder::{MANIFEST, REJECTS, WORK};
use crate::manifest::{FileDigest, Manifest};

/// Looks for files in `folder` that `manifest` does not list, hidden ones aside.
pub(super) fn look(
    folder: &Path,
    manifest: &Manifest,
    outputs: &Outputs<'_>,
    verified: &mut Verified,
) {
    let all = || outputs.all().filter_map(|(_, output)| output);
    let listed: HashSet<u128> = all().map(|output| path_fingerprint(&output)).collect();
    let holds_listed = |within: &Path| all().any(|output| output.starts_with(within));
    let missing = missing(folder, outputs, &verified.findings);
    // The inputs of a run into their own folder belong there; seldom needed.
    let mut inputs: Option<HashSet<PathBuf>> = None;
    let mut walk = WalkDir::new(folder).sort_by_file_name().into_iter();
    while let Some(entry) = walk.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error.path().unwrap_or(folder).display().to_string();
                let error = error.into_io_error();
                let error = error.unwrap_or_else(|| io::Error::other("the walk failed"));
                verified.findings.push(Finding {
                    file: path,
                    line: None,
                    what: What::Unreadable {
                        part: Part::Output,
                        problem: error.to_string(),
                    },
                });
                continue;
            }
        };
        if entry.depth() == 0 {
            continue;
        }
        let (path, is_dir) = (entry.path(), entry.file_type().is_dir());
        let within = path.strip_prefix(folder).unwrap_or(path);
        let own = [MANIFEST, REJECTS]
            .iter()
            .any(|own| within == Path::new(own));
        if own || listed.contains(&path_fingerprint(within)) {
            continue;
        }
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            let counted = u64::from(within != Path::new(WORK));
            // An output may have such a name, or be in such a folder.
            if !(is_dir && holds_listed(within)) {
                verified.hidden = verified.hidden.saturating_add(counted);
                if is_dir {
                    walk.skip_current_dir();
                }
                continue;
            }
        }
        // What is behind a link is elsewhere; a link that an output goes through is none of ours
        // either, but convert follows it.
        if is_dir || path.is_dir() && holds_listed(within) {
            continue;
        }
        let inputs = inputs.get_or_insert_with(|| {
            let inputs = manifest.inputs.iter();
            let paths = inputs.filter_map(|it| Path::new(&it.input).canonicalize().ok());
            paths.collect()
        });
        if path.canonicalize().is_ok_and(|path| inputs.contains(&path)) {
            continue;
        }
        verified.findings.push(Finding {
            file: path.display().to_string(),
            line: None,
            what: What::Unexpected {
                holds: holds(path, &missing),
            },
        });
    }
}

/// The outputs that are not there, by what they should hold.
fn missing<'m>(
    folder: &Path,
    outputs: &Outputs<'m>,
    findings: &[Finding],
) -> HashMap<&'m FileDigest, String> {
    let names: HashSet<&str> = findings
        .iter()
        .filter(|finding| {
            let part = Part::Output;
            matches!(&finding.what, What::Missing { part: it, .. } if *it == part)
        })
        .map(|finding| finding.file.as_str())
        .collect();
    outputs
        .all()
        .filter_map(|(entry, output)| {
            let name = folder.join(output?).display().to_string();
            let digest = &entry.output.as_ref()?.digest;
            names.contains(name.as_str()).then_some((digest, name))
        })
        .collect()
}
