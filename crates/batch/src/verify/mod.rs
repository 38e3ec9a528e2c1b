//! Both sides of a run read again and held against its manifest: the proof that every event is
//! accounted for.
//!
//! [`Against::read`] takes the manifest of an output folder. [`Against::verify`] then reads each
//! input and output and compares sizes, checksums and counts (`account`, `given`, `side`,
//! `rejects`, `extra`), and if asked for each event with its record (`deep`, `proof`). What does
//! not hold is a [`Finding`], which is data: the words are the caller's.

mod accepted;
mod account;
mod codes;
mod deep;
mod extra;
mod finding;
mod given;
mod notes;
mod one;
mod proof;
mod queue;
mod rejects;
mod side;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use events2logs_mapping::{ConvertOptions, Tables, UnknownTypes};
use hashbrown::HashMap;
use rayon::prelude::*;

pub use codes::CODES;
pub use finding::{Content, Finding, Part, Sum, What};

use crate::checksum::Checksum;
use crate::earlier::Earlier;
use crate::find::{Found, Inputs};
use crate::folder::{MANIFEST, REJECTS};
use crate::formats::{Format, Formats};
use crate::manifest::{FileDigest, FormatsEntry, Manifest};
use crate::pointer::Pointer;
use crate::run::Resources;
use crate::serial::lock;
use crate::source::InputError;
use crate::source::Limits;
use account::Outputs;
use given::{Given, Matched};
use one::{One, Shared};
use proof::{Again, Proof};
use rejects::Rejects;
use side::{Stock, Turn};

/// An output folder and its manifest.
#[derive(Debug)]
pub struct Against {
    folder: PathBuf,
    manifest: Result<(Manifest, FileDigest), Box<Finding>>,
}

/// How events are to be compared with their records.
#[derive(Debug, Clone, Copy)]
pub struct Deep<'t> {
    /// The tables: where they are those of the run, what they decide is compared too.
    pub tables: &'t Tables,
}

/// Whether what the tables decide (event type, outcome, severity …) was compared too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decided {
    /// It was.
    Compared,
    /// There is nothing that tables decide: a restore.
    ByNoTables,
    /// The tables are not those of the run.
    ByOtherTables,
    /// Another version of this program made the run.
    ByOtherVersion,
}

/// What was looked at, and what does not hold.
#[derive(Debug)]
pub struct Verified {
    /// What does not hold, in the order of the manifest.
    pub findings: Vec<Finding>,
    /// The checksum of the manifest itself, which nothing in the folder vouches for.
    pub manifest: Option<FileDigest>,
    /// The version of this program that made the run.
    pub version: Option<String>,
    /// The tables of the run, by their checksum.
    pub tables_sha256: Option<String>,
    /// Inputs that were read to their end; `None` where none were to be.
    pub inputs: Option<u64>,
    /// Outputs that were read to their end.
    pub outputs: u64,
    /// Events in these, and rejected records.
    pub events: u64,
    /// Events that were compared with their records and are as they should be.
    pub compared: Option<u64>,
    /// Where events were compared.
    pub decided: Option<Decided>,
    /// What was odd about inputs that were read to their end all the same, by the manifest: input
    /// and problem.
    pub problems: Vec<(String, String)>,
    /// Hidden files and folders in the output folder, which were passed over.
    pub hidden: u64,
}

impl Against {
    /// Reads the manifest in `folder`.
    #[must_use]
    pub fn read(folder: &Path) -> Self {
        Self {
            folder: folder.to_path_buf(),
            manifest: account::read(folder),
        }
    }

    /// Whether the run was a restore: then of an input folder that a run wrote just the outputs
    /// were read.
    #[must_use]
    pub fn is_restore(&self) -> bool {
        let manifest = self.manifest.as_ref();
        manifest.is_ok_and(|(manifest, _)| manifest.terms.action == "restore")
    }

