//! `convert`, and what `restore` has in common with it.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use events2logs_batch::{
    Action, FolderError, Inputs, MANIFEST, OutputFolder, REJECTS, Report, find, to_folder,
    to_writer,
};
use events2logs_mapping::{ConvertOptions, Tables};

use crate::args::{Archive, Convert, UnknownTypes};
use crate::exit::Exit;
use crate::summary;
use crate::terminal::Terminal;

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
    let destination = destination(archive)?;
    let jobs = archive.jobs.map_or_else(
        || std::thread::available_parallelism().map_or(1, usize::from),
        usize::from,
    );
    let (except, reserved): (_, &[&str]) = match destination {
        Destination::Folder(folder) => (Some(folder), &[MANIFEST, REJECTS]),
        // Outputs have no names there, so none can be taken.
        Destination::Stdout => (None, &[]),
    };
    let inputs = find(&archive.inputs, except, reserved);
    for path in &inputs.passed_over {
        let name = path.display();
        terminal.say(&format!("{name}: of an earlier run, left out\n"));
    }
    if inputs.inputs.is_empty() {
        return Ok(nothing_to_read(&inputs, terminal));
    }
    let report = match destination {
        Destination::Folder(folder) => {
            let folder = match OutputFolder::open(folder, archive.force) {
                Ok(folder) => folder,
                Err(error) => {
                    let not_ours = matches!(error, FolderError::NotOurs { .. });
                    terminal.error(&error.into());
                    if not_ours {
                        terminal.help("name another folder, or add --force to write into this one");
                    }
                    return Ok(Exit::Error);
                }
            };
            to_folder(action, inputs, &folder, jobs)?
        }
        Destination::Stdout => to_stdout(action, inputs, archive, jobs, terminal)?,
    };
    for problem in &report.problems {
        terminal.problem(
            problem.error.is_unreadable(),
            &problem.input,
            &problem.error.to_string(),
        );
    }
    terminal.say(&match destination {
        Destination::Folder(folder) => summary::with_folder(action, &report, folder),
        Destination::Stdout => summary::without_folder(action, &report),
    });
    Ok(exit(&report))
}

fn destination(archive: &Archive) -> Result<Destination<'_>> {
    let only_stdin = archive.inputs.iter().all(|input| input.as_os_str() == "-");
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
    for (input, problem) in &inputs.problems {
        terminal.problem(true, input, &problem.to_string());
    }
    if inputs.problems.is_empty() {
        terminal.error(&anyhow::anyhow!("no files to read: nothing was written"));
    }
    Exit::Error
}

fn to_stdout(
    action: Action<'_>,
    inputs: Inputs,
    archive: &Archive,
    jobs: usize,
    terminal: &Terminal,
) -> Result<Report> {
    let mut out = BufWriter::with_capacity(1 << 16, terminal.data());
    match &archive.rejects {
        Some(path) => {
            let name = || path.display().to_string();
            let file = File::create(path).with_context(name)?;
            let mut rejects = BufWriter::new(file);
            let report = to_writer(action, inputs, &mut out, &mut rejects, jobs)?;
            rejects
                .into_inner()
                .map_err(io::IntoInnerError::into_error)
                .and_then(|file| file.sync_all())
                .with_context(name)?;
            Ok(report)
        }
        // Nothing may go away: without a file they are shown.
        None => Ok(to_writer(
            action,
            inputs,
            &mut out,
            &mut io::stderr(),
            jobs,
        )?),
    }
    .and_then(|report| {
        out.flush()?;
        Ok(report)
    })
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
