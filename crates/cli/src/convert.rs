//! `convert`, and what `restore` has in common with it.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, BufWriter, IsTerminal as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use events2logs_batch::{
    Action, Inputs, OVER_MEMORY, OutputFolder, Progress, REJECTS, Report, Resources, RunError,
    Search, Task, find, to_folder, to_writer,
};
use events2logs_mapping::{ConvertOptions, Tables};

use crate::args::{Archive, Convert, SummaryFormat, UnknownTypes, resources};
use crate::exit::Exit;
use crate::interrupt::Interrupts;
use crate::rejects::{Rejects, escaped};
use crate::style::visible;
use crate::summary;
use crate::summary_json::Summary;
use crate::terminal::Terminal;
use crate::watch::Watch;

pub(crate) fn run(verb: &Convert, terminal: &mut Terminal) -> Result<Exit> {
    let tables = tables(&verb.mappings)?;
    let options = ConvertOptions {
        omit_nulls: verb.omit_nulls,
        unknown_types: match verb.unknown_types {
            UnknownTypes::Keep => events2logs_mapping::UnknownTypes::Keep,
            UnknownTypes::Reject => events2logs_mapping::UnknownTypes::Reject,
        },
    };
    let action = Action::Convert {
        tables: &tables,
        options,
    };
    archive(action, &verb.archive, terminal)
}

/// The shipped tables with the user's own rows over them.
pub(crate) fn tables(mappings: &[PathBuf]) -> Result<Tables> {
    let mut tables = Tables::shipped()?;
    for path in mappings {
        let name = path.display().to_string();
        let csv = fs::read_to_string(path).with_context(|| name.clone())?;
        tables.overlay(&name, &csv)?;
    }
    Ok(tables)
}

/// Where the output of an archive goes.
enum Destination<'a> {
    Folder(&'a Path),
    Stdout,
}

/// Runs `action` over an archive and says what became of it.
pub(crate) fn archive(
    action: Action<'_>,
    archive: &Archive,
    terminal: &mut Terminal,
) -> Result<Exit> {
    let stdin = [PathBuf::from("-")];
    let paths = if archive.inputs.is_empty() {
        if io::stdin().is_terminal() {
            bail!("no INPUT: name files or folders, or pipe events in");
        }
        &stdin
    } else {
        archive.inputs.as_slice()
    };
    let destination = destination(archive, paths)?;
    let resources = resources(archive.jobs, archive.memory);
    let formats = archive.formats();
    let task = Task {
        action,
        formats: &formats,
    };
    let inputs = find(
        paths,
        Search {
            output: match destination {
                Destination::Folder(folder) => Some(folder),
                Destination::Stdout => None,
            },
            restore: matches!(action, Action::Restore),
            formats: Some(&formats),
        },
    );
    for note in &inputs.notes {
        terminal.say(&format!("{}\n", visible(&note.to_string())));
    }
    if inputs.inputs().next().is_none() {
        return Ok(nothing_to_read(&inputs, terminal));
    }
    let ended = match destination {
        Destination::Folder(path) => {
            into_folder(task, inputs, path, archive.force, resources, terminal)
        }
        Destination::Stdout => to_stdout(task, inputs, archive, resources, terminal),
    };
    let report = match ended? {
        ControlFlow::Continue(report) => report,
        ControlFlow::Break(exit) => return Ok(exit),
    };
    for problem in &report.problems {
        terminal.problem(
            problem.error.is_unreadable(),
            &problem.input,
            &problem.error.to_string(),
        );
    }
    let problems = report.problems.iter();
    let helps: BTreeSet<_> = problems.filter_map(|it| summary::help(&it.error)).collect();
    for help in helps {
        terminal.help(help);
    }
    let tally = &report.tally;
    if tally.rejects.contains_key(OVER_MEMORY) {
        terminal.help(
            "--memory allows more: the reasons in the rejects say how much a record may need",
        );
    }
    if matches!(action, Action::Restore) && tally.converted == 0 && tally.passed_through > 0 {
        terminal.warning("none of these events was made by convert: they stand as they were");
    }
    match (archive.summary, destination) {
        (SummaryFormat::Text, Destination::Folder(folder)) => {
            terminal.say(&summary::with_folder(action, &report, folder));
        }
        (SummaryFormat::Text, Destination::Stdout) => {
            terminal.say(&summary::in_a_line(action, &report));
        }
        (SummaryFormat::Json, Destination::Folder(folder)) => {
            let summary = serde_json::to_string(&Summary::new(action, &report, Some(folder)))?;
            terminal.print(&format!("{}\n", escaped(&summary)))?;
        }
        (SummaryFormat::Json, Destination::Stdout) => {
            let summary = serde_json::to_string(&Summary::new(action, &report, None))?;
            terminal.report(&format!("{}\n", escaped(&summary)));
        }
    }
    Ok(exit(&report))
}