    /// The formats of the run, which decide what outputs are called; the default ones where the
    /// manifest does not tell.
    #[must_use]
    pub fn formats(&self) -> Formats {
        let manifest = self.manifest.as_ref().ok();
        let entry = manifest.and_then(|(manifest, _)| manifest.terms.formats.as_ref());
        Formats {
            limits: Limits::NONE,
            ..entry.map_or_else(Formats::default, FormatsEntry::formats)
        }
    }

    /// Verifies the folder, and `inputs` if there are any. Of a run that found a record too long for
    /// its memory, `resources` must allow the same.
    ///
    /// # Errors
    /// Where the threads cannot be started.
    pub fn verify(
        &self,
        inputs: Option<&Inputs>,
        deep: Option<Deep<'_>>,
        resources: Resources,
    ) -> Result<Verified, rayon::ThreadPoolBuildError> {
        let resources = Resources {
            jobs: resources.threads(),
            ..resources
        };
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(resources.jobs)
            .build()?;
        let mut verified = Verified {
            findings: Vec::new(),
            manifest: None,
            version: None,
            tables_sha256: None,
            inputs: inputs.map(|_| 0),
            outputs: 0,
            events: 0,
            compared: deep.and(inputs).map(|_| 0),
            decided: None,
            problems: Vec::new(),
            hidden: 0,
        };
        if Earlier::is_marked(&self.folder) {
            verified.findings.push(Finding {
                file: self.folder.display().to_string(),
                line: None,
                what: What::Unfinished,
            });
        }
        match &self.manifest {
            Ok((manifest, digest)) => {
                verified.manifest = Some(*digest);
                verified.version = Some(manifest.terms.tool.version.clone());
                verified
                    .tables_sha256
                    .clone_from(&manifest.terms.tables_sha256);
                pool.install(|| self.hold(manifest, inputs, deep, resources, &mut verified));
            }
            Err(finding) => verified.findings.push(finding.as_ref().clone()),
        }
        Ok(verified)
    }

