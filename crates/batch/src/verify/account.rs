//! The manifest, read and added up.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use hashbrown::HashSet;
use sha2::{Digest as _, Sha256};

use super::finding::{Finding, Sum, What};
use super::side;
use crate::folder::{MANIFEST, TOOL};
use crate::manifest::{FileDigest, InputEntry, Manifest, SCHEMA_VERSION, Totals};

/// Reads the manifest in `folder`, and says what it holds as a file.
pub(super) fn read(folder: &Path) -> Result<(Manifest, FileDigest), Box<Finding>> {
    let path = folder.join(MANIFEST);
    let at = |what| {
        Box::new(Finding {
            file: path.display().to_string(),
            line: None,
            what,
        })
    };
    let unreadable = |error: io::Error| {
        at(match error.kind() {
            io::ErrorKind::NotFound => What::ManifestMissing,
            _ => What::ManifestUnreadable {
                problem: error.to_string(),
            },
        })
    };
    // A FIFO of that name would never end.
    if !path.metadata().map_err(unreadable)?.is_file() {
        let problem = "it is no regular file".to_owned();
        return Err(at(What::ManifestUnreadable { problem }));
    }
    let file = File::open(&path).map_err(unreadable)?;
    let manifest: Result<Manifest, _> = serde_json::from_reader(BufReader::new(file));
    let manifest = manifest.map_err(|error| {
        at(if error.is_eof() {
            What::ManifestCutOff
        } else {
            What::ManifestUnreadable {
                problem: error.to_string(),
            }
        })
    })?;
    if manifest.terms.tool.name != TOOL {
        let tool = manifest.terms.tool.name;
        return Err(at(What::ManifestForeign { tool }));
    }
    if manifest.schema_version != SCHEMA_VERSION {
        let found = manifest.schema_version;
        return Err(at(What::ManifestVersion { found }));
    }
    let digest = side::digest(&path).map_err(unreadable)?;
    Ok((manifest, digest))
}

/// Adds the numbers of `manifest` up; `file` is its name in findings.
pub(super) fn add_up(manifest: &Manifest, file: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut compare = |of, expected, found| {
        if expected != found {
            findings.push(Finding {
                file: file.to_owned(),
                line: None,
                what: What::Sum {
                    of,
                    expected,
                    found,
                },
            });
        }
    };
    let mut sums = Totals::default();
    let mut problems = 0_u64;
    for entry in &manifest.inputs {
        let totals = entry.totals;
        let parts = totals
            .converted
            .saturating_add(totals.passed_through)
            .saturating_add(totals.rejected);
        let input = entry.input.clone();
        compare(Sum::Events { input }, totals.events, parts);
        sums.events = sums.events.saturating_add(totals.events);
        sums.converted = sums.converted.saturating_add(totals.converted);
        sums.passed_through = sums.passed_through.saturating_add(totals.passed_through);
        sums.rejected = sums.rejected.saturating_add(totals.rejected);
        problems = problems.saturating_add(u64::from(entry.problem.is_some()));
    }
    let counts = manifest.totals.counts;
    for (name, total, sum) in [
        ("events", counts.events, sums.events),
        ("converted", counts.converted, sums.converted),
        ("passed_through", counts.passed_through, sums.passed_through),
        ("rejected", counts.rejected, sums.rejected),
        (
            "inputs_with_problems",
            manifest.totals.inputs_with_problems,
            problems,
        ),
    ] {
        compare(Sum::Total { name }, total, sum);
    }
    let reasons = manifest.rejects_by_reason.values();
    let reasons = reasons.fold(0_u64, |sum, records| sum.saturating_add(*records));
    compare(Sum::Reasons, counts.rejected, reasons);
    findings
}

/// Where the outputs are. There may be a million, so that no path is kept that the manifest has.
pub(super) struct Outputs<'m> {
    entries: &'m [InputEntry],
    /// The inputs whose outputs have no path of their own.
    without: HashSet<usize>,
}

impl<'m> Outputs<'m> {
    /// With a finding for each path that leads out of the folder, or that another input has;
    /// `file` is the manifest's name in them.
    pub(super) fn of(manifest: &'m Manifest, file: &str) -> (Self, Vec<Finding>) {
        let mut outputs = Self {
            entries: &manifest.inputs,
            without: HashSet::new(),
        };
        let mut seen = HashSet::with_capacity(manifest.inputs.len());
        let mut findings = Vec::new();
        for (at, entry) in manifest.inputs.iter().enumerate() {
            let Some(output) = &entry.output else {
                continue;
            };
            let relative = output.relative();
            if relative.is_none_or(|relative| !seen.insert(path_fingerprint(&relative))) {
                outputs.without.insert(at);
                findings.push(Finding {
                    file: format!("{file}: {}", output.path),
                    line: None,
                    what: What::OutputPath {
                        input: entry.input.clone(),
                    },
                });
            }
        }
        (outputs, findings)
    }

    /// Where the output of the input of this number is in the folder; `None` for one without.
    pub(super) fn get(&self, at: usize) -> Option<PathBuf> {
        let output = self.entries.get(at)?.output.as_ref()?;
        if self.without.contains(&at) {
            return None;
        }
        output.relative()
    }

    /// The same for all inputs, in their order.
    pub(super) fn all(&self) -> impl Iterator<Item = (&'m InputEntry, Option<PathBuf>)> {
        let entries = self.entries.iter().enumerate();
        entries.map(|(at, entry)| (entry, self.get(at)))
    }
}

/// Tells a path from all others, in few bytes.
pub(super) fn path_fingerprint(path: &Path) -> u128 {
    fingerprint(path.as_os_str().as_encoded_bytes())
}

/// Tells these bytes from all others, in few of them.
pub(super) fn fingerprint(bytes: &[u8]) -> u128 {
    let sum = Sha256::digest(bytes);
    let first = sum.first_chunk::<16>().copied();
    first.map_or(0, u128::from_le_bytes)
}