fn destination<'a>(archive: &'a Archive, paths: &[PathBuf]) -> Result<Destination<'a>> {
    let only_stdin = paths.iter().all(|input| input.as_os_str() == "-");
    match archive.output.as_deref() {
        Some(output) if output.as_os_str() == "-" => Ok(Destination::Stdout),
        Some(_) if archive.rejects.is_some() => {
            bail!("--rejects goes with stdout; a folder has its own {REJECTS}")
        }
        Some(output) => Ok(Destination::Folder(output)),
        None if only_stdin => Ok(Destination::Stdout),
        None => bail!("where to? Name a folder with -o OUT, or -o - for stdout"),
    }
}

fn nothing_to_read(inputs: &Inputs, terminal: &mut Terminal) -> Exit {
    for (input, problem) in inputs.problems() {
        let input = input.display().to_string();
        terminal.problem(problem.is_unreadable(), &input, &problem.to_string());
    }
    if inputs
        .problems()
        .all(|(_, problem)| !problem.is_unreadable())
    {
        terminal.error(&anyhow::anyhow!("no files to read: nothing was written"));
    }
    Exit::Error
}

/// Runs `task` into the folder at `path`. Where that ends early, it has said why.
fn into_folder(
    task: Task<'_>,
    inputs: Inputs,
    path: &Path,
    force: bool,
    resources: Resources,
    terminal: &mut Terminal,
) -> Result<ControlFlow<Exit, Report>> {
    let progress = Arc::new(Progress::default());
    let interrupts = Interrupts::of(&progress)?;
    let folder = match OutputFolder::open(path, &inputs, force) {
        Ok(folder) => folder,
        Err(error) => {
            let yields = error.yields_to_force();
            terminal.error(&error.into());
            if yields {
                terminal.help("name another folder, or add --force to write into this one");
            }
            return Ok(ControlFlow::Break(Exit::Error));
        }
    };
    let watch = Watch::start(&progress, &inputs, terminal.is_quiet());
    let say = {
        let (progress, path) = (Arc::clone(&progress), path.to_path_buf());
        let (all, terminal) = (inputs.found.len() as u64, *terminal);
        move || terminal.interrupted(progress.seen().inputs, all, &path)
    };
    interrupts.give_up_by({
        let (progress, hide, leaver) = (Arc::clone(&progress), watch.hider(), folder.leaver());
        let say = say.clone();
        move || {
            hide();
            // What is being put together is not to be taken apart: the next run goes on from it.
            if !progress.is_finishing() {
                leaver.leave();
            }
            say();
        }
    });
    let report = to_folder(task, inputs, folder, resources, &progress);
    interrupts.over();
    drop(watch);
    if let Err(RunError::Interrupted) = report {
        say();
        return Ok(ControlFlow::Break(Exit::Interrupted));
    }
    Ok(ControlFlow::Continue(report?))
}

/// Runs `task` to stdout. Where that ends early, it has said why.
fn to_stdout(
    task: Task<'_>,
    inputs: Inputs,
    archive: &Archive,
    resources: Resources,
    terminal: &Terminal,
) -> Result<ControlFlow<Exit, Report>> {
    let progress = Arc::new(Progress::default());
    let mut out = BufWriter::with_capacity(1 << 16, terminal.data());
    // Without a file beside stdout nothing is left behind by a process that just ends.
    let path = archive.rejects.as_deref();
    let interrupts = path.map(|_| Interrupts::of(&progress)).transpose()?;
    let said = *terminal;
    if let Some(interrupts) = &interrupts {
        // A FIFO for them may not open before somebody reads it.
        interrupts.give_up_by(move || said.interrupted_on_stdout());
    }
    let mut rejects = Rejects::open(path, &inputs)?;
    // Events on a terminal tell how far it is.
    let quiet = terminal.is_quiet() || io::stdout().is_terminal() || !io::stderr().is_terminal();
    let watch = Watch::start(&progress, &inputs, quiet);
    if let Some(interrupts) = &interrupts {
        let (hide, remove) = (watch.hider(), rejects.remover());
        interrupts.give_up_by(move || {
            hide();
            remove();
            said.interrupted_on_stdout();
        });
    }
    let report = to_writer(task, inputs, &mut out, &mut rejects, resources, &progress);
    if let Some(interrupts) = interrupts {
        interrupts.over();
    }
    drop(watch);
    if let Err(RunError::Interrupted) = report {
        said.interrupted_on_stdout();
        return Ok(ControlFlow::Break(Exit::Interrupted));
    }
    let report = report?;
    rejects.finish()?;
    Ok(ControlFlow::Continue(report))
}

fn exit(report: &Report) -> Exit {
    if report
        .problems
        .iter()
        .any(|problem| problem.error.is_unreadable())
    {
        Exit::Error
    } else if report.tally.rejected > 0 || !report.problems.is_empty() {
        Exit::Findings
    } else {
        Exit::Done
    }
}