    fn hold(
        &self,
        manifest: &Manifest,
        inputs: Option<&Inputs>,
        deep: Option<Deep<'_>>,
        resources: Resources,
        verified: &mut Verified,
    ) {
        let name = |file: &str| self.folder.join(file).display().to_string();
        let manifest_name = name(MANIFEST);
        verified
            .findings
            .extend(account::add_up(manifest, &manifest_name));
        let (outputs, findings) = Outputs::of(manifest, &manifest_name);
        verified.findings.extend(findings);
        let given = inputs.map(|inputs| given::given(inputs, manifest, &outputs));
        let rejects = self.rejects(manifest, resources.memory, verified);

        let (proof, decided) = match deep.filter(|_| inputs.is_some()) {
            Some(deep) => {
                let (proof, decided) = proof(manifest, deep, resources.jobs);
                (Some(proof), Some(decided))
            }
            None => (None, None),
        };
        verified.decided = decided;
        let stock = Stock::new(resources);
        let formats = manifest.terms.formats.as_ref();
        // One that cannot be read is one that no run has written.
        let unwrap = formats.and_then(|it| it.unwrap.as_ref()?.parse::<Pointer>().ok());
        let rejects_path = self.folder.join(REJECTS);
        let shared = Shared {
            folder: &self.folder,
            proof: proof.as_ref(),
            rejects: &rejects,
            rejects_path: &rejects_path,
            stock: &stock,
            unwrap: unwrap.as_ref(),
        };
        let look = |at: usize, turn: Turn| {
            let entry = manifest.inputs.get(at)?;
            let given = given.as_ref();
            let given = given.map(|it| it.matched.get(at).copied().flatten());
            let output = outputs.get(at);
            Some(one::look(entry, output.as_deref(), given, &shared, turn))
        };
        // One a thread, and not more: a thread that waits for parts of one must not start another.
        let (next, all) = (AtomicUsize::new(0), Mutex::new(Looked::default()));
        rayon::broadcast(|_| {
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(one) = look(at, Turn::Together) else {
                    return;
                };
                lock(&all).add(at, one);
            }
        });
        let mut all = std::mem::take(&mut *lock(&all));
        let found = inputs.iter().flat_map(|inputs| &inputs.found);
        found.for_each(Found::let_go);
        stock.let_go();
        for at in std::mem::take(&mut all.postponed) {
            if let Some(one) = look(at, Turn::Alone) {
                all.add(at, one);
            }
        }
        all.tell(verified);
        self.name_holders(&outputs, &mut verified.findings);
        for entry in &manifest.inputs {
            let odd = entry.problem.as_ref();
            let odd = odd.filter(|it| InputError::is_odd_only(it));
            if let (Some(problem), Some(_)) = (odd, &entry.output) {
                let problem = (entry.input.clone(), problem.to_string());
                verified.problems.push(problem);
            }
        }
        if let Some(given) = &given {
            unlisted(given, manifest, verified);
        }
        extra::look(&self.folder, manifest, &outputs, verified);
    }

    /// Reads the rejects file and holds it against the manifest.
    fn rejects(&self, manifest: &Manifest, memory: usize, verified: &mut Verified) -> Rejects {
        let path = self.folder.join(REJECTS);
        let file = path.display().to_string();
        let at = |what| Finding {
            file: file.clone(),
            line: None,
            what,
        };
        let expected = &manifest.rejects;
        // Nothing else is read yet.
        let longest = (memory / 3).saturating_mul(2);
        let rejects = match Rejects::read(&path, manifest, longest) {
            Ok(rejects) => rejects,
            Err(error) => {
                verified
                    .findings
                    .push(at(if error.kind() == io::ErrorKind::NotFound {
                        What::Missing {
                            part: Part::Rejects,
                            expected: Some(*expected),
                            not_given: false,
                        }
                    } else {
                        What::Unreadable {
                            part: Part::Rejects,
                            problem: error.to_string(),
                        }
                    }));
                return Rejects::default();
            }
        };
        if rejects.digest != *expected {
            verified.findings.push(at(What::Changed {
                part: Part::Rejects,
                expected: Content {
                    digest: *expected,
                    events: Some(manifest.totals.counts.rejected),
                },
                found: Content {
                    digest: rejects.digest,
                    events: Some(rejects.records),
                },
                holds: None,
            }));
        }
        verified.events = verified.events.saturating_add(rejects.records);
        verified.findings.extend(rejects.compare(manifest, &file));
        rejects
    }

    /// Says of each file that was changed which one it is now, if it is another one.
    fn name_holders(&self, outputs: &Outputs<'_>, findings: &mut [Finding]) {
        let mut holders: HashMap<Checksum, Option<String>> = HashMap::new();
        for finding in &*findings {
            if let What::Changed { found, .. } = &finding.what {
                holders.insert(found.digest.sha256, None);
            }
        }
        if holders.is_empty() {
            return;
        }
        for (entry, output) in outputs.all() {
            let mut name = |digest: Option<&FileDigest>, name: &dyn Fn() -> String| {
                // Empty ones are all alike.
                let digest = digest.filter(|digest| digest.bytes > 0);
                if let Some(holder) = digest.and_then(|it| holders.get_mut(&it.sha256)) {
                    holder.get_or_insert_with(name);
                }
            };
            name(entry.digest.as_ref(), &|| entry.input.clone());
            if let (Some(written), Some(output)) = (&entry.output, output) {
                name(Some(&written.digest), &|| {
                    self.folder.join(&output).display().to_string()
                });
            }
        }
        for finding in findings {
            if let What::Changed { found, holds, .. } = &mut finding.what {
                let holder = holders.get(&found.digest.sha256).cloned().flatten();
                *holds = holder.filter(|other| *other != finding.file);
            }
        }
    }
}

/// What came of all inputs: there may be a million, most of them with nothing to tell.
#[derive(Default)]
struct Looked {
    findings: BTreeMap<usize, Vec<Finding>>,
    /// Those that are still to be looked at, alone.
    postponed: BTreeSet<usize>,
    inputs: u64,
    outputs: u64,
    events: u64,
    compared: u64,
}

