//! `compare`.

use std::fmt::Write as _;

use anyhow::{Context as _, Result, bail};
use events2logs_mapping::Tables;
use events2logs_mapping::compare::{
    Cause, CompareError, Comparison, Finds, LegacyTypes, Options, Single, Verdict, compare, single,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::args::{self, CompareFormat};
use crate::convert::tables;
use crate::exit::Exit;
use crate::snippet;
use crate::style::{BOLD, DIM, ERROR, GOOD, WARNING, counted, styled, visible};
use crate::terminal::Terminal;

/// How many legacy types are named in text; JSON names all.
const TYPES_SHOWN: usize = 10;

pub(crate) fn run(verb: &args::Compare, terminal: &mut Terminal) -> Result<Exit> {
    let runner = Runner {
        tables: tables(&verb.mappings)?,
        options: Options {
            now: verb.now,
            ..Options::default()
        },
        format: verb.format,
    };
    if !verb.pairs.is_empty() {
        return runner.pairs(verb, terminal);
    }
    let Some(legacy) = &verb.legacy else {
        bail!("two queries are compared: a legacy one and a new one");
    };
    let Some(new) = &verb.new else {
        return runner.single(legacy, terminal);
    };
    match compare(legacy, new, &runner.tables, runner.options) {
        Ok(comparison) => {
            runner.print(&comparison, None, terminal)?;
            Ok(match comparison.verdict {
                Verdict::Equivalent => Exit::Done,
                _ => Exit::Findings,
            })
        }
        Err(error) => {
            refuse(legacy, new, &error, "", terminal);
            Ok(Exit::Error)
        }
    }
}

struct Runner {
    tables: Tables,
    options: Options,
    format: CompareFormat,
}

/// A row of a file of pairs.
#[derive(Deserialize)]
struct Pair {
    name: String,
    legacy: String,
    rewritten: String,
    #[serde(default)]
    expect: Option<String>,
}

/// A comparison with the name of its pair, as JSON.
#[derive(Serialize)]
struct Named<'c> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expect: Option<&'c str>,
    #[serde(flatten)]
    comparison: &'c Comparison,
}

impl Runner {
    fn single(&self, query: &str, terminal: &mut Terminal) -> Result<Exit> {
        let found = match single(query, &self.tables, self.options) {
            Ok(found) => found,
            Err(error) => {
                terminal.report(&snippet::query_error("the query", query, &error));
                return Ok(Exit::Error);
            }
        };
        if self.format == CompareFormat::Json {
            terminal.print_json(&found)?;
        } else {
            let because = |word: &str, cause: &Cause| {
                format!("{}: {}\n", styled(WARNING, word), visible(&cause.words()))
            };
            let text = match &found {
                Single::Never(cause) => because("never matches", cause),
                Single::Always(cause) => because("always matches", cause),
                Single::Varies => format!("{}: some events match\n", styled(GOOD, "varies")),
                Single::Undecided { reason } => {
                    format!("{}: {}\n", styled(ERROR, "undecided"), visible(reason))
                }
            };
            terminal.print(&text)?;
        }
        Ok(match found {
            Single::Varies => Exit::Done,
            _ => Exit::Findings,
        })
    }

    fn pairs(&self, verb: &args::Compare, terminal: &mut Terminal) -> Result<Exit> {
        let mut exit = Exit::Done;
        let (mut as_expected, mut pairs) = (0_u64, 0_u64);
        for path in &verb.pairs {
            let name = path.display().to_string();
            let mut reader = csv::ReaderBuilder::new()
                .trim(csv::Trim::All)
                .from_path(path)
                .with_context(|| name.clone())?;
            for row in reader.deserialize() {
                let pair: Pair = row.with_context(|| name.clone())?;
                pairs = pairs.saturating_add(1);
                let one = self.pair(&pair, terminal)?;
                as_expected = as_expected.saturating_add(u64::from(one == Exit::Done));
                exit = exit.max(one);
            }
        }
        terminal.say(&format!(
            "{}, {as_expected} as expected\n",
            counted(pairs, "pair", "pairs")
        ));
        Ok(exit)
    }

    fn pair(&self, pair: &Pair, terminal: &mut Terminal) -> Result<Exit> {
        let expected = pair.expect.as_deref().filter(|it| !it.is_empty());
        let expected = expected.unwrap_or(Verdict::Equivalent.as_str());
        let verdicts = Verdict::ALL.map(Verdict::as_str);
        if !verdicts.contains(&expected) {
            let verdicts = verdicts.join(", ");
            bail!(
                "{}: expect is {expected:?}: expected one of {verdicts}",
                pair.name
            );
        }
        match compare(&pair.legacy, &pair.rewritten, &self.tables, self.options) {
            Ok(comparison) => {
                self.print(&comparison, Some((&pair.name, expected)), terminal)?;
                let met = comparison.verdict.as_str() == expected;
                Ok(if met { Exit::Done } else { Exit::Findings })
            }
            Err(error) => {
                let place = format!("{}: ", pair.name);
                refuse(&pair.legacy, &pair.rewritten, &error, &place, terminal);
                Ok(Exit::Error)
            }
        }
    }

