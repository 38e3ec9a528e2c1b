//! `verify`: holds both sides of a run against its manifest.

pub(crate) mod args;
mod report;
mod words;

use std::io::Write as _;

use anyhow::Result;
use events2logs_batch::verify::{Against, Deep, Verified};
use events2logs_batch::{Search, find};

use crate::args::resources;
use crate::convert::tables;
use crate::exit::Exit;
use crate::rejects::escaped;
use crate::style::visible;
use crate::terminal::Terminal;
use args::{Format, Verify};

pub(crate) fn run(verb: &Verify, terminal: &mut Terminal) -> Result<Exit> {
    let against = Against::read(&verb.against);
    let mut formats = against.formats();
    formats.limits = formats.limits.within(verb.memory);
    let inputs = (!verb.inputs.is_empty()).then(|| {
        find(
            &verb.inputs,
            Search {
                output: Some(&verb.against),
                restore: against.is_restore(),
                formats: Some(&formats),
            },
        )
    });
    let tables = verb.deep.then(|| tables(&verb.mappings)).transpose()?;
    let deep = tables.as_ref().map(|tables| Deep { tables });
    let resources = resources(verb.jobs, verb.memory);
    let notes = inputs.as_ref().map_or(&[][..], |inputs| &inputs.notes);
    for note in notes {
        terminal.say(&format!("{}\n", visible(&note.to_string())));
    }
    let verified = against.verify(inputs.as_ref(), deep, resources)?;
    match verb.format {
        Format::Text => {
            terminal.print(&report::findings(&verified))?;
            terminal.say(&report::summary(&verified));
        }
        Format::Json => {
            // It holds what someone wrote into the files.
            let text = serde_json::to_string_pretty(&report::json(&verified, notes))?;
            let mut text = escaped(&text);
            text.push('\n');
            terminal.data().write_all(text.as_bytes())?;
        }
    }
    Ok(exit(&verified))
}

fn exit(verified: &Verified) -> Exit {
    if verified.findings.is_empty() {
        Exit::Done
    } else if verified.findings.iter().any(|it| it.what.is_unreadable()) {
        Exit::Error
    } else {
        Exit::Findings
    }
}