impl Looked {
    fn add(&mut self, at: usize, one: One) {
        if one.postponed {
            self.postponed.insert(at);
            return;
        }
        if !one.findings.is_empty() {
            self.findings.insert(at, one.findings);
        }
        self.inputs = self.inputs.saturating_add(u64::from(one.input_read));
        self.outputs = self.outputs.saturating_add(u64::from(one.output_read));
        self.events = self.events.saturating_add(one.events);
        self.compared = self.compared.saturating_add(one.compared);
    }

    fn tell(self, verified: &mut Verified) {
        let findings = self.findings.into_values().flatten();
        verified.findings.extend(findings);
        verified.outputs = verified.outputs.saturating_add(self.outputs);
        verified.events = verified.events.saturating_add(self.events);
        if let Some(inputs) = &mut verified.inputs {
            *inputs = inputs.saturating_add(self.inputs);
        }
        if let Some(compared) = &mut verified.compared {
            *compared = compared.saturating_add(self.compared);
        }
    }
}

/// How the events of `manifest` are held against their records.
fn proof<'t>(manifest: &Manifest, deep: Deep<'t>, jobs: usize) -> (Proof<'t>, Decided) {
    if manifest.terms.action == "restore" {
        return (Proof::Restore, Decided::ByNoTables);
    }
    let formats = manifest.terms.formats.as_ref();
    let is_csv = formats.is_some_and(|formats| formats.to == Format::Csv.name());
    let options = manifest.terms.options.as_ref().and_then(|options| {
        Some(ConvertOptions {
            omit_nulls: options.omit_nulls,
            unknown_types: match options.unknown_types.as_str() {
                "keep" => UnknownTypes::Keep,
                "reject" => UnknownTypes::Reject,
                _ => return None,
            },
        })
    });
    let same_tables = manifest.terms.tables_sha256.as_deref() == Some(deep.tables.sha256());
    let others = || Again::by_others(deep.tables, jobs);
    let (again, decided) = match options {
        _ if manifest.terms.tool.version != env!("CARGO_PKG_VERSION") => {
            (others(), Decided::ByOtherVersion)
        }
        Some(options) if same_tables => (
            Again::of_the_run(deep.tables, options, is_csv, jobs),
            Decided::Compared,
        ),
        _ => (others(), Decided::ByOtherTables),
    };
    (Proof::Convert(Box::new(again)), decided)
}

/// Says which inputs the manifest knows nothing of, and which one of it they are if they are one
/// that is missed.
fn unlisted(given: &Given<'_>, manifest: &Manifest, verified: &mut Verified) {
    let missed: HashMap<&FileDigest, String> = given
        .matched
        .iter()
        .zip(&manifest.inputs)
        .filter(|(matched, _)| matched.is_none())
        .filter_map(|(_, entry)| Some((entry.digest.as_ref()?, entry.input.clone())))
        .collect();
    let looked: Vec<Option<Finding>> = given
        .unlisted
        .par_iter()
        .map(|one| {
            let (path, problem) = match one {
                Matched::Input(input) => (input.path(), None),
                Matched::Problem(_, error) if !error.is_unreadable() => return None,
                Matched::Problem(path, error) => (path.to_path_buf(), Some(error)),
            };
            let what = match problem {
                Some(problem) => What::Unreadable {
                    part: Part::Input,
                    problem: problem.to_string(),
                },
                None => What::Unlisted {
                    holds: holds(&path, &missed),
                },
            };
            Some(Finding {
                file: path.display().to_string(),
                line: None,
                what,
            })
        })
        .collect();
    verified.findings.extend(looked.into_iter().flatten());
}

/// Which of `wanted` the file at `path` holds the bytes of.
fn holds(path: &Path, wanted: &HashMap<&FileDigest, String>) -> Option<String> {
    let bytes = path
        .metadata()
        .ok()
        .filter(std::fs::Metadata::is_file)?
        .len();
    // Not read for nothing.
    wanted.keys().find(|it| it.bytes == bytes && bytes > 0)?;
    let digest = side::digest(path).ok()?;
    wanted.get(&digest).cloned()
}
