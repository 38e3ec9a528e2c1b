//! One input of the manifest and its output.

use std::io;
use std::path::{Path, PathBuf};

use super::deep::{self, Pair};
use super::finding::{Content, Finding, Part, What};
use super::given::Matched;
use super::proof::Proof;
use super::rejects::Rejects;
use super::side::{self, Reader, Side, Stock, Turn};
use crate::find::{Input, Place};
use crate::manifest::{FileDigest, InputEntry, OutputEntry};
use crate::pointer::Pointer;
use crate::source::{InputError, Limits};

/// What all pairs are looked at with.
pub(super) struct Shared<'s, 't> {
    pub(super) folder: &'s Path,
    /// Where events are to be compared.
    pub(super) proof: Option<&'s Proof<'t>>,
    pub(super) rejects: &'s Rejects,
    pub(super) rejects_path: &'s Path,
    pub(super) stock: &'s Stock,
    /// Where in the records of inputs the events are.
    pub(super) unwrap: Option<&'s Pointer>,
}

/// What came of one input and its output.
#[derive(Debug, Default)]
pub(super) struct One {
    pub(super) findings: Vec<Finding>,
    pub(super) input_read: bool,
    pub(super) output_read: bool,
    /// Events in the output.
    pub(super) events: u64,
    /// Events that were compared and are as they should be.
    pub(super) compared: u64,
    /// Whether a window was met that is too large for this turn.
    has_large_window: bool,
    /// Whether all of it is still to be looked at, alone.
    pub(super) postponed: bool,
}

/// Looks at the output of `entry`, and at its input: `given` is `None` where inputs are not to be
/// looked at, and holds `None` where this one was not found.
pub(super) fn look(
    entry: &InputEntry,
    output: Option<&Path>,
    given: Option<Option<Matched<'_>>>,
    shared: &Shared<'_, '_>,
    turn: Turn,
) -> One {
    let one = look_at(entry, output, given, shared, turn);
    match one {
        Some(one) if !one.has_large_window || turn == Turn::Alone => one,
        _ => One {
            postponed: true,
            ..One::default()
        },
    }
}

/// The same; `None` where something is for later.
fn look_at(
    entry: &InputEntry,
    output: Option<&Path>,
    given: Option<Option<Matched<'_>>>,
    shared: &Shared<'_, '_>,
    turn: Turn,
) -> Option<One> {
    let mut one = One::default();
    let input = given.and_then(|given| one.input(entry, given));
    if turn == Turn::Together && input.as_ref().is_some_and(|it| !it.is_file()) {
        // It can be read once.
        return None;
    }
    one.unconverted(entry, input.is_some());
    let open = |place: &Place| {
        let limits = limits_of(entry);
        let reader = Reader::open((Part::Input, place), limits, shared.stock, turn);
        let is_later = match &reader {
            Ok(reader) => reader.is_postponed(),
            Err(error) => turn == Turn::Together && matches!(error, InputError::Window { .. }),
        };
        (!is_later).then(|| reader.map(|it| it.unwrapping(shared.unwrap)))
    };
    let listed = entry.output.as_ref();
    let (Some(output), Some(listed)) = (output, listed) else {
        one.without_output(entry);
        if let Some(place) = &input {
            let name = name(place);
            match open(place)? {
                Ok(reader) => one.input_side(entry, &name, reader.finish()),
                // The manifest knows; that it is still so is no finding.
                Err(_) if entry.problem.is_some() => {}
                Err(error) => one.unreadable(Part::Input, name, &error),
            }
        }
        return Some(one);
    };
    let output_place = Place::File(shared.folder.join(output));
    let output_name = name(&output_place);
    let opened = one.output(listed, &output_place, &output_name, shared, turn);
    if opened.as_ref().is_some_and(Reader::is_postponed) {
        return None;
    }
    match (input, opened, shared.proof) {
        (Some(place), Some(output), Some(proof)) => {
            let input_name = name(&place);
            let input = match open(&place)? {
                Ok(input) => input.beside(&output),
                Err(error) => {
                    one.input_not_opened(entry, &place, &input_name, &error);
                    one.output_side(entry, listed, &output_name, output.finish());
                    return Some(one);
                }
            };
            let output = output.beside(&input);
            let pair = Pair {
                proof,
                input: &input_name,
                output: &output_name,
                rejects: &shared.rejects_path.display().to_string(),
            };
            let longest = match turn {
                Turn::Together => shared.stock.most(turn, false),
                Turn::Alone => usize::MAX,
            };
            let rejects = shared
                .rejects
                .of(shared.rejects_path, &entry.input, longest);
            let at_a_time = (turn, shared.stock.stretch(turn));
            let compared = deep::compare(&pair, input, output, rejects, at_a_time)?;
            one.input_side(entry, &input_name, compared.input);
            one.output_side(entry, listed, &output_name, compared.output);
            one.compared = compared.same;
            let totals = entry.totals;
            let as_counted = compared.converted == totals.converted
                && compared.passed_through == totals.passed_through;
            if compared.clean && one.findings.is_empty() && !as_counted {
                one.add(
                    output_name,
                    What::Converted {
                        expected: totals.converted,
                        found: compared.converted,
                    },
                );
            }
            one.findings.extend(compared.findings);
        }
        (input, opened, _) => {
            if let Some(place) = input {
                let input_name = name(&place);
                match open(&place)? {
                    Ok(reader) => one.input_side(entry, &input_name, reader.finish()),
                    Err(error) => one.input_not_opened(entry, &place, &input_name, &error),
                }
            }
            if let Some(output) = opened {
                one.output_side(entry, listed, &output_name, output.finish());
            }
        }
    }
    Some(one)
}