    fn print(
        &self,
        comparison: &Comparison,
        pair: Option<(&str, &str)>,
        terminal: &Terminal,
    ) -> Result<()> {
        if self.format == CompareFormat::Json {
            let named = Named {
                name: pair.map(|(name, _)| name),
                expect: pair.map(|(_, expected)| expected),
                comparison,
            };
            terminal.print_json(&named)?;
            return Ok(());
        }
        let text = match pair {
            // What is as expected takes a line; what is not, all there is to say.
            Some((name, expected)) if comparison.verdict.as_str() == expected => {
                format!("{} {}: {expected}\n", styled(GOOD, "ok"), visible(name))
            }
            Some((name, expected)) => {
                let head = format!("{}: expected {expected}, found ", visible(name));
                format!("{} {head}{}", styled(ERROR, "not ok"), text(comparison)?)
            }
            None => text(comparison)?,
        };
        terminal.print(&text)?;
        Ok(())
    }
}

fn refuse(legacy: &str, new: &str, error: &CompareError, place: &str, terminal: &mut Terminal) {
    let (which, query, error) = match error {
        CompareError::Legacy(error) => ("the legacy query", legacy, error),
        CompareError::New(error) => ("the new query", new, error),
    };
    let origin = format!("{place}{which}");
    terminal.report(&snippet::query_error(&origin, query, error));
}

fn text(comparison: &Comparison) -> Result<String> {
    let mut text = String::new();
    let (style, meaning) = match comparison.verdict {
        Verdict::Equivalent => (GOOD, "both find the same events"),
        Verdict::Wider => (
            WARNING,
            "the new query finds all that the legacy one does, and more",
        ),
        Verdict::Narrower => (
            WARNING,
            "the new query finds only some of what the legacy one does",
        ),
        Verdict::Different => (WARNING, "each finds events that the other does not"),
        Verdict::Undecided => (ERROR, "there is no answer"),
    };
    writeln!(
        text,
        "{}: {meaning}",
        styled(style, comparison.verdict.as_str())
    )?;
    if let Some(reason) = &comparison.reason {
        writeln!(text, "  {}", visible(reason))?;
    }
    if let Some(LegacyTypes { added, dropped }) = &comparison.legacy_types {
        types("coming in", '+', added, &mut text)?;
        types("dropping out", '-', dropped, &mut text)?;
    }
    for witness in &comparison.witnesses {
        let which = match witness.finds {
            Finds::Legacy => "found by the legacy query only",
            Finds::New => "found by the new query only",
        };
        writeln!(text, "\n{}", styled(BOLD, which))?;
        if let Some(legacy_event) = &witness.legacy_event {
            writeln!(text, "{}", styled(DIM, "legacy event"))?;
            writeln!(text, "{}", serde_json::to_string_pretty(legacy_event)?)?;
        }
        writeln!(text, "{}", styled(DIM, "LogEvent"))?;
        writeln!(
            text,
            "{}",
            serde_json::to_string_pretty(&without_nulls(&witness.log_event))?
        )?;
    }
    for note in &comparison.notes {
        writeln!(text, "{} {}", styled(BOLD, "note:"), visible(note))?;
    }
    Ok(text)
}

/// `value` without the members that are null, which only make it longer.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let known = members.iter().filter(|(_, value)| !value.is_null());
            known
                .map(|(name, value)| (name.clone(), without_nulls(value)))
                .filter(|(_, value)| value.as_object().is_none_or(|it| !it.is_empty()))
                .collect()
        }
        Value::Array(elements) => elements.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}

fn types(what: &str, sign: char, types: &[String], text: &mut String) -> Result<()> {
    if types.is_empty() {
        return Ok(());
    }
    let count = counted(types.len() as u64, "legacy type", "legacy types");
    writeln!(text, "  {what}: {count}, with all or some of the events")?;
    for legacy_event_type in types.iter().take(TYPES_SHOWN) {
        writeln!(text, "    {sign} {}", visible(legacy_event_type))?;
    }
    let more = types.len().saturating_sub(TYPES_SHOWN);
    if more > 0 {
        writeln!(text, "    … and {more} more (--format json names all)")?;
    }
    Ok(())
}