fn name(place: &Place) -> String {
    let output = PathBuf::new();
    let place = place.clone();
    Input { place, output }.name()
}

impl One {
    fn add(&mut self, file: String, what: What) {
        let line = None;
        self.findings.push(Finding { file, line, what });
    }

    /// Where the input is, if it is there.
    fn input(&mut self, entry: &InputEntry, given: Option<Matched<'_>>) -> Option<Place> {
        match given {
            Some(Matched::Input(input)) => return Some(input.place.clone()),
            // The manifest knows that it had a problem.
            Some(Matched::Problem(..)) if entry.output.is_none() => {}
            Some(Matched::Problem(path, error)) => {
                self.unreadable(Part::Input, path.display().to_string(), error);
            }
            None if is_left_out(entry) => {}
            None => {
                let not_given = Path::new(&entry.input).exists();
                self.add(
                    entry.input.clone(),
                    What::Missing {
                        part: Part::Input,
                        expected: entry.digest,
                        not_given,
                    },
                );
            }
        }
        None
    }

    /// Opens the output; what is no output any more is told by its checksum.
    fn output<'s>(
        &mut self,
        listed: &OutputEntry,
        place: &Place,
        name: &str,
        shared: &Shared<'s, '_>,
        turn: Turn,
    ) -> Option<Reader<'s>> {
        match Reader::open((Part::Output, place), Limits::NONE, shared.stock, turn) {
            Ok(reader) => Some(reader),
            Err(InputError::Io(error)) if error.kind() == io::ErrorKind::NotFound => {
                self.add(
                    name.to_owned(),
                    What::Missing {
                        part: Part::Output,
                        expected: Some(listed.digest),
                        not_given: false,
                    },
                );
                None
            }
            Err(error) => {
                let digest = match place {
                    Place::File(path) if !matches!(error, InputError::Io(_)) => {
                        side::digest(path).ok()
                    }
                    _ => None,
                };
                match digest {
                    Some(found) => {
                        let expected = Content {
                            digest: listed.digest,
                            events: None,
                        };
                        self.changed(Part::Output, name.to_owned(), expected, (found, None));
                    }
                    None => self.unreadable(Part::Output, name.to_owned(), &error),
                }
                None
            }
        }
    }

    fn unreadable(&mut self, part: Part, file: String, problem: &InputError) {
        let problem = problem.to_string();
        self.add(file, What::Unreadable { part, problem });
    }

    /// Tells what by the manifest was not read, or not to its end; `there` where it can be opened now.
    fn unconverted(&mut self, entry: &InputEntry, there: bool) {
        let to_its_end = entry.problem.as_deref().is_none_or(InputError::is_odd_only);
        if entry.digest.is_some() && entry.output.is_some() && to_its_end
            || is_left_out(entry) && !there
        {
            return;
        }
        self.add(
            entry.input.clone(),
            What::Unconverted {
                in_part: entry.output.is_some(),
                problem: entry.problem.as_deref().map(str::to_owned),
            },
        );
    }

    /// Tells where there should be an output all the same.
    fn without_output(&mut self, entry: &InputEntry) {
        let totals = entry.totals;
        let events = totals.converted.saturating_add(totals.passed_through);
        if events > 0 && entry.output.is_none() {
            self.add(entry.input.clone(), What::NoOutput { events });
        }
    }

    /// An input with an output that cannot even be opened: it is no archive any more, or gone.
    fn input_not_opened(
        &mut self,
        entry: &InputEntry,
        place: &Place,
        name: &str,
        error: &InputError,
    ) {
        let digest = match place {
            Place::File(path) if !matches!(error, InputError::Io(_)) => side::digest(path).ok(),
            _ => None,
        };
        match (digest, &entry.digest) {
            (Some(found), Some(expected)) if found != *expected => {
                let expected = Content {
                    digest: *expected,
                    events: Some(entry.totals.events),
                };
                self.changed(Part::Input, name.to_owned(), expected, (found, None));
            }
            _ => self.unreadable(Part::Input, name.to_owned(), error),
        }
    }

    fn changed(
        &mut self,
        part: Part,
        name: String,
        expected: Content,
        (digest, events): (FileDigest, Option<u64>),
    ) {
        let found = Content { digest, events };
        self.add(
            name,
            What::Changed {
                part,
                expected,
                found,
                // Told when all others were looked at.
                holds: None,
            },
        );
    }

    fn input_side(&mut self, entry: &InputEntry, name: &str, side: Side) {
        self.has_large_window |= side.has_large_window();
        let Some(digest) = side.digest else {
            // What could not be read then need not be read now.
            if let (Some(problem), true) = (&side.problem, entry.digest.is_some()) {
                self.unreadable(Part::Input, name.to_owned(), problem);
            }
            return;
        };
        self.input_read = true;
        let is_the_same = entry.digest.as_ref().is_none_or(|it| *it == digest);
        let said = |it: &Finding| matches!(it.what, What::Unconverted { .. });
        let is_said = self.findings.iter().any(said);
        let problem = side.problem.as_ref();
        let lacks_memory = problem.filter(|it| it.is_for_lack_of_memory());
        if let (Some(problem), false) = (lacks_memory, is_said) {
            // What is behind it is not looked at, of another file than was read either.
            self.unreadable(Part::Input, name.to_owned(), problem);
        } else if let (Some(problem), false) = (problem, is_said)
            // Of another file, its end says nothing of what was converted.
            && problem.is_unreadable()
            && is_the_same
        {
            self.add(
                name.to_owned(),
                What::Unconverted {
                    in_part: true,
                    problem: Some(problem.to_string()),
                },
            );
        }
        let events = entry.totals.events;
        match &entry.digest {
            Some(expected) if *expected != digest => {
                let expected = Content {
                    digest: *expected,
                    events: Some(events),
                };
                let found = (digest, Some(side.records));
                self.changed(Part::Input, name.to_owned(), expected, found);
            }
            // With other memory than the run had, a record is too long for one of the two.
            Some(_)
                if lacks_memory.is_some()
                    || entry
                        .problem
                        .as_deref()
                        .is_some_and(InputError::is_too_long) => {}
            Some(_) if side.records != events => {
                self.add(
                    name.to_owned(),
                    What::Counted {
                        part: Part::Input,
                        expected: events,
                        found: side.records,
                    },
                );
            }
            _ => {}
        }
    }

    fn output_side(&mut self, entry: &InputEntry, listed: &OutputEntry, name: &str, side: Side) {
        self.has_large_window |= side.has_large_window();
        let Some(digest) = side.digest else {
            if let Some(problem) = &side.problem {
                self.unreadable(Part::Output, name.to_owned(), problem);
            }
            return;
        };
        self.output_read = true;
        self.events = side.records;
        let totals = entry.totals;
        let events = totals.converted.saturating_add(totals.passed_through);
        if digest != listed.digest {
            let expected = Content {
                digest: listed.digest,
                events: Some(events),
            };
            let found = (digest, Some(side.records));
            self.changed(Part::Output, name.to_owned(), expected, found);
        } else if let Some(problem) = side.problem.filter(InputError::is_for_lack_of_memory) {
            self.unreadable(Part::Output, name.to_owned(), &problem);
        } else if side.records != events {
            self.add(
                name.to_owned(),
                What::Counted {
                    part: Part::Output,
                    expected: events,
                    found: side.records,
                },
            );
        }
    }
}

/// Whether the run left it out with a warning only: a FIFO, a link in circles.
fn is_left_out(entry: &InputEntry) -> bool {
    let problem = entry.problem.as_deref();
    entry.output.is_none()
        && [InputError::Loop, InputError::NoFile]
            .iter()
            .any(|it| problem == Some(it.to_string().as_str()))
}

/// How much an input may hold: one that the run has read to its end, any number of bytes.
fn limits_of(entry: &InputEntry) -> Limits {
    match entry.problem {
        None => Limits::NONE,
        Some(_) => Limits::USUAL,
    }
}
